/** What judging kept from sales: a person has looked at it, and it goes on, or stays with marketing. */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import { enqueue } from '../../jobs/queue.ts';
import { queueFeedback, redrawCardsNow } from '../../jobs/requests.ts';
import { type AuthorisedAction, actAs } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { assignmentOf, firstStint, isAssigned, jobsOfAssigned, routedEntries, routeNow } from '../route/route-now.ts';

/** Routes a held or nurtured lead as if judging had let it pass: it is to reach somebody. Managers and admins. */
export async function release(deps: Deps, request: HandoffRequest): Promise<Outcome<{ to: string }>> {
  return actAs(deps, request, { from: ['held', 'nurture'], into: 'assigned', managersOnly: true }, routeOn);
}

/** Leaves a held lead to marketing. Managers and admins. */
export async function leaveToNurture(deps: Deps, request: HandoffRequest): Promise<Outcome<object>> {
  return actAs(deps, request, { from: ['held'], into: 'nurture', managersOnly: true }, toNurture);
}

/** Where nobody else's rule takes it, it goes to the fallback: a person just said that sales shall have it. */
function withoutNurture(playbook: Playbook): Playbook {
  return { ...playbook, routing: playbook.routing.filter(rule => rule.to.kind !== 'nurture') };
}

async function routeOn(action: AuthorisedAction): Promise<Outcome<{ to: string }>> {
  const { deps, trx, workspaceId, handoff, actor, playbook, version, now } = action;
  const { facts, judgement, priority, passedBy, isTest } = handoff;
  const lead = { workspaceId, facts, judgement, playbook: withoutNurture(playbook), excluded: passedBy, isTest };
  const routed = await routeNow(trx, lead, now);
  if (!isAssigned(routed.outcome)) {
    return { kind: 'unfit', field: 'to', why: routed.outcome?.decision.reason ?? 'Nobody can have it.' };
  }
  const place = assignmentOf(routed, playbook, priority, now);
  if (routed.turn) await routed.turn;
  // Their own card is still to come: the admins' was none.
  const anew = { deliveredAt: null, closedAt: null, closedBy: null, closedReason: null, closedNote: null };
  await updateHandoff(trx, workspaceId, handoff.id, { ...anew, ...place, state: 'assigned', playbookVersion: version });
  for (const stint of firstStint(trx, { ...handoff, ...place })) await stint;
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'released',
      at: now,
      actor: actor.email,
      text: `${actor.name} released it, although it was ${handoff.state === 'held' ? 'held' : 'in nurture'}: ${judgement.reason}`,
      detail: { from: handoff.state },
    },
    ...routedEntries({ ...place, state: 'assigned' }, playbook, now),
  );
  const jobs = jobsOfAssigned(deps, { ...handoff, state: 'assigned' });
  await enqueue(trx, ...jobs, redrawCardsNow(handoff), ...queueFeedback(handoff));
  return { kind: 'done', to: whereTo(action, place) };
}

async function toNurture(action: AuthorisedAction): Promise<Outcome<object>> {
  const { trx, workspaceId, handoff, actor, now } = action;
  await updateHandoff(trx, workspaceId, handoff.id, { state: 'nurture', closedAt: now, closedBy: actor.email });
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    { kind: 'nurtured', at: now, actor: actor.email, text: `${actor.name} left it to nurture` },
  );
  await enqueue(trx, redrawCardsNow(handoff), ...queueFeedback(handoff));
  return { kind: 'done' };
}

function whereTo(
  { playbook }: AuthorisedAction,
  { repEmail, team }: { repEmail: string | null; team: string | null },
): string {
  return repEmail ? nameOf(playbook, repEmail) : `the claim pool ${teamName(playbook, team ?? '')}`;
}
