import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { verifySlackRequest } from '@slack/bolt';
import { type Logger, LogLevel, WebAPIHTTPError, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { slack } from '../../sandbox/slack/service.ts';
import { APP } from '../../sandbox/slack/world.ts';
import type { Clock } from '../../src/lib/clock.ts';

const HANDOFFS = 'C0HANDOFFS';
const MARCUS = 'U0MARCUS';

/** A clock that stands still until told otherwise. */
const clock: Clock & { at: number } = {
  at: Date.UTC(2026, 10, 23, 17),
  now() {
    return new Date(this.at);
  },
};

/** What the app under test would be: it checks signatures with Bolt's own code and answers as the test says. */
interface Received {
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}
let received: Received[] = [];
let answer: (request: Received) => { status?: number; body?: string; headers?: Record<string, string> } = () => ({});

let sandbox: Sandbox;
let receiver: Server;
let client: WebClient;

before(async () => {
  receiver = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const request = { headers: req.headers, body: Buffer.concat(chunks).toString('utf8') };
    received.push(request);
    const { status = 200, body = '', headers = {} } = answer(request);
    res.writeHead(status, { connection: 'close', ...headers }).end(body);
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  const appUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  sandbox = await startSandbox({ services: [slack], clock, appUrl });
  client = connect();
});

after(async () => {
  receiver.closeAllConnections();
  await new Promise(resolve => receiver.close(resolve));
  await sandbox.close();
});

beforeEach(() => {
  sandbox.reset();
  received = [];
  answer = () => ({});
});

/** Refusals are what is tested here; the client need not print them. */
const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};

/** The real client, with nothing but the address changed. */
function connect(token = sandbox.env().SLACK_BOT_TOKEN, options = {}): WebClient {
  return new WebClient(token, {
    slackApiUrl: sandbox.env().SLACK_API_URL ?? '',
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent,
    ...options,
  });
}

async function control<T = Record<string, unknown>>(path: string, body?: unknown, expected = 200): Promise<T> {
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.equal(response.status, expected, text);
  return JSON.parse(text) as T;
}

interface Shown {
  ts: string;
  text: string;
  ephemeral: boolean;
  replies: Shown[];
  blocks?: Record<string, unknown>[];
  files?: { id: string }[];
  metadata?: unknown;
  edited?: unknown;
}

const messages = async (query: string) => (await control<{ messages: Shown[] }>(`slack/messages?${query}`)).messages;
const refuses = (call: Promise<unknown>, code: string) =>
  assert.rejects(call, (error: { data?: { error?: string } }) => {
    assert.equal(error.data?.error, code);
    return true;
  });

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (action_id: string, more = {}) => ({
  type: 'button',
  action_id,
  text: { type: 'plain_text', text: 'Claim' },
  ...more,
});
const card = [
  section('Emma Thompson'),
  {
    type: 'actions',
    block_id: 'buttons',
    elements: [button('claim', { value: 'h1' }), button('log', { value: 'h1' })],
  },
];
const modal = (more = {}) => ({
  type: 'modal' as const,
  callback_id: 'log_call',
  title: { type: 'plain_text' as const, text: 'Log call' },
  submit: { type: 'plain_text' as const, text: 'Save' },
  blocks: [
    {
      type: 'input',
      block_id: 'outcome',
      label: { type: 'plain_text', text: 'Outcome' },
      element: {
        type: 'static_select',
        action_id: 'pick',
        options: ['connected', 'voicemail'].map(value => ({ text: { type: 'plain_text', text: value }, value })),
      },
    },
    {
      type: 'input',
      block_id: 'notes',
      optional: true,
      label: { type: 'plain_text', text: 'Notes' },
      element: { type: 'plain_text_input', action_id: 'text', max_length: 10 },
    },
  ],
  ...more,
});

interface Payload {
  type: string;
  trigger_id: string;
  response_url: string;
  actions: { action_id: string; value: string; block_id: string }[];
  view: { id: string; hash: string; state: { values: Record<string, unknown> } };
  message?: { ts: string; metadata: unknown };
}
const payloadOf = (request: Received | undefined) =>
  JSON.parse(new URLSearchParams(request?.body).get('payload') ?? 'null') as Payload;
const act = (body: unknown, expected = 200) =>
  control<{ status: number; body: unknown; error?: string; outcome?: string; attempts: number }>(
    'slack/act',
    body,
    expected,
  );

/** Posts the card and lets Marcus press Claim; what the app got. */
async function pressed(): Promise<{ ts: string; payload: Payload }> {
  const { ts } = await client.chat.postMessage({ channel: HANDOFFS, text: 'New lead', blocks: card });
  await act({ user: MARCUS, click: { channel: HANDOFFS, ts, action_id: 'claim' } });
  return { ts: String(ts), payload: payloadOf(received.at(-1)) };
}

describe('tokens and scopes', () => {
  it('knows its bot and its team', async () => {
    const me = await client.auth.test();
    assert.deepEqual([me.team_id, me.user_id, me.bot_id], ['T0BATON', 'U0BATONBOT', 'B0BATON']);
    assert.equal((await client.team.info()).team?.name, 'Acme Sales');
    assert.equal((await client.bots.info({ bot: 'B0BATON' })).bot?.name, 'Baton');
    assert.equal((await client.apiCall('api.test', { foo: 'bar' })).ok, true);
  });

  it('refuses wrong, revoked and inactive tokens, each by its name', async () => {
    await refuses(connect('xoxb-wrong').auth.test(), 'invalid_auth');
    await refuses(connect('').auth.test(), 'not_authed');
    await control('slack/token', { state: 'inactive' });
    await refuses(client.auth.test(), 'account_inactive');
    await control('slack/token', { state: 'live' });
    await client.auth.revoke();
    await refuses(client.auth.test(), 'token_revoked');
  });

  it('names the scope that is missing and those there are', async () => {
    await control('slack/token', { scopes: ['chat:write', 'im:read'] });
    await assert.rejects(
      client.users.lookupByEmail({ email: 'marcus@example.com' }),
      (error: { data?: { error: string; needed: string; provided: string } }) => {
        const { error: code, needed, provided } = error.data ?? {};
        assert.deepEqual([code, needed, provided], ['missing_scope', 'users:read.email', 'chat:write,im:read']);
        return true;
      },
    );
    await refuses(client.conversations.list({ types: 'private_channel' }), 'missing_scope');
  });

  it('answers unknown_method to what it does not have', async () => {
    await refuses(client.apiCall('chat.shout'), 'unknown_method');
    assert.deepEqual(sandbox.takeUnknown(), ['POST /slack/api/chat.shout']);
  });

  it('reads JSON only where Slack does', async () => {
    const call = async (method: string, body: unknown) => {
      const response = await fetch(`${sandbox.env().SLACK_API_URL}${method}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${sandbox.env().SLACK_BOT_TOKEN}`,
          'content-type': 'application/json; charset=utf-8',
        },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { ok: boolean; error?: string };
    };
    assert.equal((await call('chat.postMessage', { channel: HANDOFFS, text: 'hi', blocks: card })).ok, true);
    assert.equal((await call('users.lookupByEmail', { email: 'marcus@example.com' })).error, 'invalid_arguments');
  });
});

