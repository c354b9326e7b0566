/** People at work on handoffs: real PostgreSQL, a clock to move, a Slack that only writes down what it was told. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Notifier, Place } from '../../src/contracts/notifier.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { type Handoff, handoffById, insertHandoff, UNTOUCHED } from '../../src/db/handoffs/handoffs.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import { timelineOf } from '../../src/db/handoffs/timeline.ts';
import { rememberSlackPerson } from '../../src/db/people/people.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import type { TimelineEntry } from '../../src/domain/timeline.ts';
import { type Deps, PATIENCE } from '../../src/handoff/core/deps.ts';
import type { Facts } from '../../src/handoff/core/facts.ts';
import type { Outcome } from '../../src/handoff/core/outcomes.ts';
import { judge } from '../../src/handoff/judge/judge.ts';
import { assignmentOf, firstStint, isAssigned, type Routed, routeNow } from '../../src/handoff/route/route-now.ts';
import { createLogger } from '../../src/lib/log.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { playbooks } from '../../src/workspaces/playbooks.ts';
import { testDatabase } from '../helpers/database.ts';
import { PLAYBOOK_VENDORS } from '../helpers/playbook.ts';

/** A Tuesday, 10:00 in Los Angeles, 13:00 in New York, 18:00 in London. */
export const TUESDAY = new Date('2026-11-24T18:00:00Z');

/** Dana manages the mid-market team, Olga manages Tom, Ada is the admin, Chan is in no team. */
export const PEOPLE = `version: 1
mql: { threshold: 50 }
fit:
  industries: [Technology]
  employees: { min: 200, max: 5000 }
  countries: [US, GB]
  points: { industry: 30, employees: 25, country: 20, title: 25 }
  priority: { high: 70, medium: 40 }
people:
  - { email: marcus@example.com, name: Marcus Chen, time_zone: America/Los_Angeles }
  - { email: priya@example.com, name: Priya Nair, time_zone: America/New_York }
  - { email: tom@example.com, name: Tom Okafor, manager: olga@example.com, time_zone: Europe/London }
  - { email: chan@example.com, name: Chan Li, time_zone: America/New_York }
  - { email: dana@example.com, name: Dana Ruiz, time_zone: America/New_York }
  - { email: olga@example.com, name: Olga Berg, time_zone: Europe/London }
  - { email: ada@example.com, name: Ada Moss, time_zone: America/New_York }
admins: [ada@example.com]
`;

const PLAYBOOK = `${PEOPLE}teams:
  mid:
    name: Mid-market
    manager: dana@example.com
    assign: weighted
    members: [{ person: marcus@example.com, weight: 2 }, { person: priya@example.com }]
    hours: { from: "09:00", to: "18:00" }
  emea: { name: EMEA, members: [{ person: tom@example.com }, { person: priya@example.com }] }
  pool: { name: Pool, assign: claim, channel: "#pool", members: [{ person: marcus@example.com }, { person: priya@example.com }] }
routing:
  - { name: Partners, when: { lead_source: Partner }, to: { person: chan@example.com } }
  - { name: Pool, when: { lead_source: Pool }, to: { team: pool } }
  - { name: EMEA, when: { region: EMEA }, to: { team: emea } }
  - { name: Newsletter, when: { lead_source: Newsletter }, to: nurture }
  - { name: Everybody else, when: {}, to: { team: mid } }
fallback: { team: mid, person: ada@example.com }
sla:
  HIGH: { respond_within: 1h, clock: always }
  MEDIUM: { respond_within: 8h, clock: working }
`;

const NAMES = ['marcus', 'priya', 'tom', 'chan', 'dana', 'olga', 'ada'];

export interface TestWorkspace {
  db: Db;
  deps: Deps;
  workspaceId: string;
  /** What was said in DMs. */
  told: { place: Place; text: string }[];
  move(milliseconds: number): void;
  now(): Date;
  /** `{ workspaceId, slackUserId }` of one of NAMES; of a stranger for any other name. */
  by(name: string): { workspaceId: string; slackUserId: string };
  /** A lead, routed like any other, or left in the given state without a rep. */
  open(options?: { leadSource?: string; country?: string; state?: 'held' | 'nurture' }): Promise<string>;
  look(handoffId: string): Promise<Handoff<Facts>>;
  story(handoffId: string): Promise<TimelineEntry[]>;
  last(handoffId: string): Promise<TimelineEntry>;
  /** Keys of the jobs that wait. */
  waiting(): Promise<string[]>;
  /** Turns had and kept, by team and person; fails when the books and the handoffs tell different stories. */
  books(): Promise<Record<string, number>>;
}

export interface TestWorkspaces {
  /** Another workspace in the same database. */
  workspace(): Promise<TestWorkspace>;
  close(): Promise<void>;
}

/** One database for a file, with as many workspaces as are asked for. */
export async function testWorkspaces(): Promise<TestWorkspaces> {
  const database = await testDatabase();
  const db = connect(database.url, 8);
  let made = 0;
  return {
    workspace: () => workspaceIn(db, `T${++made}`),
    async close() {
      await db.destroy();
      await database.drop();
    },
  };
}

