/** Accounts found by the org's full-text index (SOSL): for orgs where a scan of all accounts takes too long. */
import { Unavailable } from '../../../lib/errors.ts';
import type { Row } from '../api/composite.ts';
import { readErrors, SERVICE, toFailure } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { hostOf } from '../api/soql.ts';
import { registrable } from './websites.ts';

/** Of one search; which of them is meant is decided as for a query's. */
const MOST_FOUND = 200;
const LONGEST_TERM = 100;

/**
 * The accounts that may be meant by one of the domains or names. One call; none without anything to search for.
 * @throws Unavailable and the other failures of a call
 */
export async function searchAccounts(
  org: Org,
  asked: readonly { domain?: string; company?: string }[],
  fields: string,
): Promise<Row[]> {
  const found = asked.flatMap(({ domain, company }) => [term(registrable(hostOf(domain) ?? '')), term(company)]);
  const terms = [...new Set(found.filter(one => one !== undefined))];
  if (terms.length === 0) return [];
  const sosl = `FIND {${terms.join(' OR ')}} IN ALL FIELDS RETURNING Account(${fields} LIMIT ${MOST_FOUND})`;
  const answer = await org.session.call({ method: 'GET', url: `${org.base}/search?q=${encodeURIComponent(sosl)}` });
  if (answer.status !== 200) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), {
      clock: org.clock,
      headers: answer.headers,
    });
  }
  const rows = (answer.body as { searchRecords?: Row[] } | null)?.searchRecords;
  if (!Array.isArray(rows)) {
    throw new Unavailable('Salesforce answered a search without records', { service: SERVICE, code: 'UNREADABLE' });
  }
  return rows;
}

/** A phrase in quotes: only letters, digits and dots, which part no words of their own, so that nothing is an operator. */
function term(text: string | undefined): string | undefined {
  const words = (text ?? '')
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{N}.]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TERM)
    .trim();
  return words.length < 2 ? undefined : `"${words}"`;
}
