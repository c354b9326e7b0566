/** A held lead goes on: a person has looked at it. */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import { enqueue } from '../../jobs/queue.ts';
import { type AuthorisedAction, actAs } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { assignmentOf, isAssigned, jobsOfAssigned, routedEntries, routeNow } from '../route/route-now.ts';

/** Routes it as if judging had let it pass. Managers and admins. */
export async function release(deps: Deps, request: HandoffRequest): Promise<Outcome<{ to: string }>> {
  return actAs(deps, request, { from: ['held'], managersOnly: true }, routeOn);
}

async function routeOn(action: AuthorisedAction): Promise<Outcome<{ to: string }>> {
  const { deps, trx, workspaceId, handoff, actor, playbook, version, now } = action;
  const { facts, judgement, priority, passedBy } = handoff;
  const routed = await routeNow(trx, { workspaceId, facts, judgement, playbook, excluded: passedBy }, now);
  const decision = routed.outcome?.decision;
  if (!decision || decision.to.kind === 'nobody') {
    return { kind: 'unfit', field: 'to', why: decision?.reason ?? 'Nobody can have it.' };
  }
  const state = isAssigned(routed.outcome) ? ('assigned' as const) : ('nurture' as const);
  const place = assignmentOf(routed, playbook, priority, now);
  if (routed.turn) await routed.turn;
  await updateHandoff(trx, workspaceId, handoff.id, { ...place, state, playbookVersion: version });
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'released',
      at: now,
      actor: actor.email,
      text: `${actor.name} released it, although it was held: ${judgement.reason}`,
    },
    ...routedEntries({ ...place, state }, playbook, now),
  );
  await enqueue(trx, ...jobsOfAssigned(deps, { ...handoff, state }));
  return { kind: 'done', to: whereTo(action, place) };
}

function whereTo(
  { playbook }: AuthorisedAction,
  { repEmail, team }: { repEmail: string | null; team: string | null },
): string {
  if (repEmail) return nameOf(playbook, repEmail);
  return team ? `the claim pool ${teamName(playbook, team)}` : 'nurture';
}
