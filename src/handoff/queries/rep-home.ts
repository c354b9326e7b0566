/** What the Home tab shows a rep: their leads, whether they are away, and their share of the rotation and why. */
import { personOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook, Team } from '../../config/playbook.ts';
import { type HandoffFilter, type HandoffSummary, listHandoffs } from '../../db/handoffs/handoff-list.ts';
import { type Load, type LoadScope, loadsOf, type ShareHistory, shareHistory } from '../../db/people/home.ts';
import type { Absence } from '../../db/people/people.ts';
import type { Priority, Skipped } from '../../domain/decision.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { rotationOrder } from '../../domain/rotation.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import type { Deps } from '../core/deps.ts';
import type { Actor } from '../core/rights.ts';
import { readRoutingState } from '../route/roster.ts';
import { rotationOrderOf } from '../route/rotation-order.ts';
import type { RoutingState } from '../route/route.ts';
import { type Share, sharesOf } from './shares.ts';

/** Leads on a page. */
export const LEADS_A_PAGE = 10;

/** Without a promise of its own a lead is at risk this long before it is due. */
const RISK_WITHOUT_LADDER = 15 * MINUTE;

/** Sums of the rows of `Load`. */
export type Counts = Pick<Load, 'open' | 'untouched' | 'unclaimed' | 'breached' | 'atRisk'>;

/** One page of a list, counted from 0. */
export interface LeadPage {
  rows: HandoffSummary[];
  total: number;
  page: number;
  pages: number;
}

export interface RepHome {
  counts: Counts;
  leads: LeadPage;
  /** Runs now. */
  away?: Absence;
  /** The next one that is still to come. */
  goingAway?: Absence;
  /** Their pools, and how many leads wait in each for whoever claims them first. */
  pools: { team: string; waiting: number }[];
  standings: RotationStanding[];
}

/** A person in one team's rotation. */
export interface RotationStanding {
  team: string;
  way: Team['assign'];
  /** Turns this month beside the ideal; absent where turns are not what leads are given by. */
  share?: Share;
  /** Their place in the rotation now, from 1, of so many; absent while they are not in it. */
  place?: { rank: number; of: number };
  /** "owed 0.67 of a turn": by the rotation credits, available or not. */
  standing: string;
  /** Why they are not in the rotation now. */
  skipped?: Skipped;
  limit?: { open: number; most: number };
  /** Absences of this month: turns neither come nor are lost meanwhile. */
  absences: Absence[];
}

/** Five round trips to the database at most, three of them one after the other. The month is that of the person's zone. */
export async function repHome(
  deps: Deps,
  workspaceId: string,
  { actor, page, list }: { actor: Actor; page: number; list?: LeadList | undefined },
): Promise<RepHome> {
  const { db } = deps;
  const now = deps.clock.now();
  const { playbook } = await deps.playbook(workspaceId);
  const { email, teams } = actor;
  const pools = teams.filter(key => teamOf(playbook, key)?.assign === 'claim');
  const [loads, history, { routing, absences }] = await Promise.all([
    loadsOf(db, workspaceId, { reps: [email], teams: pools }, { now, riskBefore: riskBefore(playbook, now) }),
    shareHistory(db, workspaceId, { email, teams, from: monthStart(playbook, email, now), now }),
    readRoutingState(db, workspaceId, playbook, now),
  ]);
  const counts = sumOf(loads.filter(load => load.rep === email));
  const leads = await pageOfLeads(deps, workspaceId, { reps: [email], teams: [] }, { page, total: counts.open, list });
  const own = absences.filter(absence => absence.email === email).toSorted((one, other) => +one.from - +other.from);
  const [away, goingAway] = [own.find(one => one.from <= now), own.find(one => one.from > now)];
  return {
    counts,
    leads,
    ...(away && { away }),
    ...(goingAway && { goingAway }),
    pools: pools.map(key => poolOf(playbook, key, loads)),
    standings: teams.flatMap(key => standingInTeam({ routing, history, open: counts.open }, key, email)),
  };
}

