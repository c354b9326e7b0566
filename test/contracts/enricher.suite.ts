/** What every enricher keeps to, whatever its vendor: run over each vendor file against its stand-in. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import type { ServiceFactory } from '../../sandbox/service.ts';
import type { Enricher, EnrichQuery } from '../../src/contracts/enricher.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { press } from '../helpers/control.ts';

export interface EnricherUnderTest {
  service: string;
  standIn: ServiceFactory;
  make(options: { apiUrl: string; apiKey: string; clock: Clock; timeoutMs?: number }): Enricher;
  /** The stand-in's key. */
  apiKey: string;
}

/** Half past a minute, so that windows of limits have a known rest. */
export const NOW = new Date('2026-11-24T09:15:30.000Z');

export const ACME = {
  domain: 'acmecorp.com',
  name: 'Acme Corp',
  industry: 'Technology',
  employees: 750,
  revenue: 50_000_000,
  city: 'San Francisco',
  state: 'California',
  country: 'US',
  tech: ['Salesforce', 'HubSpot', 'NetSuite', 'AWS'],
};

export const EMMA: EnrichQuery = {
  domain: 'acmecorp.com',
  email: 'emma.thompson@acmecorp.com',
  firstName: 'Emma',
  lastName: 'Thompson',
  company: 'Acme Corp',
};

