import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { salesforce as service } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { Crm } from '../../src/crm/crm.ts';
import { type SalesforceOptions, salesforce } from '../../src/crm/salesforce.ts';
import { type Clock, clockFrom } from '../../src/lib/clock.ts';
import { Ambiguous, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { type CrmBench, crmContract, touchOf, writeOf } from './crm.suite.ts';

const FIELDS = {
  lead_score: 'Lead_Score__c',
  icp_fit_score: 'ICP_Fit_Score__c',
  icp_priority: 'ICP_Priority__c',
  mql_date: 'MQL_Date__c',
  employees: 'Clearbit_Employees__c',
  industry: 'Clearbit_Industry__c',
  revenue: 'Clearbit_Revenue__c',
  activity_summary: 'Activity_Summary__c',
  recent_intent: 'Recent_Intent_Signal__c',
  tech_stack: 'Company_Tech_Stack__c',
  mql_score: 'MQL_Score__c',
};
const NOW = new Date('2026-11-24T18:00:00.000Z');
const COMPOSITE = '/services/data/v64.0/composite';

type Row = Record<string, string | number | boolean | null>;

interface Org {
  sandbox: Sandbox;
  crm: Crm;
  clock: ReturnType<typeof clockFrom>;
  connect(options?: Partial<SalesforceOptions>): Crm;
  add(object: string, values: Row): Promise<string>;
  rows(object: string): Promise<Row[]>;
  set(change: object): Promise<void>;
  userId(email: string): Promise<string>;
  calls(): string[];
  logins(): number;
}

async function openOrg(): Promise<Org> {
  let stopped: Date | undefined;
  const moving = clockFrom(NOW);
  // Held still, so that waits can be compared exactly.
  const clock: Clock = { now: () => stopped ?? NOW };
  const sandbox = await startSandbox({ services: [service], clock });
  const control = `${sandbox.url}/_sandbox/salesforce`;
  async function ask<T>(path: string, body?: object): Promise<T> {
    const request = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${control}/${path}`, request);
    assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
    return (await answer.json()) as T;
  }
  const env = sandbox.env();
  const connect = (options: Partial<SalesforceOptions> = {}) =>
    salesforce({
      loginUrl: env.SALESFORCE_LOGIN_URL ?? '',
      auth: {
        kind: 'client_credentials',
        clientId: env.SALESFORCE_CLIENT_ID ?? '',
        clientSecret: env.SALESFORCE_CLIENT_SECRET ?? '',
      },
      fields: FIELDS,
      clock,
      timeoutMs: 500,
      ...options,
    });
  const paths = () => sandbox.calls('salesforce').map(call => `${call.method} ${call.path.replace('/salesforce', '')}`);
  return {
    sandbox,
    crm: connect(),
    clock: {
      ...clock,
      move: ms => {
        stopped = new Date(clock.now().getTime() + ms);
        moving.move(ms);
      },
    },
    connect,
    add: async (object, values) => (await ask<{ id: string }>(object, values)).id,
    rows: object => ask<Row[]>(object),
    set: async change => void (await ask('_org', change)),
    userId: async email => String((await ask<Row[]>(`User?Email=${email}`))[0]?.Id),
    calls: () => paths().filter(path => path.includes('/services/data/')),
    logins: () => paths().filter(path => path.includes('/oauth2/token')).length,
  };
}

async function makeBench(): Promise<CrmBench> {
  const org = await openOrg();
  const { sandbox } = org;
  const owned = async (email: string | undefined): Promise<Row> => (email ? { OwnerId: await org.userId(email) } : {});
  const at = (moment: string | undefined): Row => (moment ? { CreatedDate: moment.replace('Z', '+0000') } : {});
  return {
    crm: org.crm,
    lead: async one =>
      org.add('Lead', {
        Email: one.email,
        LastName: one.lastName ?? 'Somebody',
        Company: 'Acme',
        ...at(one.at),
        ...(await owned(one.ownerEmail)),
      }),
    leadOfSomebody: async () =>
      org.add('Lead', { LastName: 'S', Company: 'A', CreatedById: await org.userId('priya@example.com') }),
    contact: async one =>
      org.add('Contact', {
        Email: one.email,
        LastName: 'Somebody',
        AccountId: one.account ?? null,
        ...at(one.at),
        ...(await owned(one.ownerEmail)),
      }),
    account: async one =>
      org.add('Account', { Name: one.name, Website: one.website, ...(await owned(one.ownerEmail)) }),
    leads: async () =>
      (await org.rows('Lead')).map(row => ({
        id: String(row.Id),
        email: row.Email === null ? undefined : String(row.Email),
        lastName: row.LastName === null ? undefined : String(row.LastName),
      })),
    tasks: async () => (await org.rows('Task')).map(row => ({ id: String(row.Id), about: String(row.WhoId) })),
    apiCalls: org.calls,
    logins: org.logins,
    fault: fault => sandbox.fault({ service: 'salesforce', ...fault }),
    apiPath: COMPOSITE,
    expireSessions: () => org.set({ expireSessions: true }),
    refuseSessions: () =>
      sandbox.fault({
        service: 'salesforce',
        path: COMPOSITE,
        status: 401,
        body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
        times: 100,
      }),
    limitReached: {
      status: 403,
      body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    },
    now: () => org.clock.now(),
    pageSize: rows => org.set({ pageSize: rows }),
    close: () => sandbox.close(),
  };
}

crmContract('salesforce', makeBench);

/** A test with an org of its own. */
function inOrg(name: string, story: (org: Org, t: TestContext) => Promise<void>): void {
  test(name, async t => {
    const org = await openOrg();
    try {
      await story(org, t);
    } finally {
      await org.sandbox.close();
    }
  });
}

async function onlyLead(org: Org): Promise<Row> {
  const leads = await org.rows('Lead');
  assert.equal(leads.length, 1);
  return leads[0] ?? {};
}

describe('what the org refuses costs a field, never the lead', () => {
  inOrg('every field of the playbook arrives', async org => {
    const marcus = await org.userId('marcus@example.com');
    const written = await org.crm.write(
      writeOf({
        handoffId: '0193-abc/ü?x=1',
        ownerId: marcus,
        status: 'Working - Contacted',
        fields: {
          lead_score: 63,
          icp_fit_score: 100,
          icp_priority: 'HIGH',
          mql_date: '2026-11-24',
          employees: 750,
          industry: 'Technology',
          revenue: 50_000_000,
          activity_summary: 'pricing',
          recent_intent: 'pricing page',
          tech_stack: 'Salesforce, AWS',
          mql_score: 63,
          unheard_of: 'x',
        },
      }),
    );
    assert.deepEqual(written.warnings, []);
    const lead = await onlyLead(org);
    assert.deepEqual(
      [lead.OwnerId, lead.Status, lead.LeadSource, lead.Company, lead.Description, lead.Baton_Handoff_Id__c],
      [marcus, 'Working - Contacted', 'Web', 'Acme Corp', 'Visited the pricing page', '0193-abc/ü?x=1'],
    );
    assert.deepEqual(
      Object.entries(FIELDS).filter(([, column]) => column in lead && lead[column] === null),
      [],
    );
    const [task] = await org.rows('Task');
    assert.deepEqual(
      [task?.WhoId, task?.OwnerId, task?.ActivityDate, task?.Priority, task?.Status],
      [lead.Id, marcus, '2026-11-24', 'High', 'Not Started'],
    );
  });

  inOrg(
    'missing fields are left out with a warning, learnt once, and tried again when an admin may have made them',
    async org => {
      await org.set({ removeField: { object: 'Lead', field: 'Lead_Score__c' } });
      await org.set({ removeField: { object: 'Lead', field: 'ICP_Priority__c' } });
      const first = await org.crm.write(writeOf());
      assert.equal(first.warnings.length, 2);
      assert.match(first.warnings.join(), /Lead_Score__c.*ICP_Priority__c/);
      assert.equal(org.calls().length, 3, 'write, describe, write');
      const second = await org.crm.write(writeOf({ person: { email: 'b@acme.example', lastName: 'B' } }));
      assert.equal(second.warnings.length, 2);
      assert.equal(org.calls().length, 4, 'the next lead needs one call');
      org.clock.move(61 * 60_000);
      await org.crm.write(writeOf({ person: { email: 'c@acme.example', lastName: 'C' } }));
      assert.equal(org.calls().length, 7, 'an hour later it is tried afresh');
    },
  );

  inOrg('a burst that meets missing fields asks once what there is', async org => {
    await org.set({ removeField: { object: 'Lead', field: 'Lead_Score__c' } });
    await Promise.all(
      Array.from({ length: 24 }, (_, at) =>
        org.crm.write(writeOf({ person: { email: `p${at}@acme.example`, lastName: 'P' } })),
      ),
    );
    assert.equal((await org.rows('Lead')).length, 24);
    assert.equal(org.calls().filter(call => call.includes('describe')).length, 1);
  });

  inOrg('no external-id field on Lead: parked, with the advice', async org => {
    await org.set({ removeField: { object: 'Lead', field: 'Baton_Handoff_Id__c' } });
    await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
      assert.ok(error instanceof Rejected);
      assert.match(error.message, /no external-id field Baton_Handoff_Id__c on Lead/);
      return true;
    });
    assert.equal((await org.rows('Lead')).length, 0);
  });

  inOrg('no external-id field on Task: the lead is in, the missing follow-up is said', async org => {
    await org.set({ removeField: { object: 'Task', field: 'Baton_Handoff_Id__c' } });
    const written = await org.crm.write(writeOf());
    assert.equal(written.taskId, undefined);
    assert.match(written.warnings.join(), /follow-up task could not be made.*Baton_Handoff_Id__c on Task/);
    await onlyLead(org);
  });

  inOrg('values of a restricted picklist', async org => {
    await org.set({ restrictPicklist: { object: 'Lead', field: 'LeadSource', values: ['web', 'Other'] } });
    const written = await org.crm.write(writeOf({ fields: { icp_priority: 'URGENT', lead_score: '63' } }));
    const lead = await onlyLead(org);
    assert.deepEqual([lead.ICP_Priority__c, lead.LeadSource, lead.Lead_Score__c], [null, 'web', 63]);
    assert.match(written.warnings.join(), /ICP_Priority__c does not take the value "URGENT"/);
  });

  inOrg('wrong types are made right or left out', async org => {
    const written = await org.crm.write(
      writeOf({ fields: { mql_date: '2026-11-24T18:00:00.000Z', industry: 42, employees: 'many', lead_score: 1 } }),
    );
    const lead = await onlyLead(org);
    assert.deepEqual(
      [lead.MQL_Date__c, lead.Clearbit_Industry__c, lead.Clearbit_Employees__c, lead.Lead_Score__c],
      ['2026-11-24', '42', null, 1],
    );
    assert.match(written.warnings.join(), /Clearbit_Employees__c takes only a number/);
  });

  inOrg('custom text too long is shortened to what the org allows', async org => {
    const written = await org.crm.write(writeOf({ fields: { recent_intent: `${'x'.repeat(253)}🚀🚀` } }));
    const lead = await onlyLead(org);
    assert.equal(lead.Recent_Intent_Signal__c, `${'x'.repeat(253)}…`);
    assert.match(written.warnings.join(), /Recent_Intent_Signal__c was shortened to 255/);
  });

  inOrg('an owner who left: the org decides, for record and task', async org => {
    const tom = await org.userId('tom@example.com');
    await org.set({ deactivateUser: 'tom@example.com' });
    const written = await org.crm.write(writeOf({ ownerId: tom }));
    assert.notEqual((await onlyLead(org)).OwnerId, tom);
    assert.ok(written.taskId);
    assert.match(written.warnings.join(), /did not take the owner of the Lead \(INACTIVE_OWNER_OR_USER\)/);
    const unknown = await org.crm.write(
      writeOf({ ownerId: '005Hs00000zzzzz', person: { email: 'b@acme.example', lastName: 'B' } }),
    );
    assert.match(unknown.warnings.join(), /INVALID_CROSS_REFERENCE_KEY/);
  });

  inOrg('an address the platform refuses stands in the description', async org => {
    await org.crm.write(writeOf({ person: { email: "o'brien\\@acme.example", lastName: 'B' } }));
    const lead = await onlyLead(org);
    assert.equal(lead.Email, null);
    assert.match(String(lead.Description), /^E-mail as given: o'brien\\@acme\.example\n/);
  });

  inOrg('nameless people of unknown companies', async org => {
    const people = [
      [{ email: 'emma.thompson@acmecorp.com' }, null, 'Thompson', 'acmecorp.com'],
      [{ email: 'x@acme.example', firstName: 'Emma van Thompson' }, 'Emma van', 'Thompson', 'acme.example'],
      [{ email: '12345@acme.example', website: 'https://www.shop.example/x' }, null, 'Unknown', 'shop.example'],
      [{ email: 'nonsense' }, null, 'Nonsense', 'nonsense'],
    ] as const;
    for (const [person, first, last, company] of people) {
      const { id } = await org.crm.write(writeOf({ person }));
      const lead = (await org.rows('Lead')).find(row => row.Id === id);
      assert.deepEqual([lead?.FirstName, lead?.LastName, lead?.Company], [first, last, company]);
    }
  });

  inOrg('one refused lead does not hurt the others of its call', async org => {
    await org.set({ validationRule: { object: 'Lead', message: 'No Acme', field: 'Company', equals: 'Acme Corp' } });
    const others = ['a', 'b', 'c'].map(name => writeOf({ person: { email: `${name}@x.example`, lastName: name } }));
    const answers = await Promise.allSettled([writeOf(), ...others].map(write => org.crm.write(write)));
    assert.deepEqual(
      answers.map(one => one.status),
      ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    );
    const reason = answers[0]?.status === 'rejected' ? answers[0].reason : undefined;
    assert.ok(reason instanceof Rejected);
    assert.deepEqual([reason.code, reason.fields], ['FIELD_CUSTOM_VALIDATION_EXCEPTION', ['Company']]);
    assert.match(reason.message, /No Acme/);
  });

  inOrg('a locked row is tried again later', async org => {
    await org.set({ lockOnce: true });
    const write = writeOf();
    await assert.rejects(
      org.crm.write(write),
      (error: unknown) => error instanceof Unavailable && error.code === 'UNABLE_TO_LOCK_ROW',
    );
    await org.crm.write(write);
    await onlyLead(org);
  });

  inOrg("the day's calls are used up: wait, by our clock", async org => {
    await org.crm.match({ email: 'a@acme.example' });
    await org.set({ dailyLimit: 1 });
    await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
      assert.ok(error instanceof RateLimited);
      assert.equal(error.retryAt.getTime(), NOW.getTime() + 15 * 60_000);
      return true;
    });
  });
});

describe('duplicates', () => {
  inOrg('a duplicate rule that names one record: that one is updated and keeps its owner', async org => {
    const priya = await org.userId('priya@example.com');
    const marcus = await org.userId('marcus@example.com');
    const lead = await org.add('Lead', { LastName: 'T', Company: 'A', Email: 'emma@acmecorp.com', OwnerId: priya });
    await org.set({ duplicateRule: 'on' });
    const written = await org.crm.write(writeOf({ ownerId: marcus }));
    assert.deepEqual([written.id, written.created], [lead, false]);
    const row = await onlyLead(org);
    assert.deepEqual([row.OwnerId, row.Lead_Score__c, row.LastName], [priya, 63, 'T']);
    assert.match(written.warnings.join(), /duplicate rule refused a second record/);
    const again = await org.crm.write(writeOf({ handoffId: String(row.Baton_Handoff_Id__c) }));
    assert.equal(again.id, lead, 'a retry finds it by its key');
  });

  inOrg('one that names many: the newest lead', async org => {
    const made = (at: string) =>
      org.add('Lead', {
        LastName: 'T',
        Company: 'A',
        Email: 'emma@acmecorp.com',
        CreatedDate: `${at}T00:00:00.000+0000`,
      });
    const young = await made('2026-03-01');
    await made('2026-01-01');
    await org.add('Contact', { LastName: 'T', Email: 'emma@acmecorp.com' });
    await org.set({ duplicateRule: 'on' });
    assert.equal((await org.crm.write(writeOf())).id, young);
  });

  inOrg('a contact: updated as a contact', async org => {
    const contact = await org.add('Contact', { LastName: 'T', Email: 'emma@acmecorp.com' });
    await org.set({ duplicateRule: 'on' });
    const written = await org.crm.write(writeOf());
    assert.deepEqual([written.object, written.id], ['Contact', contact]);
    assert.equal((await org.rows('Task'))[0]?.WhoId, contact);
  });

  inOrg('records nobody may see: saved nevertheless, or parked when the workspace wants that', async org => {
    await org.add('Lead', { LastName: 'T', Company: 'A', Email: 'emma@acmecorp.com' });
    await org.set({ duplicateRule: 'hidden' });
    const strict = org.connect({ hiddenDuplicates: 'reject' });
    await assert.rejects(
      strict.write(writeOf()),
      (error: unknown) => error instanceof Rejected && error.code === 'DUPLICATES_DETECTED',
    );
    assert.equal((await org.crm.write(writeOf())).created, true);
    assert.equal((await org.rows('Lead')).length, 2);
  });

  inOrg('a record that was deleted or converted meanwhile is made anew', async org => {
    const gone = await org.add('Lead', { LastName: 'T', Company: 'A', IsDeleted: true });
    const converted = await org.add('Lead', { LastName: 'T', Company: 'A', IsConverted: true });
    for (const id of [gone, converted]) {
      const written = await org.crm.write(writeOf({ existing: { object: 'Lead', id } }));
      assert.equal(written.created, true);
      assert.match(written.warnings.join(), /deleted meanwhile: a new lead was made/);
    }
  });

  inOrg('a handoff written elsewhere before goes to that record', async org => {
    const write = writeOf();
    const first = await org.crm.write(write);
    const other = await org.add('Lead', { LastName: 'T', Company: 'A' });
    const second = await org.crm.write({ ...write, existing: { object: 'Lead', id: other } });
    assert.equal(second.id, first.id);
  });

  inOrg('two records with one key: a person is asked', async org => {
    const write = writeOf();
    const both = [
      await org.add('Lead', { LastName: 'A', Company: 'A', Baton_Handoff_Id__c: write.handoffId }),
      await org.add('Lead', { LastName: 'B', Company: 'B', Baton_Handoff_Id__c: write.handoffId }),
    ];
    await assert.rejects(org.crm.write(write), (error: unknown) => {
      assert.ok(error instanceof Ambiguous);
      assert.deepEqual([...error.candidates].sort(), both.sort());
      return true;
    });
  });

  inOrg('15-character ids are the same record', async org => {
    const id = await org.add('Lead', { LastName: 'T', Company: 'A' });
    const written = await org.crm.write(writeOf({ existing: { object: 'Lead', id: id.slice(0, 15) } }));
    assert.equal(written.id, id);
  });
});

describe('touches', () => {
  const aLead = (org: Org) => org.add('Lead', { LastName: 'T', Company: 'A', Email: 'emma@acmecorp.com' });
  const next = { subject: 'Send the proposal', dueOn: '2026-11-26' };

  inOrg('a call is a completed call task of the rep, and the next step an open one', async org => {
    const id = await aLead(org);
    const marcus = await org.userId('marcus@example.com');
    await org.crm.logTouch(touchOf(id, { ownerId: marcus, nextStep: next }));
    const [call, open] = await org.rows('Task');
    assert.deepEqual(
      [call?.Subject, call?.TaskSubtype, call?.Status, call?.IsClosed, call?.CallType, call?.CallDisposition],
      ['Call: Connected', 'Call', 'Completed', true, 'Outbound', 'Connected'],
    );
    assert.deepEqual(
      [call?.CallDurationInSeconds, call?.ActivityDate, call?.WhoId, call?.OwnerId, call?.Description],
      [240, '2026-11-24', id, marcus, 'Asked for prices'],
    );
    assert.match(String(call?.CompletedDateTime), /^2026-11-24T18:00/, 'the platform says when it was saved as done');
    assert.deepEqual(
      [open?.Subject, open?.TaskSubtype, open?.Status, open?.ActivityDate, open?.WhoId, open?.OwnerId],
      ['Send the proposal', 'Task', 'Not Started', '2026-11-26', id, marcus],
    );
  });

  inOrg('a mail is a completed e-mail task; a call that came in says so', async org => {
    const id = await org.add('Contact', { LastName: 'T' });
    const record = { object: 'Contact' as const, id: id.slice(0, 15) };
    const call = { outcome: 'No answer', direction: 'inbound' as const };
    const { call: _none, ...mail } = touchOf(id, { record, kind: 'email', subject: 'Email: Acme and us' });
    await org.crm.logTouch(mail);
    await org.crm.logTouch(touchOf(id, { record, call }));
    assert.deepEqual(
      (await org.rows('Task')).map(row => [row.TaskSubtype, row.CallType, row.CallDurationInSeconds, row.WhoId]),
      [
        ['Email', null, null, id],
        ['Call', 'Inbound', null, id],
      ],
    );
  });

  inOrg('a retry leaves a next step closed that the rep has closed', async org => {
    const touch = touchOf(await aLead(org), { nextStep: next });
    await org.crm.logTouch(touch);
    const open = (await org.rows('Task')).find(row => row.Subject === next.subject);
    await org.add(`Task/${open?.Id}`, { Status: 'Completed' });
    await org.crm.logTouch(touch);
    assert.deepEqual(
      (await org.rows('Task')).map(row => row.Status),
      ['Completed', 'Completed'],
    );
  });

  inOrg('fields the org does not have or take cost a field, never the touch', async org => {
    const id = await aLead(org);
    await org.set({ removeField: { object: 'Task', field: 'CallDisposition' } });
    await org.set({ restrictPicklist: { object: 'Task', field: 'Status', values: ['Not Started', 'Done'] } });
    await org.set({ deactivateUser: 'tom@example.com' });
    const tom = await org.userId('tom@example.com');
    const { warnings } = await org.crm.logTouch(touchOf(id, { ownerId: tom, nextStep: next }));
    assert.match(warnings.join(' '), /CallDisposition on Task/);
    assert.match(warnings.join(' '), /Status does not take the value "Completed"/);
    assert.match(warnings.join(' '), /did not take the owner of the Task \(INACTIVE_OWNER_OR_USER\)/);
    assert.deepEqual((await org.rows('Task')).map(row => [row.Subject, row.OwnerId === tom]).sort(), [
      ['Call: Connected', false],
      ['Send the proposal', false],
    ]);
  });

  inOrg('a lead that was converted or merged: logged where the person is kept now', async org => {
    const contact = await org.add('Contact', { LastName: 'T' });
    const merged = await org.add('Contact', { LastName: 'T', IsDeleted: true, MasterRecordId: contact });
    const converted = await org.add('Lead', {
      LastName: 'T',
      Company: 'A',
      IsConverted: true,
      ConvertedContactId: merged,
    });
    const lost = await org.add('Lead', { LastName: 'T', Company: 'A', IsDeleted: true, MasterRecordId: converted });
    for (const id of [converted, lost]) {
      const { warnings, record } = await org.crm.logTouch(touchOf(id, { nextStep: next }));
      assert.deepEqual(warnings, ['The Lead was merged or converted meanwhile: logged on the Contact it became.']);
      assert.deepEqual(record, { object: 'Contact', id: contact });
    }
    const rows = await org.rows('Task');
    assert.deepEqual([rows.length, rows.every(row => row.WhoId === contact)], [4, true]);
  });

  inOrg('a record that is gone for good: refused with the reason', async org => {
    const gone = await org.add('Lead', { LastName: 'T', Company: 'A', IsDeleted: true });
    const circle = await org.add('Lead', { LastName: 'T', Company: 'A', IsDeleted: true });
    await org.add(`Lead/${circle}`, { MasterRecordId: circle });
    for (const id of [gone, circle]) {
      await assert.rejects(org.crm.logTouch(touchOf(id)), (error: unknown) => {
        assert.ok(error instanceof Rejected, String(error));
        assert.match(error.message, /the Lead of this person was deleted/);
        return true;
      });
    }
    assert.deepEqual(await org.rows('Task'), []);
  });

  inOrg('no external-id field on Task: parked, with the advice', async org => {
    const id = await aLead(org);
    await org.set({ removeField: { object: 'Task', field: 'Baton_Handoff_Id__c' } });
    await assert.rejects(org.crm.logTouch(touchOf(id)), /no external-id field Baton_Handoff_Id__c on Task/);
  });

  inOrg('a next step that a rule of the org refuses is told; the call is logged', async org => {
    const id = await aLead(org);
    const rule = { object: 'Task', message: 'Say more', field: 'Subject', equals: next.subject };
    await org.set({ validationRule: rule });
    const { warnings } = await org.crm.logTouch(touchOf(id, { nextStep: next }));
    assert.match(warnings.join(), /next step could not be made a task \(FIELD_CUSTOM_VALIDATION_EXCEPTION: Say more\)/);
    assert.deepEqual(
      (await org.rows('Task')).map(row => row.Subject),
      ['Call: Connected'],
    );
  });
});

describe('who owns what', () => {
  inOrg('queues, and users who left', async org => {
    const [queue] = await org.rows('Group');
    await org.add('Lead', { LastName: 'Q', Company: 'A', Email: 'q@acme.example', OwnerId: queue?.Id ?? null });
    await org.add('Lead', {
      LastName: 'T',
      Company: 'A',
      Email: 't@acme.example',
      OwnerId: await org.userId('tom@example.com'),
    });
    await org.set({ deactivateUser: 'tom@example.com' });
    const [ofQueue, ofTom] = await Promise.all(
      ['q@acme.example', 't@acme.example'].map(email => org.crm.match({ email })),
    );
    assert.deepEqual(ofQueue?.lead.kind === 'one' && [ofQueue.lead.record.owner.kind, ofQueue.lead.record.owner.name], [
      'queue',
      'Inbound queue',
    ]);
    assert.deepEqual(ofTom?.lead.kind === 'one' && ofTom.lead.record.owner.active, false);
    assert.deepEqual(
      (await org.crm.users(['tom@example.com'])).map(one => one.active),
      [false],
    );
  });

  inOrg('open leads come first; a closed one is told when there is no other', async org => {
    const values = { LastName: 'T', Company: 'A', Email: 'emma@acmecorp.com' };
    const closed = await org.add('Lead', {
      ...values,
      Status: 'Closed - Not Converted',
      CreatedDate: '2026-11-20T00:00:00.000+0000',
    });
    await org.add('Lead', { ...values, IsConverted: true });
    const before = await org.crm.match({ email: values.Email });
    assert.deepEqual(before.lead.kind === 'one' && [before.lead.record.id, before.lead.record.open], [closed, false]);
    const open = await org.add('Lead', { ...values, CreatedDate: '2026-01-01T00:00:00.000+0000' });
    const after = await org.crm.match({ email: values.Email });
    assert.deepEqual(after.lead.kind === 'one' && [after.lead.record.id, after.lead.record.open], [open, true]);
  });
});

describe('logins', () => {
  async function jwt(org: Org): Promise<{ kind: 'jwt'; clientId: string; username: string; privateKey: string }> {
    const answer = await fetch(`${org.sandbox.url}/_sandbox/salesforce/_org`);
    const facts = (await answer.json()) as { jwt: { clientId: string; username: string; privateKey: string } };
    return { kind: 'jwt', ...facts.jwt };
  }

  inOrg('JWT bearer, the key in one line', async org => {
    const auth = await jwt(org);
    const crm = org.connect({ auth: { ...auth, privateKey: auth.privateKey.replaceAll('\n', '\\n') } });
    assert.equal((await crm.users(['dana@example.com'])).length, 1);
  });

  inOrg('keys and secrets that are not accepted: the admin is told, the secret is not', async org => {
    const auth = await jwt(org);
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const wrong: SalesforceOptions['auth'][] = [
      { ...auth, privateKey: String(foreign) },
      { ...auth, privateKey: 'not a PRIVATE KEY' },
      { ...auth, username: 'nobody@example.com' },
      { kind: 'client_credentials', clientId: auth.clientId, clientSecret: 'hunter2' },
      { kind: 'client_credentials', clientId: 'unknown', clientSecret: 'hunter2' },
    ];
    for (const one of wrong) {
      await assert.rejects(org.connect({ auth: one }).match({ email: 'a@acme.example' }), (error: unknown) => {
        assert.ok(error instanceof CredentialsRejected, String(error));
        assert.doesNotMatch(error.message, /hunter2|PRIVATE KEY-|MII/);
        return true;
      });
    }
    assert.deepEqual(org.calls(), []);
  });

  inOrg('access taken away, then given back: the same connection works again', async org => {
    await org.crm.match({ email: 'a@acme.example' });
    await org.set({ revokeAccess: true });
    await assert.rejects(org.crm.write(writeOf()), CredentialsRejected);
    await org.set({ revokeAccess: false });
    await org.crm.write(writeOf());
    await onlyLead(org);
  });

  inOrg('a login that is down is no refusal', async org => {
    org.sandbox.fault({ service: 'salesforce', path: '/oauth2/token', status: 503, body: 'later' });
    await assert.rejects(org.crm.match({ email: 'a@acme.example' }), Unavailable);
    await org.crm.match({ email: 'a@acme.example' });
  });

  inOrg('twenty first callers share one login, and usage is told', async org => {
    const seen: number[] = [];
    const crm = org.connect({ onUsage: usage => seen.push(usage['api-usage']?.limit ?? 0) });
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        Promise.all([crm.match({ email: `${at}@a.example` }), crm.users(['dana@example.com'])]),
      ),
    );
    assert.equal(org.logins(), 1);
    assert.ok(seen.every(limit => limit === 100_000) && seen.length > 0);
  });
});

describe('news of an org', () => {
  const DONE = { Subject: 'Call', TaskSubtype: 'Call', Status: 'Completed' };
  const SINCE = new Date(NOW.getTime() - 60 * 60_000);

  async function withOrg(work: (org: Org) => Promise<void>): Promise<void> {
    const org = await openOrg();
    try {
      await work(org);
    } finally {
      await org.sandbox.close();
    }
  }

  const pollOf = ({ poll }: Crm) => {
    assert.ok(poll);
    return poll;
  };

  test('a poll finds what was done, each change once and by an equal key, in one call', () =>
    withOrg(async org => {
      const lead = await org.add('Lead', { LastName: 'T', Company: 'Acme' });
      const task = await org.add('Task', { ...DONE, WhoId: lead });
      await org.add('Task', { Subject: 'Later', WhoId: lead });
      const event = await org.add('Event', { Subject: 'Demo', WhoId: lead });
      const poll = pollOf(org.crm);
      const first = await poll(null, SINCE);
      assert.equal(org.calls().length, 1);
      assert.deepEqual([first.news.map(one => one.record?.id), first.more], [[task, event], false]);
      // What was saved late carries an earlier stamp: the last minutes are read again, by the same keys.
      const again = await poll(first.cursor, SINCE);
      assert.deepEqual(again.news, first.news);
      org.clock.move(10 * 60_000);
      await org.add('Task', { ...DONE, WhoId: lead });
      const later = await poll(again.cursor, SINCE);
      assert.equal(later.news.length, 3, 'the place is that of the last change, not of the last poll');
      const last = await poll(later.cursor, SINCE);
      assert.deepEqual([last.news.length, last.news.some(one => one.record?.id === event)], [2, true]);
    }));

  test('more than a page of one and the same moment is read to its end, nothing twice', () =>
    withOrg(async org => {
      const lead = await org.add('Lead', { LastName: 'T', Company: 'Acme' });
      for (let made = 0; made < 450; made += 1) await org.add('Task', { ...DONE, WhoId: lead });
      const poll = pollOf(org.crm);
      const keys: string[] = [];
      let page = await poll(null, SINCE);
      keys.push(...page.news.map(one => one.key));
      while (page.more) {
        page = await poll(page.cursor, SINCE);
        keys.push(...page.news.map(one => one.key));
      }
      assert.deepEqual([keys.length, new Set(keys).size], [450, 450]);
    }));

  test('a poll leaves what is left of the day to others, until the count is old', () =>
    withOrg(async org => {
      await org.set({ dailyLimit: 1 });
      const poll = pollOf(org.crm);
      const first = await poll(null, SINCE);
      assert.equal(org.calls().length, 1);
      assert.deepEqual(await poll(first.cursor, SINCE), { news: [], cursor: first.cursor, more: false });
      assert.equal(org.calls().length, 1, 'nothing was asked');
      await org.set({ dailyLimit: 100_000 });
      org.clock.move(61 * 60_000);
      await poll(first.cursor, SINCE);
      assert.equal(org.calls().length, 2);
    }));

  test('a record is looked at as it is now; one that is gone is undefined; the organization has 18 characters', () =>
    withOrg(async org => {
      const { look, hook } = org.crm;
      assert.ok(look && hook);
      const id = await org.add('Task', { ...DONE, CallDurationInSeconds: 0 });
      const found = await look({ object: 'Task', id });
      assert.deepEqual(
        [found?.record, found?.fields.CallDurationInSeconds, found?.fields.WhoId, found?.fields.IsClosed],
        [{ object: 'Task', id }, '0', '', 'true'],
      );
      assert.equal(await look({ object: 'Task', id: '00T000000000999EAA' }), undefined);
      assert.equal(await hook.organization(), '00DHs0000Baton1MQA');
    }));
});
