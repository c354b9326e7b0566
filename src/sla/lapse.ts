/** Nobody reached out in time: the lead goes by the rules again, then to the fallback, never back to whoever had it. */
import { lockHandoff } from '../db/handoffs/handoffs.ts';
import { isRecorded } from '../db/handoffs/timeline.ts';
import { isOpen } from '../domain/handoff.ts';
import { handOver, repName } from '../handoff/actions/hand-over.ts';
import type { AuthorisedAction } from '../handoff/core/act-as.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { recordForThreads } from '../handoff/core/post-to-threads.ts';
import type { Actor } from '../handoff/core/rights.ts';
import { ladderRulesOf } from '../handoff/core/sla-due.ts';
import type { StintRef } from '../jobs/catalogue.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyOfStep } from '../jobs/requests.ts';
import { inWords } from '../lib/span.ts';

/** Baton itself, where a person decides otherwise. */
export const BATON: Actor = {
  email: 'baton',
  name: 'Baton',
  slackUserId: '',
  admin: true,
  teams: [],
  manages: [],
  reports: [],
};

/** Hands it on, unless it was touched, given on or closed since. With nobody left it stops with the manager. */
export async function reassignLapsedLead(deps: Deps, { workspaceId, handoffId, of }: StintRef): Promise<void> {
  const [{ playbook, version }, now] = [await deps.playbook(workspaceId), deps.clock.now()];
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff || !isOpen(handoff.state) || handoff.contactedAt) return;
    if (handoff.assignedAt?.toISOString() !== of) return;
    const action: AuthorisedAction = { deps, workspaceId, actor: BATON, playbook, version, now, trx, handoff };
    const after = await lapsedAfter(action);
    const rep = handoff.repEmail;
    const made = await handOver(action, {
      to: { kind: 'rules' },
      kind: 'reassigned',
      did: rep ? `${repName(action)} did not reach out within ${after}` : `Nobody of the pool took it within ${after}`,
      detail: { lapsed: true },
      passedBy: [...new Set([...handoff.passedBy, ...(rep ? [rep] : [])])],
    });
    if ('why' in made) await stopWithManager(action, made.why);
  });
}

async function lapsedAfter({ deps, workspaceId, handoff }: AuthorisedAction): Promise<string> {
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const { steps, clock } = ladderRulesOf(playbook, handoff.priority);
  const step = steps.find(one => one.do === 'reassign');
  return `${inWords(step?.at ?? 0)}${clock === 'working' ? ' of working time' : ''}`;
}

/** Nobody is left: the manager hears of it, once for each turn. */
export async function stopWithManager(
  { trx, workspaceId, handoff, now }: AuthorisedAction,
  why: string,
): Promise<void> {
  const payload = { workspaceId, handoffId: handoff.id };
  const of = handoff.assignedAt?.toISOString() ?? '';
  // The lead stays where it is, so a second run finds it as the first did.
  if (await isRecorded(trx, workspaceId, handoff.id, 'escalated', of)) return;
  await recordForThreads(
    trx,
    { ...payload, leadId: handoff.leadId },
    {
      kind: 'escalated',
      at: now,
      text: `Nobody is left to give it to, so it stops with the manager: ${why}`,
      detail: { rep: handoff.repEmail, team: handoff.team, stuck: true, id: of },
    },
  );
  await enqueue(trx, notifyOfStep(handoff, { what: 'stuck', of, at: now.toISOString() }));
}
