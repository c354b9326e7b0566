import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../src/db/connection.ts';
import { lockDueHandoffs, saveSlaUpdates } from '../../src/db/handoffs/ladder.ts';
import { HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { testWorkspaces } from '../handoff/test-workspaces.ts';
import { manyHandoffs } from '../helpers/many-handoffs.ts';
import { ladderWorkspace } from './ladder-workspace.ts';

const OPEN = 10_000;

test('three processes, ten thousand leads: each step once; and what is not due costs nothing', async t => {
  const all = await testWorkspaces();
  t.after(() => all.close());
  const workspace = await ladderWorkspace(all);
  const { connectionString } = (workspace.db.client.config as { connection: { connectionString: string } }).connection;
  const processes = [1, 2, 3].map(() => connect(connectionString, 2));
  t.after(() => Promise.all(processes.map(db => db.destroy())));
  await manyHandoffs(workspace.db, {
    workspaceId: workspace.workspaceId,
    playbookVersion: 2,
    count: OPEN,
    assignedAt: later(workspace.now(), -62 * MINUTE),
    apartMs: 3,
    rungAfterMs: 45 * MINUTE,
    dueAfterMs: HOUR,
    repEmail: 'marcus@example.com',
    team: 'mid',
  });
  const counts = await Promise.all(processes.map(db => sweep({ ...workspace.deps, db })));
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    2 * OPEN,
  );
  assert.ok(
    counts.every(count => count > 0),
    `all three worked: ${counts}`,
  );
  const { rows } = await workspace.db.raw(
    `select kind, count(*)::int as entries, count(distinct handoff_id)::int as handoffs
     from timeline group by kind order by kind`,
  );
  assert.deepEqual(rows, [
    { kind: 'breached', entries: OPEN, handoffs: OPEN },
    { kind: 'reminded', entries: OPEN, handoffs: OPEN },
    { kind: 'step_skipped', entries: OPEN, handoffs: OPEN },
  ]);
  const jobs = await workspace.db.raw(
    `select count(*)::int as jobs from graphile_worker.jobs where key like 'ladder:%:remind:%'`,
  );
  assert.equal(jobs.rows[0].jobs, OPEN);
  assert.equal(await sweep(workspace.deps), 0);

  // The rows that are due are found by their time alone, and changed by their ids.
  await workspace.db.raw('analyze handoffs');
  const plans = await workspace.db.transaction(async trx => {
    const asked: string[] = [];
    trx.on('query', ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
      if (/^(select|update)/.test(sql) && !sql.startsWith('explain')) asked.push(JSON.stringify([sql, bindings]));
    });
    const due = await lockDueHandoffs(trx, later(workspace.now(), 29 * MINUTE), 50, { handoffs: [], playbooks: [] });
    assert.equal(due.length, 50);
    await saveSlaUpdates(trx, due);
    return Promise.all(
      asked.map(async query => {
        const [sql, bindings] = JSON.parse(query);
        return (await trx.raw(`explain ${sql.replace(/\$\d+/g, '?')}`, bindings)).rows.map(
          (row: { 'QUERY PLAN': string }) => row['QUERY PLAN'],
        );
      }),
    );
  });
  assert.equal(plans.length, 2);
  assert.match(plans[0].join('\n'), /Index Scan using handoffs_by_next_step/);
  assert.match(plans[1].join('\n'), /Index Scan using handoffs_pkey/);
  for (const plan of plans) assert.doesNotMatch(plan.join('\n'), /Seq Scan on handoffs|Sort/);
});
