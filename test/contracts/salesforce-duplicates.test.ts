/** Records that are there already, twice, elsewhere by now, or not any more. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { Ambiguous, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { inOrg, onlyLead } from './salesforce-org.ts';

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
    assert.deepEqual([written.kind, written.id], ['contact', contact]);
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

  inOrg('a handoff written elsewhere before goes to that record', async org => {
    const write = writeOf();
    const first = await org.crm.write(write);
    const other = await org.add('Lead', { LastName: 'T', Company: 'A' });
    const second = await org.crm.write({ ...write, existing: { kind: 'lead', id: other } });
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
    const written = await org.crm.write(writeOf({ existing: { kind: 'lead', id: id.slice(0, 15) } }));
    assert.equal(written.id, id);
  });
});

const EMMA = { LastName: 'Thompson', FirstName: 'Emma', Company: 'Acme Corp', Email: 'emma@acmecorp.com' };

describe('duplicate rules decide by the address', () => {
  inOrg('who only looks alike is left alone, and a lead of their own is made', async org => {
    const alike = await org.add('Lead', { ...EMMA, Email: 'emma.t@acme.example' });
    await org.set({ duplicateRule: 'on' });
    const written = await org.crm.write(writeOf());
    assert.equal(written.created, true);
    assert.notEqual(written.id, alike);
    assert.match(written.warnings.join(), /found a record of another address: a lead of its own was made/);
    assert.equal((await org.rows('Lead')).find(row => row.Id === alike)?.Baton_Handoff_Id__c, null);
  });

  inOrg(
    'nobody may save: who looks alike is named to the admin, a closed lead of the person is opened again',
    async org => {
      const alike = await org.add('Lead', { ...EMMA, Email: 'emma.t@acme.example' });
      await org.set({ duplicateRule: 'block' });
      await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
        assert.ok(error instanceof Rejected);
        assert.match(error.message, new RegExp(`because of Lead ${alike}, of another address`));
        return true;
      });
      await org.press('purge', { object: 'Lead', id: alike });
      const closed = await org.add('Lead', { ...EMMA, Status: 'Closed - Not Converted' });
      const written = await org.crm.write(writeOf({ status: 'Working - Contacted' }));
      assert.deepEqual([written.id, (await onlyLead(org)).Status], [closed, 'Working - Contacted']);
      assert.match(written.warnings.join(), /closed lead was opened again/);
    },
  );

  inOrg('a closed lead where one may save: a new one beside it, as without the rule', async org => {
    const closed = await org.add('Lead', { ...EMMA, Status: 'Closed - Not Converted' });
    await org.set({ duplicateRule: 'on' });
    const written = await org.crm.write(writeOf());
    assert.deepEqual([written.created, written.id === closed], [true, false]);
    assert.match(written.warnings.join(), /closed lead of the same person/);
  });

  inOrg('an open lead goes before a contact, one that has the address before one that has none', async org => {
    await org.add('Lead', { ...EMMA, Email: null, CreatedDate: '2026-11-01T00:00:00.000+0000' });
    const lead = await org.add('Lead', { ...EMMA, CreatedDate: '2026-01-01T00:00:00.000+0000' });
    await org.add('Contact', { LastName: 'Thompson', Email: EMMA.Email });
    await org.set({ duplicateRule: 'on' });
    assert.equal((await org.crm.write(writeOf())).id, lead);
  });

  inOrg('a match that is converted by now: its contact', async org => {
    const lead = await org.add('Lead', EMMA);
    const { contact } = await org.press('convert', { lead });
    const named = { record: { attributes: { type: 'Lead' }, Id: lead } };
    const duplicateResut = { allowSave: true, matchResults: [{ entityType: 'Lead', matchRecords: [named] }] };
    const errors = [{ errorCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?', duplicateResut }];
    await org.set({ trouble: { refuse: { object: 'Lead', errors } } });
    const written = await org.crm.write(writeOf());
    assert.deepEqual([written.kind, written.id], ['contact', contact]);
  });

  inOrg('only reported: nothing is in the way', async org => {
    await org.add('Lead', EMMA);
    await org.set({ duplicateRule: 'report' });
    const written = await org.crm.write(writeOf());
    assert.deepEqual([written.created, written.warnings], [true, []]);
  });

  inOrg('a rule on changes: saved where one may, else refused with the reason', async org => {
    const id = await org.add('Lead', EMMA);
    await org.add('Contact', { LastName: 'Thompson', Email: EMMA.Email });
    await org.set({ duplicateRule: 'on', duplicateRuleOnUpdate: true });
    assert.equal((await org.crm.write(writeOf({ existing: { kind: 'lead', id } }))).id, id);
    await org.set({ duplicateRule: 'block' });
    await assert.rejects(org.crm.write(writeOf({ existing: { kind: 'lead', id } })), Rejected);
  });

  inOrg(
    'a unique column of the org: whoever has the address is used, of others only the value is left out',
    async org => {
      const unique = (id: string) => [
        {
          errorCode: 'DUPLICATE_VALUE',
          message: `duplicate value found: Phone duplicates value on record with id: ${id}`,
        },
      ];
      const other = await org.add('Lead', { ...EMMA, Email: 'boss@acmecorp.com' });
      await org.set({ trouble: { refuse: { object: 'Lead', field: 'Phone', errors: unique(other.slice(0, 15)) } } });
      const person = { email: EMMA.Email, lastName: 'Thompson', phone: '+1 555 0100' };
      const written = await org.crm.write(writeOf({ person }));
      assert.deepEqual([written.created, written.id === other], [true, false]);
      assert.match(written.warnings.join(), /refused Phone \(DUPLICATE_VALUE\): left out/);
      await org.set({ trouble: { refuse: { object: 'Lead', field: 'Phone', errors: unique(written.id) } } });
      assert.equal((await org.crm.write(writeOf({ person }))).id, written.id);
    },
  );
});

describe('races', () => {
  inOrg('two processes write one handoff at once: one record, one task', async org => {
    const write = writeOf();
    await org.set({ trouble: { rival: 'Lead' } });
    await org.set({ trouble: { rival: 'Task' } });
    const written = await org.crm.write(write);
    assert.deepEqual(written.warnings, []);
    assert.equal((await onlyLead(org)).Id, written.id);
    assert.deepEqual(
      (await org.rows('Task')).map(row => [row.Id, row.WhoId]),
      [[written.taskId, written.id]],
    );
  });

  inOrg('two connections at once, forty writes of twenty handoffs', async org => {
    const other = org.connect();
    const writes = Array.from({ length: 20 }, (_, at) =>
      writeOf({ person: { email: `p${at}@acme.example`, lastName: `P${at}` } }),
    );
    const written = await Promise.all(writes.flatMap(write => [org.crm.write(write), other.write(write)]));
    assert.equal(new Set(written.map(one => one.id)).size, 20);
    assert.deepEqual([(await org.rows('Lead')).length, (await org.rows('Task')).length], [20, 20]);
  });

  inOrg('a key in a record that Baton may not see: tried twice, then a person hears why', async org => {
    const errors = [
      {
        errorCode: 'DUPLICATE_VALUE',
        message: 'duplicate value found: Baton_Handoff_Id__c duplicates value on record with id: 00QHs0000000hid',
      },
    ];
    await org.set({ trouble: { refuse: { object: 'Lead', times: 0, errors } } });
    await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
      assert.ok(error instanceof Rejected);
      assert.match(error.message, /duplicate value found/);
      return true;
    });
    assert.equal(org.calls().length, 2);
  });
});

describe('records that went elsewhere', () => {
  inOrg('merged: the master is written to and keeps its owner, the follow-up with it', async org => {
    const priya = await org.userId('priya@example.com');
    const first = await org.crm.write(writeOf());
    const master = await org.add('Lead', { ...EMMA, OwnerId: priya });
    const last = await org.add('Lead', EMMA);
    await org.press('merge', { object: 'Lead', master: last, losers: [first.id] });
    await org.press('merge', { object: 'Lead', master, losers: [last] });
    const written = await org.crm.write(
      writeOf({ existing: { kind: 'lead', id: first.id }, ownerId: await org.userId('marcus@example.com') }),
    );
    assert.deepEqual([written.kind, written.id, written.created], ['lead', master, false]);
    assert.match(written.warnings.join(), /merged or converted meanwhile: the Lead it became was updated/);
    assert.equal((await onlyLead(org)).OwnerId, priya);
    assert.ok((await org.rows('Task')).every(row => row.WhoId === master));
  });

  inOrg('converted: the contact is written to; a retry under the old lead as well', async org => {
    const write = writeOf();
    const { id } = await org.crm.write(write);
    const { contact } = await org.press('convert', { lead: id, opportunity: 'Acme' });
    for (const again of [write, { ...write, existing: { kind: 'lead' as const, id } }]) {
      const written = await org.crm.write(again);
      assert.deepEqual([written.kind, written.id, written.created], ['contact', contact, false]);
    }
    assert.deepEqual([(await org.rows('Contact')).length, (await org.rows('Task')).length], [1, 1]);
    assert.equal((await org.rows('Task'))[0]?.WhoId, contact);
  });

  inOrg('converted between the record and its follow-up', async org => {
    const write = writeOf();
    const errors = [{ errorCode: 'STRING_TOO_LONG', message: 'Subject: data value too large', fields: ['Subject'] }];
    await org.set({ trouble: { refuse: { object: 'Task', errors } } });
    // The follow-up alone is tried again, after describe was asked.
    org.sandbox.fault({ service: 'salesforce', path: '/sobjects/Task/describe', timeout: 100 });
    await assert.rejects(org.crm.write(write), Unavailable);
    await org.press('convert', { lead: String((await onlyLead(org)).Id) });
    const written = await org.crm.write(write);
    assert.equal(written.kind, 'contact');
    assert.equal((await org.rows('Task'))[0]?.WhoId, written.id);
  });

  inOrg('deleted: another record of the address, else a new lead that belongs to whoever follows up', async org => {
    const marcus = await org.userId('marcus@example.com');
    const gone = await org.add('Lead', { ...EMMA, IsDeleted: true });
    const followUp = { subject: 'Contact Emma', description: 'd', dueOn: '2026-11-24', priority: 'high' as const };
    const write = writeOf({ existing: { kind: 'lead', id: gone }, followUp: { ...followUp, ownerId: marcus } });
    const made = await org.crm.write(write);
    assert.deepEqual([made.created, (await onlyLead(org)).OwnerId], [true, marcus]);
    assert.match(made.warnings.join(), /deleted meanwhile: a new lead was made/);
    await org.press('purge', { object: 'Lead', id: gone });
    const again = await org.crm.write(writeOf({ existing: { kind: 'lead', id: gone } }));
    assert.equal(again.id, made.id);
    assert.match(again.warnings.join(), /the Lead of the same address was updated/);
  });

  inOrg('a lead that was taken out of the bin again is written to', async org => {
    const { id } = await org.crm.write(writeOf());
    await org.add(`Lead/${id}`, { IsDeleted: true });
    await org.press('undelete', { object: 'Lead', id });
    assert.equal((await org.crm.write(writeOf({ existing: { kind: 'lead', id } }))).id, id);
    await onlyLead(org);
  });

  inOrg('converted, and the contact deleted: a person decides', async org => {
    const write = writeOf();
    const { id } = await org.crm.write(write);
    const { contact } = await org.press('convert', { lead: id });
    await org.add(`Contact/${contact}`, { IsDeleted: true });
    await assert.rejects(org.crm.write(write), /was converted, and its contact deleted/);
  });

  inOrg('the bin is read page by page, once; who has no key of Baton’s is nobody’s business', async org => {
    const since = org.clock.now();
    const gone = { LastName: 'T', Company: 'A', IsDeleted: true };
    await org.add('Lead', gone);
    for (let at = 0; at < 201; at += 1) await org.add('Lead', { ...gone, Baton_Handoff_Id__c: `h-${at}` });
    await org.set({ removeField: { object: 'Contact', field: 'Baton_Handoff_Id__c' } });
    const first = await org.crm.poll?.(null, since);
    const second = await org.crm.poll?.(first?.cursor ?? null, since);
    assert.deepEqual([first?.events.length, first?.more, second?.events.length, second?.more], [200, true, 1, false]);
    const [told] = first?.events ?? [];
    assert.ok(told);
    assert.deepEqual(org.crm.parse?.(told), { kind: 'removed' });
    const events = [...(first?.events ?? []), ...(second?.events ?? [])];
    assert.equal(new Set(events.map(one => one.record?.id)).size, 201);
    org.clock.move(5 * 60_000);
    const third = await org.crm.poll?.(second?.cursor ?? null, since);
    assert.ok(third?.events.every(one => events.some(({ key }) => key === one.key)));
  });

  inOrg('a touch says where the person is kept now', async org => {
    const { id } = await org.crm.write(writeOf());
    const master = await org.add('Lead', EMMA);
    await org.press('merge', { object: 'Lead', master, losers: [id] });
    const logged = await org.crm.logTouch(touchOf(id));
    assert.deepEqual(logged.record, { kind: 'lead', id: master });
    assert.equal((await org.crm.logTouch(touchOf(master))).record, undefined);
  });
});
