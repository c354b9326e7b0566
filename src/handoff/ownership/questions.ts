/** The questions about a record's owner, where they were asked: once they are answered, nothing is left to press. */

import type { OwnerAlert } from '../../contracts/notifier.ts';
import { type OwnerAsk, openOwnerAsks, ownerAskShows } from '../../db/handoffs/owner-asks.ts';
import { type OwnerChange, ownerChangeById } from '../../db/handoffs/owner-changes.ts';
import { newestOf } from '../../db/handoffs/timeline.ts';
import type { OwnerChangeState } from '../../domain/owner-guard.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawQuestions } from '../../jobs/requests.ts';
import { Rejected } from '../../lib/errors.ts';
import { type Drawing, drawingOf } from '../cards/drawing.ts';
import { decisionText, howChanged } from '../cards/owner-change-text.ts';
import { isMessageGone } from '../cards/post-refused.ts';
import type { Deps } from '../core/deps.ts';

/** States in which there is something to press. */
export const ASKS: readonly OwnerChangeState[] = ['asked', 'refused', 'overruled'];

/** What a message about an open question says; equal when nothing is new. Pure. */
export function shownOf({ state, theirs, byId, changedAt, why }: Omit<OwnerChange, 'id'>): string {
  return [state, theirs, byId, changedAt.toISOString(), why].join(' ');
}

/** How an alert about a change is found again. */
export function alertOf({ id, state, decidedAt, seenAt }: OwnerChange, card: OwnerAlert['card']): OwnerAlert {
  const key = ['owner', id, state, ...(decidedAt ? [decidedAt.toISOString()] : [])].join(':');
  return { kind: 'owner', key, since: seenAt.toISOString(), card };
}

/** Every open question of a handoff says what is true now. One Slack call for each that says something else. */
export async function redrawAsks(deps: Deps, of: { workspaceId: string; handoffId: string }): Promise<void> {
  const asks = await openOwnerAsks(deps.db, of.workspaceId, of.handoffId);
  const drawing = asks.length > 0 ? await drawingOf(deps, of) : undefined;
  if (!drawing) return;
  let doubts = 0;
  for (const ask of asks) {
    const change = await ownerChangeById(deps.db, of.workspaceId, ask.changeId);
    const isNewest = asks.findLast(one => one.changeId === ask.changeId) === ask;
    if (change && !(await redrawAsk(deps, drawing, ask, change, isNewest))) doubts += 1;
  }
  if (doubts > 0) await enqueue(deps.db, redrawQuestions(drawing.handoff));
}

/** Answers whether it is known to say what is true. */
async function redrawAsk(
  deps: Deps,
  drawing: Drawing,
  ask: OwnerAsk,
  change: OwnerChange,
  isNewest: boolean,
): Promise<boolean> {
  const { handoff, card } = drawing;
  const { workspaceId } = handoff;
  const owner = handoff.ownerChange === change.id ? card.owner : undefined;
  if (owner && isNewest && ask.state === change.state) {
    const shown = shownOf(change);
    if (shown === ask.shown) return true;
    await say(drawing, ask, alertOf(change, { ...card, owner }));
    return ownerAskShows(deps.db, workspaceId, ask, shown, null);
  }
  const ended = await endOf(deps, drawing, change, owner !== undefined);
  const how = howChanged(change, drawing.playbook, card.crm.name);
  const news = { state: 'left' as const, to: change.theirsName, how };
  if (ended.text !== ask.shown) await say(drawing, ask, { ...alertOf(change, { ...card, owner: news }), ended });
  // What is being given back will have its end.
  const endedAt = change.state === 'restoring' ? null : deps.clock.now();
  return ownerAskShows(deps.db, workspaceId, ask, ended.text, endedAt);
}

/** A message that somebody deleted, or that is too old to be changed, is left as it is. */
async function say({ notifier }: Drawing, ask: OwnerAsk, alert: OwnerAlert): Promise<void> {
  try {
    await notifier.updateAlert(ask, alert);
  } catch (error) {
    if (!(error instanceof Rejected) || !(isMessageGone(error) || TOO_OLD.has(error.code ?? ''))) throw error;
  }
}

const TOO_OLD: ReadonlySet<string> = new Set(['cant_update_message', 'edit_window_closed']);

/** Somebody answered it; or the lead went on without an answer, which the timeline tells. */
async function endOf(
  { db }: Deps,
  { handoff, playbook, card }: Drawing,
  change: OwnerChange,
  isOpen: boolean,
): Promise<NonNullable<OwnerAlert['ended']>> {
  const answered = decisionText(change, playbook, card.crm.name, isOpen);
  const entry = answered ? undefined : await newestOf(db, handoff.workspaceId, handoff.id, MOVES, change.seenAt);
  if (entry) return { text: entry.text, at: entry.at };
  const ending = answered ?? decisionText(change, playbook, card.crm.name, true);
  return ending
    ? { text: ending.text, at: ending.at.toISOString() }
    : { text: 'This is settled: the lead has moved on' };
}

const MOVES = ['reassigned', 'rejected', 'reopened', 'claimed', 'stage'] as const;
