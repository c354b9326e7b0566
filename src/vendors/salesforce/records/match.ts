import type {
  CrmCompany,
  CrmContact,
  CrmDeal,
  CrmLead,
  CrmMatch,
  CrmOwner,
  Lookup,
} from '../../../contracts/crm-records.ts';
import { companyKey } from '../../../domain/company-name.ts';
import { DAY } from '../../../lib/clock.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { Unavailable } from '../../../lib/errors.ts';
import { queries, type Row } from '../api/composite.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import { hostOf, list } from '../api/soql.ts';
import { isOpenStatus } from '../api/status.ts';
import { WORDS } from '../traits.ts';
import { searchAccounts } from './account-search.ts';
import { namePatterns } from './company.ts';
import { hostsOf, kinship, websitePatterns } from './websites.ts';

/** Whom does the org know already? One composite call for everybody who asks at the same time. */

export interface Query {
  email: string;
  /** Only a company's own: a generic mail domain is nobody's. */
  domain?: string;
  /** The company's name, as second evidence. */
  company?: string;
  /** Are open opportunities of the account asked for, too? */
  deals?: boolean;
}

/** Look-ups that share a call, and calls under way at once. */
const MOST_TOGETHER = 20;
const WIDTH = 4;
/** An address inside a composite stays below the platform's 16 kB. */
const LONGEST_FILTER = 12_000;

const OWNER = 'Owner.Id, Owner.Name, Owner.Email, Owner.IsActive';
const OLDEST_LAST = 'ORDER BY CreatedDate DESC, Id DESC';

/** Open opportunities that fulfil a condition, the newest first. */
export const openDeals = (where: string): string =>
  `SELECT Id, Name, StageName, AccountId, CreatedDate, OwnerId, ${OWNER} FROM Opportunity WHERE IsClosed = false AND ${where} ${OLDEST_LAST}`;

/** How long an org counts as one whose accounts are too many to be scanned. */
const LARGE_FOR = DAY;

/**
 * Makes the look-up of one org. No index serves a pattern: where scanning the accounts once took too long they are
 * searched for a day, which costs a call more, and no lead waits for a scan again.
 */
export function matcher(org: Org): (query: Query) => Promise<CrmMatch> {
  let largeUntil = 0;

  async function call(some: readonly Query[]): Promise<CrmMatch[]> {
    if (org.clock.now().getTime() < largeUntil) return searchAll(org, some);
    try {
      return await matchAll(org, some);
    } catch (error) {
      if (!isTooSlow(error) || accountFilters(some).length === 0) throw error;
      largeUntil = org.clock.now().getTime() + LARGE_FOR;
      return searchAll(org, some);
    }
  }

  return coalesce<Query, CrmMatch>({ call, most: MOST_TOGETHER, width: WIDTH });
}

const TOO_SLOW = new Set(['QUERY_TIMEOUT', 'REQUEST_RUNNING_TOO_LONG', 'TIMEOUT']);

function isTooSlow(error: unknown): boolean {
  return error instanceof Unavailable && error.code !== undefined && TOO_SLOW.has(error.code);
}

const ACCOUNT_FIELDS = `Id, Name, Website, CreatedDate, OwnerId, ${OWNER}`;

/** Persons by their addresses, which are indexed; accounts from the full-text index; then the deals of those found. */
async function searchAll(org: Org, asked: readonly Query[]): Promise<CrmMatch[]> {
  const withDeals = asked.some(one => one.deals);
  const [[leads = [], contacts = [], ...deals], accounts] = await Promise.all([
    queries(org, personQueries(asked)),
    searchAccounts(org, asked, ACCOUNT_FIELDS).catch((error: unknown) => {
      // No lead waits for this; but nobody makes an account beside one that could not be looked for.
      if (withDeals || !isTooSlow(error)) throw error;
      return [];
    }),
  ]);
  if (withDeals && accounts.length > 0) {
    deals.push(...(await queries(org, [openDeals(`AccountId IN ${list(accounts.map(row => text(row.Id)))}`)])));
  }
  return answersOf(asked, { leads, contacts, accounts, deals: deals.flat() });
}

