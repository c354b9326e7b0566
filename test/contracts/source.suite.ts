/** What every source keeps to, whatever its vendor: run over each vendor file against its stand-in. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { ServiceFactory } from '../../sandbox/service.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { CrossingsPage, PollCursor, Signal, Source, SourceCrossing } from '../../src/contracts/source.ts';
import { type Clock, HOUR, MINUTE } from '../../src/lib/clock.ts';
import {
  BadInput,
  CredentialsRejected,
  type Failure,
  RateLimited,
  Rejected,
  Unavailable,
} from '../../src/lib/errors.ts';
import { until } from '../helpers/until.ts';

/** Plain facts about a person, which `seed` turns into the vendor's own fields. */
export interface Person {
  email: string;
  firstName: string;
  lastName: string;
  company: string;
  title: string;
  score: number;
}

export interface SourceUnderTest {
  service: string;
  standIn: ServiceFactory;
  make(options: { apiUrl: string; token?: string; secret?: string; clock: Clock; timeoutMs?: number }): Source;
  /** A good key, which no message may contain. */
  token: string;
  /** Makes the person in the stand-in and tells nobody. Answers its id. */
  seed(sandbox: Sandbox, person: Person): Promise<string>;
  /** Somebody changes the score of the person of this address, and the vendor tells Baton. */
  rescore(sandbox: Sandbox, person: Person): Promise<unknown>;
  unknownId: string;
  /** What a delivery is known by: a signature over body and time, a secret that goes with each, or the address it comes to. */
  proof?: 'signature' | 'secret' | 'address';
  /** It keeps no score. */
  scoreless?: true;
  /** Neither deliveries nor polls tell of a score that changed: it is read with the contact. */
  tellsNoScore?: true;
  /** What it answers to calls; absent: nobody is called. */
  api?: {
    /** How the vendor says "too many calls", and how long it then wants to be left alone. */
    limited: { status: number; body: unknown; headers?: Record<string, string>; waitMs: number };
    /** How the vendor says that it cannot make sense of a call. */
    refused: { status: number; body: unknown };
  };
}

export const NOW = new Date('2026-11-24T18:00:00.000Z');

export const EMMA: Person = {
  email: 'emma.thompson@acmecorp.com',
  firstName: 'Emma',
  lastName: 'Thompson',
  company: 'Acme Corp',
  title: 'VP Operations',
  score: 63,
};

