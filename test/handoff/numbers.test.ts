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
import { building } from './desk.ts';

const house = building();
after(async () => (await house).close());

const address = (name: string) => `${name}@example.com`;

test('shares stand beside what the weights give, and leave out nobody who takes turns', async () => {
  const desk = await (await house).desk();
  for (let lead = 0; lead < 6; lead += 1) await desk.open();
  const now = desk.now();
  const filter = {
    reps: [address('marcus')],
    teams: [],
    from: new Date(now.getTime() - HOUR),
    to: new Date(now.getTime() + HOUR),
  };
  const { shares } = await statsOf(desk.deps, desk.workspaceId, {
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
  const desk = await (await house).desk();
  const { db, deps, workspaceId } = desk;
  const calm = await healthOf(deps, workspaceId);
  assert.equal(isWell({ ...calm, lacking: [] }), true, JSON.stringify(calm));
  assert.equal(isWell(calm), false, 'nothing is connected yet');
  assert.deepEqual([calm.playbook.version, calm.playbook.author], [1, 'test']);

  await rememberConnection(db, workspaceId, { vendor: 'hubspot', role: 'source' }, desk.now());
  await pauseConnection(db, workspaceId, { vendor: 'hubspot', role: 'source' }, 'token revoked', desk.now());
  await rememberSlackPerson(db, workspaceId, address('tom'), null, desk.now());
  await rememberSlackPerson(db, workspaceId, address('stranger'), null, desk.now());
  const signal = { contactId: '1', occurredAt: desk.now().toISOString(), via: 'webhook', dedupeKey: 'k' } as const;
  await storeSignals(db, workspaceId, { source: 'hubspot', signals: [signal], receivedAt: desk.now() }, processSignals);
  const parked = {
    workspaceId,
    job: 'notify.admins',
    payload: { workspaceId },
    reason: 'x',
    reference: 'r',
    at: desk.now(),
  } as const;
  await parkJob(db, { ...parked, verdict: 'bug' });
  await parkJob(db, { ...parked, verdict: 'waiting_for_connection', vendor: 'hubspot', role: 'source' });
  desk.move(10 * MINUTE);

  const ill = await healthOf(deps, workspaceId);
  assert.equal(isWell(ill), false);
  assert.deepEqual(ill.unmatched, { slack: ['Tom Okafor'], crm: [] });
  assert.deepEqual(
    ill.connections.map(({ vendor, paused, pausedReason }) => [vendor, paused, pausedReason]),
    [['hubspot', true, 'token revoked']],
  );
  const { signals, oldestSignalSeconds, parkedForConnection, parkedForPeople } = ill.backlog;
  assert.deepEqual([signals, oldestSignalSeconds, parkedForConnection, parkedForPeople], [1, 600, 1, 1]);
  const everywhere = await backlogOf(db, desk.now());
  assert.ok(everywhere.signals >= 1 && everywhere.parkedForPeople >= 1);
  const next = await (await house).desk();
  const others = await healthOf(next.deps, next.workspaceId);
  assert.equal(isWell({ ...others, lacking: [] }), true, 'another workspace is not ill of it');
  assert.equal((await connectionsOf(db, next.workspaceId)).length, 0);
});

test('a lead is found by words of name and company in any order, by address, and by every form of its ids', async () => {
  const desk = await (await house).desk();
  const id = await desk.open();
  await desk.open();
  const record = '00Q000000000AbCEAU';
  const link = `https://acme.my.salesforce.example/lightning/r/Lead/${record}/view`;
  await updateHandoff(desk.db, desk.workspaceId, id, { recordId: record });
  const vendors = { ...(await desk.deps.vendors(desk.workspaceId)), crm: crmOf({ recordIdsIn: idsIn }) };
  const { find } = queriesOf({ ...desk.deps, vendors: async () => vendors });
  const found = async (text: string) => (await find(desk.workspaceId, text)).map(one => one.id);
  assert.equal((await found('acme emma')).length, 2);
  assert.equal((await found('emma zebra')).length, 0);
  for (const text of [`${id}@acmecorp.com`, id, id.toUpperCase(), record, record.slice(0, 15), link]) {
    assert.deepEqual(await found(text), [id], text);
  }
  assert.deepEqual(await found(record.slice(0, 15).toLowerCase()), [], 'fifteen letters mean what they say');
  for (const text of ['%', '_', '\\', "o'brien", '?']) assert.deepEqual(await found(text), [], text);
});

test('the line to look at is the line that the next lead follows', async () => {
  const desk = await (await house).desk();
  const { rotationOrder } = queriesOf(desk.deps);
  await addAbsence(desk.db, desk.workspaceId, { email: address('tom'), from: desk.now(), until: null, note: '' });
  const emea = await rotationOrder(desk.workspaceId, 'emea');
  assert.deepEqual(
    emea?.skipped.map(({ email, code }) => [email, code]),
    [[address('tom'), 'absent']],
  );
  for (let lead = 0; lead < 5; lead += 1) {
    const seen = await rotationOrder(desk.workspaceId, 'mid');
    const { repEmail } = await desk.look(await desk.open());
    assert.equal(seen?.candidates[0]?.email, repEmail);
  }
  assert.equal(await rotationOrder(desk.workspaceId, 'nowhere'), undefined);
});
