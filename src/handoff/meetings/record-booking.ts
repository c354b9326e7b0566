/** What a scheduler tells of a booking: a meeting with a lead is a touch, and its cancellation takes that back. */

import { randomUUID } from 'node:crypto';
import { nameOf, personOf } from '../../config/playbook/people.ts';
import type { BookingEvent } from '../../contracts/scheduler.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, lockHandoff } from '../../db/handoffs/handoffs.ts';
import {
  type Meeting,
  meetingOf,
  moveTouch,
  openHandoffBy,
  saveMeeting,
  touchById,
} from '../../db/handoffs/touches.ts';
import { personByEmail } from '../../db/people/people.ts';
import { displayName } from '../../domain/lead.ts';
import { momentIn } from '../../lib/moment-words.ts';
import { addressKey, indexKey, storable } from '../../lib/text.ts';
import { addTouch, takeFromPool } from '../actions/touch.ts';
import { withdrawTouch } from '../actions/withdraw-touch.ts';
import { quotedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { actorIn } from '../core/rights.ts';

type Booked = Extract<BookingEvent, { kind: 'booked' }>;
type Cancelled = Extract<BookingEvent, { kind: 'cancelled' }>;

interface Told {
  deps: Deps;
  trx: Db;
  workspaceId: string;
  scheduler: string;
}

/**
 * Committed when it answers: how many of them meant something to a lead that is open. Whoever books and is no lead of ours
 * leaves no trace. One transaction each.
 */
export async function recordBookings(
  deps: Deps,
  { workspaceId, scheduler }: { workspaceId: string; scheduler: string },
  events: readonly BookingEvent[],
): Promise<number> {
  let count = 0;
  for (const event of events) {
    const isNews = await deps.db.transaction(trx => {
      const told = { deps, trx, workspaceId, scheduler };
      const read = storable({ ...event, bookingId: indexKey(event.bookingId) });
      return read.kind === 'booked' ? booked(told, read) : calledOff(told, read);
    });
    if (isNews) count += 1;
  }
  return count;
}

const keyOf = ({ workspaceId, scheduler }: Told, bookingId: string) => ({ workspaceId, scheduler, bookingId });

async function booked(told: Told, event: Booked): Promise<boolean> {
  const { deps, trx, workspaceId } = told;
  const before = event.replaces ? await meetingOf(trx, keyOf(told, indexKey(event.replaces))) : undefined;
  const found = { address: addressKey(event.email), handoffId: event.handoffId };
  const handoffId = before ? before.handoffId : await openHandoffBy(trx, workspaceId, found);
  const handoff = handoffId && (await lockHandoff<Facts>(trx, workspaceId, handoffId));
  // Only now: whoever else was told of this booking has said so under the lock.
  if (!handoff || (await meetingOf(trx, keyOf(told, event.bookingId)))) return false;
  const meeting: Meeting = {
    ...keyOf(told, event.bookingId),
    handoffId: handoff.id,
    touchId: null,
    state: 'booked',
    startsAt: new Date(event.startsAt),
    at: deps.clock.now(),
  };
  // Told of late, the booking that was moved here must not count beside this one.
  if (event.replaces && !before) await passedOver(told, handoff.id, { bookingId: event.replaces, state: 'moved' });
  const known = before && (await meetingOf(trx, before));
  if (known?.touchId) {
    await moved(told, handoff, { event, known, meeting: { ...meeting, touchId: known.touchId } });
    return true;
  }
  await saveMeeting(trx, { ...meeting, touchId: await asTouch(told, handoff, event) });
  return true;
}

/** Whatever is told of this booking later changes nothing. */
async function passedOver(
  told: Told,
  handoffId: string,
  { bookingId, state }: { bookingId: string; state: 'moved' | 'cancelled' },
): Promise<void> {
  const at = told.deps.clock.now();
  const key = keyOf(told, indexKey(bookingId));
  await saveMeeting(told.trx, { ...key, handoffId, touchId: null, state, startsAt: null, at });
}

/** Answers the touch's id. */
async function asTouch(told: Told, handoff: Handoff<Facts>, event: Booked): Promise<string> {
  const { deps, trx, workspaceId, scheduler } = told;
  const { playbook } = await deps.playbook(workspaceId);
  const host = event.hosts.map(email => personOf(playbook, email.toLowerCase())).find(one => one !== undefined);
  const taken = host ? await takenBy(told, handoff, host.email) : handoff;
  const byEmail = host?.email ?? taken.repEmail;
  const zone = personOf(playbook, byEmail)?.time_zone ?? 'UTC';
  const with_ = byEmail ? ` with ${nameOf(playbook, byEmail)}` : '';
  const now = deps.clock.now();
  const id = randomUUID();
  await addTouch(
    trx,
    taken,
    {
      id,
      kind: 'meeting',
      byEmail,
      at: new Date(Math.min(now.getTime(), Date.parse(event.at))),
      text: `${displayName(handoff.facts.contact)} booked a meeting${with_} for ${momentIn(new Date(event.startsAt), zone)}${quotedNote(event.title)}`,
      detail: { grade: 'meeting', subject: event.title, startsAt: new Date(event.startsAt).toISOString() },
      reportedBy: { origin: scheduler, crmId: event.bookingId },
    },
    { now, hasCrm: true, zone, metrics: deps.metrics },
  );
  return id;
}

/** Whoever a lead of nobody's meets has it from then on. */
async function takenBy({ deps, trx, workspaceId }: Told, handoff: Handoff<Facts>, email: string) {
  const { playbook, version } = await deps.playbook(workspaceId);
  const person = await personByEmail(trx, workspaceId, email);
  const actor = actorIn(playbook, email, person?.slackId ?? '');
  if (!actor) return handoff;
  const action = { deps, trx, workspaceId, handoff, actor, playbook, version, now: deps.clock.now() };
  return (await takeFromPool(action)).handoff;
}

async function moved(
  { deps, trx, workspaceId, scheduler }: Told,
  handoff: Handoff<Facts>,
  { event, known, meeting }: { event: Booked; known: Meeting; meeting: Meeting & { touchId: string } },
): Promise<void> {
  const { playbook } = await deps.playbook(workspaceId);
  const zone = personOf(playbook, handoff.repEmail)?.time_zone ?? 'UTC';
  const startsAt = new Date(event.startsAt).toISOString();
  await moveTouch(trx, workspaceId, meeting.touchId, { crmId: event.bookingId, startsAt });
  await saveMeeting(trx, { ...known, state: 'moved', touchId: null });
  await saveMeeting(trx, meeting);
  const text = `${displayName(handoff.facts.contact)} moved the meeting to ${momentIn(new Date(startsAt), zone)}.`;
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'meeting_moved',
      at: deps.clock.now(),
      actor: scheduler,
      text,
      detail: { touch: meeting.touchId, startsAt },
    },
  );
}

