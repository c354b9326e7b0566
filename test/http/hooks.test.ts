/** The door of a vendor that is source and CRM at once: whom it lets in, and that both roles' events are kept together. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { slack } from '../../sandbox/slack/service.ts';
import type { Signal } from '../../src/contracts/source.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { signalIntake } from '../../src/http/signal-intake.ts';
import { signatureHeaders } from '../fixtures/vendor-example/deliveries.ts';
import { LEDGER } from '../fixtures/vendor-example/manifest.ts';
import { ledger, SECRET } from '../fixtures/vendor-example/stand-in.ts';
import { connectedDatabase } from '../helpers/database.ts';
import { outcomesOfCrmEvents, outcomesOfSignals } from '../helpers/database-questions.ts';
import { type System, system } from '../helpers/system.ts';

const PLAYBOOK = `version: 1
mql: { threshold: 50 }
fit: { points: { industry: 30, employees: 25, country: 20, title: 25 }, priority: { high: 70, medium: 40 } }
people: [{ email: dana@example.com, name: Dana Ruiz, time_zone: America/New_York }]
fallback: { person: dana@example.com }
`;

const open = (t: TestContext): Promise<System> =>
  system(t, { vendors: [LEDGER], services: [slack, ledger], playbook: PLAYBOOK });

const at = '2026-11-24T18:00:00.000Z';
const record = { id: 'per_1', email: 'emma@acme.example', score: 20, created_at: at, changed_at: at };
/** Numbers one event for both roles: the score and the owner of a person changed. */
const delivery = (number: number): string =>
  JSON.stringify({
    account: 'acc_1',
    events: [{ id: `evt_${number}`, at, type: 'person.changed', changed: ['score', 'owner_id'], record }],
  });

async function send(
  baton: System,
  body: string,
  {
    key = baton.env.HOOK_KEY,
    vendor = 'ledger',
    secret = SECRET,
  }: { key?: string; vendor?: string; secret?: string } = {},
) {
  const answer = await fetch(`${baton.app.url}/hooks/${key}/${vendor}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signatureHeaders(body, secret, baton.clock.now()) },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const kept = async (baton: System) => [
  (await outcomesOfSignals(baton)).length,
  (await outcomesOfCrmEvents(baton)).length,
];

test('only its own key, name, signature and bodies are let in, and what is not for us is answered 200', async t => {
  const baton = await open(t);
  const refusals = [
    [401, await send(baton, delivery(1), { key: 'wrong-key' })],
    [401, await send(baton, delivery(1), { secret: 'another-secret' })],
    [401, await send(baton, delivery(1), { vendor: 'hubspot' })],
    // Names of JavaScript's own objects are no vendors.
    [401, await send(baton, delivery(1), { vendor: 'constructor' })],
    [401, await send(baton, delivery(1), { vendor: '__proto__' })],
    [400, await send(baton, 'hello')],
    [400, await send(baton, delivery(1).slice(0, -5))],
    [413, await send(baton, `${delivery(1)}${' '.repeat(2_200_000)}`)],
  ] as const;
  for (const [status, answer] of refusals) {
    assert.deepEqual([answer.status, typeof answer.body.error], [status, 'string'], JSON.stringify(answer));
  }
  const others = JSON.stringify({
    account: 'acc_1',
    events: [{ id: 'evt_2', at, type: 'invoice.paid', record: { id: 'i' } }],
  });
  assert.deepEqual(await send(baton, others), { status: 200, body: { received: 0, new: 0 } });
  assert.deepEqual(await kept(baton), [0, 0]);
});

test('what both roles read is stored together or not at all, and once however often it comes', async t => {
  const baton = await open(t);
  const { db } = baton.app.deps;
  await db.raw('alter table crm_events rename to crm_events_away');
  assert.equal((await send(baton, delivery(1))).status, 500, 'what was not stored is not accepted');
  await db.raw('alter table crm_events_away rename to crm_events');
  assert.deepEqual(await kept(baton), [0, 0], 'the signal neither');
  assert.deepEqual((await send(baton, delivery(1))).body, { received: 2, new: 2 });
  assert.deepEqual((await send(baton, delivery(1))).body, { received: 2, new: 0 });
  await baton.settled();
  assert.deepEqual(await kept(baton), [1, 1]);
  assert.deepEqual(await outcomesOfCrmEvents(baton), ['unknown']);
});

/** Two workspaces, and what keeps signals for them. */
async function twoWorkspaces(t: TestContext) {
  const { db } = await connectedDatabase(t, 4);
  const [one, two] = await Promise.all(
    ['T1', 'T2'].map(team =>
      ensureWorkspace(db, { name: team, slackTeamId: team, hookKey: `key-of-${team}`, at: new Date(at) }),
    ),
  );
  assert.ok(one && two);
  return { db, one, two, intake: signalIntake(db) };
}

const received = (second: number) => new Date(Date.parse(at) + second * 1_000);
const signal = (dedupeKey: string): Signal => ({ contactId: '1', occurredAt: at, via: 'webhook', dedupeKey });
const delivered = (workspaceId: string, second: number, ...keys: string[]) => ({
  ...{ workspaceId, source: 'hubspot', signals: keys.map(signal), receivedAt: received(second) },
});

test('what arrives at the same moment, of whichever workspace, is one commit: each with its own time, count and job', async t => {
  const { db, one, two, intake } = await twoWorkspaces(t);
  const counts = await Promise.all([
    intake.keep(delivered(one.id, 1, 'a', 'b', 'a')),
    intake.keep(delivered(two.id, 2, 'a')),
    intake.keep(delivered(one.id, 3, 'b', 'c')),
    intake.keep(delivered(one.id, 4)),
  ]);
  assert.deepEqual(counts, [2, 1, 1, 0]);
  const rows = await db('inbox')
    .orderBy('id')
    .select('workspace_id', 'dedupe_key', 'received_at', db.raw('xmin::text'));
  const kept = rows.map(row => [row.workspace_id, row.dedupe_key, row.received_at]);
  assert.deepEqual(kept, [
    [one.id, 'a', received(1)],
    [one.id, 'b', received(1)],
    [two.id, 'a', received(2)],
    [one.id, 'c', received(3)],
  ]);
  assert.equal(new Set(rows.map(row => row.xmin)).size, 1, 'one transaction');
  const { rows: jobs } = await db.raw('select payload from graphile_worker._private_jobs order by run_at');
  assert.deepEqual(
    jobs.map((job: { payload: { workspaceId: string } }) => job.payload.workspaceId),
    [one.id, one.id, two.id, one.id],
    'in the order of arrival',
  );
  assert.equal(await intake.keep(delivered(one.id, 5, 'a')), 0, 'what came before is passed over');
});

test('a signal that cannot be stored takes no neighbour along, and its sender alone hears so', async t => {
  const { db, one, two, intake } = await twoWorkspaces(t);
  const outcomes = await Promise.allSettled([
    intake.keep(delivered(one.id, 1, 'good')),
    intake.keep(delivered(one.id, 2, 'no\u0000text')),
    intake.keep(delivered(randomUUID(), 3, 'of a workspace that is gone')),
    intake.keep(delivered(two.id, 4, 'good too')),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await db('inbox').orderBy('dedupe_key').pluck('dedupe_key'), ['good', 'good too']);
  const { rows } = await db.raw('select count(*)::int as jobs from graphile_worker._private_jobs');
  assert.deepEqual(rows, [{ jobs: 2 }], 'and no job is asked for twice');
});
