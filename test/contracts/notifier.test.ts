import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { slack } from '../../sandbox/slack/service.ts';
import type { Card, Digest, DigestLine, Place } from '../../src/contracts/notifier.ts';
import { type Clock, HOUR } from '../../src/lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { createLogger } from '../../src/lib/log.ts';
import { type SlackNotifier, slackClient, slackNotifier } from '../../src/slack/notifier.ts';
import { look, press } from '../helpers/control.ts';
import { emmasCard } from '../slack/cards.ts';

const NOW = new Date('2026-11-24T18:00:00.000Z');
const clock: Clock = { now: () => NOW };
const MARCUS: Place = { kind: 'dm', slackId: 'U0MARCUS' };
const HANDOFFS: Place = { kind: 'channel', channel: '#mql-handoffs' };

interface Message {
  channel: string;
  ts: string;
  text: string;
  replies?: Message[];
  blocks?: unknown[];
}

interface Stage {
  sandbox: Sandbox;
  notifier: SlackNotifier;
  fault(fault: Omit<FaultRequest, 'service'>): void;
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  messages(where: Record<string, string>): Promise<Message[]>;
  methods(): string[];
  /** Everything in the log so far. */
  logged(): string;
}

async function stage(t: TestContext, options: { timeoutMs?: number; token?: string } = {}): Promise<Stage> {
  const lines: string[] = [];
  const sandbox = await startSandbox({ services: [slack], clock });
  t.after(() => sandbox.close());
  const { SLACK_API_URL: apiUrl = '', SLACK_BOT_TOKEN: token = '' } = sandbox.env();
  const client = slackClient(options.token ?? token, {
    apiUrl,
    ...(options.timeoutMs && { timeoutMs: options.timeoutMs }),
  });
  const control = (path: string, body?: unknown) =>
    body === undefined ? look(sandbox, `slack/${path}`) : press(sandbox, `slack/${path}`, body);
  return {
    sandbox,
    notifier: slackNotifier({
      client,
      clock,
      log: createLogger({ level: 'error', destination: { write: line => void lines.push(line) } }),
    }),
    logged: () => lines.join(''),
    fault: fault => sandbox.fault({ service: 'slack', ...fault }),
    control,
    messages: async where => (await control(`messages?${new URLSearchParams(where)}`)).messages as Message[],
    methods: () => sandbox.calls('slack').map(call => call.path.replace(/^.*\/api\//, '')),
  };
}

const digest = (differs: Partial<DigestLine> = {}): Digest => ({
  workspaceId: 'w1',
  digestId: 'd1',
  since: NOW.toISOString(),
  lines: [
    {
      handoffId: 'h1',
      priority: 'HIGH',
      name: '<!channel> Emma',
      score: 63,
      state: 'assigned',
      claimed: false,
      open: true,
      ...differs,
    },
  ],
});

const card = (differs: Partial<Card> = {}) => emmasCard({ crossedAt: NOW.toISOString(), ...differs });

test('a card for a person lands in their DM with one call', async t => {
  const { notifier, messages, methods } = await stage(t);
  const posted = await notifier.post(MARCUS, card(), false);
  const [shown, ...more] = await messages({ user: 'U0MARCUS' });
  assert.deepEqual([shown?.channel, shown?.ts], [posted.channel, posted.ts]);
  assert.match(JSON.stringify(shown?.blocks), /Emma Thompson/);
  assert.deepEqual(more, []);
  assert.deepEqual(methods(), ['chat.postMessage']);
});

test('a card for a channel finds it by name or by id, and is redrawn in place', async t => {
  const { notifier, messages } = await stage(t);
  const byName = await notifier.post(HANDOFFS, card(), false);
  const byId = await notifier.post({ kind: 'channel', channel: 'C0HANDOFFS' }, card(), false);
  assert.equal(byName.channel, byId.channel);
  await notifier.update(byName, card({ state: 'claimed', claimed: { name: 'Priya Nair', at: NOW.toISOString() } }));
  const [first, second] = await messages({ channel: 'mql-handoffs' });
  assert.match(JSON.stringify(first?.blocks), /claimed by Priya Nair/);
  assert.doesNotMatch(JSON.stringify(second?.blocks), /claimed by/);
});

for (const [what, place, where] of [
  ['a DM', MARCUS, { user: 'U0MARCUS' }],
  ['a channel by its name', HANDOFFS, { channel: 'mql-handoffs' }],
  ['a channel by its id', { kind: 'channel', channel: 'C0HANDOFFS' }, { channel: 'mql-handoffs' }],
] as [string, Place, Record<string, string>][]) {
  test(`after a lost answer the card in ${what} is found, not posted again, among many others`, async t => {
    const { notifier, fault, messages } = await stage(t);
    fault({ path: 'chat.postMessage', after: 'after', reset: true });
    await assert.rejects(notifier.post(place, card(), false), Unavailable);
    for (let other = 0; other < 120; other += 1) {
      await notifier.post(place, card({ handoffId: `another-${other}` }), false);
    }
    const found = await notifier.post(place, card(), true);
    const shown = await messages(where);
    assert.equal(shown.length, 121);
    assert.equal(found.ts, shown[0]?.ts);
  });
}

test('a look that finds nothing posts: another workspace’s card is not mine', async t => {
  const { notifier, messages } = await stage(t);
  await notifier.post(MARCUS, card({ workspaceId: 'w2' }), false);
  await notifier.post(MARCUS, card(), true);
  assert.equal((await messages({ user: 'U0MARCUS' })).length, 2);
});

test('a card redrawn since is still found', async t => {
  const { notifier } = await stage(t);
  const posted = await notifier.post(MARCUS, card(), false);
  await notifier.update(posted, card({ state: 'contacted' }));
  assert.deepEqual(await notifier.post(MARCUS, card(), true), posted);
});

test('plain words are words: nothing in them calls a channel; a second try finds them', async t => {
  const { notifier, messages } = await stage(t);
  const text = 'Salesforce said: <!channel> *no*\nsecond line';
  const note = { key: 'notice:one', since: clock.now() };
  const told = await notifier.notify(HANDOFFS, text, note, false);
  assert.deepEqual(await notifier.notify(HANDOFFS, text, note, true), told);
  const [shown, ...more] = await messages({ channel: 'mql-handoffs' });
  assert.deepEqual(more, []);
  await notifier.notify(HANDOFFS, text, { ...note, key: 'notice:two' }, true);
  assert.equal((await messages({ channel: 'mql-handoffs' })).length, 2);
  assert.equal(shown?.text, 'Salesforce said: &lt;!channel&gt; ∗no∗\nsecond line');
});

test('people are found by e-mail; somebody Slack does not know is null, and trouble is never null', async t => {
  const { notifier, fault, control } = await stage(t);
  assert.deepEqual(await notifier.findPerson('Marcus@example.com'), {
    slackId: 'U0MARCUS',
    active: true,
    name: 'Marcus Chen',
    timeZone: 'America/Los_Angeles',
  });
  assert.equal(await notifier.findPerson('nobody@example.com'), null);
  await control('limits', { findDeactivatedByEmail: true });
  await control('users', { id: 'U0TOM', deleted: true });
  assert.equal((await notifier.findPerson('tom@example.com'))?.active, false);
  fault({ path: 'users.lookupByEmail', status: 500 });
  await assert.rejects(notifier.findPerson('nobody@example.com'), Unavailable);
});

test('the token says whose it is', async t => {
  const { notifier } = await stage(t);
  assert.deepEqual(await notifier.whoAmI(), {
    teamId: 'T0BATON',
    team: 'Acme Sales',
    botId: 'B0BATON',
    botUserId: 'U0BATONBOT',
  });
});

/** What Slack may answer to a post, and who must act. */
const refusals: [what: string, error: string, expected: new (...args: never[]) => Failure][] = [
  ['an unknown channel', 'channel_not_found', Rejected],
  ['not invited', 'not_in_channel', Rejected],
  ['archived', 'is_archived', Rejected],
  ['deactivated', 'user_disabled', Rejected],
  ['bad blocks', 'invalid_blocks', Rejected],
  ['too long', 'msg_too_long', Rejected],
  ['an expired trigger', 'trigger_expired', Rejected],
  ['account gone', 'account_inactive', CredentialsRejected],
  ['token revoked', 'token_revoked', CredentialsRejected],
  ['bad token', 'invalid_auth', CredentialsRejected],
  ['no scope', 'missing_scope', CredentialsRejected],
  ['limited in a 200', 'ratelimited', RateLimited],
  ['a conflict', 'hash_conflict', Unavailable],
  ['down', 'service_unavailable', Unavailable],
  ['fatal', 'fatal_error', Unavailable],
  ['internal', 'internal_error', Unavailable],
  ['slow inside', 'request_timeout', Unavailable],
  ['a code nobody documented', 'flux_capacitor_empty', Unavailable],
  ['a code that is a word of JavaScript', 'constructor', Unavailable],
];

for (const [what, error, expected] of refusals) {
  test(`${what} (${error}) is ${expected.name}`, async t => {
    const { notifier, fault } = await stage(t);
    // Twice: what refuses the card's form is asked once more, for text alone.
    fault({ path: 'chat.postMessage', body: { ok: false, error }, times: 2 });
    await assert.rejects(notifier.post(MARCUS, card(), false), (thrown: unknown) => {
      assert.ok(thrown instanceof expected, String(thrown));
      assert.deepEqual([thrown.service, thrown.code], ['slack', error]);
      return true;
    });
  });
}

for (const error of ['invalid_blocks', 'msg_too_long', 'msg_blocks_too_long']) {
  test(`a card or digest that Slack refuses as ${error} goes as text alone, with a reference that is in the log`, async t => {
    const { notifier, fault, messages, logged } = await stage(t);
    const refuse = (path: string) => fault({ path, body: { ok: false, error } });
    refuse('chat.postMessage');
    const posted = await notifier.post(MARCUS, card(), false);
    const [shown] = await messages({ user: 'U0MARCUS' });
    assert.ok(shown);
    assert.deepEqual(shown.blocks ?? [], []);
    assert.match(shown.text, /HIGH lead: Emma Thompson, VP Operations at Acme Corp/);
    assert.match(shown.text, /<tel:\+14155550100\|.*\n<mailto:emma/);
    const [, reference] = /reference (\w{8})\./.exec(shown.text) ?? [];
    assert.ok(reference && logged().includes(reference), 'the admin finds it in the log');
    await notifier.update(posted, card());
    refuse('chat.update');
    await notifier.update(posted, card({ claimed: { name: 'Priya Nair', at: NOW.toISOString() }, state: 'claimed' }));
    const [redrawn] = await messages({ user: 'U0MARCUS' });
    assert.match(redrawn?.text ?? '', /claimed by Priya Nair/);
    assert.deepEqual(redrawn?.blocks ?? [], []);
    assert.deepEqual(await notifier.post(MARCUS, card(), true), posted, 'it is found again');
    refuse('chat.postMessage');
    await notifier.postDigest(HANDOFFS, digest(), false);
    refuse('chat.update');
    const [listed] = await messages({ channel: 'mql-handoffs' });
    assert.match(listed?.text ?? '', /^1 new lead, 1 to claim\n.*&lt;!channel&gt; Emma/);
  });
}

test('a digest is found again after a lost answer, and redrawn', async t => {
  const { notifier, fault, messages } = await stage(t);
  fault({ path: 'chat.postMessage', after: 'after', reset: true });
  await assert.rejects(notifier.postDigest(HANDOFFS, digest(), false), Unavailable);
  const found = await notifier.postDigest(HANDOFFS, digest(), true);
  await notifier.updateDigest(found, digest({ claimed: true, owner: 'Priya Nair', state: 'claimed' }));
  const [shown, ...more] = await messages({ channel: 'mql-handoffs' });
  assert.equal(shown?.ts, found.ts);
  assert.match(JSON.stringify(shown?.blocks), /Priya Nair has it/);
  assert.deepEqual(more, []);
});

test('a reply is told once: after a lost answer it is found in the thread; under what is gone it is refused', async t => {
  const { notifier, fault, messages } = await stage(t);
  const posted = await notifier.post(HANDOFFS, card(), false);
  fault({ path: 'chat.postMessage', after: 'after', reset: true });
  await assert.rejects(notifier.reply(posted, 'Priya Nair <!here> claimed it', '17', false), Unavailable);
  const found = await notifier.reply(posted, 'Priya Nair <!here> claimed it', '17', true);
  assert.notDeepEqual(found, await notifier.reply(posted, 'and more', '18', true));
  const [shown] = await messages({ channel: 'mql-handoffs' });
  assert.deepEqual(
    shown?.replies?.map(one => one.text),
    ['Priya Nair &lt;!here&gt; claimed it', 'and more'],
  );
  await notifier.remove(posted);
  await notifier.remove(posted);
  await assert.rejects(notifier.reply(posted, 'too late', '19', false), { name: 'Rejected' });
});

test('a limited call says until when; without a time, half a minute', async t => {
  const { notifier, fault } = await stage(t);
  fault({
    path: 'chat.postMessage',
    status: 429,
    headers: { 'retry-after': '17' },
    body: { ok: false, error: 'ratelimited' },
  });
  await assert.rejects(notifier.post(MARCUS, card(), false), {
    name: 'RateLimited',
    retryAt: new Date('2026-11-24T18:00:17.000Z'),
  });
  fault({ path: 'chat.postMessage', status: 429, body: { ok: false, error: 'ratelimited' } });
  await assert.rejects(notifier.post(MARCUS, card(), false), {
    name: 'RateLimited',
    retryAt: new Date('2026-11-24T18:00:30.000Z'),
  });
});

for (const [what, fault] of [
  ['HTTP 500', { status: 500 }],
  ['HTTP 403 by a proxy', { status: 403, body: 'no' }],
  ['a page instead of JSON', { status: 200, body: '<html>Sorry, the secret is xoxb-1</html>' }],
  ['a cut connection', { reset: true }],
  ['silence', { timeout: true }],
] as [string, Omit<FaultRequest, 'service'>][]) {
  test(`${what} is Unavailable after one call, and repeats nothing secret`, async t => {
    const { notifier, fault: arm, methods } = await stage(t, { timeoutMs: 300 });
    arm({ path: 'chat.postMessage', ...fault });
    await assert.rejects(notifier.post(MARCUS, card(), false), (thrown: unknown) => {
      assert.ok(thrown instanceof Unavailable, String(thrown));
      assert.doesNotMatch(`${thrown.message} ${thrown.code}`, /xoxb/);
      return true;
    });
    assert.deepEqual(methods(), ['chat.postMessage'], 'retrying is the business of jobs');
  });
}

test('the real refusals of the stand-in: archived, not a member, unknown, revoked, a scope missing, somebody who left', async t => {
  const { notifier, control } = await stage(t);
  await control('channels', { name: 'mql-mid-market', archived: true });
  await assert.rejects(notifier.post({ kind: 'channel', channel: '#mql-mid-market' }, card(), false), {
    name: 'Rejected',
    code: 'is_archived',
  });
  const notMember = { name: 'Rejected', code: 'not_in_channel', message: /\/invite @Baton/ };
  await assert.rejects(notifier.post({ kind: 'channel', channel: '#general' }, card(), false), notMember);
  await assert.rejects(notifier.post({ kind: 'channel', channel: '#general' }, card(), true), notMember);
  await assert.rejects(notifier.post({ kind: 'channel', channel: '#none' }, card(), true), {
    code: 'channel_not_found',
  });
  await control('users', { id: 'U0CHAN', deleted: true });
  await assert.rejects(notifier.post({ kind: 'dm', slackId: 'U0CHAN' }, card(), false), Rejected);
  await assert.rejects(notifier.post({ kind: 'dm', slackId: 'U0CHAN' }, card(), true), {
    name: 'Rejected',
    code: 'user_disabled',
  });
  await assert.rejects(notifier.update({ channel: 'C0HANDOFFS', ts: '1.000001' }, card()), {
    name: 'Rejected',
    code: 'message_not_found',
  });
  await control('token', { without: ['chat:write'] });
  await assert.rejects(notifier.notify(MARCUS, 'hello', { key: 'hello', since: clock.now() }, false), {
    name: 'CredentialsRejected',
    code: 'missing_scope',
  });
  await control('token', { state: 'revoked' });
  await assert.rejects(notifier.whoAmI(), { name: 'CredentialsRejected', code: 'token_revoked' });
});

test('a token Slack never saw is told to the admin, and is in no message', async t => {
  const { notifier } = await stage(t, { token: 'xoxb-never-seen' });
  await assert.rejects(notifier.whoAmI(), (thrown: unknown) => {
    assert.ok(thrown instanceof CredentialsRejected);
    assert.doesNotMatch(thrown.message, /xoxb-never/);
    return true;
  });
});

test('a card that crossed long ago is looked for from then on', async t => {
  const { notifier, sandbox } = await stage(t);
  await notifier.post(MARCUS, card({ crossedAt: new Date(NOW.getTime() - 2 * HOUR).toISOString() }), true);
  const history = sandbox.calls('slack').find(call => call.path.endsWith('conversations.history'));
  const asked = history?.body as Record<string, string> | undefined;
  assert.equal(asked?.oldest, String((NOW.getTime() - 2 * HOUR - 600_000) / 1_000));
});
