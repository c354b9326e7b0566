/**
 * The auditor: finds handoffs that the sweep should have looked at and did not, and those that wait for nothing though
 * something should come. It mends what it finds, and says so.
 */
import { lockWithoutNextStep, overdueHandoffs } from '../db/handoffs/ladder.ts';
import { notice } from '../db/workspaces/notices.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins } from '../jobs/requests.ts';
import { after, MINUTE } from '../lib/clock.ts';
import { inWords } from '../lib/span.ts';
import { saveFindings } from './save-findings.ts';
import { checkHandoffs, sweep } from './sweep.ts';
import { beginRound } from './sweep-round.ts';

/** Ticks are seconds apart: what waits longer waits because something is wrong. */
const TOO_LATE = MINUTE;
const BATCH = 500;

/** Looks for what was missed, mends it, and tells the admins of each workspace once a day. */
export async function audit(deps: Deps): Promise<{ late: number; forgotten: number; stuck: number }> {
  const before = await overdueHandoffs(deps.db, after(deps.clock.now(), -TOO_LATE));
  const late = before.filter(one => one.late > 0);
  const forgotten = await mendForgotten(deps);
  await sweep(deps);
  // What is still there could not be looked at at all.
  const stuck = before.length > 0 ? await overdueHandoffs(deps.db, after(deps.clock.now(), -TOO_LATE)) : [];
  const now = deps.clock.now();
  for (const { workspaceId, late: handoffs, oldest } of late) {
    const behind = inWords(now.getTime() - (oldest ?? now).getTime());
    await raise(deps, workspaceId, 'late', `${leads(handoffs)} waited for a step of the ladder, up to ${behind}`);
  }
  for (const [workspaceId, handoffs] of forgotten) {
    await raise(deps, workspaceId, 'forgotten', `${leads(handoffs)} had no next step of the ladder and should have`);
  }
  for (const { workspaceId, handoffs } of stuck) {
    await raise(deps, workspaceId, 'stuck', `The ladder of ${leads(handoffs)} cannot be looked at`);
  }
  return {
    late: sum(late.map(one => one.late)),
    forgotten: sum([...forgotten.values()]),
    stuck: sum(stuck.map(one => one.handoffs)),
  };
}

/** Open handoffs without a next step that should have one: gives it to them; how many, by workspace. */
async function mendForgotten(deps: Deps): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const round = beginRound(deps);
  let last: string | undefined;
  do {
    const after = last;
    last = await deps.db.transaction(async trx => {
      const handoffs = await lockWithoutNextStep(trx, after, BATCH);
      const looks = await checkHandoffs(round, trx, handoffs);
      const forgotten = looks.filter(({ update, fired }) => update.nextStepAt !== null || fired.length > 0);
      for (const { handoff } of await saveFindings(round, trx, forgotten))
        found.set(handoff.workspaceId, (found.get(handoff.workspaceId) ?? 0) + 1);
      return handoffs.length === BATCH ? handoffs.at(-1)?.id : undefined;
    });
  } while (last !== undefined);
  return found;
}

async function raise(deps: Deps, workspaceId: string, what: string, words: string): Promise<void> {
  const now = deps.clock.now();
  deps.log.error({ workspaceId, what }, words);
  const rest =
    what === 'stuck'
      ? 'Nothing reminds anybody of them. The log says why; please have a look.'
      : 'Baton has caught up. If it was not stopped in between, please have a look at its log and load.';
  await deps.db.transaction(async trx => {
    const key = `ladder_${what}:${now.toISOString().slice(0, 10)}`;
    const isNew = await notice(trx, workspaceId, { key, text: `${words}. ${rest}` }, now);
    if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
  });
}

const leads = (count: number) => (count === 1 ? '1 lead' : `${count} leads`);
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
