/** Marketo under load: the pace is kept, nothing is lost, nothing doubled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { EMMA_IN_MARKETO, inMarketo } from '../helpers/marketo.ts';
import { system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const LEADS = 150;

test('a campaign takes many over the threshold at once: all are handed off, and Marketo refuses no call', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  baton.clock.move(MINUTE);
  for (let n = 0; n < LEADS; n += 1) {
    await inMarketo(baton, {
      ...EMMA_IN_MARKETO,
      email: `lee.${n}@acmecorp.com`,
      lastName: `Number ${n}`,
      leadScore: 63,
    });
  }
  await until('all are handed off', async () => (await baton.handoffs()).length === LEADS, 180_000);
  await baton.settled();
  assert.equal((await baton.handoffs()).length, LEADS);
  const calls = (await baton.calls('marketo')).filter(({ path }) => path.includes('/rest/'));
  assert.ok(calls.length <= LEADS * 3, `${calls.length} calls`);
  const times = calls.map(({ time }) => Date.parse(time));
  const most = Math.max(...times.map(from => times.filter(at => at >= from && at < from + 20 * SECOND).length));
  assert.ok(most <= 100, `${most} calls in twenty seconds`);
});
