/** What HubSpot’s records become of a handoff, beyond the contract. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rejected } from '../../src/lib/errors.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { accountFor, type HubspotAccount, hubspotRules } from './hubspot-portal.ts';

const EMMA = 'emma@acmecorp.com';
const only = async (account: HubspotAccount, type: string) => {
  const [row, ...more] = await account.rows(type);
  assert.ok(row && more.length === 0, `${type}: ${more.length + (row ? 1 : 0)} instead of one`);
  return row;
};
const merge = async (account: HubspotAccount, gone: string, into: string) => {
  const url = `${account.sandbox.url}/_sandbox/hubspot/contacts/${gone}/merge`;
  const headers = { 'content-type': 'application/json' };
  assert.ok((await fetch(url, { method: 'POST', headers, body: JSON.stringify({ into }) })).ok);
};
const dealOf = (change: object = {}) =>
  writeOf({
    mode: 'account_based',
    domain: 'acmecorp.com',
    dealName: 'Acme: Emma',
    deal: { stage: 'Qualified To Buy', closeOn: '2027-02-22' },
    ...change,
  });

test('a new lead in five calls, looks included: contact, task and lead that name one another', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  await crm.users(['marcus@example.com']);
  await crm.match({ email: 'warm@up.example', domain: 'up.example' });
  await crm.write(writeOf({ person: { email: 'warm@up.example' } }));
  account.calls();
  await crm.match({ email: EMMA, domain: 'acmecorp.com', company: 'Acme Corp' });
  const written = await crm.write(writeOf({ ownerId: account.owner('marcus@example.com'), status: 'New' }));
  assert.equal(account.calls().length, 5);
  const lead = (await account.rows('leads')).find(one => `lead/${one.id}` === written.id);
  const contact = (await account.rows('contacts')).find(one => one.email === EMMA);
  assert.deepEqual(lead?.about, { contacts: [contact?.id], tasks: [written.taskId?.split('/')[1]] });
  assert.deepEqual(
    [
      lead.hs_lead_name,
      lead.hs_pipeline_stage,
      lead.hubspot_owner_id,
      contact?.baton_lead_score,
      contact?.baton_icp_priority,
    ],
    ['Emma Thompson, Acme Corp', 'new-stage-id', account.owner('marcus@example.com'), '63', 'HIGH'],
  );
  assert.equal(contact?.baton_lead_source, 'Web');
});

test('a call for the rep stands in the task queue that the playbook names', async t => {
  const account = await accountFor(t);
  const call = { subject: 'Call Emma', description: 'Now', dueOn: '2026-11-24', priority: 'high' } as const;
  await account.connect().write(writeOf({ followUp: { ...call, kind: 'call', queue: '4711' } }));
  const task = await only(account, 'tasks');
  assert.deepEqual([task.hs_task_type, task.hs_queue_membership_ids], ['CALL', '4711']);
});

test('an account without leads: the contact itself is worked, at its stage and status', async t => {
  const account = await accountFor(t, { leads: false });
  const crm = account.connect();
  const written = await crm.write(writeOf({ status: 'New' }));
  const contact = await only(account, 'contacts');
  assert.deepEqual([written.kind, written.id, written.created], ['contact', `contact/${contact.id}`, true]);
  assert.deepEqual([contact.lifecyclestage, contact.hs_lead_status], ['marketingqualifiedlead', 'NEW']);
  assert.deepEqual((await only(account, 'tasks')).about, { contacts: [contact.id] });
  assert.deepEqual(await crm.match({ email: EMMA }).then(({ lead }) => lead), { kind: 'none' });
});

test('leads that turn out to be beyond Baton’s rights: the contact is worked, and nothing is doubled', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  await crm.match({ email: EMMA });
  await account.set({ leads: false });
  const write = writeOf();
  assert.equal((await crm.write(write)).kind, 'contact');
  assert.equal((await crm.write(write)).kind, 'contact');
  assert.deepEqual([(await account.rows('contacts')).length, (await account.rows('tasks')).length], [1, 1]);
});

test('a known contact keeps name and owner and gets a lead; one of nobody’s is the rep’s', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const id = await account.add('contacts', { email: EMMA, lastname: 'T.', hs_lead_status: 'CONNECTED' });
  const { contact } = await crm.match({ email: EMMA });
  assert.equal(contact.kind === 'one' && contact.record.owner.kind, 'nobody');
  const [marcus, priya] = ['marcus@example.com', 'priya@example.com'].map(account.owner);
  const existing = { kind: 'contact' as const, id: `contact/${id}` };
  await crm.write(writeOf({ existing, ownerId: marcus, newOwnerId: marcus }));
  const [known, lead] = [await only(account, 'contacts'), await only(account, 'leads')];
  assert.deepEqual([known.lastname, known.hubspot_owner_id, lead.hubspot_owner_id], ['T.', marcus, marcus]);
  await crm.write(writeOf({ existing, newOwnerId: priya }));
  assert.equal((await only(account, 'contacts')).hubspot_owner_id, marcus, 'whoever owns the contact keeps it');
});

test('an address that is a further one of somebody’s is theirs: found, and written to', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const [stays, gone] = [
    await account.add('contacts', { email: EMMA }),
    await account.add('contacts', { email: 'e@old.example' }),
  ];
  await merge(account, gone, stays);
  const { contact } = await crm.match({ email: 'E@old.example' });
  assert.equal(contact.kind === 'one' && contact.record.id, `contact/${stays}`);
  const written = await crm.write(writeOf({ person: { email: 'e@old.example', lastName: 'Thompson' } }));
  const lead = await only(account, 'leads');
  assert.deepEqual([written.id, lead.about.contacts], [`lead/${lead.id}`, [stays]]);
  assert.equal((await account.rows('contacts')).length, 1);
});

test('a contact who was merged away: the one that stayed is written to, and that is said', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const [stays, gone] = [
    await account.add('contacts', { email: EMMA }),
    await account.add('contacts', { email: 'e@old.example' }),
  ];
  await merge(account, gone, stays);
  const written = await crm.write(writeOf({ existing: { kind: 'contact', id: `contact/${gone}` } }));
  assert.match(written.warnings.join(), /was merged in HubSpot meanwhile/);
  assert.deepEqual((await only(account, 'leads')).about.contacts, [stays]);
  const set = await crm.setFields?.({ kind: 'contact', id: `contact/${gone}` }, { sla_breached: true });
  assert.deepEqual(set, { record: { kind: 'contact', id: `contact/${stays}` }, warnings: [] });
  assert.equal((await only(account, 'contacts')).baton_sla_breached, 'true');
});

test('a lead that somebody deleted is not made again: the contact is the record', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const write = writeOf();
  const { id } = await crm.write(write);
  await account.change('leads', `${id.split('/')[1]}/delete`, {});
  const written = await account.connect().write({ ...write, existing: { kind: 'lead', id } });
  assert.deepEqual(
    [written.kind, written.taskId !== undefined, (await account.rows('leads')).length],
    ['contact', true, 0],
  );
  assert.match(written.warnings[0] ?? '', /The lead was deleted in HubSpot/);
});

test('company, contact and deal, at the stage by its name, with the label of the contact’s role', async t => {
  const account = await accountFor(t);
  const rules = hubspotRules({
    opportunity: { contact_role: 'Decision Maker', stage: 'Signed', pipeline: 'Partners' },
    currency: 'EUR',
  });
  const crm = account.connect({ rules });
  await crm.setup?.deploy('https://baton.example/hooks/key/hubspot', () => undefined);
  const written = await crm.write(dealOf({ deal: { stage: 'Signed', closeOn: '2027-02-22', role: 'Decision Maker' } }));
  const [company, contact, deal] = await Promise.all(
    ['companies', 'contacts', 'deals'].map(type => only(account, type)),
  );
  assert.deepEqual(
    written.also?.map(one => one.id),
    [`company/${company?.id}`, `deal/${deal?.id}`],
  );
  assert.deepEqual(
    [deal?.pipeline, deal?.dealstage, deal?.closedate, deal?.deal_currency_code, company?.baton_domain],
    ['900000', '900002', '2027-02-22T00:00:00.000Z', 'EUR', 'acmecorp.com'],
  );
  assert.equal(contact?.associatedcompanyid, company?.id);
  const [label] = await account.associations('deals', deal?.id ?? '', 'contacts');
  assert.deepEqual(
    label?.associationTypes.map(one => one.label),
    [null, 'Decision Maker'],
  );
  assert.deepEqual(written.warnings, []);
});

test('two of one new company at once: one company, two deals; a domain that people know is found', async t => {
  const account = await accountFor(t);
  const [one, other] = [account.connect(), account.connect()];
  const olga = { person: { email: 'olga@acmecorp.com', lastName: 'O', company: 'ACME' } };
  await Promise.all([one.write(dealOf()), other.write(dealOf(olga))]);
  assert.deepEqual([(await account.rows('companies')).length, (await account.rows('deals')).length], [1, 2]);
  const { company, deal } = await one.match({ email: 'new@acmecorp.com', domain: 'acmecorp.com', deals: true });
  assert.deepEqual([company.kind, deal?.kind], ['one', 'many']);
});

test('an open deal is met, its owner has a task there, and none is made beside it', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const priya = account.owner('priya@example.com');
  const company = await account.add('companies', { name: 'Acme', domain: 'acmecorp.com', lifecyclestage: 'customer' });
  await account.add('deals', { dealname: 'Lost', dealstage: 'closedlost', about: { companies: [company] } });
  await account.add('deals', {
    dealname: 'Acme 2026',
    dealstage: 'contractsent',
    hubspot_owner_id: priya,
    about: { companies: [company] },
  });
  const { deal, company: met } = await crm.match({ email: EMMA, domain: 'acmecorp.com', deals: true });
  assert.ok(deal?.kind === 'one' && met.kind === 'one');
  assert.deepEqual(
    [deal.record.name, deal.record.stage, deal.record.owner.name],
    ['Acme 2026', 'Contract Sent', 'Priya Nair'],
  );
  const marcus = account.owner('marcus@example.com');
  await crm.write(
    dealOf({ company: { id: met.record.id }, openDeal: deal.record, ownerId: marcus, followUp: undefined }),
  );
  const note = await only(account, 'tasks');
  assert.deepEqual(
    [note.hubspot_owner_id, note.about.deals, (await account.rows('deals')).length],
    [priya, [deal.record.id.split('/')[1]], 2],
  );
});

test('what HubSpot will not have of a record is left out and said; an owner who is gone is told', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const person = { email: EMMA, lastName: 'T', phone: '1' };
  const written = await crm.write(
    writeOf({ person, ownerId: '99', custom: { Contact: { lifecyclestage: 'no such', none: 'x' } } }),
  );
  assert.equal(written.ownerRefused, true);
  const said = written.warnings.join('\n');
  assert.match(said, /Owner with id 99/);
  assert.match(said, /“no such” does not fit the property “lifecyclestage”/);
  assert.match(said, /HubSpot has no property “none” of a contact/);
  assert.equal((await only(account, 'leads')).hubspot_owner_id, undefined);
});

test('without the set-up nothing is written that could be written twice, and it says what to do', async t => {
  const account = await accountFor(t);
  account.sandbox.reset();
  await assert.rejects(account.connect().write(writeOf()), (error: unknown) => {
    assert.ok(error instanceof Rejected);
    assert.match(error.message, /no property baton_key of contacts.*set up HubSpot from Home/);
    return true;
  });
});

test('an owner is set, read back, and known with who gave it', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const { id } = await crm.write(writeOf({ ownerId: account.owner('marcus@example.com') }));
  const [priya, dana] = ['priya@example.com', 'dana@example.com'].map(account.owner);
  const lead = { kind: 'lead' as const, id };
  assert.deepEqual(await crm.setOwner?.(lead, priya ?? ''), { ownerId: priya });
  assert.equal((await crm.ownerGiven?.(lead, priya ?? ''))?.changedBy?.kind, 'automation');
  await account.change('leads', id.split('/')[1] ?? '', { hubspot_owner_id: dana }, 'marcus@example.com');
  const given = await crm.ownerGiven?.(lead, dana ?? '');
  assert.deepEqual(given?.changedBy, {
    id: account.owner('marcus@example.com'),
    name: 'Marcus Chen',
    kind: 'user',
    certain: true,
  });
  assert.equal(await crm.ownerGiven?.(lead, priya ?? ''), undefined, 'it is another’s by now');
  await assert.rejects(crm.setOwner?.(lead, '99') ?? Promise.resolve(), Rejected);
});

test('a call by the rep, in HubSpot’s own words for how it went', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const { id } = await crm.write(writeOf());
  await crm.logTouch(touchOf(id, { ownerId: account.owner('marcus@example.com') }));
  const call = await only(account, 'calls');
  assert.deepEqual(
    [
      call.hs_call_disposition,
      call.hs_call_duration,
      call.hs_call_direction,
      call.hubspot_owner_id,
      call.hs_call_status,
    ],
    ['f240bbac-87c9-4f6e-bf70-924b57d47db7', '240000', 'OUTBOUND', account.owner('marcus@example.com'), 'COMPLETED'],
  );
  assert.deepEqual(Object.keys(call.about).sort(), ['contacts', 'leads']);
});

test('the old paths answer as the dated ones do', async t => {
  const account = await accountFor(t);
  const crm = account.connect({ apiVersion: 'v3' });
  await crm.match({ email: EMMA, domain: 'acmecorp.com', deals: true });
  const { id } = await crm.write(writeOf());
  await crm.logTouch(touchOf(id));
  assert.equal((await account.rows('calls')).length, 1);
});

test('the account’s own count of the day’s calls is told', async t => {
  const account = await accountFor(t);
  await account.set({ dailyCalls: 1_000 });
  const meters: unknown[] = [];
  await account.connect({ onUsage: meter => meters.push(meter) }).users(['marcus@example.com']);
  assert.deepEqual(meters.length, 2);
  assert.equal((meters[0] as { limit: number }).limit, 1_000);
});

test('one of many that HubSpot will not have takes none of its neighbours along', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const ids = [await account.add('contacts', { email: 'a@x.example' }), '999999', await account.add('contacts', {})];
  const touches = ids.map(id => touchOf('', { record: { kind: 'contact', id: `contact/${id}` } }));
  const logged = await Promise.allSettled(touches.map(touch => crm.logTouch(touch)));
  assert.deepEqual(
    logged.map(one => one.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const [, refused] = logged;
  assert.ok(refused?.status === 'rejected' && refused.reason instanceof Rejected);
  assert.equal((await account.rows('calls')).length, 2);
});

test('what is no address finds nobody and is written without one, wherever it would lead in a path', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  for (const email of ['..', '.', 'x', '../deals', 'a/b@acme.example']) {
    assert.equal((await crm.match({ email })).contact.kind, 'none', email);
    const written = await crm.write(writeOf({ person: { email, lastName: 'L' } }));
    assert.equal(written.created, true, email);
  }
  const emails = (await account.rows('contacts')).flatMap(one => one.email ?? []);
  assert.deepEqual(emails, ['a/b@acme.example']);
  assert.equal((await account.rows('leads')).length, 5);
});
