/** Every job may run twice: whoever looks at Slack, Salesforce, HubSpot or the story must not be able to tell. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { TimelineKind } from '../../src/domain/timeline.ts';
import type { JobName } from '../../src/jobs/catalogue.ts';
import { after, DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { beginReports } from '../../src/reports/weekly.ts';
import { askInspection } from '../../src/workspaces/crm-setup/inspect.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { booksOfLeads, turnsGiven } from '../helpers/database-questions.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { timePasses, untilIdle } from '../helpers/jobs.ts';
import { companyIsKnown, globexIsKnown, handedOff } from '../helpers/leads.ts';
import { onlyMessageSaying } from '../helpers/messages.ts';
import { ALL_CHANNEL, DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { ACCOUNT_BASED, exampleWith } from '../helpers/playbooks.ts';
import { addRecord, changeRecord, deliver, keepMessages, onlyRecord, RULE, userId } from '../helpers/salesforce.ts';
import { act, clickOn, slackIdOf } from '../helpers/slack.ts';
import { type Conversation, kinds, type Message, type System, type SystemOptions, system } from '../helpers/system.ts';
import { assertRecordedOnce, HANDED_OFF } from '../helpers/timeline.ts';
import { twice } from '../helpers/twice.ts';
import { engagementsOf, mailsSent } from '../helpers/vendors.ts';

/** A system whose jobs run twice; `settled` and then `later` runs all of them once more, and nothing may differ. */
async function doubled(t: TestContext, options: SystemOptions = {}) {
  const { wrap, later } = twice();
  const baton = await system(t, { ...options, jobs: wrap });
  return {
    baton,
    /** `jobs`: some of those that are run again. */
    async later(...jobs: JobName[]) {
      await untilIdle(baton);
      const before = await everything(baton);
      const names = await later(baton.clock);
      await untilIdle(baton);
      assert.deepEqual(await everything(baton), before);
      for (const job of jobs) assert.ok(names.includes(job), `${job} never ran`);
    },
  };
}

/** All that people and the vendors have seen, and the books. */
async function everything(baton: System) {
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
  return { shown, records, mails: await mailsSent(baton), ...(await booksOfLeads(baton)) };
}

/** A message as it reads; of how long ago something was, only that it is said. */
function look({ ts, text, blocks, replies }: Message): unknown {
  return JSON.parse(JSON.stringify({ ts, text, blocks, replies }).replaceAll(/\d+ (s|min|minutes?)\b/g, 'a while'));
}

/** The whole story, in any order: what runs side by side is told as it ends. */
async function assertTold(baton: System, handoffId: string, ...since: TimelineKind[]): Promise<void> {
  assert.deepEqual(kinds(await baton.story(handoffId)).sort(), [...HANDED_OFF, ...since].sort());
}

/** Waits until nothing is left to do; then each of these is said there, and once. */
async function saidOnce(baton: System, ...said: [where: Conversation, words: RegExp][]) {
  await untilIdle(baton);
  for (const [where, words] of said) await onlyMessageSaying(baton, where, words);
}

