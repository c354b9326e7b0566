/** What any CRM must do, run over a vendor file and its stand-in. Vendor habits stay behind the `bench` handed in. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import type { Crm, CrmTouch, CrmWrite } from '../../src/contracts/crm.ts';
import { CredentialsRejected, RateLimited, Unavailable } from '../../src/lib/errors.ts';

export interface SeenRecord {
  id: string;
  email: string | undefined;
  lastName: string | undefined;
}

/** One vendor under test: a fresh stand-in, a fresh connection, and words for what the suite does to them. */
export interface CrmBench {
  crm: Crm;
  /** Makes a person or company in the CRM as somebody else would; answers its id. */
  lead(values: { email: string; lastName?: string; at?: string; ownerEmail?: string }): Promise<string>;
  /** Made by a person of the CRM, not by the user Baton acts as. */
  leadOfSomebody(): Promise<string>;
  contact(values: { email: string; company?: string; at?: string; ownerEmail?: string }): Promise<string>;
  company(values: { name: string; website: string; ownerEmail?: string }): Promise<string>;
  leads(): Promise<SeenRecord[]>;
  tasks(): Promise<{ id: string; about: string }[]>;
  /** Paths of calls to the vendor's API so far, logins left out. */
  apiCalls(): string[];
  logins(): number;
  fault(fault: Omit<FaultRequest, 'service'>): void;
  /** Part of the path that look-ups and writes share. */
  apiPath: string;
  expireSessions(): Promise<void>;
  /** Every new login is given, and refused at once. */
  refuseSessions(): void;
  /** The vendor's answer when too much was asked: status, body, headers. */
  limitReached: { status: number; body: unknown; headers?: Record<string, string> };
  now(): Date;
  /** A second process with the same connection. */
  another(): Crm;
  /** Somebody merges the second lead into the first. */
  merge(master: string, loser: string): Promise<void>;
  /** Can be read, and not written. */
  readOnly(on: boolean): Promise<void>;
  /** Rows of one page of a look-up. */
  pageSize(rows: number): Promise<void>;
  close(): Promise<void>;
}

let sequence = 0;

/** A write with everything in it; `change` makes it particular. */
export function writeOf(change: Partial<CrmWrite> = {}): CrmWrite {
  sequence += 1;
  return {
    handoffId: `handoff-${sequence}`,
    mode: 'lead',
    person: { email: 'emma@acmecorp.com', firstName: 'Emma', lastName: 'Thompson', company: 'Acme Corp' },
    leadSource: 'Web',
    description: 'Visited the pricing page',
    fields: { lead_score: 63, icp_priority: 'HIGH' },
    followUp: { subject: 'Contact Emma', description: 'Within the hour', dueOn: '2026-11-24', priority: 'high' },
    ...change,
  };
}

/** A call on a lead's record; `change` makes it particular. */
export function touchOf(recordId: string, change: Partial<CrmTouch> = {}): CrmTouch {
  sequence += 1;
  return {
    touchId: `touch-${sequence}`,
    record: { kind: 'lead', id: recordId },
    kind: 'call',
    subject: 'Call: Connected',
    description: 'Asked for prices',
    at: '2026-11-24T17:56:00.000Z',
    on: '2026-11-24',
    call: { outcome: 'Connected', direction: 'outbound', seconds: 240 },
    ...change,
  };
}

function mailOf(recordId: string): CrmTouch {
  const { call: _none, ...touch } = touchOf(recordId, { kind: 'email', subject: 'Email: Acme and us' });
  return touch;
}

/** Runs the contract over one vendor. */
export function crmContract(name: string, make: () => Promise<CrmBench>): void {
  describe(`${name} keeps the CRM contract`, () => {
    let bench: CrmBench;
    beforeEach(async () => {
      bench = await make();
    });
    afterEach(() => bench.close());
    lookUps(() => bench);
    writes(() => bench);
    touches(() => bench);
    tests(() => bench);
    troubles(() => bench);
  });
}

