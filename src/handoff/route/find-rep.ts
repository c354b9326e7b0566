/** Who gets a handoff that a person hands on: somebody named, a team's next, or the next in its own line. Pure. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Candidate, RoutingDecision, Skipped } from '../../domain/decision.ts';
import type { ReassignTo } from '../core/outcomes.ts';
import { attempt } from './attempt.ts';
import { whyNot } from './available.ts';
import type { Situation } from './input.ts';
import { charge, isMember, type Moved, write } from './rotation-credits.ts';

export interface Found extends Moved {
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
export function findPlace(
  situation: Situation,
  whose: Whose,
  to: ReassignTo,
  excluded: readonly string[],
): Found | { why: string } {
  if (to.kind === 'person') return person(situation, whose, to.email.trim().toLowerCase());
  const key = to.kind === 'team' ? to.team : lineOf(situation, whose);
  if (key === undefined) return { why: 'No team has a line for this lead: choose a person or a team.' };
  return nextOf({ ...situation, excluded }, key);
}

/** Whoever is named gets it at any hour and load, unless they could not even see it. */
function person(situation: Situation, { team, repEmail }: Whose, email: string): Found | { why: string } {
  const name = nameOf(situation.playbook, email);
  if (email === repEmail) return { why: `${name} has this lead already.` };
  const not = whyNot(situation, email, 'any_load');
  if (not) return { why: `${name} cannot have it: ${not.reason}.` };
  const own = team !== null && isMember(situation.playbook, team, email) ? { team } : {};
  return {
    ...charge(situation, own.team ?? null, email),
    to: { kind: 'person', email, ...own, via: 'manual' },
    candidates: [{ email, standing: 'named by a person' }],
    skipped: [],
    text: name,
    name,
  };
}

/** The next of a team: at work if anybody is, else at any hour; nobody away, deactivated or excluded. */
function nextOf(situation: Situation, key: string): Found | { why: string } {
  const { playbook } = situation;
  const team = teamOf(playbook, key);
  if (!team) return { why: `There is no team "${key}" in the playbook.` };
  const goal = { kind: 'team' as const, team: key, via: 'team' as const };
  const atWork = attempt(situation, goal, 'at_work');
  const made = atWork.taken ? atWork : attempt(situation, goal, 'any_hour');
  // Why nobody is at work says more than why nobody is there at night.
  if (!made.taken) return { why: `Nobody is available: ${atWork.text}.` };
  const { candidates, text } = made;
  const to = made.to.kind === 'person' ? { ...made.to, via: 'manual' as const } : made.to;
  if (to.kind !== 'person' && to.kind !== 'pool') return { why: 'Nobody is available.' };
  const taken = to.kind === 'person' ? to.email : undefined;
  return {
    ...(made.rotation ? write(situation, made.rotation) : { situation, turns: [] }),
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

/** Whose line is meant by "next": the handoff's team's, else one its rep stands in, else the fallback's. */
function lineOf({ playbook }: Situation, { team, repEmail }: Whose): string | undefined {
  if (team !== null && teamOf(playbook, team)) return team;
  const own =
    repEmail === null ? undefined : Object.keys(playbook.teams).find(key => isMember(playbook, key, repEmail));
  return own ?? playbook.fallback.team;
}
