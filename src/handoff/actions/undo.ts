/** Taking back what one did, within ten minutes and as long as nobody has acted since: effects are taken back too. */
import { isDeepStrictEqual } from 'node:util';
import { transact } from '../../db/conflict.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recheckLeadsOf } from '../../db/handoffs/ladder.ts';
import { reopenStintEnded } from '../../db/handoffs/stints.ts';
import { firstEntryAfter } from '../../db/handoffs/timeline.ts';
import { absencesOf, restoreAbsences } from '../../db/people/people.ts';
import { lockRotation } from '../../db/people/rotation.ts';
import {
  forgetUndoableAct,
  type UndoableAct,
  type UndoableKind,
  undoableActById,
} from '../../db/people/undoable-acts.ts';
import type { TimelineEntry, TimelineKind } from '../../domain/timeline.ts';
import { enqueue, type NewJob } from '../../jobs/queue.ts';
import {
  deliverCard,
  endSnooze,
  queueFeedback,
  redrawCardsNow,
  redrawQuestions,
  writeRecord,
} from '../../jobs/requests.ts';
import { after } from '../../lib/clock.ts';
import { type ActingPerson, type AuthorisedAction, actingPerson } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { runOnce } from '../core/idempotency.ts';
import type { Outcome, Refusal } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { isManager, mayAct, type Requester } from '../core/rights.ts';
import { changedBack, UNDO_WITHIN } from '../core/undoable.ts';
import { lockRoutingState } from '../route/roster.ts';
import { chargeTo, returnCharged, saveTurns, turnText } from '../route/rotation-credits.ts';

/** What was taken back, in words that follow "undid". */
const WHAT: Record<UndoableKind, string> = {
  claim: 'the claim',
  reassign: 'the reassignment',
  reject: 'the rejection',
  snooze: 'the snooze',
  away: 'the absence',
};

/** What a person does about a lead: after any of it, an earlier act is not to be taken back. */
const ACTS: readonly TimelineKind[] = [
  ...(['claimed', 'reassigned', 'rejected', 'reopened', 'released', 'snoozed', 'woken', 'touched', 'undone'] as const),
  ...(['asked', 'more_time', 'email_waiting', 'email_sent', 'meeting_moved', 'meeting_cancelled'] as const),
  ...(['crm_changed', 'owner_changed', 'owner_decided', 'stage', 'record_edited'] as const),
];

/** Whoever did it, or whoever answers for the lead's rep, takes it back. Some ten round trips. */
export async function undo(deps: Deps, requester: Requester & { actId: string }): Promise<Outcome<{ what: string }>> {
  const person = await actingPerson(deps, requester);
  if ('kind' in person) return person;
  return transact(deps.db, trx => runOnce(trx, requester, person.now, () => undoIn(trx, person, requester.actId)));
}

async function undoIn(trx: Db, person: ActingPerson, actId: string): Promise<Outcome<{ what: string }>> {
  const { workspaceId, now } = person;
  const act = await undoableActById(trx, workspaceId, actId);
  if (!act) return unfit('This cannot be undone any more: something newer was done since.');
  if (act.at <= after(now, -UNDO_WITHIN))
    return unfit('That was more than ten minutes ago: it cannot be undone any more.');
  const refusal =
    act.handoffId === null ? await undoAway(trx, person, act) : await undoLead(trx, person, act, act.handoffId);
  if (refusal) return refusal;
  await forgetUndoableAct(trx, workspaceId, act.id);
  return { kind: 'done', what: WHAT[act.kind] };
}

const unfit = (why: string) => ({ kind: 'unfit' as const, field: 'undo', why });

async function undoLead(
  trx: Db,
  person: ActingPerson,
  act: UndoableAct,
  handoffId: string,
): Promise<Refusal | undefined> {
  const { workspaceId, actor, playbook } = person;
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  if (!handoff || handoff.erasedAt) return { kind: 'not_found' };
  const may = actor.email === act.actor || (isManager(actor) && mayAct(actor, handoff, playbook).ok);
  if (!may) return { kind: 'not_allowed', who: nameIn(person, act.actor) };
  const since = await firstEntryAfter(trx, workspaceId, handoffId, { id: act.entryId ?? 0, kinds: ACTS });
  if (since) return unfit(sinceWords(since));
  await restore({ ...person, trx, handoff }, act);
  return undefined;
}

