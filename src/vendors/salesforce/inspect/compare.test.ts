import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crmOf, withCrmDefaults } from '../../../config/playbook/crm-schema.ts';
import { VOCABULARY } from '../playbook.ts';
import { compare } from './compare.ts';
import type { Column, ObjectShape, OrgFacts } from './facts.ts';
import { changesOwner, endpointOf, fieldsOf, updatesFields } from './metadata.ts';
import type { Wanted } from './wanted.ts';

const crmRules = (written: object) => withCrmDefaults(crmOf([]).parse(written), written, VOCABULARY.defaults ?? {});

const KEY = 'Baton_Handoff_Id__c';
const HOST = 'Baton_Website_Host__c';

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  label: name,
  type: 'string',
  length: 255,
  createable: true,
  updateable: true,
  calculated: false,
  required: false,
  unique: false,
  externalId: false,
  restricted: false,
  values: [],
  ...more,
});

const key = column(KEY, { length: 64, unique: true, externalId: true });
const picklist = (name: string, values: string[], restricted = false) =>
  column(name, { type: 'picklist', values, restricted });
const shape = (...columns: Column[]): ObjectShape => ({
  columns: new Map([key, ...columns].map(one => [one.name.toLowerCase(), one])),
  recordTypes: [{ developerName: 'Inbound', active: true, available: true }],
});

const PERSON = [
  column('LastName', { required: true }),
  column('Score__c', { type: 'double' }),
  picklist('Priority__c', ['HIGH', 'MEDIUM', 'LOW'], true),
  column('When__c', { type: 'date' }),
  column('Summary__c', { type: 'textarea', length: 32_000 }),
];

/** An org and a playbook that fit each other. */
function well(): { facts: OrgFacts; wanted: Wanted; objects: Map<string, ObjectShape> } {
  const objects = new Map([
    [
      'Lead',
      shape(
        ...PERSON,
        column('Company', { required: true }),
        picklist('Status', ['Open - Not Contacted', 'Working']),
        picklist('LeadSource', ['Web']),
      ),
    ],
    ['Contact', shape(...PERSON)],
    ['Account', shape(column('Name', { required: true }), column(HOST, { externalId: true }))],
    [
      'Opportunity',
      shape(picklist('StageName', ['MQL - Marketing Qualified', 'Closed Won']), column('Deal__c', { type: 'double' })),
    ],
    ['OpportunityContactRole', shape(picklist('Role', ['Decision Maker']))],
    ['Task', shape()],
  ]);
  const told = new Map([...objects].map(([name, value]) => [name, { value }] as const));
  const layout = (object: string, ...fields: string[]) => ({ name: `${object} Layout`, object, fields });
  const facts: OrgFacts = {
    objects: told,
    customFields: { value: new Set(['lead.hidden__c', 'activity.baton_handoff_id__c']) },
    users: { value: [{ email: 'Ann@example.com', active: true }] },
    orphans: { value: { owners: [], leads: 0 } },
    queues: { value: [{ developerName: 'Inbound', objects: ['Lead', 'Task'] }] },
    campaign: { value: undefined },
    leadStatuses: {
      value: [
        { label: 'Open - Not Contacted', converted: false },
        { label: 'Working', converted: false },
        { label: 'Signed', converted: true },
      ],
    },
    assignmentRules: { value: [] },
    duplicateRules: { value: [] },
    flows: {
      value: ['Task', 'Event', 'Lead', 'Opportunity'].map(object => ({
        name: `Baton_${object}`,
        label: `Baton ${object}`,
        object,
        active: true,
        changesOwner: false,
      })),
    },
    triggers: { value: [] },
    workflowRules: { value: [] },
    validationRules: { value: [] },
    layouts: {
      value: [
        ...['Lead', 'Contact'].map(one => layout(one, 'Score__c', 'Priority__c', 'When__c', 'Summary__c')),
        layout('Opportunity', 'Deal__c'),
      ],
    },
    messages: { value: [{ name: 'Baton_Lead', url: 'https://baton.example/hooks/k/salesforce' }] },
    versions: { value: ['63.0', '64.0', '65.0'] },
    limits: { value: new Map([['DailyApiRequests', { max: 1_000, remaining: 900 }]]) },
    clockAhead: 1_500,
  };
  const wanted: Wanted = {
    people: [{ email: 'ann@example.com', name: 'Ann' }],
    modes: ['lead', 'account_based'],
    groups: ['Inbound'],
    messagesTo: 'https://baton.example/hooks/k/salesforce',
    apiVersion: '64.0',
    externalIdField: KEY,
    fields: {
      lead_score: 'Score__c',
      icp_priority: 'Priority__c',
      mql_date: 'When__c',
      activity_summary: 'Summary__c',
      mql_score: 'Deal__c',
      industry: null,
    },
    rules: crmRules({ record_types: { Lead: 'Inbound' } }),
  };
  return { facts, wanted, objects };
}