function lookUps(bench: () => CrmBench): void {
  test('nobody is known: none, in one call', async () => {
    const match = await bench().crm.match({ email: 'emma@acmecorp.com', domain: 'acmecorp.com' });
    assert.deepEqual(match, { lead: { kind: 'none' }, contact: { kind: 'none' }, company: { kind: 'none' } });
    assert.equal(bench().apiCalls().length, 1);
  });

  test('one lead is found whatever the case of the address, with its owner', async () => {
    const id = await bench().lead({ email: 'Emma@AcmeCorp.com', ownerEmail: 'priya@example.com' });
    const { lead } = await bench().crm.match({ email: 'emma@acmecorp.COM' });
    assert.equal(lead.kind, 'one');
    assert.equal(lead.kind === 'one' && lead.record.id, id);
    assert.equal(lead.kind === 'one' && lead.record.owner.email, 'priya@example.com');
    assert.equal(lead.kind === 'one' && lead.record.owner.active, true);
  });

  test('of many leads the newest is the record', async () => {
    const old = await bench().lead({ email: 'emma@acmecorp.com', at: '2025-01-01T00:00:00.000Z' });
    const young = await bench().lead({ email: 'emma@acmecorp.com', at: '2026-01-01T00:00:00.000Z' });
    const { lead } = await bench().crm.match({ email: 'emma@acmecorp.com' });
    assert.equal(lead.kind, 'many');
    assert.equal(lead.kind === 'many' && lead.record.id, young);
    assert.deepEqual(lead.kind === 'many' && lead.others, [old]);
  });

  test("a contact's company counts before the company of the domain", async () => {
    const company = await bench().company({ name: 'Acme Holding', website: 'https://holding.example' });
    await bench().company({ name: 'Acme Corp', website: 'https://www.acmecorp.com/' });
    const contact = await bench().contact({ email: 'emma@acmecorp.com', company });
    const match = await bench().crm.match({ email: 'emma@acmecorp.com', domain: 'acmecorp.com' });
    assert.equal(match.contact.kind === 'one' && match.contact.record.id, contact);
    assert.equal(match.company.kind === 'one' && match.company.record.name, 'Acme Holding');
  });

  test('a company is found by its exact host only', async () => {
    await bench().company({ name: 'Not Acme', website: 'http://notacmecorp.com' });
    const query = { email: 'emma@acmecorp.com', domain: 'acmecorp.com' };
    assert.equal((await bench().crm.match(query)).company.kind, 'none');
    const id = await bench().company({
      name: 'Acme',
      website: 'https://WWW.acmecorp.com',
      ownerEmail: 'tom@example.com',
    });
    const { company } = await bench().crm.match(query);
    assert.equal(company.kind === 'one' && company.record.id, id);
    assert.equal(company.kind === 'one' && company.record.owner.email, 'tom@example.com');
  });

  test('what does not fit one page is read from the next', async () => {
    for (let day = 1; day <= 5; day += 1) {
      await bench().lead({ email: 'emma@acmecorp.com', at: `2026-01-0${day}T00:00:00.000Z` });
    }
    await bench().pageSize(2);
    const { lead } = await bench().crm.match({ email: 'emma@acmecorp.com' });
    assert.equal(lead.kind === 'many' && lead.others.length, 4);
  });

  test('twenty look-ups at once share calls, and each gets its own answer', async () => {
    for (let index = 0; index < 20; index += 1)
      await bench().lead({ email: `p${index}@acme.example`, lastName: `P${index}` });
    const people = Array.from({ length: 20 }, (_, index) => index);
    const matches = await Promise.all(people.map(index => bench().crm.match({ email: `p${index}@acme.example` })));
    matches.forEach(({ lead }, index) => {
      assert.match((lead.kind === 'one' && lead.record.name) || '', new RegExp(`P${index}$`));
    });
    assert.ok(bench().apiCalls().length <= 3, `${bench().apiCalls().length} calls`);
  });

  test('hostile addresses ask for themselves and nobody else', async () => {
    await bench().lead({ email: 'victim@acme.example' });
    const id = await bench().lead({ email: "o'brien@acme.example" });
    for (const email of [
      "x' OR Email != '",
      "o'brien\\",
      '\\',
      "\\' OR Id != \\'",
      'a\n\u0000b',
      '中文@例え.jp',
      'a'.repeat(300),
    ]) {
      const match = await bench().crm.match({ email, domain: email });
      assert.deepEqual([match.lead.kind, match.company.kind], ['none', 'none'], email);
    }
    const { lead } = await bench().crm.match({ email: "O'Brien@acme.example" });
    assert.equal(lead.kind === 'one' && lead.record.id, id);
  });

  test('users by e-mail, the missing absent', async () => {
    const users = await bench().crm.users(['Marcus@Example.com', 'nobody@example.com', 'dana@example.com']);
    assert.deepEqual(users.map(one => [one.email, one.name, one.active]).sort(), [
      ['dana@example.com', 'Dana Ruiz', true],
      ['marcus@example.com', 'Marcus Chen', true],
    ]);
    assert.equal(bench().apiCalls().length, 1);
    assert.deepEqual(await bench().crm.users([]), []);
  });

  test('a record can be opened', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com', lastName: 'Thompson' });
    const page = await fetch(await bench().crm.recordUrl({ kind: 'lead', id }));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Thompson/);
  });
}

