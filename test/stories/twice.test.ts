/** Every job may run twice: whoever looks at Slack, Salesforce, HubSpot or the story must not be able to tell. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { TimelineKind } from '../../src/domain/timeline.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import type { JobName } from '../../src/jobs/catalogue.ts';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { beginReports } from '../../src/reports/weekly.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { askInspection } from '../../src/workspaces/crm-setup/inspect.ts';
import { handedOff } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { kinds, type Message, type System, type SystemOptions, system } from '../helpers/system.ts';
import { twice } from '../helpers/twice.ts';
import { until } from '../helpers/until.ts';

const EXAMPLE = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const [MARCUS, PRIYA, DANA] = ['marcus@example.com', 'priya@example.com', 'dana@example.com'] as const;
const CHANNEL = '#mql-handoffs';

/** A system whose jobs run twice; `settled` and then `later` runs all of them once more, and nothing may differ. */
async function doubled(t: TestContext, options: SystemOptions = {}) {
  const { wrap, later } = twice();
  const baton = await system(t, { ...options, jobs: wrap });
  return {
    baton,
    /** `jobs`: some of those that are run again. */
    async later(...jobs: JobName[]) {
      await quiet(baton);
      const before = await everything(baton);
      const names = await later(baton.clock);
      await quiet(baton);
      assert.deepEqual(await everything(baton), before);
      for (const job of jobs) assert.ok(names.includes(job), `${job} never ran`);
    },
  };
}

/** Waits until nothing is left to do, also what waits for its place's next second. */
async function quiet(baton: System): Promise<void> {
  await until('nothing waits for its turn', async () => {
    await baton.settled();
    const { rows } = await baton.app.deps.db.raw(
      `select count(*)::int as waiting from graphile_worker.jobs where run_at < now() + interval '1 minute'`,
    );
    return rows[0].waiting === 0;
  });
}

/** All that people and the vendors have seen, and the books. */
async function everything(baton: System) {
  const { db } = baton.app.deps;
  const { users, channels } = await baton.get<{
    users: { profile: { email?: string } }[];
    channels: { name?: string }[];
  }>('/_sandbox/slack/state');
  const places = [
    ...users.flatMap(({ profile: { email } }) => (email ? [{ user: email }] : [])),
    ...channels.flatMap(({ name }) => (name ? [{ channel: `#${name}` }] : [])),
  ];
  const shown: Record<string, unknown> = {};
  for (const place of places) shown[JSON.stringify(place)] = (await baton.messages(place)).map(look);
  const records: Record<string, unknown> = {};
  for (const object of ['Lead', 'Task', 'Account', 'Contact', 'Opportunity']) {
    records[object] = (await baton.records(object)).map(({ LastModifiedDate, SystemModstamp, ...rest }) => rest);
  }
  return {
    shown,
    records,
    mails: await baton.get('/_sandbox/mail/messages'),
    timeline: await db('timeline').orderBy('id').select('kind', 'text', 'handoff_id'),
    rotation: await db('rotation').orderBy(['team', 'email']),
    parked: await db('parked_jobs').select('job', 'reason'),
    touches: await db('touches').orderBy('id').select('id', 'crm_state', 'crm_id'),
  };
}

/** A message as it reads; of how long ago something was, only that it is said. */
function look({ ts, text, blocks, replies }: Message): unknown {
  return JSON.parse(JSON.stringify({ ts, text, blocks, replies }).replaceAll(/\d+ (s|min|minutes?)\b/g, 'a while'));
}

const said = async (baton: System, place: { user: string } | { channel: string }, pattern: RegExp) =>
  (await baton.messages(place)).filter(one => pattern.test(JSON.stringify([one.text, one.blocks])));

async function once(baton: System, place: { user: string } | { channel: string }, pattern: RegExp): Promise<Message> {
  const [first, ...more] = await said(baton, place, pattern);
  assert.ok(first, `nobody told ${JSON.stringify(place)} of ${pattern}`);
  assert.deepEqual(
    more.map(one => one.text),
    [],
    `${JSON.stringify(place)} is told of ${pattern} once`,
  );
  return first;
}

async function by(baton: System, email: string) {
  return { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, email) };
}

