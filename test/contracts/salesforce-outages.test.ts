/** A Salesforce org that is away, read-only, spent or half there: nothing is parked, nothing is doubled, all of it heals. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { CredentialsRejected, RateLimited, Unavailable } from '../../src/lib/errors.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { COMPOSITE, inOrg, NOW, type Org, onlyLead } from './salesforce-org.ts';

const isOutage = (error: unknown) => error instanceof Unavailable && error.outage;

/** The same write until it works: what the queue does. */
async function untilDone(org: Org, write = writeOf()): Promise<string> {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      return (await org.crm.write(write)).id;
    } catch (error) {
      assert.ok(error instanceof Unavailable || error instanceof RateLimited, String(error));
    }
  }
  throw new Error('it never worked');
}

describe('an org that takes nothing just now', () => {
  inOrg('read-only: it is read, writes wait', async org => {
    const id = await org.add('Lead', { LastName: 'T', Company: 'A', Email: 'emma@acmecorp.com' });
    await org.set({ trouble: { readOnly: true } });
    assert.equal((await org.crm.match({ email: 'emma@acmecorp.com' })).lead.kind, 'one');
    await assert.rejects(org.crm.write(writeOf()), isOutage);
    await assert.rejects(org.crm.write(writeOf({ existing: { kind: 'lead', id } })), isOutage);
    await assert.rejects(org.crm.logTouch(touchOf(id)), isOutage);
    await org.set({ trouble: { readOnly: false } });
    await org.crm.write(writeOf({ existing: { kind: 'lead', id } }));
    await onlyLead(org);
  });

  inOrg('read-only between the record and its follow-up: the retry finds the record', async org => {
    const message = 'Your organization is in read-only mode';
    const errors = [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message }];
    await org.set({ trouble: { refuse: { object: 'Task', errors } } });
    const write = writeOf();
    await assert.rejects(org.crm.write(write), isOutage);
    const lead = await onlyLead(org);
    assert.equal(await untilDone(org, write), lead.Id);
    assert.equal((await org.rows('Task')).length, 1);
  });

  inOrg('a page of maintenance for everything, the login too', async org => {
    await org.set({ trouble: { maintenance: true } });
    await assert.rejects(org.crm.match({ email: 'a@acme.example' }), isOutage);
    await assert.rejects(org.crm.write(writeOf()), isOutage);
    await org.set({ trouble: { maintenance: false } });
    await org.crm.write(writeOf());
    await onlyLead(org);
  });

  inOrg('no room for new records: they wait, existing ones are written', async org => {
    const id = await org.add('Lead', { LastName: 'T', Company: 'A' });
    const errors = [{ errorCode: 'STORAGE_LIMIT_EXCEEDED', message: 'storage limit exceeded' }];
    await org.set({ trouble: { refuse: { object: 'Lead', on: 'create', times: 0, errors } } });
    await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
      assert.ok(error instanceof RateLimited);
      assert.deepEqual([error.outage, error.retryAt.getTime() - NOW.getTime()], [false, 15 * 60_000]);
      return true;
    });
    await org.crm.write(writeOf({ existing: { kind: 'lead', id } }));
  });

  const waits: [what: string, fault: { status: number; body: unknown; headers?: Record<string, string> }, s: number][] =
    [
      ['a 503 that says when', { status: 503, body: 'later', headers: { 'retry-after': '40' } }, 40],
      ['a 503 that says tomorrow', { status: 503, body: 'later', headers: { 'retry-after': '86400' } }, 3_600],
      ['a burst', { status: 429, body: 'slow down', headers: { 'retry-after': '5' } }, 5],
      ['many long calls at once', { status: 403, body: limit('ConcurrentPerOrgLongTxn Limit exceeded.') }, 30],
      ["the day's calls", { status: 403, body: limit('TotalRequests Limit exceeded.') }, 900],
    ];
  for (const [what, fault, seconds] of waits) {
    inOrg(`${what}: asked again after ${seconds} seconds`, async org => {
      org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, ...fault });
      await assert.rejects(org.crm.write(writeOf()), (error: unknown) => {
        assert.ok(error instanceof RateLimited);
        assert.deepEqual(
          [error.outage, (error.retryAt.getTime() - NOW.getTime()) / 1000],
          [fault.status !== 429, seconds],
        );
        return true;
      });
    });
  }

  inOrg('moved to another instance: the next call logs in again and is told the new address', async org => {
    await org.crm.match({ email: 'a@acme.example' });
    const headers = { location: 'https://elsewhere.invalid/services/data/v64.0/composite' };
    org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, status: 301, body: '', headers });
    await assert.rejects(
      org.crm.write(writeOf()),
      (error: unknown) => isOutage(error) && (error as Unavailable).code === 'MOVED',
    );
    assert.equal(org.logins(), 1);
    await org.crm.write(writeOf());
    assert.equal(org.logins(), 2);
  });

  inOrg('switched off by the admin is no outage', async org => {
    const body = [{ errorCode: 'API_DISABLED_FOR_ORG', message: 'The REST API is not enabled for this Organization.' }];
    org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, status: 403, body });
    await assert.rejects(org.crm.write(writeOf()), CredentialsRejected);
  });
});

describe('an answer that was lost', () => {
  const lost: [what: string, fault: object][] = [
    ['cut', { reset: true }],
    ['silent', { timeout: true }],
    ['an error page of somebody in between', { status: 502, body: '<html>Bad gateway</html>' }],
    ['half there', { body: '{"compositeResponse":[{"body":{"id":"00Q' }],
    ['without what was asked', { body: { compositeResponse: [] } }],
  ];
  for (const [what, fault] of lost) {
    inOrg(`${what}, after the work was done: the retry makes nothing twice`, async org => {
      const write = writeOf();
      org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, after: 'after', ...fault });
      await assert.rejects(org.crm.write(write), Unavailable);
      const before = await onlyLead(org);
      assert.equal(await untilDone(org, write), before.Id);
      assert.equal((await org.rows('Task')).length, 1);
    });
  }

  inOrg('the follow-up alone met a lock: the record is not made again', async org => {
    const errors = [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access to this record' }];
    await org.set({ trouble: { refuse: { object: 'Task', times: 2, errors } } });
    const id = await untilDone(org);
    assert.equal((await onlyLead(org)).Id, id);
    assert.deepEqual(
      (await org.rows('Task')).map(row => row.WhoId),
      [id],
    );
  });
});

function limit(message: string): object {
  return [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message }];
}
