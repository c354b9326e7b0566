import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, beforeEach, describe, test } from 'node:test';
import { apollo as standIn } from '../../sandbox/apollo/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { EnrichQuery } from '../../src/contracts/enricher.ts';
import { CredentialsRejected } from '../../src/lib/errors.ts';
import { apollo } from '../../src/vendors/apollo/enricher.ts';
import { press } from '../helpers/control.ts';
import { ACME, EMMA, enricherSuite, NOW } from './enricher.suite.ts';

const apiKey = 'sandbox-apollo-key';

enricherSuite({ service: 'apollo', standIn, make: apollo, apiKey });

describe('apollo alone', async () => {
  const clock = { now: () => NOW };
  const sandbox = await startSandbox({ clock, services: [standIn] });
  const enricher = apollo({ apiUrl: `${sandbox.url}/apollo`, apiKey, clock });
  const ask = (query: EnrichQuery = EMMA) => enricher.company(query, AbortSignal.timeout(30_000));
  const called = () =>
    sandbox.calls('apollo').map(({ method, path, body }) => `${method} ${path}${body ? ' body' : ''}`);
  after(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const emma = {
    email: EMMA.email,
    first_name: 'Emma',
    last_name: 'Thompson',
    title: 'VP Operations',
    linkedin_url: 'http://www.linkedin.com/in/emma-invented',
  };

  test('person and company in one call, parameters in the query, no body', async () => {
    await press(sandbox, 'apollo/companies', ACME);
    await press(sandbox, 'apollo/people', emma);
    const answer = await ask();
    assert.ok(answer.kind === 'found');
    assert.equal(answer.company.employees, 750);
    assert.deepEqual(answer.person, {
      title: 'VP Operations',
      firstName: 'Emma',
      lastName: 'Thompson',
      linkedin: 'http://www.linkedin.com/in/emma-invented',
    });
    assert.deepEqual(called(), ['POST /apollo/people/match']);
    const query = new URLSearchParams(sandbox.calls('apollo')[0]?.query);
    assert.deepEqual(Object.fromEntries(query), {
      email: 'emma.thompson@acmecorp.com',
      first_name: 'Emma',
      last_name: 'Thompson',
      domain: 'acmecorp.com',
      organization_name: 'Acme Corp',
      reveal_personal_emails: 'false',
      reveal_phone_number: 'false',
    });
  });

  test('nobody of that address: the company is asked for by domain', async () => {
    await press(sandbox, 'apollo/companies', ACME);
    const answer = await ask();
    assert.ok(answer.kind === 'found' && answer.company.name === 'Acme Corp' && answer.person === undefined);
    assert.deepEqual(called(), ['POST /apollo/people/match', 'GET /apollo/organizations/enrich']);
  });

  test('somebody who changed jobs does not bring the new employer along', async () => {
    await press(sandbox, 'apollo/companies', ACME);
    await press(sandbox, 'apollo/companies', { domain: 'elsewhere.com', name: 'Elsewhere' });
    await press(sandbox, 'apollo/people', { ...emma, domain: 'elsewhere.com' });
    const answer = await ask();
    assert.ok(answer.kind === 'found' && answer.company.name === 'Acme Corp');
  });

  test('an address Apollo refuses does not hide the company', async () => {
    await press(sandbox, 'apollo/companies', ACME);
    const answer = await ask({ ...EMMA, email: "o'brien\\@acmecorp.com" });
    assert.ok(answer.kind === 'found' && answer.company.name === 'Acme Corp');
  });

  test('a person without a company is found, with no facts about the company', async () => {
    await press(sandbox, 'apollo/people', emma);
    const answer = await ask();
    assert.ok(answer.kind === 'found' && answer.person?.title === 'VP Operations');
    assert.deepEqual(answer.company, { domain: 'acmecorp.com', origin: {} });
  });

  test('a link that is not LinkedIn’s is not passed on', async () => {
    await press(sandbox, 'apollo/people', { ...emma, linkedin_url: 'javascript:alert(1)//linkedin.com/' });
    const answer = await ask();
    assert.ok(answer.kind === 'found' && answer.person && !('linkedin' in answer.person));
  });

  test('the organization’s fields', async () => {
    const text = await readFile(new URL('../fixtures/apollo/organization.json', import.meta.url), 'utf8');
    await press(sandbox, 'apollo/raw', JSON.parse(text));
    const answer = await ask({ email: 'a@kranich.example', domain: 'kranich.example' });
    assert.ok(answer.kind === 'found');
    const { origin: _, ...facts } = answer.company;
    assert.deepEqual(facts, {
      domain: 'kranich.example',
      name: 'Kranich Logistik',
      industry: 'Information Technology & Services',
      employees: 820,
      revenue: 120_000_000,
      city: 'Hamburg',
      state: 'Hamburg',
      country: 'DE',
      tech: ['Salesforce', 'Amazon AWS'],
    });
  });

  test('credits are used by finds alone, and their end is a matter for the admin', async () => {
    await press(sandbox, 'apollo/companies', ACME);
    await press(sandbox, 'apollo/credits', { left: 1 });
    assert.equal((await ask({ ...EMMA, domain: 'unknown.com' })).kind, 'none');
    assert.equal((await ask()).kind, 'found');
    await assert.rejects(ask(), (error: unknown) => error instanceof CredentialsRejected && error.code === 'credits');
  });

  test('a key outside its scope keeps Apollo’s code', async () => {
    const body = { error: 'This API key is not authorized to access this.', error_code: 'API_INACCESSIBLE' };
    sandbox.fault({ service: 'apollo', status: 403, body });
    await assert.rejects(
      ask(),
      (error: unknown) => error instanceof CredentialsRejected && error.code === 'API_INACCESSIBLE',
    );
  });

  test('the stand-in takes x-api-key alone, and says what is left of three windows', async () => {
    const address = `${sandbox.url}/apollo/organizations/enrich?domain=${ACME.domain}`;
    const bearer = await fetch(address, { headers: { authorization: `Bearer ${apiKey}` } });
    assert.deepEqual([bearer.status, bearer.headers.get('content-type')], [401, 'text/plain; charset=utf-8']);
    assert.equal(bearer.headers.get('x-rate-limit-minute'), null);
    const answer = await fetch(address, { headers: { 'x-api-key': apiKey } });
    const left = ['minute', 'hourly', '24-hour'].map(window => answer.headers.get(`x-${window}-requests-left`));
    assert.deepEqual([answer.status, ...left], [200, '199', '399', '1999']);
  });

  test('the stand-in refuses parameters in a body', async () => {
    const answer = await fetch(`${sandbox.url}/apollo/people/match`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ email: EMMA.email }),
    });
    assert.equal(answer.status, 422);
  });
});