function monthStart(playbook: Playbook, email: string, now: Date): Date {
  const zone = personOf(playbook, email)?.time_zone ?? 'UTC';
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  return new Date(today.with({ day: 1 }).toZonedDateTime(zone).epochMilliseconds);
}

function poolOf(playbook: Playbook, key: string, loads: readonly Load[]) {
  const { unclaimed } = sumOf(loads.filter(load => load.team === key && load.rep === null));
  return { team: teamOf(playbook, key)?.name ?? key, waiting: unclaimed };
}

/** Nothing for a pool: it has no turns. */
function standingInTeam(
  { routing, history, open }: { routing: RoutingState; history: ShareHistory; open: number },
  key: string,
  email: string,
): RotationStanding[] {
  const team = teamOf(routing.playbook, key);
  const member = team?.members.find(one => one.person === email);
  if (!team || !member || team.assign === 'claim') return [];
  const { candidates, skipped, members } = rotationOrderOf(routing, key, team, 'at_work');
  const rank = candidates.findIndex(one => one.email === email) + 1;
  // Whoever is not in the rotation is asked about as if they were: their place is kept.
  const order = rotationOrder(
    members.map(member => (member.email === email ? { ...member, available: true } : member)),
  );
  const share = sharesOf(routing.playbook, key, history.turns).find(one => one.email === email);
  const why = skipped.find(one => one.email === email);
  return [
    {
      team: team.name,
      way: team.assign,
      ...(share && { share }),
      ...(rank > 0 && { place: { rank, of: candidates.length } }),
      standing: order.find(one => one.email === email)?.standing ?? 'owed nothing yet',
      ...(why && { skipped: why }),
      ...(member.open_limit !== undefined && { limit: { open, most: member.open_limit } }),
      absences: history.absences,
    },
  ];
}

/** What a list of leads on Home shows. */
export type LeadList = 'open' | 'overdue' | 'contacted' | 'closed';

/** What is listed: those with the least time left first, closed ones the newest first. */
function listed(list: LeadList, now: Date): Pick<HandoffFilter, 'states' | 'dueBefore'> {
  if (list === 'contacted') return { states: ['contacted'] };
  if (list === 'closed') return { states: ['won', 'lost', 'rejected', 'nurture'] };
  return { states: OPEN_STATES, ...(list === 'overdue' && { dueBefore: { HIGH: now, MEDIUM: now, LOW: now } }) };
}

/** A page of the scope's leads; the last page when there are fewer. `total`: how many are open. One round trip, two for a list of others. */
export async function pageOfLeads(
  { db, clock }: Deps,
  workspaceId: string,
  scope: LoadScope,
  { page, total: open, size = LEADS_A_PAGE, list = 'open' }: WantedPage,
): Promise<LeadPage> {
  const filter = { ...listed(list, clock.now()), ...(scope !== 'everybody' && scope) };
  const by = list === 'closed' ? 'newest' : 'time_left';
  const total = list === 'open' ? open : (await listHandoffs(db, workspaceId, filter, { limit: 1 }, by)).total;
  const pages = Math.max(Math.ceil(total / size), 1);
  const shown = Math.min(page, pages - 1);
  const found = await listHandoffs(db, workspaceId, filter, { limit: size, offset: shown * size }, by);
  return { rows: found.rows, total, page: shown, pages };
}

interface WantedPage {
  page: number;
  total: number;
  size?: number;
  list?: LeadList | undefined;
}

/** A promise is at risk in its last quarter; by the playbook of now, for every priority. */
export function riskBefore({ sla }: Playbook, now: Date): Record<Priority, Date> {
  const before = (priority: Priority) =>
    after(now, sla[priority] ? Math.round(sla[priority].respond_within / 4) : RISK_WITHOUT_LADDER);
  return { HIGH: before('HIGH'), MEDIUM: before('MEDIUM'), LOW: before('LOW') };
}

export function sumOf(loads: readonly Load[]): Counts {
  const counts = { open: 0, untouched: 0, unclaimed: 0, breached: 0, atRisk: 0 };
  for (const load of loads) {
    for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += load[name];
  }
  return counts;
}