/** The whole story, in any order: what runs side by side is told as it ends. */
async function assertTold(baton: System, handoffId: string, ...since: TimelineKind[]): Promise<void> {
  assert.deepEqual(kinds(await baton.story(handoffId)).sort(), [...OPENING, ...since].sort());
}

const OPENING: TimelineKind[] = [
  'crossed',
  'facts_gathered',
  'crm_matched',
  'judged',
  'routed',
  'assigned',
  'record_written',
  'card_posted',
];

test('Emma’s whole way: one record, one card, one call, one mail, each told once and shown once at HubSpot', async t => {
  const { baton, later } = await doubled(t, { env: { ENCRYPTION_KEY: randomBytes(32).toString('base64') } });
  const { id, contactId } = await handedOff(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  await baton.press(MARCUS, card, 'claim');
  await baton.card({ user: MARCUS }, 'Claimed by');
  const on = { ...(await by(baton, MARCUS)), handoffId: id };
  const nextStep = { what: 'Send the proposal', on: '2026-11-26' };
  const call = { outcome: 'connected', direction: 'outbound', minutes: 4, notes: 'Prices', nextStep } as const;
  assert.deepEqual(await actionsOf(baton.app.deps).logCall({ ...on, ...call }), { kind: 'done' });
  const mail = { subject: 'Our prices', body: 'Here they are.' };
  assert.equal((await actionsOf(baton.app.deps).sendEmail({ ...on, ...mail })).kind, 'done');
  await quiet(baton);

  await assertTold(
    baton,
    id,
    'claimed',
    'email_sent',
    'email_waiting',
    'fed_back',
    'fed_back',
    'touch_logged',
    'touch_logged',
    'touched',
  );
  await once(baton, { user: MARCUS }, /Emma Thompson/);
  await once(baton, { user: MARCUS }, /appear in Salesforce as made by Baton/);
  assert.equal((await baton.records('Lead')).length, 1);
  assert.deepEqual((await baton.records('Task')).map(task => task.Subject).sort(), [
    'Call: Connected',
    'Contact Emma Thompson (Acme Corp): HIGH MQL',
    'Email: Our prices',
    nextStep.what,
  ]);
  assert.equal((await baton.get<{ messages: unknown[] }>('/_sandbox/mail/messages')).messages.length, 1);
  const { engagements } = await baton.get<{ engagements: Record<string, string>[] }>(
    `/_sandbox/hubspot/contacts/${contactId}`,
  );
  assert.deepEqual(
    engagements.map(one => one.hs_call_title ?? one.hs_email_subject),
    ['Call: Connected', mail.subject],
  );
  const books = await baton.app.deps.db('rotation').select('email', 'given').where('given', '>', 0);
  assert.deepEqual(books, [{ email: MARCUS, given: 1 }]);
  await later(
    'handoff.record',
    'handoff.notify',
    'touch.record',
    'feedback.touch',
    'email.send',
    'handoff.thread',
    'card.refresh',
    'notify.login',
  );
});

test('the ladder to its end, and the weekly report: each step and each word once', async t => {
  const { baton, later } = await doubled(t);
  const { id } = await handedOff(baton);
  const pass = async (milliseconds: number) => {
    baton.clock.move(milliseconds);
    await sweep(baton.app.deps);
    await quiet(baton);
  };
  for (const minutes of [45, 15, 30, 150]) await pass(minutes * MINUTE);
  assert.equal((await baton.handoff('emma.thompson@acmecorp.com')).repEmail, PRIYA);
  await pass(4 * HOUR);
  await once(baton, { user: MARCUS }, /is waiting/);
  await once(baton, { user: DANA }, /has not reached out/);
  await once(baton, { user: DANA }, /has nobody left to go to/);
  await assertTold(
    baton,
    id,
    'breached',
    'breached',
    'card_posted',
    'escalated',
    'escalated',
    'nudged',
    'reassigned',
    'record_written',
    'reminded',
    'step_skipped',
    'step_skipped',
    'step_skipped',
  );
  const books = await baton.app.deps.db('rotation').select('email', 'given').where('given', '>', 0);
  assert.deepEqual(books, [{ email: PRIYA, given: 1 }]);

  await pass(6 * DAY - 12 * HOUR);
  await beginReports(baton.app.deps);
  await quiet(baton);
  await once(baton, { channel: CHANNEL }, /Leads Nov 23 – Nov 29/);
  await once(baton, { user: DANA }, /Leads Nov 23 – Nov 29/);
  await later('notify.ladder', 'ladder.reassign', 'handoff.record', 'report.weekly', 'report.post');
});

test('an open deal: no second one, its owner told once', async t => {
  const { baton, later } = await doubled(t, { playbook: EXAMPLE.replace('  mode: lead ', '  mode: account_based ') });
  const users = await baton.records('User');
  const priya = users.find(user => user.Email === PRIYA)?.Id;
  const add = (object: string, values: object) => baton.post(`/_sandbox/salesforce/${object}`, values);
  const { id: account } = await add('Account', { Name: 'ACME', Website: 'https://www.acmecorp.com' });
  const deal = { Name: 'Acme 2026', StageName: 'Proposal', CloseDate: '2027-01-01', OwnerId: priya };
  await add('Opportunity', { AccountId: account, ...deal });
  const { id } = await handedOff(baton);
  await quiet(baton);
  await once(baton, { user: PRIYA }, /No second opportunity was made/);
  for (const [object, count] of [
    ['Account', 1],
    ['Contact', 1],
    ['Opportunity', 1],
    ['Task', 2],
  ] as const) {
    assert.equal((await baton.records(object)).length, count, object);
  }

  await assertTold(baton, id, 'open_deal');
  await later('handoff.record', 'notify.deal_owner');
});

test('handed off by hand, taken by a rule and given back, put off; Salesforce looked into: each told once', async t => {
  const { baton, later } = await doubled(t);
  await baton.post('/_sandbox/salesforce/_outbound', { mode: 'manual' });
  await baton.post('/_sandbox/clearbit/companies', {
    domain: 'globex-inc.com',
    name: 'Globex',
    industry: 'Software',
    employees: 600,
    country: 'US',
  });
  const dana = await by(baton, DANA);
  const lead = {
    email: 'ann@globex-inc.com',
    firstName: 'Ann',
    lastName: 'Byhand',
    company: 'Globex',
    title: 'VP Sales',
  };
  assert.equal((await actionsOf(baton.app.deps).handOff({ ...dana, lead, key: 'by-hand' })).kind, 'done');
  const { id, repEmail, recordId } = await baton.handoff(lead.email);
  await quiet(baton);
  await once(baton, { user: DANA }, /Ann Byhand \(Globex\): handed to/);
  assert.equal(repEmail, MARCUS);

  const priya = (await baton.records('User')).find(user => user.Email === PRIYA)?.Id;
  baton.clock.move(MINUTE);
  await baton.post(`/_sandbox/salesforce/Lead/${recordId}`, { OwnerId: priya, _as: 'Automated Process' });
  await baton.post('/_sandbox/salesforce/deliver', {});
  await quiet(baton);
  const question = await once(baton, { user: DANA }, /Whose is/);
  await baton.press(DANA, question, 'owner_restore');
  await quiet(baton);

  const tomorrow = { until: new Date(baton.clock.now().getTime() + 20 * HOUR) };
  const put = await actionsOf(baton.app.deps).snooze({ ...(await by(baton, MARCUS)), handoffId: id, ...tomorrow });
  assert.equal(put.kind, 'done');
  baton.clock.move(20 * HOUR);
  await baton.app.deps.db.raw('update graphile_worker._private_jobs set run_at = now() where locked_at is null');
  await quiet(baton);
  await once(baton, { user: MARCUS }, /The lead Ann Byhand is back/);

  assert.equal(await askInspection(baton.app.deps, dana), 'begun');
  await quiet(baton);
  await once(baton, { user: DANA }, /Salesforce (and|fits) the playbook/);
  await assertTold(baton, id, 'breached', 'owner_changed', 'owner_changed', 'owner_decided', 'snoozed', 'woken');
  await later('notify.manual_lead', 'crm.event', 'notify.owner_change', 'owner.restore', 'handoff.wake', 'crm.inspect');
});
