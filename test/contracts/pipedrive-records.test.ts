/** What only Pipedrive does: leads that hang on persons, deals, merges, conversions, and writes without keys. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Crm } from '../../src/contracts/crm.ts';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { companyFor, type PipedriveCompany, type Row } from './pipedrive-company.ts';

const EMAIL = 'emma@acmecorp.com';
const DEAL = { stage: 'Qualified', closeOn: '2027-02-22' };
const emails = (value: string) => [{ value, primary: true, label: 'work' }];
const person = (company: PipedriveCompany, more: object = {}) =>
  company.add('persons', { name: 'Emma Thompson', emails: emails(EMAIL), ...more });
const accountBased = (change: Parameters<typeof writeOf>[0] = {}) =>
  writeOf({ mode: 'account_based', domain: 'acmecorp.com', dealName: 'Acme Corp: Emma', deal: DEAL, ...change });

/** Match and write as the story does it; answers what it made and how many calls that took. */
async function handOff(company: PipedriveCompany, crm: Crm, mode: 'lead' | 'account_based') {
  company.calls();
  const asked = { email: EMAIL, domain: 'acmecorp.com', company: 'Acme Corp' };
  const match = await crm.match(mode === 'lead' ? { email: EMAIL, domain: asked.domain } : { ...asked, deals: true });
  const known = match.company.kind === 'none' ? undefined : match.company.record;
  const contact = match.contact.kind === 'none' ? undefined : match.contact.record;
  const lead = match.lead.kind === 'none' ? undefined : match.lead.record;
  const written = await crm.write(
    (mode === 'lead' ? writeOf : accountBased)({
      fields: { lead_score: 63, mql_score: 63 },
      ...(known && { company: { id: known.id, name: known.name } }),
      ...(contact && { existing: { kind: 'contact', id: contact.id } }),
      ...(lead?.open && { existing: { kind: 'lead', id: lead.id } }),
    }),
  );
  return { written, calls: company.calls().length };
}

test('a lead costs six calls at most: of nobody, of a Person there is, with a Lead, and as a Deal', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  // Fields, stages and users are read once in ten minutes.
  await crm.write(accountBased({ person: { email: 'first@acme.example', lastName: 'First' } }));
  await crm.write(writeOf({ person: { email: 'second@acme.example', lastName: 'Second' } }));
  await crm.users(['marcus@example.com']);
  assert.equal((await handOff(company, crm, 'lead')).calls, 5, 'nobody: person, organization; Person, Lead, activity');
  assert.equal((await handOff(company, crm, 'lead')).calls, 6, 'a Person with an open Lead');
  await company.add('organizations', { name: 'Acme Corp' });
  assert.equal((await handOff(company, crm, 'account_based')).calls, 6, 'a Person, and an Organization by its name');
});

test('a known Person without a Lead gets one, and stays their owner’s', async t => {
  const company = await companyFor(t);
  const priya = company.userId('priya@example.com');
  const id = await person(company, { owner_id: priya });
  const rep = String(company.userId('marcus@example.com'));
  const existing = { kind: 'contact', id: `person/${id}` } as const;
  const write = writeOf({ existing, newOwnerId: rep });
  const written = await company.connect().write(write);
  const again = await company.connect().write(write);
  assert.deepEqual([again.kind, again.id], ['lead', written.id], 'a process that died writes once more');
  const [lead, ...more] = await company.rows('leads');
  assert.deepEqual(more, []);
  assert.deepEqual([written.kind, written.created, written.id], ['lead', true, lead?.id]);
  assert.deepEqual([lead?.person_id, String(lead?.owner_id)], [id, rep]);
  assert.equal((await company.rows('persons'))[0]?.owner_id, priya);
});

