/** Is what somebody did in the CRM proof that the lead was reached out to? */
import { randomUUID } from 'node:crypto';
import { nameOf, personOf } from '../../config/playbook/people.ts';
import type { CrmActivity } from '../../contracts/crm-events.ts';
import type { EventOutcome } from '../../db/handoffs/crm-events.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { isRecorded } from '../../db/handoffs/timeline.ts';
import { hasMeetingLike, hasTouchOf, type Touch, type TouchKind, touchOfCrm } from '../../db/handoffs/touches.ts';
import { emailOfCrmUser, personByEmail } from '../../db/people/people.ts';
import { isOpen } from '../../domain/handoff.ts';
import { serviceName } from '../../domain/service-name.ts';
import { minuteOf } from '../../lib/clock.ts';
import { addTouch, takeFromPool } from '../actions/touch.ts';
import { withdrawTouch } from '../actions/withdraw-touch.ts';
import { quotedNote } from '../core/act-as.ts';
import type { HandoffEvent } from '../core/crm-event.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { actorIn } from '../core/rights.ts';

/** The stronger first. */
type Grade = 'meeting' | 'call' | 'email' | 'task' | 'status';

/** Mail programs that answer for somebody, in the languages of most offices. */
const AUTO_REPLY =
  /^\W*(?:e-?mail:\s*|re:\s*|aw:\s*|fwd?:\s*)*\W*(?:auto(?:matic)?[\s-]?(?:reply|response)|auto:|out[\s-]of[\s-](?:the[\s-])?office|abwesen|automatische antwort|réponse automatique|respuesta automática|risposta automatica)/iu;

/** Weighs a completed activity: a touch, once; or shown and not counted. */
export async function recordEvidence(event: HandoffEvent, activity: CrmActivity): Promise<EventOutcome> {
  const { deps, trx, crmName, handoff, recordId } = event;
  const { workspaceId } = handoff;
  const now = deps.clock.now();
  const at = new Date(Math.min(now.getTime(), activity.at ? Date.parse(activity.at) : now.getTime()));
  // Some CRMs keep times to the minute, or to the second.
  if (at < minuteOf(handoff.crossedAt)) return 'before';
  if (!isOpen(handoff.state) && !wasOpen(handoff, at)) return 'closed';
  if (await hasTouchOf(trx, workspaceId, recordId)) return 'nothing_new';
  if (activity.copy || (await hasMeetingLike(trx, workspaceId, handoff.id, activity))) return 'nothing_new';
  const byEmail = activity.ownerId && (await emailOf(event, activity.ownerId));
  const { playbook } = await deps.playbook(workspaceId);
  const who = byEmail ? nameOf(playbook, byEmail) : 'Somebody';
  const what = `${who} ${activityText(activity)}`;
  const why = noProof(activity);
  if (why) return ignore(event, `${what}: told by ${serviceName(crmName)}, but ${why}, so it does not count.`, now);
  const { subject, seconds, direction } = activity;
  const touch = {
    id: randomUUID(),
    ...kindOf(activity),
    byEmail: byEmail ?? null,
    at,
    text: `${what}, says ${serviceName(crmName)}`,
    reportedBy: {
      origin: crmName,
      crmId: recordId,
      ...(activity.enteredAt && { enteredAt: new Date(activity.enteredAt) }),
    },
  };
  const detail = {
    grade: touch.grade,
    subject,
    ...(activity.notes && { notes: clipped(activity.notes) }),
    ...(seconds !== undefined && { seconds, minutes: Math.round(seconds / 60) }),
    ...(direction && { direction }),
    ...(activity.startsAt && { startsAt: activity.startsAt }),
  };
  const taken = byEmail ? await takenFromPool(event, byEmail) : handoff;
  const zone = personOf(playbook, byEmail)?.time_zone;
  const { grade: _inDetail, ...rest } = touch;
  await addTouch(
    trx,
    taken,
    { ...rest, detail },
    { now, hasCrm: true, metrics: event.deps.metrics, ...(zone && { zone }) },
  );
  return 'touch';
}

/** People are known by their ids in the CRM there is; of one that was left it was asked. */
async function emailOf({ trx, handoff, former }: HandoffEvent, userId: string): Promise<string | undefined> {
  return former ? former.emails.get(userId) : emailOfCrmUser(trx, handoff.workspaceId, userId);
}

/** The event of a call may come after that of the deal it won, and was true all the same. */
function wasOpen({ closedAt }: Handoff, at: Date): boolean {
  return closedAt !== null && at < closedAt;
}

