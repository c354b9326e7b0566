/** Setting up an org through jsforce's real Metadata calls, against a stand-in that judges what is deployed. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { Connection } from 'jsforce/lib/connection.js';
import { salesforce as service } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { Crm } from '../../src/contracts/crm.ts';
import type { SetupResult, SetupStep } from '../../src/contracts/crm-setup.ts';
import { clockFrom, MINUTE, type MovableClock } from '../../src/lib/clock.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { salesforce } from '../../src/vendors/salesforce/crm.ts';
import { FOLDER_NAMES } from '../../src/vendors/salesforce/setup/fitting.ts';
import { keyOf, type Part, readFolder } from '../../src/vendors/salesforce/setup/folder.ts';
import { zipOf } from '../../src/vendors/salesforce/setup/package.ts';
import { all, type Content, textIn } from '../../src/vendors/salesforce/setup/xml.ts';
import { press } from '../helpers/control.ts';
import { EXAMPLE, playbookIn } from '../helpers/playbook.ts';
import { RULES } from './salesforce-org.ts';

const HOOK = 'https://baton.example/hooks/k/salesforce';
const USERNAME = 'baton-integration@example.com.crm';

let sandbox: Sandbox;
let folder: Part[];

before(async () => {
  sandbox = await startSandbox({ services: [service] });
  folder = await readFolder();
});
beforeEach(async () => {
  sandbox.reset();
  await happen({ bare: true, metadata: { deployQuestions: 1 } });
});
after(() => sandbox.close());

const happen = (change: object) => press(sandbox, 'salesforce/_org', change);

const playbook = playbookIn(EXAMPLE);
const FIELDS = Object.fromEntries(Object.entries(playbook.crm.fields).map(([name, field]) => [name, field ?? null]));

function connected(fields: Record<string, string | null> = FIELDS, clock?: MovableClock): Crm {
  const env = sandbox.env();
  return salesforce({
    loginUrl: env.SALESFORCE_LOGIN_URL ?? '',
    auth: {
      kind: 'client_credentials',
      clientId: env.SALESFORCE_CLIENT_ID ?? '',
      clientSecret: env.SALESFORCE_CLIENT_SECRET ?? '',
    },
    fields,
    rules: RULES,
    ...(clock && { clock }),
  });
}

async function setUp(crm = connected(), told: (step: SetupStep) => void = () => undefined): Promise<SetupResult> {
  assert.ok(crm.setup);
  return crm.setup.deploy(HOOK, told);
}

const outcomes = ({ parts }: SetupResult, outcome: string) =>
  parts.filter(part => part.outcome === outcome).map(part => part.name);
const whyOf = ({ parts }: SetupResult, name: string) => parts.find(part => part.name === name)?.why ?? '';
const deployments = () => sandbox.calls('salesforce').filter(call => String(call.body).includes('<deploy>')).length;

async function token(): Promise<string> {
  const env = sandbox.env();
  const answer = await fetch(`${env.SALESFORCE_LOGIN_URL}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: env.SALESFORCE_CLIENT_ID ?? '',
      client_secret: env.SALESFORCE_CLIENT_SECRET ?? '',
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

type Described = Record<string, unknown> & { name: string };

/** What Baton's user sees of an object. */
async function describe(object: string): Promise<Map<string, Described>> {
  const answer = await fetch(`${sandbox.env().SALESFORCE_LOGIN_URL}/services/data/v64.0/sobjects/${object}/describe`, {
    headers: { authorization: `Bearer ${await token()}` },
  });
  const { fields } = (await answer.json()) as { fields: Described[] };
  return new Map(fields.map(field => [field.name, field]));
}

async function rows(object: string): Promise<Record<string, unknown>[]> {
  return (await (await fetch(`${sandbox.url}/_sandbox/salesforce/${object}`)).json()) as Record<string, unknown>[];
}

/** jsforce as an admin's own tool uses it. */
async function adminsMetadata() {
  const { MetadataApi } = await import('jsforce/lib/api/metadata.js');
  const instanceUrl = sandbox.env().SALESFORCE_LOGIN_URL ?? '';
  return new MetadataApi(new Connection({ instanceUrl, accessToken: await token(), version: '64.0' }));
}

async function deployRaw(zip: Buffer) {
  const api = await adminsMetadata();
  const { id } = await api.deploy(zip, { rollbackOnError: true, singlePackage: true });
  for (;;) {
    const result = await api.checkDeployStatus(String(id), true);
    if (result.done) return result;
  }
}

