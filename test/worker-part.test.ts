/** Supervision of the worker part as a whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../src/lib/log.ts';
import { superviseWorker, type WorkerPart } from '../src/worker-part.ts';
import { companyIsKnown, leadCrosses } from './helpers/leads.ts';
import { system } from './helpers/system.ts';
import { until } from './helpers/until.ts';

test('a worker part that has not worked for long is begun again, again when that fails, and never for a short while', async t => {
  let failingForMs = 0;
  const restarts: number[] = [];
  const part: WorkerPart = {
    health: () => ({ why: failingForMs > 0 ? 'no job was fetched' : undefined, failingForMs }),
    async restart() {
      restarts.push(failingForMs);
      if (restarts.length === 1) throw new Error('no connection to be had');
      failingForMs = 0;
      return true;
    },
    stop: async () => undefined,
  };
  let looks = 0;
  const counting = {
    ...part,
    health() {
      looks += 1;
      return part.health();
    },
  };
  t.after(superviseWorker(counting, createLogger({ level: 'silent' }), { withoutWorkMs: 300_000, lookMs: 5 }));
  failingForMs = 299_000;
  const seen = looks;
  await until('some looks', async () => looks > seen + 3);
  assert.deepEqual(restarts, []);
  failingForMs = 300_000;
  await until('a second start', async () => restarts.length === 2);
  await until('some looks', async () => looks > seen + 12);
  assert.equal(restarts.length, 2);
});

test('begun again under load, the worker part carries each lead once', async t => {
  const baton = await system(t);
  const { worker } = baton.app;
  assert.ok(worker);
  await companyIsKnown(baton);
  for (const name of ['ann', 'ben', 'cleo', 'dora']) {
    await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });
    assert.ok(await worker.restart());
  }
  await baton.settled();
  assert.equal(worker.health().why, undefined);
  const emails = (await baton.records('Lead')).map(lead => String(lead.Email)).sort();
  assert.deepEqual(
    emails,
    ['ann', 'ben', 'cleo', 'dora'].map(name => `${name}@acmecorp.com`),
  );
});