type World = ReturnType<typeof well>;
/** Another column, or none, on one object of the org. */
function set(world: World, object: string, name: string, change: Partial<Column> | null): void {
  const columns = world.objects.get(object)?.columns as Map<string, Column>;
  const before = columns.get(name.toLowerCase()) ?? column(name);
  if (change === null) columns.delete(name.toLowerCase());
  else columns.set(name.toLowerCase(), { ...before, ...change });
}

const rules = (world: World, given: object) => {
  world.wanted.rules = crmRules({ record_types: { Lead: 'Inbound' }, ...given });
};

type Ill = [name: string, spoil: (world: World) => void, level: 'warning' | 'problem', what: RegExp, fix?: RegExp];

const ILLS: Ill[] = [
  [
    'a status of the playbook that does not exist',
    w => rules(w, { statuses: { working: ['working'], contacted: ['Called'] } }),
    'problem',
    /Lead\.Status has no "Called" \(crm\.statuses\.contacted\); it has "Open - Not Contacted", "Working" and "Signed"/,
    /crm\.statuses\.contacted/,
  ],
  [
    'a conversion taken for a rejection',
    w => rules(w, { statuses: { rejected: ['Signed'] } }),
    'warning',
    /"Signed" \(crm\.statuses\.rejected\) is what a lead has once it is converted/,
    /Take it out/,
  ],
  [
    'no status that is known by default',
    w => {
      w.facts.leadStatuses = {
        value: [
          { label: 'Neu', converted: false },
          { label: 'Contacted', converted: true },
        ],
      };
    },
    'warning',
    /knows none of this org's lead statuses \("Neu"\)/,
    /crm\.statuses/,
  ],
  [
    'statuses of which only some are known by default',
    w => {
      w.facts.leadStatuses = {
        value: ['New', 'Contacted', 'Disqualified'].map(label => ({ label, converted: false })),
      };
    },
    'warning',
    /reads "Contacted" as contacted; it makes nothing of "Disqualified"/,
    /crm\.statuses/,
  ],
  [
    'a status with two meanings',
    w => rules(w, { statuses: { contacted: ['Working'], rejected: ['working'] } }),
    'warning',
    /"Working" stands in crm\.statuses as contacted and rejected: it counts as rejected/,
    /one of them/,
  ],
  ['no key on Lead', w => set(w, 'Lead', KEY, null), 'problem', /Lead\.Baton_Handoff_Id__c is missing/, /External ID/],
  [
    'no field of hosts',
    w => set(w, 'Account', HOST, null),
    'warning',
    /Account\.Baton_Website_Host__c is missing/,
    /et up Salesforce/,
  ],
  [
    'field of hosts not indexed',
    w => set(w, 'Account', HOST, { externalId: false }),
    'warning',
    /is no External ID/,
    /Tick/,
  ],
  ['key not unique', w => set(w, 'Account', KEY, { unique: false }), 'problem', /Account.* is not Unique/, /Unique/],
  [
    'key too short and no external id',
    w => set(w, 'Opportunity', KEY, { length: 18, externalId: false }),
    'problem',
    /is no External ID and holds 18 characters/,
  ],
  [
    'key of another type',
    w => set(w, 'Task', KEY, { type: 'double' }),
    'problem',
    /Task.* is of type double, not Text/,
  ],
  ['key read-only', w => set(w, 'Lead', KEY, { createable: false }), 'problem', /read-only/, /permission set/],
  ['key of tasks unseen', w => set(w, 'Task', KEY, null), 'problem', /exists, but Baton’s user may not see it/],
  [
    'no key on Contact while only leads are made',
    w => {
      w.wanted.modes = ['lead'];
      set(w, 'Contact', KEY, null);
    },
    'warning',
    /Contact\.Baton_Handoff_Id__c is missing/,
  ],
  [
    'missing field',
    w => set(w, 'Lead', 'Score__c', null),
    'problem',
    /Lead\.Score__c \(crm\.fields\.lead_score\) is missing/,
  ],
  [
    'missing or unseen, who knows',
    w => {
      w.facts.customFields = { why: 'INSUFFICIENT_ACCESS: no' };
      set(w, 'Lead', 'Score__c', null);
    },
    'problem',
    /Lead\.Score__c .* is missing, or hidden from Baton’s user: its value/,
  ],
  [
    'many missing fields are one finding',
    w => {
      for (const name of ['Score__c', 'When__c', 'Summary__c']) set(w, 'Lead', name, null);
    },
    'problem',
    /Lead lacks 3 fields .*: Score__c \(crm\.fields\.lead_score\), When__c .* and Summary__c/,
    /^Press Set up Salesforce on Baton’s Home \(or run npm run salesforce:setup\)/,
  ],
  [
    'unseen field',
    w => {
      w.wanted.fields = { ...w.wanted.fields, tech_stack: 'Hidden__c' };
      set(w, 'Contact', 'Hidden__c', {});
    },
    'problem',
    /Lead\.Hidden__c .*exists, but Baton’s user may not see it/,
    /permission set/,
  ],
  ['read-only field', w => set(w, 'Lead', 'Score__c', { updateable: false }), 'problem', /read-only for Baton’s user/],
  ['formula', w => set(w, 'Lead', 'Score__c', { calculated: true, createable: false }), 'problem', /is a formula/],
  ['number as text', w => set(w, 'Lead', 'Score__c', { type: 'string' }), 'warning', /cannot reckon/, /type Number/],
  ['date as checkbox', w => set(w, 'Lead', 'When__c', { type: 'boolean' }), 'problem', /does not take/, /type Date/],
  ['too short', w => set(w, 'Lead', 'Summary__c', { length: 255 }), 'warning', /holds 255 characters/, /2000/],
  [
    'mapped field missing',
    w => rules(w, { custom: { Lead: { Segment__c: 'x' } } }),
    'problem',
    /Lead\.Segment__c \(crm\.custom\.Lead\.Segment__c\) is missing/,
  ],
  [
    'required field',
    w => set(w, 'Opportunity', 'Region__c', { required: true, type: 'picklist', values: ['EMEA'] }),
    'problem',
    /Opportunity\.Region__c .* is required/,
    /crm\.defaults\.Opportunity\.Region__c .*"EMEA"/,
  ],
  ['priority', w => set(w, 'Lead', 'Priority__c', { values: ['HIGH'] }), 'problem', /without "MEDIUM" and "LOW"/],
  [
    'lead status',
    w => set(w, 'Lead', 'Status', { values: ['New'] }),
    'warning',
    /no "Open - Not Contacted"/,
    /crm\.custom\.Lead\.Status/,
  ],
  [
    'restricted sources',
    w => set(w, 'Lead', 'LeadSource', { restricted: true }),
    'warning',
    /LeadSource is restricted to "Web"/,
  ],
  ['stage', w => set(w, 'Opportunity', 'StageName', { values: ['Won'] }), 'problem', /crm\.opportunity\.stage/],
  [
    'role',
    w => set(w, 'OpportunityContactRole', 'Role', { values: ['Other'] }),
    'problem',
    /crm\.opportunity\.contact_role/,
  ],
  ['no campaign', w => rules(w, { campaign: { name: 'Inbound' } }), 'problem', /no campaign "Inbound"/],
  [
    'no such member status',
    w => {
      rules(w, { campaign: { name: 'Inbound', status: 'Came' } });
      w.facts.campaign = { value: ['Sent', 'Responded'] };
    },
    'warning',
    /no member status "Came"; it has "Sent" and "Responded"/,
  ],
  [
    'no record type',
    w => rules(w, { record_types: { Contact: 'Vip' } }),
    'problem',
    /Record type Vip of Contact .* does not exist/,
  ],
  [
    'record type not assigned',
    w => Object.assign(w.objects.get('Lead')?.recordTypes[0] ?? {}, { available: false }),
    'problem',
    /is not assigned/,
  ],
  [
    'record type inactive',
    w => Object.assign(w.objects.get('Lead')?.recordTypes[0] ?? {}, { active: false }),
    'problem',
    /is inactive/,
  ],
  ['currency of one', w => rules(w, { currency: 'EUR' }), 'problem', /one currency only/],
  [
    'currency unknown',
    w => {
      rules(w, { currency: 'EUR' });
      set(w, 'Lead', 'CurrencyIsoCode', { values: ['USD'] });
    },
    'problem',
    /no active currency EUR/,
  ],
  ['state picklists', w => set(w, 'Lead', 'CountryCode', {}), 'warning', /State and country picklists are on/],
  [
    'object unseen',
    w => (w.facts.objects as Map<string, unknown>).set('Task', { why: 'NOT_FOUND' }),
    'problem',
    /may not use the object Task/,
  ],
  [
    'field on no layout',
    w => {
      w.facts.layouts = { value: [{ name: 'Sales', object: 'Lead', fields: ['Score__c'] }] };
    },
    'warning',
    /layout of Lead \(Sales\): people do not see Priority__c, When__c and Summary__c/,
  ],
  [
    'inactive person',
    w => {
      w.facts.users = { value: [{ email: 'ann@example.com', active: false }] };
    },
    'problem',
    /Ann \(ann@example.com\) is an inactive user/,
  ],
  [
    'unknown person',
    w => {
      w.facts.users = { value: [] };
    },
    'problem',
    /is no user of the org/,
  ],
  [
    'orphans',
    w => {
      w.facts.orphans = { value: { owners: ['Old Rep'], leads: 3 } };
    },
    'warning',
    /3 open leads belong to inactive users \(Old Rep\)/,
  ],
  [
    'no queue',
    w => {
      w.facts.queues = { value: [] };
    },
    'problem',
    /no queue Inbound/,
  ],
  [
    'queue of cases',
    w => {
      w.facts.queues = { value: [{ developerName: 'Inbound', objects: ['Case'] }] };
    },
    'problem',
    /may not own leads; it may own Case/,
  ],
  [
    'duplicate rule that blocks',
    w => {
      w.facts.duplicateRules = { value: [{ name: 'Standard Lead', object: 'Lead', blocks: true }] };
    },
    'problem',
    /1 active duplicate rule blocks new records .*: Standard Lead \(Lead\)/,
    /Allow/,
  ],
  [
    'duplicate rule that could not be read',
    w => {
      w.facts.duplicateRules = { value: [{ name: 'Standard Contact', object: 'Contact' }] };
    },
    'warning',
    /What 1 active duplicate rule does could not be read: Standard Contact/,
    /Allow/,
  ],
  [
    'validation rule',
    w => {
      w.facts.validationRules = { value: [{ name: 'Phone_needed', object: 'Lead', message: 'Give a phone' }] };
    },
    'warning',
    /Phone_needed \(“Give a phone”\)/,
  ],
  [
    'assignment rule',
    w => {
      w.facts.assignmentRules = { value: ['Standard'] };
    },
    'warning',
    /assignment rule Standard is active/,
  ],
  ...(
    [
      [true, /flow Give to EMEA \(Give_EMEA\) on Lead changes the owner/],
      [undefined, /1 flow could not be read: Give to EMEA/],
    ] as const
  ).map(
    ([changes, what]): Ill => [
      `flow that changes owners: ${changes}`,
      w => {
        const flow = { name: 'Give_EMEA', label: 'Give to EMEA', object: 'Lead', active: true };
        const own = 'value' in w.facts.flows ? w.facts.flows.value : [];
        w.facts.flows = { value: [...own, { ...flow, ...(changes !== undefined && { changesOwner: changes }) }] };
      },
      'warning',
      what,
    ],
  ),
  [
    'trigger',
    w => {
      w.facts.triggers = { value: [{ name: 'LeadRouter', object: 'Lead' }] };
    },
    'warning',
    /1 active Apex trigger runs .*LeadRouter \(Lead\)/,
  ],
  [
    'workflow rule',
    w => {
      w.facts.workflowRules = { value: [{ name: 'Old', object: 'Lead', updatesFields: true }] };
    },
    'warning',
    /1 active workflow rule with field updates/,
  ],
  [
    'no flows of Baton',
    w => {
      w.facts.flows = { value: [] };
    },
    'warning',
    /Baton’s flows are not in the org/,
    /salesforce:setup/,
  ],
  [
    'a flow of Baton switched off',
    w => {
      const all = 'value' in w.facts.flows ? w.facts.flows.value : [];
      w.facts.flows = { value: all.map(one => ({ ...one, active: one.object !== 'Task' })) };
    },
    'warning',
    /Baton’s flow on Task is missing or not active/,
  ],
  [
    'messages to another Baton',
    w => {
      w.facts.messages = { value: [{ name: 'Baton_Lead', url: 'https://old.example/hooks/secret/salesforce' }] };
    },
    'problem',
    /Baton_Lead to https:\/\/old\.example$/,
  ],
  [
    'version retired',
    w => {
      w.facts.versions = { value: ['70.0'] };
    },
    'problem',
    /does not serve API version 64.0/,
  ],
  [
    'version old',
    w => {
      w.facts.versions = { value: ['64.0', '75.0'] };
    },
    'warning',
    /11 versions behind/,
  ],
  [
    'half of the calls used',
    w => {
      w.facts.limits = { value: new Map([['DailyApiRequests', { max: 1_000, remaining: 400 }]]) };
    },
    'warning',
    /60% of the day’s API calls/,
  ],
  [
    'storage full',
    w => {
      w.facts.limits = { value: new Map([['DataStorageMB', { max: 10, remaining: 1 }]]) };
    },
    'problem',
    /90% of the data storage is used \(9 of 10 MB\)/,
  ],
  [
    'clock',
    w => {
      w.facts.clockAhead = -300_000;
    },
    'problem',
    /clock is 300 s ahead of the org’s/,
  ],
  ...(['layouts', 'validationRules', 'flows', 'limits', 'users', 'queues'] as const).map(
    (name): Ill => [
      `refused: ${name}`,
      w => {
        w.facts[name] = { why: 'INSUFFICIENT_ACCESS: no' };
      },
      'warning',
      /could not be checked: INSUFFICIENT_ACCESS: no\./,
      /View Setup/,
    ],
  ),
];

