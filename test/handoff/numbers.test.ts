/** What is counted for people: shares, the backlog, the look-up of leads, the line to look at. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connectionsOf, pauseConnection, rememberConnection } from '../../src/db/connections/connections.ts';
import { updateHandoff } from '../../src/db/handoffs/handoffs.ts';
import { storeSignals } from '../../src/db/handoffs/inbox.ts';
import { addAbsence, rememberSlackPerson } from '../../src/db/people/people.ts';
import { backlogOf } from '../../src/db/reports/backlog.ts';
import { healthOf, isWell } from '../../src/handoff/queries/health.ts';
import { queriesOf } from '../../src/handoff/queries/queries.ts';
import { parkJob } from '../../src/jobs/parked.ts';
import { processSignals } from '../../src/jobs/requests.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { statsOf } from '../../src/reports/stats.ts';
import { idsIn } from '../../src/vendors/salesforce/api/ids.ts';
import { crmOf } from '../helpers/crm.ts';
import { testWorkspaces } from './test-workspaces.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const address = (name: string) => `${name}@example.com`;

test('shares stand beside what the weights give, and leave out nobody who takes turns', async () => {
  const workspace = await (await workspaces).workspace();
  for (let lead = 0; lead < 6; lead += 1) await workspace.open();
  const now = workspace.now();
  const filter = {
    reps: [address('marcus')],
    teams: [],
    from: new Date(now.getTime() - HOUR),
    to: new Date(now.getTime() + HOUR),
  };
  const { shares } = await statsOf(workspace.deps, workspace.workspaceId, {
    ...filter,
    zone: 'UTC',
    rotations: ['mid', 'emea', 'pool', 'gone'],
  });
  assert.deepEqual(
    shares.map(({ name, turns, of, ideal }) => [name, turns, of, Math.round(ideal * 100)]),
    [
      ['Marcus Chen', 4, 6, 67],
      ['Priya Nair', 2, 6, 33],
      ['Tom Okafor', 0, 0, 50],
      ['Priya Nair', 0, 0, 50],
    ],
  );
});

test('health tells what waits, what is put aside, who is unmatched and what is paused', async () => {
  const workspace = await (await workspaces).workspace();
  const { db, deps, workspaceId } = workspace;
  const calm = await healthOf(deps, workspaceId);
  assert.equal(isWell({ ...calm, lacking: [] }), true, JSON.stringify(calm));
  assert.equal(isWell(calm), false, 'nothing is connected yet');
  assert.deepEqual([calm.playbook.version, calm.playbook.author], [1, 'test']);

  await rememberConnection(db, workspaceId, { vendor: 'hubspot', role: 'source' }, workspace.now());
  await pauseConnection(db, workspaceId, { vendor: 'hubspot', role: 'source' }, 'token revoked', workspace.now());
  await rememberSlackPerson(db, workspaceId, address('tom'), null, workspace.now());
  await rememberSlackPerson(db, workspaceId, address('stranger'), null, workspace.now());
  const signal = { contactId: '1', occurredAt: workspace.now().toISOString(), via: 'webhook', dedupeKey: 'k' } as const;
  await storeSignals(
    db,
    workspaceId,
    { source: 'hubspot', signals: [signal], receivedAt: workspace.now() },
    processSignals,
  );
  const parked = {
    workspaceId,
    job: 'notify.admins',
    payload: { workspaceId },
    reason: 'x',
    reference: 'r',
    at: workspace.now(),
  } as const;
  await parkJob(db, { ...parked, verdict: 'bug' });
  await parkJob(db, { ...parked, verdict: 'waiting_for_connection', vendor: 'hubspot', role: 'source' });
  workspace.move(10 * MINUTE);

  const ill = await healthOf(deps, workspaceId);
  assert.equal(isWell(ill), false);
  assert.deepEqual(ill.unmatched, { slack: ['Tom Okafor'], crm: [] });
  assert.deepEqual(
    ill.connections.map(({ vendor, paused, pausedReason }) => [vendor, paused, pausedReason]),
    [['hubspot', true, 'token revoked']],
  );
  const { signals, oldestSignalSeconds, parkedForConnection, parkedForPeople } = ill.backlog;
  assert.deepEqual([signals, oldestSignalSeconds, parkedForConnection, parkedForPeople], [1, 600, 1, 1]);
  const everywhere = await backlogOf(db, workspace.now());
  assert.ok(everywhere.signals >= 1 && everywhere.parkedForPeople >= 1);
  const next = await (await workspaces).workspace();
  const others = await healthOf(next.deps, next.workspaceId);
  assert.equal(isWell({ ...others, lacking: [] }), true, 'another workspace is not ill of it');
  assert.equal((await connectionsOf(db, next.workspaceId)).length, 0);
});

test('a lead is found by words of name and company in any order, by address, and by every form of its ids', async () => {
  const workspace = await (await workspaces).workspace();
  const id = await workspace.open();
  await workspace.open();
  const record = '00Q000000000AbCEAU';
  const link = `https://acme.my.salesforce.example/lightning/r/Lead/${record}/view`;
  await updateHandoff(workspace.db, workspace.workspaceId, id, { recordId: record });
  const vendors = { ...(await workspace.deps.vendors(workspace.workspaceId)), crm: crmOf({ recordIdsIn: idsIn }) };
  const { find } = queriesOf({ ...workspace.deps, vendors: async () => vendors });
  const found = async (text: string) => (await find(workspace.workspaceId, text)).map(one => one.id);
  assert.equal((await found('acme emma')).length, 2);
  assert.equal((await found('emma zebra')).length, 0);
  for (const text of [`${id}@acmecorp.com`, id, id.toUpperCase(), record, record.slice(0, 15), link]) {
    assert.deepEqual(await found(text), [id], text);
  }
  assert.deepEqual(await found(record.slice(0, 15).toLowerCase()), [], 'fifteen letters mean what they say');
  for (const text of ['%', '_', '\\', "o'brien", '?']) assert.deepEqual(await found(text), [], text);
});

test('the line to look at is the line that the next lead follows', async () => {
  const workspace = await (await workspaces).workspace();
  const { rotationOrder } = queriesOf(workspace.deps);
  await addAbsence(workspace.db, workspace.workspaceId, {
    email: address('tom'),
    from: workspace.now(),
    until: null,
    note: '',
  });
  const emea = await rotationOrder(workspace.workspaceId, 'emea');
  assert.deepEqual(
    emea?.skipped.map(({ email, code }) => [email, code]),
    [[address('tom'), 'absent']],
  );
  for (let lead = 0; lead < 5; lead += 1) {
    const seen = await rotationOrder(workspace.workspaceId, 'mid');
    const { repEmail } = await workspace.look(await workspace.open());
    assert.equal(seen?.candidates[0]?.email, repEmail);
  }
  assert.equal(await rotationOrder(workspace.workspaceId, 'nowhere'), undefined);
});
