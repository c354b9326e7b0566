import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { apollo as apolloStandIn } from '../../sandbox/apollo/service.ts';
import { clearbit as clearbitStandIn } from '../../sandbox/clearbit/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { Enricher, EnrichQuery } from '../../src/contracts/enricher.ts';
import { enrich } from '../../src/handoff/intake/enrich.ts';
import type { CachedAnswer, CompanyCache } from '../../src/handoff/intake/enrich-lookup.ts';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { apollo } from '../../src/vendors/apollo/enricher.ts';
import { clearbit } from '../../src/vendors/clearbit/enricher.ts';
import { ACME, EMMA, NOW } from '../contracts/enricher.suite.ts';
import { press } from '../helpers/control.ts';

/** Long enough never to matter where somebody answers. */
const AMPLE_MS = 20_000;
/** Short, for those who never answer. */
const SHORT_MS = 100;

describe('enrich', async () => {
  let now = NOW;
  const clock = { now: () => now };
  const sandbox = await startSandbox({ clock, services: [clearbitStandIn, apolloStandIn] });
  const keys = { clearbit: 'sandbox-clearbit-key', apollo: 'sandbox-apollo-key' };
  after(() => sandbox.close());

  let cache = memory();
  let enrichers: [clearbit: Enricher, apollo: Enricher];
  beforeEach(() => {
    sandbox.reset();
    now = NOW;
    cache = memory();
    enrichers = connect();
  });

  function connect(given: { clearbit?: string } = {}): [Enricher, Enricher] {
    const address = (service: string) => ({ apiUrl: `${sandbox.url}/${service}`, clock });
    return [
      clearbit({ ...address('clearbit'), apiKey: given.clearbit ?? keys.clearbit }),
      apollo({ ...address('apollo'), apiKey: keys.apollo }),
    ];
  }

  const ask = (query: EnrichQuery = EMMA, more: Partial<Parameters<typeof enrich>[1]> = {}) =>
    enrich(query, { enrichers, clock, cache, limitMs: AMPLE_MS, ...more });
  const calls = (service?: string) => sandbox.calls(service).length;
  const knows = (service: string, facts: object = ACME) => press(sandbox, `${service}/companies`, facts);
  const pass = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds);
  };

  const { domain } = ACME;
  /** What Clearbit lacks here, Apollo is asked for. */
  const HALF = { domain, name: 'Acme Corp', industry: 'Technology', employees: 700 };

  test('everything from the first: the second is not asked', async () => {
    await knows('clearbit');
    await knows('apollo');
    const { company, missing, asked, failures, person } = await ask();
    const { origin, ...facts } = company;
    assert.deepEqual(facts, ACME);
    assert.deepEqual(new Set(Object.values(origin)), new Set(['clearbit']));
    assert.deepEqual([missing, failures, person], [[], [], undefined]);
    assert.deepEqual(asked, [{ provider: 'clearbit', said: 'found', cached: false }]);
    assert.deepEqual([calls('clearbit'), calls('apollo')], [1, 0]);
  });

  test('the second fills what the first left empty, and overrules nothing', async () => {
    await knows('clearbit', HALF);
    await knows('apollo');
    const { company } = await ask();
    const { origin, ...facts } = company;
    assert.deepEqual(facts, { ...ACME, employees: 700 });
    const of = (provider: string, ...names: string[]) => Object.fromEntries(names.map(name => [name, provider]));
    assert.deepEqual(origin, {
      ...of('clearbit', 'name', 'industry', 'employees'),
      ...of('apollo', 'revenue', 'city', 'state', 'country', 'tech'),
    });
  });

  test('the order is the playbook’s', async () => {
    await knows('clearbit', HALF);
    await knows('apollo');
    const { company } = await ask(EMMA, { enrichers: enrichers.toReversed() });
    assert.equal(company.employees, 750);
    assert.equal(calls('clearbit'), 0);
  });

  test('by a name: remembered for that name however it is typed, and apart from what is known of a domain', async () => {
    await knows('clearbit');
    const only = { enrichers: enrichers.slice(0, 1) };
    const { company } = await ask({ email: 'emma@gmail.com', company: 'Acme Corp' }, only);
    assert.deepEqual([company.domain, company.employees], [domain, 750]);
    const before = calls();
    assert.equal((await ask({ email: '', company: 'ACME Corporation' }, only)).company.employees, 750);
    assert.equal(calls(), before);
    await ask(EMMA, only);
    assert.equal(calls(), before + 1);
  });

  test('neither domain nor name, or nobody to ask: nothing is asked and nothing is missing', async () => {
    const nothing = { company: { origin: {} }, missing: [], asked: [], failures: [] };
    assert.deepEqual(await ask({ email: 'emma@gmail.com', company: ' ' }), nothing);
    assert.deepEqual(await ask({ email: 'emma@gmail.com', domain: ' ' }), nothing);
    assert.deepEqual((await ask(EMMA, { enrichers: [] })).missing, []);
    assert.equal(calls(), 0);
  });

  test('unknown to all: nothing is missing, for nobody has more to tell', async () => {
    const { company, missing, asked } = await ask();
    assert.deepEqual([company.origin, missing], [{}, []]);
    assert.deepEqual(
      asked.map(({ said }) => said),
      ['none', 'none'],
    );
  });

  describe('one call a company a month', () => {
    test('a second lead of the company costs none, until the month is over', async () => {
      await knows('clearbit');
      const first = await ask();
      const second = await ask({ email: 'bob@acmecorp.com', domain: 'ACMECORP.com' });
      assert.deepEqual(second.company, first.company);
      assert.deepEqual(second.asked, [{ provider: 'clearbit', said: 'found', cached: true }]);
      pass(30 * DAY - 1);
      await ask();
      assert.equal(calls(), 1);
      pass(1);
      await ask();
      assert.equal(calls(), 2);
    });

    test('"none" is remembered for a week', async () => {
      const only = { enrichers: enrichers.slice(0, 1) };
      await ask(EMMA, only);
      pass(7 * DAY - 1);
      assert.deepEqual((await ask(EMMA, only)).asked, [{ provider: 'clearbit', said: 'none', cached: true }]);
      assert.equal(calls(), 1);
      pass(1);
      await ask(EMMA, only);
      assert.equal(calls(), 2);
    });

    test('many at once share the call', async () => {
      await knows('clearbit');
      const leads = Array.from({ length: 20 }, (_, index) => ask({ email: `lead${index}@acmecorp.com`, domain }));
      for (const { company } of await Promise.all(leads)) assert.equal(company.employees, 750);
      assert.equal(calls(), 1);
    });

    test('another connection shares nothing: neither call nor memory', async () => {
      await knows('clearbit');
      await Promise.all([ask(), ask(EMMA, { enrichers: connect(), cache: memory() })]);
      assert.equal(calls('clearbit'), 2);
    });

    test('an error is remembered by nobody', async () => {
      await knows('clearbit');
      sandbox.fault({ service: '*', status: 500, times: 2 });
      assert.deepEqual((await ask()).company.origin, {});
      assert.equal(cache.size(), 0);
      assert.equal((await ask()).company.name, 'Acme Corp');
    });
  });

  describe('facts about a person', () => {
    const only = () => ({ enrichers: enrichers.slice(1) });
    const bob: EnrichQuery = { email: 'bob@acmecorp.com', domain };
    beforeEach(async () => {
      await knows('apollo');
      await press(sandbox, 'apollo/people', { email: EMMA.email, first_name: 'Emma', title: 'VP Operations' });
    });

    test('reach the lead they are about, not the next one of the company', async () => {
      assert.deepEqual((await ask(EMMA, only())).person, { firstName: 'Emma', title: 'VP Operations' });
      const next = await ask(bob, only());
      assert.deepEqual([next.person, next.company.name], [undefined, 'Acme Corp']);
      assert.ok(!JSON.stringify(cache.all()).includes('VP Operations'));
    });

    test('nor one who asks at the same time', async () => {
      const [emma, other, again] = await Promise.all([ask(EMMA, only()), ask(bob, only()), ask(EMMA, only())]);
      assert.deepEqual([emma.person?.firstName, other.person, again.person?.firstName], ['Emma', undefined, 'Emma']);
      assert.equal(other.company.name, 'Acme Corp');
      assert.equal(calls('apollo'), 1);
    });

    test('a person without a company is remembered as no company', async () => {
      await press(sandbox, 'apollo/people', { email: 'kim@nowhere.example', title: 'CTO' });
      const { person } = await ask({ email: 'kim@nowhere.example', domain: 'nowhere.example' }, only());
      assert.equal(person?.title, 'CTO');
      assert.deepEqual(
        cache.all().map(({ answer }) => answer),
        [{ kind: 'none' }],
      );
    });
  });

  describe('trouble never fails the lead', () => {
    test('the first is down: the second is asked; with everything known nothing is missing', async () => {
      await knows('apollo');
      sandbox.fault({ service: 'clearbit', status: 503 });
      const { company, missing, failures, asked } = await ask();
      assert.equal(company.employees, 750);
      assert.deepEqual(missing, []);
      assert.deepEqual(
        asked.map(({ said }) => said),
        ['unavailable', 'found'],
      );
      assert.ok(failures.length === 1 && failures[0] instanceof Unavailable && failures[0].service === 'clearbit');
    });

    test('a dead key is reported, so that its connection can be paused', async () => {
      enrichers = connect({ clearbit: 'revoked' });
      const { missing, failures } = await ask();
      assert.deepEqual(missing, [{ provider: 'clearbit', why: 'credentials' }]);
      assert.ok(failures.length === 1 && failures[0] instanceof CredentialsRejected);
    });

    test('a refused question is reported, and not worth repeating', async () => {
      sandbox.fault({ service: 'clearbit', status: 422 });
      const { missing, failures, asked } = await ask();
      assert.deepEqual([missing, asked[0]?.said], [[], 'refused']);
      assert.ok(failures[0] instanceof Rejected);
    });

    test('asked to wait: named with its time, and nobody else is sent there until then', async () => {
      sandbox.fault({ service: 'clearbit', status: 429, headers: { 'retry-after': '90' } });
      const retryAt = new Date(NOW.getTime() + 90_000);
      const { missing, failures } = await ask();
      assert.deepEqual(missing, [{ provider: 'clearbit', why: 'rate_limited', retryAt }]);
      assert.ok(failures[0] instanceof RateLimited);
      const other: EnrichQuery = { email: 'ann@other.com', domain: 'other.com' };
      assert.deepEqual((await ask(other)).missing, [{ provider: 'clearbit', why: 'rate_limited', retryAt }]);
      assert.equal(calls('clearbit'), 1);
      pass(90_000);
      assert.deepEqual((await ask(other)).missing, []);
      assert.equal(calls('clearbit'), 2);
    });

    test('still looking: asked again when it said, not before', async () => {
      await knows('clearbit');
      await press(sandbox, 'clearbit/queue', { domain });
      const retryAt = new Date(NOW.getTime() + 5 * MINUTE);
      assert.deepEqual((await ask()).missing, [{ provider: 'clearbit', why: 'later', retryAt }]);
      assert.deepEqual((await ask()).missing, [{ provider: 'clearbit', why: 'later', retryAt }]);
      assert.equal(calls('clearbit'), 1);
      pass(5 * MINUTE);
      const { company, missing } = await ask();
      assert.deepEqual([company.employees, missing], [750, []]);
    });

    test('a bug in a vendor file is reported as it is', async () => {
      const broken: Enricher = { name: 'broken', company: async () => (undefined as never as { kind: never }).kind };
      const { missing, failures } = await ask(EMMA, { enrichers: [broken] });
      assert.deepEqual(missing, [{ provider: 'broken', why: 'unavailable' }]);
      assert.ok(failures[0] instanceof TypeError);
    });

    test('a memory that cannot be read costs no credits; one that cannot be written costs no facts', async () => {
      await knows('clearbit');
      const broken = new Error('database is away');
      const fails = () => Promise.reject(broken);
      const unread = await ask(EMMA, { cache: { get: fails, put: fails } });
      assert.deepEqual([unread.failures, calls()], [[broken, broken], 0]);
      const unwritten = await ask(EMMA, { cache: { get: async () => null, put: fails } });
      assert.deepEqual([unwritten.company.employees, unwritten.failures], [750, [broken]]);
    });
  });

  describe('the limit', () => {
    test('nobody answers: on without', async () => {
      sandbox.fault({ service: 'clearbit', timeout: true });
      sandbox.fault({ service: 'apollo', timeout: true });
      const { company, missing, failures } = await ask(EMMA, { limitMs: SHORT_MS });
      assert.deepEqual(company, { origin: {} });
      assert.deepEqual(missing, [
        { provider: 'clearbit', why: 'timeout' },
        { provider: 'apollo', why: 'timeout' },
      ]);
      assert.deepEqual(failures, []);
    });

    test('a silent first does not use up the time of the second', async () => {
      await knows('apollo');
      sandbox.fault({ service: 'clearbit', timeout: true });
      // The second has as long again as the first: seconds, for an answer from this very process.
      const { company, missing, asked } = await ask(EMMA, { limitMs: 4_000 });
      assert.equal(company.employees, 750);
      assert.deepEqual(missing, []);
      assert.deepEqual(
        asked.map(({ said }) => said),
        ['timeout', 'found'],
      );
    });

    test('an answer that comes too late is remembered: filling in costs no second call', async () => {
      await knows('clearbit');
      sandbox.latency('clearbit', 5 * SHORT_MS);
      const only = { enrichers: enrichers.slice(0, 1) };
      const { missing } = await ask(EMMA, { ...only, limitMs: SHORT_MS });
      assert.deepEqual(missing, [{ provider: 'clearbit', why: 'timeout' }]);
      await cache.written;
      const { company } = await ask(EMMA, only);
      assert.equal(company.employees, 750);
      assert.equal(calls('clearbit'), 1);
    });
  });
});

/** A workspace's memory, kept as the database keeps it: as JSON. */
function memory(): CompanyCache & { written: Promise<void>; size(): number; all(): CachedAnswer[] } {
  const rows = new Map<string, CachedAnswer>();
  const { promise: written, resolve } = Promise.withResolvers<void>();
  return {
    written,
    get: async (provider, at) => rows.get(`${provider} ${at}`) ?? null,
    async put(provider, at, cached) {
      rows.set(`${provider} ${at}`, { ...cached, answer: JSON.parse(JSON.stringify(cached.answer)) });
      resolve();
    },
    size: () => rows.size,
    all: () => [...rows.values()],
  };
}