describe('messages', () => {
  it('posts, shows, updates and deletes', async () => {
    const metadata = { event_type: 'handoff', event_payload: { id: 'h1' } };
    const { ts } = await client.chat.postMessage({
      channel: '#mql-handoffs',
      text: 'New lead',
      blocks: card,
      metadata,
    });
    const [shown] = await messages(`channel=${HANDOFFS}`);
    assert.deepEqual(shown?.metadata, metadata);
    assert.equal(shown?.blocks?.[1]?.block_id, 'buttons');
    assert.ok(shown?.blocks?.[0]?.block_id, 'Slack names the blocks that came without');
    const link = await client.chat.getPermalink({ channel: HANDOFFS, message_ts: String(ts) });
    assert.match(String(link.permalink), /\/archives\/C0HANDOFFS\/p\d+$/);

    await client.chat.update({ channel: HANDOFFS, ts: String(ts), text: 'Claimed by Marcus' });
    const [updated] = await messages('channel=mql-handoffs');
    assert.equal(updated?.text, 'Claimed by Marcus');
    assert.equal(updated?.blocks, undefined, 'text alone takes the blocks away');
    assert.deepEqual(updated?.metadata, metadata, 'metadata stays');
    assert.ok(updated?.edited);

    await client.chat.delete({ channel: HANDOFFS, ts: String(ts) });
    assert.deepEqual(await messages(`channel=${HANDOFFS}`), []);
    await refuses(client.chat.update({ channel: HANDOFFS, ts: String(ts), text: 'x' }), 'message_not_found');
  });

  it('opens the DM of the person it is sent to, always the same one', async () => {
    const opened = await client.conversations.open({ users: MARCUS });
    const { channel } = await client.chat.postMessage({ channel: MARCUS, text: 'Hello Marcus' });
    assert.equal(channel, opened.channel?.id);
    assert.deepEqual(
      (await messages('user=marcus@example.com')).map(one => one.text),
      ['Hello Marcus'],
    );
    assert.deepEqual(await messages('user=priya@example.com'), []);
  });

  it('keeps replies under their first message, and ephemeral ones to their reader', async () => {
    const { ts } = await client.chat.postMessage({ channel: HANDOFFS, text: 'New lead' });
    await client.chat.postMessage({ channel: HANDOFFS, text: 'Still waiting', thread_ts: String(ts) });
    await client.chat.postEphemeral({ channel: HANDOFFS, user: MARCUS, text: 'Only you' });
    const all = await messages(`channel=${HANDOFFS}`);
    assert.deepEqual(
      all.map(one => [one.text, one.replies.map(reply => reply.text)]),
      [['New lead', ['Still waiting']]],
    );
    const his = await messages(`channel=${HANDOFFS}&user=${MARCUS}`);
    assert.deepEqual(
      his.map(one => [one.text, one.ephemeral]),
      [
        ['New lead', false],
        ['Only you', true],
      ],
    );
    assert.deepEqual(
      (await messages(`user=${MARCUS}`)).map(one => one.text),
      ['Only you'],
    );
    const thread = await client.conversations.replies({ channel: HANDOFFS, ts: String(ts) });
    assert.deepEqual(
      thread.messages?.map(one => one.text),
      ['New lead', 'Still waiting'],
    );
  });

  it('pages history newest first, with metadata only when asked', async () => {
    for (const id of ['1', '2', '3']) {
      const metadata = { event_type: 'handoff', event_payload: { id } };
      await client.chat.postMessage({ channel: HANDOFFS, text: id, metadata });
    }
    const first = await client.conversations.history({ channel: HANDOFFS, limit: 2, include_all_metadata: true });
    assert.deepEqual(
      first.messages?.map(one => one.text),
      ['3', '2'],
    );
    assert.deepEqual(first.messages?.[0]?.metadata?.event_payload, { id: '3' });
    const cursor = String(first.response_metadata?.next_cursor);
    const second = await client.conversations.history({ channel: HANDOFFS, limit: 2, cursor });
    assert.deepEqual(
      second.messages?.map(one => [one.text, one.metadata]),
      [['1', undefined]],
    );
    assert.equal(second.has_more, false);
    await refuses(client.conversations.history({ channel: HANDOFFS, cursor: 'nonsense' }), 'invalid_cursor');
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    ['nowhere', { channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found'],
    ['a channel it is not in', { channel: '#general', text: 'x' }, 'not_in_channel'],
    ['nothing to say', { channel: HANDOFFS, text: ' ' }, 'no_text'],
    ['too much to say', { channel: HANDOFFS, text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['blocks that are no list', { channel: HANDOFFS, text: 'x', blocks: '{"a":' }, 'invalid_blocks_format'],
    [
      'metadata without a type',
      { channel: HANDOFFS, text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    [
      'metadata above 16 KB',
      { channel: HANDOFFS, text: 'x', metadata: { event_type: 'a', event_payload: { id: 'x'.repeat(17_000) } } },
      'metadata_too_large',
    ],
    ['a thread that is not there', { channel: HANDOFFS, text: 'x', thread_ts: '1.000001' }, 'cannot_reply_to_message'],
    ['no channel at all', { text: 'x' }, 'invalid_arguments'],
  ];
  for (const [what, args, code] of wrong) {
    it(`refuses ${what}: ${code}`, () => refuses(client.apiCall('chat.postMessage', args), code));
  }

  it('refuses archived channels, people who left and messages of others', async () => {
    await control('slack/channels', { id: HANDOFFS, archived: true });
    await refuses(client.chat.postMessage({ channel: HANDOFFS, text: 'x' }), 'is_archived');
    const dm = await client.chat.postMessage({ channel: MARCUS, text: 'x' });
    await control('slack/users', { email: 'marcus@example.com', deleted: true });
    await refuses(client.chat.postMessage({ channel: MARCUS, text: 'x' }), 'channel_not_found');
    await refuses(client.chat.postMessage({ channel: String(dm.channel), text: 'x' }), 'channel_not_found');
    await refuses(client.conversations.open({ users: MARCUS }), 'user_disabled');
    await act({ user: 'priya@example.com', message: { text: 'hello' } });
    const [hers] = await messages('user=priya@example.com');
    await refuses(client.chat.update({ channel: 'D0PRIYA', ts: String(hers?.ts), text: 'x' }), 'cant_update_message');
    await refuses(client.chat.delete({ channel: 'D0PRIYA', ts: String(hers?.ts) }), 'cant_delete_message');
  });

  it('takes one message a second and channel once so switched', async () => {
    await control('slack/limits', { perChannelPerSecond: true });
    await client.chat.postMessage({ channel: HANDOFFS, text: '1' });
    await assert.rejects(client.chat.postMessage({ channel: HANDOFFS, text: '2' }), (error: unknown) => {
      assert.ok(error instanceof WebAPIRateLimitedError);
      assert.equal(error.retryAfter, 1);
      return true;
    });
    await client.chat.postMessage({ channel: MARCUS, text: 'another place' });
    clock.at += 1_000;
    await client.chat.postMessage({ channel: HANDOFFS, text: '2' });
    assert.deepEqual(
      (await messages(`channel=${HANDOFFS}`)).map(one => one.text),
      ['1', '2'],
    );
  });

  it('takes reactions once each', async () => {
    const { ts } = await client.chat.postMessage({ channel: HANDOFFS, text: 'x' });
    const reaction = { channel: HANDOFFS, timestamp: String(ts), name: 'tada' };
    await client.reactions.add(reaction);
    await refuses(client.reactions.add(reaction), 'already_reacted');
  });

  it('shares an uploaded file', async () => {
    const file = Buffer.from('a,b\n1,2\n');
    await client.filesUploadV2({ channel_id: HANDOFFS, file, filename: 'report.csv', initial_comment: 'This week' });
    const [shown] = await messages(`channel=${HANDOFFS}`);
    assert.equal(shown?.text, 'This week');
    await refuses(client.files.completeUploadExternal({ files: [{ id: 'F0NOTHING', title: 'x' }] }), 'file_not_found');
    const shared = shown?.files?.[0];
    const info = await client.files.info({ file: shared?.id ?? '' });
    assert.deepEqual([info.file?.name, info.file?.size], ['report.csv', file.length]);
    const read = () =>
      fetch(info.file?.url_private_download ?? '', {
        headers: { authorization: `Bearer ${sandbox.env().SLACK_BOT_TOKEN}` },
        redirect: 'manual',
      });
    assert.equal(await (await read()).text(), file.toString());
    await refuses(client.files.info({ file: 'F0NOTHING' }), 'file_not_found');
    await control('slack/token', { without: ['files:read'] });
    await refuses(client.files.info({ file: shared?.id ?? '' }), 'missing_scope');
    assert.equal((await read()).status, 302, 'the sign-in page, as for anybody who may not');
  });
});

describe('people and channels', () => {
  it('finds people by e-mail, in any case, with their time zone', async () => {
    const { user } = await client.users.lookupByEmail({ email: 'Marcus@Example.com' });
    assert.deepEqual([user?.id, user?.tz, user?.deleted], [MARCUS, 'America/Los_Angeles', false]);
    await refuses(client.users.lookupByEmail({ email: 'nobody@example.com' }), 'users_not_found');
    await refuses(client.users.info({ user: 'U0NOBODY' }), 'user_not_found');
  });

  it('hides people who left, or not, as switched; users.info always shows them', async () => {
    await control('slack/users', { email: 'tom@example.com', deleted: true });
    await refuses(client.users.lookupByEmail({ email: 'tom@example.com' }), 'users_not_found');
    assert.equal((await client.users.info({ user: 'U0TOM' })).user?.deleted, true);
    await control('slack/limits', { findDeactivatedByEmail: true });
    assert.equal((await client.users.lookupByEmail({ email: 'tom@example.com' })).user?.deleted, true);
  });

  it('pages people and channels to their end', async () => {
    const names: (string | undefined)[] = [];
    for await (const page of client.paginate('users.list', { limit: 2 })) {
      names.push(...(page as unknown as { members: { name: string }[] }).members.map(one => one.name));
    }
    assert.deepEqual(names, ['marcus', 'priya', 'tom', 'dana', 'chan', 'sarah', 'baton']);
    await control('slack/channels', { name: 'old', archived: true });
    const channels: (string | undefined)[] = [];
    for await (const page of client.paginate('conversations.list', { limit: 1, exclude_archived: true })) {
      channels.push(...(page as unknown as { channels: { name: string }[] }).channels.map(one => one.name));
    }
    assert.deepEqual(channels, ['general', 'mql-handoffs', 'mql-mid-market']);
  });

  it('joins public channels and does not know private ones', async () => {
    await client.conversations.join({ channel: 'C0GENERAL' });
    assert.equal((await client.conversations.info({ channel: 'C0GENERAL' })).channel?.is_member, true);
    const made = await control<{ channel: { id: string } }>('slack/channels', { name: 'secret', private: true });
    await refuses(client.conversations.info({ channel: made.channel.id }), 'channel_not_found');
  });
});

describe('blocks', () => {
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  const option = (value: string) => ({ text: { type: 'plain_text', text: 'x' }, value });
  const chart = {
    type: 'data_visualization',
    title: 'By priority',
    chart: { type: 'pie', segments: [{ label: 'High', value: 3 }] },
  };
  const bar = (data: { label: string; value: number }[]) => ({
    type: 'data_visualization',
    title: 'Weeks',
    chart: { type: 'bar', series: [{ name: 'MQL', data }], axis_config: { categories: ['1', '2'] } },
  });
  const accepted: [string, unknown[]][] = [
    ['50 blocks', many(50, () => section('x'))],
    ['text of 3000', [section('x'.repeat(3000))]],
    ['10 fields of 2000', [{ type: 'section', fields: many(10, () => ({ type: 'mrkdwn', text: 'x'.repeat(2000) })) }]],
    [
      '25 buttons with values of 2000',
      [{ type: 'actions', elements: many(25, i => button(`a${i}`, { value: 'x'.repeat(2000) })) }],
    ],
    ['the same action in two blocks', many(2, () => ({ type: 'actions', elements: [button('a')] }))],
    [
      'two charts',
      [
        chart,
        bar([
          { label: '1', value: 0 },
          { label: '2', value: 4 },
        ]),
      ],
    ],
    [
      'a card in a carousel beside a container',
      [
        {
          type: 'carousel',
          elements: [{ type: 'card', title: { type: 'mrkdwn', text: 'Emma' }, actions: [button('a')] }],
        },
        {
          type: 'container',
          title: { type: 'plain_text', text: 'Facts' },
          child_blocks: [section('x')],
          is_collapsible: true,
        },
      ],
    ],
    [
      'a data table',
      [
        {
          type: 'data_table',
          caption: 'Reps',
          rows: [[{ type: 'raw_text', text: 'Rep' }], [{ type: 'raw_number', value: 1, text: '1' }]],
        },
      ],
    ],
  ];
  for (const [what, blocks] of accepted) {
    it(`takes ${what}`, async () => {
      assert.equal((await client.apiCall('chat.postMessage', { channel: HANDOFFS, text: 'x', blocks })).ok, true);
    });
  }

  const refused: [string, unknown[], RegExp][] = [
    ['51 blocks', many(51, () => section('x')), /no more than 50 items allowed \[json-pointer:\/blocks\]/],
    ['text of 3001', [section('x'.repeat(3001))], /less than 3001 characters \[json-pointer:\/blocks\/0\/text\/text\]/],
    ['empty text', [section('')], /more than 0 characters/],
    ['a section of nothing', [{ type: 'section' }], /must define either `text` or `fields`/],
    [
      '11 fields',
      [{ type: 'section', fields: many(11, () => ({ type: 'mrkdwn', text: 'x' })) }],
      /no more than 10 items/,
    ],
    ['a field of 2001', [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'x'.repeat(2001) }] }], /less than 2001/],
    ['a header of 151', [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }], /less than 151/],
    ['a mrkdwn header', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], /unsupported type: mrkdwn/],
    ['26 buttons', [{ type: 'actions', elements: many(26, i => button(`a${i}`)) }], /no more than 25 items/],
    [
      'a label of 76',
      [{ type: 'actions', elements: [button('a', { text: { type: 'plain_text', text: 'x'.repeat(76) } })] }],
      /less than 76/,
    ],
    ['a value of 2001', [{ type: 'actions', elements: [button('a', { value: 'x'.repeat(2001) })] }], /less than 2001/],
    ['a URL of 3001', [{ type: 'actions', elements: [button('a', { url: 'x'.repeat(3001) })] }], /less than 3001/],
    ['an action_id of 256', [{ type: 'actions', elements: [button('x'.repeat(256))] }], /less than 256/],
    [
      'a disabled button',
      [{ type: 'actions', elements: [button('a', { disabled: true })] }],
      /invalid additional property: disabled/,
    ],
    [
      'an unknown style',
      [{ type: 'actions', elements: [button('a', { style: 'green' })] }],
      /must be one of primary, danger/,
    ],
    ['an unknown block', [{ type: 'marquee' }], /unsupported type: marquee \[json-pointer:\/blocks\/0\/type\]/],
    [
      'the same action_id twice in a block',
      [{ type: 'actions', elements: [button('a'), button('a')] }],
      /`action_id` already exists: a/,
    ],
    ['the same block_id twice', many(2, () => ({ type: 'divider', block_id: 'b' })), /`block_id` already exists: b/],
    [
      '11 context elements',
      [{ type: 'context', elements: many(11, () => ({ type: 'mrkdwn', text: 'x' })) }],
      /no more than 10 items/,
    ],
    [
      '6 overflow options',
      [{ type: 'actions', elements: [{ type: 'overflow', options: many(6, i => option(`${i}`)) }] }],
      /no more than 5 items/,
    ],
    [
      '101 options',
      [{ type: 'actions', elements: [{ type: 'static_select', options: many(101, i => option(`${i}`)) }] }],
      /no more than 100 items/,
    ],
    [
      'an option value of 76',
      [{ type: 'actions', elements: [{ type: 'static_select', options: [option('x'.repeat(76))] }] }],
      /less than 76/,
    ],
    [
      'options and groups together',
      [{ type: 'actions', elements: [{ type: 'static_select', options: [option('a')], option_groups: [] }] }],
      /exactly one of `options`/,
    ],
    [
      'a first choice that is none',
      [{ type: 'actions', elements: [{ type: 'static_select', options: [option('a')], initial_option: option('b') }] }],
      /must exactly match/,
    ],
    [
      'a text input as an action',
      [{ type: 'actions', elements: [{ type: 'plain_text_input' }] }],
      /unsupported type: plain_text_input/,
    ],
    [
      'a confirm without deny',
      [{ type: 'actions', elements: [button('a', { confirm: { title: { type: 'plain_text', text: 'x' } } })] }],
      /missing required field: deny/,
    ],
    ['an image from nowhere', [{ type: 'image', alt_text: 'x' }], /exactly one of `image_url`, `slack_file`/],
    ['three charts', [chart, chart, chart], /no more than 2 data_visualization/],
    [
      'a pie of nothing',
      [{ ...chart, chart: { type: 'pie', segments: [{ label: 'x', value: 0 }] } }],
      /greater than 0/,
    ],
    ['a series that skips a category', [bar([{ label: '1', value: 1 }])], /exactly one point for every category/],
    ['an alert in a message', [{ type: 'alert', text: { type: 'plain_text', text: 'x' } }], /unsupported type: alert/],
    [
      'two tables',
      many(2, () => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] })),
      /no more than 1 table/,
    ],
    [
      'a card of 4 buttons',
      [{ type: 'card', title: { type: 'mrkdwn', text: 'x' }, actions: many(4, i => button(`a${i}`)) }],
      /no more than 3 items/,
    ],
    [
      'markdown of 12,001 in all',
      many(2, () => ({ type: 'markdown', text: 'x'.repeat(6_001) })),
      /12001 characters together/,
    ],
  ];
  for (const [what, blocks, problem] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        client.apiCall('chat.postMessage', { channel: HANDOFFS, text: 'x', blocks }),
        (error: { data?: { error: string; response_metadata: { messages: string[] } } }) => {
          assert.equal(error.data?.error, 'invalid_blocks');
          assert.match(String(error.data?.response_metadata.messages.join('\n')), problem);
          return true;
        },
      );
    });
  }

  const views: [string, Record<string, unknown>, RegExp][] = [
    ['a title of 25', modal({ title: { type: 'plain_text', text: 'x'.repeat(25) } }), /less than 25/],
    ['101 blocks', modal({ blocks: many(101, () => section('x')) }), /no more than 100 items/],
    ['private_metadata of 3001', modal({ private_metadata: 'x'.repeat(3001) }), /less than 3001/],
    ['inputs without submit', modal({ submit: undefined }), /missing required field: submit/],
    ['a chart in a modal', modal({ blocks: [chart] }), /unsupported type: data_visualization/],
    ['a home view', { type: 'home', blocks: [] }, /must be one of modal/],
  ];
  for (const [what, view, problem] of views) {
    it(`refuses to open ${what}`, async () => {
      const { payload } = await pressed();
      await assert.rejects(
        client.apiCall('views.open', { trigger_id: payload.trigger_id, view }),
        (error: { data?: { error: string; response_metadata: { messages: string[] } } }) => {
          assert.equal(error.data?.error, 'invalid_arguments');
          assert.match(String(error.data?.response_metadata.messages.join('\n')), problem);
          return true;
        },
      );
    });
  }
});

