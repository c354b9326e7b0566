/** Claim: one wins, the others hear who and when. */

import { nameOf } from '../../config/playbook/people.ts';
import { transact } from '../../db/conflict.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { beginStint, endStint } from '../../db/handoffs/stints.ts';
import { mayMove } from '../../domain/handoff.ts';
import { enqueue } from '../../jobs/queue.ts';
import { deliverCard, queueFeedback, redrawCardsNow, writeRecord } from '../../jobs/requests.ts';
import { type ActingPerson, type AuthorisedAction, actingPerson, closedRefusal } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { runOnce } from '../core/idempotency.ts';
import type { ClaimOutcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { mayAct, type Requester } from '../core/rights.ts';
import { slaDueAt } from '../core/sla-due.ts';
import { undoable } from '../core/undoable.ts';
import { lockRoutingState } from '../route/roster.ts';
import { chargedAs, chargeTo, returnCharged, saveTurns, turnText } from '../route/rotation-credits.ts';
import { offerPersonalLogin } from './personal-login.ts';

/**
 * Gives the handoff to whoever pressed first. The row lock decides between presses of the same instant, on any number
 * of processes. Anybody of the playbook may, while nobody has claimed it.
 */
export async function claim(deps: Deps, pressed: Requester & { handoffId: string }): Promise<ClaimOutcome> {
  const person = await actingPerson(deps, pressed);
  if ('kind' in person) return person;
  return transact(deps.db, trx =>
    runOnce<ClaimOutcome>(trx, pressed, person.now, () => claimIn(trx, person, pressed.handoffId)),
  );
}

async function claimIn(trx: Db, person: ActingPerson, handoffId: string): Promise<ClaimOutcome> {
  const { deps, workspaceId, playbook, actor } = person;
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  if (!handoff) return { kind: 'not_found' };
  const { claimedBy, claimedAt } = handoff;
  if (claimedBy && claimedAt && handoff.state === 'claimed') {
    return { kind: 'taken', by: nameOf(playbook, claimedBy), at: claimedAt, yours: claimedBy === actor.email };
  }
  if (!mayMove(handoff.state, 'claimed')) return closedRefusal(playbook, handoff);
  const may = mayAct(actor, handoff, playbook);
  if (!may.ok) return { kind: 'not_allowed', who: may.who };
  const { undo } = await undoable({ ...person, trx, handoff }, 'claim', async action => {
    await take(action);
    return { kind: 'claimed' };
  });
  await offerTo(deps, trx, { workspaceId, email: actor.email });
  return { kind: 'claimed', ...(undo && { undo }) };
}

/** Their first click may be the one that makes their own user known. */
async function offerTo(deps: Deps, trx: Db, { workspaceId, email }: { workspaceId: string; email: string }) {
  const { crm } = await deps.vendors(workspaceId);
  if (crm) await offerPersonalLogin(deps, trx, { workspaceId, vendor: crm.name, holder: email });
}

/** Makes the lead this person's, with all that follows from a claim. */
export async function take(action: AuthorisedAction): Promise<void> {
  const { trx, workspaceId, handoff, actor, playbook, now } = action;
  const { repEmail } = handoff;
  const mine = repEmail === actor.email;
  const had = repEmail && !mine ? `, which ${nameOf(playbook, repEmail)} had` : '';
  const turn = mine ? undefined : await moveTurn(action);
  await updateHandoff(trx, workspaceId, handoff.id, {
    state: 'claimed',
    claimedBy: actor.email,
    claimedAt: now,
    repEmail: actor.email,
    ...turn?.changes,
  });
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'claimed',
      at: now,
      actor: actor.email,
      text: `${actor.name} claimed the lead${had}${turn?.text ?? ''}`,
      detail: { from: repEmail },
    },
  );
  await enqueueFollowUps(action, mine);
}

/** A lead that was another's is charged to whoever took it. A pool has no turns to charge. */
async function moveTurn(action: AuthorisedAction): Promise<{ changes: Partial<Handoff>; text: string }> {
  const of = { workspaceId: action.workspaceId, handoffId: action.handoff.id };
  const { trx, workspaceId, handoff, actor, playbook, now } = action;
  const { repEmail, team, priority } = handoff;
  const { routing, absences } = await lockRoutingState(trx, workspaceId, playbook, now);
  const back = returnCharged(routing, handoff);
  const taken = chargeTo(back.routing, handoff.turnTeam ?? team, actor.email);
  await saveTurns(trx, workspaceId, [...back.turns, ...taken.turns]);
  const charged = chargedAs(taken.turns);
  const place = { repEmail: actor.email, team };
  await endStint(trx, of, now, 'claimed');
  const due = handoff.contactedAt ? null : slaDueAt(playbook, { priority, ...place }, absences, now);
  await beginStint(trx, of, { ...place, from: now, due });
  return {
    changes: {
      ...charged,
      playbookVersion: action.version,
      snoozedUntil: null,
      // The manager's minutes were the other's: the clock goes on now.
      ...(handoff.ladderFrom && handoff.ladderFrom > now && { ladderFrom: now }),
    },
    text: repEmail || charged.turnTeam ? turnText(playbook, handoff, charged) : '',
  };
}

/** The cards show it at once; the record of what was not theirs follows, and so does a card of their own. */
async function enqueueFollowUps({ trx, handoff }: AuthorisedAction, mine: boolean): Promise<void> {
  const jobs = [redrawCardsNow(handoff)];
  // In a pool it had no owner yet.
  if (!mine && handoff.recordState !== 'skipped') jobs.push(writeRecord(handoff));
  // The card of a pool is where everybody sees it; one that was another's is in that one's DM.
  if (!mine && handoff.repEmail) jobs.push(deliverCard(handoff));
  if (!mine) jobs.push(...queueFeedback(handoff));
  await enqueue(trx, ...jobs);
}
