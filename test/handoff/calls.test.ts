import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiUsageOf } from '../../src/db/connections/api-usage.ts';
import { unsentNotices } from '../../src/db/workspaces/notices.ts';
import { allowance } from '../../src/domain/api-quota.ts';
import { addUpCalls } from '../../src/handoff/record/api-usage.ts';
import { DAY, HOUR } from '../../src/lib/clock.ts';
import { RateLimited } from '../../src/lib/errors.ts';
import { system } from '../helpers/system.ts';

test('two processes share one day of calls: half of what was left; warned at 50, 80 and 100 %, once each; a new day begins anew', async t => {
  const { app, clock } = await system(t, { role: 'web' });
  const { deps, workspaceId } = app;
  const [web, worker] = [allowance('salesforce', clock), allowance('salesforce', clock)];
  let used = 1_000;
  async function calls(own: typeof web, times: number): Promise<void> {
    for (let at = 0; at < times; at += 1) {
      used += 1;
      own.counted({ used, limit: 1_200 });
    }
    await addUpCalls(deps, workspaceId, 'salesforce', own);
  }
  const warnings = async () =>
    (await unsentNotices(deps.db, workspaceId))
      .filter(one => one.key.startsWith('calls:'))
      .map(one => /used (\d+) %.*\((\d+) of (\d+)\)/.exec(one.text)?.slice(1));

  for (let at = 0; at < 40; at += 1) {
    used += 1;
    web.counted({ used, limit: 1_200 });
  }
  await assert.rejects(addUpCalls(deps, 'no-workspace', 'salesforce', web), 'what cannot be added up is not lost');
  await calls(web, 0);
  assert.deepEqual(await warnings(), []);
  await calls(worker, 15);
  assert.deepEqual(await warnings(), [['50', '55', '100']]);
  await calls(web, 30);
  web.admit('usual');
  assert.throws(() => web.admit('background'), RateLimited);
  await calls(worker, 20);
  assert.deepEqual(
    (await warnings()).map(one => one?.[0]),
    ['50', '80', '100'],
  );
  worker.admit('urgent');
  assert.throws(() => worker.admit('usual'), RateLimited);
  await calls(web, 1);
  assert.throws(() => web.admit('usual'), RateLimited, 'what the other used counts');
  assert.equal((await warnings()).length, 3, 'said once');

  clock.move(DAY + HOUR);
  used = 0;
  await calls(worker, 10);
  const [usage] = await apiUsageOf(deps.db, workspaceId, clock.now());
  assert.deepEqual([usage?.calls, usage?.allowed, usage?.warned], [10, 600, 0]);
  worker.admit('background');
});

test('an organization whose calls are almost spent gives no share for a day: it begins when there are some again', async t => {
  const { app, clock } = await system(t, { role: 'web' });
  const { deps, workspaceId } = app;
  const own = allowance('salesforce', clock);
  for (let at = 0; at < 5; at += 1) own.counted({ used: 1_190 + at, limit: 1_200 });
  await addUpCalls(deps, workspaceId, 'salesforce', own);
  assert.deepEqual(await apiUsageOf(deps.db, workspaceId, clock.now()), []);
  assert.throws(() => own.admit('usual'), RateLimited);
  clock.move(HOUR);
  own.admit('usual');
  own.counted({ used: 200, limit: 1_200 });
  await addUpCalls(deps, workspaceId, 'salesforce', own);
  const [usage] = await apiUsageOf(deps.db, workspaceId, clock.now());
  assert.deepEqual([usage?.calls, usage?.allowed], [6, 503], 'nothing that was counted is lost');
  own.admit('usual');
});