test('a Person who was merged away: the one that stayed is written to, and the message says who that is', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const [stays, goes] = [await person(company), await person(company)];
  await fetch(`${company.sandbox.url}/_sandbox/pipedrive/_merge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ stays, goes }),
  });
  const gone = { kind: 'contact', id: `person/${goes}` } as const;
  assert.equal(await crm.findRelocated?.(gone), undefined, 'asked afterwards, Pipedrive knows nothing');
  const heard = { key: 'k', record: gone, fields: { mergedTo: `person/${stays}` } };
  assert.deepEqual(await crm.findRelocated?.(gone, heard), { kind: 'contact', id: `person/${stays}` });
  const written = await crm.write(writeOf({ existing: gone }));
  assert.match(written.warnings.join(), /merged in Pipedrive meanwhile/);
  assert.deepEqual([(await company.rows('persons')).length, (await company.rows('leads'))[0]?.person_id], [1, stays]);
});

test('a Lead that somebody converted: touches go to its Deal, and it is followed to the Person', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const written = await crm.write(writeOf());
  const convert = `${company.sandbox.url}/_sandbox/pipedrive/_convert/${written.id}`;
  await fetch(convert, { method: 'POST' });
  const [deal] = await company.rows('deals');
  const record = { kind: 'contact', id: `person/${deal?.person_id}` };
  assert.deepEqual((await crm.logTouch(touchOf(written.id))).record, record);
  assert.equal((await company.rows('activities')).at(-1)?.deal_id, deal?.id);
  assert.deepEqual(await crm.findRelocated?.({ kind: 'lead', id: written.id }), record);
  const event = await crm.look?.({ kind: 'lead', id: written.id });
  assert.deepEqual(event && crm.parse?.(event), { kind: 'person', became: [`deal/${deal?.id}`], now: record });
  const again = await crm.write(writeOf({ existing: { kind: 'lead', id: written.id } }));
  assert.deepEqual([again.kind, again.id, (await company.rows('leads')).length], ['contact', record.id, 0]);
});

test('account-based: Organization, Person and Deal once each, also after every lost answer', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const write = accountBased();
  for (const path of ['/organizations', '/persons', '/deals', '/activities']) {
    company.sandbox.fault({ service: 'pipedrive', method: 'POST', path, reset: true, after: 'after' });
    await assert.rejects(crm.write(write), Unavailable, path);
    await assert.rejects(crm.write(write), (error: unknown) => {
      assert.ok(error instanceof RateLimited && error.code === 'UNKNOWN_OUTCOME', String(error));
      assert.equal(error.retryAt.getTime(), company.clock.now().getTime() + 5 * SECOND);
      return true;
    });
    company.clock.move(5 * SECOND);
  }
  const written = await crm.write(write);
  assert.deepEqual([written.kind, written.also?.map(one => one.kind)], ['contact', ['company', 'deal']]);
  for (const table of ['organizations', 'persons', 'deals', 'activities']) {
    assert.equal((await company.rows(table)).length, 1, table);
  }
  const [deal] = await company.rows('deals');
  assert.deepEqual([deal?.title, deal?.stage_id, deal?.expected_close_date], ['Acme Corp: Emma', 1, '2027-02-22']);
});

test('two processes write leads of one person and one company at once: one Person, one Organization', async t => {
  const company = await companyFor(t);
  const [one, other] = [company.connect(), company.connect()];
  await Promise.all([one.write(accountBased()), other.write(accountBased()), one.write(accountBased())]);
  const counts = await Promise.all(
    ['persons', 'organizations', 'deals'].map(async table => (await company.rows(table)).length),
  );
  assert.deepEqual(counts, [1, 1, 3]);
});

test('a search that lags does not double whoever was made a moment ago', async t => {
  const company = await companyFor(t);
  await company.set({ searchLagMs: 30 * SECOND });
  await company.connect().write(writeOf());
  await company.connect().write(writeOf());
  assert.deepEqual([(await company.rows('persons')).length, (await company.rows('leads')).length], [1, 2]);
  company.clock.move(20 * MINUTE);
  await company.connect().write(writeOf());
  assert.equal((await company.rows('persons')).length, 1, 'found by its address');
});

test('an open Deal of the Organization: no second one, and its owner has a note on it', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const [priya, marcus] = [company.userId('priya@example.com'), company.userId('marcus@example.com')];
  const org = await company.add('organizations', { name: 'Acme Corp', owner_id: priya });
  const deal = await company.add('deals', {
    title: 'Acme 2026',
    org_id: org,
    owner_id: priya,
    stage_id: 4,
    pipeline_id: 1,
    status: 'open',
  });
  const match = await crm.match({ email: EMAIL, domain: 'acmecorp.com', company: 'ACME  corp', deals: true });
  assert.deepEqual([match.company.kind, match.deal?.kind], ['one', 'one']);
  const open = match.deal?.kind === 'one' ? match.deal.record : undefined;
  assert.deepEqual([open?.name, open?.stage, open?.owner.email], ['Acme 2026', 'Proposal Made', 'priya@example.com']);
  const write = accountBased({
    company: { id: `organization/${org}` },
    ...(open && { openDeal: open }),
    newOwnerId: String(marcus),
  });
  const written = await crm.write(write);
  assert.deepEqual([written.openDeal?.id, (await company.rows('deals')).length], [`deal/${deal}`, 1]);
  const activities = await company.rows('activities');
  assert.deepEqual(
    activities.map(one => [one.deal_id, one.owner_id]),
    [
      [deal, 1],
      [deal, priya],
    ],
  );
});

test('what Pipedrive does not have is left out and said; its own types and options are kept to', async t => {
  const company = await companyFor(t);
  const custom = { Person: { 'Lead score': 'many', Nickname: 'Em' }, Lead: { 'Source channel': 'Web' } };
  const written = await company
    .connect()
    .write(writeOf({ custom, fields: { icp_priority: 'HIGH' }, leadSource: 'partner' }));
  assert.deepEqual(written.warnings, [
    '“many” does not fit the field “Lead score” of a Person: it was left out.',
    'Pipedrive has no field “Nickname” of a Person, so nothing was written there. Set up Pipedrive from Home to make it.',
  ]);
  const [lead] = await company.rows('leads');
  assert.deepEqual([lead?.channel, lead?.channel_id], [53, 'partner'], 'the source has a place on the Lead');
});

test('a rep who was deactivated owns nothing new: Baton’s own user does, and that is said', async t => {
  const company = await companyFor(t);
  const marcus = company.userId('marcus@example.com');
  await fetch(`${company.sandbox.url}/_sandbox/pipedrive/_users/marcus@example.com`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ active: false }),
  });
  const written = await company.connect().write(writeOf({ ownerId: String(marcus) }));
  assert.match(written.warnings.join(), /did not take the owner Baton named/);
  assert.deepEqual([(await company.rows('leads')).length, (await company.rows('leads'))[0]?.owner_id], [1, 1]);
});

test('hostile text is text: a note shows what the lead typed', async t => {
  const company = await companyFor(t);
  const description = '<img src=x onerror="alert(1)"> & <b>bold</b>';
  const followUp = { subject: 'Contact <Emma>', description, dueOn: '2026-11-24', priority: 'high' } as const;
  await company.connect().write(writeOf({ followUp }));
  const [activity] = (await company.rows('activities')) as [Row];
  assert.doesNotMatch(String(activity.note), /<img|<b>/);
  assert.match(String(activity.note), /&#60;img src=x/);
  assert.equal(activity.type, 'task');
  await company.connect().write(writeOf({ followUp: { ...followUp, kind: 'call' } }));
  assert.equal((await company.rows('activities')).at(-1)?.type, 'call');
});

test('the SLA of a Lead stands with its Person; of one that is gone nothing is said', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const written = await crm.write(writeOf());
  const done = await crm.setFields?.(
    { kind: 'lead', id: written.id },
    { sla_breached: true, sla_due: '2026-11-24T19:00:00.000Z' },
  );
  assert.deepEqual(done, { warnings: [] });
  const [row] = await company.rows('persons');
  assert.ok(Object.values(row?.custom_fields as object).includes('2026-11-24 19:00 UTC'));
  assert.equal(await crm.setFields?.({ kind: 'contact', id: 'person/999' }, { sla_breached: true }), undefined);
  await assert.rejects(async () => crm.setOwner?.({ kind: 'deal', id: 'deal/999' }, '11'), Rejected);
});