test('Emma’s whole way: one record, one card, one call, one mail, each told once and shown once at HubSpot', async t => {
  const { baton, later } = await doubled(t, { env: { ENCRYPTION_KEY: randomBytes(32).toString('base64') } });
  const { id, contactId } = await handedOff(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  await act(baton, MARCUS, clickOn(card, 'claim'));
  await baton.card({ user: MARCUS }, '· yours');
  const nextStep = { what: 'Send the proposal', on: '2026-11-26' };
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Prices', nextStep });
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Our prices', body: 'Here they are.' });
  await saidOnce(
    baton,
    [{ user: MARCUS }, /Emma Thompson/],
    [{ user: MARCUS }, /Connect Salesforce so the calls and mails you log show up as yours/],
  );
  const touched: TimelineKind[] = ['touched', 'touch_logged', 'touch_logged', 'feedback_written', 'feedback_written'];
  await assertTold(baton, id, 'claimed', 'email_sent', 'email_waiting', ...touched);
  await onlyRecord(baton, 'Lead');
  const followUp = 'Contact Emma Thompson (Acme Corp): HIGH MQL';
  const tasks = (await baton.records('Task')).map(task => task.Subject).sort();
  assert.deepEqual(tasks, ['Call: Connected', followUp, 'Email: Our prices', nextStep.what]);
  assert.equal((await mailsSent(baton)).length, 1);
  assert.deepEqual(await engagementsOf(baton, contactId), ['Call: Connected', 'Our prices']);
  assert.deepEqual(await turnsGiven(baton), [{ email: MARCUS, given: 1 }]);
  const cards = ['handoff.notify', 'handoff.thread', 'card.refresh'] as const;
  await later('handoff.record', 'touch.record', 'feedback.touch', 'email.send', 'notify.login', ...cards);
});

test('a form that is answered by itself: one mail, told once', async t => {
  const { baton, later } = await doubled(t, { playbook: exampleWith(['enabled: false', 'enabled: true']) });
  await companyIsKnown(baton);
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await untilIdle(baton);
  assert.equal((await mailsSent(baton)).length, 1);
  await assertRecordedOnce(baton, id, 'answer_sent');
  await later('handoff.answer');
});

test('the ladder to its end, and the weekly report: each step and each word once', async t => {
  const { baton, later } = await doubled(t);
  const { id } = await handedOff(baton);
  for (const minutes of [45, 15, 30, 150]) await timePasses(baton, minutes * MINUTE);
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
  // Nobody of the team is left after Priya: it goes to the fallback, and then to nobody.
  for (const hours of [4, 4]) await timePasses(baton, hours * HOUR);
  await saidOnce(
    baton,
    [{ user: MARCUS }, /Emma Thompson\* is with \*Priya Nair\* now/],
    [{ user: DANA }, /Emma Thompson\* is with \*Priya Nair\* now/],
    [ALL_CHANNEL, /Nobody left: Emma Thompson/],
  );
  const handedOn: TimelineKind[] = ['reassigned', 'card_posted', 'record_written'];
  const skipped: TimelineKind[] = ['step_skipped', 'step_skipped', 'step_skipped'];
  const toTheFallback: TimelineKind[] = [...handedOn, ...skipped, ...handedOn, ...skipped, 'escalated'];
  await assertTold(baton, id, 'nudged', 'breached', 'reminded', 'escalated', ...toTheFallback);

  await timePasses(baton, 6 * DAY - 16 * HOUR);
  await beginReports(baton.app.deps);
  await saidOnce(baton, [ALL_CHANNEL, /Sales, Nov 23 to 29/], [{ user: DANA }, /Sales, Nov 23 to 29/]);
  await later('notify.ladder', 'ladder.reassign', 'handoff.record', 'report.weekly', 'report.post');
});

test('an open deal: no second one, its owner told once', async t => {
  const { baton, later } = await doubled(t, { playbook: ACCOUNT_BASED });
  const AccountId = await addRecord(baton, 'Account', { Name: 'ACME', Website: 'https://www.acmecorp.com' });
  const deal = {
    Name: 'Acme 2026',
    StageName: 'Proposal',
    CloseDate: '2027-01-01',
    OwnerId: await userId(baton, PRIYA),
  };
  await addRecord(baton, 'Opportunity', { AccountId, ...deal });
  const { id } = await handedOff(baton);
  await saidOnce(baton, [{ user: PRIYA }, /No second opportunity was made/]);
  for (const object of ['Account', 'Contact', 'Opportunity']) await onlyRecord(baton, object);
  assert.equal((await baton.records('Task')).length, 2);
  await assertTold(baton, id, 'open_deal');
  await later('handoff.record', 'notify.deal_owner');
});

test('handed off by hand, taken by a rule, given back, and put off: each told once', async t => {
  const { baton, later } = await doubled(t);
  await keepMessages(baton);
  await globexIsKnown(baton);
  const ann = {
    email: 'ann@globex-inc.com',
    firstName: 'Ann',
    lastName: 'Byhand',
    company: 'Globex',
    title: 'VP Sales',
  };
  await actionsAs(baton, DANA).handOff({ lead: ann, key: 'by-hand' });
  const { id, repEmail, recordId } = await baton.handoff(ann.email);
  await saidOnce(baton, [{ user: DANA }, /Ann Byhand \(Globex\): handed to/]);
  assert.equal(repEmail, MARCUS);

  baton.clock.move(MINUTE);
  await changeRecord(baton, 'Lead', recordId, { OwnerId: await userId(baton, PRIYA), _as: RULE });
  await deliver(baton);
  await untilIdle(baton);
  const question = await onlyMessageSaying(baton, { user: DANA }, /Whose is/);
  await act(baton, DANA, clickOn(question, 'owner_restore'));
  await untilIdle(baton);

  await actionsAs(baton, MARCUS, id).snooze({ until: after(baton.clock.now(), 30 * MINUTE) });
  baton.clock.move(30 * MINUTE);
  await hurry(baton);
  await saidOnce(baton, [{ user: MARCUS }, /The lead Ann Byhand is back/]);
  await assertTold(baton, id, 'owner_changed', 'owner_changed', 'owner_decided', 'snoozed', 'woken');
  await later('notify.manual_lead', 'crm.event', 'notify.owner_change', 'owner.restore', 'handoff.wake');
});

test('Salesforce is looked into: told once', async t => {
  const { baton, later } = await doubled(t);
  const by = { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, DANA) };
  assert.equal(await askInspection(baton.app.deps, by), 'begun');
  await saidOnce(baton, [{ user: DANA }, /Salesforce (and|fits) the playbook/]);
  await later('crm.inspect');
});
