import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Crm } from '../../src/contracts/crm.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../src/lib/errors.ts';
import type { SalesforceOptions } from '../../src/vendors/salesforce/crm.ts';
import { type CrmBench, crmContract, touchOf, writeOf } from './crm.suite.ts';
import { COMPOSITE, inOrg, NOW, type Org, onlyLead, openOrg, type Row } from './salesforce-org.ts';

async function makeBench(): Promise<CrmBench> {
  const org = await openOrg();
  const { sandbox } = org;
  const owned = async (email: string | undefined): Promise<Row> => (email ? { OwnerId: await org.userId(email) } : {});
  const at = (moment: string | undefined): Row => (moment ? { CreatedDate: moment.replace('Z', '+0000') } : {});
  return {
    crm: org.crm,
    budget: { match: 1, write: 1, touch: 1, users: 1, twentyMatches: 3, thirtyWrites: 6 },
    person: async one =>
      org.add('Lead', {
        Email: one.email,
        LastName: one.lastName ?? 'Somebody',
        Company: 'Acme',
        ...at(one.at),
        ...(await owned(one.ownerEmail)),
      }),
    personOfSomebody: async () =>
      org.add('Lead', { LastName: 'S', Company: 'A', CreatedById: await org.userId('priya@example.com') }),
    contact: async one =>
      org.add('Contact', {
        Email: one.email,
        LastName: 'Somebody',
        AccountId: one.company ?? null,
        ...at(one.at),
        ...(await owned(one.ownerEmail)),
      }),
    company: async one =>
      org.add('Account', { Name: one.name, Website: one.website, ...(await owned(one.ownerEmail)) }),
    people: async () =>
      (await org.rows('Lead')).map(row => ({
        id: String(row.Id),
        email: row.Email === null ? undefined : String(row.Email),
        lastName: row.LastName === null ? undefined : String(row.LastName),
      })),
    tasks: async () => (await org.rows('Task')).map(row => ({ id: String(row.Id), about: String(row.WhoId) })),
    apiCalls: org.calls,
    fault: fault => sandbox.fault({ service: 'salesforce', ...fault }),
    apiPath: COMPOSITE,
    writing: { method: 'POST', path: COMPOSITE },
    sessions: { expire: () => org.set({ expireSessions: true }), logins: org.logins },
    refuseKey: () =>
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
      headers: { 'retry-after': '120' },
      waitMs: 2 * MINUTE,
    },
    now: () => org.clock.now(),
    another: () => org.connect(),
    merge: async (master, loser) => void (await org.press('merge', { object: 'Lead', master, losers: [loser] })),
    readOnly: on => org.set({ trouble: { readOnly: on } }),
    pageSize: rows => org.set({ pageSize: rows }),
    close: () => sandbox.close(),
  };
}

crmContract('salesforce', makeBench);

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
    const record = { kind: 'contact' as const, id: id.slice(0, 15) };
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
      assert.deepEqual(record, { kind: 'contact', id: contact });
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
    assert.match(warnings.join(), /next step could not be made a task \(Say more\)/);
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
      'group',
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

