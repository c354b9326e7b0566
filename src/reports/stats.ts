/** Numbers for a person or a team, with each one's share of the rotation beside what it should be. */
import { type Rejected, rejectionsOf } from '../db/reports/rejections.ts';
import { turnsOf } from '../db/reports/turns.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { type Share, sharesOf } from '../handoff/queries/shares.ts';
import { milliseconds } from './numbers.ts';
import { type Asked, type AskScope, tally } from './question.ts';

/** Whose leads, and which; opened from `from` until just before `to`. */
export interface StatsFilter extends AskScope {
  /** Whose turns are counted, team by team. */
  rotations: readonly string[];
  from: Date;
  to: Date;
  zone: string;
}

export interface Stats {
  /** Leads of the period that they have. The next two are of these. */
  given: number;
  claimed: number;
  contacted: number;
  /** Their turns with leads of the period that were due by now, how many were kept, and those that a rejection ended before. */
  promised: number;
  kept: number;
  rejectedEarly: number;
  /** Between being given and the first touch; null without any. */
  medianMs: number | null;
  /** Still somebody's work, whenever they were given. */
  open: number;
  rejected: Rejected[];
  shares: Share[];
}

const COUNTED = ['leads', 'claimed', 'contacted', 'sla_due', 'sla_kept', 'rejected_early', 'rep_time.median'] as const;

/** How it stands now, by the definitions of every report. Four statements at once. */
export async function statsOf(deps: Deps, workspaceId: string, filter: StatsFilter): Promise<Stats> {
  const { reps, teams, rotations, from, to, zone } = filter;
  const { db } = deps;
  const asked: Asked = { workspaceId, zone, scope: { reps, teams }, now: deps.clock.now() };
  // What waits for a person's decision has no holder, and is nobody's work yet.
  const theirs = { ...asked, where: { status: ['open' as const] } };
  const [found, open, rejected, turns, { playbook }] = await Promise.all([
    tally(db, { ...asked, period: { from, to } }, COUNTED, [[]]),
    tally(db, theirs, ['leads'], [[]]),
    rejectionsOf(db, workspaceId, { from, to }, reps),
    turnsOf(db, workspaceId, { from, to, rotations }),
    deps.playbook(workspaceId),
  ]);
  const numbers = found[0]?.[0]?.numbers;
  return {
    given: numbers?.leads ?? 0,
    claimed: numbers?.claimed ?? 0,
    contacted: numbers?.contacted ?? 0,
    promised: numbers?.sla_due ?? 0,
    kept: numbers?.sla_kept ?? 0,
    rejectedEarly: numbers?.rejected_early ?? 0,
    medianMs: milliseconds(numbers?.['rep_time.median'] ?? null),
    open: open[0]?.[0]?.numbers.leads ?? 0,
    rejected,
    shares: rotations.flatMap(key => sharesOf(playbook, key, turns)),
  };
}
