/** More alarms for one manager than they can take: one message, which changes with its leads. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { timePasses, untilIdle } from '../helpers/jobs.ts';
import { EVERY_TENTH, leadCrosses, numberedLeadCrosses } from '../helpers/leads.ts';
import { actionsIn, blocksOf, messagesSaying, untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { act, click, clickOn, modalShows, openModal, shown, submit } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { breakCalls } from '../helpers/vendors.ts';

const DMS = { user: DANA };
const ALARM = /No contact yet|\d leads are (overdue|without)/;

/** So many HIGH leads, each of a company of its own, and what is to be added, wait for 90 minutes. */
async function nobodyCalls(t: TestContext, count: number, strike?: (baton: System) => Promise<unknown>) {
  const baton = await system(t);
  const all = Array.from({ length: count }, (_, at) => at * EVERY_TENTH);
  await Promise.all(all.map(index => numberedLeadCrosses(baton, index)));
  const colleague = { email: 'max@company-0.com', lastname: 'Colleague', company: 'Company 0' };
  await leadCrosses(baton, { ...colleague, jobtitle: 'VP Operations', country: 'United States' });
  await untilIdle(baton);
  await strike?.(baton);
  await timePasses(baton, 90 * MINUTE);
  return baton;
}

const idOf = async (baton: System, email: string) => (await baton.handoff(email)).id;
const alarms = (baton: System) => messagesSaying(baton, DMS, ALARM);

test('26 alarms after one burst are one message, by rep; a company is named once in its list', async t => {
  const baton = await nobodyCalls(t, 25);
  const told = await alarms(baton);
  assert.deepEqual(
    told.map(({ text }) => text),
    ['26 leads are overdue: 17 with Marcus Chen, 9 with Priya Nair.'],
  );
  const [digest] = told;
  assert.match(
    blocksOf(digest),
    /Oldest<!date.*\*Marcus Chen \(17\):\* Lee Number.* and 9 more.*\*Priya Nair \(9\):\*/,
  );
  assert.deepEqual(actionsIn(digest), ['sla_digest_reassign', 'sla_digest_wait', 'sla_digest_show']);
  await openModal(baton, DANA, clickOn(digest as Message, 'sla_digest_show'));
  const { modal } = await shown(baton, DANA);
  assert.equal(modal.match(/Company 0\b/g)?.length, 1);
  assert.equal(modal.match(/"sla_view"/g)?.length, 26);
  await timePasses(baton, MINUTE);
  assert.equal((await alarms(baton)).length, 1);
});

test('from the list Dana opens one alarm and takes the lead; a call ends another; at last all are done', async t => {
  const baton = await nobodyCalls(t, 5);
  const digest = await untilSaid(baton, DMS, /6 leads are overdue/);
  const first = await idOf(baton, 'lee@company-0.com');
  await openModal(baton, DANA, clickOn(digest, 'sla_digest_show'));
  const modal = await openModal(baton, DANA, click('sla_view', first));
  assert.match(JSON.stringify(modal), /No contact yet: .*Number 0.*sla_give.*sla_more_time/);
  await act(baton, DANA, click('sla_more', `take:${first}`));
  await modalShows(baton, DANA, /The lead is yours, and claimed/);
  await untilSaid(baton, DMS, /5 leads are overdue.*1 lead of these done/s);
  for (const index of [10, 20, 30, 40]) {
    await actionsAs(baton, DANA, await idOf(baton, `lee@company-${index}.com`)).logCall(CONNECTED);
  }
  await untilSaid(baton, DMS, /1 lead is overdue/);
  await actionsAs(baton, DANA, await idOf(baton, 'max@company-0.com')).logCall(CONNECTED);
  const done = await untilSaid(baton, DMS, /:white_check_mark: All done: nothing is left to do about 6 leads/);
  assert.deepEqual(actionsIn(done), []);
  assert.equal(done.ts, digest.ts, 'it is the same message');
});

test('from one message Dana moves all that still wait', async t => {
  const baton = await nobodyCalls(t, 5);
  const digest = await untilSaid(baton, DMS, /6 leads are overdue/);
  await openModal(baton, DANA, clickOn(digest, 'sla_digest_reassign'));
  await submit(baton, DANA, { to: `person:${DANA}` });
  await modalShows(baton, DANA, /6 leads moved: 6 to \*Dana Ruiz\*/);
  const done = await untilSaid(baton, DMS, /All done/);
  assert.deepEqual([done.ts, actionsIn(done)], [digest.ts, []]);
});

test('up to `burst` alarms are messages of their own', async t => {
  const baton = await nobodyCalls(t, 4);
  assert.equal((await alarms(baton)).length, 5);
});

test('Slack’s answer to the message is lost: it is found again, and there is one', async t => {
  const lost = { service: 'slack', path: '/api/chat.postMessage', reset: true, after: 'after' } as const;
  const baton = await nobodyCalls(t, 8, it => breakCalls(it, lost));
  const told: Message[] = await alarms(baton);
  assert.equal(told.length, 1, told.map(({ text }) => text).join('\n'));
});
