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
import { coalesce } from '../../../lib/coalesce.ts';
import type { Row } from '../api/composite.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import { hostOf } from '../api/soql.ts';
import { isOpenStatus } from '../api/status.ts';
import { WORDS } from '../traits.ts';
import { candidatesFor, type Found, type Query } from './candidates.ts';
import { hostsOf, kinship } from './websites.ts';

/** Whom does the org know already? One composite call for everybody who asks at the same time. */

/** Look-ups that share a call, and calls under way at once. */
const MOST_TOGETHER = 20;
const WIDTH = 4;

/** Makes the look-up of one org; what it costs says `candidatesFor`. */
export function matcher(org: Org): (query: Query) => Promise<CrmMatch> {
  const call = async (some: readonly Query[]) => answersOf(some, await candidatesFor(org, some));
  return coalesce<Query, CrmMatch>({ call, most: MOST_TOGETHER, width: WIDTH });
}

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
