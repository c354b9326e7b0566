/** Who gets a handoff that a person hands on: somebody named, a team's next, or the next of its own team. Pure. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Candidate, RoutingDecision, Skipped } from '../../domain/decision.ts';
import type { ReassignTo } from '../core/outcomes.ts';
import { tryGoal } from './attempt.ts';
import { reasonToSkip } from './available.ts';
import type { RoutingState } from './input.ts';
import { type CreditChange, chargeTo, isMember, withTurn } from './rotation-credits.ts';

export interface FoundRep extends CreditChange {
  to: RoutingDecision['to'] & { kind: 'person' | 'pool' };
  candidates: Candidate[];
  skipped: Skipped[];
  /** Why this one: "Mid-market SDRs (weighted 2:1): Priya Nair is next, owed 0.67 of a turn". */
  text: string;
  /** "Priya Nair", "the claim pool Mid-market SDRs". */
  name: string;
}

/** Whose handoff it is so far. */
interface Whose {
  team: string | null;
  repEmail: string | null;
}

/**
 * A place for the handoff, or in words why there is none. `excluded`: who must not get it again; somebody named gets
 * it all the same.
 */
export function findRep(
  routing: RoutingState,
  whose: Whose,
  to: ReassignTo,
  excluded: readonly string[],
): FoundRep | { why: string } {
  if (to.kind === 'person') return findNamed(routing, whose, to.email.trim().toLowerCase());
  const key = to.kind === 'team' ? to.team : teamMeantByNext(routing, whose);
  if (key === undefined) return { why: 'No team has a line for this lead: choose a person or a team.' };
  return findNextOfTeam({ ...routing, excluded }, key);
}

/** Whoever is named gets it at any hour and load, unless they could not even see it. */
function findNamed(routing: RoutingState, { team, repEmail }: Whose, email: string): FoundRep | { why: string } {
  const name = nameOf(routing.playbook, email);
  if (email === repEmail) return { why: `${name} has this lead already.` };
  const not = reasonToSkip(routing, email, 'any_load');
  if (not) return { why: `${name} cannot have it: ${not.reason}.` };
  const own = team !== null && isMember(routing.playbook, team, email) ? { team } : {};
  return {
    ...chargeTo(routing, own.team ?? null, email),
    to: { kind: 'person', email, ...own, via: 'manual' },
    candidates: [{ email, standing: 'named by a person' }],
    skipped: [],
    text: name,
    name,
  };
}

/** The next of a team: at work if anybody is, else at any hour; nobody away, deactivated or excluded. */
function findNextOfTeam(routing: RoutingState, key: string): FoundRep | { why: string } {
  const { playbook } = routing;
  const team = teamOf(playbook, key);
  if (!team) return { why: `There is no team "${key}" in the playbook.` };
  const goal = { kind: 'team' as const, team: key, via: 'team' as const };
  const atWork = tryGoal(routing, goal, 'at_work');
  const made = atWork.taken ? atWork : tryGoal(routing, goal, 'any_hour');
  // Why nobody is at work says more than why nobody is there at night.
  if (!made.taken) return { why: `Nobody is available: ${atWork.text}.` };
  const { candidates, text } = made;
  const to = made.to.kind === 'person' ? { ...made.to, via: 'manual' as const } : made.to;
  if (to.kind !== 'person' && to.kind !== 'pool') return { why: 'Nobody is available.' };
  const taken = to.kind === 'person' ? to.email : undefined;
  return {
    ...(made.rotation ? withTurn(routing, made.rotation) : { routing, turns: [] }),
    to,
    candidates,
    skipped: [...atWork.skipped, ...made.skipped].filter(distinctBut(taken)),
    text: atWork.taken ? text : `nobody at work; working hours set aside: ${text}`,
    name: to.kind === 'person' ? nameOf(playbook, to.email) : `the claim pool ${team.name}`,
  };
}

/** Each person once, and never the one who was taken in spite of it. */
function distinctBut(taken: string | undefined): (skipped: Skipped) => boolean {
  const seen = new Set([taken]);
  return ({ email }) => {
    if (seen.has(email)) return false;
    seen.add(email);
    return true;
  };
}

/** Whose rotation is meant by "next": the handoff's team's, else one its rep is in, else the fallback's. */
function teamMeantByNext({ playbook }: RoutingState, { team, repEmail }: Whose): string | undefined {
  if (team !== null && teamOf(playbook, team)) return team;
  const own =
    repEmail === null ? undefined : Object.keys(playbook.teams).find(key => isMember(playbook, key, repEmail));
  return own ?? playbook.fallback.team;
}