/** A meeting that counted was called off. */
export async function withdrawMeeting({ deps, trx, crmName, handoff, recordId }: HandoffEvent): Promise<EventOutcome> {
  const touch = await touchOfCrm(trx, handoff.workspaceId, recordId);
  if (touch?.kind !== 'meeting' || touch.handoffId !== handoff.id) return 'not_done';
  const text = `The meeting${subjectOf(touch)} was cancelled, says ${serviceName(crmName)}.`;
  await withdrawTouch(deps, trx, handoff, { touch, text, actor: crmName });
  return 'changed';
}

function subjectOf({ detail: { subject } }: Touch): string {
  return typeof subject === 'string' && subject.trim() !== '' ? quotedNote(subject.trim()) : '';
}

/** A status is the weakest evidence: it counts only where nothing better is known. */
export async function recordStatus(
  { deps, trx, crmName, handoff, recordId }: HandoffEvent,
  status: string,
): Promise<EventOutcome> {
  if (handoff.contactedAt || !isOpen(handoff.state)) return 'nothing_new';
  const now = deps.clock.now();
  const touch = {
    id: randomUUID(),
    kind: 'task' as const,
    byEmail: null,
    at: now,
    text: `Somebody reached out: ${serviceName(crmName)} has the lead as${quotedNote(status).slice(1)}`,
    reportedBy: { origin: crmName, crmId: `${recordId}:status` },
    detail: { grade: 'status' satisfies Grade, status },
  };
  await addTouch(trx, handoff, touch, { now, hasCrm: true, metrics: deps.metrics });
  return 'touch';
}

/** Whoever reaches out to a lead that is nobody's has it from then on. */
async function takenFromPool({ deps, trx, handoff }: HandoffEvent, email: string): Promise<Handoff<Facts>> {
  const { workspaceId } = handoff;
  const { playbook, version } = await deps.playbook(workspaceId);
  const person = await personByEmail(trx, workspaceId, email);
  const actor = actorIn(playbook, email, person?.slackId ?? '');
  if (!actor) return handoff;
  const action = { deps, trx, workspaceId, handoff, actor, playbook, version, now: deps.clock.now() };
  return (await takeFromPool(action)).handoff;
}

async function ignore(
  { trx, handoff, recordId, crmName }: HandoffEvent,
  text: string,
  now: Date,
): Promise<EventOutcome> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  if (await isRecorded(trx, workspaceId, handoffId, 'touch_ignored', recordId)) return 'nothing_new';
  const entry = { kind: 'touch_ignored' as const, at: now, actor: crmName, text, detail: { id: recordId } };
  await recordForThreads(trx, { workspaceId, leadId, handoffId }, entry);
  return 'ignored';
}

/** A mail that the lead wrote: no touch, but an answer. */
export function isFromLead({ as, direction, subject }: CrmActivity): boolean {
  return as === 'email' && direction === 'inbound' && !AUTO_REPLY.test(subject);
}

function noProof({ as, seconds, subject }: CrmActivity): string | undefined {
  if (as === 'call' && seconds === 0) return 'it lasted 0 seconds';
  if (as === 'mass_email') return 'it went to many people at once';
  return AUTO_REPLY.test(subject) ? 'it answered by itself' : undefined;
}

/** As long as any vendor takes the body of an activity: what is longer is whole in the CRM. */
const LONGEST_NOTES = 8_000;

function clipped(notes: string): string {
  return notes.length > LONGEST_NOTES ? `${notes.slice(0, LONGEST_NOTES - 1).toWellFormed()}…` : notes;
}

/** A call of unknown length proves no more than any task that somebody ticked off. */
function kindOf({ as, seconds }: CrmActivity): { kind: TouchKind; grade: Grade } {
  if (as === 'mass_email') return { kind: 'email', grade: 'email' };
  return { kind: as, grade: as === 'call' && seconds === undefined ? 'task' : as };
}

function activityText({ as, seconds, direction, subject }: CrmActivity): string {
  const about = subject.trim() === '' ? '' : quotedNote(subject.trim());
  switch (as) {
    case 'call':
      return `${direction === 'inbound' ? 'took a call' : 'called'}${seconds === undefined ? '' : `, ${longOf(seconds)}`}`;
    case 'email':
    case 'mass_email':
      return `mailed${about}`;
    case 'meeting':
      return `has a meeting${about}`;
    case 'task':
      return `did a task${about}`;
  }
}

function longOf(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes === 0) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}
