/** The books, for stories: compared on demand as an admin asks for it. */
import { MINUTE } from '../../src/lib/clock.ts';
import { untilIdle } from './jobs.ts';
import { messagesSaying, mql } from './messages.ts';
import { DANA } from './people.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

const TOLD = /More of it: \/mql books/;

/** A quarter of an hour later nothing is in flight; answers what the admin is told of the last day. */
export async function booksOf(baton: System): Promise<string> {
  baton.clock.move(20 * MINUTE);
  await untilIdle(baton);
  const before = (await messagesSaying(baton, { user: DANA }, TOLD)).length;
  await mql(baton, DANA, 'books 24h');
  return until(
    'the books are told of',
    async () => (await messagesSaying(baton, { user: DANA }, TOLD)).at(before)?.text,
  );
}
