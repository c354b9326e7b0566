/** What any CRM must do, run over a vendor file and its stand-in. Vendor habits stay behind the `bench` handed in. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import type { Crm, CrmTouch, CrmWrite } from '../../src/contracts/crm.ts';
import type { CrmContact, CrmLead, CrmPersonKind, Lookup } from '../../src/contracts/crm-records.ts';
import { newPersonKind } from '../../src/contracts/crm-traits.ts';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';

export interface SeenRecord {
  id: string;
  email: string | undefined;
  lastName: string | undefined;
}

/** Most calls that what is asked of a CRM may cost with this vendor, log-ins left out. */
export interface CallBudget {
  match: number;
  /** A new person with the follow-up. */
  write: number;
  /** With the next step. */
  touch: number;
  users: number;
  /** Of so many at once. */
  twentyMatches: number;
  thirtyWrites: number;
}

/** One vendor under test: a fresh stand-in, a fresh connection, and words for what the suite does to them. */
export interface CrmBench {
  crm: Crm;
  budget: CallBudget;
  /** Makes a person, contact or company in the CRM as somebody else would; answers its id. `person`: as new people are kept there. */
  person(values: { email: string; lastName?: string; at?: string; ownerEmail?: string }): Promise<string>;
  /** Made by a person of the CRM, not by the user Baton acts as. */
  personOfSomebody(): Promise<string>;
  contact(values: { email: string; company?: string; at?: string; ownerEmail?: string }): Promise<string>;
  company(values: { name: string; website: string; ownerEmail?: string }): Promise<string>;
  /** As new people are kept there. */
  people(): Promise<SeenRecord[]>;
  tasks(): Promise<{ id: string; about: string }[]>;
  /** Paths of calls to the vendor's API so far, logins left out. */
  apiCalls(): string[];
  /** Calls that a look-up by address alone begins at once; absent: one. */
  atOnce?: number;
  fault(fault: Omit<FaultRequest, 'service'>): void;
  /** Part of the path that look-ups and writes share. */
  apiPath: string;
  /** The call that makes and changes records. */
  writing: Pick<FaultRequest, 'method' | 'path'>;
  /** Absent: the key is sent with every call, and nobody logs in. */
  sessions?: { expire(): Promise<void>; logins(): number };
  /** From now on neither key nor new session is accepted. */
  refuseKey(): void;
  /** The vendor's answer when too much was asked, and how long it then wants to be left alone. */
  limitReached: { status: number; body: unknown; headers?: Record<string, string>; waitMs: number };
  now(): Date;
  /** A second process with the same connection. */
  another(): Crm;
  /** Somebody merges the second person into the first. Absent: what new people are there cannot be merged. */
  merge?(master: string, loser: string): Promise<void>;
  /** What was written, answered or not, is found by look-ups from then on. Absent: at once. */
  indexed?(): void;
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

/** A call on a person's record, a lead's unless `change` says otherwise. */
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

const CANNOT_MERGE = 'what new people are there cannot be merged';

/** What new people are there. */
const kindIn = ({ crm }: CrmBench): CrmPersonKind => newPersonKind(crm.traits);

/** A call on the record of a person as new people are kept there. */
const callOn = (bench: CrmBench, id: string, change: Partial<CrmTouch> = {}): CrmTouch =>
  touchOf(id, { record: { kind: kindIn(bench), id }, ...change });

function mailOn(bench: CrmBench, id: string): CrmTouch {
  const { call: _none, ...touch } = callOn(bench, id, { kind: 'email', subject: 'Email: Acme and us' });
  return touch;
}

/** What a look-up found of the person as new people are kept there. */
async function findPerson(bench: CrmBench, email: string): Promise<Lookup<CrmLead | CrmContact>> {
  return (await bench.crm.match({ email }))[kindIn(bench)];
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
  test('nobody is known: none, in as many calls as that may cost', async () => {
    const match = await bench().crm.match({ email: 'emma@acmecorp.com', domain: 'acmecorp.com' });
    assert.deepEqual(match, { lead: { kind: 'none' }, contact: { kind: 'none' }, company: { kind: 'none' } });
    assert.equal(bench().apiCalls().length, bench().budget.match);
  });

  test('one person is found whatever the case of the address, with its owner', async () => {
    const id = await bench().person({ email: 'Emma@AcmeCorp.com', ownerEmail: 'priya@example.com' });
    const found = await findPerson(bench(), 'emma@acmecorp.COM');
    assert.equal(found.kind, 'one');
    assert.equal(found.kind === 'one' && found.record.id, id);
    // With the deals of their company, and not in the place of it.
    const query = { email: 'emma@acmecorp.com', domain: 'acmecorp.com', deals: true, leads: true };
    assert.deepEqual((await bench().crm.match(query))[kindIn(bench())], found);
    assert.equal(found.kind === 'one' && found.record.owner.email, 'priya@example.com');
    assert.equal(found.kind === 'one' && found.record.owner.active, true);
  });

  test('of many people of one address the newest is the record', async () => {
    const old = await bench().person({ email: 'emma@acmecorp.com', at: '2025-01-01T00:00:00.000Z' });
    const young = await bench().person({ email: 'emma@acmecorp.com', at: '2026-01-01T00:00:00.000Z' });
    const found = await findPerson(bench(), 'emma@acmecorp.com');
    assert.equal(found.kind, 'many');
    assert.equal(found.kind === 'many' && found.record.id, young);
    assert.deepEqual(found.kind === 'many' && found.others, [old]);
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
      await bench().person({ email: 'emma@acmecorp.com', at: `2026-01-0${day}T00:00:00.000Z` });
    }
    await bench().pageSize(2);
    const found = await findPerson(bench(), 'emma@acmecorp.com');
    assert.equal(found.kind === 'many' && found.others.length, 4);
  });