function writes(bench: () => CrmBench): void {
  test('a lead and its follow-up are made in one call; the same write again changes nothing', async () => {
    const write = writeOf();
    const first = await bench().crm.write(write);
    assert.equal(bench().apiCalls().length, 1);
    const second = await bench().crm.write(write);
    assert.deepEqual([first.created, second.created, first.warnings], [true, false, []]);
    assert.deepEqual([second.id, second.taskId], [first.id, first.taskId]);
    assert.deepEqual(
      (await bench().leads()).map(one => one.id),
      [first.id],
    );
    assert.deepEqual(await bench().tasks(), [{ id: first.taskId, about: first.id }]);
  });

  test('an existing lead is updated, not doubled, and keeps its name', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com', lastName: 'Thompson-Bell' });
    const written = await bench().crm.write(writeOf({ existing: { kind: 'lead', id } }));
    assert.deepEqual([written.id, written.created], [id, false]);
    assert.deepEqual(
      (await bench().leads()).map(one => one.lastName),
      ['Thompson-Bell'],
    );
    assert.deepEqual(
      (await bench().tasks()).map(one => one.about),
      [id],
    );
  });

  test('an answer that was lost: the retry makes no second record and no second task', async () => {
    const write = writeOf();
    bench().fault({ path: bench().apiPath, method: 'POST', reset: true, after: 'after' });
    await assert.rejects(bench().crm.write(write), Unavailable);
    const written = await bench().crm.write(write);
    assert.deepEqual(
      (await bench().leads()).map(one => one.id),
      [written.id],
    );
    assert.equal((await bench().tasks()).length, 1);
  });

  test('two processes write one handoff at once: one record, one follow-up', async () => {
    const writes = Array.from({ length: 5 }, (_, at) =>
      writeOf({ person: { email: `p${at}@a.example`, lastName: 'P' } }),
    );
    const other = bench().another();
    const written = await Promise.all(writes.flatMap(write => [bench().crm.write(write), other.write(write)]));
    assert.equal(new Set(written.map(one => one.id)).size, 5);
    assert.deepEqual([(await bench().leads()).length, (await bench().tasks()).length], [5, 5]);
  });

  test('a lead that was merged away: the one that stayed is written to, without a second one', async () => {
    const loser = await bench().lead({ email: 'emma@acmecorp.com' });
    const master = await bench().lead({ email: 'emma@acmecorp.com', ownerEmail: 'priya@example.com' });
    await bench().merge(master, loser);
    const written = await bench().crm.write(writeOf({ existing: { kind: 'lead', id: loser } }));
    assert.deepEqual([written.id, written.created, written.warnings.length], [master, false, 1]);
    assert.deepEqual([(await bench().leads()).length, (await bench().tasks()).map(one => one.about)], [1, [master]]);
  });

  test('odd names and endless texts are written, never lost', async () => {
    const people: CrmWrite['person'][] = [
      { email: "o'brien@acme.example", firstName: "Se\\án'", lastName: "O'Brien\\" },
      { email: 'long@acme.example', lastName: 'é'.repeat(300), title: 'x'.repeat(300), company: '🚀'.repeat(300) },
      { email: 'kanji@acme.example', lastName: '山田', firstName: '太郎', company: '株式会社' },
      { email: 'nothing.known@acme.example' },
      { email: "o'brien\\@acme.example", lastName: 'Backslash' },
    ];
    for (const person of people) {
      const written = await bench().crm.write(writeOf({ person, description: 'd'.repeat(50_000) }));
      assert.ok(written.id, person.email);
    }
    const leads = await bench().leads();
    assert.equal(leads.length, people.length);
    assert.ok(leads.every(one => (one.lastName ?? '').trim() !== ''));
    assert.equal(leads.find(one => one.email === "o'brien@acme.example")?.lastName, "O'Brien\\");
  });

  test('many writes at once share calls and stay apart', async () => {
    const all = Array.from({ length: 30 }, (_, index) =>
      writeOf({ person: { email: `p${index}@acme.example`, lastName: `P${index}` } }),
    );
    const written = await Promise.all(all.map(write => bench().crm.write(write)));
    assert.equal(new Set(written.map(one => one.id)).size, 30);
    assert.ok(bench().apiCalls().length <= 6, `${bench().apiCalls().length} calls`);
    const names = new Map((await bench().leads()).map(one => [one.id, one.lastName]));
    assert.deepEqual(
      written.map(one => names.get(one.id)),
      all.map(write => write.person.lastName),
    );
  });
}