/** Types of the Metadata API as describe names them. */
const DESCRIBED: Record<string, string> = {
  Number: 'double',
  Currency: 'currency',
  Text: 'string',
  LongTextArea: 'textarea',
  Picklist: 'picklist',
  Date: 'date',
  DateTime: 'datetime',
  Checkbox: 'boolean',
  Lookup: 'reference',
};

const fieldsOf = (object: string) =>
  new Map(
    folder
      .filter(part => part.type === 'CustomField' && part.fullName.startsWith(`${object}.`))
      .map(part => [textIn(part.content, 'fullName'), part.content]),
  );

function assertDescribed(found: Described | undefined, content: Content, where: string): void {
  assert.ok(found, `${where} is seen`);
  assert.equal(found.type, DESCRIBED[textIn(content, 'type')], `${where}: type`);
  assert.equal(found.label, textIn(content, 'label'), `${where}: label`);
  assert.equal(found.externalId, textIn(content, 'externalId') === 'true', `${where}: external id`);
  assert.equal(found.unique, textIn(content, 'unique') === 'true', `${where}: unique`);
  assert.equal(found.createable, true, `${where}: createable`);
  if (textIn(content, 'length')) assert.equal(found.length, Number(textIn(content, 'length')), `${where}: length`);
  const values = all((content.valueSet as Content | undefined)?.valueSetDefinition)
    .flatMap(set => all((set as Content).value))
    .map(one => textIn(one, 'fullName'));
  assert.deepEqual(
    (found.picklistValues as { value: string }[]).map(one => one.value),
    values,
    `${where}: values`,
  );
  assert.equal(found.restrictedPicklist, textIn(content.valueSet, 'restricted') === 'true', `${where}: restricted`);
  const to = textIn(content, 'referenceTo');
  assert.deepEqual(found.referenceTo, to ? [to] : [], `${where}: refers to`);
}

test('the folder has what the playbook example needs, and what Baton needs beside it', () => {
  assert.deepEqual({ ...FOLDER_NAMES }, FIELDS);
  const person = Object.values(FIELDS).filter(column => column !== 'MQL_Score__c');
  const key = 'Baton_Handoff_Id__c';
  assert.deepEqual([...fieldsOf('Lead').keys()].sort(), [...person, key, 'Baton_Account__c'].sort());
  assert.deepEqual([...fieldsOf('Contact').keys()].sort(), [...person, key].sort());
  assert.deepEqual([...fieldsOf('Opportunity').keys()].sort(), [key, 'MQL_Score__c']);
  assert.deepEqual([...fieldsOf('Account').keys()].sort(), [key, 'Baton_Website_Host__c']);
  // Tasks and events have the fields of activities.
  assert.deepEqual([...fieldsOf('Activity').keys()], [key]);
  for (const object of ['Lead', 'Contact', 'Account', 'Opportunity', 'Activity']) {
    const content = fieldsOf(object).get(key);
    assert.deepEqual(
      ['type', 'length', 'externalId', 'unique'].map(name => textIn(content, name)),
      ['Text', '64', 'true', 'true'],
    );
  }
});

test('a bare org gets every field, permission, message and flow of the folder; the doctor then agrees', async () => {
  assert.ok(!(await describe('Lead')).has('Lead_Score__c'));
  const steps: SetupStep[] = [];
  const crm = connected();
  const result = await setUp(crm, step => steps.push(step));

  assert.deepEqual(outcomes(result, 'refused'), []);
  assert.equal(result.ok, true);
  assert.equal(outcomes(result, 'made').length, folder.length + 1);
  assert.equal(steps[0]?.text, 'Reading what is there');
  assert.deepEqual(steps.at(-1), { text: 'Salesforce makes what is missing', done: folder.length, of: folder.length });
  for (const object of ['Lead', 'Contact', 'Account', 'Opportunity', 'Task', 'Event']) {
    const seen = await describe(object);
    const wanted = fieldsOf(object === 'Task' || object === 'Event' ? 'Activity' : object);
    for (const [name, content] of wanted) assertDescribed(seen.get(name), content, `${object}.${name}`);
    assert.deepEqual([...seen.keys()].filter(name => name.endsWith('__c')).sort(), [...wanted.keys()].sort());
  }
  const [set] = (await rows('PermissionSet')).filter(row => row.Name === 'Baton');
  const [assignment] = await rows('PermissionSetAssignment');
  const [user] = (await rows('User')).filter(row => row.Username === USERNAME);
  assert.deepEqual([assignment?.PermissionSetId, assignment?.AssigneeId], [set?.Id, user?.Id]);
  const outbound = (await (await fetch(`${sandbox.url}/_sandbox/salesforce/_outbound`)).json()) as {
    mode: string;
    url: string;
    objects: Record<string, string[]>;
  };
  assert.deepEqual([outbound.mode, outbound.url], ['auto', HOOK]);
  assert.deepEqual(Object.keys(outbound.objects).sort(), ['Event', 'Lead', 'Opportunity', 'Task']);
  for (const field of ['WhoId', 'WhatId', 'Status', 'IsClosed', 'Baton_Handoff_Id__c']) {
    assert.ok(outbound.objects.Task?.includes(field), field);
  }
  const wanted = { people: [], modes: ['lead' as const, 'account_based' as const], groups: [], messagesTo: HOOK };
  const findings = (await crm.setup?.inspect(wanted)) ?? [];
  assert.deepEqual(
    findings.filter(one => one.level !== 'fine' && /Fields|Access|Flows|Messages|Automation/.test(one.about)),
    [],
  );
  assert.match(result.byHand.join('\n'), /page layouts/);
});

