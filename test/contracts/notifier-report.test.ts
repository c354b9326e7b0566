/** Reports and files in Slack: found again after a lost answer, plainer where Slack draws less, and refusals told apart. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { slack } from '../../sandbox/slack/service.ts';
import type { Place } from '../../src/contracts/notifier.ts';
import type { Report } from '../../src/domain/report.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { slackClient, slackNotifier } from '../../src/slack/notifier.ts';

const NOW = new Date('2026-11-30T14:00:00Z');
const clock: Clock = { now: () => NOW };
const CHANNEL: Place = { kind: 'channel', channel: '#mql-handoffs' };
const MARK = { key: 'report-1', since: NOW };
const FILE = { name: 'leads.csv', title: 'Leads', bytes: Buffer.from('\ufeffa,b\r\n') };

const measured = { touchP50: 60_000, touchP90: 90_000, systemP50: 900, systemP95: 4_000 };
const group = { name: 'Marcus Chen', handoffs: 2, contacted: 1, promised: 2, kept: 1, ...measured };
const report: Report = {
  from: new Date('2026-11-23T05:00:00Z'),
  to: new Date('2026-11-30T05:00:00Z'),
  zone: 'America/New_York',
  asOf: NOW,
  all: group,
  reps: [group],
  teams: [],
  sources: [],
  priorities: [],
  hours: [],
  outcomes: [],
  rejects: [],
  cold: { total: 0, first: [] },
  unrouted: { total: 0, first: [] },
  before: [],
  threshold: 50,
};

interface Message {
  channel: string;
  ts: string;
  blocks?: { type: string }[];
  replies: { files?: { name: string }[] }[];
}

async function stage(t: TestContext) {
  const sandbox = await startSandbox({ services: [slack], clock });
  t.after(() => sandbox.close());
  const { SLACK_API_URL: apiUrl = '', SLACK_BOT_TOKEN: token = '' } = sandbox.env();
  return {
    notifier: slackNotifier({ client: slackClient(token, { apiUrl }), clock }),
    fault: (fault: Omit<FaultRequest, 'service'>) => sandbox.fault({ service: 'slack', ...fault }),
    refuse: (error: string, path = 'chat.postMessage') =>
      sandbox.fault({ service: 'slack', path, body: { ok: false, error } }),
    shown: async () => {
      const response = await fetch(`${sandbox.url}/_sandbox/slack/messages?channel=mql-handoffs`);
      return ((await response.json()) as { messages: Message[] }).messages;
    },
  };
}

const kinds = (message: Message | undefined) =>
  message?.blocks?.map(block => block.type).filter(kind => /^data_/.test(kind));

test('charts and a table where Slack takes them, the table alone, words alone; what else is wrong is no form', async t => {
  const { notifier, refuse, shown } = await stage(t);
  const rich = await notifier.report(CHANNEL, report, MARK, false);
  refuse('invalid_blocks');
  const plainer = await notifier.report(CHANNEL, report, { ...MARK, key: '2' }, false);
  refuse('invalid_blocks');
  refuse('invalid_blocks');
  const plain = await notifier.report(CHANNEL, report, { ...MARK, key: '3' }, false);
  assert.deepEqual([rich.pictured, plainer.pictured, plain.pictured], [false, true, true]);
  assert.deepEqual((await shown()).map(kinds), [
    ['data_visualization', 'data_visualization', 'data_table'],
    ['data_table'],
    [],
  ]);
  for (let form = 0; form < 3; form += 1) refuse('invalid_blocks');
  await assert.rejects(notifier.report(CHANNEL, report, { ...MARK, key: '4' }, false), Rejected);
  refuse('is_archived');
  await assert.rejects(notifier.report(CHANNEL, report, { ...MARK, key: '5' }, false), /archived/);
  assert.equal((await shown()).length, 3);
});

test('after a lost answer the report is found, and whether a picture belongs under it is known', async t => {
  const { notifier, fault, refuse, shown } = await stage(t);
  fault({ path: 'chat.postMessage', after: 'after', reset: true });
  await assert.rejects(notifier.report(CHANNEL, report, MARK, false), Unavailable);
  const found = await notifier.report(CHANNEL, report, MARK, true);
  refuse('invalid_blocks');
  fault({ path: 'chat.postMessage', after: 'after', reset: true });
  await assert.rejects(notifier.report(CHANNEL, report, { ...MARK, key: '2' }, false), Unavailable);
  const other = await notifier.report(CHANNEL, report, { ...MARK, key: '2' }, true);
  const messages = await shown();
  assert.deepEqual(
    [found, other],
    messages.map(({ channel, ts }, index) => ({ channel, ts, pictured: index === 1 })),
  );
});

test('a file hangs under its message once, and a missing permission stops nothing else', async t => {
  const { notifier, fault, refuse, shown } = await stage(t);
  const posted = await notifier.report(CHANNEL, report, MARK, false);
  fault({ path: 'files.completeUploadExternal', after: 'after', reset: true });
  await assert.rejects(notifier.attach(posted, FILE, false), Unavailable);
  await notifier.attach(posted, FILE, true);
  await notifier.attach(posted, { ...FILE, name: 'charts.png', alt: 'Leads by week' }, true);
  const names = (await shown())[0]?.replies.flatMap(reply => reply.files ?? []).map(file => file.name);
  assert.deepEqual(names, ['leads.csv', 'charts.png']);

  refuse('missing_scope', 'files.getUploadURLExternal');
  await assert.rejects(notifier.attach(posted, { ...FILE, name: 'x' }, false), (error: unknown) => {
    assert.ok(error instanceof Rejected);
    return /files:write/.test(error.message);
  });
  refuse('token_revoked', 'files.getUploadURLExternal');
  await assert.rejects(notifier.attach(posted, { ...FILE, name: 'x' }, false), CredentialsRejected);
  fault({ path: '/files/upload/', status: 503 });
  await assert.rejects(notifier.attach(posted, { ...FILE, name: 'x' }, false), Unavailable);
});
