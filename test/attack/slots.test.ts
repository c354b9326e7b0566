/** One workspace whose vendor is slow holds up nobody else's work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../src/db/connection.ts';
import { rememberConnection } from '../../src/db/connections/connections.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { enqueueMany } from '../../src/jobs/queue.ts';
import { type JobTable, startRunner } from '../../src/jobs/runner.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { testDatabase } from '../helpers/database.ts';

test('a workspace whose CRM answers slowly does not take every place of a worker', async t => {
  const database = await testDatabase();
  const db = connect(database.url, 4);
  const slow = new AbortController();
  let well = 0;
  const made = async (name: string) => {
    const { id } = await ensureWorkspace(db, { name, slackTeamId: name, hookKey: name, at: new Date() });
    await rememberConnection(db, id, { vendor: 'salesforce', role: 'crm' }, new Date());
    return id;
  };
  const [ill, other] = [await made('T1'), await made('T2')];
  const jobs = {
    'handoff.record': {
      // Nine seconds an answer: under every time-out, so no breaker opens and no connection is 'away'.
      run: async ({ workspaceId }: { workspaceId: string }) => {
        if (workspaceId === other) well += 1;
        else await pause(9_000, undefined, { signal: slow.signal }).catch(() => undefined);
      },
    },
  } as unknown as JobTable;
  const record = (workspaceId: string, handoffId: string) =>
    ({
      name: 'handoff.record',
      payload: { workspaceId, handoffId },
      key: `record:${handoffId}`,
      priority: 'high',
    }) as const;
  await enqueueMany(
    db,
    Array.from({ length: 200 }, (_, at) => record(ill, `ill-${at}`)),
  );
  const runner = await startRunner({
    db,
    url: database.url,
    jobs,
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    answers: () => 0,
    concurrency: 24,
  });
  t.after(async () => {
    slow.abort();
    await runner.stop();
    await db.destroy();
    await database.drop();
  });
  await pause(1_000);
  await enqueueMany(db, [record(other, 'other')]);
  await pause(5_000);
  assert.equal(well, 1, 'the HIGH lead of another workspace is written meanwhile');
});
