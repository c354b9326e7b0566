/** The books, for stories: compared on demand as an admin asks for it, and at night. */
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { beginNightlyBooks } from '../../src/reports/books/begin.ts';
import { hurry } from './database-changes.ts';
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

/** It is a minute past half past three where the weekly report is at home, and several processes look at once. */
export async function nightComes(baton: System, zone: string): Promise<void> {
  const now = Temporal.Instant.fromEpochMilliseconds(baton.clock.now().getTime()).toZonedDateTimeISO(zone);
  const night = now.with({ hour: 3, minute: 31, second: 0, millisecond: 0 });
  const wait = night.epochMilliseconds - now.epochMilliseconds;
  baton.clock.move(wait > 0 ? wait : wait + DAY);
  await Promise.all([1, 2, 3].map(() => beginNightlyBooks(baton.app.deps)));
  await hurry(baton);
  await baton.settled();
}