describe('an org is compared with the playbook', () => {
  test('one that fits has nothing but good news', () => {
    const { facts, wanted } = well();
    assert.deepEqual(
      compare(facts, wanted).filter(one => one.level !== 'fine'),
      [],
    );
  });
  for (const [name, spoil, level, what, fix] of ILLS) {
    test(name, () => {
      const world = well();
      spoil(world);
      const found = compare(world.facts, world.wanted).filter(one => one.level !== 'fine');
      const hit = found.find(one => what.test(one.what));
      assert.ok(hit, `${what} in ${JSON.stringify(found)}`);
      assert.equal(hit.level, level);
      if (fix) assert.match(hit.fix ?? '', fix);
      assert.ok(hit.fix, 'says what to do');
      assert.doesNotMatch(JSON.stringify(found), /secret/, 'no key of an address is shown');
    });
  }
  test('lead mode asks nothing of opportunities', () => {
    const world = well();
    world.wanted.modes = ['lead'];
    for (const name of ['Opportunity', 'OpportunityContactRole']) {
      (world.facts.objects as Map<string, unknown>).delete(name);
    }
    assert.deepEqual(
      compare(world.facts, world.wanted).filter(one => one.level !== 'fine'),
      [],
    );
  });
  test('the playbook’s defaults fill what the org insists on', () => {
    const world = well();
    set(world, 'Lead', 'Segment__c', { required: true });
    rules(world, { defaults: { Lead: { Segment__c: 'Inbound' } } });
    assert.ok(compare(world.facts, world.wanted).every(one => one.level === 'fine'));
  });
});

