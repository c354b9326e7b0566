import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { beginReports } from '../../src/reports/weekly.ts';
import { handedOff } from '../helpers/leads.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const DANA = 'dana@example.com';
const CHANNEL = 'mql-handoffs';

interface File {
  name: string;
  url_private: string;
}

interface Shown extends Message {
  replies: { files?: File[] }[];
}

const filesUnder = (message: Shown | undefined) => message?.replies.flatMap(reply => reply.files ?? []) ?? [];

const reports = async (baton: System, where: { user: string } | { channel: string }) =>
  ((await baton.messages(where)) as Shown[]).filter(message =>
    JSON.stringify(message.blocks ?? []).includes('Leads Nov 23 – Nov 29, 2026'),
  );

const kindsOf = (message: Message | undefined) => message?.blocks.map(block => (block as { type: string }).type) ?? [];

const file = (baton: System, where: { user: string } | { channel: string }, ending: string) =>
  until(`a ${ending} file`, async () =>
    ((await baton.messages(where)) as Shown[]).flatMap(filesUnder).find(one => one.name.endsWith(ending)),
  );

async function bytes(baton: System, url: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${baton.env.SLACK_BOT_TOKEN}` } });
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

test('a week passes: one report in the channel, one for its manager, and one with every lead for who asks', async t => {
  const baton = await system(t);
  const { db } = baton.app.deps;
  const emma = await handedOff(baton, 'emma');
  await handedOff(baton, 'medium');
  const card = await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  assert.equal(emma.repEmail, 'marcus@example.com');
  await baton.press('marcus@example.com', card, 'claim');
  await db('handoffs')
    .where({ id: emma.id })
    .update({ state: 'contacted', contacted_at: new Date((emma.assignedAt ?? assert.fail()).getTime() + 10 * MINUTE) });
  await db('leads').where({ id: emma.leadId }).update({ name: '=HYPERLINK("http://evil.example","Emma")' });

  // From Tuesday 13:00 in New York to Monday 08:59: nothing is due; ten minutes later it is.
  baton.clock.move(6 * DAY - 4 * HOUR - 5 * MINUTE);
  await beginReports(baton.app.deps);
  assert.deepEqual(await db('reports').select('id'), []);
  baton.clock.move(10 * MINUTE);
  await Promise.all([1, 2, 3].map(() => beginReports(baton.app.deps)));
  assert.equal((await db('reports')).length, 1);
  const shown = await until('the report in the channel', async () =>
    (await reports(baton, { channel: CHANNEL })).at(0),
  );
  await until('every place has it', async () => (await db('report_posts').whereNull('done_at')).length === 0);
  await beginReports(baton.app.deps);
  await baton.settled();
  assert.equal((await reports(baton, { channel: CHANNEL })).length, 1);
  assert.equal((await reports(baton, { user: DANA })).length, 1);
  assert.deepEqual((await reports(baton, { user: 'marcus@example.com' })).length, 0);

  assert.match(shown.text, /^\*2 leads\* from marketing: 1 not claimed yet, 1 contacted\n/);
  assert.match(shown.text, /In time: \*1 of \d/);
  assert.deepEqual(kindsOf(shown).slice(0, 5), [
    'header',
    'section',
    'data_visualization',
    'data_visualization',
    'data_table',
  ]);

  await baton.post('/_sandbox/slack/act', { user: DANA, command: { text: 'report last week' } });
  await until('Dana hears that it comes', async () =>
    (await baton.messages({ user: DANA })).find(one => /I am preparing the report of last week/.test(one.text)),
  );
  const csv = await file(baton, { user: DANA }, '.csv');
  assert.equal(csv.name, 'baton-2026-11-23_2026-11-29.csv');
  const text = (await bytes(baton, csv.url_private)).toString('utf8');
  assert.equal(text.charCodeAt(0), 0xfeff);
  assert.equal(text.trim().split('\r\n').length, 3, 'a head and two leads');
  assert.match(text, /^"'=HYPERLINK\(""http:\/\/evil\.example"",""Emma""\)",emma\.thompson@acmecorp\.com,/m);
  assert.match(text, /,kept,[\d.]+,600,600\r$/m, 'ten minutes, all of them at work');
  assert.equal((await reports(baton, { user: DANA })).length, 2);

  await baton.post('/_sandbox/slack/act', { user: 'marcus@example.com', command: { text: 'report' } });
  await until('Marcus hears who may', async () =>
    (await baton.messages({ user: 'marcus@example.com' })).find(one => /for managers and admins/.test(one.text)),
  );
});

test('where Slack draws no charts a picture hangs under the report; a lost answer doubles nothing', async t => {
  const baton = await system(t);
  const { db } = baton.app.deps;
  await handedOff(baton, 'emma');
  // Monday 08:00 in New York: the weekly one is not due yet.
  baton.clock.move(6 * DAY - 5 * HOUR);
  const refusal = { ok: false, error: 'invalid_blocks', errors: ['unsupported type: data_visualization'] };
  // The second form is taken and its answer lost; so is the answer of the picture.
  const fault = (more: object) => baton.post('/_sandbox/fault', { service: 'slack', ...more });
  await baton.settled();
  await fault({ path: 'chat.postMessage', body: refusal });
  await fault({ path: 'chat.postMessage', after: 'after', reset: true });
  await fault({ path: 'files.completeUploadExternal', after: 'after', reset: true });
  await baton.post('/_sandbox/slack/act', { user: DANA, command: { text: 'report last week' } });
  await until('it is begun', async () => (await db('report_posts').whereNotNull('begun_at')).length === 1);
  await until('it is done', async () => {
    // What is put off is put off by the real clock: it need not be waited for.
    await db.raw('update graphile_worker._private_jobs set run_at = now() where locked_by is null');
    return (await db('report_posts').whereNull('done_at')).length === 0;
  });
  const own = (await baton.messages({ user: DANA })) as Shown[];
  const [report, ...more] = own.filter(one => kindsOf(one).includes('data_table'));
  assert.deepEqual(more, []);
  assert.ok(!kindsOf(report).includes('data_visualization'));
  const names = filesUnder(report).map(({ name }) => name);
  assert.deepEqual(names, ['baton-2026-11-23_2026-11-29.png', 'baton-2026-11-23_2026-11-29.csv']);
  const png = await file(baton, { user: DANA }, '.png');
  assert.equal((await bytes(baton, png.url_private)).subarray(1, 4).toString(), 'PNG');
});
