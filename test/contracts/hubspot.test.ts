import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ACCESS_TOKEN, CLIENT_SECRET } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as standIn } from '../../sandbox/hubspot/service.ts';
import { signed } from '../../sandbox/hubspot/signing.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { PollCursor, Signal, Source } from '../../src/contracts/source.ts';
import { clockFrom, DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { BadInput, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { type HubspotOptions, hubspot } from '../../src/vendors/hubspot/source.ts';
import vectorsFixture from '../fixtures/hubspot/signature-vectors.json' with { type: 'json' };
import eventsFixture from '../fixtures/hubspot/webhook-events.json' with { type: 'json' };
import bodiesFixture from '../fixtures/hubspot/workflow-bodies.json' with { type: 'json' };
import { press } from '../helpers/control.ts';
import { EMMA, failureOf, NOW, sourceSuite } from './source.suite.ts';

const HOOK_URL = 'https://baton.example.com/hooks/key-of-the-hook/hubspot';

async function quietly(sandbox: Sandbox, body: Record<string, unknown>): Promise<string> {
  await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
  return String((await press(sandbox, 'hubspot/contacts', body)).id);
}

sourceSuite({
  service: 'hubspot',
  standIn,
  token: ACCESS_TOKEN,
  make: ({ token = ACCESS_TOKEN, secret: clientSecret = CLIENT_SECRET, ...options }) =>
    hubspot({ ...options, clientSecret, accessToken: async () => token, scoreProperty: 'hubspotscore' }),
  seed: (sandbox, person) =>
    quietly(sandbox, {
      email: person.email,
      firstname: person.firstName,
      lastname: person.lastName,
      company: person.company,
      jobtitle: person.title,
      hubspotscore: person.score,
    }),
  async rescore(sandbox, { email, score }) {
    await press(sandbox, 'hubspot/webhooks', { mode: 'app' });
    await press(sandbox, 'hubspot/contacts', { email, hubspotscore: score });
  },
  unknownId: '999999999',
  api: {
    limited: {
      status: 429,
      body: {
        status: 'error',
        message: 'You have reached your ten_secondly_rolling limit.',
        errorType: 'RATE_LIMIT',
        policyName: 'TEN_SECONDLY_ROLLING',
      },
      waitMs: 10 * SECOND,
    },
    refused: { status: 400, body: { status: 'error', message: 'Invalid input', category: 'VALIDATION_ERROR' } },
  },
});

function hook(body: unknown, headers: Record<string, string | undefined> = {}, url = HOOK_URL): HookRequest {
  return { method: 'POST', url, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

function offline(options: Partial<HubspotOptions> = {}): Source {
  return hubspot({
    accessToken: async () => ACCESS_TOKEN,
    clientSecret: CLIENT_SECRET,
    scoreProperty: 'hubspotscore',
    clock: { now: () => NOW },
    ...options,
  });
}

describe('HubSpot signatures', () => {
  for (const vector of vectorsFixture.vectors) {
    const { version, clientSecret, expected, body, source } = vector;
    const url = vector.rawUri ?? vector.uri ?? HOOK_URL;
    const timestamp = vector.timestamp ?? '';
    const now = timestamp ? new Date(Number(timestamp)) : NOW;
    const headers: Record<string, string> =
      version === 'v3'
        ? { 'x-hubspot-signature-v3': expected, 'x-hubspot-request-timestamp': timestamp }
        : { 'x-hubspot-signature': expected, 'x-hubspot-signature-version': version };
    const request = { ...hook(body, headers, url), method: vector.method ?? 'POST' };
    const verify = (changed: Partial<HookRequest> = {}, at = now, secret = clientSecret) =>
      offline({ clientSecret: secret }).verify({ ...request, ...changed }, at).ok;

    test(`${version} vector: ${source} ${vector.method ?? ''} ${body.slice(0, 20)}`, () => {
      assert.equal(verify(), true);
      assert.equal(verify({ body: Buffer.from(`${body} `) }), false, 'a changed body');
      assert.equal(verify({}, now, 'another-secret'), false, 'another secret');
      assert.equal(
        verify({
          headers: {
            ...headers,
            'x-hubspot-signature': `${expected.slice(1)}0`,
            'x-hubspot-signature-v3': `${expected.slice(1)}0`,
          },
        }),
        false,
      );
      if (version !== 'v1') {
        assert.equal(verify({ url: `${url}/more` }), false, 'another address');
        assert.equal(verify({ method: 'PUT' }), false, 'another method');
      }
      if (version === 'v3') {
        assert.equal(verify({}, new Date(now.getTime() + 5 * MINUTE)), true);
        assert.equal(verify({}, new Date(now.getTime() + 5 * MINUTE + 1)), false, 'too old');
        assert.equal(verify({}, new Date(now.getTime() - 5 * MINUTE - 1)), false, 'from the future');
        assert.equal(verify({ headers: { 'x-hubspot-signature-v3': expected } }), false, 'no timestamp');
        assert.equal(
          verify({ headers: { ...headers, 'x-hubspot-request-timestamp': `${Number(timestamp) + 1}` } }),
          false,
        );
        assert.equal(verify({ url: `${url}#fragment` }), true, 'a fragment is never sent');
      }
    });
  }

  test('an old signature does not make up for a wrong v3', () => {
    const body = JSON.stringify(eventsFixture.sdkFixture);
    const good = signed({ method: 'POST', url: HOOK_URL, body, kind: 'app' }, CLIENT_SECRET, NOW);
    assert.equal(offline().verify(hook(body, good), NOW).ok, true);
    assert.equal(offline().verify(hook(body, { ...good, 'x-hubspot-signature-v3': 'AAAA' }), NOW).ok, false);
  });

  test('no signature and unknown versions are refused, with a reason for the log', () => {
    for (const headers of [
      {},
      { 'x-hubspot-signature': 'a' },
      { 'x-hubspot-signature': 'a', 'x-hubspot-signature-version': 'v9' },
    ]) {
      const verdict = offline().verify(hook('[]', headers), NOW);
      assert.ok(!verdict.ok && verdict.why.length > 10);
      assert.ok(!verdict.why.includes(CLIENT_SECRET));
    }
  });

  test('without a client secret the hook key is the proof', () => {
    const source = hubspot({ accessToken: async () => '', scoreProperty: 'hubspotscore', clock: { now: () => NOW } });
    assert.deepEqual(source.verify(hook('[]'), NOW), { ok: true });
  });
});

describe('HubSpot hook bodies', () => {
  const read = (body: unknown) => offline().read(hook(body), NOW);
  const change = {
    eventId: 1,
    subscriptionId: 12346,
    portalId: 62515,
    appId: 54321,
    occurredAt: 1790000000000,
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId: 251,
    propertyName: 'hubspotscore',
    propertyValue: '63',
    changeSource: 'CALCULATED',
  };
  const signal: Signal = {
    contactId: '251',
    occurredAt: '2026-09-21T14:13:20.000Z',
    via: 'webhook',
    score: 63,
    dedupeKey: '62515:12346:251:1790000000000:hubspotscore:63',
  };

  test("HubSpot's own samples: a stage under eventType, and creations", () => {
    const created = { via: 'webhook', event: { kind: 'created' } };
    assert.deepEqual(read(eventsFixture.sdkFixture), [
      {
        ...created,
        contactId: '123',
        occurredAt: '2019-07-26T04:00:00.000Z',
        dedupeKey: 'contact.creation:62515:12345:123:1564113600000::',
      },
    ]);
    assert.deepEqual(read(eventsFixture.docsExample), [
      {
        contactId: '1246965',
        occurredAt: '2016-05-02T19:11:47.945Z',
        via: 'webhook',
        lifecycleStage: 'subscriber',
        dedupeKey: '33:25:1246965:1462216307945:lifecyclestage:subscriber',
      },
      {
        ...created,
        contactId: '1246978',
        occurredAt: '2016-05-02T19:11:47.945Z',
        dedupeKey: 'contact.creation:33:22:1246978:1462216307945::',
      },
    ]);
  });

  test('a score is a number; an emptied one is none, and what is no number is to be read', () => {
    assert.deepEqual(read([change]), [signal]);
    for (const propertyValue of ['', null]) assert.equal(read([{ ...change, propertyValue }])[0]?.score, null);
    const [odd] = read([{ ...change, propertyValue: 'high' }]);
    assert.ok(odd && !('score' in odd));
  });

  test('contacts made, merged, deleted and restored are told of, also by the generic kinds', () => {
    const { propertyName: _name, propertyValue: _value, ...plain } = change;
    const what = (kind: string, more: object = {}) =>
      read([{ ...plain, subscriptionType: kind, ...more }]).map(({ contactId, event }) => [contactId, event]);
    for (const object of ['contact', 'object']) {
      const of = { objectTypeId: '0-1' };
      assert.deepEqual(what(`${object}.creation`, of), [['251', { kind: 'created' }]]);
      assert.deepEqual(what(`${object}.restore`, of), [['251', { kind: 'created' }]]);
      assert.deepEqual(what(`${object}.deletion`, of), [['251', { kind: 'deleted', privacy: false }]]);
      const merge = { ...of, primaryObjectId: 251, mergedObjectIds: [7, 8], numberOfPropertiesMoved: 3 };
      assert.deepEqual(what(`${object}.merge`, merge), [['251', { kind: 'merged', from: ['7', '8'] }]]);
      assert.deepEqual(
        what(`${object}.merge`, { ...merge, newObjectId: 900 }),
        [['900', { kind: 'merged', from: ['251', '7', '8'] }]],
        'a merge may make a new contact',
      );
    }
    assert.deepEqual(what('contact.privacyDeletion'), [['251', { kind: 'deleted', privacy: true }]]);
    assert.deepEqual(what('object.creation', { objectTypeId: '0-2' }), [], 'a company');
  });

  test('where the playbook scores by what contacts do, any change that is told of is one', () => {
    const form = { ...change, propertyName: 'recent_conversion_date', propertyValue: '1790000000000' };
    assert.deepEqual(read([form]), []);
    const [active] = offline({ ownScore: true }).read(hook([form]), NOW);
    assert.deepEqual(active?.event, { kind: 'active' });
  });

  test('a workflow may send its time in seconds, milliseconds or as a date', () => {
    for (const timestamp of [1790000000, '1790000000', 1790000000000, '1790000000000', '2026-09-21T14:13:20Z']) {
      const [told] = read({ hs_object_id: 251, timestamp });
      assert.equal(told?.occurredAt, '2026-09-21T14:13:20.000Z', String(timestamp));
    }
  });

  test('an event that cannot be read is named, and its neighbours are read', () => {
    const refused: string[] = [];
    const body = [7, change, { objectId: 1 }, { ...change, objectId: undefined }];
    const signals = offline().read(hook(body), NOW, why => refused.push(why));
    assert.deepEqual(signals, [signal]);
    assert.equal(refused.length, 3);
    assert.match(refused.join(), /Event 0 .*Event 2 has neither.*Event 3 .*objectId/);
  });

  test('the generic object.propertyChange counts for contacts only', () => {
    const generic = { ...change, subscriptionType: 'object.propertyChange' };
    assert.deepEqual(read([{ ...generic, objectTypeId: '0-1' }]), [signal]);
    assert.deepEqual(read([{ ...generic, objectTypeId: '0-2' }]), []);
    assert.deepEqual(read([generic]), []);
  });

  test('what is not ours gives nothing', () => {
    for (const event of [
      { ...change, propertyName: 'firstname' },
      { ...change, subscriptionType: 'deal.propertyChange' },
      { ...change, subscriptionType: 'contact.associationChange' },
    ]) {
      assert.deepEqual(read([event]), []);
    }
    assert.deepEqual(read([]), []);
  });

  test('the same event delivered again has the same key, another change has not', () => {
    const key = (more: object) => read([{ ...change, ...more }])[0]?.dedupeKey;
    assert.equal(key({ attemptNumber: 4, eventId: 77 }), signal.dedupeKey);
    for (const more of [
      { objectId: 9 },
      { occurredAt: 1790000000001 },
      { propertyValue: '64' },
      { portalId: 5 },
      { subscriptionId: 6 },
    ]) {
      assert.notEqual(key(more), signal.dedupeKey);
    }
  });

  test('a hundred events at once', () => {
    const many = Array.from({ length: 100 }, (_, objectId) => ({ ...change, objectId: objectId + 1 }));
    assert.equal(new Set(read(many).map(one => one.dedupeKey)).size, 100);
  });

  for (const { name, body, expect } of bodiesFixture.bodies) {
    test(`workflow body: ${name}`, () => {
      const [got, ...more] = read(body);
      assert.deepEqual(more, []);
      assert.ok(got);
      const { dedupeKey, ...rest } = got;
      const { dedupeKey: token, ...facts } = expect as Partial<Signal>;
      assert.deepEqual(rest, { occurredAt: NOW.toISOString(), via: 'workflow', ...facts });
      assert.match(dedupeKey, token ? new RegExp(`^${RegExp.escape(token)}$`) : /^workflow:251:[0-9a-f]{32}$/);
      assert.equal(read(body)[0]?.dedupeKey, dedupeKey, 'sent again it is the same');
    });
  }

  test('what cannot be read says how to mend it', () => {
    const cases: [unknown, RegExp][] = [
      ['', /empty/],
      ['{"a":', /not valid JSON/],
      ['"text"', /array of webhook events/],
      ['null', /array of webhook events/],
      [[7], /Event 0/],
      [[{ objectId: 1 }], /Event 0 has neither/],
      [[{ ...change, objectId: undefined }], /objectId/],
      [{ email: 'emma@example.com' }, /Record ID/],
      [{ hs_object_id: '12/../3' }, /Record ID/],
      [{ object: { objectId: 5, objectType: 'DEAL' }, callbackId: 'x' }, /DEAL/],
    ];
    for (const [body, message] of cases) {
      assert.throws(
        () => read(body),
        (error: unknown) => error instanceof BadInput && message.test(error.message),
        JSON.stringify(body),
      );
    }
  });

  test('another score property is the score when the playbook says so', () => {
    const source = offline({ scoreProperty: 'engagement_score', stageProperty: 'our_stage' });
    assert.deepEqual(source.read(hook([change]), NOW), []);
    assert.equal(source.read(hook([{ ...change, propertyName: 'engagement_score' }]), NOW)[0]?.score, 63);
    assert.equal(
      source.read(hook([{ ...change, propertyName: 'our_stage', propertyValue: 'x' }]), NOW)[0]?.lifecycleStage,
      'x',
    );
  });
});

describe('HubSpot over its stand-in', async () => {
  let offset = 0;
  const clock = clockFrom(NOW, { now: () => new Date(NOW.getTime() + offset) });
  const sandbox = await startSandbox({ clock, services: [standIn] });
  const make = (options: Partial<HubspotOptions> = {}) =>
    hubspot({
      apiUrl: `${sandbox.url}/hubspot`,
      accessToken: async () => ACCESS_TOKEN,
      scoreProperty: 'hubspotscore',
      clock,
      ...options,
    });
  after(() => sandbox.close());
  beforeEach(async () => {
    offset = 0;
    sandbox.reset();
    await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
  });
  const save = (body: Record<string, unknown>) =>
    press(sandbox, 'hubspot/contacts', body).then(answer => String(answer.id));
  const pathsOf = () => sandbox.calls('hubspot').map(call => `${call.method} ${call.path.replace('/hubspot', '')}`);
  const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds).toISOString();

  describe('contacts', () => {
    test('facts, history oldest first, activities newest first', async () => {
      const id = await save({
        email: EMMA.email,
        firstname: 'Emma',
        phone: '+1 202 555 0100',
        website: 'https://www.acmecorp.com',
        industry: 'Technology',
        numberofemployees: 750,
        city: 'San Francisco',
        state: 'California',
        country: 'United States',
        lifecyclestage: 'lead',
        hs_latest_source: 'ORGANIC_SEARCH',
        hs_email_optout: false,
        product_interest: 'Platform',
        favourite_colour: 'blue',
        hubspotscore: 47,
        activities: [
          { type: 'webinar', at: ago(3 * DAY), detail: 'Product webinar' },
          { type: 'form', at: ago(2 * DAY), detail: 'Integration guide' },
          { type: 'email_open', at: ago(DAY), detail: 'Your guide' },
          {
            type: 'email_click',
            at: ago(DAY - 5 * SECOND),
            detail: 'Your guide',
            url: 'https://www.example.com/guide',
            deliveredAt: ago(DAY),
          },
          { type: 'page_view', at: ago(MINUTE), detail: '/pricing' },
          { type: 'meeting', at: ago(5 * DAY), detail: 'Intro' },
          { type: 'call', at: ago(6 * DAY), detail: 'First call' },
          { type: 'note', at: ago(7 * DAY), detail: '<p>Met at <b>the fair</b></p>' },
        ],
      });
      offset = MINUTE;
      await save({ id, hubspotscore: 63 });
      const contact = await make().contact(id);
      assert.ok(contact);
      const { activities, properties, ...facts } = contact;
      assert.deepEqual(facts, {
        source: 'hubspot',
        id,
        email: EMMA.email,
        firstName: 'Emma',
        phone: '+1 202 555 0100',
        website: 'https://www.acmecorp.com',
        industry: 'Technology',
        employees: 750,
        city: 'San Francisco',
        state: 'California',
        country: 'United States',
        score: 63,
        lifecycleStage: 'lead',
        leadSource: 'Organic search',
        productInterest: 'Platform',
        unsubscribed: false,
        scoreHistory: [
          { score: 47, at: NOW.toISOString() },
          { score: 63, at: new Date(NOW.getTime() + MINUTE).toISOString() },
        ],
      });
      assert.equal(properties.favourite_colour, 'blue');
      assert.deepEqual(
        activities.map(one => `${one.type}: ${one.detail}`),
        [
          'page_view: /pricing',
          'email_click: Your guide',
          'email_open: Your guide',
          'form: Integration guide',
          'webinar: Product webinar',
          'meeting: Intro',
          'call: First call',
          'note: Met at the fair',
        ],
      );
      assert.equal(activities[0]?.url, 'https://www.example.com/pricing');
      assert.equal(activities[1]?.deliveredAt, ago(DAY));
    });

    test('the company HubSpot has them under comes along, in one more call', async () => {
      const id = await save({ email: EMMA.email, hubspotscore: 63 });
      await press(sandbox, 'hubspot/companies', {
        contact: id,
        properties: {
          name: 'Acme Corp',
          domain: 'AcmeCorp.com',
          industry: 'COMPUTER_SOFTWARE',
          numberofemployees: 750,
        },
      });
      const source = make();
      await source.contact(id);
      const before = sandbox.calls('hubspot').length;
      assert.deepEqual((await source.contact(id))?.employer, {
        domain: 'acmecorp.com',
        name: 'Acme Corp',
        industry: 'Computer software',
        employees: 750,
        origin: { name: 'hubspot', industry: 'hubspot', employees: 'hubspot' },
      });
      assert.equal(sandbox.calls('hubspot').length - before, 3);
    });

    test('a token that may not read companies reads contacts all the same, and asks again after an hour', async () => {
      const id = await save({ email: EMMA.email, hubspotscore: 63 });
      await press(sandbox, 'hubspot/companies', { contact: id, properties: { name: 'Acme Corp' } });
      await press(sandbox, 'hubspot/settings', { companies: false });
      const source = make();
      assert.equal((await source.contact(id))?.employer, undefined);
      const before = sandbox.calls('hubspot').length;
      assert.equal((await source.contact(id))?.email, EMMA.email);
      assert.equal(sandbox.calls('hubspot').length - before, 2);
      await press(sandbox, 'hubspot/settings', { companies: true });
      offset = HOUR;
      assert.equal((await source.contact(id))?.employer?.name, 'Acme Corp');
    });

    test('a lone lead without engagements: two calls at once; the names of properties are asked for once', async () => {
      const id = await save({ email: 'lone@example.com', hubspotscore: 60 });
      const source = make();
      await source.contact(id);
      assert.equal(sandbox.calls('hubspot').length, 3);
      await source.contact(id);
      assert.equal(sandbox.calls('hubspot').length, 5);
    });

    test('a lone lead with one kind of engagement: three calls', async () => {
      const activities = [1, 2, 3].map(day => ({ type: 'call', at: ago(day * DAY), detail: `Call ${day}` }));
      const id = await save({ email: 'called@example.com', activities });
      const source = make();
      await source.contact(id);
      const before = sandbox.calls('hubspot').length;
      assert.deepEqual(
        (await source.contact(id))?.activities.map(one => one.detail),
        ['Call 1', 'Call 2', 'Call 3'],
      );
      assert.equal(sandbox.calls('hubspot').length - before, 3);
    });

    test('sixty at once share their calls, and each gets its own', async () => {
      await press(sandbox, 'hubspot/settings', { eventsApi: false });
      const ids: string[] = [];
      for (let n = 0; n < 60; n += 1) {
        const activities = n % 3 === 0 ? [{ type: 'call', at: ago(n * MINUTE), detail: `Call ${n}` }] : [];
        ids.push(await save({ email: `c${n}@example.com`, hubspotscore: n, activities }));
      }
      const contacts = await Promise.all(ids.map(make().contact));
      assert.deepEqual(
        contacts.map(one => one?.email),
        ids.map((_, n) => `c${n}@example.com`),
      );
      assert.deepEqual(
        contacts.map(one => one?.activities.length),
        ids.map((_, n) => (n % 3 === 0 ? 1 : 0)),
      );
      // Names, one refused look at events, two batches of a read and five associations each, the calls.
      assert.ok(pathsOf().length <= 18, pathsOf().join('\n'));
    });

    test('unknown ids among many are null, the others are there', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 20; n += 1) ids.push(await save({ email: `m${n}@example.com` }));
      const asked = ids.flatMap((id, n) => (n % 5 === 0 ? [id, String(900_000 + n)] : [id]));
      const contacts = await Promise.all(asked.map(make().contact));
      assert.deepEqual(
        contacts.map(one => one?.id ?? null),
        asked.map(id => (ids.includes(id) ? id : null)),
      );
      assert.ok(pathsOf().some(path => path.endsWith('/contacts/batch/read')));
    });

    test('second pages: associations, engagements and events', async () => {
      await press(sandbox, 'hubspot/settings', { associationsPerPage: 30 });
      const calls = Array.from({ length: 140 }, (_, n) => ({
        type: 'call',
        at: ago((n + 1) * HOUR),
        detail: `Call ${n}`,
      }));
      const views = Array.from({ length: 150 }, (_, n) => ({
        type: 'page_view',
        at: ago((n + 1) * MINUTE),
        detail: `/page-${n}`,
      }));
      const busy = await save({ email: 'busy@example.com', activities: calls });
      const viewer = await save({ email: 'viewer@example.com', activities: views });
      const one = await make().contact(busy);
      assert.deepEqual(
        one?.activities.map(activity => activity.detail),
        calls.map(call => call.detail),
      );
      assert.equal((await make().contact(viewer))?.activities.length, 150);
      const others = Array.from({ length: 10 }, (_, n) => save({ email: `o${n}@example.com` }));
      const together = await Promise.all([...(await Promise.all(others)), busy].map(make().contact));
      assert.equal(together.at(-1)?.activities.length, 140, 'in a batch, too');
    });

    test('no more than two hundred activities, the newest', async () => {
      const views = Array.from({ length: 260 }, (_, n) => ({
        type: 'page_view',
        at: ago((n + 1) * MINUTE),
        detail: `/p${n}`,
      }));
      const contact = await make().contact(await save({ email: 'much@example.com', activities: views }));
      assert.equal(contact?.activities.length, 200);
      assert.equal(contact?.activities[0]?.detail, '/p0');
    });

    test('an account without the events API: refused once, then the contact itself tells what it can', async () => {
      await press(sandbox, 'hubspot/settings', { eventsApi: false });
      const activities = [
        { type: 'page_view', at: ago(MINUTE), detail: '/pricing' },
        { type: 'form', at: ago(HOUR), detail: 'Integration guide' },
        { type: 'email_open', at: ago(2 * HOUR), detail: 'Your guide' },
      ];
      const id = await save({ email: 'quiet@example.com', activities });
      const source = make();
      for (let n = 0; n < 3; n += 1) {
        const contact = await source.contact(id);
        assert.deepEqual(
          contact?.activities.map(one => `${one.type}: ${one.detail}`),
          ['page_view: https://www.example.com/pricing', 'form: Integration guide', 'email_open: Your guide'],
        );
      }
      const asked = () => pathsOf().filter(path => path.includes('/events/')).length;
      assert.equal(asked(), 1);
      offset = 2 * HOUR;
      await press(sandbox, 'hubspot/settings', { eventsApi: true });
      await source.contact(id);
      assert.equal(asked(), 2, 'asked again after a while');
    });

    test('an outage of the events API is an outage, not an account without events', async () => {
      const id = await save({ email: 'e@example.com' });
      const source = make();
      sandbox.fault({ service: 'hubspot', path: '/events/', status: 503, body: {} });
      await failureOf(Unavailable, source.contact(id));
      assert.equal((await source.contact(id))?.email, 'e@example.com');
    });

    test('more property names than a query holds: they travel in a body', async () => {
      const custom = Object.fromEntries(
        Array.from({ length: 400 }, (_, n) => [`custom_property_number_${n}`, `value ${n}`]),
      );
      const id = await save({
        email: 'wide@example.com',
        hubspotscore: 51,
        ...custom,
        activities: [{ type: 'note', at: ago(DAY), detail: 'Hello' }],
      });
      const contact = await make().contact(id);
      assert.equal(contact?.properties.custom_property_number_399, 'value 399');
      assert.deepEqual(
        contact?.scoreHistory.map(one => one.score),
        [51],
      );
      assert.deepEqual(
        contact?.activities.map(one => one.detail),
        ['Hello'],
      );
      assert.equal(await make().contact('987654'), null);
    });

    test('the old v3 and v4 paths serve as well', async () => {
      const id = await save({
        email: 'old@example.com',
        hubspotscore: 55,
        activities: [{ type: 'call', at: ago(DAY), detail: 'Hi' }],
      });
      const source = make({ apiVersion: 'v3' });
      assert.deepEqual(
        (await source.contact(id))?.activities.map(one => one.detail),
        ['Hi'],
      );
      const { signals } = await (source.poll?.(null, new Date(0)) ?? assert.fail());
      assert.equal(signals.length, 1);
      const others = await Promise.all(Array.from({ length: 9 }, (_, n) => save({ email: `v${n}@example.com` })));
      assert.ok((await Promise.all(others.map(source.contact))).every(one => one !== null));
    });

    test('an old token is renewed between calls', async () => {
      const tokens = ['expired', ACCESS_TOKEN];
      const id = await save({ email: 't@example.com' });
      const source = make({ accessToken: async () => tokens[0] ?? '' });
      await failureOf(CredentialsRejected, source.contact(id));
      tokens.shift();
      assert.equal((await source.contact(id))?.id, id);
    });

    test('refusals in HubSpot words', async () => {
      const id = await save({ email: 'f@example.com' });
      const source = make();
      await source.contact(id);
      const path = '/crm/objects/';
      const at = (wait: number) => new Date(NOW.getTime() + wait);
      const limited: [Record<string, unknown>, Record<string, string>, Date][] = [
        [{ policyName: 'SECONDLY' }, {}, at(SECOND)],
        [{ policyName: 'TEN_SECONDLY_ROLLING' }, {}, at(10 * SECOND)],
        [{ policyName: 'DAILY' }, {}, new Date('2026-11-25T00:00:00.000Z')],
        [{ policyName: 'NEW_ONE' }, { 'retry-after': '7' }, at(7 * SECOND)],
        [{}, {}, at(10 * SECOND)],
      ];
      for (const [body, headers, retryAt] of limited) {
        sandbox.fault({ service: 'hubspot', path, status: 429, body, headers });
        assert.deepEqual((await failureOf(RateLimited, source.contact(id))).retryAt, retryAt, JSON.stringify(body));
      }
      sandbox.fault({ service: 'hubspot', path, status: 477, headers: { 'retry-after': '3600' }, body: {} });
      assert.deepEqual((await failureOf(RateLimited, source.contact(id))).retryAt, at(HOUR));
      sandbox.fault({ service: 'hubspot', path, status: 477, body: {} });
      await failureOf(Unavailable, source.contact(id));
      sandbox.fault({ service: 'hubspot', path, status: 423, body: {} });
      assert.deepEqual((await failureOf(RateLimited, source.contact(id))).retryAt, at(2 * SECOND));
      sandbox.fault({
        service: 'hubspot',
        path,
        status: 403,
        body: {
          category: 'MISSING_SCOPES',
          message: 'No.',
          errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.read'] } }],
        },
      });
      assert.match((await failureOf(CredentialsRejected, source.contact(id))).message, /crm\.objects\.contacts\.read/);
      sandbox.fault({
        service: 'hubspot',
        path,
        status: 400,
        body: {
          category: 'VALIDATION_ERROR',
          message: 'No.',
          errors: [{ context: { propertyName: ['hubspotscore'] } }],
        },
      });
      assert.deepEqual((await failureOf(Rejected, source.contact(id))).fields, ['hubspotscore']);
    });

    test('part of a batch that failed is no "none"', async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => save({ email: `p${n}@example.com` })));
      const error = { status: 'error', category: 'INTERNAL_ERROR', message: 'shard away' };
      sandbox.fault({
        service: 'hubspot',
        path: '/contacts/batch/read',
        status: 207,
        body: { status: 'COMPLETE', results: [], errors: [error] },
      });
      const settled = await Promise.allSettled(ids.map(make().contact));
      assert.ok(settled.every(one => one.status === 'rejected' && one.reason instanceof Unavailable));
    });
  });

  describe('polling', () => {
    const since = new Date(NOW.getTime() - DAY);
    const poll = (source: Source, cursor: PollCursor | null) => source.poll?.(cursor, since) ?? assert.fail('no poll');

    /** Polls until there is no more, the cursor stored as JSON between calls. */
    async function walk(source: Source, from: PollCursor | null = null) {
      const signals: Signal[] = [];
      let cursor = from;
      for (let pages = 1; ; pages += 1) {
        const before = sandbox.calls('hubspot').length;
        const page = await poll(source, cursor);
        assert.ok(sandbox.calls('hubspot').length - before === 1, 'one poll is one call');
        signals.push(...page.signals);
        cursor = JSON.parse(JSON.stringify(page.cursor)) as PollCursor;
        if (!page.more) return { signals, cursor, pages };
        assert.ok(pages < 200, 'the walk does not end');
      }
    }

    test('nothing changed: an empty page', async () => {
      const { signals, pages } = await walk(make());
      assert.deepEqual([signals, pages], [[], 1]);
    });

    test('signals in order, with what the search knows: of every contact that changed, whatever its score', async () => {
      await save({ email: 's0@example.com', company: 'Acme', hubspotscore: 63, lifecyclestage: 'lead' });
      offset = SECOND;
      await save({ email: 'unscored@example.com' });
      const { signals } = await walk(make());
      const [first, second] = signals.map(one => one.contactId);
      const changes = [Date.parse(at(0)), Date.parse(at(SECOND))];
      assert.deepEqual(
        signals.map(({ contactId, ...one }) => one),
        [
          {
            occurredAt: at(0),
            via: 'poll',
            score: 63,
            lifecycleStage: 'lead',
            email: 's0@example.com',
            company: 'Acme',
            dedupeKey: `poll:${first}:${changes[0]}:63:lead`,
          },
          {
            occurredAt: at(SECOND),
            via: 'poll',
            score: null,
            email: 'unscored@example.com',
            dedupeKey: `poll:${second}:${changes[1]}::`,
          },
        ],
      );
      const { signals: own } = await walk(make({ ownScore: true }));
      assert.deepEqual(
        own.map(({ score, event }) => [score, event?.kind]),
        [
          [63, undefined],
          [undefined, 'active'],
        ],
        'without a score it is one to look at',
      );
    });

    test('what was told is not told again, a change is', async () => {
      const ids = [
        await save({ email: 'a@example.com', hubspotscore: 60 }),
        await save({ email: 'b@example.com', hubspotscore: 61 }),
      ];
      const source = make();
      const first = await walk(source);
      assert.equal(first.signals.length, 2);
      offset = MINUTE;
      const second = await walk(source, first.cursor);
      assert.deepEqual(second.signals, []);
      await save({ id: ids[0], hubspotscore: 70 });
      const third = await walk(source, second.cursor);
      assert.deepEqual(
        third.signals.map(one => [one.contactId, one.score]),
        [[ids[0], 70]],
      );
    });

    test('the index shows changes late and out of order: nothing is missed', async () => {
      await press(sandbox, 'hubspot/settings', { indexLagMs: 90 * SECOND, searchesPerSecond: null });
      const source = make();
      await save({ email: 'late@example.com', hubspotscore: 60 });
      const first = await walk(source);
      assert.deepEqual(first.signals, [], 'not in the index yet');
      offset = 60 * SECOND;
      await save({ email: 'later@example.com', hubspotscore: 61 });
      await press(sandbox, 'hubspot/settings', { indexLagMs: 0 });
      const second = await walk(source, first.cursor);
      assert.equal(second.signals.length, 2);
      await press(sandbox, 'hubspot/settings', { indexLagMs: 90 * SECOND });
      await save({ email: 'overtaken@example.com', hubspotscore: 62 });
      const third = await walk(source, second.cursor);
      assert.deepEqual(third.signals, []);
      offset = 160 * SECOND;
      const fourth = await walk(source, third.cursor);
      assert.deepEqual(
        fourth.signals.map(one => one.email),
        ['overtaken@example.com'],
      );
    });

    test('past ten thousand, most of them changed in the same instant', async () => {
      await press(sandbox, 'hubspot/settings', { searchesPerSecond: null });
      await press(sandbox, 'hubspot/bulk', {
        count: 10_500,
        properties: { email: 'bulk{n}@example.com', hubspotscore: 55 },
      });
      offset = SECOND;
      await press(sandbox, 'hubspot/bulk', {
        count: 450,
        properties: { email: 'next{n}@example.com', hubspotscore: 56 },
      });
      offset = 2 * SECOND;
      const last = await save({ email: 'last@example.com', hubspotscore: 57 });
      const { signals, cursor } = await walk(make());
      assert.equal(new Set(signals.map(one => one.contactId)).size, 10_951);
      assert.ok(signals.some(one => one.contactId === last));
      assert.ok(JSON.stringify(cursor).length < 100_000, 'the cursor stays small');
    });

    test('a contact that moves while pages are read pushes nobody out', async () => {
      await press(sandbox, 'hubspot/settings', { searchesPerSecond: null });
      const ids: string[] = [];
      for (let n = 0; n < 250; n += 1) {
        offset = n * 10;
        ids.push(await save({ email: `move${n}@example.com`, hubspotscore: 60 }));
      }
      const source = make();
      const first = await poll(source, null);
      assert.deepEqual([first.signals.length, first.more], [200, true]);
      offset = 5 * SECOND;
      for (const id of ids.slice(0, 20)) await save({ id, hubspotscore: 61 });
      const rest = await walk(source, first.cursor);
      const told = new Set([...first.signals, ...rest.signals].map(one => one.dedupeKey));
      assert.equal(told.size, 270);
    });

    test('five searches a second: the sixth is asked to wait a second', async () => {
      const source = make();
      for (let n = 0; n < 5; n += 1) await poll(source, null);
      const failure = await failureOf(RateLimited, poll(source, null));
      assert.equal(failure.retryAt.getTime() - NOW.getTime(), SECOND);
      offset = SECOND;
      await poll(source, null);
    });

    test('a score property that does not exist is a refusal an admin can read', async () => {
      const failure = await failureOf(Rejected, poll(make({ scoreProperty: 'no_such_score' }), null));
      assert.match(failure.message, /no_such_score/);
      assert.deepEqual(failure.fields, ['no_such_score']);
    });

    test('a cursor of another make starts anew', async () => {
      await save({ email: 'c@example.com', hubspotscore: 60 });
      assert.equal((await walk(make(), { page: 7 })).signals.length, 1);
    });

    const at = (wait: number) => new Date(NOW.getTime() + wait).toISOString();
  });
});
