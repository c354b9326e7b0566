/** A burst of one workspace's signals keeps no other workspace waiting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '../../src/contracts/source.ts';
import type { Db } from '../../src/db/connection.ts';
import { storeSignals } from '../../src/db/handoffs/inbox.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { processSignals } from '../../src/jobs/requests.ts';
import { connectedDatabase } from '../helpers/database.ts';

const at = new Date('2026-11-24T18:00:00Z');

async function signals(db: Db, workspaceId: string, from: number, count: number): Promise<void> {
  const all = Array.from({ length: count }, (_, index): Signal => {
    const id = `${from + index}`;
    return { contactId: id, occurredAt: at.toISOString(), via: 'webhook', dedupeKey: id };
  });
  await storeSignals(db, workspaceId, { source: 'hubspot', signals: all, receivedAt: at }, processSignals);
}

/** Whose signals the queue hands out, in its order. */
async function handedOut(db: Db): Promise<string[]> {
  const { rows } = await db.raw(
    `select payload->>'workspaceId' as workspace from graphile_worker._private_jobs order by priority, run_at, id`,
  );
  return rows.map(({ workspace }: { workspace: string }) => workspace);
}

test('behind three thousand signals of one workspace the single one of another waits for a hundred', async t => {
  const { db } = await connectedDatabase(t, 2);
  const [many, one] = await Promise.all(
    ['T1', 'T2'].map(team => ensureWorkspace(db, { name: team, slackTeamId: team, hookKey: `key-of-${team}`, at })),
  );
  assert.ok(many && one);
  for (let from = 0; from < 3_000; from += 50) await signals(db, many.id, from, 50);
  await signals(db, one.id, 0, 1);
  const order = await handedOut(db);
  assert.equal(order.length, 3_001);
  assert.ok(order.indexOf(one.id) <= 100, `it is number ${order.indexOf(one.id)}`);
  await db('inbox').where({ workspace_id: many.id }).update({ status: 'done' });
  await signals(db, many.id, 3_000, 1);
  const { rows } = await db.raw('select priority from graphile_worker._private_jobs order by id desc limit 1');
  assert.deepEqual(rows, [{ priority: 0 }], 'once it is read, the workspace waits like any other');
});
