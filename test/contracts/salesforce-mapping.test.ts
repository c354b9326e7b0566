/** The playbook's own mapping in an org that has types, required fields, record types, currencies, queues and campaigns. */
import assert from 'node:assert/strict';
import type { WrittenPlaybook } from '../../src/config/playbook.ts';
import type { Crm } from '../../src/contracts/crm.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { Rejected } from '../../src/lib/errors.ts';
import { salesforceRules } from '../helpers/crm.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { inOrg as inAnyOrg, type Org as OrgHere, type Row } from './salesforce-org.ts';

interface Org extends Pick<OrgHere, 'add' | 'change' | 'rows' | 'set' | 'userId'> {
  connect(crm?: WrittenPlaybook['crm']): Crm;
  only(object: string): Promise<Row>;
  features(features: object): Promise<void>;
  /** Calls to the API since the last question. */
  calls(): string[];
  later(ms: number): void;
}

/** A test with an org of its own, connected by what a playbook says under `crm`. */
function inOrg(name: string, story: (org: Org) => Promise<void>): void {
  inAnyOrg(name, async org => {
    let seen = 0;
    await story({
      ...org,
      connect: crm => {
        const { fields: _own, ...rules } = salesforceRules(crm ?? {});
        return org.connect({ fields: {}, rules, timeoutMs: 2_000 });
      },
      async only(object) {
        const found = await org.rows(object);
        assert.equal(found.length, 1, `${found.length} of ${object}`);
        return found[0] ?? {};
      },
      features: features => org.set({ features }),
      calls: () => {
        const all = org.calls().map(path => path.replace('/services/data/v64.0', ''));
        const fresh = all.slice(seen);
        seen = all.length;
        return fresh;
      },
      later: ms => org.clock.move(ms),
    });
  });
}

const field = (name: string, type: string, more: object = {}) => ({
  addField: { object: 'Lead', name, type, ...more },
});

inOrg('text arrives as the org’s types, described once an hour, in one call a lead', async org => {
  const account = await org.add('Account', { Name: 'Partner Ltd' });
  await org.features(field('Score__c', 'double'));
  await org.features(field('Since__c', 'date'));
  await org.features(field('Known__c', 'boolean'));
  await org.features(field('Stack__c', 'multipicklist', { values: ['AWS', 'NetSuite'], restricted: true }));
  await org.features(field('Partner__c', 'reference', { referenceTo: ['Account'] }));
  await org.features(field('Tier__c', 'picklist', { values: ['Gold', 'Silver'], restricted: true }));
  const crm = org.connect();
  const custom = {
    Lead: {
      Score__c: '63',
      Since__c: '2026-11-24T18:00:00.000Z',
      Known__c: 'yes',
      Stack__c: 'aws, netsuite, cobol',
      Partner__c: account.slice(0, 15),
      Tier__c: 'gold',
      Title: 'From the playbook',
    },
    Task: { Type: 'Call' },
  };
  const { warnings } = await crm.write(writeOf({ custom }));
  const lead = await org.only('Lead');
  assert.deepEqual(
    [lead.Score__c, lead.Since__c, lead.Known__c, lead.Stack__c, lead.Partner__c, lead.Tier__c, lead.Title],
    [63, '2026-11-24', true, 'AWS;NetSuite', account, 'Gold', 'From the playbook'],
  );
  assert.equal((await org.only('Task')).Type, 'Call');
  assert.deepEqual(warnings, ['Stack__c does not take the value "cobol": left out.']);
  assert.deepEqual(org.calls().sort(), [
    'GET /sobjects/Lead/describe',
    'GET /sobjects/Task/describe',
    'POST /composite',
  ]);
  org.later(59 * MINUTE);
  await crm.write(writeOf({ custom }));
  assert.deepEqual(org.calls(), ['POST /composite'], 'what is known is not asked again');
  org.later(2 * MINUTE);
  await crm.write(writeOf({ custom }));
  assert.equal(org.calls().length, 3, 'an admin may have changed the org');
});

