/** The HubSpot stand-in is honest: it refuses what HubSpot refuses, and HubSpot's own client works on it. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, describe, test } from 'node:test';
import { Client } from '@hubspot/api-client';
import { ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as standIn } from '../../sandbox/hubspot/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { clockFrom, HOUR, SECOND } from '../../src/lib/clock.ts';
import { hubspot } from '../../src/vendors/hubspot/source.ts';
import { press } from '../helpers/control.ts';
import { until } from '../helpers/until.ts';
import { NOW } from './source.suite.ts';

type Json = Record<string, unknown>;

describe('the HubSpot stand-in', async () => {
  let offset = 0;
  const clock = clockFrom(NOW, { now: () => new Date(NOW.getTime() + offset) });
  const sandbox = await startSandbox({ clock, services: [standIn] });
  const base = `${sandbox.url}/hubspot`;
  const client = new Client({ accessToken: ACCESS_TOKEN, basePath: base });
  const app = await receiver();
  sandbox.setAppUrl(app.url);
  after(async () => {
    await app.close();
    await sandbox.close();
  });
  beforeEach(async () => {
    offset = 0;
    sandbox.reset();
    app.forget();
    await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
  });

  async function call(method: string, path: string, body?: unknown, token = ACCESS_TOKEN) {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith('{') ? (JSON.parse(text) as Json) : {};
    return { status: response.status, json, headers: response.headers };
  }
  const contacts = '/crm/objects/2026-03/contacts';

  describe('refuses', () => {
    const one = { properties: { email: 'a@example.com' }, associations: [] };
    const filters = (n: number) =>
      Array.from({ length: n }, () => ({ propertyName: 'email', operator: 'HAS_PROPERTY' }));
    const cases: [string, string, string, unknown, number, string][] = [
      ['an unknown property', 'POST', contacts, { ...one, properties: { emial: 'x' } }, 400, 'VALIDATION_ERROR'],
      [
        'a read-only property',
        'POST',
        contacts,
        { ...one, properties: { lastmodifieddate: '1' } },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'an option that is none',
        'POST',
        contacts,
        { ...one, properties: { hs_lead_status: 'MQL' } },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'a number that is none',
        'POST',
        contacts,
        { ...one, properties: { hubspotscore: 'many' } },
        400,
        'VALIDATION_ERROR',
      ],
      ['a field its schema has not', 'POST', contacts, { ...one, extra: 1 }, 400, 'VALIDATION_ERROR'],
      ['an object type that is none', 'POST', '/crm/objects/2026-03/dragons', one, 400, 'VALIDATION_ERROR'],
      [
        'a call without a time',
        'POST',
        '/crm/objects/2026-03/calls',
        { properties: { hs_call_title: 'x' } },
        400,
        'VALIDATION_ERROR',
      ],
      ['a contact that is not there', 'GET', `${contacts}/77`, undefined, 404, 'OBJECT_NOT_FOUND'],
      ['a version that is none', 'GET', '/crm/objects/2020-01/contacts/77', undefined, 404, 'NOT_FOUND'],
      [
        'a batch over a hundred',
        'POST',
        `${contacts}/batch/read`,
        { properties: [], inputs: Array.from({ length: 101 }, (_, id) => ({ id })) },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'a batch with history over fifty',
        'POST',
        `${contacts}/batch/read`,
        { propertiesWithHistory: ['email'], inputs: Array.from({ length: 51 }, (_, id) => ({ id })) },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'six filter groups',
        'POST',
        `${contacts}/search`,
        { filterGroups: Array.from({ length: 6 }, () => ({ filters: filters(1) })) },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'nineteen filters',
        'POST',
        `${contacts}/search`,
        { filterGroups: [6, 6, 6, 1].map(n => ({ filters: filters(n) })) },
        400,
        'VALIDATION_ERROR',
      ],
      ['two sorts', 'POST', `${contacts}/search`, { sorts: ['email', 'company'] }, 400, 'VALIDATION_ERROR'],
      [
        'a filter on a property that is not there',
        'POST',
        `${contacts}/search`,
        { filterGroups: [{ filters: [{ propertyName: 'hs_last_modified_date', operator: 'GT', value: '1' }] }] },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'an operator without its value',
        'POST',
        `${contacts}/search`,
        { filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ' }] }] },
        400,
        'VALIDATION_ERROR',
      ],
      [
        'a page beyond ten thousand',
        'POST',
        `${contacts}/search`,
        { limit: 100, after: '9950' },
        400,
        'VALIDATION_ERROR',
      ],
      ['two hundred and one a page', 'POST', `${contacts}/search`, { limit: 201 }, 400, 'VALIDATION_ERROR'],
      [
        'a search body over 3000 characters',
        'POST',
        `${contacts}/search`,
        { properties: Array.from({ length: 400 }, (_, n) => `property_${n}`) },
        400,
        'VALIDATION_ERROR',
      ],
    ];
    for (const [what, method, path, body, status, category] of cases) {
      test(what, async () => {
        const answer = await call(method, path, body);
        assert.deepEqual([answer.status, answer.json.category], [status, category], JSON.stringify(answer.json));
        assert.equal(answer.json.status, 'error');
      });
    }

    test('a wrong token, an unknown endpoint, too many calls', async () => {
      assert.equal((await call('GET', `${contacts}/1`, undefined, 'nope')).status, 401);
      assert.equal((await call('GET', '/crm/v3/schemas')).status, 404);
      assert.deepEqual(sandbox.takeUnknown(), ['GET /hubspot/crm/v3/schemas']);
      await press(sandbox, 'hubspot/settings', { callsPerTenSeconds: 3 });
      const answers = [
        await call('GET', '/crm/owners/2026-03'),
        await call('GET', '/crm/owners/2026-03'),
        await call('GET', '/crm/owners/2026-03'),
      ];
      assert.deepEqual(
        answers.map(one => one.status),
        [200, 200, 429],
      );
      assert.deepEqual(
        answers.map(one => one.headers.get('x-hubspot-ratelimit-remaining')),
        ['1', '0', '0'],
      );
      assert.equal(answers[2]?.json.policyName, 'TEN_SECONDLY_ROLLING');
      offset = 10 * SECOND;
      assert.equal((await call('GET', '/crm/owners/2026-03')).status, 200);
    });
  });

  describe("serves HubSpot's own client", () => {
    test('create, read, change, search, delete; the second of the same address is a conflict', async () => {
      const api = client.crm.contacts;
      const made = await api.basicApi.create({
        properties: { email: 'kim@example.com', firstname: 'Kim' },
        associations: [],
      });
      const twice = await api.basicApi
        .create({ properties: { email: 'KIM@example.com' }, associations: [] })
        .catch(error => error);
      assert.equal(twice.code, 409);
      assert.match(twice.body.message, new RegExp(`Existing ID: ${made.id}`));
      offset = SECOND;
      await api.basicApi.update(made.id, {
        properties: { hubspotscore: '63', lifecyclestage: 'marketingqualifiedlead' },
      });
      const read = await api.basicApi.getById(made.id, ['email', 'hubspotscore', 'city', 'no_such'], ['hubspotscore']);
      assert.deepEqual(
        [read.properties.email, read.properties.hubspotscore, read.properties.city],
        ['kim@example.com', '63', null],
      );
      assert.ok(!('no_such' in read.properties));
      assert.equal(read.propertiesWithHistory?.hubspotscore?.length, 1);
      const found = await api.searchApi.doSearch({
        filterGroups: [{ filters: [{ propertyName: 'hubspotscore', operator: 'GTE' as never, value: '50' }] }],
        properties: ['email'],
        sorts: ['lastmodifieddate'],
        limit: 10,
        after: '0',
      });
      assert.deepEqual(
        found.results.map(one => one.id),
        [made.id],
      );
      await api.basicApi.archive(made.id);
      assert.equal((await api.basicApi.getById(made.id).catch(error => error)).code, 404);
    });

    test('a stage moves forward only, unless it is emptied first', async () => {
      const { basicApi } = client.crm.contacts;
      const { id } = await basicApi.create({
        properties: { email: 's@example.com', lifecyclestage: 'opportunity' },
        associations: [],
      });
      const stage = async (lifecyclestage: string) =>
        (await basicApi.update(id, { properties: { lifecyclestage } })).properties.lifecyclestage;
      assert.equal(await stage('lead'), 'opportunity');
      assert.equal(await stage('customer'), 'customer');
      await stage('');
      assert.equal(await stage('lead'), 'lead');
    });

    test('a batch tells what was not there', async () => {
      const { batchApi } = client.crm.contacts;
      const upserted = await batchApi.upsert({
        inputs: [
          { id: 'x@example.com', idProperty: 'email', properties: { email: 'x@example.com', firstname: 'X' } },
          { id: 'y@example.com', idProperty: 'email', properties: { email: 'y@example.com', no_such: 'Y' } },
        ],
      });
      assert.ok('numErrors' in upserted && upserted.numErrors === 1);
      const [x] = upserted.results;
      assert.ok(x);
      const answer = await call('POST', `${contacts}/batch/read`, {
        properties: ['email'],
        inputs: [{ id: x.id }, { id: '424242' }],
      });
      assert.equal(answer.status, 207);
      assert.deepEqual(
        (answer.json.errors as Json[]).map(one => one.category),
        ['OBJECT_NOT_FOUND'],
      );
    });

    test('an engagement made with its association is found from the contact', async () => {
      const contact = await client.crm.contacts.basicApi.create({
        properties: { email: 'c@example.com' },
        associations: [],
      });
      const call1 = await client.crm.objects.calls.basicApi.create({
        properties: { hs_timestamp: NOW.toISOString(), hs_call_title: 'Hello', hs_call_duration: '3800' },
        associations: [
          {
            to: { id: contact.id },
            types: [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 194 }],
          },
        ],
      });
      const page = await client.crm.associations.v4.basicApi.getPage('contacts', contact.id, 'calls');
      assert.deepEqual(
        page.results.map(one => String(one.toObjectId)),
        [call1.id],
      );
      const many = await call('POST', '/crm/associations/2026-03/contacts/notes/batch/read', {
        inputs: [{ id: contact.id }],
      });
      assert.equal(many.status, 207);
      assert.equal((many.json.errors as Json[])[0]?.subCategory, 'crm.associations.NO_ASSOCIATIONS_FOUND');
    });

    test('owners, lists, properties, account', async () => {
      const owner = await press(sandbox, 'hubspot/owners', { email: 'marcus@example.com', firstName: 'Marcus' });
      await press(sandbox, 'hubspot/owners', { email: 'gone@example.com', archived: true });
      const active = await client.crm.owners.ownersApi.getPage('marcus@example.com');
      assert.deepEqual(
        active.results.map(one => one.id),
        [owner.id],
      );
      assert.deepEqual((await client.crm.owners.ownersApi.getPage('gone@example.com')).results, []);
      const left = await call('GET', '/crm/owners/2026-03?archived=true');
      assert.equal((left.json.results as Json[]).length, 1);

      const list = await press(sandbox, 'hubspot/lists');
      const { id } = await client.crm.contacts.basicApi.create({
        properties: { email: 'l@example.com' },
        associations: [],
      });
      const added = await call('PUT', `/crm/lists/2026-03/${list.id}/memberships/add`, [id, '5']);
      assert.deepEqual([added.json.recordIdsAdded, added.json.recordIdsMissing], [[id], ['5']]);
      assert.equal((await call('PUT', '/crm/lists/2026-03/1/memberships/add', [id])).status, 404);

      const names = (await client.crm.properties.coreApi.getAll('contacts')).results.map(one => one.name);
      for (const name of ['email', 'hubspotscore', 'lifecyclestage', 'hs_lead_status', 'lastmodifieddate'])
        assert.ok(names.includes(name), name);
      assert.equal((await call('GET', '/account-info/2026-03/details')).json.portalId, 62515);
    });

    test('OAuth: a code once, a token for half an hour, renewed', async () => {
      const form = (fields: Record<string, string>) =>
        fetch(`${base}/oauth/2026-03/token`, {
          method: 'POST',
          body: new URLSearchParams({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, ...fields }),
        });
      const back = encodeURIComponent('https://baton.example.com/connect/hubspot/callback');
      const sent = await fetch(
        `${base}/oauth/authorize?client_id=${CLIENT_ID}&redirect_uri=${back}&state=s1&scope=oauth`,
        { redirect: 'manual' },
      );
      const location = new URL(sent.headers.get('location') ?? '');
      assert.equal(location.searchParams.get('state'), 's1');
      const code = location.searchParams.get('code') ?? '';
      const grant = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: 'https://baton.example.com/connect/hubspot/callback',
      };
      const first = (await (await form(grant)).json()) as Json;
      assert.equal((await form(grant)).status, 400, 'a code is used once');
      assert.equal(first.expires_in, 1_800);
      assert.equal(
        (await call('GET', '/account-info/2026-03/details', undefined, String(first.access_token))).status,
        200,
      );
      offset = HOUR;
      assert.equal(
        (await call('GET', '/account-info/2026-03/details', undefined, String(first.access_token))).status,
        401,
      );
      const renewed = (await (
        await form({ grant_type: 'refresh_token', refresh_token: String(first.refresh_token) })
      ).json()) as Json;
      assert.equal(
        (await call('GET', '/account-info/2026-03/details', undefined, String(renewed.access_token))).status,
        200,
      );
      const bad = (await (await form({ grant_type: 'refresh_token', refresh_token: 'x' })).json()) as Json;
      assert.deepEqual([bad.error, bad.status], ['invalid_grant', 'BAD_REFRESH_TOKEN']);
    });
  });

  describe('tells the app', () => {
    const source = hubspot({
      accessToken: async () => '',
      clientSecret: CLIENT_SECRET,
      scoreProperty: 'hubspotscore',
      clock,
    });
    const heard = (n: number) =>
      until(`${n} deliveries`, async () => (app.requests.length >= n ? app.requests : undefined));
    const idle = () =>
      until('nothing more to deliver', async () => {
        const state = (await (await fetch(`${sandbox.url}/_sandbox/hubspot/deliveries`)).json()) as Record<
          string,
          number
        >;
        return state.waiting === 0 && state.underWay === 0 && state.retrying === 0 ? state : undefined;
      });
    const save = (body: Json) => press(sandbox, 'hubspot/contacts', body);
    const signals = () => app.requests.flatMap(request => source.read(request, NOW));

    test('a new score goes to the hook of the app, signed so that our own check takes it', async () => {
      await press(sandbox, 'hubspot/webhooks', { mode: 'app' });
      const { id } = await save({ email: 'emma@example.com', hubspotscore: 63 });
      await heard(1);
      const [request] = app.requests;
      assert.ok(request);
      assert.equal(new URL(request.url).pathname, '/hooks/sandbox-hook-key/hubspot');
      assert.deepEqual(source.verify(request, clock.now()), { ok: true });
      const { 'x-hubspot-signature-v3': _, ...older } = request.headers;
      assert.deepEqual(source.verify({ ...request, headers: older }, clock.now()), { ok: true }, 'v1 as well');
      assert.equal(source.verify({ ...request, body: Buffer.from('[]') }, clock.now()).ok, false);
      const kinds = (JSON.parse(request.body.toString()) as Json[]).map(one => one.subscriptionType);
      assert.deepEqual(kinds, ['contact.creation', 'contact.propertyChange']);
      assert.deepEqual(
        signals().map(one => [one.contactId, one.score]),
        [[id, 63]],
      );
    });

    test('nothing changed, nothing told; a change over the API is told, too', async () => {
      const { id } = await save({ email: 'emma@example.com', hubspotscore: 63 });
      await press(sandbox, 'hubspot/webhooks', { mode: 'app' });
      await save({ id, hubspotscore: 63, city: 'Ulm' });
      await call('PATCH', `${contacts}/${id}`, { properties: { hubspotscore: '64' } });
      await heard(1);
      await idle();
      assert.deepEqual(
        signals().map(one => one.score),
        [64],
      );
    });

    test('many changes travel together, at most a hundred', async () => {
      await press(sandbox, 'hubspot/webhooks', { mode: 'app' });
      app.hold();
      await Promise.all(Array.from({ length: 150 }, (_, n) => save({ email: `m${n}@example.com`, hubspotscore: 60 })));
      app.release();
      await until('all signals', async () => (signals().length >= 150 ? true : undefined));
      const sizes = app.requests.map(request => (JSON.parse(request.body.toString()) as Json[]).length);
      assert.ok(Math.max(...sizes) <= 100, String(sizes));
      assert.ok(sizes.length < 50, `${sizes.length} deliveries`);
    });

    test('refused deliveries come again, the same events, signed anew', async () => {
      await press(sandbox, 'hubspot/webhooks', { mode: 'app' });
      app.answers.push(500, 401);
      await save({ email: 'again@example.com', hubspotscore: 60 });
      await until('a first try', async () => (app.requests.length > 0 ? true : undefined));
      await press(sandbox, 'hubspot/retry');
      await heard(3);
      await idle();
      assert.equal(app.requests.length, 3);
      assert.equal(new Set(signals().map(one => one.dedupeKey)).size, 1);
      const attempts = app.requests.map(request => (JSON.parse(request.body.toString()) as Json[])[0]?.attemptNumber);
      assert.deepEqual(attempts, [0, 1, 2]);
      for (const request of app.requests) assert.equal(source.verify(request, clock.now()).ok, true);
    });

    for (const shape of ['legacy', 'flat', 'action'] as const) {
      test(`a workflow enrols who reaches its threshold (${shape} body)`, async () => {
        await press(sandbox, 'hubspot/webhooks', { mode: 'workflow', shape, threshold: 50 });
        const { id } = await save({ email: 'w@example.com', hubspotscore: 47 });
        await save({ id, hubspotscore: 63 });
        await save({ id, hubspotscore: 70 });
        await heard(1);
        await idle();
        assert.equal(app.requests.length, 1);
        const [request] = app.requests;
        assert.ok(request);
        assert.equal(request.headers['x-hubspot-signature-version'], 'v2');
        assert.equal(source.verify(request, clock.now()).ok, true);
        const { 'x-hubspot-signature-v3': _, ...older } = request.headers;
        assert.equal(source.verify({ ...request, headers: older }, clock.now()).ok, true, 'v2 as well');
        assert.deepEqual(
          signals().map(({ contactId, score, email, via }) => ({ contactId, score, email, via })),
          [{ contactId: id, score: 63, email: 'w@example.com', via: 'workflow' }],
        );
      });
    }

    test('a workflow takes a 4xx for final, but not a 429 or a 5xx', async () => {
      await press(sandbox, 'hubspot/webhooks', { mode: 'workflow' });
      app.answers.push(400);
      await save({ email: 'w1@example.com', hubspotscore: 60 });
      await heard(1);
      await idle();
      assert.equal(app.requests.length, 1);
      app.answers.push(429, 503);
      await save({ email: 'w2@example.com', hubspotscore: 60 });
      await heard(4);
      await idle();
      assert.equal(app.requests.length, 4);
    });
  });
});

interface Heard {
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** An app that listens: keeps what it hears, answers what it is told to (200 when nothing is left). */
async function receiver() {
  const requests: Heard[] = [];
  const answers: number[] = [];
  let held: (() => void)[] | undefined;
  let url = '';
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    requests.push({
      method: req.method ?? '',
      url: `${url}${req.url}`,
      headers: plain(req.headers),
      body: Buffer.concat(chunks),
    });
    const answer = () => res.writeHead(answers.shift() ?? 200).end();
    if (held) held.push(answer);
    else answer();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    answers,
    hold() {
      held = [];
    },
    release() {
      for (const answer of held ?? []) answer();
      held = undefined;
    },
    forget() {
      requests.length = 0;
      answers.length = 0;
    },
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function plain(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
