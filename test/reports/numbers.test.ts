/** A report's numbers against a count by hand, over random histories. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { type Handoff, insertHandoff } from '../../src/db/handoffs/handoffs.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import { recordEntries } from '../../src/db/handoffs/timeline.ts';
import { type GroupRow, reportLeads, reportRows, totalsOf } from '../../src/db/reports/reports.ts';
import type { HandoffState } from '../../src/domain/handoff.ts';
import type { Period } from '../../src/domain/report.ts';
import { timeSplitOf } from '../../src/domain/time-split.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { reportOf } from '../../src/reports/numbers.ts';
import { building, type Desk } from '../handoff/desk.ts';

const house = building();
after(async () => (await house).close());

const ZONE = 'America/New_York';

/** Small, repeatable chance. */
function dice(seed: number) {
  let state = seed;
  return <T>(faces: readonly [T, ...T[]]): T => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return faces[((state ^ (state >>> 13)) >>> 0) % faces.length] ?? faces[0];
  };
}

interface History {
  email: string;
  handoff: Handoff;
  rejected: { reason: string; at: Date }[];
}

async function histories(desk: Desk, amount: number, seed: number): Promise<History[]> {
  const base = await desk.look(await desk.open());
  const roll = dice(seed);
  const now = desk.now().getTime();
  const all: History[] = [{ handoff: base, email: `${base.contactId}@acmecorp.com`, rejected: [] }];
  const later = (from: Date, ...by: [number | null, ...(number | null)[]]) => {
    const chosen = roll(by);
    return chosen === null ? null : new Date(from.getTime() + chosen);
  };
  await desk.db.transaction(async trx => {
    for (let index = 0; index < amount; index += 1) {
      const id = randomUUID();
      const lead = await lockLead(trx, desk.workspaceId, `${id}@acme.example`, `Lead ${index}`, desk.now());
      const crossedAt = new Date(
        now - roll([0, HOUR, 20 * HOUR, 3 * DAY, 7 * DAY, 8 * DAY, 15 * DAY, 29 * DAY, 60 * DAY]),
      );
      const seenAt = new Date(crossedAt.getTime() + roll([-SECOND, 0, SECOND, MINUTE]));
      const openedAt = new Date(seenAt.getTime() + roll([0, 300, 2 * SECOND]));
      const assignedAt = later(openedAt, 0, 0, 0, 2 * HOUR, null);
      const rep = roll(['marcus', 'priya', 'tom', null]);
      const contactedAt =
        assignedAt && later(assignedAt, -HOUR, 0, 5 * MINUTE, 59 * MINUTE, HOUR, 5 * HOUR, null, null);
      const state = roll<HandoffState>(['assigned', 'claimed', 'contacted', 'contacted', 'rejected', 'won', 'held']);
      const lastTouchAt = contactedAt && later(contactedAt, 0, DAY, null);
      const handoff: Handoff = {
        ...base,
        id,
        leadId: lead.id,
        contactId: id,
        source: roll(['hubspot', 'manual', 'form']),
        priority: roll(['HIGH', 'MEDIUM', 'LOW']),
        state,
        crossedAt,
        seenAt,
        openedAt,
        assignedAt,
        deliveredAt: assignedAt && later(assignedAt, -SECOND, 400, 3 * SECOND, HOUR, null),
        contactedAt,
        lastTouchAt,
        coldNotifiedAt: contactedAt && later(contactedAt, 5 * DAY, HOUR, null),
        dueAt: assignedAt && later(assignedAt, HOUR, null),
        breachedAt: assignedAt && later(assignedAt, HOUR, null, null),
        repEmail: rep && `${rep}@example.com`,
        team: roll(['mid', 'emea', 'gone', null]),
        isTest: roll([true, false, false, false]),
      };
      await insertHandoff(trx, handoff);
      const history: History = { handoff, email: `${id}@acme.example`, rejected: [] };
      for (const reason of roll([[], [], ['student'], ['student', 'other']])) {
        const at = new Date(openedAt.getTime() + roll([MINUTE, DAY]));
        const of = { workspaceId: desk.workspaceId, handoffId: id, leadId: lead.id };
        await recordEntries(trx, of, { kind: 'rejected', at, actor: 'x', text: 'x', detail: { reason } });
        history.rejected.push({ reason, at });
      }
      all.push(history);
    }
  });
  return all;
}

/** Between the two nearest, as far as it lies between them. */
function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : Math.round(low + (high - low) * (place % 1));
}

function countByHand(handoffs: readonly Handoff[], now: Date) {
  const promised = handoffs.filter(
    ({ dueAt, contactedAt, breachedAt }) => dueAt && (contactedAt || breachedAt || dueAt <= now),
  );
  const kept = promised.filter(
    ({ dueAt, contactedAt, breachedAt }) => !breachedAt && contactedAt && dueAt && contactedAt <= dueAt,
  );
  const touches = handoffs.flatMap(({ assignedAt, contactedAt }) =>
    assignedAt && contactedAt && contactedAt >= assignedAt ? [contactedAt.getTime() - assignedAt.getTime()] : [],
  );
  const systems = handoffs.flatMap(handoff => timeSplitOf(handoff, { zone: 'UTC' })?.systemMs ?? []);
  return {
    handoffs: handoffs.length,
    contacted: handoffs.filter(one => one.contactedAt).length,
    promised: promised.length,
    kept: kept.length,
    touchP50: quantile(touches, 0.5),
    touchP90: quantile(touches, 0.9),
    systemP50: quantile(systems, 0.5),
    systemP95: quantile(systems, 0.95),
  };
}

