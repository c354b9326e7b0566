import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, beforeEach, describe, test } from 'node:test';
import { clearbit as standIn } from '../../sandbox/clearbit/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { clearbit } from '../../src/vendors/clearbit/enricher.ts';
import { press } from '../helpers/control.ts';
import { ACME, EMMA, enricherSuite, NOW } from './enricher.suite.ts';

const apiKey = 'sandbox-clearbit-key';

enricherSuite({ service: 'clearbit', standIn, make: clearbit, apiKey });

describe('clearbit alone', async () => {
  const clock = { now: () => NOW };
  const sandbox = await startSandbox({ clock, services: [standIn] });
  const enricher = clearbit({ apiUrl: `${sandbox.url}/clearbit`, apiKey, clock });
  const ask = (domain: string) => enricher.company({ ...EMMA, domain }, AbortSignal.timeout(30_000));
  after(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  async function serve(fixture: string): Promise<void> {
    const text = await readFile(new URL(`../fixtures/clearbit/${fixture}`, import.meta.url), 'utf8');
    await press(sandbox, 'clearbit/raw', JSON.parse(text));
  }

  test('202 is later, then found', async () => {
    await press(sandbox, 'clearbit/companies', ACME);
    await press(sandbox, 'clearbit/queue', { domain: ACME.domain });
    assert.deepEqual(await ask(ACME.domain), { kind: 'later', retryAfterMs: 300_000 });
    assert.equal((await ask(ACME.domain)).kind, 'found');
  });

  test('202 with a time', async () => {
    sandbox.fault({ service: 'clearbit', status: 202, headers: { 'retry-after': '20' } });
    assert.deepEqual(await ask(ACME.domain), { kind: 'later', retryAfterMs: 20_000 });
  });

  test('the shape of today', async () => {
    await serve('company.present.json');
    assert.deepEqual(await ask('kranich.example'), {
      kind: 'found',
      company: {
        domain: 'kranich.example',
        name: 'Kranich Logistik',
        industry: 'Internet Software & Services',
        employees: 820,
        city: 'Hamburg',
        state: 'Hamburg',
        country: 'DE',
        tech: ['Google Analytics', 'Salesforce', 'HubSpot'],
        origin: {
          name: 'clearbit',
          industry: 'clearbit',
          employees: 'clearbit',
          city: 'clearbit',
          state: 'clearbit',
          country: 'clearbit',
          tech: 'clearbit',
        },
      },
    });
  });

  test('the shape of the first version', async () => {
    await serve('company.first-version.json');
    assert.deepEqual(await ask('ferrywise.example'), {
      kind: 'found',
      company: {
        domain: 'ferrywise.example',
        name: 'Ferrywise',
        industry: 'Transportation',
        employees: 200,
        city: 'San Francisco',
        state: 'California',
        country: 'US',
        origin: {
          name: 'clearbit',
          industry: 'clearbit',
          employees: 'clearbit',
          city: 'clearbit',
          state: 'clearbit',
          country: 'clearbit',
        },
      },
    });
  });

  test('a mailbox provider is no company', async () => {
    await press(sandbox, 'clearbit/raw', { domain: 'mail.example', name: 'Mail', personal: true });
    assert.deepEqual(await ask('mail.example'), { kind: 'none' });
  });

  test('one unreadable field costs only itself', async () => {
    const company = {
      domain: 'odd.example',
      name: 7,
      metrics: { employees: 'many', annualRevenue: -1 },
      geo: null,
      tech: 'all',
    };
    await press(sandbox, 'clearbit/raw', { ...company, category: { industry: 'Software' } });
    assert.deepEqual(await ask('odd.example'), {
      kind: 'found',
      company: { domain: 'odd.example', industry: 'Software', origin: { industry: 'clearbit' } },
    });
  });

  test('the key is taken as a Basic user name too, and nothing else is', async () => {
    await press(sandbox, 'clearbit/companies', ACME);
    const status = async (authorization: string) => {
      const address = `${sandbox.url}/clearbit/v2/companies/find?domain=${ACME.domain}`;
      return (await fetch(address, { headers: { authorization } })).status;
    };
    const basic = (user: string) => `Basic ${Buffer.from(`${user}:`).toString('base64')}`;
    assert.deepEqual(
      await Promise.all([basic(apiKey), basic('x'), `Bearer ${apiKey}`, 'Bearer x', ''].map(status)),
      [200, 401, 200, 401, 401],
    );
  });
});
