/** Who is there already: a contact by e-mail, their leads, a company by its host or name, and its open deals. */
import type { Crm } from '../../../contracts/crm.ts';
import type { CrmCompany, CrmDeal, CrmLead, CrmMatch, Lookup } from '../../../contracts/crm-records.ts';
import { idOf } from '../portal/ids.ts';
import { OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type Row, rowsIn } from '../portal/rows.ts';
import { type Companies, companiesOf } from './companies.ts';
import { contactsByEmail, type FoundContact } from './contacts.ts';
import { ownerOf } from './users.ts';

type Query = Parameters<Crm['match']>[0];
type KnownCompany = CrmCompany & { customer: boolean };

/** A company has no more open deals that anybody looks through; the newest are asked for. */
const MOST_DEALS = '100';
/** Who is at one of these has bought. */
const CUSTOMER = new Set(['customer', 'evangelist']);

/**
 * Two calls for whom HubSpot does not know, two or three for whom it does; `deals`: one more. Look-ups under way
 * together share them. Owners and pipelines are read once in ten minutes.
 */
export function matcher(portal: Portal): Crm['match'] {
  const { api, schema } = portal;
  const byEmail = contactsByEmail(api, schema);
  const companies = companiesOf(api);
  return async query => {
    const contact = await byEmail(query.email);
    const leads = query.deals ? [] : await leadsOf(portal, contact);
    const found = await companiesFor(portal, companies, contact, query);
    const match: CrmMatch = {
      lead: lookup(leads),
      contact: lookup(contact ? [await contactFrom(portal, contact, found[0])] : []),
      company: lookup(found.map(({ customer: _ofContact, ...one }) => one)),
    };
    return query.deals ? { ...match, deal: lookup(await openDeals(portal, found[0])) } : match;
  };
}

function lookup<T extends { id: string }>(records: readonly T[]): Lookup<T> {
  const [record, ...others] = records;
  if (!record) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', record } : { kind: 'many', record, others: others.map(({ id }) => id) };
}

/** Open ones first, then by age. */
async function leadsOf(portal: Portal, contact: FoundContact | undefined): Promise<CrmLead[]> {
  if (!contact) return [];
  const stages = contact.leads.length > 0 ? await portal.schema.stages('leads') : [];
  const leads = contact.leads.map(async ({ id, properties: p, createdAt }): Promise<CrmLead> => {
    portal.contactOfLead.set(id, contact.row.id);
    const state = stages.find(stage => stage.id === p.hs_pipeline_stage)?.leadState;
    return {
      id: idOf('leads', id),
      open: !isOver(state),
      owner: await ownerOf(portal, p[OWNER]),
      createdAt: p.hs_createdate ?? createdAt,
      ...(p.hs_lead_name && { name: p.hs_lead_name }),
    };
  });
  return (await Promise.all(leads)).toSorted(
    (one, other) => Number(other.open) - Number(one.open) || other.createdAt.localeCompare(one.createdAt),
  );
}

/** Of a stage's `leadState`: it was made a deal of, or given up. */
export const isOver = (state: string | undefined): boolean => state === 'QUALIFIED' || state === 'UNQUALIFIED';

/** The contact's own (its primary one) before any of the host, any of the host before those of the name. */
async function companiesFor(
  portal: Portal,
  companies: Companies,
  contact: FoundContact | undefined,
  { domain, company }: Query,
): Promise<KnownCompany[]> {
  const own = contact?.row.properties.associatedcompanyid;
  const known = own ? await companies.byId(own) : undefined;
  if (known) return [await companyFrom(portal, known, 'contact')];
  const search = { ...(domain && { domain }), ...(company && { name: company }) };
  const { byDomain, byName } = await companies.search(search);
  const by = byDomain.length > 0 ? 'domain' : 'name';
  return Promise.all((by === 'domain' ? byDomain : byName).map(row => companyFrom(portal, row, by)));
}

async function companyFrom(portal: Portal, { id, properties: p }: Row, by: CrmCompany['by']): Promise<KnownCompany> {
  return {
    id: idOf('companies', id),
    name: p.name ?? p.domain ?? '',
    owner: await ownerOf(portal, p[OWNER]),
    ...(by && { by }),
    customer: CUSTOMER.has(p.lifecyclestage ?? ''),
  };
}

/** Most contacts hang on a company that HubSpot made of their address: only whoever has bought is its owner's. */
async function contactFrom(portal: Portal, { row }: FoundContact, company: KnownCompany | undefined) {
  const { id, properties: p, createdAt } = row;
  const companyId = p.associatedcompanyid ? idOf('companies', p.associatedcompanyid) : undefined;
  const name = [p.firstname, p.lastname].filter(Boolean).join(' ');
  const isOwnCompany = companyId !== undefined && company?.id === companyId;
  return {
    id: idOf('contacts', id),
    owner: await ownerOf(portal, p[OWNER]),
    createdAt,
    customer: CUSTOMER.has(p.lifecyclestage ?? '') || (isOwnCompany && company.customer),
    ...(companyId && { companyId }),
    ...(name && { name }),
  };
}

/** The newest first. One call; none without a company. */
async function openDeals(portal: Portal, company: KnownCompany | undefined): Promise<CrmDeal[]> {
  if (!company) return [];
  const { api, schema } = portal;
  const number = company.id.split('/')[1] ?? '';
  const answer = await api.post(`${api.paths.objects('deals')}/search`, {
    filterGroups: [{ filters: [{ propertyName: 'associations.company', operator: 'EQ', value: number }] }],
    properties: ['dealname', 'dealstage', OWNER],
    sorts: ['-createdate'],
    limit: Number(MOST_DEALS),
    after: '0',
  });
  const rows = rowsIn(answer);
  const stages = rows.length > 0 ? await schema.stages('deals') : [];
  const deals = rows.map(async ({ id, properties: p, createdAt }): Promise<CrmDeal[]> => {
    const stage = stages.find(one => one.id === p.dealstage);
    if (stage?.result) return [];
    return [
      {
        id: idOf('deals', id),
        name: p.dealname ?? '',
        stage: stage?.label ?? '',
        companyId: company.id,
        owner: await ownerOf(portal, p[OWNER]),
        createdAt,
      },
    ];
  });
  return (await Promise.all(deals)).flat();
}