function touches(bench: () => CrmBench): void {
  test('a call is logged on the record in one call; the same touch again changes nothing', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com' });
    const touch = touchOf(id, { nextStep: { subject: 'Send the proposal', dueOn: '2026-11-26' } });
    const first = await bench().crm.logTouch(touch);
    assert.equal(bench().apiCalls().length, 1);
    assert.deepEqual(first.warnings, []);
    const sorted = async () => (await bench().tasks()).sort((one, other) => one.id.localeCompare(other.id));
    const before = await sorted();
    assert.deepEqual([before.length, before.every(task => task.about === id)], [2, true]);
    assert.deepEqual(await bench().crm.logTouch(touch), first);
    assert.deepEqual(await sorted(), before);
  });

  test('an answer that was lost: the retry logs it no second time', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com' });
    const touch = mailOf(id);
    bench().fault({ path: bench().apiPath, method: 'POST', reset: true, after: 'after' });
    await assert.rejects(bench().crm.logTouch(touch), Unavailable);
    const logged = await bench().crm.logTouch(touch);
    assert.deepEqual(await bench().tasks(), [{ id: logged.id, about: id }]);
    assert.deepEqual(logged.warnings, []);
  });

  test('on a lead that was merged away: logged where the person is kept now, and that is said', async () => {
    const loser = await bench().lead({ email: 'emma@acmecorp.com' });
    const master = await bench().lead({ email: 'emma@acmecorp.com' });
    await bench().merge(master, loser);
    const logged = await bench().crm.logTouch(touchOf(loser));
    assert.deepEqual(logged.record, { kind: 'lead', id: master });
    assert.deepEqual(
      (await bench().tasks()).map(one => one.about),
      [master],
    );
  });

  test('endless and odd texts are logged', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com' });
    const odd = { subject: `o'brien\\ ${'🚀'.repeat(300)}`, description: `\u0000${'d'.repeat(50_000)}` };
    await bench().crm.logTouch(touchOf(id, { ...odd, nextStep: { subject: 'x'.repeat(400), dueOn: '2026-11-26' } }));
    assert.equal((await bench().tasks()).length, 2);
  });

  test('silence is Unavailable', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com' });
    bench().fault({ path: bench().apiPath, timeout: true });
    await assert.rejects(bench().crm.logTouch(touchOf(id)), Unavailable);
  });
}