describe('what people do', () => {
  it('delivers a click signed as Slack signs, form-encoded to the letter', async () => {
    const { ts, payload } = await pressed();
    const request = received.at(-1);
    verifySlackRequest({
      signingSecret: String(sandbox.env().SLACK_SIGNING_SECRET),
      body: String(request?.body),
      headers: {
        'x-slack-signature': String(request?.headers['x-slack-signature']),
        'x-slack-request-timestamp': Number(request?.headers['x-slack-request-timestamp']),
      },
    });
    assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(payload.type, 'block_actions');
    assert.equal(payload.message?.ts, ts);
    const [action] = payload.actions;
    assert.deepEqual([action?.action_id, action?.block_id, action?.value], ['claim', 'buttons', 'h1']);
  });

  const impossible: [string, (ts: string) => unknown, RegExp][] = [
    [
      'an action that is not there',
      ts => ({ user: MARCUS, click: { channel: HANDOFFS, ts, action_id: 'sell' } }),
      /no action sell.*claim, log/,
    ],
    [
      'a message that is not there',
      () => ({ user: MARCUS, click: { channel: HANDOFFS, ts: '1.1', action_id: 'claim' } }),
      /sees no message 1\.1/,
    ],
    [
      'a value of their own',
      ts => ({ user: MARCUS, click: { channel: HANDOFFS, ts, action_id: 'claim', value: 'h2' } }),
      /a person cannot change it/,
    ],
    ['a stranger', ts => ({ user: 'U0X', click: { channel: HANDOFFS, ts, action_id: 'claim' } }), /nobody called U0X/],
    [
      'someone else’s DM',
      ts => ({ user: MARCUS, click: { channel: 'D0PRIYA', ts, action_id: 'claim' } }),
      /no channel|cannot see/,
    ],
    ['a form nobody opened', () => ({ user: MARCUS, submit: { values: {} } }), /no modal is open/],
    ['two things at once', () => ({ user: MARCUS, home: {}, submit: {} }), /exactly one of/],
  ];
  for (const [what, body, why] of impossible) {
    it(`cannot press ${what}`, async () => {
      const { ts } = await client.chat.postMessage({ channel: HANDOFFS, text: 'New lead', blocks: card });
      assert.match(String((await act(body(String(ts)), 400)).error), why);
      assert.deepEqual(received, []);
    });
  }

  it('opens a modal once per trigger, within three seconds', async () => {
    const { payload } = await pressed();
    await client.views.open({ trigger_id: payload.trigger_id, view: modal() });
    await refuses(client.views.open({ trigger_id: payload.trigger_id, view: modal() }), 'exchanged_trigger_id');
    await refuses(client.views.open({ trigger_id: 'made.up', view: modal() }), 'invalid_trigger_id');
    const late = await pressed();
    clock.at += 3_001;
    await refuses(client.views.open({ trigger_id: late.payload.trigger_id, view: modal() }), 'expired_trigger_id');
  });

  async function openModal(view = modal()): Promise<string> {
    const { payload } = await pressed();
    const opened = await client.views.open({ trigger_id: payload.trigger_id, view });
    return String(opened.view?.id);
  }

  it('submits what was filled in and closes', async () => {
    const view_id = await openModal();
    const done = await act({
      user: MARCUS,
      submit: { view_id, values: { outcome: 'connected', notes: { text: 'Nice' } } },
    });
    assert.equal(done.outcome, 'closed');
    assert.deepEqual(payloadOf(received.at(-1)).view.state.values, {
      outcome: {
        pick: {
          type: 'static_select',
          selected_option: { text: { type: 'plain_text', text: 'connected' }, value: 'connected' },
        },
      },
      notes: { text: { type: 'plain_text_input', value: 'Nice' } },
    });
    await refuses(client.views.update({ view_id, view: modal() }), 'not_found');
  });

  it('submits only what the form allows', async () => {
    await openModal();
    const tries: [unknown, RegExp][] = [
      [{}, /outcome\/pick is required/],
      [{ outcome: 'maybe' }, /no option maybe; there are: connected, voicemail/],
      [{ outcome: 'connected', notes: 'much too long' }, /longer than the 10/],
      [{ outcome: 'connected', mood: 'good' }, /no field mood/],
    ];
    for (const [values, why] of tries) {
      assert.match(String((await act({ user: MARCUS, submit: { values } }, 400)).error), why);
    }
  });

  it('takes errors, update, push and clear as answers', async () => {
    await openModal();
    const submit = () => act({ user: MARCUS, submit: { values: { outcome: 'connected' } } });
    const says = (body: unknown) => {
      answer = () => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
    };
    const views = async () =>
      (await control<{ views: Record<string, { callback_id: string }[]> }>('slack/state')).views[MARCUS];
    says({ response_action: 'errors', errors: { outcome: 'Really?' } });
    assert.equal((await submit()).outcome, 'errors');
    says({ response_action: 'errors', errors: { nowhere: 'Really?' } });
    assert.match(String((await submit()).error), /no_such_input_block/);
    says({ response_action: 'update', view: modal({ callback_id: 'again' }) });
    assert.equal((await submit()).outcome, 'updated');
    says({ response_action: 'push', view: modal({ callback_id: 'more' }) });
    assert.equal((await submit()).outcome, 'pushed');
    assert.deepEqual(
      (await views())?.map(view => view.callback_id),
      ['again', 'more'],
    );
    says({ response_action: 'update', view: { type: 'modal' } });
    assert.match(String((await submit()).error), /invalid_arguments/);
    says({ response_action: 'clear' });
    assert.equal((await submit()).outcome, 'cleared');
    assert.equal(await views(), undefined);
  });

  it('keeps a modal whose submission the app could not take', async () => {
    await openModal();
    answer = () => ({ status: 500 });
    const done = await act({ user: MARCUS, submit: { values: { outcome: 'connected' } } });
    assert.deepEqual([done.status, done.outcome], [500, 'trouble']);
    answer = () => ({});
    assert.equal((await act({ user: MARCUS, submit: { values: { outcome: 'connected' } } })).outcome, 'closed');
  });

  it('redraws a view by id, refuses a stale hash, pushes up to three deep', async () => {
    const view_id = await openModal(
      modal({ blocks: [{ type: 'actions', elements: [button('more')] }], submit: undefined }),
    );
    const fresh = await client.views.update({ view_id, view: modal(), hash: undefined });
    await refuses(client.views.update({ view_id, view: modal(), hash: 'old' }), 'hash_conflict');
    const withButton = modal({ blocks: [{ type: 'actions', elements: [button('more')] }], submit: undefined });
    await client.views.update({ view_id, view: withButton, hash: String(fresh.view?.hash) });
    for (const _depth of [2, 3]) {
      await act({ user: MARCUS, click: { action_id: 'more' } });
      await client.views.push({ trigger_id: payloadOf(received.at(-1)).trigger_id, view: withButton });
    }
    await act({ user: MARCUS, click: { action_id: 'more' } });
    const last = payloadOf(received.at(-1)).trigger_id;
    await refuses(client.views.push({ trigger_id: last, view: withButton }), 'push_limit_reached');
  });

  it('tells the app that someone opened its home, and shows what it publishes', async () => {
    await act({ user: 'dana@example.com', home: {} });
    const { event, authorizations } = JSON.parse(String(received.at(-1)?.body));
    assert.deepEqual([event.type, event.user, event.tab], ['app_home_opened', 'U0DANA', 'home']);
    assert.equal(authorizations[0].team_id, 'T0BATON');
    const view = {
      type: 'home' as const,
      blocks: [section('Hello'), { type: 'actions', elements: [button('refresh')] }],
    };
    const published = await client.views.publish({ user_id: 'U0DANA', view });
    await refuses(client.views.publish({ user_id: 'U0DANA', view, hash: 'old' }), 'hash_conflict');
    await client.views.publish({ user_id: 'U0DANA', view, hash: String(published.view?.hash) });
    await act({ user: 'U0DANA', click: { action_id: 'refresh' } });
    assert.equal(payloadOf(received.at(-1)).actions[0]?.action_id, 'refresh');
  });

  it('repeats an event until the app takes it, three times at most', async () => {
    answer = request => ({ status: request.headers['x-slack-retry-num'] === '2' ? 200 : 500 });
    const done = await act({ user: MARCUS, message: { text: 'help' } });
    assert.deepEqual([done.status, done.attempts], [200, 3]);
    const ids = received.map(request => JSON.parse(request.body).event_id);
    assert.equal(new Set(ids).size, 1, 'the same event each time');
    assert.deepEqual(
      received.map(one => one.headers['x-slack-retry-reason']),
      [undefined, 'http_error', 'http_error'],
    );
    received = [];
    answer = () => ({ status: 500 });
    assert.equal((await act({ user: MARCUS, event: { type: 'app_uninstalled' } })).attempts, 4);
    received = [];
    answer = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    assert.equal((await act({ user: MARCUS, event: { type: 'app_uninstalled' } })).attempts, 1);
  });

  it('runs a slash command and shows its answer to that person alone', async () => {
    answer = () => ({
      body: JSON.stringify({ text: 'Usage: /mql help' }),
      headers: { 'content-type': 'application/json' },
    });
    await act({ user: MARCUS, command: { text: 'help', channel: '#mql-handoffs' } });
    const fields = new URLSearchParams(received.at(-1)?.body);
    assert.deepEqual(
      [fields.get('command'), fields.get('text'), fields.get('channel_name')],
      ['/mql', 'help', 'mql-handoffs'],
    );
    assert.deepEqual(await messages(`channel=${HANDOFFS}`), []);
    const [his] = await messages(`user=${MARCUS}`);
    assert.deepEqual([his?.text, his?.ephemeral], ['Usage: /mql help', true]);
  });

  it('starts shortcuts, global and on a message', async () => {
    await act({ user: MARCUS, shortcut: { callback_id: 'find_lead' } });
    assert.equal(payloadOf(received.at(-1)).type, 'shortcut');
    const { ts } = await client.chat.postMessage({ channel: HANDOFFS, text: 'x' });
    await act({ user: MARCUS, shortcut: { callback_id: 'hand_off', channel: HANDOFFS, ts } });
    assert.equal(payloadOf(received.at(-1)).type, 'message_action');
  });

  it('says so when the app does not answer at all', async () => {
    const appUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    sandbox.setAppUrl('http://127.0.0.1:1');
    const done = await act({ user: MARCUS, shortcut: { callback_id: 'x' } });
    sandbox.setAppUrl(appUrl);
    assert.deepEqual([done.status, done.error], [null, 'connection_failed']);
  });
});

