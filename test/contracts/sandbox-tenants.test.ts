/** Two customers of one vendor: each stand-in keeps them apart, by the login that asks. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { salesforce } from '../../src/vendors/salesforce/crm.ts';
import { smtp } from '../../src/vendors/smtp/mailer.ts';
import { look, press } from '../helpers/control.ts';
import { until } from '../helpers/until.ts';
import { RULES } from './salesforce-org.ts';

type Json = Record<string, unknown>;
interface Heard {
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

let sandbox: Sandbox;
let heard: Heard[] = [];
const app = createServer(async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  heard.push({ path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString() });
  res.setHeader('connection', 'close');
  res.end('<Ack>true</Ack>');
});
let appUrl = '';

before(async () => {
  await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve));
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  sandbox = await startSandbox({ appUrl });
});
after(async () => {
  await new Promise(resolve => app.close(resolve));
  await sandbox.close();
});
beforeEach(() => {
  sandbox.reset();
  heard = [];
});

async function call(address: string, init?: RequestInit): Promise<{ status: number; body: Json }> {
  const answer = await fetch(address, { redirect: 'manual', ...init });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text } };
}

const post = (address: string, form: Record<string, string>) =>
  call(address, { method: 'POST', body: new URLSearchParams(form) });

describe('Salesforce', () => {
  interface Org {
    organizationId: string;
    instanceUrl: string;
    client: { id: string; secret: string };
    jwt: { username: string };
  }
  interface Login {
    access_token: string;
    refresh_token: string;
    instance_url: string;
    id: string;
  }
  let [home, globex]: Org[] = [];

  beforeEach(async () => {
    globex = await press<Org>(sandbox, 'salesforce/_orgs', { domain: 'globex.example.com' });
    home = await look<Org>(sandbox, 'salesforce/_org');
  });

  const login = async (org: Org | undefined, at = org?.instanceUrl): Promise<Login> => {
    const client = { client_id: org?.client.id ?? '', client_secret: org?.client.secret ?? '' };
    const answer = await post(`${at}/services/oauth2/token`, { grant_type: 'client_credentials', ...client });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body as unknown as Login;
  };
  const api = (to: Login, method: string, path: string, body?: Json, at = to.instance_url) =>
    call(`${at}/services/data/v64.0${path}`, {
      method,
      headers: { authorization: `Bearer ${to.access_token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const lastNames = async (to: Login) => {
    const { body } = await api(to, 'GET', '/query?q=SELECT+LastName+FROM+Lead');
    return (body.records as Json[]).map(one => one.LastName);
  };

  test('two logins answer for two orgs: records, ids, people, calls of the day, settings', async () => {
    const [one, two] = [await login(home), await login(globex)];
    const made = await api(one, 'POST', '/sobjects/Lead', { LastName: 'Thompson', Company: 'Acme' });
    const other = await api(two, 'POST', '/sobjects/Lead', { LastName: 'Gruber', Company: 'Globex' });
    assert.deepEqual([await lastNames(one), await lastNames(two)], [['Thompson'], ['Gruber']]);
    assert.notEqual(made.body.id, other.body.id);
    assert.equal((await api(two, 'GET', `/sobjects/Lead/${made.body.id}`)).status, 404);
    const users = async (to: Login) => {
      const { body } = await api(to, 'GET', "/query?q=SELECT+Email+FROM+User+WHERE+FirstName+=+'Dana'");
      return (body.records as Json[]).map(user => user.Email);
    };
    assert.deepEqual([await users(one), await users(two)], [['dana@example.com'], ['dana@globex.example.com']]);
    const org = `salesforce/_org?org=${globex?.organizationId}`;
    await press(sandbox, org, { dailyLimit: 0 });
    assert.equal((await api(two, 'GET', '/limits')).status, 403);
    assert.equal((await api(one, 'GET', '/limits')).status, 200);
    await press(sandbox, org, { dailyLimit: 100, expireSessions: true });
    assert.equal((await api(two, 'GET', '/limits')).status, 401);
    assert.equal((await api(one, 'GET', '/limits')).status, 200);
  });

  test("Baton's own client finds each org by its login", async () => {
    const crms = [home, globex].map(org =>
      salesforce({
        loginUrl: org?.instanceUrl ?? '',
        auth: { kind: 'client_credentials', clientId: org?.client.id ?? '', clientSecret: org?.client.secret ?? '' },
        fields: {},
        rules: RULES,
      }),
    );
    const emails = ['dana@example.com', 'dana@globex.example.com'];
    const found = await Promise.all(crms.map(async crm => (await crm.users(emails)).map(user => user.email)));
    assert.deepEqual(found, [['dana@example.com'], ['dana@globex.example.com']]);
    const organizations = await Promise.all(crms.map(crm => crm.hook?.tenant?.()));
    assert.deepEqual(organizations, [home?.organizationId, globex?.organizationId]);
    const { id } = await press(sandbox, `salesforce/Lead?org=${globex?.organizationId}`, {
      LastName: 'Gruber',
      Company: 'G',
    });
    const statuses = crms.map(async crm => (await call(await crm.recordUrl({ kind: 'lead', id: String(id) }))).status);
    assert.deepEqual(await Promise.all(statuses), [404, 200]);
  });

  test('a token is good at the address of its org alone', async () => {
    const [one, two] = [await login(home), await login(globex)];
    assert.notEqual(one.instance_url, two.instance_url);
    assert.equal((await api(one, 'GET', '/limits', undefined, two.instance_url)).status, 401);
    assert.equal((await api(two, 'GET', '/limits', undefined, one.instance_url)).status, 401);
    const headers = { authorization: `Bearer ${two.access_token}` };
    assert.equal((await call(two.id, { headers })).body.organization_id, globex?.organizationId);
    assert.equal((await call(one.id, { headers })).status, 403);
    const wrong = { client_id: home?.client.id ?? '', client_secret: home?.client.secret ?? '' };
    const answer = await post(`${two.instance_url}/services/oauth2/token`, {
      grant_type: 'client_credentials',
      ...wrong,
    });
    assert.equal(answer.body.error, 'invalid_client_id');
  });

  test('the log-in page leads to the org of whoever logs in, and so does the refresh token', async () => {
    const callback = `${appUrl}/connect/salesforce/callback`;
    const base = home?.instanceUrl;
    const client = { client_id: home?.client.id ?? '', redirect_uri: callback };
    const through = async (as: string): Promise<Login> => {
      const query = new URLSearchParams({ response_type: 'code', as, ...client });
      const page = await fetch(`${base}/services/oauth2/authorize?${query}`, { redirect: 'manual' });
      const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const form = { grant_type: 'authorization_code', code, ...client, client_secret: home?.client.secret ?? '' };
      return (await post(`${base}/services/oauth2/token`, form)).body as unknown as Login;
    };
    const [one, two] = [await through('dana@example.com'), await through('dana@globex.example.com')];
    assert.deepEqual([one.instance_url, two.instance_url], [home?.instanceUrl, globex?.instanceUrl]);
    await press(sandbox, `salesforce/_org?org=${globex?.organizationId}`, { expireSessions: true });
    const renew = async ({ refresh_token }: Login) =>
      (await post(`${base}/services/oauth2/token`, { grant_type: 'refresh_token', refresh_token, ...client })).body;
    assert.equal((await renew(two)).instance_url, globex?.instanceUrl);
    await press(sandbox, `salesforce/_org?org=${globex?.organizationId}`, { login: { revokeTokens: true } });
    assert.equal((await renew(two)).error, 'invalid_grant');
    assert.equal((await renew(one)).instance_url, home?.instanceUrl);
    await press(sandbox, `salesforce/_org?org=${globex?.organizationId}`, { revokeAccess: true });
    assert.equal(
      (
        await post(`${base}/services/oauth2/token`, {
          grant_type: 'client_credentials',
          ...client,
          client_secret: home?.client.secret ?? '',
        })
      ).status,
      200,
    );
  });

  test('each sends its own outbound messages, where it was told to', async () => {
    const org = `org=${globex?.organizationId}`;
    await press(sandbox, `salesforce/_outbound?${org}`, { mode: 'manual', url: `${appUrl}/hooks/globex/salesforce` });
    await press(sandbox, 'salesforce/_outbound', { mode: 'manual' });
    await press(sandbox, `salesforce/Lead?${org}`, { LastName: 'Gruber', Company: 'Globex' });
    await press(sandbox, 'salesforce/Lead', { LastName: 'Thompson', Company: 'Acme' });
    for (const where of [`?${org}`, '']) await press(sandbox, `salesforce/deliver${where}`);
    assert.deepEqual(
      heard.map(one => [
        one.path,
        /<OrganizationId>(.*)<\/O/.exec(one.body)?.[1],
        /<sf:Company>(.*)<\/sf/.exec(one.body)?.[1],
      ]),
      [
        ['/hooks/globex/salesforce', globex?.organizationId, 'Globex'],
        ['/hooks/sandbox-hook-key/salesforce', home?.organizationId, 'Acme'],
      ],
    );
    assert.equal(((await look<Json[]>(sandbox, `salesforce/Lead?${org}&Company=Acme`)) as unknown as Json[]).length, 0);
    const [lead] = (await look(sandbox, `salesforce/Lead?${org}`)) as unknown as { Id: string }[];
    assert.match(String((await call(`${globex?.instanceUrl}/lightning/r/Lead/${lead?.Id}/view`)).body.text), /Gruber/);
    assert.equal((await call(`${home?.instanceUrl}/lightning/r/Lead/${lead?.Id}/view`)).status, 404);
  });

  test('the same domain twice, an org that is none, and one that is gone after a reset', async () => {
    const again = { domain: 'globex.example.com' };
    await assert.rejects(press(sandbox, 'salesforce/_orgs', again), /there is an org of globex\.example\.com already/);
    await assert.rejects(look(sandbox, 'salesforce/Lead?org=00D000000000000AAA'), /no org/);
    sandbox.reset('salesforce');
    await assert.rejects(look(sandbox, `salesforce/_org?org=${globex?.organizationId}`), /no org/);
  });
});

describe('HubSpot', () => {
  interface Portal {
    id: number;
    token: string;
    clientSecret: string;
  }
  const base = () => `${sandbox.url}/hubspot`;
  const as = (token: string | undefined) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  const first = () => String(sandbox.env().HUBSPOT_ACCESS_TOKEN);
  const found = (token: string, id: string) =>
    call(`${base()}/crm/objects/2026-03/contacts/${id}?properties=email`, { headers: as(token) });

  test('two tokens answer for two portals: contacts, owners, properties, limits', async () => {
    const { id: portal, token } = await press<Portal>(sandbox, 'hubspot/portals', { id: 777 });
    const account = async (of: string) =>
      (await call(`${base()}/account-info/2026-03/details`, { headers: as(of) })).body.portalId;
    assert.deepEqual([await account(first()), await account(token)], [62515, portal]);
    const one = await press(sandbox, 'hubspot/contacts', { email: 'emma@acmecorp.com' });
    const two = await press(sandbox, `hubspot/contacts?portal=777`, { email: 'gruber@globex.com' });
    assert.equal(one.id, two.id, 'ids are numbered anew in each portal');
    const email = async (of: string, id: unknown) => (await found(of, String(id))).body.properties;
    assert.equal(((await email(first(), one.id)) as Json).email, 'emma@acmecorp.com');
    assert.equal(((await email(token, two.id)) as Json).email, 'gruber@globex.com');
    await press(sandbox, 'hubspot/owners?portal=777', { email: 'dana@globex.example.com' });
    const owners = async (of: string) =>
      ((await call(`${base()}/crm/owners/2026-03`, { headers: as(of) })).body.results as Json[]).length;
    assert.deepEqual([await owners(first()), await owners(token)], [0, 1]);
    await press(sandbox, 'hubspot/settings?portal=777', { callsPerTenSeconds: 1, eventsApi: false });
    assert.equal((await found(token, '1')).status, 429);
    assert.equal((await found(first(), '1')).status, 404);
  });

  test('each tells the app of its own, where it was told to, signed with its own secret', async () => {
    const url = `${appUrl}/hooks/globex/hubspot`;
    const given = { id: 777, clientSecret: 'globex-secret', url };
    await press(sandbox, 'hubspot/portals', given);
    await press(sandbox, 'hubspot/contacts?portal=777', { email: 'gruber@globex.com', hubspotscore: 63 });
    await press(sandbox, 'hubspot/contacts', { email: 'emma@acmecorp.com', hubspotscore: 63 });
    await until('both were told of', async () => (heard.length >= 2 ? true : undefined));
    const told = heard.map(({ path, body }) => [path, (JSON.parse(body) as Json[])[0]?.portalId]).toSorted();
    assert.deepEqual(told, [
      ['/hooks/globex/hubspot', 777],
      ['/hooks/sandbox-hook-key/hubspot', 62515],
    ]);
    const one = heard.find(({ path }) => path.includes('globex'));
    const source = `POST${url}${one?.body}${one?.headers['x-hubspot-request-timestamp']}`;
    const signature = createHmac('sha256', 'globex-secret').update(source).digest('base64');
    assert.equal(one?.headers['x-hubspot-signature-v3'], signature);
    const ids = heard.flatMap(({ body }) => (JSON.parse(body) as Json[]).map(event => event.eventId));
    assert.equal(new Set(ids).size, ids.length, 'no event has the number of another');
    assert.equal((await look<{ outcomes: Json[] }>(sandbox, 'hubspot/deliveries')).outcomes.length, 2);
    assert.equal((await look<{ outcomes: Json[] }>(sandbox, 'hubspot/deliveries?portal=777')).outcomes.length, 1);
  });

  test('an app of all portals is installed in the one that is said', async () => {
    const { id, token } = await press<Portal>(sandbox, 'hubspot/portals');
    const { HUBSPOT_CLIENT_ID: client_id = '', HUBSPOT_CLIENT_SECRET: client_secret = '' } = sandbox.env();
    const redirect_uri = `${appUrl}/connect/hubspot/callback`;
    const query = new URLSearchParams({ client_id, redirect_uri, portal: String(id), scope: 'oauth' });
    const page = await fetch(`${base()}/oauth/authorize?${query}`, { redirect: 'manual' });
    const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, client_id, client_secret, redirect_uri };
    const { body } = await post(`${base()}/oauth/2026-03/token`, form);
    assert.equal(body.hub_id, id);
    const { id: contact } = await press(sandbox, `hubspot/contacts?portal=${id}`, { email: 'gruber@globex.com' });
    for (const good of [String(body.access_token), token])
      assert.equal((await found(good, String(contact))).status, 200);
    assert.equal((await found(first(), String(contact))).status, 404);
    await assert.rejects(press(sandbox, 'hubspot/portals', { id }), /is there already/);
    await assert.rejects(look(sandbox, 'hubspot/contacts?portal=1'), /no portal 1/);
    sandbox.reset('hubspot');
    assert.equal((await found(token, '1')).status, 401);
  });
});

test('enrichers: another key has its own credits and limits, and knows the same companies', async () => {
  const { CLEARBIT_API_KEY, APOLLO_API_KEY } = sandbox.env();
  const domain = 'acmecorp.com';
  const asked: [string, string | undefined, (key: string) => Promise<number>, Json][] = [
    [
      'clearbit',
      CLEARBIT_API_KEY,
      async key =>
        (
          await call(`${sandbox.url}/clearbit/v2/companies/find?domain=${domain}`, {
            headers: { authorization: `Bearer ${key}` },
          })
        ).status,
      { perMinute: 0 },
    ],
    [
      'apollo',
      APOLLO_API_KEY,
      async key =>
        (await call(`${sandbox.url}/apollo/organizations/enrich?domain=${domain}`, { headers: { 'x-api-key': key } }))
          .status,
      { minute: 0 },
    ],
  ];
  for (const [service, own = '', status, none] of asked) {
    await press(sandbox, `${service}/companies`, { domain, name: 'Acme' });
    assert.equal(await status('globex-key'), 401);
    await press(sandbox, `${service}/keys`, { key: 'globex-key' });
    assert.deepEqual([await status(own), await status('globex-key')], [200, 200], service);
    await press(sandbox, `${service}/credits?key=globex-key`, { left: 0 });
    assert.deepEqual([await status(own), (await status('globex-key')) === 200], [200, false], service);
    await press(sandbox, `${service}/limit`, none);
    assert.equal(await status(own), 429, service);
    await assert.rejects(press(sandbox, `${service}/credits?key=nobody`, { left: 0 }), /no such key/);
  }
});

test('mail: whoever is logged in is known by it', async () => {
  const { url } = await press<{ url: string }>(sandbox, 'mail/logins', { user: 'globex', password: 'pw' });
  const send = (through: string, subject: string) =>
    smtp({ url: through }).send({
      messageId: `<${subject}@example.com>`,
      from: { name: 'Dana', address: 'dana@example.com' },
      replyTo: { name: 'Dana', address: 'dana@example.com' },
      to: 'emma@acmecorp.com',
      subject,
      text: 'Hi',
    });
  await send(url, 'from-globex');
  await send(String(sandbox.env().SMTP_URL), 'from-home');
  const of = async (login: string) =>
    (await look<{ messages: { subject: string }[] }>(sandbox, `mail/messages?login=${login}`)).messages.map(
      one => one.subject,
    );
  assert.deepEqual([await of('globex'), await of('baton')], [['from-globex'], ['from-home']]);
});

test('Slack: two workspaces, each with its token', async () => {
  const workspace = { id: 'T1GLOBEX', name: 'Globex', domain: 'globex', token: 'xoxb-globex' };
  await press(sandbox, 'slack/workspaces', workspace);
  const { SLACK_API_URL, SLACK_BOT_TOKEN } = sandbox.env();
  const say = async (token: string | undefined) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ channel: '#mql-handoffs', text: String(token) });
    return (await call(`${SLACK_API_URL}chat.postMessage`, { method: 'POST', headers, body })).body.ok;
  };
  assert.deepEqual([await say(SLACK_BOT_TOKEN), await say('xoxb-globex')], [true, true]);
  const texts = async (team: string) =>
    (await look<{ messages: { text: string }[] }>(sandbox, `slack/messages?channel=mql-handoffs${team}`)).messages.map(
      one => one.text,
    );
  assert.deepEqual([await texts(''), await texts('&team=T1GLOBEX')], [[SLACK_BOT_TOKEN], ['xoxb-globex']]);
});
