/** What is counted for people: stats against a count by hand, the backlog, the look-up of leads, the line to look at. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { connectionsOf, pauseConnection, rememberConnection } from '../../src/db/connections/connections.ts';
import { type Handoff, insertHandoff, updateHandoff } from '../../src/db/handoffs/handoffs.ts';
import { storeSignals } from '../../src/db/handoffs/inbox.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import { type NewEntry, recordEntries } from '../../src/db/handoffs/timeline.ts';
import { addAbsence, rememberSlackPerson } from '../../src/db/people/people.ts';
import { backlogOf } from '../../src/db/reports/backlog.ts';
import { type StatsFilter, statsOf } from '../../src/db/reports/stats.ts';
import type { HandoffState } from '../../src/domain/handoff.ts';
import { healthOf, isWell } from '../../src/handoff/queries/health.ts';
import { queriesOf } from '../../src/handoff/queries/queries.ts';
import { stats } from '../../src/handoff/queries/stats.ts';
import { parkJob } from '../../src/jobs/parked.ts';
import { processSignals } from '../../src/jobs/requests.ts';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { idsIn } from '../../src/vendors/salesforce/api/ids.ts';
import { crmOf } from '../helpers/crm.ts';
import { dice } from '../helpers/dice.ts';
import { building, type Desk } from './desk.ts';

const house = building();
after(async () => (await house).close());

const address = (name: string) => `${name}@example.com`;

interface Rejection {
  handoff: Handoff;
  actor: string;
  from: string | null;
  reason: string;
  at: Date;
}

async function crowd(desk: Desk, amount: number, seed: number) {
  const base = await desk.look(await desk.open());
  const roll = dice(seed);
  const now = desk.now().getTime();
  const handoffs: Handoff[] = [base];
  const rejections: Rejection[] = [];
  await desk.db.transaction(async trx => {
    for (let index = 0; index < amount; index += 1) {
      const id = randomUUID();
      const lead = await lockLead(trx, desk.workspaceId, `${id}@acme.example`, `Lead ${index}`, desk.now());
      const given = roll([0, MINUTE, HOUR, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, null]);
      const assignedAt = given === null ? null : new Date(now - given);
      const touched = roll([-HOUR, 0, 5 * MINUTE, 59 * MINUTE, HOUR, 5 * HOUR, null]);
      const rep = roll(['marcus', 'priya', 'tom', null]);
      const handoff: Handoff = {
        ...base,
        id,
        leadId: lead.id,
        contactId: id,
        state: roll<HandoffState>(['assigned', 'claimed', 'contacted', 'rejected', 'nurture', 'won']),
        repEmail: rep && address(rep),
        team: roll(['mid', 'emea', 'pool', null]),
        assignedAt,
        claimedAt: roll([desk.now(), null]),
        contactedAt: assignedAt && touched !== null ? new Date(assignedAt.getTime() + touched) : null,
        dueAt: assignedAt && roll([new Date(assignedAt.getTime() + HOUR), null]),
        turnTeam: roll(['mid', 'emea', null]),
        turnEmail: roll([address('marcus'), address('priya'), null]),
        isTest: roll([true, false, false, false]),
      };
      await insertHandoff(trx, handoff);
      handoffs.push(handoff);
      if (roll([true, false, false])) {
        const from = roll(['marcus', 'priya', null]);
        const rejection: Rejection = {
          handoff,
          actor: address(roll(['marcus', 'dana', 'priya'])),
          from: from && address(from),
          reason: roll(['student', 'competitor', 'other']),
          at: new Date(now - roll([MINUTE, 5 * DAY, 40 * DAY])),
        };
        const entry: NewEntry = {
          kind: roll(['rejected', 'rejected', 'reassigned']),
          at: rejection.at,
          actor: rejection.actor,
          text: 'x',
          detail: { reason: rejection.reason, from: rejection.from },
        };
        await recordEntries(trx, { workspaceId: desk.workspaceId, handoffId: id, leadId: lead.id }, entry);
        if (entry.kind === 'rejected') rejections.push(rejection);
      }
    }
  });
  return { handoffs, rejections };
}

function median(all: readonly number[]): number | null {
  const sorted = all.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2);
}

function brute({ handoffs, rejections }: Awaited<ReturnType<typeof crowd>>, filter: StatsFilter, now: Date) {
  const { reps, teams, rotations, from, to } = filter;
  const real = handoffs.filter(one => !one.isTest);
  const ours = real.filter(one => reps.includes(one.repEmail ?? '') || teams.includes(one.team ?? ''));
  const within = (at: Date | null) => at !== null && at >= from && at < to;
  const given = ours.filter(one => within(one.assignedAt));
  const promised = given.filter(one => one.dueAt && (one.contactedAt || one.dueAt <= now));
  const waits = given.flatMap(({ assignedAt, contactedAt }) =>
    assignedAt && contactedAt && contactedAt >= assignedAt ? [contactedAt.getTime() - assignedAt.getTime()] : [],
  );
  const rejected = rejections.filter(
    one => !one.handoff.isTest && within(one.at) && reps.includes(one.from ?? one.actor),
  );
  const turns = real.filter(one => within(one.assignedAt) && one.turnEmail && rotations.includes(one.turnTeam ?? ''));
  const tally = <T>(all: readonly T[], key: (one: T) => string) =>
    Object.fromEntries([...Map.groupBy(all, key)].map(([name, some]) => [name, some.length]));
  return {
    given: given.length,
    claimed: given.filter(one => one.claimedAt).length,
    contacted: given.filter(one => one.contactedAt).length,
    promised: promised.length,
    kept: promised.filter(one => one.contactedAt && one.dueAt && one.contactedAt <= one.dueAt).length,
    medianMs: median(waits),
    open: ours.filter(one => ['assigned', 'claimed', 'contacted'].includes(one.state)).length,
    rejected: tally(rejected, one => one.reason),
    turns: tally(turns, one => `${one.turnTeam} ${one.turnEmail}`),
  };
}

test('stats are what a count by hand finds, for anybody and any time', async () => {
  const desk = await (await house).desk();
  const all = await crowd(desk, 250, 11);
  const other = await (await house).desk();
  await crowd(other, 20, 5);
  const now = desk.now();
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  const whose: Pick<StatsFilter, 'reps' | 'teams' | 'rotations'>[] = [
    { reps: [address('marcus')], teams: [], rotations: ['mid'] },
    { reps: [address('marcus'), address('priya')], teams: ['mid', 'pool'], rotations: ['mid', 'emea'] },
    { reps: [], teams: ['emea'], rotations: [] },
    { reps: [address('nobody')], teams: [], rotations: ['none'] },
  ];
  for (const who of whose) {
    for (const [from, to] of [
      [ago(30 * DAY), new Date(now.getTime() + DAY)],
      [ago(7 * DAY), ago(HOUR)],
      [ago(365 * DAY), now],
      [ago(400 * DAY), ago(399 * DAY)],
    ] as const) {
      const filter = { ...who, from, to };
      const { rejected, turns, ...rest } = await statsOf(desk.db, desk.workspaceId, filter, now);
      const counts = rejected.map(one => one.count);
      assert.deepEqual(
        counts,
        counts.toSorted((one, next) => next - one),
        'the most frequent reason first',
      );
      const found = {
        ...rest,
        rejected: Object.fromEntries(rejected.map(({ reason, count }) => [reason, count])),
        turns: Object.fromEntries(turns.map(({ team, email, turns: had }) => [`${team} ${email}`, had])),
      };
      assert.deepEqual(found, brute(all, filter, now));
    }
  }
});

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
  const { shares } = await stats(desk.deps, desk.workspaceId, {
    ...filter,
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
  assert.equal(isWell(calm), true, JSON.stringify(calm));
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
  assert.equal(isWell(await healthOf(next.deps, next.workspaceId)), true, 'another workspace is not ill of it');
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