describe('events of an org', () => {
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

  test('a poll finds what was done, each change once and by an equal key, in one call and one for the bin', () =>
    withOrg(async org => {
      const lead = await org.add('Lead', { LastName: 'T', Company: 'Acme' });
      const task = await org.add('Task', { ...DONE, WhoId: lead });
      await org.add('Task', { Subject: 'Later', WhoId: lead });
      const event = await org.add('Event', { Subject: 'Demo', WhoId: lead });
      const poll = pollOf(org.crm);
      const first = await poll(null, SINCE);
      assert.equal(org.calls().length, 2);
      assert.deepEqual([first.events.map(one => one.record?.id), first.more], [[task, event], false]);
      // What was saved late carries an earlier stamp: the last minutes are read again, by the same keys.
      const again = await poll(first.cursor, SINCE);
      assert.deepEqual(again.events, first.events);
      org.clock.move(10 * 60_000);
      await org.add('Task', { ...DONE, WhoId: lead });
      const later = await poll(again.cursor, SINCE);
      assert.equal(later.events.length, 3, 'the place is that of the last change, not of the last poll');
      const last = await poll(later.cursor, SINCE);
      assert.deepEqual([last.events.length, last.events.some(one => one.record?.id === event)], [2, true]);
    }));

  test('more than a page of one and the same moment is read to its end, nothing twice', () =>
    withOrg(async org => {
      const lead = await org.add('Lead', { LastName: 'T', Company: 'Acme' });
      for (let made = 0; made < 450; made += 1) await org.add('Task', { ...DONE, WhoId: lead });
      const poll = pollOf(org.crm);
      const keys: string[] = [];
      let page = await poll(null, SINCE);
      keys.push(...page.events.map(one => one.key));
      while (page.more) {
        page = await poll(page.cursor, SINCE);
        keys.push(...page.events.map(one => one.key));
      }
      assert.deepEqual([keys.length, new Set(keys).size], [450, 450]);
    }));

  test('a poll leaves what is left of the day to others, until the count is old', () =>
    withOrg(async org => {
      await org.set({ dailyLimit: 1 });
      const poll = pollOf(org.crm);
      const first = await poll(null, SINCE);
      assert.equal(org.calls().length, 1);
      assert.deepEqual(await poll(first.cursor, SINCE), { events: [], cursor: first.cursor, more: false });
      assert.equal(org.calls().length, 1, 'nothing was asked');
      await org.set({ dailyLimit: 100_000 });
      org.clock.move(61 * 60_000);
      await poll(first.cursor, SINCE);
      assert.equal(org.calls().length, 3);
    }));

  test('a record is looked at as it is now; one that is gone is undefined; the organization has 18 characters', () =>
    withOrg(async org => {
      const { look, hook } = org.crm;
      assert.ok(look && hook);
      const id = await org.add('Task', { ...DONE, CallDurationInSeconds: 0 });
      const found = await look({ kind: 'activity', id });
      assert.deepEqual(
        [found?.record, found?.fields.CallDurationInSeconds, found?.fields.WhoId, found?.fields.IsClosed],
        [{ kind: 'activity', id }, '0', '', 'true'],
      );
      const meeting = await org.add('Event', { Subject: 'Demo' });
      const event = await look({ kind: 'activity', id: meeting });
      assert.ok(event);
      const parsed = org.crm.parse?.(event);
      assert.equal(parsed?.kind === 'activity' && parsed.as, 'meeting', 'an event is no task');
      assert.equal(await look({ kind: 'activity', id: '00T000000000999EAA' }), undefined);
      assert.equal(await hook.tenant?.(), '00DHs0000Baton1MQA');
    }));
});

inOrg(
  'the books ask how records stand: here, merged, converted, in the bin, gone for good, many in one call',
  async org => {
    const lead = (name: string) => org.add('Lead', { LastName: name, Company: 'A', Email: `${name}@acmecorp.com` });
    const [here, loser, master, converted, deleted, purged] = await Promise.all(
      ['here', 'loser', 'master', 'converted', 'deleted', 'purged'].map(lead),
    );
    const contact = await org.add('Contact', { LastName: 'C' });
    await org.change('Lead', here ?? '', { OwnerId: await org.userId('priya@example.com') });
    await org.press('merge', { object: 'Lead', master, losers: [loser] });
    await org.press('convert', { lead: converted });
    for (const id of [deleted, purged]) await org.change('Lead', id ?? '', { IsDeleted: true });
    await org.press('purge', { object: 'Lead', id: purged });
    const before = org.calls().length;
    const records = [here, loser, converted, deleted, purged].map(id => ({ kind: 'lead' as const, id: id ?? '' }));
    const found = await org.crm.standings?.([...records, { kind: 'contact', id: contact }]);
    assert.equal(org.calls().length - before, 1);
    assert.deepEqual(found?.get(here ?? ''), { kind: 'here', ownerId: await org.userId('priya@example.com') });
    assert.deepEqual(found?.get(loser ?? ''), { kind: 'moved', by: 'merge', now: { kind: 'lead', id: master } });
    const now = found?.get(converted ?? '');
    assert.ok(now?.kind === 'moved' && now.by === 'conversion' && now.now.kind === 'contact');
    for (const id of [deleted, purged]) assert.deepEqual(found?.get(id ?? ''), { kind: 'deleted' });
    assert.equal(found?.get(contact)?.kind, 'here');
  },
);