test('a second run deploys nothing, and a moved address brings the messages alone up to date', async () => {
  const crm = connected();
  await setUp(crm);
  const before = deployments();
  assert.equal(before, 2, 'flows follow what they need');
  const again = await setUp(crm);
  assert.deepEqual(outcomes(again, 'unchanged').length, folder.length + 2);
  assert.equal(deployments(), before);
  const moved = await crm.setup?.deploy('https://new.example/hooks/k/salesforce', () => undefined);
  assert.ok(moved);
  assert.deepEqual(
    outcomes(moved, 'made'),
    folder.filter(part => part.type === 'WorkflowOutboundMessage').map(part => `outbound message ${part.fullName}`),
  );
  const dry = await connected().setup?.deploy('https://other.example/hooks/k/salesforce', () => undefined, {
    dryRun: true,
  });
  assert.equal(dry && outcomes(dry, 'made').length, 4);
  assert.equal(deployments(), before + 1);
});

test('accounts that were there get the host of their website once, in batches, and the flow keeps it', async () => {
  const add = (values: object) => press<{ id: string }>(sandbox, 'salesforce/Account', values);
  const hosts = async () => new Map((await rows('Account')).map(row => [row.Name, row.Baton_Website_Host__c ?? null]));
  const many = 2_030;
  for (let at = 0; at < many; at += 70) {
    const some = Array.from({ length: 70 }, (_, index) => at + index);
    await Promise.all(some.map(one => add({ Name: `A${one}`, Website: `https://www.a${one}.example/x` })));
  }
  await add({ Name: 'None' });
  const steps: SetupStep[] = [];
  const crm = connected();
  await happen({ validationRule: { object: 'Account', message: 'Ask finance', field: 'Name', equals: 'A7' } });
  const first = await setUp(crm, step => steps.push(step));
  assert.match(
    whyOf(first, 'website hosts of accounts'),
    /refused it for 1 account \(.*Ask finance.*2029 accounts filled/,
  );
  const filling = steps.filter(step => step.text === 'Filling the website hosts of accounts');
  assert.deepEqual(
    filling.map(({ done, of }) => [done, of]),
    [
      [2_000, many + 1],
      [many + 1, many + 1],
    ],
  );
  await happen({ validationRule: null });
  const second = await setUp(crm);
  assert.equal(whyOf(second, 'website hosts of accounts'), 'filled on 1 account');
  const kept = await hosts();
  assert.deepEqual([kept.size, kept.get('None')], [many + 1, null]);
  for (let at = 0; at < many; at += 1) assert.equal(kept.get(`A${at}`), `a${at}.example`);
  assert.ok(outcomes(await setUp(crm), 'unchanged').includes('website hosts of accounts'));
  await add({ Name: 'New', Website: 'new.example:8080' });
  assert.equal((await hosts()).get('New'), 'new.example');
});

test('an org that has no room for the field of hosts goes without its flow, and says so', async () => {
  await happen({
    metadata: { refuses: { fullName: 'Account.Baton_Website_Host__c', problem: 'Too many external ids' } },
  });
  const result = await setUp();
  assert.deepEqual(outcomes(result, 'refused').sort(), [
    'field Account.Baton_Website_Host__c',
    'flow Baton_Account_Website_Host',
    'website hosts of accounts',
  ]);
});

test('fields go by the names of the playbook; standard, packaged and unwanted ones are not made', async () => {
  const result = await setUp(
    connected({
      ...FIELDS,
      lead_score: 'Baton_Punkte__c',
      employees: 'NumberOfEmployees',
      industry: 'pkg__Industry__c',
      tech_stack: null,
    }),
  );
  assert.equal(result.ok, true);
  const lead = await describe('Lead');
  assert.equal(lead.get('Baton_Punkte__c')?.type, 'double');
  for (const name of ['Lead_Score__c', 'Clearbit_Employees__c', 'pkg__Industry__c', 'Company_Tech_Stack__c']) {
    assert.ok(!lead.has(name), name);
  }
  const api = await adminsMetadata();
  const [view] = await api.read('ListView', ['Lead.Baton_Open_MQLs']);
  assert.ok(JSON.stringify(view).includes('Baton_Punkte__c'));
  assert.ok(!JSON.stringify(view).includes('Lead_Score__c'));
});

test('a playbook that says nothing of the promise gets its fields and view; one that says null goes without', async () => {
  const others = Object.fromEntries(Object.entries(FIELDS).filter(([name]) => !/^sla_|^first_/.test(name)));
  const nameless = await setUp(connected({ ...others, first_touch: null }));
  assert.equal(nameless.ok, true);
  const lead = await describe('Lead');
  assert.deepEqual(
    ['Baton_SLA_Due__c', 'Baton_SLA_Breached__c', 'Baton_First_Touch__c'].map(name => lead.has(name)),
    [true, true, false],
  );
  assert.ok(outcomes(nameless, 'made').includes('list view Lead.Baton_SLA_Breached'));
});

test('a field of that name and another type is not touched; what can do without it is made', async () => {
  await happen({ features: { addField: { object: 'Lead', name: 'Lead_Score__c', type: 'string', length: 40 } } });
  await happen({ features: { addField: { object: 'Contact', name: 'MQL_Date__c', type: 'date' } } });
  await happen({
    features: { addField: { object: 'Contact', name: 'Baton_Handoff_Id__c', type: 'string', length: 80 } },
  });
  const result = await setUp();
  assert.equal(result.ok, false);
  assert.deepEqual(outcomes(result, 'refused').sort(), [
    'field Contact.Baton_Handoff_Id__c',
    'field Lead.Lead_Score__c',
  ]);
  assert.match(
    whyOf(result, 'field Lead.Lead_Score__c'),
    /has it as Text\(40\), Baton needs Number\(18, 0\): not touched/,
  );
  assert.match(whyOf(result, 'field Contact.Baton_Handoff_Id__c'), /must be Text\(64\), External ID, Unique/);
  assert.ok(outcomes(result, 'unchanged').includes('field Contact.MQL_Date__c'));
  assert.equal((await describe('Lead')).get('Lead_Score__c')?.type, 'string');
  const granted = (await rows('FieldPermissions')).map(row => row.Field);
  assert.ok(!granted.includes('Lead.Lead_Score__c'));
  assert.ok(granted.includes('Contact.MQL_Date__c'));
  assert.ok(outcomes(result, 'made').includes('list view Lead.Baton_Open_MQLs'));
});

test('what Salesforce refuses is told with its reason; what needs it falls, all else is made', async () => {
  await happen({ metadata: { refuses: { fullName: 'Task.Baton_Task', problem: 'Too many outbound messages' } } });
  const first = await setUp();
  assert.deepEqual(outcomes(first, 'refused'), ['outbound message Task.Baton_Task', 'flow Baton_Task_Changed']);
  assert.match(whyOf(first, 'outbound message Task.Baton_Task'), /Too many outbound messages/);
  assert.equal(whyOf(first, 'flow Baton_Task_Changed'), 'it needs outbound message Task.Baton_Task');
  assert.ok((await describe('Lead')).has('Lead_Score__c'));
  await happen({
    metadata: { refuses: { fullName: 'Lead.Baton_Handoff_Id__c', problem: 'no more external ids' } },
    bare: true,
  });
  const second = await setUp();
  // A filter without its column would let everything through.
  assert.deepEqual(
    outcomes(second, 'refused').sort(),
    [
      'field Lead.Baton_Handoff_Id__c',
      'flow Baton_Lead_Changed',
      'list view Lead.Baton_My_Call_List',
      'list view Lead.Baton_Open_MQLs',
      'list view Lead.Baton_SLA_Breached',
    ].sort(),
  );
  await happen({ metadata: { refuses: null } });
  assert.equal((await setUp()).ok, true);
});

const FAULT = `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body><soapenv:Fault><faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`;

test('a session that ends in the middle is renewed once; one that never holds pauses the connection', async () => {
  const over = (times: number) =>
    sandbox.fault({
      service: 'salesforce',
      contains: '<checkDeployStatus',
      status: 500,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: FAULT,
      times,
    });
  over(1);
  assert.equal((await setUp()).ok, true);
  const logins = sandbox.calls('salesforce').filter(call => call.path.endsWith('/oauth2/token'));
  assert.equal(logins.length, 2);
  await happen({ bare: true });
  over(50);
  await assert.rejects(setUp(), (error: unknown) => {
    assert.ok(error instanceof CredentialsRejected);
    assert.equal(error.code, 'INVALID_SESSION_ID');
    return true;
  });
});

test('a slow deployment is left to itself, and the next set-up waits for it instead of starting another', async () => {
  await happen({ metadata: { deployQuestions: 10_000 } });
  const clock = clockFrom(new Date());
  const slow = setUp(connected(FIELDS, clock), ({ text }) => {
    if (text.startsWith('Salesforce makes')) clock.move(6 * MINUTE);
  });
  await assert.rejects(slow, (error: unknown) => {
    assert.ok(error instanceof Unavailable);
    assert.match(error.message, /still at it \(deployment 0Af.*Deployment Status.*set up again/);
    return true;
  });
  assert.equal(deployments(), 1);
  await happen({ metadata: { deployQuestions: 1 } });
  const texts: string[] = [];
  const result = await setUp(connected(), ({ text }) => texts.push(text));
  assert.ok(texts.includes('Waiting for an earlier set-up'));
  assert.equal(result.ok, true);
  assert.deepEqual(
    outcomes(result, 'made').filter(name => name.startsWith('field')),
    [],
  );
  assert.equal(deployments(), 2, 'only the flows were left');
});

test('an answer that is lost on the way costs a try, and nothing is made twice', async () => {
  sandbox.fault({ service: 'salesforce', contains: '<deploy>', reset: true, after: 'after' });
  await assert.rejects(setUp(), Unavailable);
  const result = await setUp();
  assert.equal(result.ok, true);
  assert.equal(deployments(), 2);
});

test('an org that keeps flows asleep says so by hand, time and again, and is not deployed to for it', async () => {
  await happen({ metadata: { flowsDeployActive: false } });
  const first = await setUp();
  assert.match(
    first.byHand[0] ?? '',
    /^Activate the flows Baton_Account_Website_Host, Baton_Event_Changed, .* under Setup > Flows/,
  );
  const before = deployments();
  const again = await setUp();
  assert.match(again.byHand[0] ?? '', /^Activate the flows/);
  assert.equal(deployments(), before);
});

test('a user who may not change metadata is told what to ask for', async () => {
  await happen({ metadata: { mayDeploy: false } });
  await assert.rejects(setUp(), (error: unknown) => {
    assert.ok(error instanceof Rejected);
    assert.match(error.message, /Modify Metadata Through Metadata API Functions/);
    return true;
  });
});

test('what admins did to the permission set stays; one that is not of Baton is left alone', async () => {
  await setUp();
  const set = folder.find(part => part.type === 'PermissionSet');
  assert.ok(set);
  const [first, ...rest] = all(set.content.fieldPermissions);
  assert.ok(first);
  const theirs = { editable: 'false', field: 'Lead.Website', readable: 'true' };
  await deployRaw(zipOf([{ ...set, content: { ...set.content, fieldPermissions: [...rest, theirs] } }], '64.0'));
  const mended = await setUp();
  assert.deepEqual(outcomes(mended, 'made'), ['permission set Baton']);
  const granted = (await rows('FieldPermissions')).map(row => row.Field);
  assert.ok(granted.includes('Lead.Website'));
  assert.ok(granted.includes(textIn(first, 'field')));

  await deployRaw(zipOf([{ ...set, content: { description: 'Music people', label: 'Baton' } }], '64.0'));
  const result = await setUp();
  assert.match(whyOf(result, 'permission set Baton'), /Baton did not make: not touched/);
  assert.ok(outcomes(result, 'refused').includes(`assignment of permission set Baton to ${USERNAME}`));
});

test('the stand-in refuses what the platform refuses, and nothing of such a deployment stays', async () => {
  const part = (fullName: string, change: (content: Content) => Content): Buffer => {
    const wanted = folder.filter(one => one.fullName === fullName || one.fullName === 'Account.Baton_Handoff_Id__c');
    return zipOf(
      wanted.map(one => (one.fullName === fullName ? { ...one, content: change(one.content) } : one)),
      '64.0',
    );
  };
  const without = (name: string) => (content: Content) =>
    Object.fromEntries(Object.entries(content).filter(([key]) => key !== name));
  const text = 'Lead.Clearbit_Industry__c';
  const cases: [Buffer, RegExp][] = [
    [part(text, without('length')), /Required field is missing: length/],
    [part(text, without('label')), /Required field is missing: label/],
    [part(text, content => ({ ...content, type: 'Txt' })), /not a valid value for the enum 'FieldType'/],
    [part(text, content => ({ ...content, length: '300' })), /between 1 and 255/],
    [part('Lead.Clearbit_Revenue__c', without('precision')), /Required field is missing: precision/],
    [
      rewritten(
        part(text, content => content),
        'package.xml',
        xml => xml.replace(text, 'Lead.Other__c'),
      ),
      /not named in package.xml/,
    ],
    [
      rewritten(
        part(text, content => content),
        'package.xml',
        xml => xml.replace('<name>CustomField', '<name>Fields'),
      ),
      /Unknown type name 'Fields'/,
    ],
    [
      rewritten(
        part(text, content => content),
        'objects/Lead.object',
        xml => xml.replace(/<fields>[\s\S]*<\/fields>/, '$&$&'),
      ),
      /Duplicate developer name/,
    ],
    [
      rewritten(
        part(text, content => content),
        'objects/Lead.object',
        xml => xml.replace('</CustomObject>', ''),
      ),
      /Error parsing file/,
    ],
    [
      zipOf(
        folder.filter(one => one.type === 'PermissionSet'),
        '64.0',
      ),
      /no CustomField named/,
    ],
    [
      zipOf(
        folder.filter(one => one.type === 'Flow'),
        '64.0',
      ),
      /can't be found/,
    ],
    [Buffer.from('no zip'), /No package.xml/],
  ];
  for (const [zip, why] of cases) {
    const result = await deployRaw(zip);
    assert.equal(result.success, false);
    assert.match(result.details.componentFailures.map(one => one.problem).join('; '), why);
  }
  const api = await adminsMetadata();
  assert.deepEqual(await api.list([{ type: 'CustomField' }]), []);
  await assert.rejects(async () => api.deploy(Buffer.from(''), { rollbackOnError: false }), /rollbackOnError/);
  // Deployed and granted to nobody: it is there, and nobody sees it.
  const made = folder.filter(one => keyOf(one) === `CustomField:${text}`);
  assert.equal((await deployRaw(zipOf(made, '64.0'))).success, true);
  assert.equal((await api.list([{ type: 'CustomField' }])).length, 1);
  assert.ok(!(await describe('Lead')).has('Clearbit_Industry__c'));
});

function rewritten(zip: Buffer, path: string, change: (xml: string) => string): Buffer {
  const files = unzipSync(zip);
  const file = files[path];
  assert.ok(file, path);
  const changed = change(strFromU8(file));
  assert.notEqual(changed, strFromU8(file), `${path} is changed`);
  return Buffer.from(zipSync({ ...files, [path]: strToU8(changed) }));
}

test('scores that a connector syncs: a flow and message on each object that has its fields, to the address of their own', async () => {
  const SCORES = 'https://baton.example/hooks/k/scores';
  const deploy = () => connected().setup?.deploy(HOOK, () => undefined, { scoresTo: SCORES });
  const bare = await deploy();
  assert.ok(
    bare?.byHand.some(line => line.includes('pi__score__c')),
    JSON.stringify(bare?.byHand),
  );
  for (const [name, type] of [
    ['pi__score__c', 'double'],
    ['pi__url__c', 'string'],
    ['pi__grade__c', 'string'],
  ]) {
    await happen({ features: { addField: { object: 'Lead', name, type } } });
  }
  const result = await deploy();
  assert.ok(result?.ok, JSON.stringify(result));
  assert.deepEqual(outcomes(result, 'made'), [
    'outbound message Lead.Baton_Synced_Score',
    'flow Baton_Lead_Score_Synced',
  ]);
  assert.ok(!result.byHand.some(line => line.includes('pi__score__c')));
  const again = await deploy();
  assert.deepEqual(again && outcomes(again, 'made'), []);
  const without = await setUp();
  assert.ok(
    without.parts.every(({ name }) => !/Score_Synced|Synced_Score/.test(name)),
    'no source asks for it',
  );
});