function tests(bench: () => CrmBench): void {
  test('what a test handoff made goes away with its tasks, and nothing else does', async () => {
    const mine = writeOf();
    const written = await bench().crm.write(mine);
    await bench().crm.logTouch(touchOf(written.id));
    const others = await bench().crm.write(writeOf({ person: { email: 'b@acme.example', lastName: 'B' } }));
    await bench().crm.removeTest(mine.handoffId);
    assert.deepEqual(
      (await bench().leads()).map(lead => lead.id),
      [others.id],
    );
    assert.deepEqual(await bench().tasks(), [{ id: others.taskId, about: others.id }]);
    await bench().crm.removeTest(mine.handoffId);
    await bench().crm.removeTest("nobody's' OR Id != '");
    assert.equal((await bench().leads()).length, 1);
  });

  test('a person’s own lead stays, although the test wrote to it', async () => {
    const id = await bench().leadOfSomebody();
    const write = writeOf({ existing: { kind: 'lead', id } });
    await bench().crm.write(write);
    await bench().crm.removeTest(write.handoffId);
    assert.deepEqual([(await bench().leads()).map(lead => lead.id), await bench().tasks()], [[id], []]);
  });
}

function troubles(bench: () => CrmBench): void {
  test('a session that ended is renewed once, for all callers together', async () => {
    await bench().crm.match({ email: 'a@acme.example' });
    await bench().expireSessions();
    const before = bench().logins();
    await Promise.all([
      bench().crm.match({ email: 'b@acme.example' }),
      bench().crm.write(writeOf()),
      bench().crm.users(['marcus@example.com']),
    ]);
    assert.equal(bench().logins() - before, 1);
    assert.equal((await bench().leads()).length, 1);
  });

  test('a session refused again and again is the admin’s business, and asked for twice at most', async () => {
    bench().refuseSessions();
    await assert.rejects(bench().crm.match({ email: 'a@acme.example' }), CredentialsRejected);
    assert.ok(bench().logins() <= 2 && bench().apiCalls().length <= 2);
  });

  test('too many calls: wait as long as the vendor says', async () => {
    bench().fault({
      path: bench().apiPath,
      ...bench().limitReached,
      headers: { ...bench().limitReached.headers, 'retry-after': '120' },
    });
    await assert.rejects(bench().crm.match({ email: 'a@acme.example' }), (error: unknown) => {
      assert.ok(error instanceof RateLimited);
      assert.equal(error.retryAt.getTime(), bench().now().getTime() + 120_000);
      return true;
    });
    assert.equal(bench().apiCalls().length, 1, 'no silent retry');
  });

  test('read-only: it is read, and writes wait', async () => {
    const id = await bench().lead({ email: 'emma@acmecorp.com' });
    await bench().readOnly(true);
    assert.equal((await bench().crm.match({ email: 'emma@acmecorp.com' })).lead.kind, 'one');
    await assert.rejects(bench().crm.write(writeOf()), Unavailable);
    await assert.rejects(bench().crm.logTouch(touchOf(id)), Unavailable);
    await bench().readOnly(false);
    await bench().crm.logTouch(touchOf(id));
    assert.equal((await bench().leads()).length, 1);
  });

  const down: [what: string, fault: Omit<FaultRequest, 'service'>][] = [
    ['500', { status: 500, body: 'oops' }],
    ['503 with a page', { status: 503, body: '<html>maintenance</html>', headers: { 'content-type': 'text/html' } }],
    ['a page instead of JSON', { status: 200, body: '<html>hello</html>', headers: { 'content-type': 'text/html' } }],
    ['an empty answer', { status: 200, body: {} }],
    ['a cut connection', { reset: true }],
    ['silence', { timeout: true }],
  ];
  for (const [what, fault] of down) {
    test(`${what} is Unavailable for look-up and write, tried once, and never "none"`, async () => {
      bench().fault({ path: bench().apiPath, times: 2, ...fault });
      await assert.rejects(bench().crm.match({ email: 'a@acme.example' }), Unavailable);
      await assert.rejects(bench().crm.write(writeOf()), Unavailable);
      assert.equal(bench().apiCalls().length, 2);
      assert.equal((await bench().crm.match({ email: 'a@acme.example' })).lead.kind, 'none');
    });
  }
}
