/** What people may ask about leads; every answer is of their own workspace. */

import type { Card } from '../../contracts/notifier.ts';
import { connectionsOf } from '../../db/connections/connections.ts';
import { type HandoffFilter, type HandoffSummary, listHandoffs, type Page } from '../../db/handoffs/handoff-list.ts';
import { handoffById } from '../../db/handoffs/handoffs.ts';
import { timelineOf } from '../../db/handoffs/timeline.ts';
import { type Absence, absencesAfter, type Person, peopleOf } from '../../db/people/people.ts';
import type { Judgement, RoutingDecision } from '../../domain/decision.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { drawingOf } from '../cards/drawing.ts';
import type { Deps, VersionedPlaybook } from '../core/deps.ts';
import { type Actor, onlookerOf, type Requester } from '../core/rights.ts';
import { resultOfTest } from '../intake/notify-manual.ts';
import { type RecordToEdit, recordToEdit } from '../record/edit-record.ts';
import { type Elsewhere, elsewhere } from '../record/move-crm.ts';
import { readRoutingState } from '../route/roster.ts';
import { nextCandidates } from '../route/route.ts';
import { type KnownCrm, knownCrm } from './crm.ts';
import { type Health, healthOf, type PlaybookNews, playbookNews } from './health.ts';
import { type LeadList, type RepHome, repHome } from './rep-home.ts';
import { type Simulation, simulate } from './simulate.ts';
import { type ChoiceOfLeads, leadsToChoose, type TeamHome, teamHome } from './team-home.ts';

/** How many leads one question answers at most before it must be asked more precisely. */
const MOST_FOUND = 50;

/** Handoffs whose lead's name, address, company, id or record fits, newest first. */
async function find(deps: Deps, workspaceId: string, text: string): Promise<HandoffSummary[]> {
  const { crm } = await deps.vendors(workspaceId);
  const recordIds = crm?.recordIdsIn(text) ?? [];
  return (await listHandoffs(deps.db, workspaceId, { text, recordIds }, { limit: MOST_FOUND })).rows;
}

/** The handoff of this id as lists show it, a test lead's too. */
async function lead(deps: Deps, workspaceId: string, handoffId: string): Promise<HandoffSummary | undefined> {
  return (await listHandoffs(deps.db, workspaceId, { id: handoffId }, { limit: 1 })).rows[0];
}

export interface LeadTimeline {
  /** Oldest first. */
  entries: TimelineEntry[];
  /** Null: judging let nobody have it. */
  decision: RoutingDecision | null;
  judgement: Judgement;
}

/** The timeline of one handoff, and how it was judged and routed. */
async function timeline(deps: Deps, workspaceId: string, handoffId: string): Promise<LeadTimeline | undefined> {
  const [handoff, entries] = await Promise.all([
    handoffById(deps.db, workspaceId, handoffId),
    timelineOf(deps.db, workspaceId, handoffId),
  ]);
  return handoff && { entries, decision: handoff.decision, judgement: handoff.judgement };
}

/** What a card of the handoff shows now. */
async function card(deps: Deps, workspaceId: string, handoffId: string): Promise<Card | undefined> {
  return (await drawingOf(deps, { workspaceId, handoffId }))?.card;
}

/** The rotation order of a team as it stands now; a look, not a choice. */
async function teamOrder(deps: Deps, workspaceId: string, team: string): Promise<TeamOrder | undefined> {
  const { playbook } = await deps.playbook(workspaceId);
  const { routing } = await readRoutingState(deps.db, workspaceId, playbook, deps.clock.now());
  return nextCandidates(routing, team);
}

/** Who would be next, in order, and who would be passed over for what. */
export type TeamOrder = Pick<RoutingDecision, 'candidates' | 'skipped'>;

export type { Simulation } from './simulate.ts';

