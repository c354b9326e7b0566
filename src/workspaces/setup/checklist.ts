/** The set-up as it stands: read anew each time from what is there, so that a restart forgets nothing of it. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { type Connection, connectionsOf } from '../../db/connections/connections.ts';
import { newestSetup, type SetupRun } from '../../db/connections/crm-setups.ts';
import { type Person, peopleOf } from '../../db/people/people.ts';
import { type Mode, type WatchedLead, watchedLeads } from '../../db/workspaces/mode.ts';
import { newestPlaybook } from '../../db/workspaces/playbooks.ts';
import {
  noteSetUp,
  SETUP_STEPS,
  type SetupStepName,
  type SetupStepRow,
  setupStepsOf,
} from '../../db/workspaces/setup-steps.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { listed } from '../../lib/english.ts';
import { FROM_FILE } from '../playbook-versions.ts';
import { modeWithName } from './live.ts';

/** The states of a step: `trouble` was done and needs somebody again, `waiting` ends by itself. */
export type StepState = 'done' | 'open' | 'trouble' | 'waiting';

export interface SetupStep {
  name: SetupStepName;
  state: StepState;
  /** How it stands, in a few words; raw. */
  text: string;
  /** Since when there is a sign of life; undefined: there is none. */
  at?: Date | undefined;
  /** It is not needed here, somebody said. */
  skipped: boolean;
  /** By name: who was asked to do it. */
  askedOf: string | undefined;
}

export interface Checklist {
  steps: SetupStep[];
  /** What to do now; undefined: all is done. */
  next: SetupStepName | undefined;
  mode: Mode;
  modeSince: Date | null;
  /** By name. */
  modeBy: string | null;
  /** What would have been handed off since it watches. */
  watched: { rows: WatchedLead[]; total: number };
  /** Vendors by the role that they are connected in: one that is connected for something else is none of the step's. */
  connected: Record<'source' | 'crm', readonly string[]>;
  /** A source is connected, and its score property is to be chosen. */
  asksScore: boolean;
  /** Sources whose score property can be chosen. */
  scored: readonly string[];
  /** The CRM that fields can be made in from here. */
  crm: string | undefined;
  /** Every step was done once: Health shows the rest. */
  isComplete: boolean;
}

/** Newest leads of watch mode that Home shows. */
const WATCHED = 8;

/** Some eight round trips; no vendor is asked. */
export async function checklistOf(deps: Deps, workspaceId: string): Promise<Checklist> {
  const { db } = deps;
  const [said, connections, people, setup, mode, { playbook }, { crm, sources }, newest] = await Promise.all([
    setupStepsOf(db, workspaceId),
    connectionsOf(db, workspaceId),
    peopleOf(db, workspaceId),
    newestSetup(db, workspaceId),
    modeWithName(deps, workspaceId),
    deps.playbook(workspaceId),
    deps.vendors(workspaceId),
    newestPlaybook(db, workspaceId),
  ]);
  const isInstallers = newest?.author !== FROM_FILE;
  const isChosen = said.steps.some(({ step, doneAt }) => step === 'source' && doneAt !== null);
  const scored = Object.values(sources).flatMap(source => (source?.fields ? [source.name] : []));
  const asksScore = !isChosen && scored.length > 0;
  const facts = {
    asksScore,
    playbook,
    isInstallers,
    connections,
    people,
    setup,
    mode: mode.mode,
    hasSetup: crm?.setup !== undefined,
    ...said,
  };
  const steps = SETUP_STEPS.map(name => stepOf(name, facts));
  const isDone = steps.every(({ state }) => state === 'done');
  if (isDone && said.setUpAt === null) await noteSetUp(db, workspaceId, deps.clock.now());
  const watched =
    mode.mode === 'watch'
      ? await watchedLeads(db, workspaceId, { since: mode.since ?? new Date(0), limit: WATCHED })
      : { rows: [], total: 0 };
  return {
    steps,
    // Nobody sits and waits: what comes after can be done meanwhile.
    next: (
      steps.find(({ state }) => state === 'open' || state === 'trouble') ??
      steps.find(({ state }) => state === 'waiting')
    )?.name,
    mode: mode.mode,
    modeSince: mode.since,
    modeBy: mode.by,
    watched,
    connected: { source: vendorsIn(connections, 'source'), crm: vendorsIn(connections, 'crm') },
    asksScore,
    scored,
    crm: crm?.setup && crm.name,
    isComplete: isDone || said.setUpAt !== null,
  };
}

const vendorsIn = (connections: readonly Connection[], wanted: Connection['role']): string[] =>
  connections.filter(({ role }) => role === wanted).map(({ vendor }) => vendor);

