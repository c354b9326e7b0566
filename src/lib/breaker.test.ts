import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaker } from './breaker.ts';
import { after, SECOND } from './clock.ts';
import { RateLimited, Rejected, Unavailable } from './errors.ts';

function service() {
  let now = new Date('2026-11-24T18:00:00Z');
  let calls = 0;
  let answer: () => Promise<string> = async () => 'fine';
  const run = breaker({ now: () => now });
  return {
    move: (ms: number) => {
      now = after(now, ms);
    },
    now: () => now,
    will: (next: () => Promise<string>) => {
      answer = next;
    },
    ask: () =>
      run(() => {
        calls += 1;
        return answer();
      }),
    calls: () => calls,
  };
}

const down = async () => {
  throw new Unavailable('HTTP 503', { service: 'crm', outage: true });
};

test('after two outages in a row nobody calls; one at a time finds out, less and less often; an answer lets all through', async () => {
  const crm = service();
  crm.will(down);
  for (let turn = 0; turn < 5; turn += 1) await assert.rejects(crm.ask(), /503/);
  assert.equal(crm.calls(), 2);
  crm.move(SECOND);
  await Promise.allSettled([crm.ask(), crm.ask(), crm.ask()]);
  assert.equal(crm.calls(), 3, 'one probe');
  crm.move(SECOND);
  await assert.rejects(crm.ask(), /503/);
  assert.equal(crm.calls(), 3, 'two seconds now');
  for (let hour = 0; hour < 60 * 60; hour += 1) {
    crm.move(SECOND);
    await assert.rejects(crm.ask(), /503/);
  }
  assert.ok(crm.calls() < 3 + 4 + 3_600 / 15, `${crm.calls()} calls in an hour`);
  crm.will(async () => 'back');
  crm.move(15 * SECOND);
  assert.equal(await crm.ask(), 'back');
  assert.deepEqual(await Promise.all([crm.ask(), crm.ask()]), ['back', 'back']);
});

test('one outage alone stops nobody; a refusal is an answer', async () => {
  const crm = service();
  crm.will(down);
  await assert.rejects(crm.ask());
  crm.will(async () => {
    throw new Rejected('no such field', { service: 'crm' });
  });
  await assert.rejects(crm.ask(), Rejected);
  crm.will(down);
  await assert.rejects(crm.ask());
  crm.will(async () => 'fine');
  assert.equal(await crm.ask(), 'fine');
});

test('a limit is kept to the moment it names', async () => {
  const crm = service();
  const retryAt = after(crm.now(), 900 * SECOND);
  crm.will(async () => {
    throw new RateLimited('the day is spent', { service: 'crm', outage: true, retryAt });
  });
  await assert.rejects(crm.ask(), RateLimited);
  crm.will(async () => 'fine');
  crm.move(899 * SECOND);
  await assert.rejects(crm.ask(), (error: RateLimited) => error.retryAt === retryAt);
  crm.move(SECOND);
  assert.equal(await crm.ask(), 'fine');
  assert.equal(crm.calls(), 2);
});