const nameIn = ({ playbook }: ActingPerson, email: string) =>
  playbook.people.find(one => one.email === email)?.name ?? email;

/** Who did what since: the first part of what the timeline says, without what followed from it. */
function sinceWords({ text }: Pick<TimelineEntry, 'text'>): string {
  const [what = text] = text.split(/;| → /);
  return `Not undone, as this came since: ${what}.`;
}

async function restore(action: AuthorisedAction, act: UndoableAct): Promise<void> {
  const { trx, workspaceId, handoff, actor, now } = action;
  const back = changedBack(act.before, act.after);
  const turn = await returnTurns(action, back);
  await updateHandoff(trx, workspaceId, handoff.id, { ...back });
  const of = { workspaceId, handoffId: handoff.id };
  if (act.kind !== 'snooze') await reopenStintEnded(trx, of, act.at);
  await recordForThreads(
    trx,
    { ...of, leadId: handoff.leadId },
    {
      kind: 'undone',
      at: now,
      actor: actor.email,
      text: `${actor.name} undid ${WHAT[act.kind]}${turn}`,
      detail: { act: act.kind, by: act.actor },
    },
  );
  await enqueue(trx, ...followUps(action, { ...handoff, ...back }, now));
}

/** The rotation's credits as if the act had not been; answers what the timeline says of it. */
async function returnTurns(action: AuthorisedAction, back: Partial<Handoff>): Promise<string> {
  const { trx, workspaceId, handoff, playbook, now } = action;
  if (back.turnTeam === undefined && back.turnEmail === undefined) return '';
  const was = { turnTeam: back.turnTeam ?? handoff.turnTeam, turnEmail: back.turnEmail ?? handoff.turnEmail };
  if (back.turnTeam === null) was.turnTeam = null;
  if (back.turnEmail === null) was.turnEmail = null;
  const { routing } = await lockRoutingState(trx, workspaceId, playbook, now);
  const returned = returnCharged(routing, handoff);
  const charged = was.turnEmail === null ? { turns: [] } : chargeTo(returned.routing, was.turnTeam, was.turnEmail);
  await saveTurns(trx, workspaceId, [...returned.turns, ...charged.turns]);
  return turnText(playbook, handoff, was);
}

/** Cards, the record's owner, the source's stage and owner follow what is true again. */
function followUps({ handoff }: AuthorisedAction, now: Handoff<Facts>, at: Date): NewJob[] {
  const isAnothers = now.repEmail !== handoff.repEmail;
  return [
    redrawCardsNow(now),
    ...(isAnothers && now.recordState !== 'skipped' ? [writeRecord(now)] : []),
    ...(isAnothers ? [deliverCard(now)] : []),
    ...(now.ownerChange === null ? [] : [redrawQuestions(now)]),
    ...(now.snoozedUntil && now.snoozedUntil > at ? [endSnooze(now, now.snoozedUntil, at)] : []),
    ...queueFeedback(now),
  ];
}

/** Leads that were handed over meanwhile stay where they are. */
async function undoAway(trx: Db, person: ActingPerson, act: UndoableAct): Promise<Refusal | undefined> {
  const { workspaceId, actor, now } = person;
  const email = act.subject.slice('away:'.length);
  if (actor.email !== act.actor && actor.email !== email)
    return { kind: 'not_allowed', who: nameIn(person, act.actor) };
  await lockRotation(trx, workspaceId, now);
  const current = await absencesOf(trx, workspaceId, email);
  // As the database has it: jsonb keeps no order of keys.
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(current)), act.after))
    return unfit('Not undone, as the absence was changed since.');
  await restoreAbsences(trx, workspaceId, email, act.before);
  await recheckLeadsOf(trx, workspaceId, email);
  return undefined;
}
