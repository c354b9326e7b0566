/** Questions in plain words, from every place where one can ask, for whoever may know. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { askStanding } from '../../src/reports/standing.ts';
import { beginReports } from '../../src/reports/weekly.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { handedOff, leadCrosses } from '../helpers/leads.ts';
import { answersTo, blocksOf, mql, repliesTo, untilAnswered, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, SARAH } from '../helpers/people.ts';
import { act, click, clickOn, modalShows, openModal, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

/** Emma is Marcus's and was called after ten minutes; another lead waits. */
async function twoLeads(t: TestContext): Promise<System> {
  const baton = await system(t);
  await slackIdOf(baton, SARAH);
  const { id } = await handedOff(baton);
  baton.clock.move(10 * MINUTE);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await handedOff(baton, 'medium');
  return baton;
}

/** The message of theirs that says this, with its replies, once there are so many. */
const threadOf = (baton: System, user: string, said: RegExp, replies: number): Promise<Message> =>
  until(`${user} is answered in the thread of ${said}`, async () => {
    const found = (await baton.messages({ user })).find(message => said.test(message.text));
    return found && repliesTo(found).length >= replies ? found : undefined;
  });

test('marketing asks in a DM, is answered in the thread with a receipt, and goes on from there', async t => {
  const baton = await twoLeads(t);
  await act(baton, SARAH, { message: { text: 'Which MQLs from this month have not been contacted by a rep?' } });
  const asked = await threadOf(baton, SARAH, /^Which MQLs/, 1);
  assert.match(
    repliesTo(asked)[0] ?? '',
    /\*Leads · not contacted yet · this month\*.*\*1 lead\*.*From 1 lead · Sun, Nov 1 to Mon, Nov 30.*As of .*newest signal/s,
  );
  await act(baton, SARAH, { message: { text: 'and by team?', thread_ts: asked.ts } });
  assert.match(repliesTo(await threadOf(baton, SARAH, /^Which MQLs/, 3))[2] ?? '', /Leads by team.*SDRs: \*1\*/s);
});

test('a rep asks about themselves; others are not theirs to know; what nobody understands is not guessed', async t => {
  const baton = await twoLeads(t);
  const said = async (user: string, words: string) => wordsOf(await mql(baton, user, `ask ${words}`));
  assert.match(await said(MARCUS, 'my average response time this month'), /Average rep response time.*10 m/s);
  assert.match(await said(MARCUS, 'who is the slowest rep'), /for their managers, viewers and admins/);
  assert.match(await said(DANA, 'who is the slowest rep'), /Marcus Chen/);
  assert.match(await said(MARCUS, 'how many blue leads'), /didn’t understand “blue”.*You can ask:.*ask how many/s);
  assert.match(await said(MARCUS, 'what happened to Emma Thompson'), /\*Emma Thompson\*/);
  assert.match(await said(SARAH, 'reassign all leads to me'), /Questions change nothing/);
});

test('a mention is answered to the asker alone', async t => {
  const baton = await twoLeads(t);
  await act(baton, DANA, { message: { text: '<@U0BATONBOT> open leads per rep', channel: '#mql-handoffs' } });
  assert.match(await untilAnswered(baton, DANA, /Leads by rep/), /Marcus Chen: \*2\*/);
});

test('a number opens as a list, comes as a file, and comes by itself until it is stopped', async t => {
  const baton = await twoLeads(t);
  const number = await mql(baton, SARAH, 'ask how many MQLs came in this week');
  assert.match(number.text, /\*2 leads\*/);
  await act(baton, SARAH, clickOn(number, 'question_leads'));
  await untilAnswered(baton, SARAH, /\*2 leads\*.*Emma Thompson/s);
  await act(baton, SARAH, clickOn(number, 'question_file'));
  await until('the file is there', async () =>
    JSON.stringify(await baton.messages({ user: SARAH })).includes('baton-leads-2026-11-24.csv'),
  );
  const standing = await mql(baton, SARAH, 'ask every Monday: MQLs by campaign last week');
  assert.match(wordsOf(standing), /comes to your DM every monday/);
  baton.clock.move(6 * DAY);
  await askStanding(baton.app.deps);
  await hurry(baton);
  const came = await untilSaid(baton, { user: SARAH }, /Leads by campaign · last week · every Monday/);
  await act(baton, SARAH, clickOn(came, 'question_end'));
  await untilAnswered(baton, SARAH, /no longer comes by itself/);
});

test('a viewer sees every lead on Home and in lists, and changes none', async t => {
  const baton = await system(t);
  await slackIdOf(baton, SARAH);
  const { id } = await handedOff(baton);
  await act(baton, SARAH, { home: {} });
  const state = await until('Home is drawn', async () => {
    const { homes } = await baton.get<{ homes: Record<string, unknown> }>('/_sandbox/slack/state');
    return homes.U0SARAH;
  });
  assert.match(JSON.stringify(state), /Emma Thompson/);
  assert.doesNotMatch(JSON.stringify(state), /home_bulk|"reassign:/);
  await openModal(baton, SARAH, click('details', id));
  await modalShows(baton, SARAH, /Emma Thompson.*Why now/);
  assert.match((await mql(baton, SARAH, 'list open')).text, /Emma Thompson/);
  assert.match((await mql(baton, SARAH, `claim ${id}`)).text, /^Only /);
  assert.equal((await baton.handoff(EMMA)).claimedBy, null);
});

test('marketing’s week comes to the viewer, by campaign and source, with every lead in a file', async t => {
  const baton = await twoLeads(t);
  await leadCrosses(baton, { email: 'low@example.net' });
  baton.clock.move(6 * DAY + HOUR);
  await beginReports(baton.app.deps);
  await hurry(baton);
  const report = await untilSaid(baton, { user: SARAH }, /Marketing, Nov 23 to 29/);
  assert.match(report.text, /\*1 of 2 MQLs contacted \(50%\)\*/);
  assert.match(blocksOf(report), /data_visualization.*"line".*By campaign, most MQLs first.*By lead source/s);
  assert.match(wordsOf(report), /Not contacted yet: 1/);
  await until('the file is under it', async () => {
    await hurry(baton);
    const [again] = (await baton.messages({ user: SARAH })).filter(({ ts }) => ts === report.ts);
    return JSON.stringify(again?.replies ?? []).includes('.csv');
  });
});

test('whoever opens the Messages tab is offered questions of their role', async t => {
  const baton = await system(t);
  await slackIdOf(baton, SARAH);
  await act(baton, SARAH, { home: { tab: 'messages' } });
  await until('prompts are offered', async () => {
    const { prompts } = await baton.get<{ prompts: object }>('/_sandbox/slack/state');
    return /Not contacted yet/.test(JSON.stringify(prompts));
  });
  assert.deepEqual((await answersTo(baton, SARAH)).length, 0);
});
