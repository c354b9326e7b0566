/** What people do can be taken back for ten minutes: what was before is kept with the act. */
import { randomUUID } from 'node:crypto';
import type { Db } from '../../db/connection.ts';
import { type Handoff, lockHandoff } from '../../db/handoffs/handoffs.ts';
import { newestEntryId } from '../../db/handoffs/timeline.ts';
import { saveUndoableAct, type UndoableKind } from '../../db/people/undoable-acts.ts';
import { isOpen } from '../../domain/handoff.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawWhenUndoEnds } from '../../jobs/requests.ts';
import { MINUTE } from '../../lib/clock.ts';
import type { AuthorisedAction } from './act-as.ts';

/** So long what somebody did can be taken back. */
export const UNDO_WITHIN = 10 * MINUTE;

/** All that the acts below change of a handoff. First touch, record and facts are not theirs. */
const FIELDS = [
  'state',
  'playbookVersion',
  'assignedAt',
  'claimedAt',
  'team',
  'repEmail',
  'claimedBy',
  'decision',
  'dueAt',
  'snoozedUntil',
  'closedAt',
  'closedBy',
  'closedReason',
  'closedNote',
  'passedBy',
  'turnTeam',
  'turnEmail',
  'stepsFired',
  'idleAskedAt',
  'coldNotifiedAt',
  'ladderFrom',
  'ladderPassed',
  'ownerChange',
] as const satisfies readonly (keyof Handoff)[];

export type HandoffBefore = Pick<Handoff, (typeof FIELDS)[number]>;

/** Runs `work`; where it was done, keeps what was before. What was no open lead before is not to be taken back. */
export async function undoable<T extends { kind: string }>(
  action: AuthorisedAction,
  kind: UndoableKind,
  work: (action: AuthorisedAction) => Promise<T>,
): Promise<T & { undo?: string }> {
  const outcome = await work(action);
  const isDone = outcome.kind === 'done' || outcome.kind === 'claimed';
  if (!isDone || !isOpen(action.handoff.state)) return outcome;
  return { ...outcome, undo: await keepAct(action, kind) };
}

/** Four round trips. */
async function keepAct({ trx, workspaceId, handoff, actor, now }: AuthorisedAction, kind: UndoableKind) {
  const after = await lockHandoff(trx, workspaceId, handoff.id);
  if (!after) throw new Error(`handoff ${handoff.id} went away while it was locked`);
  const act = {
    ...{ id: randomUUID(), workspaceId, subject: handoff.id, handoffId: handoff.id },
    ...{ kind, actor: actor.email, at: now, before: fieldsOf(handoff), after: fieldsOf(after) },
    entryId: (await newestEntryId(trx, workspaceId, handoff.id)) ?? null,
  };
  await saveUndoableAct(trx, act);
  await enqueue(trx, redrawWhenUndoEnds(handoff, UNDO_WITHIN));
  return act.id;
}

function fieldsOf(handoff: Handoff): HandoffBefore {
  return Object.fromEntries(FIELDS.map(field => [field, handoff[field]])) as HandoffBefore;
}

const MOMENTS: ReadonlySet<string> = new Set([
  'assignedAt',
  'claimedAt',
  'dueAt',
  'snoozedUntil',
  'closedAt',
  'idleAskedAt',
  'coldNotifiedAt',
  'ladderFrom',
]);

/** What the act changed, as it was before it. Both are as `undoable_acts` has them. Pure. */
export function changedBack(before: unknown, after: unknown): Partial<HandoffBefore> {
  const [was, became] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return Object.fromEntries(
    FIELDS.filter(field => JSON.stringify(was[field]) !== JSON.stringify(became[field])).map(field => {
      const value = was[field];
      return [field, MOMENTS.has(field) && typeof value === 'string' ? new Date(value) : value];
    }),
  );
}

/** Keeps what a person's absences were before this one; answers the act's id. */
export async function keepAway(
  trx: Db,
  act: { workspaceId: string; email: string; actor: string; at: Date; before: unknown; after: unknown },
): Promise<string> {
  const { email, ...kept } = act;
  const id = randomUUID();
  await saveUndoableAct(trx, { ...kept, id, subject: `away:${email}`, handoffId: null, kind: 'away', entryId: null });
  return id;
}
