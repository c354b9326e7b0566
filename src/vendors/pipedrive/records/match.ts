/** Who is there already: a person by e-mail, an organization by its host or name, open leads and deals. */
import type { Crm } from '../../../contracts/crm.ts';
import type { CrmCompany, CrmContact, CrmDeal, CrmLead, CrmMatch, Lookup } from '../../../contracts/crm-records.ts';
import { oneLine } from '../../../lib/text.ts';
import { type Company, rememberPerson } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { dealRow, foundOrganization, foundPerson, leadRow, organizationRow } from '../api/rows.ts';
import { sameName } from '../api/schema.ts';
import { ownerOf } from './users.ts';

type Query = Parameters<Crm['match']>[0];

/** A term of search has two characters at least (page "Search"); a longer address than that exists nowhere. */
const [SHORTEST, LONGEST] = [2, 254];
/** So many people of one address are looked at for leads, the newest first. */
const MOST_PEOPLE = 10;
const SEARCH = 20;

/**
 * Two calls for whom Pipedrive does not know (three by a company's name, too), three or four for whom it does; users are
 * read once in ten minutes. `deals`: leads are not asked for, since a deal goes before them.
 */
export function matcher(company: Company): Crm['match'] {
  return async query => {
    const people = await peopleWith(company, query.email);
    const [leads, organizations] = await Promise.all([
      query.deals && !query.leads ? [] : leadsOf(company, people),
      organizationsOf(company, people, query),
    ]);
    const [organization] = organizations;
    const match: CrmMatch = {
      lead: lookup(leads),
      contact: lookup(await Promise.all(people.map(one => contactOf(company, one, organization)))),
      company: lookup(organizations.map(({ customer: _ofContact, ...one }) => one)),
    };
    return query.deals ? { ...match, deal: lookup(await openDeals(company, organization)) } : match;
  };
}

function lookup<T extends { id: string }>(records: readonly T[]): Lookup<T> {
  const [record, ...others] = records;
  if (!record) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', record } : { kind: 'many', record, others: others.map(({ id }) => id) };
}

type FoundPerson = Awaited<ReturnType<typeof peopleWith>>[number];

/** People with this very address, the newest first. */
export async function peopleWith({ client }: Pick<Company, 'client'>, address: string) {
  const email = oneLine(address).toLowerCase();
  if (!isTerm(email)) return [];
  const query = { term: email, fields: 'email', exact_match: 'true', limit: '100' };
  const found = await client.all({ path: '/api/v2/persons/search', query, cost: SEARCH }, foundPerson);
  return found
    .filter(one => one.emails.some(other => other.trim().toLowerCase() === email))
    .toSorted((one, other) => other.id - one.id);
}

const isTerm = (term: string): boolean => term.length >= SHORTEST && term.length <= LONGEST;

/** Open leads first, then by age. A call for each person. */
async function leadsOf(company: Company, people: readonly FoundPerson[]): Promise<CrmLead[]> {
  const some = people.slice(0, MOST_PEOPLE);
  const found = await Promise.all(
    some.map(async ({ id, name }) => (await leadsOfPerson(company, id)).map(row => ({ row, name }))),
  );
  const leads = found.flat().map(
    async ({ row, name }): Promise<CrmLead> => ({
      id: row.id,
      open: row.is_archived !== true,
      owner: await ownerOf(company, row.owner_id),
      createdAt: row.add_time ?? '',
      ...((name || row.title) && { name: name || row.title || '' }),
    }),
  );
  return (await Promise.all(leads)).toSorted(
    (one, other) => Number(other.open) - Number(one.open) || other.createdAt.localeCompare(one.createdAt),
  );
}

/** Leads in the inbox; archived ones are over. */
export async function leadsOfPerson(company: Company, person: number) {
  const query = { person_id: String(person), limit: '100' };
  const rows = await company.client.all({ path: '/v1/leads', query, cost: SEARCH }, leadRow);
  for (const { id } of rows) rememberPerson(company, id, person);
  return rows;
}

