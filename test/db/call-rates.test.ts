/** All processes together keep a vendor's pace, by one row. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, type Db } from '../../src/db/connection.ts';
import { takeCall } from '../../src/db/connections/call-rates.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { HOUR, SECOND } from '../../src/lib/clock.ts';
import { testDatabase } from '../helpers/database.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const PACE = { calls: 50, withinMs: 20 * SECOND };
const at = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
let teams = 0;

before(async () => {
  database = await testDatabase();
  db = connect(database.url, 8);
});
after(async () => {
  await db.destroy();
  await database.drop();
});

/** An account that nobody has called. */
async function fresh() {
  const team = `T${++teams}`;
  const { id: workspaceId } = await ensureWorkspace(db, { name: team, slackTeamId: team, hookKey: team, at: NOW });
  /** How many of so many calls at once may be made at once, what the next wait, and when the others are to be asked for. */
  return async (times: number, now: Date, part = 1, patienceMs = 0) => {
    const taking = { ...PACE, workspaceId, vendor: 'marketo', part, patienceMs };
    const turns = await Promise.all(Array.from({ length: times }, () => takeCall(db, taking, now)));
    const waits = turns.flatMap(one => (one.kind === 'in' ? one.ms : [])).toSorted((a, b) => a - b);
    const later = turns.flatMap(one => (one.kind === 'later' ? one.at.getTime() - now.getTime() : []));
    return { taken: waits.filter(ms => ms === 0).length, waits: waits.filter(ms => ms > 0), later };
  };
}

test('sixty at once: fifty are made, the others are told when; in twenty seconds there are never more than a hundred', async () => {
  const take = await fresh();
  const first = await take(60, NOW);
  assert.deepEqual([first.taken, new Set(first.later)], [50, new Set([400])]);
  assert.equal((await take(5, at(400))).taken, 1);
  let made = 51;
  for (let second = 1; second < 20; second += 1) made += (await take(20, at(second * SECOND))).taken;
  assert.ok(made <= 100, String(made));
});

test('what is less urgent leaves some for what is more', async () => {
  const take = await fresh();
  assert.deepEqual(
    [(await take(60, NOW, 0.5)).taken, (await take(60, NOW, 0.8)).taken, (await take(60, NOW)).taken],
    [25, 15, 10],
  );
});

test('whoever finds none waits for its turn, one after the other, as long as it has patience', async () => {
  const take = await fresh();
  const { taken, waits, later } = await take(56, NOW, 1, 2 * SECOND);
  assert.deepEqual([taken, waits], [50, [400, 800, 1_200, 1_600, 2_000]]);
  assert.deepEqual(later, [400]);
});

test('a clock that was put back, and another account, find a bucket that fills', async () => {
  const take = await fresh();
  await take(60, at(HOUR));
  assert.equal((await take(60, at(20 * SECOND))).taken, 0);
  assert.equal((await take(1, at(20 * SECOND))).later[0], 400);
  assert.equal((await (await fresh())(60, NOW)).taken, 50);
});
