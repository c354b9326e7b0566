/** Who is there already: leads and contacts by e-mail, an account by its host or name, open deals. */
import type { Crm } from '../../../contracts/crm.ts';
import type { CrmCompany, CrmContact, CrmDeal, CrmLead, CrmMatch, Lookup } from '../../../contracts/crm-records.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { oneLine } from '../../../lib/text.ts';
import type { Company } from '../api/company.ts';
import { anyOf, listOf, quoted } from '../api/coql.ts';
import {
  type AccountRow,
  accountRow,
  type ContactRow,
  contactRow,
  dealRow,
  type LeadRow,
  leadRow,
} from '../api/rows.ts';
import { resultOf, sameName } from '../api/schema.ts';
import { TRAITS } from '../traits.ts';
import { ownerOf } from './users.ts';

/** Addresses of one question, and questions under way. A field for an address holds a hundred signs. */
const [MOST_ADDRESSES, MOST_COMPANIES, WIDTH, LONGEST] = [25, 8, 2, 100];

export interface Finder {
  /** Leads that are not converted, the newest first. */
  leads(email: string): Promise<LeadRow[]>;
  /** The newest first. */
  contacts(email: string): Promise<ContactRow[]>;
  /** Those of exactly this host, else of this name; the eldest first. */
  accounts(query: { domain?: string; name?: string }): Promise<{ rows: AccountRow[]; by: 'domain' | 'name' }>;
}

/** Look-ups under way together share calls. */
export function finder(company: Pick<Company, 'client'>): Finder {
  const leads = coalesce<string, LeadRow[]>({
    most: MOST_ADDRESSES,
    width: WIDTH,
    call: emails => leadsWith(company, emails),
  });
  const contacts = coalesce<string, ContactRow[]>({
    most: MOST_ADDRESSES,
    width: WIDTH,
    call: emails => contactsWith(company, emails),
  });
  const accounts = coalesce<AccountKey, AccountRow[]>({
    most: MOST_COMPANIES,
    width: WIDTH,
    call: keys => accountsWith(company, keys),
  });
  return {
    leads: async email => (isAddress(email) ? leads(addressOf(email)) : []),
    contacts: async email => (isAddress(email) ? contacts(addressOf(email)) : []),
    async accounts({ domain, name }) {
      const host = domain === undefined ? undefined : hostOf(domain);
      const key = { ...(isHost(host) && { host }), ...(name?.trim() && { name: oneLine(name) }) };
      const rows = key.host || key.name ? await accounts(key) : [];
      const ofHost = key.host ? rows.filter(one => hostOf(one.Website ?? '') === key.host) : [];
      if (ofHost.length > 0) return { rows: ofHost, by: 'domain' };
      const ofName = key.name ? rows.filter(one => sameName(one.Account_Name ?? '', key.name ?? '')) : [];
      return { rows: ofName, by: 'name' };
    },
  };
}

interface AccountKey {
  host?: string | undefined;
  name?: string;
}

const addressOf = (email: string): string => oneLine(email).toLowerCase();
const isAddress = (email: string): boolean => /^[^@\s]+@[^@\s]+$/.test(oneLine(email)) && email.length <= LONGEST;
const isHost = (host: string | undefined): boolean => host !== undefined && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host);

