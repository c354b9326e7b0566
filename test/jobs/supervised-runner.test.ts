/** The supervised runner, over runs of the queue that do as the test says. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { QueueRun, Seen } from '../../src/jobs/queue-run.ts';
import { superviseRunner } from '../../src/jobs/supervised-runner.ts';
import { createLogger } from '../../src/lib/log.ts';
import { until } from '../helpers/until.ts';

const TIMES = { standstillMs: 100, busyMs: 300, lookMs: 10, stopMs: 200 };

interface Played extends QueueRun {
  seen: () => Seen;
  ends(why: string): void;
  was: { left: boolean; ended: boolean };
}

/** A run that fetches as often as it is looked at, unless `how` says otherwise. */
function played(
  how: { fetches?: boolean; moves?: boolean; isFull?: boolean; isHeld?: boolean; overdue?: boolean } = {},
): Played {
  const over = Promise.withResolvers<string>();
  let looks = 0;
  const was = { left: false, ended: false };
  return {
    was,
    over: over.promise,
    ends: over.resolve,
    seen() {
      looks += 1;
      const { fetches = true, moves = false, isFull = false, isHeld = true } = how;
      return { fetches: fetches ? looks : 0, moves: moves ? looks : 0, isFull, isHeld };
    },
    anyOverdue: async () => how.overdue ?? false,
    reclaim: async () => undefined,
    async leave() {
      was.left = true;
      // As one whose promises never settle.
      await new Promise(() => undefined);
    },
    stop: async () => undefined,
    end() {
      was.ended = true;
    },
  };
}

/** Keeps these runs going, one after the other; the last for good. An error is a run that cannot begin. */
async function kept(t: TestContext, ...runs: (Played | Error)[]) {
  let begun = 0;
  const keeper = await superviseRunner(
    async () => {
      const run = runs[Math.min(begun, runs.length - 1)];
      begun += 1;
      if (!run || run instanceof Error) throw run;
      return run;
    },
    { log: createLogger({ level: 'silent' }), times: TIMES },
  );
  t.after(() => keeper.stop());
  const working = () => until('it works', async () => keeper.health().why === undefined);
  return { ...keeper, begun: () => begun, working };
}

test('a run that ends by itself is left, and another begins, as often as needed', async t => {
  const [first, last] = [played(), played()];
  const away = new Error('connect ECONNREFUSED');
  const { begun, health, working } = await kept(t, first, away, away, last);
  await working();
  first.ends('could not completeJobs');
  await until('another to begin', async () => begun() === 4);
  await working();
  assert.equal(health().failingForMs, 0);
  assert.ok(first.was.left);
  assert.ok(!last.was.left);
});

for (const [what, stands] of [
  ['fetches no more', { fetches: false }],
  ['fetches, and takes nothing of what is due', { overdue: true }],
  ['has had every place taken for long, and ends nothing', { overdue: true, isFull: true }],
] as const) {
  test(`a run that ${what} is left, and nothing is called ready meanwhile`, async t => {
    const first = played(stands);
    const { begun, health, working } = await kept(t, first, played());
    await until('it is told', async () => health().why !== undefined);
    await until('another to begin', async () => begun() === 2);
    await working();
    assert.ok(first.was.left);
  });
}

test('nothing to do, a busy run and a database that is away are no reason to begin anew', async t => {
  const idle = await kept(t, played());
  const busy = await kept(t, played({ fetches: false, moves: true, isFull: true, overdue: true }));
  const away = await kept(t, played({ fetches: false, isHeld: false, overdue: true }));
  await until('the outage is told', async () => away.health().failingForMs > 2 * TIMES.standstillMs);
  assert.equal(away.health().why, 'the database does not answer');
  assert.deepEqual([idle.begun(), busy.begun(), away.begun()], [1, 1, 1]);
  await idle.working();
});

test('while one run after the other takes nothing, it counts as one failure', async t => {
  const { begun, health } = await kept(t, played({ overdue: true }));
  await until('many to begin', async () => begun() > 4);
  assert.ok(health().failingForMs > 3 * TIMES.standstillMs);
});

test('stopping waits neither for a run that was left nor for one that cannot begin', async t => {
  const first = played();
  const { stop, begun } = await kept(t, first, new Error('away'));
  first.ends('it ended');
  await until('another to be tried', async () => begun() > 1);
  await stop();
  assert.ok(first.was.ended);
});
