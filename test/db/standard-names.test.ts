/** What was stored under the former names of tables, columns and values is found under those of now, and goes back as it was. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { down, up } from '../../migrations/20261130120000_standard_names.ts';
import type { Db } from '../../src/db/connection.ts';
import { unreadEvent } from '../../src/db/handoffs/crm-events.ts';
import { feedbackOf } from '../../src/db/handoffs/feedback.ts';
import { handoffById } from '../../src/db/handoffs/handoffs.ts';
import { timelineOf } from '../../src/db/handoffs/timeline.ts';
import { lockRotation } from '../../src/db/people/rotation.ts';
import { onceOutcome } from '../../src/db/workspaces/idempotency.ts';
import type { Facts } from '../../src/handoff/core/facts.ts';
import { connectedDatabase } from '../helpers/database.ts';

const AT = new Date('2026-11-24T18:00:00Z');
const LATER = new Date('2026-11-24T19:00:00Z');

/** Rows of the release before. */
async function keepOld(db: Db): Promise<{ workspaceId: string; handoffId: string }> {
  const [workspaceId, leadId, handoffId, other] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const of = { workspace_id: workspaceId };
  await db('workspaces').insert({ id: workspaceId, name: 'Acme', hook_key_hash: 'k', created_at: AT });
  await db('leads').insert({ ...of, id: leadId, email: 'emma@acmecorp.com', name: 'Emma', created_at: AT });
  const handoff = {
    ...of,
    lead_id: leadId,
    source: 'hubspot',
    contact_id: '1',
    state: 'assigned',
    playbook_version: 1,
    crossed_at: AT,
    seen_at: AT,
    opened_at: AT,
    priority: 'HIGH',
    judgement: {},
    record_state: 'pending',
  };
  await db('handoffs').insert([
    { ...handoff, id: handoffId, rung_at: LATER, facts: { missing: [], gone: 'r1' } },
    { ...handoff, id: other, state: 'nurture', contact_id: '2', facts: { missing: [] } },
  ]);
  const item = { what: 'stage', source: 'hubspot', contact_id: '1', value: 'sql', begun_at: AT };
  await db('fed_back').insert({ ...of, handoff_id: handoffId, ...item });
  await db('rotation').insert({ ...of, team: 'mid', email: 'priya@example.com', lag: 0.5, given: 1 });
  await db('deeds').insert({ ...of, key: 'view:V1', at: AT, outcome: { kind: 'done' } });
  const entry = { ...of, handoff_id: handoffId, lead_id: leadId, at: AT, actor: 'baton', text: 'Said.' };
  await db('timeline').insert([
    { ...entry, kind: 'fed_back' },
    { ...entry, kind: 'judged' },
  ]);
  const event = { ...of, news: { key: 'k', fields: {} }, received_at: AT };
  await db('crm_news').insert([
    { ...event, key: 'k' },
    { ...event, key: 'l', done_at: AT, outcome: 'gone' },
  ]);
  return { workspaceId, handoffId };
}

test('old rows are found by the names of now', async t => {
  const { db } = await connectedDatabase(t, 2);
  await down(db);
  const { workspaceId, handoffId } = await keepOld(db);
  await up(db);

  const handoff = await handoffById<Facts>(db, workspaceId, handoffId);
  assert.deepEqual(handoff?.nextStepAt, LATER);
  assert.deepEqual(handoff?.facts, { missing: [], deletedRecord: 'r1' });
  assert.deepEqual(await feedbackOf(db, workspaceId, handoffId), [{ what: 'stage', value: 'sql', writtenAt: null }]);
  const { credits } = await db.transaction(trx => lockRotation(trx, workspaceId, AT));
  assert.deepEqual(credits, { mid: { 'priya@example.com': 0.5 } });
  assert.deepEqual(await onceOutcome(db, workspaceId, 'view:V1'), { kind: 'done' });
  const kinds = (await timelineOf(db, workspaceId, handoffId)).map(entry => entry.kind);
  assert.deepEqual(kinds, ['feedback_written', 'judged']);
  const [unread, read] = await db('crm_events').orderBy('id');
  assert.deepEqual((await unreadEvent(db, workspaceId, unread.id))?.event, { key: 'k', fields: {} });
  assert.equal(read.outcome, 'no_record');
});

test('there and back, rows and the names of everything beside them are what they were', async t => {
  const { db } = await connectedDatabase(t, 2);
  await down(db);
  await keepOld(db);
  const all = async () => ({
    handoffs: await db('handoffs').orderBy('id'),
    feedback: await db('fed_back'),
    rotation: await db('rotation'),
    keys: await db('deeds'),
    timeline: await db('timeline').orderBy('id'),
    events: await db('crm_news').orderBy('id'),
    indexes: await db('pg_indexes').where({ schemaname: 'public' }).orderBy('indexname').pluck('indexdef'),
    constraints: await db('pg_constraint').orderBy('conname').pluck('conname'),
    functions: await db('pg_proc').where('pronamespace', db.raw(`'public'::regnamespace`)).pluck('prosrc'),
  });
  const before = await all();
  await up(db);
  const former = /\b(deeds|crm_news|fed_back|rung|lag|told)\b|_rung\b|told_/;
  const { rows } = await db.raw(
    `select indexdef as said from pg_indexes where schemaname = 'public' union all
     select conname from pg_constraint where connamespace = 'public'::regnamespace union all
     select table_name || ' ' || column_name from information_schema.columns where table_schema = 'public'`,
  );
  assert.deepEqual(
    rows.map((row: { said: string }) => row.said).filter((said: string) => former.test(said)),
    [],
  );
  await down(db);
  assert.deepEqual(await all(), before);
});