describe('response_url', () => {
  const respond = (url: string, body: unknown) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('answers to that person, replaces and deletes the original', async () => {
    const { payload } = await pressed();
    await respond(payload.response_url, { text: 'Claimed for you' });
    const [, ephemeral] = await messages(`channel=${HANDOFFS}&user=${MARCUS}`);
    assert.deepEqual([ephemeral?.text, ephemeral?.ephemeral], ['Claimed for you', true]);
    await respond(payload.response_url, { text: 'Taken', replace_original: true });
    assert.deepEqual(
      (await messages(`channel=${HANDOFFS}`)).map(one => [one.text, one.blocks]),
      [['Taken', undefined]],
    );
    await respond(payload.response_url, { text: 'For all', response_type: 'in_channel' });
    await respond(payload.response_url, { delete_original: true });
    assert.deepEqual(
      (await messages(`channel=${HANDOFFS}`)).map(one => one.text),
      ['For all'],
    );
  });

  it('takes five answers within half an hour', async () => {
    const { payload } = await pressed();
    for (let use = 0; use < 5; use += 1) assert.equal((await respond(payload.response_url, { text: 'x' })).status, 200);
    const sixth = await respond(payload.response_url, { text: 'x' });
    assert.deepEqual([sixth.status, await sixth.json()], [404, { ok: false, error: 'used_url' }]);
    const late = await pressed();
    clock.at += 31 * 60_000;
    const expired = await respond(late.payload.response_url, { text: 'x' });
    assert.deepEqual([expired.status, await expired.json()], [404, { ok: false, error: 'expired_url' }]);
    assert.equal((await respond((await pressed()).payload.response_url, { text: '' })).status, 400);
  });
});

