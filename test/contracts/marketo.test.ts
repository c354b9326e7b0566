/** Marketo keeps the contract of a source, and what only Marketo does. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { marketo as standIn } from '../../sandbox/marketo/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { AppToken, CallBudget } from '../../src/contracts/shared-calls.ts';
import type { PollCursor, Signal, Source } from '../../src/contracts/source.ts';
import { clockFrom, DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { BadInput, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { derivedKey } from '../../src/vendors/marketo/events/template.ts';
import { marketo, type SourceOptions } from '../../src/vendors/marketo/source.ts';
import callFixture from '../fixtures/marketo/webhook.call.json' with { type: 'json' };
import { look, press } from '../helpers/control.ts';
import { EMMA, failureOf, NOW, sourceSuite } from './source.suite.ts';

const KEYS = { clientId: 'sandbox-marketo-client', clientSecret: 'sandbox-marketo-secret' };
const WEBHOOK_KEY = 'sandbox-marketo-webhook-key';
const refusal = (code: string, message: string) => ({
  requestId: 'e42b#1',
  success: false,
  errors: [{ code, message }],
});

async function quietly(sandbox: Sandbox, body: Record<string, unknown>): Promise<string> {
  await press(sandbox, 'marketo/webhook', { mode: 'off' });
  return String((await press(sandbox, 'marketo/contacts', body)).id);
}

sourceSuite({
  service: 'marketo',
  standIn,
  token: KEYS.clientSecret,
  make: ({ token: clientSecret = KEYS.clientSecret, secret: webhookKey = WEBHOOK_KEY, ...options }) =>
    marketo({ ...options, ...KEYS, clientSecret, webhookKey, scoreProperty: 'leadScore' }),
  seed: (sandbox, { score: leadScore, ...person }) => quietly(sandbox, { ...person, leadScore }),
  async rescore(sandbox, { email, score: leadScore }) {
    await press(sandbox, 'marketo/webhook', { mode: 'on' });
    await press(sandbox, 'marketo/contacts', { email, leadScore });
  },
  unknownId: '999999999',
  proof: 'secret',
  api: {
    limited: {
      status: 200,
      body: refusal('606', "Max rate limit '100' exceeded with in '20' secs"),
      waitMs: 20 * SECOND,
    },
    refused: { status: 200, body: refusal('1003', "Invalid value for 'filterType'") },
  },
});

function hook(body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }): HookRequest {
  const url = 'https://baton.example.com/hooks/key-of-the-hook/marketo';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', url, headers, body: Buffer.from(text) };
}

const offline = (options: Partial<SourceOptions> = {}): Source =>
  marketo({ apiUrl: 'http://127.0.0.1:1', ...KEYS, clock: { now: () => NOW }, scoreProperty: 'leadScore', ...options });

describe('Marketo webhook bodies', () => {
  const read = (body: unknown, headers?: Record<string, string>) => offline().read(hook(body, headers), NOW);
  const signal: Omit<Signal, 'dedupeKey'> = {
    contactId: '318581',
    occurredAt: NOW.toISOString(),
    via: 'webhook',
    score: 63,
    email: 'emma@example.com',
  };
  const facts = ([one, ...more]: Signal[]) => {
    const { dedupeKey, ...rest } = one ?? assert.fail('no signal');
    assert.match(dedupeKey, /^webhook:[0-9a-f]{32}$/);
    assert.deepEqual(more, []);
    return rest;
  };

  test('as the template makes them, whether numbers are texts or not, and as a form', () => {
    assert.deepEqual(facts(read(callFixture.body_from_template_right)), { ...signal, company: 'Acme "Corp"' });
    assert.deepEqual(facts(read(callFixture.body_numbers_unquoted_variant)), signal);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.deepEqual(facts(read(callFixture.body_as_form, form)), { ...signal, company: 'Acme & Sons' });
    assert.deepEqual(
      facts(read(callFixture.body_as_form, {})),
      { ...signal, company: 'Acme & Sons' },
      'no header tells',
    );
  });

  test('what a person does not have may be nothing at all', () => {
    const { score: _none, ...rest } = signal;
    assert.deepEqual(facts(read('{"id": "318581", "email": "emma@example.com", "company": , "score": }')), rest);
    assert.deepEqual(facts(read({ id: 318581, email: 'emma@example.com', score: '', company: null })), rest);
  });

  test('quotes of one\u2019s own around tokens are explained, with the template to paste', () => {
    const wrong = callFixture.body_from_blog_template_with_JSON_encoding_INVALID_JSON;
    assert.throws(
      () => read(wrong),
      (error: unknown) =>
        error instanceof BadInput &&
        /puts the double quotes/.test(error.message) &&
        error.message.includes('{"id": {{lead.Id}}'),
    );
    for (const [body, words] of [
      ['', /empty/],
      ['{"id": ', /Request Token Encoding to JSON/],
      ['[1]', /JSON object/],
      [{ email: 'emma@example.com' }, /"id": \{\{lead\.Id\}\}/],
      [{ id: '{{lead.Lead Id}}' }, /did not fill in \{\{lead\.Lead Id\}\}/],
      [{ id: '../7' }, /names no person/],
    ] as const) {
      assert.throws(
        () => read(body),
        (error: unknown) => error instanceof BadInput && words.test(error.message),
        String(body),
      );
    }
  });

  test('the same call again is the same; another campaign, score, person or hour is not', () => {
    const key = (more: object = {}, at = NOW) =>
      offline().read(hook({ id: 1, score: 63, campaign: 'MQL', ...more }), at)[0]?.dedupeKey;
    assert.equal(key(), key({ company: 'Acme' }, new Date(NOW.getTime() + MINUTE)));
    const others = [
      key({ id: 2 }),
      key({ score: 64 }),
      key({ campaign: 'Other' }),
      key({}, new Date(NOW.getTime() + HOUR)),
    ];
    assert.equal(new Set([key(), ...others]).size, 5);
  });

  test('the secret header is derived from the client secret unless one was chosen', () => {
    const verify = (headers: Record<string, string>, options = {}) =>
      offline(options).verify(hook('{}', headers), NOW).ok;
    assert.equal(verify({ 'x-baton-key': derivedKey(KEYS.clientSecret) }), true);
    assert.equal(verify({ 'x-baton-key': 'chosen' }, { webhookKey: 'chosen' }), true);
    assert.equal(verify({ 'x-baton-key': derivedKey(KEYS.clientSecret) }, { webhookKey: 'chosen' }), false);
    assert.equal(verify({}), false);
  });
});

describe('Marketo over its stand-in', async () => {
  let offset = 0;
  const clock = clockFrom(NOW, { now: () => new Date(NOW.getTime() + offset) });
  const sandbox = await startSandbox({ clock, services: [standIn] });
  after(() => sandbox.close());
  beforeEach(() => {
    offset = 0;
    sandbox.reset();
  });
  const make = (options: Partial<SourceOptions> = {}) =>
    marketo({
      apiUrl: `${sandbox.url}/marketo`,
      ...KEYS,
      clock,
      scoreProperty: 'leadScore',
      threshold: 50,
      ...options,
    });
  const paths = () => sandbox.calls('marketo').map(({ path }) => path.replace('/marketo', ''));
  const ago = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds).toISOString();
  const since = new Date(NOW.getTime() - HOUR);

  async function walk(
    source: Source,
    from: PollCursor | null,
  ): Promise<{ signals: Signal[]; cursor: PollCursor | null }> {
    let cursor = from;
    const signals: Signal[] = [];
    for (let more = true; more; ) {
      const page = (await source.poll?.(cursor, since)) ?? assert.fail('no poll');
      signals.push(...page.signals);
      ({ cursor, more } = page);
    }
    return { signals, cursor };
  }

  test('a lead costs three calls the first time and two from then on; thirty together share them', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 63 });
    const source = make();
    await source.contact(id);
    assert.deepEqual(paths().toSorted(), [
      '/identity/oauth/token',
      '/rest/v1/activities.json',
      '/rest/v1/activities/pagingtoken.json',
      '/rest/v1/leads.json',
      '/rest/v1/leads/describe.json',
    ]);
    const before = paths().length;
    await source.contact(id);
    assert.equal(paths().length - before, 2);
    const { first } = await press<{ first: number }>(sandbox, 'marketo/bulk', {
      count: 30,
      properties: { email: 'l{n}@x.com', leadScore: 60 },
    });
    const ids = Array.from({ length: 30 }, (_, n) => String(first + n));
    const found = await Promise.all(ids.map(one => source.contact(one)));
    assert.deepEqual(
      found.map(one => one?.id),
      ids,
    );
    assert.equal(paths().length - before - 2, 2);
  });

  test('what they did, in our words: pages, forms, mails, links, programs, moments; robots and other scores left out', async () => {
    const at = (minutes: number) => ago(minutes * MINUTE);
    await press(sandbox, 'marketo/fields', { name: 'behaviorScore', label: 'Behavior Score', type: 'score' });
    const id = await quietly(sandbox, {
      email: EMMA.email,
      leadScore: 48,
      behaviorScore: 10,
      leadSource: 'Webinar',
      activities: [
        { type: 'page_view', at: at(1), detail: 'example.com/pricing', url: '/pricing' },
        { type: 'form', at: at(2), detail: 'Integration guide' },
        { type: 'email_open', at: at(3), detail: 'Newsletter' },
        { type: 'email_click', at: at(4), detail: 'Newsletter', url: 'https://example.com/demo' },
        { type: 'email_click', at: at(5), detail: 'Scanned', bot: true },
        { type: 'download', at: at(6), detail: 'https://example.com/guide.pdf' },
        { type: 'webinar', at: at(7), detail: 'Product webinar' },
        { type: 'status', at: at(8), detail: 'Fair', status: 'Registered' },
        { type: 'status', at: at(9), detail: 'Other webinar', status: 'No Show' },
        { type: 'moment', at: at(10), detail: 'Asked for a trial', status: 'Milestone' },
        { type: 'unsubscribe', at: at(11), detail: 'Newsletter' },
      ],
    });
    offset = MINUTE;
    await press(sandbox, 'marketo/contacts', { id, leadScore: 63 });
    const contact = await make().contact(id);
    assert.deepEqual(
      contact?.activities.map(({ type, detail, url }) => [type, detail, ...(url ? [url] : [])]),
      [
        ['page_view', 'example.com/pricing', '/pricing'],
        ['form', 'Integration guide'],
        ['email_open', 'Newsletter'],
        ['email_click', 'Newsletter', 'https://example.com/demo'],
        ['download', 'https://example.com/guide.pdf', 'https://example.com/guide.pdf'],
        ['webinar', 'Product webinar'],
        ['form', 'Fair: Registered'],
        ['note', 'Other webinar: No Show'],
        ['moment', 'Asked for a trial'],
        ['note', 'Unsubscribed from marketing mails (Newsletter)'],
      ],
    );
    assert.deepEqual(
      contact?.scoreHistory.map(one => one.score),
      [48, 63],
      'of this score alone',
    );
    assert.deepEqual([contact?.campaign, contact?.leadSource], ['Product webinar', 'Webinar']);
  });

  test('an old score is history: what was before the first change is known since the person was made', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 80 });
    offset = 60 * DAY;
    await press(sandbox, 'marketo/contacts', { id, leadScore: 85 });
    const history = (await make().contact(id))?.scoreHistory;
    assert.deepEqual(
      history?.map(one => one.score),
      [80, 85],
    );
    assert.equal(history?.[0]?.at, NOW.toISOString());
  });

  test('many pages, some of them empty; of a log without end the newest is not lost', async () => {
    const pages = (count: number, from: number) =>
      Array.from({ length: count }, (_, n) => ({
        type: 'page_view',
        at: ago(from + (count - n) * SECOND),
        detail: `Page ${n}`,
      }));
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 63, activities: pages(300, 5 * DAY) });
    for (let n = 0; n < 3; n += 1)
      await press(sandbox, 'marketo/bulk', { count: 30, properties: { email: `m${n}{n}@x.com` } });
    await press(sandbox, 'marketo/contacts', {
      id,
      activities: [{ type: 'page_view', at: ago(MINUTE), detail: 'Pricing' }],
    });
    await press(sandbox, 'marketo/settings', { pageSize: 2 });
    assert.equal((await make().contact(id))?.activities[0]?.detail, 'Pricing');
  });

  test('scores by campaigns and by integrations, and people who come with one, are polled; each once', async () => {
    const source = make();
    const campaign = await quietly(sandbox, { email: 'a@acmecorp.com', leadScore: 20 });
    const written = await quietly(sandbox, { email: 'b@acmecorp.com', leadScore: 20 });
    const { cursor } = await walk(source, null);
    const imported = await quietly(sandbox, { email: 'c@acmecorp.com', leadScore: 70, by: 'api' });
    await press(sandbox, 'marketo/contacts', { id: campaign, leadScore: 48 });
    await press(sandbox, 'marketo/contacts', { id: campaign, leadScore: 63 });
    await press(sandbox, 'marketo/contacts', { id: written, leadScore: 55, by: 'api' });
    const { signals, cursor: next } = await walk(source, cursor);
    assert.deepEqual(
      signals.map(({ contactId, score, scoreBefore }) => [contactId, score, scoreBefore]),
      [
        [campaign, 63, 20],
        [imported, 70, undefined],
        [written, 55, 20],
      ],
    );
    assert.deepEqual((await walk(source, next)).signals, []);
  });

  test('far from the threshold before and after is no news; falling below it is', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 10 });
    const source = make();
    const { cursor } = await walk(source, null);
    const scores = async (leadScore: number, from: PollCursor | null) => {
      await press(sandbox, 'marketo/contacts', { id, leadScore });
      const { signals, cursor: to } = await walk(source, from);
      return { scores: signals.map(one => one.score), to };
    };
    const low = await scores(30, cursor);
    const high = await scores(60, low.to);
    const fallen = await scores(20, high.to);
    assert.deepEqual([low.scores, high.scores, fallen.scores], [[], [60], [20]]);
  });

  test('whoever is merged or deleted is told of', async () => {
    const [winner, loser, gone] = await Promise.all(
      ['a', 'b', 'c'].map(name => quietly(sandbox, { email: `${name}@acmecorp.com`, leadScore: 20 })),
    );
    const source = make();
    const { cursor } = await walk(source, null);
    await press(sandbox, 'marketo/merge', { winner, losers: [loser] });
    await press(sandbox, 'marketo/delete', { id: gone });
    const { signals } = await walk(source, cursor);
    assert.deepEqual(
      signals.map(({ contactId, event }) => [contactId, event]),
      [
        [winner, { kind: 'merged', from: [loser] }],
        [gone, { kind: 'deleted', privacy: false }],
      ],
    );
  });

  test('where the playbook scores, whoever is new or does something is told of', async () => {
    const source = make({ ownScore: true });
    const { cursor } = await walk(source, null);
    const id = await quietly(sandbox, {
      email: EMMA.email,
      activities: [{ type: 'form', at: ago(0), detail: 'Guide' }],
    });
    const { signals } = await walk(source, cursor);
    assert.deepEqual(
      signals.map(({ contactId, event }) => [contactId, event?.kind]),
      [
        [id, 'active'],
        [id, 'created'],
      ],
    );
  });

  test('a stage counts as news only where it makes an MQL', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const source = make({ mqlStages: ['MQL'] });
    const { cursor } = await walk(source, null);
    for (const leadStatus of ['Open', 'MQL', 'Working']) await press(sandbox, 'marketo/contacts', { id, leadStatus });
    const { signals } = await walk(source, cursor);
    assert.deepEqual(
      signals.map(one => one.lifecycleStage),
      ['MQL'],
    );
  });

  test('a token that Marketo does not take any more: the log is read again from a little before', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 20 });
    const source = make();
    const { cursor } = await walk(source, null);
    await press(sandbox, 'marketo/contacts', { id, leadScore: 63 });
    const tokens = { scores: 'GONE', values: 'GONE', deleted: 'GONE' };
    const { signals } = await walk(source, { ...cursor, tokens });
    assert.deepEqual(
      signals.map(one => one.score),
      [63],
    );
    await failureOf(Rejected, walk(make({ scoreProperty: 'noSuchScore' }), null));
  });

  test('an expired token is renewed once, and shared by whoever has the same shelf', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 63 });
    const kept: AppToken[] = [];
    const shelf = { read: async () => kept.at(-1), keep: async (token: AppToken) => void kept.push(token) };
    const [one, other] = [make({ shelf }), make({ shelf })];
    const asked = () => paths().filter(path => path.includes('identity')).length;
    await one.contact(id);
    await other.contact(id);
    assert.equal(asked(), 1);
    for (const now of ['expired', 'unknown']) {
      await press(sandbox, 'marketo/tokens', { now });
      const before = asked();
      assert.equal((await one.contact(id))?.id, id);
      assert.equal((await other.contact(id))?.id, id);
      assert.equal(asked(), before + 1, now);
    }
  });

  for (const [code, kind] of [
    ['601', CredentialsRejected],
    ['603', CredentialsRejected],
    ['604', Unavailable],
    ['608', Unavailable],
    ['611', Unavailable],
    ['713', Unavailable],
    ['502', Unavailable],
    ['699', Unavailable],
    ['615', RateLimited],
    ['607', RateLimited],
    ['610', Rejected],
    ['701', Rejected],
    ['1006', Rejected],
  ] as const) {
    test(`${code} is ${kind.name}`, async () => {
      const id = await quietly(sandbox, { email: EMMA.email });
      const source = make();
      await source.contact(id);
      sandbox.fault({
        service: 'marketo',
        path: '/rest/v1/leads.json',
        status: 200,
        body: refusal(code, 'no'),
        times: 9,
      });
      const failure = await failureOf(kind, source.contact(id));
      assert.equal(failure.code, code);
      if (!(failure instanceof RateLimited)) return;
      const wait = failure.retryAt.getTime() - NOW.getTime();
      // 12:00 AM Central Standard Time.
      assert.equal(wait, code === '615' ? SECOND : Date.parse('2026-11-25T06:00:00Z') - NOW.getTime());
    });
  }

  test('what the instance itself refuses: rate, day and concurrency', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    for (const [setting, code] of [
      [{ callsPerTwentySeconds: 0 }, '606'],
      [{ dailyQuota: 0 }, '607'],
      [{ othersRunning: 10 }, '615'],
    ] as const) {
      sandbox.reset('marketo');
      await press(sandbox, 'marketo/settings', setting);
      assert.equal((await failureOf(RateLimited, make().contact(id))).code, code);
    }
  });

  test('every call is taken out of the budget first; the account is asked for its own count once an hour', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, leadScore: 63 });
    const taken: string[] = [];
    const meters: unknown[] = [];
    const budget: CallBudget = {
      take: async importance => void taken.push(importance),
      counted: () => undefined,
      measured: meter => void meters.push(meter),
    };
    await press(sandbox, 'marketo/settings', { usedByOthers: 1_200 });
    const source = make({ budget, dailyCalls: 60_000 });
    await source.contact(id);
    assert.deepEqual(taken, ['urgent', 'urgent', 'urgent', 'urgent']);
    const { cursor } = await walk(source, null);
    assert.equal(meters.length, 1);
    const { used, limit } = meters[0] as { used: number; limit: number };
    assert.ok(used > 1_200 && used < 1_220 && limit === 60_000);
    await walk(source, cursor);
    assert.equal(meters.length, 1);
    const denied = {
      ...budget,
      take: async () => Promise.reject(new RateLimited('later', { service: 'marketo', retryAt: NOW })),
    };
    await failureOf(RateLimited, make({ budget: denied }).contact(id));
  });

  test('a field list that is too long for an address travels as a form', async () => {
    for (let n = 0; n < 280; n += 1) {
      await press(sandbox, 'marketo/fields', {
        name: `customFieldWithALongName${n}`,
        label: `Custom ${n}`,
        type: 'string',
      });
    }
    const id = await quietly(sandbox, { email: EMMA.email, customFieldWithALongName7: 'x' });
    assert.equal((await make().contact(id))?.properties.customFieldWithALongName7, 'x');
    const call = sandbox.calls('marketo').find(one => one.path.endsWith('/leads.json'));
    assert.deepEqual([call?.method, call?.query], ['POST', '_method=GET']);
  });

  test('two instances are apart, by the client that asks', async () => {
    const keys = await press<{ clientId: string; clientSecret: string }>(sandbox, 'marketo/instances', {
      munchkin: '777-XYZ-001',
    });
    const id = await quietly(sandbox, { email: EMMA.email });
    assert.equal(await make(keys).contactByEmail?.(EMMA.email), null);
    assert.equal((await make().contactByEmail?.(EMMA.email))?.id, id);
    assert.equal(
      (await look<{ contacts: unknown[] }>(sandbox, 'marketo/contacts?instance=777-XYZ-001')).contacts.length,
      0,
    );
  });
});
