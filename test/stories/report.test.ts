/** The week's report: in its channel, with its manager, and for whoever asks. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { beginReports } from '../../src/reports/weekly.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { untilIdle } from '../helpers/jobs.ts';
import { companyIsKnown, handedOff, leadCrosses } from '../helpers/leads.ts';
import { blocksOf, messagesSaying, mql, untilSaid } from '../helpers/messages.ts';
import { ALL_CHANNEL, DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { act } from '../helpers/slack.ts';
import { type Conversation, type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { breakCalls } from '../helpers/vendors.ts';

interface File {
  name: string;
  url_private: string;
}

const WEEK = /Sales, Nov 23 to 29/;

/** The reports of the week that a place shows. */
const reports = (baton: System, where: Conversation) => messagesSaying(baton, where, WEEK);

/** The files under a message. */
const filesUnder = (message: Message | undefined): File[] =>
  ((message?.replies ?? []) as { files?: File[] }[]).flatMap(reply => reply.files ?? []);

const kindsOf = (message: Message | undefined) => message?.blocks.map(block => (block as { type: string }).type) ?? [];

/** Waits for a file of this ending under one of the reports; answers its name and what it holds. */
async function fileOf(baton: System, where: Conversation, ending: string): Promise<{ name: string; bytes: Buffer }> {
  const { name, url_private } = await until(`a ${ending} file`, async () => {
    await hurry(baton);
    return (await reports(baton, where)).flatMap(filesUnder).find(file => file.name.endsWith(ending));
  });
  const response = await fetch(url_private, { headers: { authorization: `Bearer ${baton.env.SLACK_BOT_TOKEN}` } });
  assert.equal(response.status, 200);
  return { name, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Emma, whose name is a formula, is reached ten minutes after Marcus got her; another lead is not claimed yet. */
async function aWeekOfLeads(t: TestContext): Promise<System> {
  const baton = await system(t);
  await companyIsKnown(baton);
  await leadCrosses(baton, { email: EMMA, firstname: '=HYPERLINK("http://evil.example","Emma")', lastname: '' });
  const { id, repEmail } = await baton.handoff(EMMA);
  assert.equal(repEmail, MARCUS);
  await actionsAs(baton, MARCUS, id).claim();
  baton.clock.move(10 * MINUTE);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await handedOff(baton, 'medium');
  return baton;
}

test('a week passes: one report in the channel and one for its manager', async t => {
  const baton = await aWeekOfLeads(t);
  // From Tuesday 13:10 in New York to Monday 08:59: nothing is due; ten minutes later it is.
  baton.clock.move(6 * DAY - 4 * HOUR - 15 * MINUTE);
  await beginReports(baton.app.deps);
  await untilIdle(baton);
  assert.deepEqual([await reports(baton, ALL_CHANNEL), await reports(baton, { user: DANA })], [[], []]);
  baton.clock.move(10 * MINUTE);
  await Promise.all([1, 2, 3].map(() => beginReports(baton.app.deps)));
  await untilSaid(baton, ALL_CHANNEL, WEEK);
  await untilSaid(baton, { user: DANA }, WEEK);
  await beginReports(baton.app.deps);
  await untilIdle(baton);
  const [report, ...more] = await reports(baton, ALL_CHANNEL);
  assert.ok(report && more.length === 0);
  assert.equal((await reports(baton, { user: DANA })).length, 1);
  assert.deepEqual(await reports(baton, { user: MARCUS }), []);
  assert.match(report.text, /^\*1 of \d contacted in time \(\d+%\)\*/);
  assert.match(report.text, /\n2 MQLs: 1 not claimed yet, 1 contacted\n/);
  const [chart, table] = ['data_visualization', 'data_table'];
  assert.deepEqual(kindsOf(report).slice(0, 5), ['header', 'section', chart, chart, table]);
});

test('whoever asks and may has a report with every lead, which no spreadsheet takes for a formula', async t => {
  const baton = await aWeekOfLeads(t);
  // Monday 08:00 in New York: the weekly one is not due yet.
  baton.clock.move(6 * DAY - 5 * HOUR - 10 * MINUTE);
  assert.match((await mql(baton, DANA, 'report last week')).text, /I am preparing the report of last week/);
  const { name, bytes } = await fileOf(baton, { user: DANA }, '.csv');
  assert.equal(name, 'baton-2026-11-23_2026-11-29.csv');
  const csv = bytes.toString('utf8');
  assert.equal(csv.charCodeAt(0), 0xfeff);
  assert.equal(csv.trim().split('\r\n').length, 3, 'a head and two leads');
  assert.match(csv, /^"'=HYPERLINK\(""http:\/\/evil\.example"",""Emma""\)",emma\.thompson@acmecorp\.com,/m);
  assert.match(csv, /,met,[\d.]+,(6\d\d(?:\.\d)?),\1\r$/m, 'ten minutes, all of them at work');
  assert.equal((await reports(baton, { user: DANA })).length, 1);
  assert.match((await mql(baton, MARCUS, 'report')).text, /for managers, viewers and admins/);
  assert.match(
    (await mql(baton, DANA, 'report')).text,
    /I am preparing the report of this week/,
    'on the first day too',
  );
});

test('where Slack draws no charts a picture hangs under the report; a lost answer doubles nothing', async t => {
  const baton = await system(t);
  await handedOff(baton);
  // Monday 08:00 in New York: the weekly one is not due yet.
  baton.clock.move(6 * DAY - 5 * HOUR);
  await baton.settled();
  const refusal = { ok: false, error: 'invalid_blocks', errors: ['unsupported type: data_visualization'] };
  const post = { service: 'slack', path: 'chat.postMessage' };
  const upload = { service: 'slack', path: 'files.completeUploadExternal' };
  const lost = { after: 'after', reset: true } as const;
  // The second form is taken and its answer lost; so is the answer of the picture.
  await breakCalls(baton, { ...post, body: refusal }, { ...post, ...lost }, { ...upload, ...lost });
  await act(baton, DANA, { command: { text: 'report last week' } });
  const { bytes } = await fileOf(baton, { user: DANA }, '.png');
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  await fileOf(baton, { user: DANA }, '.csv');
  await untilIdle(baton);
  const [report, ...more] = await reports(baton, { user: DANA });
  assert.deepEqual(more, []);
  assert.ok(!blocksOf(report).includes('data_visualization'));
  const names = filesUnder(report).map(({ name }) => name);
  assert.deepEqual(names, ['baton-2026-11-23_2026-11-29.png', 'baton-2026-11-23_2026-11-29.csv']);
});
