/** The Salesforce stand-in refuses what an org with record types, currencies, persons, queues and campaigns refuses. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { salesforce } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

let sandbox: Sandbox;
let token: string;

async function ask<T>(url: string, method: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${sandbox.url}${url}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

async function control<T = Record<string, string>>(path: string, body?: unknown): Promise<T> {
  const answer = await ask<T>(`/_sandbox/salesforce/${path}`, body === undefined ? 'GET' : 'POST', body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

/** "made", or the code of the refusal with the fields it blames. */
async function create(object: string, values: object): Promise<{ outcome: string; id: string }> {
  const path = `/salesforce/services/data/v64.0/sobjects/${object}`;
  const { status, body } = await ask<unknown>(path, 'POST', values);
  if (status === 201) return { outcome: 'made', id: (body as { id: string }).id };
  const [error] = body as { errorCode: string; message: string; fields?: string[] }[];
  return { outcome: [error?.errorCode, ...(error?.fields ?? [])].join(' '), id: '' };
}

const features = (given: object) => control('_org', { features: given });
const lead = { LastName: 'T', Company: 'A' };

before(async () => {
  sandbox = await startSandbox({ services: [salesforce] });
});
beforeEach(async () => {
  sandbox.reset();
  const { SALESFORCE_CLIENT_ID: client_id = '', SALESFORCE_CLIENT_SECRET: client_secret = '' } = sandbox.env();
  const answer = await fetch(`${sandbox.url}/salesforce/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
  });
  token = ((await answer.json()) as { access_token: string }).access_token;
});
after(() => sandbox.close());

test('record types belong to their object and to those who may use them', async () => {
  assert.equal((await create('Lead', { ...lead, RecordTypeId: '012Hs0000000001' })).outcome, 'INVALID_FIELD');
  await features({ recordType: { object: 'Lead', developerName: 'Inbound' } });
  await features({ recordType: { object: 'Lead', developerName: 'Secret', available: false } });
  await features({ recordType: { object: 'Lead', developerName: 'Old', active: false } });
  await features({ recordType: { object: 'Account', developerName: 'Prospect' } });
  const types = await control<{ Id: string; DeveloperName: string }[]>('RecordType');
  const outcomes = await Promise.all(
    types.map(async ({ Id, DeveloperName }) => [
      DeveloperName,
      (await create('Lead', { ...lead, RecordTypeId: Id })).outcome,
    ]),
  );
  const refused = 'INVALID_CROSS_REFERENCE_KEY RecordTypeId';
  assert.deepEqual(Object.fromEntries(outcomes), { Inbound: 'made', Secret: refused, Old: refused, Prospect: refused });
  const described = await ask<{ recordTypeInfos: { developerName: string; available: boolean; master: boolean }[] }>(
    '/salesforce/services/data/v64.0/sobjects/Lead/describe',
    'GET',
  );
  assert.deepEqual(
    described.body.recordTypeInfos.map(one => [one.developerName, one.available, one.master]),
    [
      ['Inbound', true, false],
      ['Secret', false, false],
      ['Old', true, false],
      ['Master', true, true],
    ],
  );
});

test('columns of its own, by their types', async () => {
  const field = (name: string, type: string, more: object = {}) =>
    features({ addField: { object: 'Lead', name, type, ...more } });
  await field('Stack__c', 'multipicklist', { values: ['AWS', 'SAP'], restricted: true });
  await field('Partner__c', 'reference', { referenceTo: ['Account'] });
  await field('On__c', 'date');
  await field('Must__c', 'string', { required: true });
  const { id: contact } = await create('Contact', { LastName: 'C' });
  const { id: account } = await create('Account', { Name: 'A' });
  const table: [values: object, outcome: string][] = [
    [{}, 'REQUIRED_FIELD_MISSING Must__c'],
    [{ Must__c: 'x', Stack__c: 'AWS;SAP' }, 'made'],
    [{ Must__c: 'x', Stack__c: 'AWS;Cobol' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST Stack__c'],
    [{ Must__c: 'x', Partner__c: account }, 'made'],
    [{ Must__c: 'x', Partner__c: contact }, 'MALFORMED_ID Partner__c'],
    [{ Must__c: 'x', Partner__c: 'Acme' }, 'MALFORMED_ID Partner__c'],
    [{ Must__c: 'x', On__c: '24.11.2026' }, 'JSON_PARSER_ERROR'],
  ];
  for (const [values, outcome] of table) {
    assert.equal((await create('Lead', { ...lead, ...values })).outcome, outcome, JSON.stringify(values));
  }
});

test('an org with several currencies takes its own, and another has no such column', async () => {
  assert.equal((await create('Lead', { ...lead, CurrencyIsoCode: 'EUR' })).outcome, 'INVALID_FIELD');
  await features({ currencies: ['USD', 'EUR'] });
  assert.equal((await create('Lead', { ...lead, CurrencyIsoCode: 'EUR' })).outcome, 'made');
  await create('Lead', lead);
  const refused = 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST CurrencyIsoCode';
  assert.equal((await create('Lead', { ...lead, CurrencyIsoCode: 'CHF' })).outcome, refused);
  const rows = await control<{ CurrencyIsoCode: string }[]>('Lead');
  assert.deepEqual(
    rows.map(row => row.CurrencyIsoCode),
    ['EUR', 'USD'],
  );
});

test('a queue owns what it is for', async () => {
  await features({ queue: { developerName: 'Cases', objects: ['Case'] } });
  const groups = await control<{ Id: string; DeveloperName: string }[]>('Group');
  const idOf = (name: string) => groups.find(one => one.DeveloperName === name)?.Id;
  assert.equal((await create('Lead', { ...lead, OwnerId: idOf('Inbound_queue') })).outcome, 'made');
  const refused = await create('Lead', { ...lead, OwnerId: idOf('Cases') });
  assert.equal(refused.outcome, 'FIELD_INTEGRITY_EXCEPTION OwnerId');
});

test('nobody is twice a member, and an unknown status is the campaign’s default', async () => {
  const { id: CampaignId } = await create('Campaign', { Name: 'Autumn' });
  const { id: LeadId } = await create('Lead', lead);
  assert.equal((await create('CampaignMember', { CampaignId, LeadId, Status: 'Attended' })).outcome, 'made');
  assert.equal((await create('CampaignMember', { CampaignId, LeadId })).outcome, 'DUPLICATE_VALUE');
  const members = await control<{ Status: string; HasResponded: boolean }[]>('CampaignMember');
  assert.deepEqual(
    members.map(one => [one.Status, one.HasResponded]),
    [['Sent', false]],
  );
  await ask(`/salesforce/services/data/v64.0/sobjects/Lead/${LeadId}`, 'DELETE');
  assert.deepEqual(await control('CampaignMember'), [], 'members go with the person');
});

test('an account is a person or a company, by its record type', async () => {
  assert.equal((await create('Account', { LastName: 'Rivera' })).outcome, 'INVALID_FIELD');
  await features({ personAccounts: true });
  await features({ recordType: { object: 'Account', developerName: 'Consumer', person: true } });
  const [type] = await control<{ Id: string }[]>('RecordType');
  const RecordTypeId = type?.Id;
  const table: [values: object, outcome: string][] = [
    [{ Name: 'Acme', LastName: 'Rivera' }, 'INVALID_FIELD_FOR_INSERT_UPDATE LastName'],
    [{ RecordTypeId, Name: 'Sam' }, 'INVALID_FIELD_FOR_INSERT_UPDATE Name'],
    [{ RecordTypeId, FirstName: 'Sam' }, 'REQUIRED_FIELD_MISSING LastName'],
    [{ RecordTypeId, FirstName: 'Sam', LastName: 'Rivera', PersonEmail: 'sam@gmail.com', Lead_Score__pc: 63 }, 'made'],
    [{ Name: 'Acme' }, 'made'],
  ];
  for (const [values, outcome] of table) {
    assert.equal((await create('Account', values)).outcome, outcome, JSON.stringify(values));
  }
  const contacts = await control<{ Name: string; Email: string; Lead_Score__c: number; Id: string }[]>('Contact');
  assert.deepEqual(
    contacts.map(one => [one.Name, one.Email, one.Lead_Score__c]),
    [['Sam Rivera', 'sam@gmail.com', 63]],
  );
  const accounts = await control<{ Name: string; PersonContactId: string | null }[]>('Account');
  assert.deepEqual(
    accounts.map(one => [one.Name, one.PersonContactId]),
    [
      ['Sam Rivera', contacts[0]?.Id],
      ['Acme', null],
    ],
  );
  assert.equal((await create('Lead', { LastName: 'T' })).outcome, 'made', 'a lead may be of no company then');
});