  test('twenty look-ups at once share calls, and each gets its own answer', async () => {
    for (let index = 0; index < 20; index += 1)
      await bench().person({ email: `p${index}@acme.example`, lastName: `P${index}` });
    const people = Array.from({ length: 20 }, (_, index) => index);
    const all = await Promise.all(people.map(index => findPerson(bench(), `p${index}@acme.example`)));
    all.forEach((found, index) => {
      assert.match((found.kind === 'one' && found.record.name) || '', new RegExp(`P${index}$`));
    });
    assert.ok(bench().apiCalls().length <= bench().budget.twentyMatches, `${bench().apiCalls().length} calls`);
  });

  test('hostile addresses ask for themselves and nobody else', async () => {
    await bench().person({ email: 'victim@acme.example' });
    const id = await bench().person({ email: "o'brien@acme.example" });
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
      assert.deepEqual([match.lead.kind, match.contact.kind, match.company.kind], ['none', 'none', 'none'], email);
    }
    const found = await findPerson(bench(), "O'Brien@acme.example");
    assert.equal(found.kind === 'one' && found.record.id, id);
  });

  test('users by e-mail, the missing absent', async () => {
    const users = await bench().crm.users(['Marcus@Example.com', 'nobody@example.com', 'dana@example.com']);
    assert.deepEqual(users.map(one => [one.email, one.name, one.active]).sort(), [
      ['dana@example.com', 'Dana Ruiz', true],
      ['marcus@example.com', 'Marcus Chen', true],
    ]);
    assert.equal(bench().apiCalls().length, bench().budget.users);
    assert.deepEqual(await bench().crm.users([]), []);
  });

  test('a record can be opened', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com', lastName: 'Thompson' });
    const page = await fetch(await bench().crm.recordUrl({ kind: kindIn(bench()), id }));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Thompson/);
  });
}