/** `acme.com` of `https://www.acme.com/about`. */
export function hostOf(text: string): string {
  const bare = text.trim().toLowerCase();
  const url = URL.parse(/^[a-z]+:\/\//.test(bare) ? bare : `https://${bare}`);
  return (url?.hostname ?? bare).replace(/^www\./, '');
}

/**
 * The search alone says that it leaves out converted leads (`converted`, false by default). Its index lags and takes some
 * signs for one another: what it finds is compared once more.
 */
async function leadsWith({ client }: Pick<Company, 'client'>, emails: readonly string[]): Promise<LeadRow[][]> {
  const some = [...new Set(emails)];
  const values = some.map(email => email.replaceAll(/[\\(),]/g, '\\$&')).join(',');
  const query = { criteria: `(Email:in:${values})`, fields: 'Email,Full_Name,Owner,Lead_Status,Created_Time' };
  const rows = await client.all({ path: '/Leads/search', query }, 'data', leadRow);
  return byAddress(emails, rows);
}

async function contactsWith({ client }: Pick<Company, 'client'>, emails: readonly string[]): Promise<ContactRow[][]> {
  const columns = 'id, Email, Full_Name, Owner, Created_Time, Account_Name, Account_Name.Account_Name';
  const account = 'Account_Name.Owner, Account_Name.Created_Time';
  const where = `Email in ${listOf([...new Set(emails)])}`;
  const rows = await client.coql(`select ${columns}, ${account} from Contacts where ${where}`, contactRow);
  return byAddress(emails, rows);
}

function byAddress<T extends { Email?: string | null | undefined; Created_Time?: string | null | undefined }>(
  emails: readonly string[],
  rows: readonly T[],
): T[][] {
  return emails.map(email =>
    rows.filter(row => row.Email?.trim().toLowerCase() === email).toSorted((one, other) => bornAt(other) - bornAt(one)),
  );
}

const bornAt = ({ Created_Time: at }: { Created_Time?: string | null | undefined }): number =>
  Date.parse(at ?? '') || 0;

async function accountsWith({ client }: Pick<Company, 'client'>, keys: readonly AccountKey[]): Promise<AccountRow[][]> {
  const hosts = new Set(keys.flatMap(({ host }) => (host ? [host] : [])));
  const names = new Set(keys.flatMap(({ name }) => (name ? [name] : [])));
  const conditions = [
    ...[...hosts].map(host => `Website like ${quoted(`%${host}%`)}`),
    ...[...names].map(name => `Account_Name = ${quoted(name)}`),
  ];
  const query = `select id, Account_Name, Website, Owner, Created_Time from Accounts where ${anyOf(conditions)}`;
  const rows = await client.coql(query, accountRow);
  const sorted = rows.toSorted((one, other) => bornAt(one) - bornAt(other));
  return keys.map(() => sorted);
}

/**
 * Three calls at once for a lead. For a deal: two, one more for whoever is no contact yet (an open lead), and one for the
 * deals of an account there is. Stages are read once in ten minutes, in two calls, and so are users, in one.
 */
export function matcher(company: Company, find: Finder): Crm['match'] {
  return async query => {
    const { email, domain, company: name, deals } = query;
    const wanted = { ...(domain && { domain }), ...(deals && name && { name }) };
    const [people, found, first] = await Promise.all([
      find.contacts(email),
      find.accounts(wanted),
      deals ? undefined : find.leads(email),
    ]);
    // A contact goes before a lead: who is one needs not be looked for among the leads.
    const leads = first ?? (people.length > 0 ? [] : await find.leads(email));
    const accounts = await accountsOf(company, people, found);
    const match: CrmMatch = {
      lead: lookup(await Promise.all(leads.map(row => leadOf(company, row))), ({ open }) => open),
      contact: lookup(await Promise.all(people.map(row => contactOf(company, row)))),
      company: lookup(accounts),
    };
    return deals ? { ...match, deal: lookup(await openDeals(company, accounts[0])) } : match;
  };
}

function lookup<T extends { id: string }>(records: readonly T[], isFirst?: (record: T) => boolean): Lookup<T> {
  const sorted = isFirst ? records.toSorted((one, other) => Number(isFirst(other)) - Number(isFirst(one))) : records;
  const [record, ...others] = sorted;
  if (!record) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', record } : { kind: 'many', record, others: others.map(({ id }) => id) };
}

async function leadOf(company: Company, row: LeadRow): Promise<CrmLead> {
  const closed = company.rules.statuses?.rejected ?? TRAITS.statuses?.rejected ?? [];
  return {
    id: row.id,
    open: !closed.some(status => sameName(status, row.Lead_Status ?? '')),
    owner: await ownerOf(company, row.Owner),
    createdAt: row.Created_Time ?? '',
    ...(row.Full_Name && { name: row.Full_Name }),
  };
}

async function contactOf(company: Company, row: ContactRow): Promise<CrmContact> {
  return {
    id: row.id,
    owner: await ownerOf(company, row.Owner),
    ...(row.Account_Name && { companyId: row.Account_Name.id }),
    ...(row.Created_Time && { createdAt: row.Created_Time }),
    ...(row.Full_Name && { name: row.Full_Name }),
  };
}

/** The contact's own account before any of the host, any of the host before those of the name. */
async function accountsOf(
  company: Company,
  people: readonly ContactRow[],
  { rows, by }: Awaited<ReturnType<Finder['accounts']>>,
): Promise<CrmCompany[]> {
  const own = people.find(one => one.Account_Name);
  if (own?.Account_Name) {
    const createdAt = own['Account_Name.Created_Time'];
    const known: CrmCompany = {
      id: own.Account_Name.id,
      name: own['Account_Name.Account_Name'] ?? own.Account_Name.name ?? '',
      owner: await ownerOf(company, own['Account_Name.Owner']),
      by: 'contact',
      ...(createdAt && { createdAt }),
    };
    return [known];
  }
  return Promise.all(
    rows.map(async row => ({
      id: row.id,
      name: row.Account_Name ?? '',
      owner: await ownerOf(company, row.Owner),
      by,
      ...(row.Created_Time && { createdAt: row.Created_Time }),
    })),
  );
}

/** The newest first. */
async function openDeals(company: Company, account: CrmCompany | undefined): Promise<CrmDeal[]> {
  if (!account) return [];
  const columns = 'id, Deal_Name, Stage, Owner, Created_Time';
  const query = `select ${columns} from Deals where Account_Name = ${quoted(account.id)} order by Created_Time desc`;
  const rows = await company.client.coql(query, dealRow);
  const pipelines = rows.length > 0 ? await company.schema.pipelines() : [];
  const open = rows.filter(({ Stage: stage }) => resultOf(pipelines, stage ?? '') === undefined);
  return Promise.all(
    open.map(async row => ({
      id: row.id,
      name: row.Deal_Name ?? '',
      stage: row.Stage ?? '',
      companyId: account.id,
      owner: await ownerOf(company, row.Owner),
      createdAt: row.Created_Time ?? '',
    })),
  );
}
