/** Accounts that were there before Baton's flow are given the host of their website, a page after the other. */
import type { SetupResult, SetupStep } from '../../../contracts/crm-setup.ts';
import { Rejected } from '../../../lib/errors.ts';
import { composite, queries, type Row, type Subanswer } from '../api/composite.ts';
import { readErrors, toFailure } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { HOST_FIELD, websiteHost } from '../records/website-host.ts';

type PartResult = SetupResult['parts'][number];

const NAME = 'website hosts of accounts';
/** Accounts of one query, and of one collection; so many collections one composite takes (REST API Developer Guide). */
const PAGE = 2_000;
const MOST_CHANGED = 200;
const MOST_COLLECTIONS = 5;

/**
 * Writes where the field is not what the flow would make of the website: what was done is not done again, and a run that
 * was cut short goes on. Reads by the primary key, which no size of an org makes slow: a call for 2,000 accounts, and one
 * for each 1,000 that change.
 * @throws Unavailable and the like: set up again, and it goes on
 */
export async function fillHosts(org: Org, progress: (step: SetupStep) => void): Promise<PartResult> {
  try {
    return resultOf(await walk(org, progress));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { name: NAME, outcome: 'refused', why: error.message };
  }
}

interface Tally {
  filled: number;
  refused: number;
  /** Of the first that was refused. */
  why?: string;
}

async function walk(org: Org, progress: (step: SetupStep) => void): Promise<Tally> {
  const total = await countOf(org);
  const tally: Tally = { filled: 0, refused: 0 };
  let last: string | undefined;
  for (let done = 0; ; ) {
    const after = last === undefined ? '' : `WHERE Id > ${quote(last)} `;
    const soql = `SELECT Id, Website, ${HOST_FIELD} FROM Account ${after}ORDER BY Id LIMIT ${PAGE}`;
    const [rows = []] = await queries(org, [soql]);
    if (rows.length > 0) await fill(org, rows.filter(isStale), tally);
    done += rows.length;
    if (done > 0) progress({ text: 'Filling the website hosts of accounts', done, of: Math.max(total, done) });
    if (rows.length < PAGE) return tally;
    last = String(rows.at(-1)?.Id);
  }
}

/** For the progress alone: an org that does not say is not counted. */
async function countOf(org: Org): Promise<number> {
  try {
    return (await org.accounts.count()) ?? 0;
  } catch (error) {
    if (error instanceof Rejected) return 0;
    throw error;
  }
}

const hostOf = (row: Row): string | null => websiteHost(typeof row.Website === 'string' ? row.Website : null);
const isStale = (row: Row): boolean => hostOf(row) !== (row[HOST_FIELD] ?? null);

async function fill(org: Org, rows: readonly Row[], tally: Tally): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(rows.length / MOST_CHANGED) }, (_, at) =>
    rows.slice(at * MOST_CHANGED, (at + 1) * MOST_CHANGED),
  );
  for (let from = 0; from < chunks.length; from += MOST_COLLECTIONS) {
    const some = chunks.slice(from, from + MOST_COLLECTIONS);
    const answers = await composite(
      org,
      some.map((chunk, index) => ({
        method: 'PATCH',
        path: '/composite/sobjects',
        referenceId: `c${index}`,
        httpHeaders: { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' },
        body: {
          allOrNone: false,
          records: chunk.map(row => ({ attributes: { type: 'Account' }, id: row.Id, [HOST_FIELD]: hostOf(row) })),
        },
      })),
    );
    for (const answer of answers) count(org, answer, tally);
  }
}

function count(org: Org, answer: Subanswer, tally: Tally): void {
  if (answer.status !== 200 || !Array.isArray(answer.body)) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), { clock: org.clock });
  }
  for (const one of answer.body as { success?: boolean; errors?: { message?: string; statusCode?: string }[] }[]) {
    if (one.success === true) {
      tally.filled += 1;
      continue;
    }
    tally.refused += 1;
    const [error] = one.errors ?? [];
    tally.why ??= `${error?.statusCode ?? 'no code'}: ${error?.message ?? 'no reason given'}`;
  }
}

const accounts = (number: number): string => `${number} ${number === 1 ? 'account' : 'accounts'}`;

function resultOf({ filled, refused, why }: Tally): PartResult {
  if (refused > 0) {
    const told = `Salesforce refused it for ${accounts(refused)} (${(why ?? '').slice(0, 200)}); ${accounts(filled)} filled. Those are not found by their website. Mend that and set up again.`;
    return { name: NAME, outcome: 'refused', why: told };
  }
  return filled > 0
    ? { name: NAME, outcome: 'made', why: `filled on ${accounts(filled)}` }
    : { name: NAME, outcome: 'unchanged' };
}

/** Nothing to fill: the field is not there. */
export const unfilled = (needs: string): PartResult => ({ name: NAME, outcome: 'refused', why: `it needs ${needs}` });
