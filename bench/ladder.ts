/** The ladder's budgets: how late steps fire among many open leads, and what a sweep costs as they become more. */

import { readFile } from 'node:fs/promises';
import { connect, type Db, migrate } from '../src/db/connection.ts';
import { ensureWorkspace } from '../src/db/workspaces/workspaces.ts';
import { type Deps, PATIENCE } from '../src/handoff/core/deps.ts';
import { HOUR, after as later, MINUTE, SECOND, systemClock } from '../src/lib/clock.ts';
import { createLogger } from '../src/lib/log.ts';
import { sweep } from '../src/sla/sweep.ts';
import { PLAYBOOK_VENDORS } from '../src/vendors/table.ts';
import { savePlaybook } from '../src/workspaces/playbook-versions.ts';
import { playbooks } from '../src/workspaces/playbooks.ts';
import { type Many, manyHandoffs } from '../test/helpers/many-handoffs.ts';
import type { Row } from './table.ts';

const OPEN = 100_000;
const WATCHED = 30 * SECOND;
/** The first step of HIGH in the example's playbook. */
const NUDGE = 45 * MINUTE;

const leads = (workspaceId: string, count: number, assignedAt: Date, apartMs: number): Many => ({
  workspaceId,
  playbookVersion: 1,
  count,
  assignedAt,
  apartMs,
  rungAfterMs: NUDGE,
  dueAfterMs: HOUR,
  repEmail: 'marcus@example.com',
  team: 'mid_market_sdr',
});

/** The running app's worker sweeps them: their steps fall due evenly, some 37 a second. */
export async function stepsFired(db: Db): Promise<Row> {
  const { id } = await db('workspaces').first('id');
  const begun = new Date();
  await manyHandoffs(db, leads(id, OPEN, later(begun, -NUDGE), Math.floor(NUDGE / OPEN)));
  // What fell due while they were being made is no figure.
  const from = later(new Date(), 5 * SECOND);
  const until = later(from, WATCHED);
  await new Promise(resolve => setTimeout(resolve, until.getTime() - Date.now() + 10 * SECOND));
  const { rows } = await db.raw(
    `select count(*)::int as steps, percentile_cont(0.99) within group (order by late) as p99
     from (select extract(epoch from at - (detail->>'due')::timestamptz) as late from timeline
           where kind = 'nudged' and (detail->>'due')::timestamptz between ? and ?) fired`,
    [from, until],
  );
  return {
    what: `ladder step fired after its due time, p99, ${OPEN.toLocaleString('en')} open handoffs (${rows[0].steps} steps)`,
    measured: Number(rows[0].p99),
    unit: 's',
    target: 5,
    better: 'lower',
  };
}

const ROUNDS = 20;
const DUE = 100;

/** In a database of its own, where nobody else sweeps: a hundred steps due among ten thousand, and among a million. */
export async function sweepCost(serverUrl: string): Promise<Row> {
  const server = connect(serverUrl, 1);
  await server.raw('create database bench_sweep');
  await server.destroy();
  const url = new URL(serverUrl);
  url.pathname = '/bench_sweep';
  const db = connect(url.href, 4);
  await migrate(url.href);
  const at = new Date();
  const workspace = await ensureWorkspace(db, { name: 'Bench', slackTeamId: 'T1', hookKey: 'bench', at });
  const yaml = await readFile(new URL('playbook.yaml', import.meta.url), 'utf8');
  await savePlaybook(db, workspace.id, { yaml, author: 'bench', note: '', at });
  const deps = depsOf(db);
  const few = await cost(deps, workspace.id, 10_000);
  const many = await cost(deps, workspace.id, 990_000);
  await db.destroy();
  return {
    what: `sweep of ${DUE} steps among 1,000,000 open handoffs ÷ among 10,000 (${few.toFixed(0)} ms → ${many.toFixed(0)} ms)`,
    measured: many / few,
    unit: '×',
    target: 1.5,
    better: 'lower',
  };
}

/** Of whatever asks no vendor. */
export function depsOf(db: Db): Deps {
  const none = () => Promise.reject(new Error('this asks no vendor'));
  return {
    db,
    clock: systemClock,
    log: createLogger({ level: 'error' }),
    patience: PATIENCE,
    publicUrl: 'http://127.0.0.1',
    vendors: none,
    answers: () => 0,
    allowances: () => [],
    connectionChanged: () => undefined,
    hookAddress: none,
    playbookVendors: PLAYBOOK_VENDORS,
    playbook: playbooks(db, systemClock, PLAYBOOK_VENDORS),
  };
}

/** Milliseconds of one undisturbed sweep, the first quartile of some, after so many more leads are open. */
async function cost(deps: Deps, workspaceId: string, more: number): Promise<number> {
  const { db } = deps;
  await manyHandoffs(db, leads(workspaceId, more, new Date(), 1));
  await db.raw('vacuum analyze handoffs');
  // What loading them left to be written is no part of a sweep.
  await db.raw('checkpoint');
  const durations: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await db.raw(
      `update handoffs set assigned_at = ?, next_step_at = ?, steps_fired = 1
       where id in (select id from handoffs where steps_fired = 0 order by next_step_at limit ?)`,
      [later(new Date(), -61 * MINUTE), later(new Date(), -MINUTE), DUE],
    );
    const from = performance.now();
    const fired = await sweep(deps);
    durations.push(performance.now() - from);
    // A reminder each, and the breach of the same minute.
    if (fired < DUE) throw new Error(`only ${fired} of ${DUE} steps fired`);
  }
  return durations.sort((a, b) => a - b)[Math.floor(ROUNDS / 4)] ?? Number.NaN;
}