interface Facts {
  playbook: Playbook;
  /** The rules began with whoever installed Baton as the only one who gets leads, not with a file. */
  isInstallers: boolean;
  connections: readonly Connection[];
  people: readonly Person[];
  setup: SetupRun | undefined;
  mode: Mode;
  /** A source can be asked for its properties, and nobody has chosen among them. */
  asksScore: boolean;
  /** Fields can be made in the CRM from here. */
  hasSetup: boolean;
  steps: readonly SetupStepRow[];
  testDelivered: boolean;
}

type How = Pick<SetupStep, 'state' | 'text' | 'at'>;

/** One step by what is there. Pure. */
export function stepOf(name: SetupStepName, facts: Facts): SetupStep {
  const said = facts.steps.find(({ step }) => step === name);
  const skipped = said?.skipped ?? false;
  const how: How = skipped ? { state: 'done', text: 'not needed here' } : HOW[name](facts, said);
  const askedOf = said?.askedOf ? nameOf(facts.playbook, said.askedOf) : undefined;
  return { name, ...how, skipped, askedOf };
}

const HOW: Record<SetupStepName, (facts: Facts, said: SetupStepRow | undefined) => How> = {
  source: ({ connections, asksScore }) => {
    const all = connections.filter(({ role }) => role === 'source');
    const how = connectedHow(all, 'no marketing system is connected yet');
    if (how.state !== 'done' || !asksScore) return how;
    const are = all.length === 1 ? 'is' : 'are';
    return {
      ...how,
      state: 'open',
      text: `${how.text} ${are} connected; nobody said yet which property holds the score`,
    };
  },
  crm: facts => {
    const { connections, setup, hasSetup, playbook, people } = facts;
    const used = playbook.crm.system;
    const all = connections.filter(({ role, vendor }) => role === 'crm' && (used === undefined || used === vendor));
    const how = connectedHow(all, 'no CRM is connected yet');
    if (how.state !== 'done') return how;
    if (hasSetup && !setup)
      return { ...how, state: 'open', text: `${how.text} is connected; Baton’s fields are not made yet` };
    if (hasSetup && setup?.finishedAt === null)
      return { ...how, state: 'waiting', text: `Baton’s fields are being made in ${how.text}` };
    return {
      ...how,
      ...unmatched(
        how,
        inPlaybook(people, playbook).filter(one => one.crmAsked && !one.crmActive),
        playbook,
      ),
    };
  },
  people: ({ playbook, people, isInstallers }, said) => {
    const members = new Set(Object.values(playbook.teams).flatMap(team => team.members.map(({ person }) => person)));
    if (members.size === 0) return { state: 'open', text: 'nobody gets leads yet' };
    // Other sections may have been saved since the installation: that says nothing about who gets leads.
    const isAlone = members.size === 1 && playbook.admins.some(admin => members.has(admin));
    if (isInstallers && isAlone && !said?.doneAt)
      return { state: 'open', text: 'only whoever installed Baton gets leads so far' };
    const teams = Object.keys(playbook.teams).length;
    const text = `${peopleWords(members.size)} in ${teams === 1 ? '1 team' : `${teams} teams`}`;
    const known = inPlaybook(people, playbook).filter(one => one.slackAsked && !one.slackActive);
    return unmatched({ state: 'done', text }, known, playbook);
  },
  rules: ({ playbook }, said) => {
    const rules = playbook.routing.length;
    const text = `${rules === 1 ? '1 rule' : `${rules} rules`}, MQL from a score of ${playbook.mql.threshold}`;
    return { state: said?.doneAt ? 'done' : 'open', text };
  },
  test: ({ testDelivered }, said) =>
    said?.doneAt || testDelivered
      ? { state: 'done', text: 'a test lead went the whole way' }
      : { state: 'open', text: 'no test lead has gone the whole way yet' },
  live: ({ mode }) =>
    mode === 'live'
      ? { state: 'done', text: 'new MQLs are handed to sales' }
      : { state: 'open', text: 'watch mode: nothing is sent' },
};

function connectedHow(all: readonly Connection[], none: string): How {
  if (all.length === 0) return { state: 'open', text: none };
  const broken = all.find(({ status }) => status === 'paused');
  const name = listed(all.map(({ vendor }) => serviceName(vendor)));
  if (broken)
    return { state: 'trouble', text: `${serviceName(broken.vendor)} needs you: ${broken.pausedReason ?? 'paused'}` };
  const signals = all.flatMap(({ lastSignalAt }) => lastSignalAt ?? []);
  const at = signals.length > 0 ? new Date(Math.max(...signals.map(Number))) : undefined;
  return { state: 'done', text: name, at };
}

function unmatched(how: How, missing: readonly Person[], playbook: Playbook): How {
  if (missing.length === 0) return how;
  const names = missing.map(({ email }) => nameOf(playbook, email)).sort();
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return { ...how, state: 'trouble', text: `${how.text}; not found: ${shown}${more}` };
}

const inPlaybook = (people: readonly Person[], playbook: Playbook): Person[] =>
  people.filter(({ email }) => playbook.people.some(person => person.email === email));

const peopleWords = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