export function enricherSuite({ service, standIn, make, apiKey }: EnricherUnderTest): void {
  describe(`${service} as an enricher`, async () => {
    const clock: Clock = { now: () => NOW };
    const sandbox = await startSandbox({ clock, services: [standIn] });
    const options = { apiUrl: `${sandbox.url}/${service}`, apiKey, clock };
    const enricher = make(options);
    const ask = (query: EnrichQuery = EMMA, by = enricher) => by.company(query, AbortSignal.timeout(30_000));
    after(() => sandbox.close());
    beforeEach(() => sandbox.reset());

    async function refusal<F extends Failure>(kind: abstract new (...args: never[]) => F, by = enricher): Promise<F> {
      const thrown = await ask(EMMA, by).then(
        answer => assert.fail(`expected ${kind.name}, got ${answer.kind}`),
        (error: unknown) => error,
      );
      assert.ok(thrown instanceof kind, `expected ${kind.name}, got ${String(thrown)}`);
      assert.equal(thrown.service, service);
      assert.ok(!`${thrown.message} ${thrown.code}`.includes(by === enricher ? apiKey : 'wrong-key'), thrown.message);
      return thrown;
    }

    test('found: every fact, each marked as its own', async () => {
      await press(sandbox, `${service}/companies`, ACME);
      const answer = await ask();
      const facts = ['name', 'industry', 'employees', 'revenue', 'city', 'state', 'country', 'tech'];
      assert.deepEqual(answer, {
        kind: 'found',
        company: { ...ACME, origin: Object.fromEntries(facts.map(fact => [fact, service])) },
      });
    });

    test('what the vendor does not know is left out, never guessed', async () => {
      await press(sandbox, `${service}/companies`, { domain: 'acmecorp.com', name: 'Acme Corp' });
      assert.deepEqual(await ask(), {
        kind: 'found',
        company: { domain: 'acmecorp.com', name: 'Acme Corp', origin: { name: service } },
      });
    });

    test('an unknown company is none', async () => {
      assert.deepEqual(await ask(), { kind: 'none' });
    });

    test('with neither a domain nor a name nobody is asked', async () => {
      assert.deepEqual(await ask({ email: 'emma@gmail.com' }), { kind: 'none' });
      assert.deepEqual(sandbox.calls(service), []);
    });

    test('without a domain the company of that very name is found, and no other', async () => {
      await press(sandbox, `${service}/companies`, ACME);
      if (service === 'apollo') await press(sandbox, 'apollo/people', { email: 'emma@gmail.com', domain: ACME.domain });
      const answer = await ask({ email: 'emma@gmail.com', company: 'ACME Corporation' });
      assert.equal(answer.kind === 'found' && answer.company.domain, ACME.domain);
      assert.deepEqual(await ask({ email: 'emma@gmail.com', company: 'Acm' }), { kind: 'none' });
    });

    test('a wrong key is CredentialsRejected, without the key in the message', async () => {
      await refusal(CredentialsRejected, make({ ...options, apiKey: 'wrong-key' }));
    });

    test('no credits left is CredentialsRejected', async () => {
      await press(sandbox, `${service}/companies`, ACME);
      await press(sandbox, `${service}/credits`, { left: 0 });
      await refusal(CredentialsRejected);
    });

    for (const status of [402, 403]) {
      test(`${status} is CredentialsRejected`, async () => {
        sandbox.fault({ service, status });
        await refusal(CredentialsRejected);
      });
    }

    test('over the limit is RateLimited until its window ends', async () => {
      await press(sandbox, `${service}/limit`, service === 'clearbit' ? { perMinute: 0 } : { minute: 0 });
      const { retryAt } = await refusal(RateLimited);
      assert.equal(retryAt.toISOString(), '2026-11-24T09:16:00.000Z');
    });

    for (const [header, until] of [
      ['90', '2026-11-24T09:17:00.000Z'],
      ['Tue, 24 Nov 2026 10:00:00 GMT', '2026-11-24T10:00:00.000Z'],
      [undefined, '2026-11-24T09:16:30.000Z'],
      ['soon', '2026-11-24T09:16:30.000Z'],
    ] as const) {
      test(`429 with retry-after ${header}`, async () => {
        sandbox.fault({ service, status: 429, ...(header && { headers: { 'retry-after': header } }) });
        const { retryAt } = await refusal(RateLimited);
        assert.equal(retryAt.toISOString(), until);
      });
    }

    for (const status of [500, 502, 503, 302, 418]) {
      test(`${status} is Unavailable`, async () => {
        sandbox.fault({ service, status });
        const { code } = await refusal(Unavailable);
        assert.equal(code, `HTTP ${status}`);
      });
    }

    test('404 that is not the vendor’s own is Unavailable: a wrong address knows no company either', async () => {
      sandbox.fault({ service, status: 404, body: '<h1>Not found</h1>' });
      await refusal(Unavailable);
    });

    test('422 for the domain is Rejected', async () => {
      const odd = { ...EMMA, domain: 'not a domain' };
      await assert.rejects(ask(odd), (error: unknown) => error instanceof Rejected && error.fields.includes('domain'));
    });

    test('200 with something unreadable is Unavailable, not none', async () => {
      sandbox.fault({ service, status: 200, body: '<h1>Sign in to the Wi-Fi</h1>' });
      await refusal(Unavailable);
      sandbox.fault({ service, status: 200, body: [1, 2] });
      await refusal(Unavailable);
    });

    test('no answer in time, a cut connection and nobody listening are Unavailable', async () => {
      sandbox.fault({ service, timeout: true });
      const slow = await refusal(Unavailable, make({ ...options, timeoutMs: 50 }));
      assert.equal(slow.code, 'TIMEOUT');
      sandbox.fault({ service, reset: true });
      await refusal(Unavailable);
      await refusal(Unavailable, make({ ...options, apiUrl: 'http://127.0.0.1:1' }));
    });

    test('a look-up that is given up is Unavailable', async () => {
      await assert.rejects(
        enricher.company(EMMA, AbortSignal.abort()),
        (error: unknown) => error instanceof Unavailable && error.code === 'ABORTED',
      );
      assert.deepEqual(sandbox.calls(service), []);
    });

    test('odd characters arrive as they are and find nothing by accident', async () => {
      await press(sandbox, `${service}/companies`, ACME);
      for (const domain of [
        "o'brien\\.com",
        'acmecorp.com&domain=other.com',
        'acmecorp.com#',
        '../acmecorp.com',
        'ä ö.de',
      ]) {
        const answer = await ask({ ...EMMA, domain, company: `O'Brien\\ & "Söhne"\r\nX: y` }).catch(error => error);
        assert.ok(answer instanceof Rejected || answer.kind === 'none', `${domain}: ${JSON.stringify(answer)}`);
      }
      assert.ok(sandbox.calls(service).every(({ query }) => !query.includes('&domain=other.com')));
    });
  });
}