function writes(bench: () => CrmBench): void {
  test('a person and the follow-up are made within the calls; the same write again changes nothing', async () => {
    const write = writeOf();
    const first = await bench().crm.write(write);
    assert.equal(first.kind, kindIn(bench()));
    assert.equal(bench().apiCalls().length, bench().budget.write);
    const second = await bench().crm.write(write);
    assert.deepEqual([first.created, second.created, first.warnings], [true, false, []]);
    assert.deepEqual([second.id, second.taskId], [first.id, first.taskId]);
    assert.deepEqual(
      (await bench().people()).map(one => one.id),
      [first.id],
    );
    assert.deepEqual(await bench().tasks(), [{ id: first.taskId, about: first.id }]);
  });

  test('an existing person is updated, not doubled, and keeps the name', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com', lastName: 'Thompson-Bell' });
    const written = await bench().crm.write(writeOf({ existing: { kind: kindIn(bench()), id } }));
    assert.deepEqual([written.id, written.created], [id, false]);
    assert.deepEqual(
      (await bench().people()).map(one => one.lastName),
      ['Thompson-Bell'],
    );
    assert.deepEqual(
      (await bench().tasks()).map(one => one.about),
      [id],
    );
  });

  test('an answer that was lost: the retry makes no second record and no second task', async () => {
    const write = writeOf();
    bench().fault({ ...bench().writing, reset: true, after: 'after' });
    await assert.rejects(bench().crm.write(write), Unavailable);
    bench().indexed?.();
    const written = await bench().crm.write(write);
    assert.deepEqual(
      (await bench().people()).map(one => one.id),
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
    assert.deepEqual([(await bench().people()).length, (await bench().tasks()).length], [5, 5]);
  });

  test('a person who was merged away: the one that stayed is written to, without a second one', async t => {
    const { merge } = bench();
    if (!merge) return t.skip(CANNOT_MERGE);
    const loser = await bench().person({ email: 'emma@acmecorp.com' });
    const master = await bench().person({ email: 'emma@acmecorp.com', ownerEmail: 'priya@example.com' });
    await merge(master, loser);
    const written = await bench().crm.write(writeOf({ existing: { kind: kindIn(bench()), id: loser } }));
    assert.deepEqual([written.id, written.created, written.warnings.length], [master, false, 1]);
    assert.deepEqual([(await bench().people()).length, (await bench().tasks()).map(one => one.about)], [1, [master]]);
  });

  test('a person’s fields are read as they are, and those that are changed alone are written', async t => {
    const { crm } = bench();
    if (!crm.editor) return t.skip('it is changed in the CRM alone');
    const { kind, id } = await crm.write(writeOf());
    const record = { kind, id };
    const before = (await crm.editor?.read(record)) ?? [];
    const score = before.find(field => field.kind === 'number' && field.value !== '');
    assert.ok(score, JSON.stringify(before));
    assert.equal(Number(score.value), 63);
    assert.deepEqual(await crm.editor?.save(record, { [score.name]: '41' }, 'nobody@example.com'), { as: 'baton' });
    const after = (await crm.editor?.read(record)) ?? [];
    const changed = before.map(one => (one.name === score.name ? { ...one, value: '41' } : one));
    const values = (fields: typeof before) =>
      fields.map(({ name, kind: of, value }) => [name, of === 'number' ? Number(value) : value]);
    assert.deepEqual(values(after), values(changed));
  });

  test('a value that the CRM will not have is refused, and nothing is written', async t => {
    const { crm } = bench();
    if (!crm.editor) return t.skip('it is changed in the CRM alone');
    const { kind, id } = await crm.write(writeOf());
    const before = await crm.editor?.read({ kind, id });
    const number = before?.find(field => field.kind === 'number')?.name ?? '';
    await assert.rejects(async () => crm.editor?.save({ kind, id }, { [number]: 'many' }), Rejected);
    assert.deepEqual(await crm.editor?.read({ kind, id }), before);
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
    const written = await bench().people();
    assert.equal(written.length, people.length);
    assert.ok(written.every(one => (one.lastName ?? '').trim() !== ''));
    assert.equal(written.find(one => one.email === "o'brien@acme.example")?.lastName, "O'Brien\\");
  });

  test('many writes at once share calls and stay apart', async () => {
    const all = Array.from({ length: 30 }, (_, index) =>
      writeOf({ person: { email: `p${index}@acme.example`, lastName: `P${index}` } }),
    );
    const written = await Promise.all(all.map(write => bench().crm.write(write)));
    assert.equal(new Set(written.map(one => one.id)).size, 30);
    assert.ok(bench().apiCalls().length <= bench().budget.thirtyWrites, `${bench().apiCalls().length} calls`);
    const names = new Map((await bench().people()).map(one => [one.id, one.lastName]));
    assert.deepEqual(
      written.map(one => names.get(one.id)),
      all.map(write => write.person.lastName),
    );
  });
}

