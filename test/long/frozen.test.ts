/** One of two processes stands still, as on a machine that is out of memory, and goes on later as if nothing had been. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { startWorker } from '../helpers/worker.ts';

/** How long a transaction of a frozen process may hold what it holds, and a little. */
const FREED_WITHIN = 40_000;

async function crosses(baton: System, name: string): Promise<void> {
  await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });
}

async function assertOnce(baton: System, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { id, recordState } = await baton.handoff(`${name}@acmecorp.com`);
    assert.equal(recordState, 'written');
    const story = kinds(await baton.story(id));
    for (const kind of ['crossed', 'assigned', 'record_written', 'card_posted'] as const) {
      assert.equal(story.filter(one => one === kind).length, 1, `${name}: ${story.join(', ')}`);
    }
    const cards = [
      ...(await baton.messages({ user: 'marcus@example.com' })),
      ...(await baton.messages({ user: 'priya@example.com' })),
    ].filter(message => JSON.stringify(message).includes(`${name} Thompson`));
    assert.equal(cards.length, 1, `${name} has one card`);
  }
  assert.equal((await baton.records('Lead')).length, names.length);
}

test('frozen in a decision, with the rotation’s lock: others start at once and go on; thawed, nothing is doubled', async t => {
  const baton = await system(t, { role: 'web' });
  const { db } = baton.app.deps;
  await companyIsKnown(baton);
  const first = await startWorker(t, baton);
  const held = await db.transaction();
  await held.raw('lock table timeline in exclusive mode');
  await crosses(baton, 'ann');
  await until('the decision holds the rotation’s lock and waits', async () => {
    const { rows } = await db.raw(
      `select 1 from pg_locks waits join pg_locks rotation using (pid)
       where waits.relation = 'timeline'::regclass and not waits.granted
         and rotation.locktype = 'advisory' and rotation.classid = ? and rotation.granted`,
      [0x6262],
    );
    return rows.length > 0;
  });
  first.kill('SIGSTOP');
  await held.rollback();
  await until('its transaction stands open', async () => {
    const { rows } = await db.raw(
      `select 1 from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`,
    );
    return rows.length > 0;
  });

  const begun = performance.now();
  await startWorker(t, baton);
  assert.ok(performance.now() - begun < 15_000, 'another process starts');
  await crosses(baton, 'ben');
  await until('the other lead is carried', async () => (await baton.records('Lead')).length === 1, FREED_WITHIN);

  first.kill('SIGCONT');
  await baton.settled();
  await assertOnce(baton, ['ann', 'ben']);
});

test('frozen before the card is posted, for so long that another process takes the lead over: one card', async t => {
  const baton = await system(t, { role: 'web' });
  await companyIsKnown(baton);
  const first = await startWorker(t, baton);
  // Its answer comes, and finds nobody awake who could post the card.
  await baton.post('/_sandbox/fault', {
    service: 'salesforce',
    path: '/composite',
    skip: 1,
    timeout: 60_000,
    times: 1,
  });
  await crosses(baton, 'ann');
  await until('the record is on its way', async () =>
    (await baton.calls('salesforce')).some(call => call.status === 'held'),
  );
  first.kill('SIGSTOP');
  await startWorker(t, baton);
  await until(
    'the other carries it',
    async () => (await baton.handoffs()).some(one => one.recordState === 'written'),
    90_000,
  );
  first.kill('SIGCONT');
  await baton.settled();
  await assertOnce(baton, ['ann']);
});