inOrg('values that fit nothing cost their fields, each with a word', async org => {
  await org.features(field('Score__c', 'double'));
  await org.features(field('Partner__c', 'reference', { referenceTo: ['Account'] }));
  await org.features(field('Other__c', 'reference', { referenceTo: ['Account'] }));
  const contact = await org.add('Contact', { LastName: 'Elsewhere' });
  const { warnings } = await org.connect().write(
    writeOf({
      custom: {
        Lead: { Score__c: 'many', Partner__c: 'Acme', Other__c: contact, Nowhere__c: 'x', Title: '@{record0.id}' },
      },
      unfilled: ['A template could not be filled in.'],
    }),
  );
  const lead = await org.only('Lead');
  assert.deepEqual([lead.Score__c, lead.Partner__c, lead.Other__c, lead.Title], [null, null, null, '@ {record0.id}']);
  for (const name of ['Score__c', 'Partner__c', 'Other__c', 'Nowhere__c']) {
    assert.equal(warnings.filter(one => one.includes(name)).length, 1, `${name}: ${warnings.join(' | ')}`);
  }
  assert.ok(warnings.includes('A template could not be filled in.'));
});

inOrg('a field the org insists on: from its default, and without one refused with the advice', async org => {
  await org.features(field('Segment__c', 'picklist', { values: ['SMB', 'Other'], restricted: true, required: true }));
  const crm = org.connect();
  const bare = await crm.write(writeOf()).catch(error => error);
  assert.ok(bare instanceof Rejected);
  assert.match(
    bare.message,
    /^Salesforce makes no Lead without Segment__c: set crm\.defaults\.Lead\.Segment__c in the playbook/,
  );
  const refused = await crm.write(writeOf({ custom: { Lead: { Segment__c: 'Aerospace' } } })).catch(error => error);
  assert.ok(refused instanceof Rejected);
  assert.match(refused.message, /Segment__c does not take the value "Aerospace"/, 'why it was not there');
  const defaults = { Lead: { Segment__c: 'Other', Title: 'Not over what is known' } };
  const person = { email: 'emma@acmecorp.com', lastName: 'Thompson', title: 'VP Operations' };
  const write = writeOf({ defaults, person, custom: { Lead: { Segment__c: 'Aerospace' } } });
  const { id } = await crm.write(write);
  const lead = await org.only('Lead');
  assert.deepEqual([lead.Segment__c, lead.Title], ['Other', 'VP Operations']);
  await org.change('Lead', id, { Segment__c: 'SMB', Title: null });
  await crm.write({ ...write, existing: { kind: 'lead', id } });
  const after = await org.only('Lead');
  assert.deepEqual([after.Segment__c, after.Title], ['SMB', null], 'defaults are for records that are made');
});

inOrg('a required field of a task costs the task, with the advice; a default makes it', async org => {
  await org.features({ addField: { object: 'Task', name: 'Kind__c', type: 'string', required: true } });
  const crm = org.connect();
  const { taskId, warnings } = await crm.write(writeOf());
  assert.equal(taskId, undefined);
  assert.match(warnings.join(' '), /set crm\.defaults\.Task\.Kind__c/);
  const { id, taskId: made } = await crm.write(writeOf({ defaults: { Task: { Kind__c: 'Call' } } }));
  assert.ok(made);
  const touch = touchOf(id, { nextStep: { subject: 'Call again', dueOn: '2026-11-27' } });
  const bare = await crm.logTouch(touch).catch(error => error);
  assert.ok(bare instanceof Rejected);
  assert.match(bare.message, /set crm\.defaults\.Task\.Kind__c/);
  await crm.logTouch({ ...touch, defaults: { Kind__c: 'Call' } });
  assert.deepEqual(
    (await org.rows('Task')).map(task => task.Kind__c),
    ['Call', 'Call', 'Call'],
  );
});