/** What a call that must fail failed with. */
export async function failureOf<F extends Failure>(
  kind: abstract new (...args: never[]) => F,
  work: Promise<unknown>,
): Promise<F> {
  const thrown = await work.then(
    answer => assert.fail(`expected ${kind.name}, got ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof kind, `expected ${kind.name}, got ${String(thrown)}`);
  return thrown;
}

/** What the vendor sends to Baton's hook while `work` is done, as the hook gets it. */
async function deliveryOf(sandbox: Sandbox, work: () => Promise<unknown>): Promise<HookRequest> {
  const heard = Promise.withResolvers<HookRequest>();
  const app = createServer(async (request, response) => {
    const body = await buffer(request);
    response.setHeader('connection', 'close').end('{}');
    const headers = request.headers as HookRequest['headers'];
    heard.resolve({ method: request.method ?? '', url: `${appUrl}${request.url}`, headers, body });
  });
  await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve));
  const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  sandbox.setAppUrl(appUrl);
  await work();
  const request = await heard.promise;
  await until('the vendor has its answer', async () => sandbox.undelivered() === 0);
  await new Promise(resolve => app.close(resolve));
  return request;
}

/** Every page from a cursor on. */
async function walk(
  source: Source,
  from: PollCursor | null,
): Promise<{ signals: Signal[]; cursor: PollCursor | null }> {
  let cursor = from;
  const signals: Signal[] = [];
  for (let more = true; more; ) {
    const page = await source.poll?.(cursor, new Date(NOW.getTime() - HOUR));
    if (!page) return assert.fail('no poll');
    signals.push(...page.signals);
    ({ cursor, more } = page);
  }
  return { signals, cursor };
}

export function sourceSuite(under: SourceUnderTest): void {
  const { service, token } = under;
  describe(`${service} as a source`, async () => {
    let now = NOW;
    const clock: Clock = { now: () => now };
    const sandbox = await startSandbox({ clock, services: [under.standIn] });
    const apiUrl = `${sandbox.url}/${service}`;
    const make = (options: { token?: string; secret?: string; timeoutMs?: number } = {}) =>
      under.make({ apiUrl, clock, ...options });
    after(() => sandbox.close());
    beforeEach(() => {
      now = NOW;
      sandbox.reset();
    });

    async function refusal<F extends Failure>(kind: abstract new (...args: never[]) => F, source: Source, id: string) {
      const failure = await failureOf(kind, source.contact(id));
      assert.equal(failure.service, service);
      assert.ok(!`${failure.message} ${failure.code}`.includes(token), 'the key is in the message');
      return failure;
    }

    test('a known contact comes with its facts', async () => {
      const id = await under.seed(sandbox, EMMA);
      const contact = await make().contact(id);
      assert.ok(contact);
      const { email, firstName, lastName, company, title, score } = contact;
      const known = { email, firstName, lastName, company, title, score };
      assert.deepEqual(known, under.scoreless ? { ...EMMA, score: undefined } : EMMA);
      assert.equal(contact.id, id);
      assert.equal(contact.source, service);
      assert.ok(Object.values(contact.properties).every(value => typeof value === 'string'));
    });

    test('a change of the score is delivered, verified and read; whatever is not as it was sent is refused', async () => {
      const id = await under.seed(sandbox, EMMA);
      const delivered = await deliveryOf(sandbox, () => under.rescore(sandbox, { ...EMMA, score: 71 }));
      const source = make();
      assert.deepEqual(source.verify(delivered, NOW), { ok: true });
      const [signal, ...more] = source.read(delivered, NOW);
      assert.deepEqual(
        [signal?.contactId, signal?.score, more],
        [id, under.scoreless || under.tellsNoScore ? undefined : 71, []],
      );
      assert.deepEqual(source.read(delivered, now), source.read(delivered, now), 'the same keys every time');
      const unreadables = ['', 'hello', '{"half":', '7'];
      for (const unreadable of unreadables) {
        assert.throws(() => source.read({ ...delivered, body: Buffer.from(unreadable) }, NOW), BadInput, unreadable);
      }
      if (under.proof === 'address') return;
      const changed = { ...delivered, body: Buffer.concat([delivered.body, Buffer.from(' ')]) };
      const refused = [
        source.verify({ ...delivered, headers: {} }, NOW),
        make({ secret: 'another-secret' }).verify(delivered, NOW),
        ...(under.proof === 'secret'
          ? []
          : [source.verify(changed, NOW), source.verify(delivered, new Date(NOW.getTime() + HOUR))]),
      ];
      for (const verdict of refused) assert.ok(!verdict.ok && verdict.why.length > 5);
    });

    test('polled from the beginning everybody is told of, and then who changed since', async t => {
      const people = ['a', 'b', 'c'].map(name => ({ ...EMMA, email: `${name}@acmecorp.com` }));
      const ids = await Promise.all(people.map(person => under.seed(sandbox, person)));
      const source = make();
      if (!source.poll) return t.skip('this source is not polled');
      const all = await walk(source, null);
      assert.deepEqual(all.signals.map(one => one.contactId).sort(), ids.sort());
      assert.ok(all.signals.every(one => one.score === EMMA.score && one.via === 'poll'));
      assert.deepEqual((await walk(source, all.cursor)).signals, [], 'nothing is told of twice');
      now = new Date(NOW.getTime() + MINUTE);
      await deliveryOf(sandbox, () => under.rescore(sandbox, { ...EMMA, email: 'b@acmecorp.com', score: 90 }));
      const { signals } = await walk(source, all.cursor);
      assert.deepEqual(
        signals.map(one => one.score),
        under.tellsNoScore ? [] : [90],
      );
      sandbox.fault({ service, status: 503, body: '<html>oops</html>', times: 50 });
      await failureOf(Unavailable, walk(source, all.cursor));
    });

    test('asked about a time that is past, it tells who crossed in it, page by page', async t => {
      const { crossingsBetween } = make();
      if (!crossingsBetween) return t.skip('this source cannot be asked');
      const people = ['a', 'b'].map(name => ({ ...EMMA, email: `${name}@acmecorp.com` }));
      const ids = await Promise.all(people.map(person => under.seed(sandbox, person)));
      const low = await under.seed(sandbox, { ...EMMA, email: 'low@acmecorp.com', score: 12 });
      const crossedIn = async (from: Date, to: Date) => {
        const found: SourceCrossing[] = [];
        let cursor: PollCursor | null = null;
        for (let more = true; more; ) {
          const page: CrossingsPage = await crossingsBetween(
            { from, to, threshold: 50, known: [low, ids[0] ?? ''] },
            cursor,
          );
          found.push(...page.crossings);
          ({ cursor, more } = page);
        }
        return found;
      };
      const [before, after] = [-HOUR, HOUR].map(by => new Date(NOW.getTime() + by)) as [Date, Date];
      const found = await crossedIn(before, after);
      assert.deepEqual([...new Set(found.map(one => one.contactId))].sort(), ids.sort());
      assert.ok(
        found.every(({ score, at }) => score === EMMA.score && (at === undefined || at.startsWith('2026-11-24T1'))),
      );
      assert.deepEqual(await crossedIn(new Date(before.getTime() - HOUR), before), [], 'another time');
      sandbox.fault({ service, status: 503, body: '<html>oops</html>', times: 50 });
      await failureOf(Unavailable, crossedIn(before, after));
    });

    test('an unknown contact is null', async () => {
      await under.seed(sandbox, EMMA);
      assert.equal(await make().contact(under.unknownId), null);
    });

    test('odd characters come back as they were', async () => {
      for (const [index, odd] of [`o'brien\\`, 'Ünï 🚀 <!channel>', '"a";--', '=1+1', '&amp; %20'].entries()) {
        const id = await under.seed(sandbox, {
          ...EMMA,
          email: `odd${index}@example.com`,
          lastName: odd,
          company: odd,
        });
        const contact = await make().contact(id);
        assert.equal(contact?.lastName, odd);
        assert.equal(contact?.company, odd);
      }
    });

    test('an id with odd characters is none, never an error or another call', async () => {
      await under.seed(sandbox, EMMA);
      for (const odd of ['../contacts', '1?x=1', "1' or '1'='1", '']) assert.equal(await make().contact(odd), null);
    });

    test('by address: the same contact, however it is written; nobody is null', async t => {
      const id = await under.seed(sandbox, { ...EMMA, email: "emma.o'brien+news/a@acmecorp.com" });
      const source = make();
      if (!source.contactByEmail) return t.skip('this source cannot be asked by address');
      const found = await source.contactByEmail(" Emma.O'Brien+News/A@AcmeCorp.com ");
      assert.deepEqual(found, await source.contact(id));
      assert.equal(found?.id, id);
      for (const nobody of ['nobody@acmecorp.com', 'no address', '../1', '', 'a@b?x=1&y=2']) {
        assert.equal(await source.contactByEmail(nobody), null);
      }
      sandbox.fault({ service, status: 503, body: '<html>oops</html>', times: 50 });
      await failureOf(Unavailable, source.contactByEmail(EMMA.email));
      sandbox.reset();
      await failureOf(
        CredentialsRejected,
        make({ token: 'wrong-key' }).contactByEmail?.(EMMA.email) ?? Promise.resolve(),
      );
    });

    const { api } = under;
    if (!api) return;

    test('a wrong key: the connection must be renewed', async () => {
      const id = await under.seed(sandbox, EMMA);
      await refusal(CredentialsRejected, make({ token: 'wrong-key' }), id);
    });

    test('too many calls: again when the vendor says', async () => {
      const id = await under.seed(sandbox, EMMA);
      const { waitMs, ...answer } = api.limited;
      sandbox.fault({ service, ...answer, times: 50 });
      const failure = await refusal(RateLimited, make(), id);
      assert.equal(failure.retryAt.getTime() - NOW.getTime(), waitMs);
    });

    test('a call the vendor makes no sense of is rejected', async () => {
      const id = await under.seed(sandbox, EMMA);
      sandbox.fault({ service, ...api.refused, times: 50 });
      await refusal(Rejected, make(), id);
    });

    for (const status of [500, 502, 503, 504, 521]) {
      test(`a ${status} is an outage, and the next call is fine`, async () => {
        const id = await under.seed(sandbox, EMMA);
        const source = make();
        sandbox.fault({ service, status, body: '<html>oops</html>', times: 50 });
        assert.ok((await refusal(Unavailable, source, id)).outage);
        sandbox.reset();
        const again = await under.seed(sandbox, EMMA);
        assert.equal((await source.contact(again))?.email, EMMA.email);
      });
    }

    test('an answer that is no JSON is an outage, never "none"', async () => {
      const id = await under.seed(sandbox, EMMA);
      sandbox.fault({ service, status: 200, body: '<html>maintenance</html>', times: 50 });
      await refusal(Unavailable, make(), id);
    });

    test('a cut connection is an outage', async () => {
      const id = await under.seed(sandbox, EMMA);
      sandbox.fault({ service, reset: true, times: 50 });
      assert.ok((await refusal(Unavailable, make(), id)).outage);
    });

    test('silence is an outage after the time-out', async () => {
      const id = await under.seed(sandbox, EMMA);
      sandbox.fault({ service, timeout: true, times: 50 });
      assert.ok((await refusal(Unavailable, make({ timeoutMs: 50 }), id)).outage);
    });

    test('a 404 for another reason than a missing contact is no "none"', async () => {
      const id = await under.seed(sandbox, EMMA);
      sandbox.fault({ service, status: 404, body: '<html>no such page</html>', times: 50 });
      await refusal(Rejected, make(), id);
    });
  });
}
