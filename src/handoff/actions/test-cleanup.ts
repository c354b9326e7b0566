/** Test leads go away again: out of the CRM, out of Slack, out of the rotation credits and the database. */

import { postedCards } from '../../db/cards/cards.ts';
import { type Handoff, handoffById, lockHandoff } from '../../db/handoffs/handoffs.ts';
import { closeTest, forgetTest, isPostUnderWay } from '../../db/handoffs/manual-leads.ts';
import { sayStep } from '../../db/workspaces/setup-steps.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { removeTestLead, removeTestLeadNow } from '../../jobs/requests.ts';
import { SECOND } from '../../lib/clock.ts';
import { redrawPostedCards } from '../cards/redraw-cards.ts';
import { actingPerson } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { mayAct } from '../core/rights.ts';
import { lockRoutingState } from '../route/roster.ts';
import { returnCharged, saveTurns } from '../route/rotation-credits.ts';

/** A write or a post that began before the end is over by then, whatever came of it. */
const UNDER_WAY = 30 * SECOND;

/** Whoever may act on the test lead may end it. */
export async function endTest(deps: Deps, request: HandoffRequest): Promise<Outcome> {
  const { workspaceId, handoffId } = request;
  const person = await actingPerson(deps, request);
  if ('kind' in person) return person;
  const handoff = await handoffById(deps.db, workspaceId, handoffId);
  if (!handoff?.isTest) return { kind: 'not_found' };
  const may = mayAct(person.actor, handoff, person.playbook);
  if (!may.ok) return { kind: 'not_allowed', who: may.who };
  await enqueue(deps.db, removeTestLeadNow(handoff));
  return { kind: 'done' };
}

/** Safe to repeat; what is gone already is as good. */
export async function cleanUpTest(deps: Deps, ref: HandoffRef): Promise<void> {
  const found = await close(deps, ref);
  if (!found || found === 'later') return;
  const { crm, notifier } = await deps.vendors(ref.workspaceId);
  // One that was never anybody's was never written.
  if (crm && found.assignedAt) await crm.removeTest(ref.handoffId);
  const cards = await postedCards(deps.db, ref.workspaceId, ref.handoffId);
  for (const { channel, ts, digestId } of cards) {
    if (digestId === null) await notifier.remove({ channel, ts });
  }
  // In a digest it is one line among others': the line then says that it is over.
  if (cards.some(card => card.digestId !== null)) await redrawPostedCards(deps, ref);
  await forget(deps, ref);
}

/** From here on no job touches it; whatever is under way is waited for. */
async function close(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<Handoff | 'later' | undefined> {
  return deps.db.transaction(async trx => {
    const handoff = await lockHandoff(trx, workspaceId, handoffId);
    if (!handoff?.isTest) return undefined;
    const underWay = handoff.recordState === 'pending' || (await isPostUnderWay(trx, workspaceId, handoffId));
    // Closed by an earlier run: what was under way then has ended.
    if (handoff.state === 'rejected' && handoff.recordState === 'skipped') return handoff;
    await closeTest(trx, workspaceId, handoffId, deps.clock.now());
    if (!underWay) return handoff;
    await enqueue(trx, removeTestLead(handoff, UNDER_WAY));
    return 'later';
  });
}

async function forget(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<void> {
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff(trx, workspaceId, handoffId);
    if (!handoff?.isTest) return;
    if (handoff.turnEmail) {
      // Somebody took or was given it by hand: their turn is theirs again.
      const { playbook } = await deps.playbook(workspaceId);
      const { routing } = await lockRoutingState(trx, workspaceId, playbook, deps.clock.now());
      await saveTurns(trx, workspaceId, returnCharged(routing, handoff).turns);
    }
    // The set-up's checklist goes on knowing that one went through.
    if (handoff.deliveredAt)
      await sayStep(trx, workspaceId, 'test', { at: handoff.deliveredAt, by: '', skipped: false });
    await forgetTest(trx, workspaceId, handoffId, handoff.leadId);
  });
}