inOrg('record types by developer name and the currency, for what is made', async org => {
  await org.features({ recordType: { object: 'Lead', developerName: 'Inbound' } });
  await org.features({ currencies: ['USD', 'EUR'] });
  const crm = org.connect({ record_types: { Lead: 'inbound' }, currency: 'EUR' });
  const write = writeOf();
  const { id, warnings } = await crm.write(write);
  const [type] = await org.rows('RecordType');
  const lead = await org.only('Lead');
  assert.deepEqual([lead.RecordTypeId, lead.CurrencyIsoCode, warnings], [type?.Id, 'EUR', []]);
  await org.change('Lead', id, { RecordTypeId: null, CurrencyIsoCode: 'USD' });
  await crm.write({ ...write, existing: { kind: 'lead', id } });
  const after = await org.only('Lead');
  assert.deepEqual([after.RecordTypeId, after.CurrencyIsoCode], [null, 'USD'], 'people may have chosen others');
});

inOrg(
  'a record type that is gone or not Baton’s, and a currency the org has not: a warning, and the record is made',
  async org => {
    await org.features({ recordType: { object: 'Lead', developerName: 'Secret', available: false } });
    const secret = await org.connect({ record_types: { Lead: 'Secret' } }).write(writeOf());
    assert.deepEqual(secret.warnings, [
      "Baton's user may not use the record type Secret of Lead: left to the org's default.",
    ]);
    const gone = await org.connect({ record_types: { Lead: 'Gone' }, currency: 'EUR' }).write(writeOf());
    assert.equal(gone.warnings.length, 2, gone.warnings.join(' | '));
    assert.match(gone.warnings.join(' '), /no active record type Gone of Lead.*no field CurrencyIsoCode on Lead/);
    assert.equal((await org.rows('Lead')).length, 2);
  },
);

inOrg('a queue owns a pool’s lead and its task until somebody has it', async org => {
  const crm = org.connect();
  const write = writeOf({ group: 'Inbound_queue' });
  const { id, taskId } = await crm.write(write);
  const queue = (await org.rows('Group'))[0]?.Id;
  assert.deepEqual([(await org.only('Lead')).OwnerId, (await org.only('Task')).OwnerId], [queue, queue]);
  org.calls();
  const marcus = await org.userId('marcus@example.com');
  const { group: _claimed, ...claimed } = write;
  const followUp = write.followUp && { ...write.followUp, ownerId: marcus };
  const again = await crm.write({
    ...claimed,
    existing: { kind: 'lead', id },
    ownerId: marcus,
    ...(followUp && { followUp }),
  });
  assert.equal(again.taskId, taskId);
  assert.deepEqual([(await org.only('Lead')).OwnerId, (await org.only('Task')).OwnerId], [marcus, marcus]);
  await crm.write(writeOf({ group: 'Inbound_queue' }));
  assert.deepEqual(org.calls(), ['POST /composite', 'POST /composite'], 'the queue was looked up once');
});

inOrg('a queue that is not there, or not for leads: a warning, and the org decides', async org => {
  await org.features({ queue: { developerName: 'Cases', objects: ['Case'] } });
  const crm = org.connect();
  const missing = await crm.write(writeOf({ group: 'Nobody' }));
  assert.match(missing.warnings.join(' '), /^Salesforce has no queue Nobody: the record has no queue as its owner\.$/);
  const cases = await crm.write(writeOf({ group: 'Cases' }));
  assert.match(cases.warnings.join(' '), /The queue Cases may not own records of Lead/);
  assert.equal((await org.rows('Lead')).length, 2);
});

const campaign = { name: "Autumn 'webinar'", status: 'Responded' };