const hourOf = (at: Date) => String(Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(ZONE).hour);

const KEYS: Record<GroupRow['dimension'], (handoff: Handoff) => string | null> = {
  all: () => null,
  rep: one => one.repEmail,
  team: one => one.team,
  source: one => one.source,
  priority: one => one.priority,
  hour: one => hourOf(one.openedAt),
};

const tally = (keys: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(keys, key => key)].map(([key, some]) => [key, some.length]));
const counts = (rows: readonly { key: string; count: number }[]) =>
  Object.fromEntries(rows.map(({ key, count }) => [key, count]));

test('a report says what a count by hand finds, for any period', async () => {
  const desk = await (await house).desk();
  const all = await histories(desk, 300, 7);
  await histories(await (await house).desk(), 20, 5);
  const now = desk.now();
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  const real = all.filter(one => !one.handoff.isTest);
  const mails = new Map(all.map(one => [one.handoff.id, one.email]));
  const periods: Period[] = [
    { from: ago(7 * DAY), to: new Date(now.getTime() + DAY), zone: ZONE },
    { from: ago(30 * DAY), to: ago(2 * HOUR), zone: ZONE },
    { from: ago(365 * DAY), to: now, zone: ZONE },
    { from: ago(400 * DAY), to: ago(399 * DAY), zone: ZONE },
  ];
  for (const period of periods) {
    const within = (at: Date) => at >= period.from && at < period.to;
    const cohort = real.map(one => one.handoff).filter(one => within(one.openedAt));
    const found = await reportRows(desk.db, desk.workspaceId, period, now);

    const expected = Object.entries(KEYS).flatMap(([dimension, key]) =>
      [...Map.groupBy(cohort, key)].map(([name, some]) => [`${dimension} ${name}`, countByHand(some, now)] as const),
    );
    if (cohort.length === 0) expected.push(['all null', countByHand([], now)]);
    const groups = found.groups.map(({ dimension, key, ...numbers }) => [`${dimension} ${key}`, numbers] as const);
    assert.equal(groups.length, expected.length);
    assert.deepEqual(Object.fromEntries(groups), Object.fromEntries(expected));

    assert.deepEqual(counts(found.outcomes), tally(cohort.map(one => one.state)));
    const rejected = real.flatMap(one => one.rejected.filter(({ at }) => within(at)).map(({ reason }) => reason));
    assert.deepEqual(counts(found.rejects), tally(rejected));

    const rows = await reportLeads(desk.db, desk.workspaceId, period, now);
    assert.deepEqual(rows.map(row => row.email).toSorted(), cohort.map(one => mails.get(one.id)).toSorted());
    assert.equal(rows.filter(row => row.kept).length, countByHand(cohort, now).kept);
  }

  const { cold, unrouted } = await reportRows(desk.db, desk.workspaceId, periods[0] ?? assert.fail(), now);
  const silent = real.filter(({ handoff: { state, coldNotifiedAt, lastTouchAt, contactedAt } }) => {
    const last = lastTouchAt ?? contactedAt;
    return state === 'contacted' && coldNotifiedAt && last && coldNotifiedAt >= last;
  });
  assert.deepEqual([cold.total, cold.first.length], [silent.length, 10]);
  const held = real.filter(one => one.handoff.state === 'held').map(one => one.handoff.openedAt.getTime());
  assert.equal(unrouted.total, held.length);
  const oldest = held.toSorted((one, other) => one - other).slice(0, 10);
  assert.deepEqual(
    unrouted.first.map(one => Date.parse(one.since)),
    oldest,
    'the oldest first',
  );

  const totals = await totalsOf(desk.db, desk.workspaceId, periods, now);
  const byHand = periods.map(({ from, to }) =>
    countByHand(
      real.map(one => one.handoff).filter(one => one.openedAt >= from && one.openedAt < to),
      now,
    ),
  );
  assert.deepEqual(totals, byHand);
});

test('names are those of the playbook, and the four periods before stand beside', async () => {
  const desk = await (await house).desk();
  await desk.open();
  await desk.open({ state: 'held' });
  const now = desk.now();
  const period = { from: new Date('2026-11-23T05:00:00Z'), to: new Date('2026-11-30T05:00:00Z'), zone: ZONE };
  const report = await reportOf(desk.deps, desk.workspaceId, period);
  assert.equal(report.all.handoffs, 2);
  assert.deepEqual(
    report.reps.map(({ name, handoffs }) => [name, handoffs]),
    [
      ['Marcus Chen', 1],
      ['nobody', 1],
    ],
  );
  assert.deepEqual(report.teams.map(({ name }) => name).toSorted(), ['Mid-market', 'no team']);
  assert.deepEqual(
    report.before.map(({ from }) => from.toISOString()),
    ['2026-10-26T04:00:00.000Z', '2026-11-02T05:00:00.000Z', '2026-11-09T05:00:00.000Z', '2026-11-16T05:00:00.000Z'],
    'the clocks were put back on November 1',
  );
  assert.deepEqual(report.unrouted, {
    total: 1,
    first: [{ name: 'Emma', company: 'Acme', rep: null, since: now }],
  });
});
