/**
 * Whom of the org may be meant: leads and contacts by their addresses, which are indexed, and accounts by what the size
 * of the org allows. Which of them is meant is decided in match.ts.
 */
import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { queries, type Row } from '../api/composite.ts';
import type { Org } from '../api/org.ts';
import { hostOf, list, quote } from '../api/soql.ts';
import { searchAccounts } from './account-search.ts';
import { namePatterns, namesToFind } from './company.ts';
import { HOST_FIELD, hostsToFind } from './website-host.ts';
import { websitePatterns } from './websites.ts';

export interface Query {
  email: string;
  /** Only a company's own: a generic mail domain is nobody's. */
  domain?: string;
  /** The company's name, as second evidence. */
  company?: string;
  /** Are open opportunities of the account asked for, too? */
  deals?: boolean;
}

export type Found = Record<'leads' | 'contacts' | 'accounts' | 'deals', Row[]>;

/** An address inside a composite stays below the platform's 16 kB. */
const LONGEST_FILTER = 12_000;

const OWNER = 'Owner.Id, Owner.Name, Owner.Email, Owner.IsActive';
const OLDEST_LAST = 'ORDER BY CreatedDate DESC, Id DESC';
const ACCOUNT_FIELDS = `Id, Name, Website, CreatedDate, OwnerId, ${OWNER}`;

/** Open opportunities that fulfil a condition, the newest first. */
export const openDeals = (where: string): string =>
  `SELECT Id, Name, StageName, AccountId, CreatedDate, OwnerId, ${OWNER} FROM Opportunity WHERE IsClosed = false AND ${where} ${OLDEST_LAST}`;

/**
 * One composite call, and one a day about the org's size. A small org's accounts are found by patterns over all of them;
 * a large one's by the field of hosts and by whole names, which are indexed. Where that field is missing, and where a
 * query took too long, the full-text index is asked: a call more, two with opportunities.
 */
export async function candidatesFor(org: Org, asked: readonly Query[]): Promise<Found> {
  if (await org.accounts.isSmall()) {
    try {
      return await matchAll(org, asked, patternConditions(asked));
    } catch (error) {
      if (!isTooSlow(error) || patternConditions(asked).length === 0) throw error;
      org.accounts.learnLarge();
    }
  }
  if (!org.accounts.hasHosts()) return searchAll(org, asked);
  try {
    return await matchAll(org, asked, indexedConditions(asked));
  } catch (error) {
    if (isHostless(error)) org.accounts.learnHostless();
    else if (!isTooSlow(error)) throw error;
    return searchAll(org, asked);
  }
}

const TOO_SLOW = new Set(['QUERY_TIMEOUT', 'REQUEST_RUNNING_TOO_LONG', 'TIMEOUT']);

function isTooSlow(error: unknown): boolean {
  return error instanceof Unavailable && error.code !== undefined && TOO_SLOW.has(error.code);
}

/** Nothing of Baton's was set up on accounts, or its user may not see the field. */
const isHostless = (error: unknown): boolean =>
  error instanceof Rejected && error.code === 'INVALID_FIELD' && error.message.includes(HOST_FIELD);

/** Persons by their addresses; accounts from the full-text index; then the deals of those found. */
async function searchAll(org: Org, asked: readonly Query[]): Promise<Found> {
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
    deals.push(...(await queries(org, [openDeals(`AccountId IN ${list(accounts.map(row => String(row.Id)))}`)])));
  }
  return { leads, contacts, accounts, deals: deals.flat() };
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
async function matchAll(org: Org, asked: readonly Query[], conditions: readonly string[]): Promise<Found> {
  const filters = filtersOf(conditions);
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
  return { leads, contacts, accounts, deals: deals.flat() };
}

/** Whatever may be meant by one of the domains or names, however people typed it. */
function patternConditions(asked: readonly Query[]): string[] {
  const websites = asked.flatMap(({ domain }) => websitePatterns(hostOf(domain) ?? ''));
  const names = asked.flatMap(({ company }) => namePatterns(company));
  return [
    ...[...new Set(websites)].map(pattern => `Website LIKE ${pattern}`),
    ...[...new Set(names)].map(pattern => `Name LIKE ${pattern}`),
  ];
}

/** The first host of a website and the whole name, each of them indexed. */
function indexedConditions(asked: readonly Query[]): string[] {
  const hosts = asked.flatMap(({ domain }) => hostsToFind(domain));
  const names = asked.flatMap(({ company }) => namesToFind(company));
  return [
    ...[...new Set(hosts)].map(host => `${HOST_FIELD} = ${quote(host)}`),
    ...[...new Set(names)].map(name => `Name = ${quote(name)}`),
  ];
}

/** Conditions joined by OR, in as many filters as the length of an address demands. */
function filtersOf(conditions: readonly string[]): ((prefix: '' | 'Account.') => string)[] {
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
