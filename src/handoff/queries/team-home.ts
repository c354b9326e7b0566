/** What the Home tab shows whoever answers for others: how their teams stand now, and whose leads nobody looks after. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { type Kept, keptLeads, type Load, type LoadScope, loadsOf } from '../../db/people/home.ts';
import type { Absence } from '../../db/people/people.ts';
import { after, DAY } from '../../lib/clock.ts';
import type { Deps } from '../core/deps.ts';
import { type Actor, isManager, seesAll } from '../core/rights.ts';
import { readRoutingState } from '../route/roster.ts';
import type { RosterEntry } from '../route/route.ts';
import { type Counts, type LeadList, type LeadPage, pageOfLeads, riskBefore, sumOf } from './rep-home.ts';

/** Leads that one modal offers: Slack's menus hold no more. */
export const LEADS_TO_CHOOSE = 100;

export interface TeamHome {
  counts: Counts;
  teams: TeamNow[];
  /** Away or gone, with leads that nobody has contacted. */
  unattended: Unattended[];
  leads: LeadPage;
  /** Kept from sales, whoever's: on hold now, in nurture these 30 days. */
  kept: Kept;
  /** Everybody of these teams who is away now. */
  away: { email: string; until: Date | null }[];
}

export interface TeamNow {
  name: string;
  counts: Counts;
  /** In the playbook's order. `counts` are of all their leads, whatever team they came through; `limit`: of open ones. */
  members: { email: string; name: string; counts: Counts; limit?: number }[];
}

export interface Unattended {
  email: string;
  name: string;
  /** What `moveAll` would hand over. */
  leads: number;
  why: { kind: 'away'; from: Date; until: Date | null } | { kind: 'left'; reason: string };
}

/** Whose leads this person may act on as a manager; nobody's for anybody else. */
export function scopeOf(actor: Actor): LoadScope {
  if (actor.admin) return 'everybody';
  return isManager(actor) ? { reps: actor.reports, teams: actor.manages } : { reps: [], teams: [] };
}

/** Whose leads this person is shown: viewers all of them. */
function shownScope(actor: Actor): LoadScope {
  return seesAll(actor) ? 'everybody' : scopeOf(actor);
}

/** Five round trips to the database at most, two of them one after the other. */
export async function teamHome(
  deps: Deps,
  workspaceId: string,
  { actor, page, list }: { actor: Actor; page: number; list?: LeadList | undefined },
): Promise<TeamHome> {
  const now = deps.clock.now();
  const { playbook } = await deps.playbook(workspaceId);
  const scope = shownScope(actor);
  const [loads, { routing }, kept] = await Promise.all([
    loadsOf(deps.db, workspaceId, scope, { now, riskBefore: riskBefore(playbook, now) }),
    readRoutingState(deps.db, workspaceId, playbook, now),
    keptLeads(deps.db, workspaceId, after(now, -30 * DAY)),
  ]);
  const counts = sumOf(loads);
  const { roster } = routing;
  return {
    counts,
    kept,
    teams: teamsOf(playbook, actor, loads),
    unattended: unattendedOf({ playbook, actor, loads, roster, now }),
    leads: await pageOfLeads(deps, workspaceId, scope, { page, total: counts.open, list }),
    away: [...roster].flatMap(([email, { absences }]) => {
      const absence = runningAt(absences, now);
      return absence ? [{ email, until: absence.until }] : [];
    }),
  };
}

export interface ChoiceOfLeads extends LeadPage {
  /** Whoever has open leads in the scope. */
  reps: { email: string; name: string; open: number }[];
}

