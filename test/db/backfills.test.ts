/** Old handoffs get their turns and their report columns from what was told of them at the time. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import * as stintsMigration from '../../migrations/20261130160000_stints.ts';
import * as columnsMigration from '../../migrations/20261130160100_question_columns.ts';
import type { Db } from '../../src/db/connection.ts';
import { handoffById } from '../../src/db/handoffs/handoffs.ts';
import { stintsOf } from '../../src/db/handoffs/stints.ts';
import { HOUR, after as later } from '../../src/lib/clock.ts';
import { connectedDatabase } from '../helpers/database.ts';

const CROSSED = new Date('2026-11-24T18:00:00Z');
const hour = (hours: number) => later(CROSSED, hours * HOUR);
const [MARCUS, PRIYA] = ['marcus@example.com', 'priya@example.com'];
const person = (email: string) => ({ kind: 'person', email, team: 'mid' });

/** A handoff of a workspace of its own, as the release before kept it. */
async function oldHandoff(db: Db, differs: Record<string, unknown> = {}) {
  const [workspaceId, leadId, handoffId] = [randomUUID(), randomUUID(), randomUUID()];
  const of = { workspace_id: workspaceId };
  await db('workspaces').insert({ id: workspaceId, name: 'Acme', hook_key_hash: workspaceId, created_at: CROSSED });
  await db('leads').insert({ ...of, id: leadId, email: 'emma@acmecorp.com', name: 'Emma', created_at: CROSSED });
  await db('handoffs').insert({
    ...of,
    id: handoffId,
    lead_id: leadId,
    source: 'hubspot',
    contact_id: '1',
    state: 'assigned',
    playbook_version: 1,
    crossed_at: CROSSED,
    seen_at: CROSSED,
    opened_at: CROSSED,
    assigned_at: CROSSED,
    priority: 'HIGH',
    judgement: {},
    record_state: 'pending',
    facts: { missing: [] },
    ...differs,
  });
  const told = async (kind: string, at: Date, detail: object, actor = 'baton') => {
    const entry = { kind, at, actor, text: 'Said.', detail: JSON.stringify(detail) };
    await db('timeline').insert({ ...of, handoff_id: handoffId, lead_id: leadId, ...entry });
  };
  return { workspaceId, handoffId, told };
}

test('turns are told again from the timeline: a breach, a hand-over, a rejection, a reopening', async t => {
  const { db } = await connectedDatabase(t, 2);
  await stintsMigration.down(db);
  const { workspaceId, handoffId, told } = await oldHandoff(db, {
    assigned_at: hour(6),
    rep_email: MARCUS,
    team: 'mid',
    // As a reopening left it: of the last turn, and no breach.
    due_at: hour(7),
  });
  await told('routed', CROSSED, { decision: { rule: 'HIGH', to: person(MARCUS) } });
  await told('breached', hour(1), { due: hour(1).toISOString(), rep: MARCUS });
  await told('reassigned', hour(4), { from: MARCUS, to: person(PRIYA) });
  await told('claimed', hour(4.5), { from: PRIYA }, PRIYA);
  await told('rejected', hour(5), { from: PRIYA, reason: 'duplicate' });
  await told('reopened', hour(6), { to: person(MARCUS) });
  const touch = { workspace_id: workspaceId, handoff_id: handoffId, id: randomUUID(), created_at: hour(6.5) };
  const call = { kind: 'call', by_email: MARCUS, at: hour(6.5), origin: 'slack', crm_state: 'skipped' };
  await db('touches').insert({ ...touch, ...call });
  await stintsMigration.up(db);

  const stints = await stintsOf(db, workspaceId, handoffId);
  assert.deepEqual(
    stints.map(({ repEmail, team, from, due, breached, touched, ended, how }) => [
      ...[repEmail, team, from, due, breached, touched, ended, how],
    ]),
    [
      [MARCUS, 'mid', CROSSED, hour(1), hour(1), null, hour(4), 'reassigned'],
      [PRIYA, 'mid', hour(4), null, null, null, hour(5), 'rejected'],
      [MARCUS, 'mid', hour(6), hour(7), null, hour(6.5), null, null],
    ],
  );
  const handoff = await handoffById(db, workspaceId, handoffId);
  assert.deepEqual([handoff?.dueAt, handoff?.breachedAt], [hour(1), hour(1)], 'the promise was made once, and broken');
});

test('a pool’s turn ends when somebody else claims; a closed lead’s when it was closed; what nobody had has none', async t => {
  const { db } = await connectedDatabase(t, 2);
  await stintsMigration.down(db);
  const closed = { state: 'won', closed_at: hour(9), rep_email: PRIYA, team: 'pool' };
  const pooled = await oldHandoff(db, closed);
  await pooled.told('routed', CROSSED, { decision: { to: { kind: 'pool', team: 'pool' } } });
  await pooled.told('claimed', hour(2), { from: MARCUS }, PRIYA);
  const nurtured = await oldHandoff(db, { state: 'nurture', assigned_at: null });
  await nurtured.told('routed', CROSSED, { decision: { to: { kind: 'nurture' } } });
  await stintsMigration.up(db);

  const stints = await stintsOf(db, pooled.workspaceId, pooled.handoffId);
  assert.deepEqual(
    stints.map(({ repEmail, team, ended, how }) => [repEmail, team, ended, how]),
    [
      [null, 'pool', hour(2), 'claimed'],
      [PRIYA, 'pool', hour(9), 'won'],
    ],
  );
  assert.deepEqual(await stintsOf(db, nurtured.workspaceId, nurtured.handoffId), []);
});

test('report columns are filled from facts, verdict, timeline and stages', async t => {
  const { db } = await connectedDatabase(t, 2);
  await columnsMigration.down(db);
  const contact = {
    leadSource: ' Webinar ',
    campaign: '',
    country: 'united states',
    industry: 'Retail',
    employees: 12,
    properties: { hs_analytics_source: 'ORGANIC_SEARCH' },
  };
  const full = await oldHandoff(db, {
    facts: { missing: [], contact, company: { industry: 'Technology', employees: 749.6 } },
    judgement: { flags: ['personal_email', 'unknown_company'] },
    decision: { rule: 'manual' },
  });
  await full.told('routed', CROSSED, { decision: { rule: 'HIGH mid-market', to: person(MARCUS) } });
  await full.told('stage', hour(1), { stage: 'MQL - Marketing Qualified' });
  await full.told('stage', hour(3), { stage: 'Proposal' });
  await full.told('stage', hour(5), { stage: 'Closed Won' });
  const bare = await oldHandoff(db, { judgement: { flags: 'odd' }, decision: { rule: 'manual' } });
  await columnsMigration.up(db);

  const columns = ({ handoffId }: { handoffId: string }) =>
    db('handoffs')
      .where({ id: handoffId })
      .first(
        ...['lead_source', 'original_source', 'campaign', 'country', 'regions', 'industry', 'employees'],
        ...['rule', 'flags', 'opportunity_at'],
      );
  assert.deepEqual(await columns(full), {
    lead_source: 'Webinar',
    original_source: 'ORGANIC_SEARCH',
    campaign: null,
    country: 'US',
    regions: ['AMER', 'NA'],
    industry: 'Technology',
    employees: 750,
    rule: 'HIGH mid-market',
    flags: ['personal_email', 'unknown_company'],
    opportunity_at: hour(3),
  });
  const nothing = { lead_source: null, original_source: null, campaign: null, country: null, regions: [] };
  assert.deepEqual(await columns(bare), {
    ...nothing,
    ...{ industry: null, employees: null, rule: null, flags: [], opportunity_at: null },
  });
});