function touches(bench: () => CrmBench): void {
  test('a call is logged on the record within the calls; the same touch again changes nothing', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com' });
    const touch = callOn(bench(), id, { nextStep: { subject: 'Send the proposal', dueOn: '2026-11-26' } });
    const first = await bench().crm.logTouch(touch);
    assert.equal(bench().apiCalls().length, bench().budget.touch);
    assert.deepEqual(first.warnings, []);
    const sorted = async () => (await bench().tasks()).sort((one, other) => one.id.localeCompare(other.id));
    const before = await sorted();
    assert.deepEqual([before.length, before.every(task => task.about === id)], [2, true]);
    assert.deepEqual(await bench().crm.logTouch(touch), first);
    assert.deepEqual(await sorted(), before);
  });

  test('an answer that was lost: the retry logs it no second time', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com' });
    const touch = mailOn(bench(), id);
    bench().fault({ ...bench().writing, reset: true, after: 'after' });
    await assert.rejects(bench().crm.logTouch(touch), Unavailable);
    bench().indexed?.();
    const logged = await bench().crm.logTouch(touch);
    assert.deepEqual(await bench().tasks(), [{ id: logged.id, about: id }]);
    assert.deepEqual(logged.warnings, []);
  });

  test('on a person who was merged away: logged where the person is kept now, and that is said', async t => {
    const { merge } = bench();
    if (!merge) return t.skip(CANNOT_MERGE);
    const loser = await bench().person({ email: 'emma@acmecorp.com' });
    const master = await bench().person({ email: 'emma@acmecorp.com' });
    await merge(master, loser);
    const logged = await bench().crm.logTouch(callOn(bench(), loser));
    assert.deepEqual(logged.record, { kind: kindIn(bench()), id: master });
    assert.deepEqual(
      (await bench().tasks()).map(one => one.about),
      [master],
    );
  });

  test('endless and odd texts are logged', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com' });
    const odd = { subject: `o'brien\\ ${'🚀'.repeat(300)}`, description: `\u0000${'d'.repeat(50_000)}` };
    const nextStep = { subject: 'x'.repeat(400), dueOn: '2026-11-26' };
    await bench().crm.logTouch(callOn(bench(), id, { ...odd, nextStep }));
    assert.equal((await bench().tasks()).length, 2);
  });

  test('silence is Unavailable', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com' });
    bench().fault({ path: bench().apiPath, timeout: true });
    await assert.rejects(bench().crm.logTouch(callOn(bench(), id)), Unavailable);
  });
}

function tests(bench: () => CrmBench): void {
  test('what a test handoff made goes away with its tasks, and nothing else does', async () => {
    const mine = writeOf();
    const written = await bench().crm.write(mine);
    await bench().crm.logTouch(callOn(bench(), written.id));
    const others = await bench().crm.write(writeOf({ person: { email: 'b@acme.example', lastName: 'B' } }));
    await bench().crm.removeTest(mine.handoffId);
    assert.deepEqual(
      (await bench().people()).map(one => one.id),
      [others.id],
    );
    assert.deepEqual(await bench().tasks(), [{ id: others.taskId, about: others.id }]);
    await bench().crm.removeTest(mine.handoffId);
    await bench().crm.removeTest("nobody's' OR Id != '");
    assert.equal((await bench().people()).length, 1);
  });

  test('a record that is somebody’s own stays, although the test wrote to it', async () => {
    const id = await bench().personOfSomebody();
    const write = writeOf({ existing: { kind: kindIn(bench()), id } });
    await bench().crm.write(write);
    await bench().crm.removeTest(write.handoffId);
    assert.deepEqual([(await bench().people()).map(one => one.id), await bench().tasks()], [[id], []]);
  });
}