test('what flows, rules, layouts and messages do is read from their metadata', () => {
  const assigns = (to: string) => ({ assignments: [{ assignmentItems: [{ assignToReference: to }] }] });
  assert.deepEqual(
    [
      changesOwner({ recordUpdates: [{ inputAssignments: [{ field: 'OwnerId' }] }] }),
      changesOwner({ recordUpdates: [{ inputAssignments: [{ field: 'Rating' }] }], assignments: null }),
      changesOwner(assigns('$Record.OwnerId')),
      changesOwner(assigns('varOwnerId')),
      changesOwner(null),
    ],
    [true, false, true, false, false],
  );
  const update = [{ name: 'x', type: 'FieldUpdate' }];
  assert.deepEqual(
    [
      updatesFields({ active: true, actions: update }),
      updatesFields({ active: false, actions: update }),
      updatesFields({ active: true, actions: [{ type: 'Alert' }], workflowTimeTriggers: [{ actions: update }] }),
      updatesFields({ active: true, actions: [{ type: 'Alert' }] }),
    ],
    [true, false, true, false],
  );
  const layoutItems = [{ field: 'Name' }, { emptySpace: true }];
  assert.deepEqual(fieldsOf({ layoutSections: [{ layoutColumns: [{ layoutItems }] }, {}] }), ['Name']);
  assert.equal(endpointOf({ endpointUrl: 'https://x' }), 'https://x');
});