/** Everything people may ask, as the Slack room sees it. */
export interface Queries {
  /** Who this Slack user is in the playbook; undefined for a stranger. Only people of the playbook and its viewers are shown leads. */
  who(requester: Requester): Promise<Actor | undefined>;
  /** Handoffs whose lead's name, address, company or id fits, or whose record the text names, newest first. */
  find(workspaceId: string, text: string): Promise<HandoffSummary[]>;
  /** The handoff of this id as lists show it, a test lead's too. */
  lead(workspaceId: string, handoffId: string): Promise<HandoffSummary | undefined>;
  /** Absences that are not over: those that run now and those to come. */
  absences(workspaceId: string): Promise<Absence[]>;
  /** Nothing that brings leads by itself is connected: none can arrive. One round trip. */
  lacksSource(workspaceId: string): Promise<boolean>;
  /** A page of a list; `least time left` first when that is asked for. */
  list(
    workspaceId: string,
    filter: HandoffFilter,
    page: Page,
    by?: 'newest' | 'time_left',
  ): Promise<{ rows: HandoffSummary[]; total: number }>;
  /** The timeline of one handoff, oldest first, and how it was judged and routed. */
  timeline(workspaceId: string, handoffId: string): Promise<LeadTimeline | undefined>;
  /** What Home shows a person of their own: leads, absence, and their share of the rotation. */
  repHome(workspaceId: string, of: { actor: Actor; page: number; list?: LeadList | undefined }): Promise<RepHome>;
  /** What Home shows a manager of their teams, an admin of all; nothing to anybody else. */
  teamHome(workspaceId: string, of: { actor: Actor; page: number; list?: LeadList | undefined }): Promise<TeamHome>;
  /** Open leads of those teams to choose from, of everybody or of one person. */
  leadsToChoose(
    workspaceId: string,
    of: { actor: Actor; rep: string | undefined; page: number },
  ): Promise<ChoiceOfLeads>;
  /** What of the lead's record can be changed from Slack, as the CRM has it now. */
  recordToEdit(workspaceId: string, handoffId: string): Promise<RecordToEdit>;
  /** Everything a card shows of the handoff. */
  card(workspaceId: string, handoffId: string): Promise<Card | undefined>;
  /** The playbook that counts now. */
  playbook(workspaceId: string): Promise<VersionedPlaybook>;
  /** Who made the version that counts now, and when. */
  playbookNews(workspaceId: string): Promise<PlaybookNews>;
  /** The connected CRM: its name, and what it calls things. */
  crm(workspaceId: string): Promise<KnownCrm>;
  /** In which other CRMs open leads are recorded. */
  elsewhere(workspaceId: string): Promise<Elsewhere>;
  /** The playbook's people as Slack and the CRM know them. */
  people(workspaceId: string): Promise<Person[]>;
  /** A team's rotation order as it stands now; undefined for a team that is not in the playbook. */
  rotationOrder(workspaceId: string, team: string): Promise<TeamOrder | undefined>;
  /** What became of the test lead of this address, raw; undefined while it is on its way. */
  testResult(workspaceId: string, email: string): Promise<{ text: string } | undefined>;
  /** How Baton is doing, for those who look after it. */
  health(workspaceId: string): Promise<Health>;
  /** What would happen to the lead of this address, and why, without doing it. */
  simulate(requester: Requester, email: string): Promise<Simulation>;
}

/** The questions bound to one Baton. */
export function queriesOf(deps: Deps): Queries {
  return {
    who: by => onlookerOf(deps, by),
    find: (workspaceId, text) => find(deps, workspaceId, text),
    lead: (workspaceId, handoffId) => lead(deps, workspaceId, handoffId),
    absences: workspaceId => absencesAfter(deps.db, workspaceId, deps.clock.now()),
    elsewhere: workspaceId => elsewhere(deps, workspaceId),
    lacksSource: async workspaceId =>
      (await connectionsOf(deps.db, workspaceId)).every(({ role }) => role !== 'source'),
    list: (workspaceId, filter, page, by) => listHandoffs(deps.db, workspaceId, filter, page, by),
    timeline: (workspaceId, handoffId) => timeline(deps, workspaceId, handoffId),
    repHome: (workspaceId, of) => repHome(deps, workspaceId, of),
    teamHome: (workspaceId, of) => teamHome(deps, workspaceId, of),
    leadsToChoose: (workspaceId, of) => leadsToChoose(deps, workspaceId, of),
    recordToEdit: (workspaceId, handoffId) => recordToEdit(deps, workspaceId, handoffId),
    card: (workspaceId, handoffId) => card(deps, workspaceId, handoffId),
    playbook: workspaceId => deps.playbook(workspaceId),
    playbookNews: workspaceId => playbookNews(deps, workspaceId),
    crm: workspaceId => knownCrm(deps, workspaceId),
    people: workspaceId => peopleOf(deps.db, workspaceId),
    rotationOrder: (workspaceId, team) => teamOrder(deps, workspaceId, team),
    testResult: (workspaceId, email) => resultOfTest(deps, workspaceId, email),
    health: workspaceId => healthOf(deps, workspaceId),
    simulate: (by, email) => simulate(deps, by, email),
  };
}