async function workspaceIn(db: Db, team: string): Promise<TestWorkspace> {
  let time = TUESDAY;
  const clock = { now: () => time };
  const { id: workspaceId } = await ensureWorkspace(db, { name: team, slackTeamId: team, hookKey: team, at: time });
  await savePlaybook(db, workspaceId, { yaml: PLAYBOOK, author: 'test', note: '', at: time });
  for (const name of NAMES) {
    const found = { slackId: `U-${name}`, active: true };
    await rememberSlackPerson(db, workspaceId, `${name}@example.com`, found, time);
  }
  const told: TestWorkspace['told'] = [];
  const deps: Deps = {
    db,
    clock,
    log: createLogger({ level: 'silent' }),
    patience: PATIENCE,
    publicUrl: 'http://127.0.0.1',
    playbook: playbooks(db, clock, PLAYBOOK_VENDORS),
    playbookVendors: PLAYBOOK_VENDORS,
    hookAddress: async () => undefined,
    answers: () => 0,
    allowances: () => [],
    connectionChanged: () => undefined,
    vendors: async () => ({
      sources: {},
      enrichers: {},
      schedulers: {},
      sequencers: {},
      formerCrms: {},
      mailboxes: [],
      notifier: { notify } as Partial<Notifier> as Notifier,
    }),
  };
  async function notify(place: Place, text: string) {
    told.push({ place, text });
    return { channel: 'D0TOLD', ts: String(told.length) };
  }
  const look = async (handoffId: string) => {
    const handoff = await handoffById<Facts>(db, workspaceId, handoffId);
    assert.ok(handoff);
    return handoff;
  };
  return {
    db,
    deps,
    workspaceId,
    told,
    now: () => time,
    move(milliseconds) {
      time = new Date(time.getTime() + milliseconds);
    },
    by: name => ({ workspaceId, slackUserId: `U-${name}` }),
    open: options => openLead(deps, workspaceId, options),
    look,
    story: handoffId => timelineOf(db, workspaceId, handoffId),
    last: async handoffId => {
      const entry = (await timelineOf(db, workspaceId, handoffId)).at(-1);
      assert.ok(entry);
      return entry;
    },
    waiting: async () =>
      (await db('graphile_worker.jobs').whereNotNull('key').orderBy('id').select('key')).map(row => row.key),
    books: () => booksOf(db, workspaceId),
  };
}

async function openLead(
  deps: Deps,
  workspaceId: string,
  { leadSource, country = 'US', state }: { leadSource?: string; country?: string; state?: 'held' | 'nurture' } = {},
): Promise<string> {
  const id = randomUUID();
  const now = deps.clock.now();
  const { playbook, version } = await deps.playbook(workspaceId);
  const facts: Facts = {
    contact: {
      source: 'hubspot',
      id,
      email: `${id}@acmecorp.com`,
      firstName: 'Emma',
      lastName: '<!channel> Thompson',
      title: 'VP Sales',
      ...(leadSource && { leadSource }),
      country,
      properties: {},
      scoreHistory: [],
      activities: [],
    },
    company: { name: 'Acme', domain: 'acmecorp.com', industry: 'Technology', employees: 750, country, origin: {} },
    missing: [],
  };
  const judgement = judge({ contact: facts.contact, company: facts.company, playbook }, now);
  await deps.db.transaction(async trx => {
    const lead = await lockLead(trx, workspaceId, `${id}@acmecorp.com`, 'Emma', now);
    const routed: Routed = state
      ? { absences: [] }
      : await routeNow(trx, { workspaceId, facts, judgement, playbook }, now);
    if (routed.turn) await routed.turn;
    const place = assignmentOf(routed, playbook, judgement.fit.priority, now);
    await insertHandoff(trx, {
      ...UNTOUCHED,
      ...place,
      id,
      workspaceId,
      leadId: lead.id,
      source: 'hubspot',
      contactId: id,
      state: state ?? (isAssigned(routed.outcome) ? 'assigned' : 'nurture'),
      playbookVersion: version,
      crossedAt: now,
      seenAt: now,
      openedAt: now,
      claimedAt: null,
      claimedBy: null,
      score: 63,
      priority: judgement.fit.priority,
      facts,
      judgement,
      recordKind: null,
      recordId: null,
      recordNote: null,
      recordedAt: null,
      deliveredAt: null,
    });
    for (const stint of firstStint(trx, { id, workspaceId, ...place })) await stint;
  });
  return id;
}

/** Every turn in the books is the turn of one handoff, and what is owed adds up to nothing. */
async function booksOf(db: Db, workspaceId: string): Promise<Record<string, number>> {
  const rows = await db('rotation').where({ workspace_id: workspaceId });
  const charged = await db('handoffs')
    .where({ workspace_id: workspaceId })
    .whereNotNull('turn_team')
    .groupBy('turn_team', 'turn_email')
    .select('turn_team', 'turn_email')
    .count('* as turns');
  const given: Record<string, number> = Object.fromEntries(
    rows.filter(row => row.given !== 0).map(row => [`${row.team} ${row.email.split('@')[0]}`, row.given]),
  );
  assert.deepEqual(
    given,
    Object.fromEntries(charged.map(row => [`${row.turn_team} ${`${row.turn_email}`.split('@')[0]}`, row.turns])),
  );
  for (const [team, members = []] of Object.entries(Object.groupBy(rows, row => row.team))) {
    const owed = members.reduce((sum, member) => sum + member.credits, 0);
    assert.ok(Math.abs(owed) < 1e-6, `${team} is owed ${owed}`);
  }
  return given;
}

/** The outcome as a success, or a failure that shows what it was. */
export function done<T>(outcome: Outcome<T>): T {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome));
  return outcome as T;
}

/** What came of something, without by what it may be taken back. */
export function said<T extends object>(outcome: T): Omit<T, 'undo'> {
  const { undo: _undo, ...rest } = outcome as T & { undo?: string };
  return rest;
}
