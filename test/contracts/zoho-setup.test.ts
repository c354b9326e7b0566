/** Setting up Zoho CRM, comparing it with the playbook, and keeping to what it allows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetupWanted } from '../../src/contracts/crm-setup.ts';
import { HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { press } from '../helpers/control.ts';
import { writeOf } from './crm.suite.ts';
import { companyFor, HOOK, type Row, type ZohoCompany, zohoRules } from './zoho-company.ts';

const OTHER_HOOK = 'https://baton.example/hooks/other/zoho';
const WANTED: SetupWanted = {
  people: [{ email: 'marcus@example.com', name: 'Marcus Chen' }],
  modes: ['lead', 'account_based'],
  groups: [],
  messagesTo: HOOK,
};

const deploy = async (company: ZohoCompany, written: object = {}, to = HOOK, dryRun = false) => {
  const { setup } = company.connect({ rules: zohoRules(written) });
  assert.ok(setup);
  return setup.deploy(to, () => undefined, { dryRun });
};
const inspect = async (company: ZohoCompany, wanted = WANTED, written: object = {}) =>
  (await company.connect({ rules: zohoRules(written) }).setup?.inspect(wanted)) ?? [];
const ill = async (...given: Parameters<typeof inspect>) =>
  (await inspect(...given)).filter(one => one.level !== 'fine').map(one => `${one.about}: ${one.what}`);
const fieldOf = async (company: ZohoCompany, module: string, label: string) => {
  const fields = (await company.rows('_fields')) as unknown as Record<string, Row[]>;
  return fields[module]?.find(one => one.field_label === label);
};
const valuesOf = (field: Row | undefined) =>
  ((field?.pick_list_values ?? []) as { display_value: string }[]).map(one => one.display_value);
const makeField = (company: ZohoCompany, module: string, field: object) =>
  press(company.sandbox, `zoho/_fields/${module}`, field);

test('a second set-up makes nothing, and everything fits the playbook', async t => {
  const company = await companyFor(t);
  company.calls();
  const { ok, parts, byHand } = await deploy(company);
  assert.deepEqual([ok, parts.filter(part => part.outcome !== 'unchanged')], [true, []]);
  assert.ok(company.calls().every(call => call.startsWith('GET ')));
  assert.match(byHand.join(), /Lead Conversion Mapping/);
  assert.deepEqual(await ill(company), []);
  const [priority, key] = [
    await fieldOf(company, 'Leads', 'ICP priority'),
    await fieldOf(company, 'Deals', 'Baton Handoff'),
  ];
  assert.deepEqual([priority?.data_type, valuesOf(priority)], ['picklist', ['HIGH', 'MEDIUM', 'LOW']]);
  assert.deepEqual([key?.api_name, key?.unique], ['Baton_Handoff', { casesensitive: false }]);
  assert.equal((await fieldOf(company, 'Leads', 'No. of Employees'))?.custom_field, false, 'Zoho’s own is used');
});

test('a dry run says what would be made, and makes nothing', async t => {
  const company = await companyFor(t);
  const { parts } = await deploy(company, { fields: { lead_score: 'Points' } }, OTHER_HOOK, true);
  const made = parts.filter(part => part.outcome === 'made').map(part => part.name);
  assert.deepEqual(made, ['field Leads: Points', 'field Contacts: Points', 'notifications']);
  assert.equal((await company.rows('_channels')).length, 1);
  assert.equal(await fieldOf(company, 'Leads', 'Points'), undefined);
});

test('a field of another type, or not unique, is left alone and told; a pick list that lacks a value gets it', async t => {
  const company = await companyFor(t);
  await makeField(company, 'Leads', { field_label: 'Points', data_type: 'website' });
  const options = [{ display_value: 'High', actual_value: 'High' }];
  await makeField(company, 'Leads', { field_label: 'Urgency', data_type: 'picklist', pick_list_values: options });
  const written = { fields: { lead_score: 'Points', icp_priority: 'Urgency' } };
  const { ok, parts } = await deploy(company, written);
  assert.equal(ok, false);
  assert.match(parts.find(part => part.outcome === 'refused')?.why ?? '', /of the type website/);
  assert.deepEqual(valuesOf(await fieldOf(company, 'Leads', 'Urgency')), ['High', 'MEDIUM', 'LOW']);
  assert.match((await ill(company, WANTED, written)).join(), /“Points” of Leads is of the type website/);
});

test('an edition that allows no more fields refuses one by one, and says so', async t => {
  const company = await companyFor(t);
  await company.set({ customFields: 13 });
  const { ok, parts } = await deploy(company, { fields: { lead_score: 'Points' } });
  assert.equal(ok, false);
  const refused = parts.filter(part => part.outcome === 'refused');
  assert.match(refused[0]?.why ?? '', /maximum number of fields/);
});

test('notifications of another address, and those that ran out, are told and made', async t => {
  const company = await companyFor(t);
  const elsewhere = { ...WANTED, messagesTo: OTHER_HOOK };
  assert.match(
    (await ill(company, elsewhere)).join(),
    /sends no notifications: Baton hears of changes only when it asks/,
  );
  company.clock.move(48 * HOUR);
  assert.match((await ill(company)).join(), /^Messages: Zoho CRM sends no notifications/);
  await deploy(company);
  assert.deepEqual(await ill(company), []);
});

test('the doctor names people, statuses, stages and mapped fields that Zoho CRM does not have', async t => {
  const company = await companyFor(t);
  await press(company.sandbox, 'zoho/_users/marcus@example.com', { status: 'disabled' });
  const people = [...WANTED.people, { email: 'nobody@example.com', name: 'Nobody' }];
  const written = {
    opportunity: { stage: 'Unheard of', pipeline: 'Enterprise' },
    custom: { Lead: { Segment: 'x', 'Lead score': 'y' }, Deal: { Amount: '1' } },
    statuses: { rejected: ['Spam'] },
  };
  assert.deepEqual(await ill(company, { ...WANTED, people }, written), [
    'Mapping: The playbook’s crm.custom writes “Segment” of Lead, which Zoho CRM does not have',
    'Statuses: Leads have no status “Spam” in Zoho CRM',
    'Deals: Zoho CRM has no pipeline “Enterprise” (crm.opportunity.pipeline): the first one was taken.',
    'Deals: Zoho CRM has no stage “Unheard of” (crm.opportunity.stage): “Qualification” was taken.',
    'People: Marcus Chen is deactivated in Zoho CRM',
    'People: Nobody (nobody@example.com) is no user of Zoho CRM',
  ]);
});

test('what cannot be asked is a finding; a log-in that is not accepted says so in Zoho’s words', async t => {
  const company = await companyFor(t);
  const denied = { code: 'NO_PERMISSION', details: {}, message: 'permission denied', status: 'error' };
  company.sandbox.fault({ service: 'zoho', path: '/actions/watch', status: 403, body: denied });
  assert.deepEqual(await ill(company), [
    'Messages: This could not be looked at: Zoho CRM refused it: permission denied',
  ]);
  const crm = company.connect({ auth: { kind: 'token', app: company.app, refreshToken: 'mistyped' } });
  await assert.rejects(
    async () => crm.setup?.inspect(WANTED),
    (error: unknown) => {
      assert.ok(error instanceof CredentialsRejected);
      assert.match(error.message, /invalid_code/);
      return true;
    },
  );
});

test('the credits of the day are spent: everything waits, and no lead is lost; from half of them on they are known', async t => {
  const company = await companyFor(t);
  const left: (number | undefined)[] = [];
  const crm = company.connect({ onCost: (_credits, rest) => left.push(rest) });
  await company.set({ creditsOfDay: 4, creditsLeft: 3 });
  await crm.match({ email: 'a@acme.example' });
  assert.deepEqual(left.toSorted(), [1, 2]);
  await company.set({ creditsLeft: 0 });
  await assert.rejects(crm.write(writeOf()), (error: unknown) => {
    assert.ok(error instanceof RateLimited && error.outage && error.code === 'CREDITS_SPENT');
    assert.equal(error.retryAt.getTime(), company.clock.now().getTime() + 15 * MINUTE);
    return true;
  });
  await company.set({ creditsLeft: -1 });
  assert.equal((await crm.write(writeOf())).created, true);
});

test('no more calls are under way at once than the edition allows; of many records each ten cost a credit', async t => {
  const company = await companyFor(t);
  const credits: number[] = [];
  const crm = company.connect({ atOnce: 1, onCost: cost => credits.push(cost) });
  const people = Array.from({ length: 25 }, (_, at) => ({ email: `p${at}@acme.example`, lastName: `P${at}` }));
  const { followUp: _none, ...write } = writeOf();
  const all = people.map((person, at) => ({ ...write, handoffId: `many-${at}`, person }));
  const written = await Promise.all(all.map(one => crm.write(one)));
  assert.equal(new Set(written.map(one => one.id)).size, 25);
  assert.ok(credits.reduce((sum, cost) => sum + cost, 0) <= 6, credits.join());
});

test('each refusal is classed: of a right, of a request in known and unknown words, of a burst, of an outage', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await crm.users(['dana@example.com']);
  const answers: [status: number, code: string, kind: new (...args: never[]) => Error][] = [
    [403, 'NO_PERMISSION', Rejected],
    [400, 'INVALID_QUERY', Rejected],
    [400, 'SOMETHING_NEW', Rejected],
    [401, 'AUTHENTICATION_FAILURE', CredentialsRejected],
    [429, 'TOO_MANY_REQUESTS', RateLimited],
    [500, 'INTERNAL_ERROR', Unavailable],
  ];
  for (const [status, code, kind] of answers) {
    const body = { code, details: {}, message: 'no', status: 'error' };
    company.sandbox.fault({ service: 'zoho', path: '/coql', status, body, times: status === 401 ? 2 : 1 });
    await assert.rejects(crm.match({ email: 'a@acme.example' }), (error: unknown) => {
      assert.ok(error instanceof kind, `${code}: ${String(error)}`);
      if (error instanceof Rejected) assert.equal(error.undocumented, code === 'SOMETHING_NEW');
      if (error instanceof RateLimited)
        assert.equal(error.retryAt.getTime(), company.clock.now().getTime() + 5 * SECOND);
      return true;
    });
  }
});