type KnownCompany = CrmCompany & { customer?: boolean };

/** The person's own before any of the host, any of the host before those of the name; the eldest first. */
async function organizationsOf(
  company: Company,
  people: readonly FoundPerson[],
  query: Query,
): Promise<KnownCompany[]> {
  const own = people.find(({ organization }) => organization)?.organization;
  const known = own && (await organizationNow(company, own.id));
  if (known) return [known];
  const byDomain = query.domain ? await organizationsBy(company, 'domain', query.domain) : [];
  const byName = byDomain.length === 0 && query.company ? await organizationsBy(company, 'name', query.company) : [];
  const by = byDomain.length > 0 ? 'domain' : 'name';
  return Promise.all(
    [...byDomain, ...byName].map(async ({ id, name, owner }) => ({
      id: idOf('company', id),
      name: name ?? '',
      owner: await ownerOf(company, owner?.id),
      by,
    })),
  );
}

/** With who has bought: whoever belongs to a customer is that owner's. One call. */
async function organizationNow(company: Company, id: number): Promise<KnownCompany | undefined> {
  const query = { include_fields: 'won_deals_count' };
  const path = `/api/v2/organizations/${id}`;
  const row = await company.client.record({ path, query, cost: 1 }, organizationRow);
  if (!row || row.is_deleted) return undefined;
  return {
    id: idOf('company', row.id),
    name: row.name ?? '',
    owner: await ownerOf(company, row.owner_id),
    by: 'contact',
    customer: (row.won_deals_count ?? 0) > 0,
  };
}

/** Those with exactly this host (in Baton's own field) or this name, the eldest first. One call. */
export async function organizationsBy({ client }: Company, by: 'domain' | 'name', wanted: string) {
  const term = oneLine(by === 'domain' ? hostOf(wanted) : wanted);
  if (!isTerm(term)) return [];
  const fields = by === 'domain' ? 'custom_fields' : 'name';
  const query = { term, fields, exact_match: 'true', limit: '100' };
  const found = await client.all({ path: '/api/v2/organizations/search', query, cost: SEARCH }, foundOrganization);
  const exact = found.filter(one =>
    by === 'name' ? sameName(one.name ?? '', term) : one.custom_fields.some(value => hostOf(value) === term),
  );
  return exact.toSorted((one, other) => one.id - other.id);
}

/** `acme.com` of `https://www.acme.com/about`. */
export function hostOf(text: string): string {
  const bare = text.trim().toLowerCase();
  const url = URL.parse(/^[a-z]+:\/\//.test(bare) ? bare : `https://${bare}`);
  return (url?.hostname ?? bare).replace(/^www\./, '');
}

async function contactOf(
  company: Company,
  { id, name, owner, organization }: FoundPerson,
  known: KnownCompany | undefined,
): Promise<CrmContact> {
  const companyId = organization ? idOf('company', organization.id) : undefined;
  return {
    id: idOf('contact', id),
    owner: await ownerOf(company, owner?.id),
    ...(companyId && { companyId, customer: known?.id === companyId && known.customer === true }),
    ...(name && { name }),
  };
}

async function openDeals(company: Company, organization: CrmCompany | undefined): Promise<CrmDeal[]> {
  const number = organization && Number(organization.id.split('/')[1]);
  if (!organization || !number) return [];
  const query = { org_id: String(number), status: 'open', sort_by: 'add_time', sort_direction: 'desc', limit: '100' };
  const rows = await company.client.all({ path: '/api/v2/deals', query, cost: 10 }, dealRow);
  const { stages } = rows.length > 0 ? await company.schema.pipelines() : { stages: [] };
  return Promise.all(
    rows.map(async row => ({
      id: idOf('deal', row.id),
      name: row.title ?? '',
      stage: stages.find(({ id }) => id === row.stage_id)?.name ?? '',
      companyId: organization.id,
      owner: await ownerOf(company, row.owner_id),
      createdAt: row.add_time ?? '',
    })),
  );
}