function troubles(bench: () => CrmBench): void {
  test('a session that ended is renewed once, for all callers together', async t => {
    const { sessions } = bench();
    if (!sessions) return t.skip('the key is sent with every call');
    await bench().crm.match({ email: 'a@acme.example' });
    await sessions.expire();
    const before = sessions.logins();
    await Promise.all([
      bench().crm.match({ email: 'b@acme.example' }),
      bench().crm.write(writeOf()),
      bench().crm.users(['marcus@example.com']),
    ]);
    assert.equal(sessions.logins() - before, 1);
    assert.equal((await bench().people()).length, 1);
  });

  test('a key or session refused again and again is the admin’s business, and asked for twice at most', async () => {
    bench().refuseKey();
    await assert.rejects(bench().crm.match({ email: 'a@acme.example' }), CredentialsRejected);
    const { atOnce = 1 } = bench();
    assert.ok((bench().sessions?.logins() ?? 0) <= 2 && bench().apiCalls().length <= 2 * atOnce);
    await assert.rejects(bench().crm.write(writeOf()), CredentialsRejected);
  });

  test('too many calls: wait as long as the vendor says', async () => {
    const { waitMs, ...answer } = bench().limitReached;
    const { atOnce = 1 } = bench();
    bench().fault({ path: bench().apiPath, times: atOnce, ...answer });
    await assert.rejects(bench().crm.match({ email: 'a@acme.example' }), (error: unknown) => {
      assert.ok(error instanceof RateLimited);
      assert.equal(error.retryAt.getTime(), bench().now().getTime() + waitMs);
      return true;
    });
    assert.equal(bench().apiCalls().length, atOnce, 'no silent retry');
  });

  test('read-only: it is read, and writes wait', async () => {
    const id = await bench().person({ email: 'emma@acmecorp.com' });
    await bench().readOnly(true);
    assert.equal((await findPerson(bench(), 'emma@acmecorp.com')).kind, 'one');
    await assert.rejects(bench().crm.write(writeOf()), Unavailable);
    await assert.rejects(bench().crm.logTouch(callOn(bench(), id)), Unavailable);
    await bench().readOnly(false);
    await bench().crm.logTouch(callOn(bench(), id));
    assert.equal((await bench().people()).length, 1);
  });

  // The last word: is it said to be the whole service, so that everybody sees it is away?
  const down: [what: string, fault: Omit<FaultRequest, 'service'>, outage?: true][] = [
    ['500', { status: 500, body: 'oops' }],
    [
      '503 with a page',
      { status: 503, body: '<html>maintenance</html>', headers: { 'content-type': 'text/html' } },
      true,
    ],
    ['a page instead of JSON', { status: 200, body: '<html>hello</html>', headers: { 'content-type': 'text/html' } }],
    ['an empty answer', { status: 200, body: {} }],
    ['a cut connection', { reset: true }, true],
    ['silence', { timeout: true }, true],
  ];
  for (const [what, fault, outage] of down) {
    test(`${what} is Unavailable for look-up and write, tried once, and never "none"`, async () => {
      const { atOnce = 1 } = bench();
      bench().fault({ path: bench().apiPath, times: atOnce + 1, ...fault });
      const isIt = (error: unknown) => error instanceof Unavailable && (!outage || error.outage);
      await assert.rejects(bench().crm.match({ email: 'a@acme.example' }), isIt);
      await assert.rejects(bench().crm.write(writeOf()), isIt);
      assert.equal(bench().apiCalls().length, atOnce + 1);
      assert.equal((await findPerson(bench(), 'a@acme.example')).kind, 'none');
    });
  }
}