/** Leads, contacts with their accounts, and the open deals of those where somebody asks for them. */
function personQueries(asked: readonly Query[]): string[] {
  const emails = list(new Set(asked.map(one => one.email.trim().toLowerCase()).filter(Boolean)));
  const withDeals = asked.some(one => one.deals);
  return [
    `SELECT Id, Name, Email, Status, CreatedDate, OwnerId, TYPEOF Owner WHEN User THEN Id, Name, Email, IsActive WHEN Group THEN Id, Name END FROM Lead WHERE IsConverted = false AND Email IN ${emails} ${OLDEST_LAST}`,
    `SELECT Id, Name, Email, CreatedDate, OwnerId, ${OWNER}, AccountId, Account.Name, Account.CreatedDate, Account.OwnerId, Account.Owner.Id, Account.Owner.Name, Account.Owner.Email, Account.Owner.IsActive FROM Contact WHERE Email IN ${emails} ${OLDEST_LAST}`,
    ...(withDeals ? [openDeals(`AccountId IN (SELECT AccountId FROM Contact WHERE Email IN ${emails})`)] : []),
  ];
}

/** At most five queries, and so one call, unless many ask at once about very long names. */
async function matchAll(org: Org, asked: readonly Query[]): Promise<CrmMatch[]> {
  const filters = accountFilters(asked);
  const withDeals = asked.some(one => one.deals);
  const persons = personQueries(asked);
  const rows = await queries(org, [
    ...persons,
    ...filters.map(filter => `SELECT ${ACCOUNT_FIELDS} FROM Account WHERE ${filter('')} ${OLDEST_LAST}`),
    ...(withDeals ? filters.map(filter => openDeals(`(${filter('Account.')})`)) : []),
  ]);
  const [leads = [], contacts = [], ...deals] = rows.slice(0, persons.length);
  const accounts = rows.slice(persons.length, persons.length + filters.length).flat();
  deals.push(...rows.slice(persons.length + filters.length));
  return answersOf(asked, { leads, contacts, accounts, deals: deals.flat() });
}

type Found = Record<'leads' | 'contacts' | 'accounts' | 'deals', Row[]>;

/** Everybody's own answer out of what was found for all. Pure. */
function answersOf(asked: readonly Query[], found: Found): CrmMatch[] {
  const leadsOf = Map.groupBy(found.leads, emailOf);
  const contactsOf = Map.groupBy(found.contacts, emailOf);
  const accounts = found.accounts.sort(newestFirst).map(toKnown);
  const deals = new Map(found.deals.map(toDeal).map(deal => [deal.id, deal]));
  return asked.map(query => {
    const key = query.email.trim().toLowerCase();
    const found = answer(leadsOf.get(key) ?? [], contactsOf.get(key) ?? [], accountFor(accounts, query));
    return query.deals ? { ...found, deal: dealsOf(found.company, [...deals.values()]) } : found;
  });
}

const emailOf = (row: Row): string => text(row.Email).toLowerCase();

/** Conditions on accounts that one of the domains or names may be meant by, as many as the length of an address demands. */
function accountFilters(asked: readonly Query[]): ((prefix: '' | 'Account.') => string)[] {
  const websites = asked.flatMap(({ domain }) => websitePatterns(hostOf(domain) ?? ''));
  const names = asked.flatMap(({ company }) => namePatterns(company));
  const conditions = [
    ...[...new Set(websites)].map(pattern => `Website LIKE ${pattern}`),
    ...[...new Set(names)].map(pattern => `Name LIKE ${pattern}`),
  ];
  const filters: string[][] = [];
  let left = 0;
  for (const condition of conditions) {
    const size = encodeURIComponent(`Account.${condition} OR `).length;
    if (size > left) {
      filters.push([]);
      left = LONGEST_FILTER;
    }
    filters.at(-1)?.push(condition);
    left -= size;
  }
  return filters.map(some => prefix => some.map(condition => `${prefix}${condition}`).join(' OR '));
}

/** An account with what is compared of it. */
interface Known {
  account: CrmCompany;
  hosts: string[];
  key: string;
}

function toKnown(row: Row): Known {
  const account = toAccount(row);
  return { account, hosts: hostsOf(text(row.Website)), key: companyKey(account.name) };
}

