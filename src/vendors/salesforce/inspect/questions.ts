/** Asking an org many things at once, where each answer may be a refusal. */
import { CredentialsRejected, RateLimited, toError, Unavailable } from '../../../lib/errors.ts';
import { composite, MOST_SUBREQUESTS, type Row, type Subanswer } from '../api/composite.ts';
import { readErrors, refusalWords } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import type { OrgAnswer } from './facts.ts';

/** Salesforce's own words, as the end of a sentence. */
function whyOf(answer: Subanswer): string {
  const [error] = readErrors(answer.status, answer.body);
  return refusalWords(error ? [error] : []);
}

const saysNothing = (thrown: unknown): boolean =>
  thrown instanceof CredentialsRejected || thrown instanceof Unavailable || thrown instanceof RateLimited;

/**
 * Several GETs as one call. A call that is refused as a whole is a refusal of each; a dead log-in and an
 * outage throw: they say nothing of who may do what.
 * `side`: the Tooling API has a composite of its own, with the same limits.
 */
export async function ask<Key extends string>(
  org: Org,
  side: 'data' | 'tooling',
  paths: Readonly<Record<Key, string>>,
): Promise<Record<Key, OrgAnswer<unknown>>> {
  const keys = Object.keys(paths) as Key[];
  const at = side === 'data' ? org : { ...org, base: `${org.base}/tooling` };
  const answers: Subanswer[] = [];
  try {
    for (let from = 0; from < keys.length; from += MOST_SUBREQUESTS) {
      const some = keys.slice(from, from + MOST_SUBREQUESTS);
      const requests = some.map((key, index) => ({
        method: 'GET' as const,
        path: paths[key],
        referenceId: `r${index}`,
      }));
      answers.push(...(await composite(at, requests)));
    }
  } catch (thrown) {
    if (saysNothing(thrown)) throw thrown;
    const why = toError(thrown).message.replace(/\.$/, '');
    return Object.fromEntries(keys.map(key => [key, { why }])) as Record<Key, OrgAnswer<unknown>>;
  }
  return Object.fromEntries(keys.map((key, index) => [key, told(answers[index])])) as Record<Key, OrgAnswer<unknown>>;
}

/** One GET alone, with the time the org says it is. */
export async function askOne(org: Org, url: string): Promise<{ told: OrgAnswer<unknown>; date?: string }> {
  try {
    const answer = await org.session.call({ method: 'GET', url });
    const date = answer.headers.date;
    return { told: told(answer), ...(date !== undefined && { date }) };
  } catch (thrown) {
    if (saysNothing(thrown)) throw thrown;
    return { told: { why: toError(thrown).message.replace(/\.$/, '') } };
  }
}

function told(answer: Subanswer | undefined): OrgAnswer<unknown> {
  if (!answer) return { why: 'it was not answered' };
  return answer.status === 200 ? { value: answer.body } : { why: whyOf(answer) };
}

/** The path of a query. */
export const queryOf = (soql: string): string => `/query?q=${encodeURIComponent(soql)}`;

/** What an answer says, read; one that refuses stays one. */
export function read<From, To>(from: OrgAnswer<From>, reader: (value: From) => To): OrgAnswer<To> {
  return 'value' in from ? { value: reader(from.value) } : from;
}

/** Rows of a query's first page: 2,000 are enough to judge by. */
export function rowsOf(answer: unknown): Row[] {
  const { records } = (answer ?? {}) as { records?: unknown };
  return Array.isArray(records) ? (records as Row[]) : [];
}

/** A column of a row, or of the record it points to, as text. */
export function textOf(row: Row | undefined, ...path: string[]): string {
  let at: unknown = row;
  for (const step of path) at = typeof at === 'object' && at !== null ? (at as Row)[step] : undefined;
  return typeof at === 'string' || typeof at === 'number' ? String(at) : '';
}
