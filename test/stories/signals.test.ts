/** No lead is lost in silence: signals that come early, late, broken or without a score. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { hurry } from '../helpers/database-changes.ts';
import { outcomesOfSignals, parkedJobs } from '../helpers/database-questions.ts';
import { pollHubSpot } from '../helpers/jobs.ts';
import { leadCrosses } from '../helpers/leads.ts';
import { untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const SCORED = exampleWith(
  [/\nscoring:[\s\S]*?(?=\nvalidation:)/, '\nscoring: { behaviour: { demo_requested: 40 } }\n'],
  ['threshold: 50', 'threshold: 30'],
);
const UNSCORED = exampleWith([/\nscoring:[\s\S]*?(?=\nvalidation:)/, '\n']);
const STAGES = { name: 'lifecyclestage', options: { lead: 'Lead', 251342837: 'Qualified by marketing' } };

const LEE = 'lee@northwind-labs.com';

const setHubSpot = (baton: System, settings: object) => baton.post('/_sandbox/hubspot/settings', settings);
const setWebhooks = (baton: System, options: object) => baton.post('/_sandbox/hubspot/webhooks', options);

/** Lee's score becomes this. */
async function scores(baton: System, score: number | '', more: Record<string, string> = {}): Promise<void> {
  await leadCrosses(baton, { email: LEE, hubspotscore: String(score), ...more });
  await baton.settled();
}

/** A delivery of the app, as HubSpot signs it. */
const deliver = (baton: System, body: unknown) =>
  baton.post('/_sandbox/hubspot/deliver', { body: JSON.stringify(body) });

/** Time is as if it had passed: whatever waits for it is done, until this holds. */
const untilHurried = (baton: System, what: string, holds: () => Promise<boolean>) =>
  until(what, async () => {
    await hurry(baton);
    return holds();
  });

test('a contact that cannot be read yet is read again, and is handed off when it can be', async t => {
  const baton = await system(t);
  await setHubSpot(baton, { readLagMs: MINUTE });
  await leadCrosses(baton, { email: LEE });
  await until('it was looked for', async () =>
    (await baton.calls('hubspot')).some(({ path, status }) => path.includes('/contacts/') && status === 404),
  );
  assert.deepEqual(await baton.handoffs(), []);
  baton.clock.move(MINUTE);
  await untilHurried(baton, 'it is handed off', async () => (await baton.handoffs()).length === 1);
  assert.equal((await baton.handoff(LEE)).score, 63);
});

test('a contact that is never there is told to the admins; when it is there after all, its next signal counts', async t => {
  const baton = await system(t);
  await setHubSpot(baton, { readLagMs: DAY });
  await leadCrosses(baton, { email: LEE });
  await untilHurried(baton, 'it is put aside', async () => (await parkedJobs(baton)).length === 1);
  await untilSaid(baton, { user: DANA }, /HubSpot told of contact \d+, but has no such contact/);
  const asked = (await baton.calls('hubspot')).filter(({ status }) => status === 404);
  assert.equal(asked.length, 5, 'at once, and four times more');
  await setHubSpot(baton, { readLagMs: 0 });
  baton.clock.move(SECOND);
  await leadCrosses(baton, { email: LEE, hubspotscore: '64' });
  await until('it is handed off', async () => (await baton.handoffs()).length === 1);
});

test('an event from the future holds up no other: times are clipped to their receipt, and each property has its own', async t => {
  const baton = await system(t);
  await scores(baton, 20);
  const [{ id = '' } = {}] = (await baton.get<{ contacts: { id?: string }[] }>('/_sandbox/hubspot/contacts')).contacts;
  const inAnHour = baton.clock.now().getTime() + HOUR;
  const change = { portalId: 62515, subscriptionType: 'contact.propertyChange', objectId: Number(id) };
  await deliver(baton, [
    { ...change, occurredAt: inAnHour, propertyName: 'hubspotscore', propertyValue: '30' },
    { ...change, occurredAt: inAnHour, propertyName: 'lifecyclestage', propertyValue: 'lead' },
  ]);
  await baton.settled();
  baton.clock.move(SECOND);
  await scores(baton, 63);
  assert.equal((await baton.handoffs()).length, 1);
});

test('a score that was cleared is none: the next climb counts, by webhook and by polling alone', async t => {
  for (const mode of ['app', 'off']) {
    await t.test(mode, async t => {
      const baton = await system(t);
      await setWebhooks(baton, { mode });
      const next = async (score: number | '') => {
        baton.clock.move(5 * MINUTE);
        await scores(baton, score);
        if (mode === 'off') await pollHubSpot(baton);
      };
      await next(20);
      await next(63);
      await next('');
      baton.clock.move(91 * DAY);
      await next(70);
      assert.equal((await baton.handoffs()).length, 2);
    });
  }
});

test('a new contact above the threshold is a signal by itself, below it costs one short call', async t => {
  const baton = await system(t, { playbook: UNSCORED });
  const made = { firstname: 'Lee', lastname: 'Berg', atOnce: true };
  await baton.post('/_sandbox/hubspot/contacts', { ...made, email: 'low@northwind-labs.com', hubspotscore: 20 });
  await baton.settled();
  assert.deepEqual(await outcomesOfSignals(baton), ['below']);
  assert.deepEqual(
    (await baton.calls('hubspot')).map(({ path }) => path.split('?')[0]),
    ['/hubspot/crm/objects/2026-03/contacts/batch/read'],
  );
  await baton.post('/_sandbox/hubspot/contacts', { ...made, email: LEE, hubspotscore: 63 });
  assert.equal((await baton.handoff(LEE)).score, 63);
});

test('with scoring, what a contact without a score does makes it a lead: by webhook and by polling', async t => {
  for (const mode of ['app', 'off']) {
    await t.test(mode, async t => {
      const baton = await system(t, { playbook: SCORED });
      await setWebhooks(baton, { mode, properties: ['recent_conversion_date'] });
      await baton.post('/_sandbox/hubspot/contacts', { email: LEE, firstname: 'Lee', jobtitle: 'VP Operations' });
      await baton.settled();
      assert.deepEqual(await baton.handoffs(), []);
      baton.clock.move(MINUTE);
      const form = { type: 'form', at: baton.clock.now().toISOString(), detail: 'Request a demo' };
      await baton.post('/_sandbox/hubspot/contacts', { email: LEE, activities: [form] });
      baton.clock.move(MINUTE);
      if (mode === 'off') await pollHubSpot(baton);
      assert.equal((await baton.handoff(LEE)).score, 40);
    });
  }
});

test('a portal with stages of its own: the playbook names them, and the stage may come long after the score', async t => {
  const playbook = exampleWith([/require_lifecycle: false/, 'require_lifecycle: ["251342837"]']);
  const baton = await system(t, { playbook });
  await baton.post('/_sandbox/hubspot/properties', STAGES);
  await scores(baton, 20, { lifecyclestage: 'lead' });
  await scores(baton, 63);
  assert.deepEqual(await baton.handoffs(), [], 'the score alone is not enough');
  baton.clock.move(MINUTE);
  await scores(baton, 63, { lifecyclestage: '251342837' });
  assert.equal((await baton.handoffs()).length, 1);
  baton.clock.move(MINUTE);
  await scores(baton, 64);
  assert.equal((await baton.handoffs()).length, 1, 'once');
});