/**
 * The account a company has: by the host of its domain, of several by the name as well. Without one of that host a
 * name alone counts only where the account says nothing of a website that would contradict it. Pure.
 */
export function accountFor(accounts: readonly Known[], { domain, company }: Query): Lookup<CrmCompany> {
  const host = hostOf(domain);
  const key = companyKey(company);
  const isNamed = (known: Known) => key !== '' && known.key === key;
  const near = (wanted: 'same' | 'kin') =>
    accounts.filter(({ hosts }) => host !== undefined && hosts.some(one => kinship(one, host) === wanted));
  const ofHost = [near('same'), near('kin')].find(found => found.length > 0) ?? [];
  if (ofHost.length > 0) {
    const named = ofHost.filter(isNamed);
    return lookup((named.length > 0 ? named : ofHost).map(known => ({ ...known.account, by: 'domain' as const })));
  }
  const named = accounts.filter(known => isNamed(known) && known.hosts.length === 0);
  return lookup(named.map(known => ({ ...known.account, by: 'name' as const })));
}

function dealsOf(account: Lookup<CrmCompany>, deals: readonly CrmDeal[]): Lookup<CrmDeal> {
  if (account.kind === 'none') return { kind: 'none' };
  const own = deals.filter(deal => deal.companyId === account.record.id);
  return lookup(own.sort((a, b) => b.createdAt.localeCompare(a.createdAt)));
}

function answer(leads: Row[], contacts: Row[], account: Lookup<CrmCompany>): CrmMatch {
  const read = leads.map(toLead);
  const open = read.filter(lead => lead.open);
  const withAccount = contacts.find(row => typeof row.AccountId === 'string' && isRow(row.Account));
  return {
    // Closed leads are told only when there is no open one, and then the newest alone.
    lead: open.length > 0 ? lookup(open) : lookup(read.slice(0, 1)),
    contact: lookup(contacts.map(toContact)),
    company: withAccount ? { kind: 'one', record: { ...accountOf(withAccount), by: 'contact' } } : account,
  };
}

/** Rows come newest first. */
function lookup<T extends { id: string }>(found: T[]): Lookup<T> {
  const [record, ...others] = found;
  if (!record) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', record } : { kind: 'many', record, others: others.map(one => one.id) };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
const moment = (value: unknown): string => new Date(text(value)).toISOString();
const newestFirst = (a: Row, b: Row): number => text(b.CreatedDate).localeCompare(text(a.CreatedDate));

function toOwner(row: Row): CrmOwner {
  const owner = isRow(row.Owner) ? row.Owner : {};
  const id = to18(text(owner.Id) || text(row.OwnerId));
  const named = text(owner.Name) ? { name: text(owner.Name) } : {};
  if (id.startsWith('00G')) return { id, ...named, active: true, kind: 'group', called: WORDS.group.one };
  const email = text(owner.Email) ? { email: text(owner.Email).toLowerCase() } : {};
  return { id, ...email, ...named, active: owner.IsActive === true, kind: 'user' };
}

const base = (row: Row) => ({
  id: to18(text(row.Id)),
  owner: toOwner(row),
  createdAt: moment(row.CreatedDate),
});

const named = (row: Row): { name?: string } => (text(row.Name) ? { name: text(row.Name) } : {});

function toLead(row: Row): CrmLead {
  return {
    ...base(row),
    ...named(row),
    open: isOpenStatus(row.Status),
  };
}

function toContact(row: Row): CrmContact {
  return { ...base(row), ...named(row), ...(row.AccountId ? { companyId: to18(text(row.AccountId)) } : {}) };
}

function toAccount(row: Row): CrmCompany {
  return { ...base(row), name: text(row.Name) };
}

function accountOf(contact: Row): CrmCompany {
  const account = isRow(contact.Account) ? contact.Account : {};
  return toAccount({ ...account, Id: contact.AccountId });
}

/** An opportunity as `openDeals` asks for it. */
export function toDeal(row: Row): CrmDeal {
  return { ...base(row), name: text(row.Name), stage: text(row.StageName), companyId: to18(text(row.AccountId)) };
}
