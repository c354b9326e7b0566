/** Log call: a rep tells of a call, which is the evidence the ladder waits for. */

import { randomUUID } from 'node:crypto';
import { personOf } from '../../config/playbook/people.ts';
import { stintsOf } from '../../db/handoffs/stints.ts';
import { dayIn, isDay } from '../../domain/days.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { after, DAY, MINUTE, minuteOf } from '../../lib/clock.ts';
import { dayOf } from '../../lib/moment-words.ts';
import { type AuthorisedAction, actAs, quotedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { CALL_OUTCOMES, type CallNotes, type HandoffRequest, type Outcome } from '../core/outcomes.ts';
import { addTouch, takeFromPool } from './touch.ts';

const MOST_MINUTES = 600;
const MOST_NOTES = 3_000;
const MOST_NEXT = 250;
const MOST_DAYS_AGO = 30;

type Unfit = Extract<Outcome, { kind: 'unfit' }>;

/** A call that was made or taken; the next step becomes a task of the rep's. */
export async function logCall(deps: Deps, request: HandoffRequest & CallNotes): Promise<Outcome> {
  return actAs(deps, request, { from: OPEN_STATES }, async action => {
    const { actor, playbook, now } = action;
    const zone = personOf(playbook, actor.email)?.time_zone ?? 'UTC';
    const since = await hadSince(action);
    const unfit = unfitOf(request, now, zone) ?? tooEarly(request.at, since, zone);
    if (unfit) return unfit;
    const { crm } = await deps.vendors(request.workspaceId);
    const { trx, handoff } = await takeFromPool(action);
    const call = kept(request);
    const touch = {
      id: randomUUID(),
      kind: 'call' as const,
      byEmail: actor.email,
      at: latest(request.at && request.at < now ? request.at : now, since.at),
      detail: { ...call },
      text: sentence(actor.name, call),
    };
    await addTouch(trx, handoff, touch, { now, hasCrm: crm !== undefined, zone, metrics: deps.metrics });
    return { kind: 'done' };
  });
}

/** Since when a call of theirs answers this lead: since they have it, or since it crossed when they never had it. */
async function hadSince({ trx, workspaceId, handoff, actor }: AuthorisedAction): Promise<{ at: Date; own: boolean }> {
  const stints = await stintsOf(trx, workspaceId, handoff.id);
  const own = stints.find(stint => stint.repEmail === actor.email);
  return { at: own?.from ?? handoff.crossedAt, own: own !== undefined };
}

/** A call before they had the lead is no answer of theirs. Times are typed to the minute. */
function tooEarly(at: Date | undefined, since: { at: Date; own: boolean }, zone: string): Unfit | undefined {
  if (!at || at >= minuteOf(since.at)) return undefined;
  const format = { timeZone: zone, weekday: 'short', month: 'short', day: 'numeric' } as const;
  const when = new Intl.DateTimeFormat('en-US', { ...format, hour: 'numeric', minute: '2-digit' }).format(since.at);
  const what = since.own ? 'You have had this lead since' : 'This lead became an MQL on';
  return unfit('at', `${what} ${when}: choose a time after that.`);
}

const latest = (one: Date, other: Date) => (one > other ? one : other);

function kept({ outcome, direction, minutes, notes, nextStep }: CallNotes): Omit<CallNotes, 'at'> {
  const said = notes?.trim();
  return {
    outcome,
    direction,
    ...(minutes !== undefined && { minutes }),
    ...(said && { notes: said }),
    ...(nextStep && { nextStep: { what: nextStep.what.trim(), on: nextStep.on } }),
  };
}

/** The first thing that cannot be used, by its input's name. */
function unfitOf(call: CallNotes, now: Date, zone: string): Unfit | undefined {
  const { outcome, direction, minutes, at, notes, nextStep } = call;
  if (!Object.hasOwn(CALL_OUTCOMES, outcome)) return unfit('outcome', 'Say how the call went.');
  if (direction !== 'outbound' && direction !== 'inbound') return unfit('direction', 'Say who called whom.');
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 0 && minutes <= MOST_MINUTES)) {
    return unfit('minutes', `Give whole minutes, ${MOST_MINUTES} at most, or leave it empty.`);
  }
  // A phone's clock may be a little ahead of ours.
  if (at && !(at <= after(now, MINUTE))) return unfit('at', 'That is still to come: log the call when it was made.');
  if (at && at < after(now, -MOST_DAYS_AGO * DAY)) {
    return unfit('at', `That is more than ${MOST_DAYS_AGO} days ago: log it in the CRM itself.`);
  }
  if (notes && notes.trim().length > MOST_NOTES) return unfit('notes', `Use ${MOST_NOTES} characters at most.`);
  return nextStep && unfitNext(nextStep, dayIn(zone, now));
}

function unfitNext({ what, on }: { what: string; on: string }, today: string): Unfit | undefined {
  const text = what.trim();
  if (text === '') return unfit('next_what', 'Say what comes next, or leave the date out.');
  if (text.length > MOST_NEXT) return unfit('next_what', `Use ${MOST_NEXT} characters at most.`);
  if (!isDay(on)) return unfit('next_on', 'Choose a day.');
  return on < today ? unfit('next_on', 'Choose today or a later day.') : undefined;
}

const unfit = (field: string, why: string): Unfit => ({ kind: 'unfit', field, why });

/** "Marcus Chen called: connected, 4 minutes; notes: “asked for prices”; next, on Thu 26 Nov: “Send the proposal”". */
function sentence(name: string, { outcome, direction, minutes, notes, nextStep }: Omit<CallNotes, 'at'>): string {
  const how = direction === 'inbound' ? 'took a call' : 'called';
  const long = minutes === undefined ? '' : `, ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const next = nextStep ? `; next, on ${dayOf(nextStep.on)}${quotedNote(nextStep.what)}` : '';
  return `${name} ${how}: ${CALL_OUTCOMES[outcome].toLowerCase()}${long}${notes ? `; notes${quotedNote(notes)}` : ''}${next}`;
}