describe('installing', () => {
  const ids = { client_id: APP.clientId, client_secret: APP.clientSecret };
  const redirect_uri = 'http://127.0.0.1/slack/oauth_redirect';

  const query = { client_id: APP.clientId, scope: 'chat:write,im:write,users:read', redirect_uri, state: 's' };

  async function decide(team: string, user: string, allow: 'yes' | 'no'): Promise<URLSearchParams> {
    const page = await fetch(`${sandbox.url}/slack/oauth/v2/authorize`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...query, team, user, allow }),
    });
    const { searchParams } = new URL(String(page.headers.get('location')));
    assert.equal(searchParams.get('state'), 's');
    return searchParams;
  }
  const codeFor = async (team: string, user = 'dana') => String((await decide(team, user, 'yes')).get('code'));

  it('asks where and as whom, and sends back whoever cancels', async () => {
    await control('slack/workspaces', { id: 'T0OTHER', name: 'Other & Co', domain: 'other' });
    const asked = await fetch(`${sandbox.url}/slack/oauth/v2/authorize?${new URLSearchParams(query)}`);
    const page = await asked.text();
    for (const part of [/Other &#38; Co/, /Dana Ruiz/, />chat:write</, />Allow</, />Cancel</]) assert.match(page, part);
    const wrong = await fetch(`${sandbox.url}/slack/oauth/v2/authorize?client_id=x&scope=chat:write`);
    assert.equal(wrong.status, 400);
    const cancelled = await decide('T0OTHER', 'dana', 'no');
    assert.deepEqual([cancelled.get('error'), cancelled.get('code')], ['access_denied', null]);
  });

  it('takes no code of ten minutes ago', async () => {
    const code = await codeFor('T0BATON');
    clock.at += 601_000;
    await refuses(client.oauth.v2.access({ ...ids, code, redirect_uri }), 'invalid_code');
  });

  it('installs for a whole organization: a token for the workspaces that may use the app, each named to lists', async () => {
    const enterprise = { id: 'E0GRID', name: 'Grid Inc' };
    for (const id of ['T0ONE', 'T0TWO']) {
      await control('slack/workspaces', { id, name: id, domain: id.toLowerCase(), enterprise });
    }
    const granted = await client.oauth.v2.access({ ...ids, code: await codeFor('E0GRID'), redirect_uri });
    assert.deepEqual([granted.team, granted.enterprise?.id, granted.is_enterprise_install], [null, 'E0GRID', true]);
    const token = String(granted.access_token);
    const org = connect(token);
    const all = (one = org) => one.apiCall('auth.teams.list') as Promise<{ teams?: { id: string }[] }>;
    assert.deepEqual((await all()).teams, []);
    await refuses(org.users.list({ team_id: 'T0ONE' }), 'team_access_not_granted');
    await control('slack/grant', { team: 'T0ONE' });
    assert.deepEqual(
      (await all()).teams?.map(team => team.id),
      ['T0ONE'],
    );
    await refuses(org.users.list({}), 'missing_argument');
    await refuses(org.users.list({ team_id: 'T0TWO' }), 'team_access_not_granted');
    const people = await org.users.list({ team_id: 'T0ONE' });
    assert.ok(people.members?.some(one => one.id === 'W0DANA0GRID'));
    const [event] = received.map(request => JSON.parse(request.body));
    assert.deepEqual([event.event.type, event.event.team_ids], ['team_access_granted', ['T0ONE']]);
    assert.deepEqual(event.authorizations[0].is_enterprise_install, true);
  });

  it('exchanges a code once, for a token with the scopes asked for', async () => {
    await control('slack/workspaces', { id: 'T0OTHER', name: 'Other', domain: 'other' });
    const code = await codeFor('T0OTHER');
    await refuses(client.oauth.v2.access({ ...ids, client_secret: 'x', code }), 'bad_client_secret');
    const granted = await client.oauth.v2.access({ ...ids, code, redirect_uri });
    assert.deepEqual([granted.team?.id, granted.scope], ['T0OTHER', 'chat:write,im:write,users:read']);
    const other = connect(granted.access_token);
    assert.equal((await other.auth.test()).team_id, 'T0OTHER');
    await refuses(other.chat.postMessage({ channel: HANDOFFS, text: 'x' }), 'channel_not_found');
    await refuses(client.oauth.v2.access({ ...ids, code, redirect_uri }), 'invalid_code');
  });

  it('rotates tokens when so switched; a refresh token works once', async () => {
    await control('slack/limits', { tokenRotation: true });
    const granted = await client.oauth.v2.access({ ...ids, code: await codeFor('T0BATON'), redirect_uri });
    assert.equal(granted.expires_in, 43_200);
    clock.at += 43_200_000;
    await refuses(connect(granted.access_token).auth.test(), 'token_expired');
    const refresh = { ...ids, grant_type: 'refresh_token', refresh_token: String(granted.refresh_token) };
    const renewed = (await client.apiCall('oauth.v2.access', refresh)) as { access_token?: string };
    assert.equal((await connect(renewed.access_token).auth.test()).ok, true);
    await refuses(client.apiCall('oauth.v2.access', refresh), 'invalid_refresh_token');
  });

  it('tells the app that it was uninstalled', async () => {
    await client.apps.uninstall(ids);
    await refuses(client.auth.test(), 'account_inactive');
    await sandbox.services.get('slack')?.close?.();
    const events = received.map(request => JSON.parse(request.body).event.type);
    assert.deepEqual(events.toSorted(), ['app_uninstalled', 'tokens_revoked']);
  });
});