inOrg('the person becomes a member of the campaign in the same call; its id is asked once an hour', async org => {
  const older = await org.add('Campaign', {
    Name: campaign.name,
    IsActive: true,
    CreatedDate: '2026-01-01T00:00:00.000+0000',
  });
  const active = await org.add('Campaign', { Name: campaign.name, IsActive: true });
  await org.add('Campaign', { Name: campaign.name, IsActive: false, CreatedDate: '2026-12-01T00:00:00.000+0000' });
  const crm = org.connect({ campaign: { name: 'x' } });
  const { id, warnings } = await crm.write(writeOf({ campaign }));
  const member = await org.only('CampaignMember');
  assert.deepEqual(
    [member.CampaignId, member.LeadId, member.Status, member.HasResponded, warnings],
    [active, id, 'Responded', true, []],
  );
  assert.notEqual(active, older);
  org.calls();
  await Promise.all([writeOf({ campaign }), writeOf({ campaign })].map(crm.write));
  assert.ok(org.calls().every(call => call === 'POST /composite'));
  assert.equal((await org.rows('CampaignMember')).length, 3);
});

inOrg('somebody who is a member already is one: the status moves forward, never back', async org => {
  const id = await org.add('Campaign', { Name: campaign.name, IsActive: true });
  const contact = await org.add('Contact', { LastName: 'Thompson', Email: 'emma@acmecorp.com' });
  await org.add('CampaignMember', { CampaignId: id, ContactId: contact, Status: 'Sent' });
  const crm = org.connect({ campaign: { name: 'x' } });
  const existing = { kind: 'contact' as const, id: contact };
  assert.deepEqual((await crm.write(writeOf({ campaign, existing }))).warnings, []);
  assert.equal((await org.only('CampaignMember')).Status, 'Responded');
  await crm.write(writeOf({ campaign: { ...campaign, status: 'Sent' }, existing }));
  assert.equal((await org.only('CampaignMember')).Status, 'Responded');
});

