/** The HubSpot stand-in as a CRM: it refuses what HubSpot refuses, and tells its app what people do. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { ACCESS_TOKEN } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as standIn } from '../../sandbox/hubspot/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { clockFrom } from '../../src/lib/clock.ts';
import { look, press } from '../helpers/control.ts';

type Json = Record<string, unknown>;

const sandbox = await startSandbox({ clock: clockFrom(new Date('2026-11-24T18:00:00Z')), services: [standIn] });
after(() => sandbox.close());
beforeEach(async () => {
  sandbox.reset();
  await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
});

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> {
  const response = await fetch(`${sandbox.url}/hubspot${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ACCESS_TOKEN}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') ? (JSON.parse(text) as Json) : {} };
}

const OBJECTS = '/crm/objects/2026-03';
const PROPERTIES = '/crm/properties/2026-03';
const KEY = {
  name: 'our_key',
  label: 'Key',
  type: 'string',
  fieldType: 'text',
  groupName: 'ours',
  hasUniqueValue: true,
};

async function withKey(type: string): Promise<void> {
  await call('POST', `${PROPERTIES}/${type}/groups`, { name: 'ours', label: 'Ours' });
  assert.equal((await call('POST', `${PROPERTIES}/${type}`, KEY)).status, 201);
}
const contact = async () =>
  String((await call('POST', `${OBJECTS}/contacts`, { properties: { lastname: 'A' } })).json.id);
const toContact = (id: string) => [
  { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }] },
];

test('properties: options, groups and unique values are taken; what is there, or hangs on nothing, is refused', async () => {
  const select = {
    name: 'tier',
    label: 'Tier',
    type: 'enumeration',
    fieldType: 'select',
    groupName: 'dealinformation',
  };
  assert.equal((await call('POST', `${PROPERTIES}/deals`, select)).status, 400, 'a list without options');
  const options = [{ label: 'Gold', value: 'gold' }];
  assert.equal((await call('POST', `${PROPERTIES}/deals`, { ...select, options })).status, 201);
  assert.equal((await call('POST', `${PROPERTIES}/deals`, { ...select, options })).status, 409);
  assert.equal(
    (await call('POST', `${PROPERTIES}/deals`, { ...select, name: 'other', options, groupName: 'none' })).status,
    400,
  );
  const more = { options: [...options, { label: 'Silver', value: 'silver' }] };
  assert.equal((await call('PATCH', `${PROPERTIES}/deals/tier`, more)).status, 200);
  assert.equal((await call('POST', `${OBJECTS}/deals`, { properties: { dealname: 'D', tier: 'silver' } })).status, 201);
  assert.equal((await call('POST', `${OBJECTS}/deals`, { properties: { dealname: 'D', tier: 'tin' } })).status, 400);
});

test('a unique value is one record’s: found by it, upserted by it, refused to another, free once that is gone', async () => {
  await withKey('deals');
  const body = { properties: { dealname: 'D', our_key: 'h1' } };
  const made = await call('POST', `${OBJECTS}/deals`, body);
  const again = await call('POST', `${OBJECTS}/deals`, body);
  assert.deepEqual([made.status, again.status], [201, 400]);
  assert.match(String(again.json.message), /already has that value/);
  assert.equal((await call('GET', `${OBJECTS}/deals/h1?idProperty=our_key`)).json.id, made.json.id);
  const input = { idProperty: 'our_key', id: 'h1', properties: { dealname: 'E' } };
  const { json } = await call('POST', `${OBJECTS}/0-3/batch/upsert`, { inputs: [input, { ...input, id: 'h2' }] });
  assert.deepEqual(
    (json.results as Json[]).map(one => one.new),
    [false, true],
  );
  const linked = { inputs: [{ ...input, associations: [] }] };
  assert.equal(
    (await call('POST', `${OBJECTS}/deals/batch/upsert`, linked)).status,
    400,
    'an upsert takes no associations',
  );
  assert.equal((await call('GET', `${OBJECTS}/deals/h1?idProperty=dealname`)).status, 400);
  await call('DELETE', `${OBJECTS}/deals/${String(made.json.id)}`);
  assert.equal((await call('POST', `${OBJECTS}/deals`, body)).status, 201);
});

test('a batch is made as a whole or not at all', async () => {
  await withKey('deals');
  const deal = (our_key: string) => ({ properties: { dealname: 'D', our_key } });
  assert.equal((await call('POST', `${OBJECTS}/deals/batch/create`, { inputs: [deal('a'), deal('a')] })).status, 400);
  assert.equal((await look<Json[]>(sandbox, 'hubspot/deals')).length, 0);
  assert.equal((await call('POST', `${OBJECTS}/deals/batch/create`, { inputs: [deal('a'), deal('b')] })).status, 201);
});

test('a lead hangs on a contact, at a stage there is, and is not for every account', async () => {
  const id = await contact();
  const lead = (more: object = {}) => ({ properties: { hs_lead_name: 'A', ...more }, associations: toContact(id) });
  assert.equal((await call('POST', `${OBJECTS}/leads`, { ...lead(), associations: [] })).status, 400);
  assert.equal(
    (await call('POST', `${OBJECTS}/leads`, lead({ hs_pipeline_stage: 'New' }))).status,
    400,
    'a label is no id',
  );
  const { status, json } = await call('POST', `${OBJECTS}/leads`, lead());
  assert.equal(status, 201);
  const [shown] = await look<Json[]>(sandbox, 'hubspot/leads');
  assert.deepEqual([shown?.hs_pipeline_stage, shown?.about], ['new-stage-id', { contacts: [id] }]);
  const read = await call('GET', `${OBJECTS}/contacts/${id}?associations=leads`);
  assert.deepEqual(
    (read.json.associations as { leads: { results: Json[] } }).leads.results.map(one => one.id),
    [json.id],
  );
  await press(sandbox, 'hubspot/settings', { leads: false });
  for (const path of [`${OBJECTS}/leads`, `${OBJECTS}/0-136/batch/create`]) {
    assert.equal((await call('POST', path, path.endsWith('leads') ? lead() : { inputs: [lead()] })).status, 403);
  }
  assert.equal((await call('GET', '/crm/pipelines/2026-03/leads')).json.category, 'MISSING_SCOPES');
});

test('nothing is given to an owner who is not there', async () => {
  const { id } = await press<{ id: string }>(sandbox, 'hubspot/owners', { email: 'm@example.com', archived: true });
  for (const owner of ['1', id]) {
    const { status, json } = await call('POST', `${OBJECTS}/contacts`, { properties: { hubspot_owner_id: owner } });
    assert.deepEqual([status, (json.errors as { code: string }[])[0]?.code], [400, 'INVALID_OWNER_ID']);
  }
});

test('labels of associations stand beside the plain one, in both directions', async () => {
  const labels = '/crm/associations/2026-03/deals/contacts/labels';
  const { json } = await call('POST', labels, { name: 'decider', label: 'Decision Maker' });
  const [own] = json.results as { typeId: number }[];
  assert.equal((await call('POST', labels, { name: 'decider', label: 'Decision Maker' })).status, 400);
  const types = [
    { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 },
    { associationCategory: 'USER_DEFINED', associationTypeId: own?.typeId },
  ];
  const id = await contact();
  await call('POST', `${OBJECTS}/deals`, { properties: { dealname: 'D' }, associations: [{ to: { id }, types }] });
  const { json: back } = await call('GET', `${OBJECTS}/contacts/${id}/associations/deals`);
  const [one] = back.results as { associationTypes: { label: string | null }[] }[];
  assert.deepEqual(
    one?.associationTypes.map(({ label }) => label),
    [null, 'Decision Maker'],
  );
});

test('a search by association, and domains as HubSpot keeps them', async () => {
  const made = await call('POST', `${OBJECTS}/companies`, {
    properties: { name: 'Acme', domain: 'https://WWW.Acme.com/x' },
  });
  const link = [
    { to: { id: made.json.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 5 }] },
  ];
  await call('POST', `${OBJECTS}/deals`, { properties: { dealname: 'Theirs' }, associations: link });
  await call('POST', `${OBJECTS}/deals`, { properties: { dealname: 'Nobody’s' } });
  const filters = [{ propertyName: 'associations.company', operator: 'EQ', value: String(made.json.id) }];
  const { json } = await call('POST', `${OBJECTS}/deals/search`, {
    filterGroups: [{ filters }],
    properties: ['dealname'],
  });
  assert.equal(json.total, 1);
  assert.equal((await look<Json[]>(sandbox, 'hubspot/0-2'))[0]?.domain, 'acme.com');
});

test('the day’s calls are told, and end', async () => {
  await press(sandbox, 'hubspot/settings', { dailyCalls: 1 });
  assert.equal((await call('GET', '/account-info/2026-03/details')).status, 200);
  const { status, json } = await call('GET', '/account-info/2026-03/details');
  assert.deepEqual([status, json.policyName], [429, 'DAILY']);
});
