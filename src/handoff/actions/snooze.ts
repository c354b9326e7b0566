/** Quiet until a time, and back again then. */

import { personOf } from '../../config/playbook/people.ts';
import { type Handoff, handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { isOpen, OPEN_STATES } from '../../domain/handoff.ts';
import { displayName } from '../../domain/lead.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { endSnooze, redrawCards, redrawCardsNow } from '../../jobs/requests.ts';
import { after, DAY } from '../../lib/clock.ts';
import { Rejected } from '../../lib/errors.ts';
import { momentIn } from '../../lib/moment-words.ts';
import { type AuthorisedAction, actAs, quotedNote, trimmedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';
import type { Facts } from '../core/facts.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { undoable } from '../core/undoable.ts';

const MOST_DAYS = 90;

/** Quiet until then for whoever has the lead: its promise, its steps and what the manager hears go on. */
export async function snooze(
  deps: Deps,
  request: HandoffRequest & { until: Date; note?: string },
): Promise<Outcome<{ until: Date; undo?: string }>> {
  const { until } = request;
  return actAs(
    deps,
    request,
    { from: OPEN_STATES },
    async (action): Promise<Outcome<{ until: Date; undo?: string }>> => {
      const { now } = action;
      if (!(until > now)) return unfit('That time is over: choose one that is still to come.');
      if (until > after(now, MOST_DAYS * DAY)) return unfit(`Choose a time within the next ${MOST_DAYS} days.`);
      return undoable(action, 'snooze', async () => {
        await putOff(action, until, trimmedNote(request.note));
        return { kind: 'done', until };
      });
    },
  );
}

const unfit = (why: string) => ({ kind: 'unfit' as const, field: 'until', why });

async function putOff(action: AuthorisedAction, until: Date, note: string | undefined): Promise<void> {
  const { trx, workspaceId, handoff, actor, playbook, now } = action;
  const of = { workspaceId, handoffId: handoff.id };
  const zone = personOf(playbook, actor.email)?.time_zone ?? 'UTC';
  await updateHandoff(trx, workspaceId, handoff.id, { snoozedUntil: until });
  await recordForThreads(
    trx,
    { ...of, leadId: handoff.leadId },
    {
      kind: 'snoozed',
      at: now,
      actor: actor.email,
      text: `${actor.name} snoozed this lead until ${momentIn(until, zone)}${quotedNote(note)}`,
      detail: { until: until.toISOString(), ...(note && { note }) },
    },
  );
  await enqueue(trx, endSnooze(handoff, until, now), redrawCardsNow(handoff));
}

/** Not quiet any more, before its time. */
export async function wakeNow(deps: Deps, request: HandoffRequest): Promise<Outcome<object>> {
  return actAs(deps, request, { from: OPEN_STATES }, async (action): Promise<Outcome<object>> => {
    const { trx, workspaceId, handoff, actor, now } = action;
    if (!handoff.snoozedUntil || handoff.snoozedUntil <= now) return unfit('This lead is not snoozed any more.');
    await updateHandoff(trx, workspaceId, handoff.id, { snoozedUntil: null });
    const of = { workspaceId, handoffId: handoff.id, leadId: handoff.leadId };
    const text = `${actor.name} woke the lead`;
    await recordForThreads(trx, of, { kind: 'woken', at: now, actor: actor.email, text });
    await enqueue(trx, redrawCardsNow(handoff));
    return { kind: 'done' };
  });
}

/**
 * The snooze is over: whoever has the lead hears of it, unless it was touched, given on, closed or put off meanwhile.
 * Told before it is written down: cut short between the two, the next try finds in Slack what was told. One Slack call.
 */
export async function wake(deps: Deps, ref: HandoffRef, attempt: number): Promise<void> {
  const handoff = await handoffById<Facts>(deps.db, ref.workspaceId, ref.handoffId);
  if (!handoff?.snoozedUntil || !isOpen(handoff.state)) return;
  const now = deps.clock.now();
  if (handoff.snoozedUntil > now) return enqueue(deps.db, endSnooze(handoff, handoff.snoozedUntil, now));
  const until = handoff.snoozedUntil;
  await notifyRep(deps, { ...ref, until }, handoff, attempt > 1);
  await deps.db.transaction(async trx => {
    const still = await lockHandoff(trx, ref.workspaceId, ref.handoffId);
    if (still?.snoozedUntil?.getTime() !== until.getTime()) return;
    // Silence counts from here on.
    const silentSince = still.contactedAt ? { ladderFrom: until } : {};
    await updateHandoff(trx, ref.workspaceId, ref.handoffId, { snoozedUntil: null, ...silentSince });
    await recordForThreads(
      trx,
      { ...ref, leadId: handoff.leadId },
      { kind: 'woken', at: now, text: 'The time this lead was put off until is here' },
    );
    await enqueue(trx, redrawCards(handoff));
  });
}

/** Words of their own in the DM: a line in a thread alone is easily missed. The thread says it to everybody else. */
async function notifyRep(
  deps: Deps,
  { workspaceId, handoffId, until }: HandoffRef & { until: Date },
  { repEmail, facts }: Handoff<Facts>,
  lookFirst: boolean,
): Promise<void> {
  const slackId = repEmail && (await slackIdOf(deps, workspaceId, repEmail));
  if (!slackId) return;
  const { notifier } = await deps.vendors(workspaceId);
  try {
    const text = `The lead ${displayName(facts.contact)} is back: you snoozed this lead until now.`;
    const note = { key: `woken:${handoffId}:${until.toISOString()}`, since: until };
    await notifier.notify({ kind: 'dm', slackId }, text, note, lookFirst);
  } catch (error) {
    // A DM that Slack will never take: the card and its thread still say it.
    if (!(error instanceof Rejected)) throw error;
    deps.log.warn({ err: error, workspaceId }, 'a rep could not be told that a snooze is over');
  }
}
