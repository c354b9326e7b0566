/** Reports that managers ask for, as the Slack room sees them. */
import { addReportPosts, beginAsked } from '../db/reports/report-posts.ts';
import type { Period } from '../domain/report.ts';
import { placeKey } from '../handoff/cards/places.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { isManager, onlookerOf, type Requester, seesAll } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { deliverReportNow } from '../jobs/requests.ts';
import { type Stats, type StatsFilter, statsOf } from './stats.ts';

export interface Reports {
  /** Numbers for people and teams in a period. */
  stats(workspaceId: string, filter: StatsFilter): Promise<Stats>;
  /** Comes to the asker's direct messages; only for those who manage somebody, viewers and admins. */
  ask(requester: Requester & { period: Period }): Promise<{ kind: 'done' } | { kind: 'not_allowed' }>;
}

/** Reports bound to one Baton. */
export function reportsOf(deps: Deps): Reports {
  return { ask: by => ask(deps, by), stats: (workspaceId, filter) => statsOf(deps, workspaceId, filter) };
}

async function ask(deps: Deps, requester: Requester & { period: Period }): ReturnType<Reports['ask']> {
  const { workspaceId, slackUserId, period } = requester;
  const actor = await onlookerOf(deps, requester);
  if (!actor || !(isManager(actor) || seesAll(actor))) return { kind: 'not_allowed' };
  const place = placeKey({ kind: 'dm', slackId: slackUserId });
  await deps.db.transaction(async trx => {
    const id = await beginAsked(trx, workspaceId, { ...period, askedBy: slackUserId }, deps.clock.now());
    await addReportPosts(trx, workspaceId, id, [place]);
    await enqueue(trx, deliverReportNow(workspaceId, id, place));
  });
  return { kind: 'done' };
}
