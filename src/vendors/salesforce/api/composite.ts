import { Unavailable } from '../../../lib/errors.ts';
import { readErrors, SERVICE, toFailure } from './errors.ts';
import type { Org } from './org.ts';

export interface Subrequest {
  method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  /** Below `/services/data/vNN.N`. */
  path: string;
  referenceId: string;
  body?: Record<string, unknown>;
  httpHeaders?: Record<string, string>;
}

export interface Subanswer {
  status: number;
  body: unknown;
}

/** Most subrequests of one composite, and most of them that may be queries. */
export const MOST_SUBREQUESTS = 25;
const MOST_QUERIES = 5;

/**
 * Sends subrequests as one call. Each has its own answer; only what befalls the whole call throws. `allOrNone`: when one
 * is refused all are undone, and those that were not at fault answer PROCESSING_HALTED.
 */
export async function composite(
  org: Org,
  subrequests: readonly Subrequest[],
  { allOrNone = false }: { allOrNone?: boolean } = {},
): Promise<Subanswer[]> {
  const answer = await org.session.call({
    method: 'POST',
    url: `${org.base}/composite`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      allOrNone,
      collateSubrequests: true,
      compositeRequest: subrequests.map(({ path, ...rest }) => ({ ...rest, url: `${org.base}${path}` })),
    }),
  });
  if (answer.status !== 200) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), {
      clock: org.clock,
      headers: answer.headers,
    });
  }
  const found = (
    answer.body as { compositeResponse?: { referenceId: string; httpStatusCode: number; body: unknown }[] }
  ).compositeResponse;
  const answers = new Map((Array.isArray(found) ? found : []).map(one => [one.referenceId, one]));
  return subrequests.map(({ referenceId }) => {
    const one = answers.get(referenceId);
    if (!one)
      throw new Unavailable('Salesforce left a subrequest without an answer', { service: SERVICE, code: 'UNREADABLE' });
    return { status: one.httpStatusCode, body: one.body };
  });
}

export type Row = Record<string, unknown>;

interface Page {
  records: Row[];
  done: boolean;
  nextRecordsUrl?: string;
}

/** Runs queries, five a call, and reads each to its last page. */
export async function queries(org: Org, soql: readonly string[]): Promise<Row[][]> {
  const rows: Row[][] = [];
  for (let from = 0; from < soql.length; from += MOST_QUERIES) {
    const some = soql.slice(from, from + MOST_QUERIES);
    const answers = await composite(
      org,
      some.map((one, index) => ({
        method: 'GET',
        path: `/query?q=${encodeURIComponent(one)}`,
        referenceId: `q${from + index}`,
      })),
    );
    for (const answer of answers) rows.push(await everyPage(org, answer));
  }
  return rows;
}

/** The rows of a query's answer, to the last page. */
export async function everyPage(org: Org, first: Subanswer): Promise<Row[]> {
  let page = readPage(org, first);
  const rows = [...page.records];
  while (!page.done && page.nextRecordsUrl) {
    page = readPage(org, await org.session.call({ method: 'GET', url: page.nextRecordsUrl }));
    rows.push(...page.records);
  }
  return rows;
}

function readPage(org: Org, answer: Subanswer): Page {
  if (answer.status !== 200)
    throw toFailure(answer.status, readErrors(answer.status, answer.body), { clock: org.clock });
  const page = answer.body as Partial<Page> | null;
  if (!Array.isArray(page?.records) || typeof page.done !== 'boolean') {
    // Half an answer must never look like "none".
    throw new Unavailable('Salesforce answered a query without records', { service: SERVICE, code: 'UNREADABLE' });
  }
  return page as Page;
}