inOrg('no such campaign, no such status, none that Baton may see: a warning, and the lead is in', async org => {
  await org.add('Campaign', { Name: campaign.name, IsActive: true });
  const crm = org.connect({ campaign: { name: 'x' } });
  const unknown = await crm.write(writeOf({ campaign: { ...campaign, name: 'Nothing' } }));
  assert.deepEqual(unknown.warnings, ['Salesforce has no campaign called "Nothing": the person is in none.']);
  const status = await crm.write(writeOf({ campaign: { ...campaign, status: 'Attended' } }));
  assert.match(status.warnings.join(' '), /no member status "Attended": its own default was taken/);
  assert.equal((await org.only('CampaignMember')).Status, 'Sent');
  await org.set({ removeField: { object: 'Campaign', field: 'IsActive' } });
  org.later(2 * HOUR);
  const hidden = await crm.write(writeOf({ campaign }));
  assert.match(hidden.warnings.join(' '), /^Salesforce shows Baton's user no campaign .* \(INVALID_FIELD\)\.$/);
  assert.equal((await org.rows('Lead')).length, 3);
});

inOrg('a burst with members shares calls, and one that is refused hurts no other', async org => {
  await org.add('Campaign', { Name: campaign.name, IsActive: true });
  const crm = org.connect({ campaign: { name: 'x' } });
  await crm.write(writeOf({ campaign }));
  org.calls();
  const writes = Array.from({ length: 40 }, (_, index) =>
    writeOf({
      campaign,
      person: { email: `p${index}@acmecorp.com`, lastName: index === 7 ? 'x'.repeat(100) : 'P', company: 'Acme' },
    }),
  );
  const written = await Promise.all(writes.map(crm.write));
  assert.equal(new Set(written.map(one => one.id)).size, 40);
  assert.equal((await org.rows('CampaignMember')).length, 41);
  const calls = org.calls().length;
  assert.ok(calls <= 10, `${calls} calls for 40 leads`);
});

inOrg('a person without a company is an account of their own, where the playbook says so', async org => {
  await org.features({ personAccounts: true });
  await org.features({ recordType: { object: 'Account', developerName: 'Consumer', person: true } });
  const crm = org.connect({ mode: 'account_based', record_types: { Account: 'Business', PersonAccount: 'Consumer' } });
  await org.features({ recordType: { object: 'Account', developerName: 'Business' } });
  const deal = { stage: 'Qualification', closeOn: '2027-02-22', role: 'Decision Maker' };
  const sam = {
    email: 'sam.rivera@gmail.com',
    firstName: 'Sam',
    lastName: 'Rivera',
    title: 'Author',
    phone: '+1 555 0100',
  };
  const write = writeOf({
    mode: 'account_based',
    person: sam,
    deal,
    dealName: 'Sam',
    custom: { Contact: { Lead_Score__c: '63' } },
  });
  const written = await crm.write(write);
  const account = await org.only('Account');
  const contact = await org.only('Contact');
  const [type, business] = await org.rows('RecordType');
  assert.deepEqual(
    [account.IsPersonAccount, account.Name, account.PersonEmail, account.PersonTitle, account.RecordTypeId],
    [true, 'Sam Rivera', sam.email, 'Author', type?.Id],
  );
  assert.deepEqual([contact.IsPersonAccount, contact.Lead_Score__c, contact.AccountId], [true, 63, account.Id]);
  assert.deepEqual([written.kind, written.id, written.created, written.warnings], ['contact', contact.Id, true, []]);
  assert.equal((await org.only('OpportunityContactRole')).ContactId, contact.Id);
  assert.deepEqual(
    [(await org.only('Opportunity')).AccountId, (await org.only('Task')).WhoId],
    [account.Id, contact.Id],
  );

  const again = await crm.write(write);
  assert.equal(again.id, contact.Id, 'a second try finds what the first has made');
  await org.only('Account');

  const person = { email: 'emma@acmecorp.com', lastName: 'Thompson', company: 'Acme Corp' };
  org.calls();
  await crm.write(writeOf({ mode: 'account_based', person, domain: 'acmecorp.com', deal, dealName: 'Acme' }));
  assert.deepEqual(org.calls(), ['POST /composite'], 'types are known for an hour');
  const acme = (await org.rows('Account')).find(row => row.Name === 'Acme Corp');
  assert.deepEqual([acme?.IsPersonAccount, acme?.RecordTypeId], [false, business?.Id], 'a company is no person');
});

inOrg(
  'an org without person accounts: the person’s account is of the org’s default type, with a warning',
  async org => {
    await org.features({ recordType: { object: 'Account', developerName: 'Prospect' } });
    const deal = { stage: 'Qualification', closeOn: '2027-02-22', role: 'Decision Maker' };
    const sam = { email: 'sam.rivera@gmail.com', lastName: 'Rivera' };
    const write = () => writeOf({ mode: 'account_based', person: sam, deal, dealName: 'Sam' });
    const gone = org.connect({ mode: 'account_based', record_types: { PersonAccount: 'Consumer' } });
    assert.match((await gone.write(write())).warnings.join(' '), /no active record type Consumer of Account/);
    const wrong = org.connect({
      mode: 'account_based',
      record_types: { PersonAccount: 'Prospect', Account: 'Prospect' },
    });
    const { warnings } = await wrong.write(write());
    assert.deepEqual(warnings, ['The record type Prospect of Account is not of persons.']);
    const [type] = await org.rows('RecordType');
    assert.deepEqual(
      (await org.rows('Account')).map(row => row.RecordTypeId),
      [null, type?.Id],
    );
  },
);

inOrg('in another org nothing counts that was learnt of the one before', async org => {
  await org.add('Campaign', { Name: campaign.name, IsActive: true });
  const crm = org.connect({ campaign: { name: 'x' } });
  const write = () => crm.write(writeOf({ campaign }));
  await write();
  org.calls();
  await write();
  const known = org.calls().length;
  await org.set({ login: { organizationId: '00D000000000999EAA' }, expireSessions: true });
  await write();
  org.calls();
  await write();
  assert.equal(org.calls().length, known + 1, 'the campaign is asked for again');
  await write();
  assert.equal(org.calls().length, known);
});
