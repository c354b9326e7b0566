/** The Salesforce stand-in refuses what the platform refuses. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { salesforce } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { press } from '../helpers/control.ts';

let sandbox: Sandbox;
let base: string;
let token: string;

async function login(form: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> {
  const env = sandbox.env();
  const answer = await fetch(`${base}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: env.SALESFORCE_CLIENT_ID ?? '', ...form }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

async function api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${base}/services/data/v64.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.match(answer.headers.get('sforce-limit-info') ?? '', /^api-usage=\d+\/\d+/);
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

const code = (answer: { body: unknown }): string => (answer.body as { errorCode: string }[])[0]?.errorCode ?? '';
const soql = (query: string) => api('GET', `/query?q=${encodeURIComponent(query)}`);
const lead = { LastName: 'T', Company: 'A' };

before(async () => {
  sandbox = await startSandbox({ services: [salesforce] });
  base = `${sandbox.url}/salesforce`;
});
beforeEach(async () => {
  sandbox.reset();
  const secret = sandbox.env().SALESFORCE_CLIENT_SECRET ?? '';
  token = (await login({ grant_type: 'client_credentials', client_secret: secret })).body.access_token ?? '';
});
after(() => sandbox.close());

test('queries that are refused', async () => {
  const table: [query: string, errorCode: string][] = [
    ['SELECT Id FROM', 'MALFORMED_QUERY'],
    ['SELECT Id, FROM Lead', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Lead WHERE Email = 'o'brien'", 'MALFORMED_QUERY'],
    ["SELECT Id FROM Lead WHERE Email = 'x\\'", 'MALFORMED_QUERY'],
    ["SELECT Id FROM Lead WHERE Email = 'x\\q'", 'MALFORMED_QUERY'],
    ["SELECT Id FROM Lead WHERE Email = 'a' AND Name = 'b' OR Name = 'c'", 'MALFORMED_QUERY'],
    ['SELECT Id FROM Lead WHERE Email IN ()', 'MALFORMED_QUERY'],
    ['SELECT Nope__c FROM Lead', 'INVALID_FIELD'],
    ["SELECT Id FROM Lead WHERE IsConverted = 'true'", 'INVALID_FIELD'],
    ["SELECT Id FROM Lead WHERE Description = 'x'", 'INVALID_FIELD'],
    ['SELECT Owner.IsActive FROM Lead', 'INVALID_FIELD'],
    ['SELECT TYPEOF Owner WHEN User THEN Id END FROM Contact', 'INVALID_FIELD'],
    ["SELECT Id FROM Lead WHERE Id = 'abc'", 'INVALID_QUERY_FILTER_OPERATOR'],
    ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
  ];
  for (const [query, errorCode] of table) {
    const answer = await soql(query);
    assert.deepEqual([answer.status, code(answer)], [400, errorCode], query);
  }
});

test('queries that are answered', async () => {
  await api('POST', '/sobjects/Lead', { ...lead, LastName: "O'Brien\\", Email: 'a@x.example' });
  await api('POST', '/sobjects/Lead', { ...lead, LastName: '100%', Email: 'b@x.example' });
  const table: [where: string, count: number][] = [
    ["LastName = 'O\\'Brien\\\\'", 1],
    ["LastName LIKE '100\\%'", 1],
    ["LastName LIKE '%0_'", 1],
    ["Email IN ('A@X.EXAMPLE', 'b@x.example') AND IsConverted = false", 2],
    ["(Email = 'a@x.example' OR Email = 'b@x.example') AND NOT LastName = '100%'", 1],
    ['CreatedDate > 2020-01-01T00:00:00Z', 2],
    ["Owner.Name = 'Baton Integration'", 2],
    ["Website = null AND Email != 'a@x.example'", 1],
  ];
  for (const [where, count] of table) {
    const { body } = await soql(`SELECT COUNT() FROM Lead WHERE ${where}`);
    assert.equal((body as { totalSize: number }).totalSize, count, where);
  }
});

test('writes that are refused', async () => {
  const table: [path: string, body: object, errorCode: string][] = [
    ['Lead', { LastName: 'T' }, 'REQUIRED_FIELD_MISSING'],
    ['Lead', { ...lead, Nope__c: 1 }, 'INVALID_FIELD'],
    ['Lead', { ...lead, IsConverted: true }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    ['Lead', { ...lead, LastName: 'x'.repeat(81) }, 'STRING_TOO_LONG'],
    ['Lead', { ...lead, Title: 7 }, 'JSON_PARSER_ERROR'],
    ['Lead', { ...lead, MQL_Date__c: '24.11.2026' }, 'JSON_PARSER_ERROR'],
    ['Lead', { ...lead, ICP_Priority__c: 'SOON' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    ['Lead', { ...lead, Email: 'a@b' }, 'INVALID_EMAIL_ADDRESS'],
    ['Lead', { ...lead, OwnerId: '003000000000001' }, 'MALFORMED_ID'],
    ['Lead', { ...lead, NumberOfEmployees: 1e9 }, 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['Opportunity', { Name: 'x', StageName: 'Qualification' }, 'REQUIRED_FIELD_MISSING'],
  ];
  for (const [object, body, errorCode] of table) {
    const answer = await api('POST', `/sobjects/${object}`, body);
    assert.deepEqual([answer.status, code(answer)], [400, errorCode], JSON.stringify(body).slice(0, 80));
  }
  const gone = String(((await api('POST', '/sobjects/Lead', lead)).body as { id: string }).id);
  const task = String(((await api('POST', '/sobjects/Task', { WhoId: gone })).body as { id: string }).id);
  assert.equal(
    code(await api('PATCH', `/sobjects/Task/${task}`, { TaskSubtype: 'Call' })),
    'INVALID_FIELD_FOR_INSERT_UPDATE',
  );
  assert.equal((await api('DELETE', `/sobjects/Lead/${gone}`)).status, 204);
  assert.equal(code(await api('GET', `/sobjects/Task/${task}`)), 'ENTITY_IS_DELETED', 'its tasks go with it');
  assert.equal(code(await api('POST', '/sobjects/Task', { WhoId: gone })), 'ENTITY_IS_DELETED');
  await press(sandbox, 'salesforce/_purge', { object: 'Lead', id: gone });
  const purged = await api('POST', '/sobjects/Task', { WhoId: gone });
  assert.equal(code(purged), 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY');
  assert.deepEqual((purged.body as { fields: string[] }[])[0]?.fields, [], 'no column is named');
  const twice = await api('PATCH', '/sobjects/Lead/Baton_Handoff_Id__c/k', { ...lead, Baton_Handoff_Id__c: 'k' });
  assert.equal(code(twice), 'INVALID_FIELD');
  assert.equal(code(await api('PATCH', '/sobjects/Lead/Email/k', lead)), 'NOT_FOUND');
});

type Composite = { compositeResponse: { httpStatusCode: number; body: { errorCode: string }[] }[] };

test('composite: references, roll-back, limits', async () => {
  const part = (referenceId: string, body: object, object = 'Lead') => ({
    method: 'POST',
    url: `/services/data/v64.0/sobjects/${object}`,
    referenceId,
    body,
  });
  const task = part('t', { Subject: 'Call', WhoId: '@{l.id}' }, 'Task');
  const send = async (compositeRequest: object[], allOrNone: boolean) =>
    ((await api('POST', '/composite', { compositeRequest, allOrNone })).body as Composite).compositeResponse;

  assert.deepEqual(
    (await send([part('l', lead), task], true)).map(one => one.httpStatusCode),
    [201, 201],
  );
  const loose = await send([part('l', { LastName: 'x' }), task, part('m', lead)], false);
  assert.deepEqual(
    loose.map(one => one.httpStatusCode),
    [400, 400, 201],
  );
  assert.equal(loose[1]?.body[0]?.errorCode, 'PROCESSING_HALTED');
  const strict = await send([part('l', lead), part('m', { LastName: 'x' })], true);
  assert.deepEqual(
    strict.map(one => one.body[0]?.errorCode),
    ['PROCESSING_HALTED', 'REQUIRED_FIELD_MISSING'],
  );
  const { body } = await soql('SELECT COUNT() FROM Lead');
  assert.equal((body as { totalSize: number }).totalSize, 2, 'the strict one was taken back');
  const many = Array.from({ length: 26 }, (_, at) => part(`r${at}`, lead));
  assert.equal((await api('POST', '/composite', { compositeRequest: many })).status, 400);
});

test('collections answer in order and take all back when asked', async () => {
  const records = [
    { attributes: { type: 'Lead' }, ...lead },
    { attributes: { type: 'Lead' }, LastName: 'x' },
  ];
  const strict = (await api('POST', '/composite/sobjects', { allOrNone: true, records })).body as {
    success: boolean;
  }[];
  const loose = (await api('POST', '/composite/sobjects', { records })).body as { success: boolean }[];
  assert.deepEqual(
    [strict, loose].map(all => all.map(one => one.success)),
    [
      [false, false],
      [true, false],
    ],
  );
  const { body } = await soql('SELECT COUNT() FROM Lead');
  assert.equal((body as { totalSize: number }).totalSize, 1);
});

test('web-server login with PKCE; a code works once; refresh; revoke', async () => {
  const verifier = 'v'.repeat(50);
  const redirect_uri = 'http://127.0.0.1:1/callback';
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: sandbox.env().SALESFORCE_CLIENT_ID ?? '',
    redirect_uri,
    state: 'one time',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    as: 'baton-integration@example.com',
  });
  await press(sandbox, 'salesforce/_org', { login: { callbacks: [redirect_uri] } });
  const consent = await fetch(`${base}/services/oauth2/authorize?${query}`, { redirect: 'manual' });
  const back = new URL(consent.headers.get('location') ?? '');
  assert.equal(back.searchParams.get('state'), 'one time');
  const form = { grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', redirect_uri };
  const given = await login({ ...form, code_verifier: verifier });
  assert.equal(given.status, 200);
  assert.equal((await login({ ...form, code_verifier: verifier })).body.error, 'invalid_grant');
  const refresh = { grant_type: 'refresh_token', refresh_token: given.body.refresh_token ?? '' };
  assert.equal((await login(refresh)).status, 200);
  const revoked = await fetch(`${base}/services/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: given.body.refresh_token ?? '' }),
  });
  assert.equal(revoked.status, 200);
  assert.equal((await login(refresh)).body.error, 'invalid_grant');
});

test('versions, unknown endpoints, no session', async () => {
  const get = (path: string) => fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await get('/services/data/v20.0/limits')).status, 410);
  assert.equal((await get('/services/data/v99.0/limits')).status, 404);
  assert.equal((await api('GET', '/nothing/here')).status, 404);
  const put = await api('PUT', '/sobjects/Lead', {});
  assert.deepEqual([put.status, code(put)], [405, 'METHOD_NOT_ALLOWED']);
  const inside = await api('POST', '/composite', {
    compositeRequest: [{ method: 'GET', url: '/services/data/v64.0/nothing/there', referenceId: 'a' }],
  });
  const [answer] = (inside.body as { compositeResponse: { httpStatusCode: number }[] }).compositeResponse;
  assert.equal(answer?.httpStatusCode, 404);
  assert.deepEqual(sandbox.takeUnknown(), [
    'GET /salesforce/services/data/v64.0/nothing/here',
    'PUT /salesforce/services/data/v64.0/sobjects/Lead',
    'salesforce: GET /nothing/there',
  ]);
  assert.equal((await fetch(`${base}/services/data/v64.0/limits`)).status, 401);
});

test('the page of a record escapes what a lead typed', async () => {
  const made = await api('POST', '/sobjects/Lead', { ...lead, LastName: '<script>alert(1)</script>' });
  const page = await fetch(`${base}/lightning/r/Lead/${(made.body as { id: string }).id}/view`);
  assert.doesNotMatch(await page.text(), /<script>/);
});

const made = async (object: string, values: object): Promise<string> =>
  String(((await api('POST', `/sobjects/${object}`, values)).body as { id: string }).id);
const all = async (query: string) =>
  ((await api('GET', `/queryAll?q=${encodeURIComponent(query)}`)).body as { records: Record<string, unknown>[] })
    .records;

test('merged, converted, deleted, taken out of the bin, gone for good', async () => {
  const [master, loser] = [await made('Lead', lead), await made('Lead', { ...lead, Baton_Handoff_Id__c: 'k' })];
  const task = await made('Task', { WhoId: loser, Subject: 'x' });
  await press(sandbox, 'salesforce/_merge', { object: 'Lead', master, losers: [loser] });
  assert.equal(code(await api('PATCH', `/sobjects/Lead/${loser}`, { Title: 'x' })), 'ENTITY_IS_DELETED');
  assert.equal((await all(`SELECT MasterRecordId FROM Lead WHERE Id = '${loser}'`))[0]?.MasterRecordId, master);
  assert.equal((await all(`SELECT WhoId FROM Task WHERE Id = '${task}'`))[0]?.WhoId, master);
  const again = await api('PATCH', '/sobjects/Lead/Baton_Handoff_Id__c/k', lead);
  assert.equal(again.status, 201, 'what lies in the bin holds no value');

  const { contact } = await press(sandbox, 'salesforce/_convert', { lead: master, opportunity: 'Acme' });
  assert.equal(code(await api('PATCH', `/sobjects/Lead/${master}`, { Title: 'x' })), 'CANNOT_UPDATE_CONVERTED_LEAD');
  assert.equal(code(await api('POST', '/sobjects/Task', { WhoId: master })), 'CANNOT_UPDATE_CONVERTED_LEAD');
  assert.equal((await all(`SELECT WhoId FROM Task WHERE Id = '${task}'`))[0]?.WhoId, contact);

  await press(sandbox, 'salesforce/_undelete', { object: 'Lead', id: loser });
  const [back] = await all(`SELECT IsDeleted, Baton_Handoff_Id__c FROM Lead WHERE Id = '${loser}'`);
  assert.deepEqual([back?.IsDeleted, back?.Baton_Handoff_Id__c], [false, null]);
  await press(sandbox, 'salesforce/_purge', { object: 'Lead', id: loser });
  assert.equal(code(await api('PATCH', `/sobjects/Lead/${loser}`, { Title: 'x' })), 'NOT_FOUND');
  assert.deepEqual(await all(`SELECT Id FROM Lead WHERE Id = '${loser}'`), []);
});

test('read-only, away, and refused by its own automation as often as it was told to', async () => {
  await press(sandbox, 'salesforce/_org', { trouble: { readOnly: true } });
  assert.equal((await soql('SELECT Id FROM Lead')).status, 200);
  const refused = await api('POST', '/sobjects/Lead', lead);
  assert.equal(code(refused), 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE');
  await press(sandbox, 'salesforce/_org', { trouble: { readOnly: false } });
  const errors = [
    { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'one', fields: ['Title'] },
    { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'two' },
  ];
  await press(sandbox, 'salesforce/_org', {
    trouble: { refuse: { object: 'Lead', on: 'create', field: 'Title', errors } },
  });
  assert.equal((await api('POST', '/sobjects/Lead', lead)).status, 201, 'no title');
  const both = await api('POST', '/sobjects/Lead', { ...lead, Title: 'CTO' });
  assert.deepEqual(
    (both.body as { message: string }[]).map(one => one.message),
    ['one', 'two'],
  );
  assert.equal((await api('POST', '/sobjects/Lead', { ...lead, Title: 'CTO' })).status, 201, 'once');
  await press(sandbox, 'salesforce/_org', { trouble: { rival: 'Lead' } });
  assert.equal(code(await api('PATCH', '/sobjects/Lead/Baton_Handoff_Id__c/r', lead)), 'DUPLICATE_VALUE');
  assert.equal((await api('PATCH', '/sobjects/Lead/Baton_Handoff_Id__c/r', lead)).status, 200);
  await press(sandbox, 'salesforce/_org', { trouble: { maintenance: true } });
  const page = await fetch(`${base}/services/data/v64.0/query?q=x`);
  assert.deepEqual([page.status, page.headers.get('content-type')?.startsWith('text/html')], [503, true]);
});

test('duplicate rules by object, on changes, and told to let it pass', async () => {
  await press(sandbox, 'salesforce/_org', { duplicateRule: 'on', duplicateRuleFor: ['Lead', 'Contact', 'Account'] });
  const account = { Name: 'Acme', Website: 'acme.example' };
  const contact = { LastName: 'T', Email: 'a@acme.example' };
  await made('Account', account);
  await made('Contact', contact);
  for (const [object, values] of [
    ['Account', account],
    ['Contact', contact],
    ['Lead', { ...lead, Email: contact.Email }],
  ] as const) {
    const answer = await api('POST', `/sobjects/${object}`, values);
    assert.deepEqual([answer.status, code(answer)], [400, 'DUPLICATES_DETECTED'], object);
    const [error] = answer.body as { duplicateResut: { allowSave: boolean; matchResults: object[] } }[];
    assert.deepEqual([error?.duplicateResut.allowSave, error?.duplicateResut.matchResults.length], [true, 1]);
  }
  const other = await made('Lead', lead);
  assert.equal((await api('PATCH', `/sobjects/Lead/${other}`, { Email: contact.Email })).status, 204);
  await press(sandbox, 'salesforce/_org', { duplicateRuleOnUpdate: true });
  assert.equal(code(await api('PATCH', `/sobjects/Lead/${other}`, { Title: 'x' })), 'DUPLICATES_DETECTED');
});
