/** Setting up Pipedrive, comparing it with the playbook, and keeping to what it allows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetupWanted } from '../../src/contracts/crm-setup.ts';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected } from '../../src/lib/errors.ts';
import { press } from '../helpers/control.ts';
import { writeOf } from './crm.suite.ts';
import { companyFor, HOOK, type PipedriveCompany, pipedriveRules, type Row } from './pipedrive-company.ts';

const OTHER_HOOK = 'https://baton.example/hooks/other/pipedrive';
const WANTED: SetupWanted = {
  people: [{ email: 'marcus@example.com', name: 'Marcus Chen' }],
  modes: ['lead', 'account_based'],
  groups: [],
  messagesTo: HOOK,
};

const deploy = async (company: PipedriveCompany, written: object = {}, to = HOOK, dryRun = false) => {
  const { setup } = company.connect({ rules: pipedriveRules(written) });
  assert.ok(setup);
  return setup.deploy(to, () => undefined, { dryRun });
};
const inspect = async (company: PipedriveCompany, wanted = WANTED, written: object = {}) =>
  (await company.connect({ rules: pipedriveRules(written) }).setup?.inspect(wanted)) ?? [];
const ill = async (...given: Parameters<typeof inspect>) =>
  (await inspect(...given)).filter(one => one.level !== 'fine').map(one => `${one.about}: ${one.what}`);
const labelsOf = (field: Row | undefined) => ((field?.options ?? []) as { label: string }[]).map(({ label }) => label);
const fieldsOf = (company: PipedriveCompany) => company.rows('_fields') as unknown as Promise<Record<string, Row[]>>;

test('a second set-up makes nothing, and everything fits the playbook', async t => {
  const company = await companyFor(t);
  company.calls();
  const { ok, parts } = await deploy(company);
  assert.deepEqual([ok, parts.filter(part => part.outcome !== 'unchanged')], [true, []]);
  assert.ok(company.calls().every(call => call.startsWith('GET ')));
  assert.deepEqual(await ill(company), []);
  const { personFields } = await fieldsOf(company);
  const priority = personFields?.find(one => one.field_name === 'ICP priority');
  assert.deepEqual([priority?.field_type, labelsOf(priority)], ['enum', ['HIGH', 'MEDIUM', 'LOW']]);
});

test('a dry run says what would be made, and makes nothing', async t => {
  const company = await companyFor(t);
  const { parts } = await deploy(company, { fields: { lead_score: 'Points' } }, OTHER_HOOK, true);
  const made = parts.filter(part => part.outcome === 'made').map(part => part.name);
  assert.deepEqual(made, [
    'field Person: Points',
    ...['person', 'lead', 'deal', 'activity'].map(one => `webhook ${one}`),
  ]);
  assert.equal((await company.rows('_webhooks')).length, 4);
});

test('a field of another type is left alone and told; a list that lacks an option gets it', async t => {
  const company = await companyFor(t);
  await press(company.sandbox, 'pipedrive/_fields/personFields', { field_name: 'Points', field_type: 'address' });
  const options = [{ label: 'High' }];
  await press(company.sandbox, 'pipedrive/_fields/personFields', {
    field_name: 'Urgency',
    field_type: 'enum',
    options,
  });
  const written = { fields: { lead_score: 'Points', icp_priority: 'Urgency' } };
  const { ok, parts } = await deploy(company, written);
  assert.equal(ok, false);
  assert.match(parts.find(part => part.outcome === 'refused')?.why ?? '', /of the type address/);
  const urgency = (await fieldsOf(company)).personFields?.find(one => one.field_name === 'Urgency');
  assert.deepEqual(labelsOf(urgency), ['High', 'MEDIUM', 'LOW']);
  assert.match((await ill(company, WANTED, written)).join(), /“Points” of Person is of the type address/);
});

test('a webhook that died is made anew; another address has its own', async t => {
  const company = await companyFor(t);
  const [first] = await company.rows('_webhooks');
  await company.connect().setup?.inspect({ ...WANTED, messagesTo: OTHER_HOOK });
  assert.match(
    (await ill(company, { ...WANTED, messagesTo: OTHER_HOOK })).join(),
    /No working webhook for person, lead, deal and activity/,
  );
  const gone = await fetch(`${company.sandbox.url}/pipedrive/v1/webhooks/${first?.id}`, {
    method: 'DELETE',
    headers: { 'x-api-token': 'sandbox-pipedrive-token' },
  });
  assert.equal(gone.status, 200);
  assert.match((await ill(company)).join(), /No working webhook for person:/);
  await deploy(company);
  assert.deepEqual(await ill(company), []);
});

test('the doctor names people, stages and mapped fields that Pipedrive does not have', async t => {
  const company = await companyFor(t);
  await press(company.sandbox, 'pipedrive/_users/marcus@example.com', { active: false });
  const people = [...WANTED.people, { email: 'nobody@example.com', name: 'Nobody' }];
  const written = {
    opportunity: { stage: 'Unheard of', pipeline: 'Enterprise' },
    custom: { Person: { Segment: 'x', 'Lead score': 'y' }, Deal: { Value: '1' } },
  };
  assert.deepEqual(await ill(company, { ...WANTED, people }, written), [
    'Mapping: The playbook’s crm.custom writes “Segment” of Person, which Pipedrive does not have',
    'Deals: Pipedrive has no pipeline “Enterprise” (crm.opportunity.pipeline): the first one was taken.',
    'Deals: Pipedrive has no stage “Unheard of” (crm.opportunity.stage): “Qualified” was taken.',
    'People: Marcus Chen is deactivated in Pipedrive',
    'People: Nobody (nobody@example.com) is no user of Pipedrive',
  ]);
});

test('what cannot be asked is a finding; a token that is not accepted says so in Pipedrive’s words', async t => {
  const company = await companyFor(t);
  company.sandbox.fault({
    service: 'pipedrive',
    path: '/webhooks',
    status: 403,
    body: { success: false, error: 'no permission' },
  });
  assert.deepEqual(await ill(company), ['Messages: This could not be looked at: Pipedrive refused it: no permission']);
  const crm = company.connect({ auth: { kind: 'token', token: 'mistyped' } });
  await assert.rejects(
    async () => crm.setup?.inspect(WANTED),
    (error: unknown) => {
      assert.ok(error instanceof CredentialsRejected);
      assert.match(error.message, /unauthorized access/);
      return true;
    },
  );
});

test('a burst: calls wait for the window, and a refusal of one is for later', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await company.set({ burst: 2 });
  const looks = [1, 2, 3].map(at => crm.match({ email: `p${at}@acme.example` }));
  const ended = await Promise.allSettled(looks);
  const limited = ended.flatMap(one => (one.status === 'rejected' ? [one.reason] : []));
  assert.ok(limited.length > 0 && limited.every(error => error instanceof RateLimited));
  const waits = limited.map(error => error.retryAt.getTime() - company.clock.now().getTime());
  assert.ok(
    waits.every(wait => wait > 0 && wait <= 3 * SECOND),
    waits.join(),
  );
});

test('the day’s tokens are spent: everything waits, and no lead is lost', async t => {
  const company = await companyFor(t);
  await company.set({ dailyTokens: 1 });
  await assert.rejects(company.connect().write(writeOf()), (error: unknown) => {
    assert.ok(error instanceof RateLimited && error.outage && error.code === 'TOKENS_SPENT');
    assert.equal(error.retryAt.getTime(), company.clock.now().getTime() + 15 * MINUTE);
    return true;
  });
  await company.set({ dailyTokens: 0 });
  assert.equal((await company.connect().write(writeOf())).created, true);
});

test('each call tells what it costs; a page of Cloudflare’s is a block, a refusal of one request is not', async t => {
  const company = await companyFor(t);
  const spent: number[] = [];
  const crm = company.connect({ onCost: tokens => spent.push(tokens) });
  await crm.match({ email: 'a@acme.example', domain: 'acme.example' });
  assert.deepEqual(spent, [20, 20]);
  const fault = (status: number, body: unknown, headers = {}) =>
    company.sandbox.fault({ service: 'pipedrive', status, body, headers });
  fault(403, '<html>Cloudflare: access denied</html>', { 'content-type': 'text/html' });
  await assert.rejects(crm.match({ email: 'a@acme.example' }), RateLimited);
  fault(403, { success: false, error: 'Scope and URL mismatch' });
  await assert.rejects(crm.match({ email: 'a@acme.example' }), CredentialsRejected);
  fault(400, { success: false, error: 'Bad request', error_info: 'term is odd' });
  await assert.rejects(crm.match({ email: 'a@acme.example' }), (error: unknown) => {
    assert.ok(error instanceof Rejected);
    assert.match(error.message, /Bad request; term is odd/);
    return true;
  });
});
