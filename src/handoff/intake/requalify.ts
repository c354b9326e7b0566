/** A lead that nobody has, judged again when more is known of it: an outage of an enricher must not lose it to nurture. */
import { rulesOfSource } from '../../config/playbook/source-rules.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import type { NewJob } from '../../jobs/queue.ts';
import { queueFeedback } from '../../jobs/requests.ts';
import type { Deps, VersionedPlaybook } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { notifyHeld } from '../core/notify-held.ts';
import { judge } from '../judge/judge.ts';
import { assignmentOf, firstStint, isAssigned, jobsOfAssigned, routedEntries, routeNow } from '../route/route-now.ts';

/** Held, or left to nurture by the rules. What a person closed stays closed, what somebody has stays theirs. */
export function isUnassigned({ state, closedAt }: Pick<Handoff, 'state' | 'closedAt'>): boolean {
  return closedAt === null && (state === 'nurture' || state === 'held');
}

/**
 * Judges by the facts the handoff has now, under its lock, and by the newest rules. Nurture goes on to routing when
 * judging lets it pass; what is held stays so until a person releases it, with the newer verdict. Answers what is to be
 * told and done.
 */
export async function requalify(
  deps: Deps,
  trx: Db,
  handoff: Handoff<Facts>,
  { playbook, version }: VersionedPlaybook,
): Promise<{ entries: NewEntry[]; jobs: NewJob[] }> {
  const now = deps.clock.now();
  const { workspaceId, id, facts, isTest } = handoff;
  const judgement = judge({ ...facts, playbook }, now);
  const judged = { ...handoff, judgement, priority: judgement.fit.priority, playbookVersion: version };
  const entries: NewEntry[] = [{ kind: 'judged', at: now, text: judgement.reason, detail: { judgement } }];
  const verdict = { judgement, priority: judged.priority, playbookVersion: version };
  if (handoff.state === 'held' || judgement.outcome === 'nurture') {
    await updateHandoff(trx, workspaceId, id, verdict);
    return { entries, jobs: [] };
  }
  const routed =
    judgement.outcome === 'route'
      ? await routeNow(trx, { workspaceId, facts, judgement, playbook, isTest }, now)
      : { absences: [] };
  const isHeld = judgement.outcome === 'hold' || routed.outcome?.decision.to.kind === 'nobody';
  const state = isHeld ? 'held' : isAssigned(routed.outcome) ? 'assigned' : 'nurture';
  const became = { ...judged, ...assignmentOf(routed, playbook, judged.priority, now), state } as const;
  if (routed.turn) await routed.turn;
  await updateHandoff(trx, workspaceId, id, {
    ...assignmentOf(routed, playbook, judged.priority, now),
    ...verdict,
    state,
  });
  for (const stint of firstStint(trx, became)) await stint;
  if (isHeld) await notifyHeld(trx, became);
  return {
    entries: [...entries, ...routedEntries(became, playbook, now)],
    jobs: [
      ...jobsOfAssigned(deps, became),
      ...(isFeedbackWanted(rulesOfSource(playbook, became.source)) ? queueFeedback(became) : []),
    ],
  };
}

const isFeedbackWanted = ({ feedback, nurture }: ReturnType<typeof rulesOfSource>): boolean =>
  feedback.mirror_owner || nurture !== undefined;