/** Of a meeting that only moves the other booking tells; its touch stays for that. */
async function calledOff(told: Told, event: Cancelled): Promise<boolean> {
  const { deps, trx, workspaceId, scheduler } = told;
  const key = keyOf(told, event.bookingId);
  const known = await meetingOf(trx, key);
  const found = { address: addressKey(event.email ?? ''), handoffId: event.handoffId };
  const handoffId = known ? known.handoffId : await openHandoffBy(trx, workspaceId, found);
  const handoff = handoffId && (await lockHandoff<Facts>(trx, workspaceId, handoffId));
  if (!handoff) return false;
  const meeting = await meetingOf(trx, key);
  if (!meeting) {
    // It overtook its booking, which would stop the SLA for a meeting that nobody comes to.
    await passedOver(told, handoff.id, { bookingId: event.bookingId, state: event.isMoved ? 'moved' : 'cancelled' });
    return false;
  }
  if (meeting.state !== 'booked' || event.isMoved) return false;
  const touch = meeting.touchId ? await touchById(trx, workspaceId, meeting.touchId) : undefined;
  await saveMeeting(trx, { ...meeting, touchId: null, state: 'cancelled' });
  if (!touch) return false;
  const text = `${displayName(handoff.facts.contact)}’s meeting was cancelled.`;
  await withdrawTouch(deps, trx, handoff, { touch, text, actor: scheduler });
  return true;
}
