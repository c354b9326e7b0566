/** More alarms for one manager than they can take: one message, which changes with its leads. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { timePasses, untilIdle } from '../helpers/jobs.ts';
import { EVERY_TENTH, leadCrosses, numberedLeadCrosses } from '../helpers/leads.ts';
import { actionsIn, blocksOf, messagesSaying, untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { act, click, clickOn, modalShows, openModal } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { breakCalls } from '../helpers/vendors.ts';

const DMS = { user: DANA };
const ALARM = /ha(s|ve) not reached out to|Nobody has reached out to/;

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

test('26 alarms after one burst are one message; a company is named once', async t => {
  const baton = await nobodyCalls(t, 25);
  const told = await alarms(baton);
  assert.deepEqual(
    told.map(({ text }) => text),
    ['Nobody has reached out to 26 leads'],
  );
  const [digest] = told;
  const words = blocksOf(digest);
  assert.equal(words.match(/Company 0\b/g)?.length, 1);
  assert.match(words, /\*Company 0\*: 2 leads\\n.*Number 0\*.*with (Marcus Chen|Priya Nair)/);
  assert.equal(actionsIn(digest).filter(id => id === 'sla_view').length, 26);
  await timePasses(baton, MINUTE);
  assert.equal((await alarms(baton)).length, 1);
});

test('from the list Dana opens one alarm and takes the lead; a call ends another; at last all are done', async t => {
  const baton = await nobodyCalls(t, 5);
  const digest = await untilSaid(baton, DMS, /Nobody has reached out to 6 leads/);
  const first = await idOf(baton, 'lee@company-0.com');
  const modal = await openModal(baton, DANA, clickOn(digest, 'sla_view', first));
  assert.match(JSON.stringify(modal), /has not reached out to .*Number 0.*sla_reassign.*sla_take.*sla_more_time/);
  await act(baton, DANA, click('sla_take', first));
  await modalShows(baton, DANA, /The lead is yours, and claimed/);
  await untilSaid(baton, DMS, /5 of 6 leads still wait.*Number 0\*: The lead is with Dana Ruiz now\./s);
  for (const index of [10, 20, 30, 40]) {
    await actionsAs(baton, DANA, await idOf(baton, `lee@company-${index}.com`)).logCall(CONNECTED);
  }
  await untilSaid(baton, DMS, /1 of 6 leads still waits/);
  await actionsAs(baton, DANA, await idOf(baton, 'max@company-0.com')).logCall(CONNECTED);
  const done = await untilSaid(baton, DMS, /All done: nothing is left to do about 6 leads/);
  assert.deepEqual(actionsIn(done), []);
  assert.equal(done.ts, digest.ts, 'it is the same message');
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
