import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { closePlace } from '../../src/db/line.ts';
import { after, MINUTE } from '../../src/lib/clock.ts';
import { handoffsIn } from '../helpers/cards.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const LEADS = 300;
const EVERY_TENTH = 10;

/** Every card goes to one channel; only Europe's team has one of its own. */
const playbook = (await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8'))
  .replace('assigned: dm', 'assigned: channel')
  .replace('channel: "#mql-mid-market"\n', '\n')
  .replace('{ name: EMEA SDRs,', '{ name: EMEA SDRs, channel: "#mql-mid-market",');

const ALL = '#mql-handoffs';
const EUROPE = '#mql-mid-market';

test('300 cards for one channel under Slack’s limit: none lost, none doubled, HIGH first, other channels at once', async t => {
  const baton = await system(t, { playbook });
  const { deps, workspaceId } = baton.app;
  await baton.post('/_sandbox/slack/limits', { perChannelPerSecond: true });
  // Slack asked for a pause of a minute: everything has to wait in line.
  await closePlace(deps.db, workspaceId, `channel:${ALL}`, after(deps.clock.now(), MINUTE));
  await Promise.all(Array.from({ length: LEADS }, (_, index) => arrives(baton, index)));
  await baton.settled();
  const waiting = await baton.handoffs();
  assert.equal(waiting.length, LEADS);
  await arrives(baton, LEADS, 'United Kingdom');
  await baton.card({ channel: EUROPE }, `Number ${LEADS}`);
  assert.deepEqual(await baton.messages({ channel: ALL }), []);

  baton.clock.move(MINUTE);
  await until(
    'everybody has been shown',
    async () => {
      await tick(baton);
      return (await baton.handoffs()).every(one => one.deliveredAt);
    },
    60_000,
  );
  const shown = handoffsIn(await baton.messages({ channel: ALL }));
  const isHigh = new Map(waiting.map(one => [one.id, one.priority === 'HIGH']));
  assert.deepEqual(shown.flat().sort(), [...isHigh.keys()].sort());
  const order = shown.flat().map(id => isHigh.get(id));
  assert.equal(order.lastIndexOf(true) + 1, LEADS / EVERY_TENTH, 'HIGH first');
  assert.ok(shown.length < 30, `${shown.length} messages for ${LEADS} leads`);
  const refused = baton.sandbox.calls('slack').filter(call => call.status === 429);
  assert.equal(refused.length, 0, 'Slack never had to ask for patience');
});

test('a lead is claimed from a digest: the line says who has it, and the winner gets the whole card', async t => {
  const baton = await system(t, { playbook });
  const { deps, workspaceId } = baton.app;
  await closePlace(deps.db, workspaceId, `channel:${ALL}`, after(deps.clock.now(), MINUTE));
  await Promise.all(Array.from({ length: 7 }, (_, index) => arrives(baton, index + 1)));
  await baton.settled();
  baton.clock.move(MINUTE);
  const digest = await until('the digest', async () => {
    await tick(baton);
    return (await baton.messages({ channel: ALL })).find(message => message.text.includes('7 to claim'));
  });
  const [first] = handoffsIn([digest]).flat();
  const click = { channel: digest.channel, ts: digest.ts, action_id: 'claim', value: first };
  await baton.post('/_sandbox/slack/act', { user: 'marcus@example.com', click });
  await baton.card({ user: 'marcus@example.com' }, 'Claimed by Marcus Chen');
  await baton.card({ channel: ALL }, '6 to claim');
  const [line] = await baton.messages({ channel: ALL });
  assert.match(JSON.stringify(line), /Marcus Chen has it/);
});

/** Every tenth lead is HIGH, the others are MEDIUM. */
async function arrives(baton: System, index: number, country = 'United States'): Promise<void> {
  const high = index % EVERY_TENTH === 0;
  const domain = `company-${index}.com`;
  await baton.post('/_sandbox/clearbit/companies', {
    domain,
    name: `Company ${index}`,
    industry: high ? 'Technology' : 'Retail',
    employees: 750,
    revenue: 50_000_000,
    city: 'San Francisco',
    state: 'CA',
    country: country === 'United States' ? 'US' : 'GB',
    tech: [],
  });
  await baton.post('/_sandbox/hubspot/contacts', {
    email: `lee@${domain}`,
    firstname: 'Lee',
    lastname: `Number ${index}`,
    jobtitle: high ? 'VP Operations' : 'Student',
    company: `Company ${index}`,
    country,
    hubspotscore: '63',
  });
}

/** A second passes, also for the jobs that wait for it. */
async function tick({ clock, app }: System): Promise<void> {
  clock.move(1_100);
  await app.deps.db.raw(
    `select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs
     where task_identifier = 'place.drain' and run_at > now() and locked_at is null`,
  );
}
