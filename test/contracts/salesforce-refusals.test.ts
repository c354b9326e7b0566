/** What a Salesforce org refuses costs a field, never the lead. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { writeOf } from './crm.suite.ts';
import { COMPOSITE, FIELDS, inOrg, NOW, onlyLead } from './salesforce-org.ts';

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
          sla_due: '2026-11-24T19:00:00.000Z',
          sla_breached: false,
          first_touch: '2026-11-24T18:30:00.000Z',
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

    // Named by its id alone, as no column is.
    const marcus = await org.userId('marcus@example.com');
    const message = `insufficient access rights on cross-reference id: ${marcus.slice(0, 15)}`;
    const errors = [{ errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message }];
    await org.set({ trouble: { refuse: { object: 'Lead', field: 'OwnerId', times: 1, errors } } });
    const hidden = await org.crm.write(
      writeOf({ handoffId: 'h-3', ownerId: marcus, person: { email: 'c@acme.example', lastName: 'C' } }),
    );
    assert.match(hidden.warnings.join(), /did not take the owner of the Lead \(INSUFFICIENT_ACCESS_ON_CROSS/);
  });

  inOrg('an address the platform refuses stands in the description', async org => {
    await org.crm.write(writeOf({ person: { email: "o'brien\\@acme.example", lastName: 'B' } }));
    const lead = await onlyLead(org);
    assert.equal(lead.Email, null);
    assert.match(String(lead.Description), /^E-mail as given: o'brien\\@acme\.example\n/);
  });

  inOrg('nameless people of unknown companies', async org => {
    const people = [
      [{ email: 'emma.thompson@acmecorp.com' }, 'acmecorp.com', null, 'Thompson', 'acmecorp.com'],
      [{ email: 'x@a.example', firstName: 'Emma van Thompson' }, undefined, 'Emma van', 'Thompson', 'Unknown company'],
      [{ email: 'jo.doe@gmail.com', website: 'gmail.com' }, undefined, null, 'Doe', 'Unknown company'],
      [{ email: '12345@gmail.com' }, 'shop.example', null, 'Unknown', 'shop.example'],
      [{ email: 'nonsense' }, undefined, null, 'Nonsense', 'Unknown company'],
    ] as const;
    for (const [person, domain, first, last, company] of people) {
      const { id } = await org.crm.write(writeOf({ person, ...(domain && { domain }) }));
      const lead = (await org.rows('Lead')).find(row => row.Id === id);
      assert.deepEqual([lead?.FirstName, lead?.LastName, lead?.Company], [first, last, company]);
    }
  });

  inOrg('a record that Baton’s user may not change stays as it is, and its follow-up says the rest', async org => {
    const id = await org.add('Lead', { LastName: 'Thompson', Company: 'Acme', Email: 'emma@acmecorp.com' });
    const errors = [
      { errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id' },
    ];
    await org.set({ trouble: { refuse: { object: 'Lead', on: 'update', times: 0, status: 403, errors } } });
    const write = writeOf({ existing: { kind: 'lead', id } });
    for (const round of ['first', 'again']) {
      const written = await org.crm.write(write);
      assert.deepEqual([written.id, written.created], [id, false], round);
      assert.match(written.warnings.join(), /may not change this Lead .*left as it is/);
      assert.deepEqual(
        (await org.rows('Task')).map(task => [task.Id, task.WhoId]),
        [[written.taskId, id]],
      );
    }
    const { followUp: _none, ...bare } = write;
    assert.equal((await org.crm.write(bare)).id, id, 'nothing is left to be done');
    assert.equal((await onlyLead(org)).Company, 'Acme');
  });

  inOrg('words that nobody knows are tried for a while only; a lock for as long as it lasts', async org => {
    for (const [errorCode, undocumented] of [
      ['A_CODE_OF_TOMORROW', true],
      ['UNABLE_TO_LOCK_ROW', false],
    ] as const) {
      await org.set({ trouble: { refuse: { object: 'Lead', errors: [{ errorCode, message: 'no' }] } } });
      await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
        assert.ok(error instanceof Unavailable, String(error));
        assert.equal(error.undocumented, undocumented);
        return true;
      });
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

const refusal = (errorCode: string, message: string, ...fields: string[]) => ({ errorCode, message, fields });

describe('what else an org of its own refuses', () => {
  inOrg('a rule of the admins that names a field the lead can do without: left out, in their words', async org => {
    const rule = refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Scores are whole percentages', 'Lead_Score__c');
    await org.set({ trouble: { refuse: { object: 'Lead', field: 'Lead_Score__c', times: 0, errors: [rule] } } });
    const written = await org.crm.write(writeOf());
    assert.deepEqual(written.warnings, ['Salesforce refused Lead_Score__c (Scores are whole percentages): left out.']);
    assert.equal((await onlyLead(org)).Lead_Score__c, null);
  });

  inOrg('one that names nothing, or what a lead is nothing without: parked with the reason', async org => {
    for (const fields of [[], ['Email'], ['LastName'], ['Segment__c']]) {
      const rule = refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'No free mail', ...fields);
      await org.set({ trouble: { refuse: { object: 'Lead', errors: [rule] } } });
      await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
        assert.ok(error instanceof Rejected);
        assert.deepEqual([error.message, error.fields], ['Salesforce: No free mail', fields]);
        return true;
      });
    }
    assert.deepEqual(await org.rows('Lead'), []);
  });

  inOrg('several refusals in one answer are mended together', async org => {
    const errors = [
      refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'No scores', 'Lead_Score__c'),
      refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'No sources', 'LeadSource'),
      refusal('INACTIVE_OWNER_OR_USER', 'operation performed with inactive user'),
    ];
    await org.set({ trouble: { refuse: { object: 'Lead', errors } } });
    const written = await org.crm.write(writeOf({ ownerId: await org.userId('marcus@example.com') }));
    assert.equal(written.warnings.length, 3);
    assert.equal(org.calls().length, 2, 'the users are asked by the control');
    const [task] = await org.rows('Task');
    assert.notEqual(task?.OwnerId, await org.userId('marcus@example.com'));
  });

  inOrg('one field after another, more than there are tries: the person is written', async org => {
    const fields = ['LeadSource', 'Title', 'Phone', 'Website', 'City', 'State', 'Lead_Score__c', 'ICP_Priority__c'];
    for (const field of fields) {
      const rule = refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', `Not ${field}`, field);
      await org.set({ trouble: { refuse: { object: 'Lead', field, times: 0, errors: [rule] } } });
    }
    const person = {
      email: 'emma@acmecorp.com',
      lastName: 'T',
      title: 'CTO',
      phone: '1',
      website: 'a.example',
      city: 'B',
      state: 'C',
    };
    const written = await org.crm.write(writeOf({ person }));
    assert.match(written.warnings.join(), /one field of the Lead after another/);
    assert.deepEqual([(await onlyLead(org)).Email, (await org.rows('Task')).length], ['emma@acmecorp.com', 1]);
  });

  inOrg('state and country as picklists, a currency, a look-up: that much is left out', async org => {
    const known = { email: 'emma@acmecorp.com', lastName: 'T', state: 'Kalifornien', country: 'Absurdistan' };
    const place = refusal(
      'FIELD_INTEGRITY_EXCEPTION',
      "There's a problem with this country: Absurdistan",
      'CountryCode',
    );
    await org.set({ trouble: { refuse: { object: 'Lead', field: 'Country', errors: [place] } } });
    const written = await org.crm.write(writeOf({ person: known }));
    assert.deepEqual(written.warnings, [
      'Salesforce does not know State "Kalifornien", Country "Absurdistan": left out.',
    ]);
  });

  inOrg('a trigger of the org that is broken: parked with its words; one that met a lock: tried again', async org => {
    const trigger = (inner: string) =>
      refusal('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `LeadTrigger: execution of BeforeInsert caused by: ${inner}`);
    await org.set({ trouble: { refuse: { object: 'Lead', errors: [trigger('System.NullPointerException')] } } });
    await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
      assert.ok(error instanceof Rejected);
      assert.match(error.message, /LeadTrigger.*NullPointerException/);
      return true;
    });
    await org.set({ trouble: { refuse: { object: 'Lead', errors: [trigger('UNABLE_TO_LOCK_ROW, unable to')] } } });
    const write = writeOf();
    await assert.rejects(org.crm.write(write), Unavailable);
    await org.crm.write(write);
    await onlyLead(org);
  });

  inOrg('a follow-up that is refused again and again costs the follow-up', async org => {
    for (const field of ['ActivityDate', 'Description']) {
      const rule = refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', `Not ${field}`, field);
      await org.set({ trouble: { refuse: { object: 'Task', field, times: 0, errors: [rule] } } });
    }
    const bare = await org.crm.write(writeOf());
    assert.deepEqual([bare.warnings.length, typeof bare.taskId], [2, 'string']);
    await org.set({ trouble: { refuse: null } });
    const never = refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'No tasks');
    await org.set({ trouble: { refuse: { object: 'Task', times: 0, errors: [never] } } });
    const without = await org.crm.write(writeOf({ person: { email: 'b@acme.example', lastName: 'B' } }));
    assert.equal(without.taskId, undefined);
    assert.match(without.warnings.join(), /follow-up task could not be made.*No tasks/);
  });

  inOrg('a call the org cannot read for one lead’s sake does not park the others', async org => {
    const body = [{ errorCode: 'JSON_PARSER_ERROR', message: 'Illegal character' }];
    org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, status: 400, body, times: 2 });
    const people = ['a', 'b', 'c'].map(name => writeOf({ person: { email: `${name}@x.example`, lastName: name } }));
    const answers = await Promise.allSettled(people.map(write => org.crm.write(write)));
    assert.deepEqual(answers.map(one => one.status).sort(), ['fulfilled', 'fulfilled', 'rejected']);
    assert.equal((await org.rows('Lead')).length, 2);
  });

  inOrg('odd texts arrive whole: halves of letters, marks of direction, references, endless words', async org => {
    const person = {
      email: 'emma@acmecorp.com',
      firstName: '\u202eammE\u202c',
      lastName: "o'brien\\\ud83d",
      company: '@{record0.id} ',
    };
    const description = `${'🚀'.repeat(66_000)}end`;
    const { warnings } = await org.crm.write(writeOf({ handoffId: "k'\\/ ü", person, description }));
    const lead = await onlyLead(org);
    assert.deepEqual(
      [lead.FirstName, lead.LastName, lead.Company, lead.Baton_Handoff_Id__c],
      ['\u202eammE\u202c', "o'brien\\\ufffd", '@ {record0.id}', "k'\\/ ü"],
    );
    assert.ok(String(lead.Description).isWellFormed() && String(lead.Description).length <= 32_000);
    assert.match(warnings.join(), /Description was shortened/);
  });
});
