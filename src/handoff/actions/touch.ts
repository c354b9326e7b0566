/** A touch is written down: what it changes about the handoff, whoever tells of it. */

import type { Metrics } from '../../contracts/metrics.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { touchStint } from '../../db/handoffs/stints.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import { insertTouch, type Touch } from '../../db/handoffs/touches.ts';
import { dayIn } from '../../domain/days.ts';
import { mayMove } from '../../domain/handoff.ts';
import { enqueue } from '../../jobs/queue.ts';
import { queueTouchFeedback, redrawCardsNow, writeTouch } from '../../jobs/requests.ts';
import { MINUTE, SECOND } from '../../lib/clock.ts';
import { momentIn } from '../../lib/moment-words.ts';
import type { AuthorisedAction } from '../core/act-as.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { take } from './claim.ts';

export interface NewTouch extends Pick<Touch, 'id' | 'kind' | 'at' | 'detail'> {
  /** Null: nobody Baton knows. */
  byEmail: string | null;
  /** The timeline's sentence. */
  text: string;
  /** Who told of it, when that was no person in Slack: there it needs not be logged. */
  reportedBy?: { origin: string; crmId: string; enteredAt?: Date };
}

/**
 * Writes a touch down in the transaction that locked the handoff: the lead counts as contacted from the earliest touch
 * on, is quiet no longer, and the CRM hears of it.
 */
export async function addTouch(
  trx: Db,
  handoff: Handoff,
  told: NewTouch,
  { now, hasCrm, zone = 'UTC', metrics }: { now: Date; hasCrm: boolean; zone?: string; metrics?: Metrics | undefined },
): Promise<void> {
  const { workspaceId, id: handoffId, leadId, crossedAt } = handoff;
  // Times are told to the minute; and who was known before the crossing did not answer it then.
  const touch = told.at < crossedAt ? { ...told, at: crossedAt } : told;
  const { text, reportedBy, ...row } = touch;
  const toCrm = hasCrm && !reportedBy && handoff.recordState !== 'skipped';
  await insertTouch(trx, {
    ...row,
    workspaceId,
    handoffId,
    origin: reportedBy?.origin ?? 'slack',
    crmState: reportedBy ? 'written' : toCrm ? 'pending' : 'skipped',
    crmId: reportedBy?.crmId ?? null,
    createdAt: now,
  });
  const changes = changesOf(handoff, touch, now);
  await updateHandoff(trx, workspaceId, handoffId, changes);
  await touchStint(trx, { workspaceId, handoffId }, touch.at, knownAt(touch, now));
  const isToldTooLate = changes.breachedAt !== undefined;
  await recordForThreads(
    trx,
    { workspaceId, handoffId, leadId },
    {
      kind: touch.kind === 'email' && !reportedBy ? 'email_sent' : 'touched',
      at: now,
      actor: touch.byEmail ?? reportedBy?.origin ?? 'baton',
      text: `${text}${loggedLate(touch.at, now, zone)}`,
      detail: { ...touch.detail, at: touch.at.toISOString(), from: handoff.state },
    },
    ...(isToldTooLate ? [brokenEntry(handoff, now)] : []),
  );
  if (!handoff.contactedAt && !handoff.isTest) {
    metrics?.touched((touch.at.getTime() - crossedAt.getTime()) / SECOND);
  }
  await enqueue(
    trx,
    redrawCardsNow(handoff),
    ...queueTouchFeedback(handoff, { id: touch.id, origin: reportedBy?.origin ?? 'slack' }),
    ...(toCrm ? [writeTouch(workspaceId, touch.id)] : []),
  );
}

/** A phone call is logged when it is over: this much later is no delay. */
const AT_ONCE = 5 * MINUTE;

/** A promise that was missed because nobody knew stays missed; what really was, and when it was told, is shown. */
function loggedLate(at: Date, now: Date, zone: string): string {
  if (now.getTime() - at.getTime() < AT_ONCE) return '';
  const dayOf = (moment: Date) => dayIn(zone, moment);
  const day = dayOf(at) !== dayOf(now);
  return ` (happened ${momentIn(at, zone, { day })}, logged ${momentIn(now, zone, { day })})`;
}

/**
 * What a person tells in Slack keeps a promise when it is told in time: a time typed afterwards proves nothing, in the CRM
 * neither. What the CRM tells carries the CRM's own stamp, and its way to Baton is nobody's delay.
 */
function knownAt({ at, reportedBy }: NewTouch, now: Date): Date {
  if (!reportedBy) return now;
  const { enteredAt = at } = reportedBy;
  return enteredAt > at ? enteredAt : at;
}

function brokenEntry({ repEmail, team, dueAt, priority }: Handoff, now: Date): NewEntry {
  const text = 'The promise was not kept: nobody had told of a touch when it was due';
  return { kind: 'breached', at: now, text, detail: { rep: repEmail, team, due: dueAt?.toISOString(), priority } };
}

/** Who reached out to their own lead needs no claim any more. */
function changesOf(handoff: Handoff, touch: NewTouch, now: Date): Partial<Handoff> {
  const { at, byEmail } = touch;
  const { state, contactedAt, lastTouchAt, claimedBy, repEmail, dueAt, breachedAt } = handoff;
  return {
    contactedAt: contactedAt && contactedAt < at ? contactedAt : at,
    lastTouchAt: lastTouchAt && lastTouchAt > at ? lastTouchAt : at,
    snoozedUntil: null,
    ...(!contactedAt && !breachedAt && dueAt && dueAt < knownAt(touch, now) && { breachedAt: dueAt }),
    // The silence counts from the touch on, not from the end of a snooze that is over.
    ladderFrom: null,
    ...(mayMove(state, 'contacted') && { state: 'contacted' as const }),
    ...(state === 'assigned' && !claimedBy && repEmail === byEmail && { claimedBy: byEmail, claimedAt: at }),
  };
}

/** Whoever works on a lead that is nobody's takes it: two people must not reach out to it side by side. */
export async function takeFromPool(action: AuthorisedAction): Promise<AuthorisedAction> {
  const { trx, workspaceId, handoff } = action;
  if (handoff.repEmail !== null || !mayMove(handoff.state, 'claimed')) return action;
  await take(action);
  const taken = await lockHandoff<Facts>(trx, workspaceId, handoff.id);
  return taken ? { ...action, handoff: taken } : action;
}
