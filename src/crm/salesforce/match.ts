import { coalesce } from '../../lib/coalesce.ts';
import type { CrmAccount, CrmContact, CrmLead, CrmMatch, CrmOwner, Lookup } from '../crm.ts';
import { queries, type Row } from './composite.ts';
import { to18 } from './ids.ts';
import type { Org } from './org.ts';
import { hostOf, list, websiteVariants } from './soql.ts';

/** Whom does the org know already? One composite call for everybody who asks at the same time. */

export interface Query {
  email: string;
  domain?: string;
}

/** Look-ups that share a call, and calls under way at once. */
const MOST_TOGETHER = 20;
const WIDTH = 4;
/** An address inside a composite stays well below the platform's 16 kB. */
const LONGEST_WEBSITE_LIST = 6_000;

const OWNER = 'Owner.Id, Owner.Name, Owner.Email, Owner.IsActive';
const OLDEST_LAST = 'ORDER BY CreatedDate DESC, Id DESC';

/** Makes the look-up of one org. */
export function matcher(org: Org): (query: Query) => Promise<CrmMatch> {
  return coalesce<Query, CrmMatch>({ call: some => matchAll(org, some), most: MOST_TOGETHER, width: WIDTH });
}

async function matchAll(org: Org, asked: readonly Query[]): Promise<CrmMatch[]> {
  const emails = new Set(asked.map(one => one.email.trim().toLowerCase()).filter(Boolean));
  const domains = new Set(asked.map(one => hostOf(one.domain)).filter(host => host !== undefined));
  const [leads = [], contacts = [], ...accounts] = await queries(org, [
    `SELECT Id, Name, Email, Status, CreatedDate, OwnerId, TYPEOF Owner WHEN User THEN Id, Name, Email, IsActive WHEN Group THEN Id, Name END FROM Lead WHERE IsConverted = false AND Email IN ${list(emails)} ${OLDEST_LAST}`,
    `SELECT Id, Name, Email, CreatedDate, OwnerId, ${OWNER}, AccountId, Account.Name, Account.CreatedDate, Account.OwnerId, Account.Owner.Id, Account.Owner.Name, Account.Owner.Email, Account.Owner.IsActive FROM Contact WHERE Email IN ${list(emails)} ${OLDEST_LAST}`,
    ...websiteLists(domains).map(
      websites =>
        `SELECT Id, Name, Website, CreatedDate, OwnerId, ${OWNER} FROM Account WHERE Website IN ${websites} ${OLDEST_LAST}`,
    ),
  ]);
  const leadsOf = byKey(leads, row => text(row.Email).toLowerCase());
  const contactsOf = byKey(contacts, row => text(row.Email).toLowerCase());
  // The filter is by spelling; what counts is the host.
  const accountsOf = byKey(accounts.flat().sort(newestFirst), row => hostOf(text(row.Website)) ?? '');
  return asked.map(({ email, domain }) => {
    const key = email.trim().toLowerCase();
    const host = hostOf(domain);
    return answer(leadsOf.get(key) ?? [], contactsOf.get(key) ?? [], (host && accountsOf.get(host)) || []);
  });
}

/** IN lists of all spellings of all domains, as many as the length of an address demands. */
function websiteLists(domains: Iterable<string>): string[] {
  const lists: string[] = [];
  let some: string[] = [];
  let length = 0;
  for (const domain of domains) {
    const variants = websiteVariants(domain);
    const size = variants.reduce((sum, one) => sum + encodeURIComponent(one).length + 9, 0);
    if (some.length > 0 && length + size > LONGEST_WEBSITE_LIST) {
      lists.push(list(some));
      [some, length] = [[], 0];
    }
    some.push(...variants);
    length += size;
  }
  if (some.length > 0) lists.push(list(some));
  return lists;
}

function answer(leads: Row[], contacts: Row[], accounts: Row[]): CrmMatch {
  const read = leads.map(toLead);
  const open = read.filter(lead => lead.open);
  const withAccount = contacts.find(row => typeof row.AccountId === 'string' && isRow(row.Account));
  return {
    // Closed leads are told only when there is no open one, and then the newest alone.
    lead: open.length > 0 ? lookup(open) : lookup(read.slice(0, 1)),
    contact: lookup(contacts.map(toContact)),
    account: withAccount ? { kind: 'one', record: accountOf(withAccount) } : lookup(accounts.map(toAccount)),
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

function byKey(rows: Row[], key: (row: Row) => string): Map<string, Row[]> {
  return Map.groupBy(rows, key);
}

function toOwner(row: Row): CrmOwner {
  const owner = isRow(row.Owner) ? row.Owner : {};
  const id = to18(text(owner.Id) || text(row.OwnerId));
  const named = text(owner.Name) ? { name: text(owner.Name) } : {};
  if (id.startsWith('00G')) return { id, ...named, active: true, kind: 'queue' };
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
  // Orgs rename their statuses, but the closed ones say so.
  return {
    ...base(row),
    ...named(row),
    open: !/^(closed|converted|unqualified|disqualified|junk)\b/i.test(text(row.Status)),
  };
}

function toContact(row: Row): CrmContact {
  return { ...base(row), ...named(row), ...(row.AccountId ? { accountId: to18(text(row.AccountId)) } : {}) };
}

function toAccount(row: Row): CrmAccount {
  return { ...base(row), name: text(row.Name) };
}

function accountOf(contact: Row): CrmAccount {
  const account = isRow(contact.Account) ? contact.Account : {};
  return toAccount({ ...account, Id: contact.AccountId });
}