/** Open leads to choose from, of everybody in the scope or of one of them; two round trips. */
export async function leadsToChoose(
  deps: Deps,
  workspaceId: string,
  { actor, rep, page }: { actor: Actor; rep: string | undefined; page: number },
): Promise<ChoiceOfLeads> {
  const now = deps.clock.now();
  const { playbook } = await deps.playbook(workspaceId);
  const scope = scopeOf(actor);
  const loads = await loadsOf(deps.db, workspaceId, scope, { now, riskBefore: riskBefore(playbook, now) });
  const emails = [...new Set(loads.map(load => load.rep))].filter(email => email !== null);
  const openOf = (email: string) => sumOf(loads.filter(load => load.rep === email)).open;
  // Only of people whose leads are in the scope anyway; of a team's stranger, only what came through the team.
  const wanted = rep !== undefined && mayBeSeen(scope, rep) ? rep : undefined;
  const total = wanted === undefined ? sumOf(loads).open : openOf(wanted);
  const narrow = wanted === undefined ? scope : { reps: [wanted], teams: [] };
  return {
    ...(await pageOfLeads(deps, workspaceId, narrow, { page, total, size: LEADS_TO_CHOOSE })),
    reps: emails
      .filter(email => mayBeSeen(scope, email))
      .map(email => ({ email, name: nameOf(playbook, email), open: openOf(email) })),
  };
}

const mayBeSeen = (scope: LoadScope, email: string) => scope === 'everybody' || scope.reps.includes(email);

/** The teams they manage (all, for an admin), and one more for people and leads of none of these. */
function teamsOf(playbook: Playbook, actor: Actor, loads: readonly Load[]): TeamNow[] {
  const keys = seesAll(actor) ? Object.keys(playbook.teams) : actor.manages;
  const isOf = (key: string, email: string) => teamOf(playbook, key)?.members.some(one => one.person === email);
  const homeOf = ({ team, rep }: Load) =>
    keys.find(key => key === team) ?? (rep === null ? undefined : keys.find(key => isOf(key, rep)));
  const byTeam = Map.groupBy(loads, homeOf);
  const member = (email: string) => ({
    email,
    name: nameOf(playbook, email),
    counts: sumOf(loads.filter(load => load.rep === email)),
  });
  const teams = keys.map(key => ({
    name: teamOf(playbook, key)?.name ?? key,
    counts: sumOf(byTeam.get(key) ?? []),
    members: (teamOf(playbook, key)?.members ?? []).map(({ person, open_limit: limit }) => ({
      ...member(person),
      ...(limit !== undefined && { limit }),
    })),
  }));
  const rest = byTeam.get(undefined) ?? [];
  const others = new Set([
    ...rest.map(load => load.rep).filter(email => email !== null),
    ...(seesAll(actor) ? [] : actor.reports.filter(email => !keys.some(key => isOf(key, email)))),
  ]);
  if (rest.length === 0 && others.size === 0) return teams;
  return [...teams, { name: 'In no team', counts: sumOf(rest), members: [...others].map(member) }];
}

interface Looking {
  playbook: Playbook;
  actor: Actor;
  loads: readonly Load[];
  roster: ReadonlyMap<string, RosterEntry>;
  now: Date;
}

/** Those this person may hand over for, most leads first. */
function unattendedOf({ playbook, actor, loads, roster, now }: Looking): Unattended[] {
  const emails = new Set(loads.map(load => load.rep).filter(email => email !== null));
  return [...emails]
    .filter(email => actor.admin || actor.reports.includes(email))
    .flatMap(email => {
      const leads = sumOf(loads.filter(load => load.rep === email)).untouched;
      const why = whyUnattended(roster.get(email), now);
      return leads > 0 && why ? [{ email, name: nameOf(playbook, email), leads, why }] : [];
    })
    .toSorted((one, other) => other.leads - one.leads || one.name.localeCompare(other.name));
}

function whyUnattended(known: RosterEntry | undefined, now: Date): Unattended['why'] | undefined {
  if (!known) return { kind: 'left', reason: 'is not in the playbook any more' };
  if (known.slackActive === false) return { kind: 'left', reason: 'is deactivated in Slack' };
  if (known.crmActive === false) return { kind: 'left', reason: 'is deactivated in the CRM' };
  const absence = runningAt(known.absences, now);
  return absence && { kind: 'away', from: absence.from, until: absence.until };
}

function runningAt(absences: readonly Pick<Absence, 'from' | 'until'>[], now: Date) {
  return absences.find(one => one.from <= now && (one.until === null || one.until > now));
}
