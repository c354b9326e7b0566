/** The books are compared every night, and whenever an admin asks. */
import { personOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { connectionsInUse } from '../../db/connections/connections.ts';
import { forgetGaps, oldestOpenGap } from '../../db/reports/book-gaps.ts';
import { beginBooks, comparedUntil, forgetBooks } from '../../db/reports/books.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { enqueue } from '../../jobs/queue.ts';
import { compareBooks, spreadOver } from '../../jobs/requests.ts';
import { after, DAY, HOUR, MINUTE } from '../../lib/clock.ts';
import { toError } from '../../lib/errors.ts';
import { booksSpan } from './compare.ts';

/** A night, and two hours of the one before: what was in flight then. */
const NIGHTLY = 26 * HOUR;
/** What is open from before, and what a source did not answer for, is looked at again, so far back. */
const OPEN_BACK = 14 * DAY;
/** On demand. */
export const MOST_BACK = 90 * DAY;
const [FROM, UNTIL] = [Temporal.PlainTime.from('03:30'), Temporal.PlainTime.from('06:30')];

/**
 * Begins the comparison of this night wherever it is half past three or later; a row is the lock, so any number of processes
 * may look. A workspace whose playbook cannot be read keeps nobody else waiting.
 */
export async function beginNightlyBooks(deps: Deps): Promise<void> {
  const sources = await connectionsInUse(deps.db, 'source');
  for (const workspaceId of new Set(sources.map(one => one.workspaceId))) {
    try {
      const { playbook } = await deps.playbook(workspaceId);
      const local = Temporal.Instant.fromEpochMilliseconds(deps.clock.now().getTime()).toZonedDateTimeISO(
        workspaceZone(playbook),
      );
      const isNight = [FROM, UNTIL].map(time => Temporal.PlainTime.compare(local.toPlainTime(), time));
      if ((isNight[0] ?? -1) >= 0 && (isNight[1] ?? 1) < 0) await beginNight(deps, workspaceId, local.toPlainDate());
    } catch (thrown) {
      deps.log.error({ err: toError(thrown), workspaceId }, 'the books of the night could not be begun');
    }
  }
}

async function beginNight(deps: Deps, workspaceId: string, night: Temporal.PlainDate): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    const [oldest, until] = [
      await oldestOpenGap(trx, workspaceId, after(now, -OPEN_BACK)),
      await comparedUntil(trx, workspaceId, after(now, -OPEN_BACK)),
    ];
    const back = [oldest, until].flatMap(one => (one ? [now.getTime() - one.getTime() + MINUTE] : []));
    const span = booksSpan(now, Math.min(OPEN_BACK, Math.max(NIGHTLY, ...back)));
    const id = await beginBooks(trx, workspaceId, { ...span, night: night.toString() }, now);
    if (id) await enqueue(trx, spreadOver(HOUR / 2, compareBooks(workspaceId, id)));
  });
}

/** Where the weekly report is at home, else an admin: a playbook names no zone of its own. */
export function workspaceZone({ reports, admins, ...playbook }: Playbook): string {
  const [admin] = admins.flatMap(email => personOf({ ...playbook, reports, admins }, email)?.time_zone ?? []);
  return reports.weekly?.time_zone || admin || 'UTC';
}

/** Compares the last `back` milliseconds for whoever asks; they are told in their direct messages. */
export async function askBooks(
  deps: Deps,
  { workspaceId, slackUserId, back }: { workspaceId: string; slackUserId: string; back: number },
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    const span = booksSpan(now, Math.min(back, MOST_BACK));
    const id = await beginBooks(trx, workspaceId, { ...span, askedBy: slackUserId }, now);
    if (id) await enqueue(trx, compareBooks(workspaceId, id, true));
  });
}

const KEPT = 2 * MOST_BACK;

export async function forgetOldBooks({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const before = after(clock.now(), -KEPT);
  await forgetBooks(db, before);
  await forgetGaps(db, before);
}