describe('trouble on order', () => {
  const post = (using = client) => using.chat.postMessage({ channel: HANDOFFS, text: 'hello' });

  it('answers a status in place of the service, as often as told', async () => {
    await control('fault', { service: 'slack', path: '/api/chat.*', status: 503, times: 2 });
    for (let use = 0; use < 2; use += 1) {
      await assert.rejects(post(), (error: unknown) => error instanceof WebAPIHTTPError && error.statusCode === 503);
    }
    await post();
    assert.equal((await messages(`channel=${HANDOFFS}`)).length, 1);
  });

  it('answers a body and headers of the test’s own', async () => {
    await control('fault', { service: 'slack', body: { ok: false, error: 'fatal_error' } });
    await refuses(post(), 'fatal_error');
    await control('fault', { service: 'slack', status: 429, headers: { 'Retry-After': '30' } });
    await assert.rejects(
      post(),
      (error: unknown) => error instanceof WebAPIRateLimitedError && error.retryAfter === 30,
    );
  });

  it('holds the connection until the caller gives up', async () => {
    await control('fault', { service: 'slack', timeout: true });
    await assert.rejects(post(connect(undefined, { timeout: 50 })));
    assert.equal(sandbox.calls('slack').at(-1)?.status, 'held');
    assert.deepEqual(await messages(`channel=${HANDOFFS}`), []);
  });

  it('cuts the connection', async () => {
    await control('fault', { service: 'slack', method: 'POST', reset: true });
    await assert.rejects(post());
    assert.equal(sandbox.calls('slack').at(-1)?.status, 'reset');
    assert.deepEqual(await messages(`channel=${HANDOFFS}`), []);
  });

  for (const effect of [{ reset: true }, { status: 504 }]) {
    it(`lets the service work and loses its answer: ${JSON.stringify(effect)}`, async () => {
      await control('fault', { service: 'slack', ...effect, after: 'after' });
      await assert.rejects(post());
      assert.deepEqual(
        (await messages(`channel=${HANDOFFS}`)).map(one => one.text),
        ['hello'],
      );
      assert.equal(sandbox.calls('slack').at(-1)?.fault, 'after');
    });
  }

  const nonsense: [string, unknown, RegExp][] = [
    ['fault', { service: 'slak', status: 500 }, /no service/],
    ['fault', { service: 'slack', status: 500, reset: true }, /exactly one effect/],
    ['fault', { service: 'slack' }, /exactly one effect/],
    ['fault', { service: 'slack', status: 500, tims: 2 }, /tims/],
    ['latency', { service: 'slack', ms: -1 }, /ms/],
  ];
  for (const [path, body, why] of nonsense) {
    it(`refuses ${path} ${JSON.stringify(body)}`, async () => {
      assert.match(String((await control<{ error: string }>(path, body, 400)).error), why);
    });
  }

  it('writes down every call, without the token', async () => {
    await post();
    const { calls } = await control<{ calls: { method: string; path: string; status: number; body: unknown }[] }>(
      'calls?service=slack',
    );
    assert.deepEqual(
      calls.map(({ method, path, status }) => [method, path, status]),
      [['POST', '/slack/api/chat.postMessage', 200]],
    );
    assert.deepEqual(calls[0]?.body, { channel: HANDOFFS, text: 'hello' });
    assert.ok(!JSON.stringify(calls).includes(String(sandbox.env().SLACK_BOT_TOKEN)));
    await control('reset', {});
    assert.deepEqual((await control<{ calls: unknown[] }>('calls')).calls, []);
  });

  it('answers 404 outside of every service', async () => {
    assert.equal((await fetch(`${sandbox.url}/nowhere`)).status, 404);
    assert.equal((await fetch(`${sandbox.url}/slack/nowhere`)).status, 404);
    assert.equal(sandbox.calls('slack').at(-1)?.status, 404);
    assert.deepEqual(sandbox.takeUnknown(), ['GET /nowhere', 'GET /slack/nowhere']);
  });
});
