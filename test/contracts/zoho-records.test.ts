/** What only Zoho CRM does: upserts by Baton's own field, Leads beside Contacts, conversions, merges that leave no trace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Crm } from '../../src/contracts/crm.ts';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { press } from '../helpers/control.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { companyFor, type Row, type ZohoCompany } from './zoho-company.ts';

const EMAIL = 'emma@acmecorp.com';
const DEAL = { stage: 'Qualification', closeOn: '2027-02-22' };
const idOf = (link: unknown) => (link as { id: string } | null | undefined)?.id;
const ownerOf = (row: Row | undefined) => (row?.Owner as { name: string } | undefined)?.name;
const accountBased = (change: Parameters<typeof writeOf>[0] = {}) =>
  writeOf({ mode: 'account_based', domain: 'acmecorp.com', dealName: 'Acme Corp: Emma', deal: DEAL, ...change });

/** Match and write as the story does it; answers what it made and how many calls that took. */
async function handOff(company: ZohoCompany, crm: Crm, mode: 'lead' | 'account_based') {
  company.calls();
  const asked = { email: EMAIL, domain: 'acmecorp.com', company: 'Acme Corp' };
  const match = await crm.match(mode === 'lead' ? { email: EMAIL, domain: asked.domain } : { ...asked, deals: true });
  const known = match.company.kind === 'none' ? undefined : match.company.record;
  const contact = match.contact.kind === 'none' ? undefined : match.contact.record;
  const lead = match.lead.kind === 'none' ? undefined : match.lead.record;
  const written = await crm.write(
    (mode === 'lead' ? writeOf : accountBased)({
      ...(known && { company: { id: known.id, name: known.name } }),
      ...(contact && { existing: { kind: 'contact', id: contact.id } }),
      ...(!contact && lead?.open && { existing: { kind: 'lead', id: lead.id } }),
    }),
  );
  return { written, calls: company.calls() };
}

test('a lead costs five calls; a Deal of a known Contact six, and of somebody at a company nobody knows seven', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  // Fields, stages and users are read once in ten minutes.
  await crm.write(accountBased({ person: { email: 'first@acme.example', lastName: 'First' }, domain: 'acme.example' }));
  await crm.write(writeOf({ person: { email: 'second@acme.example', lastName: 'Second' } }));
  await crm.users(['marcus@example.com']);
  assert.deepEqual((await handOff(company, crm, 'lead')).calls.toSorted(), [
    'GET /Leads/search',
    'POST /Leads/upsert',
    'POST /Tasks',
    'POST /coql',
    'POST /coql',
  ]);
  assert.equal((await handOff(company, crm, 'lead')).calls.length, 5, 'a Lead there is');
  for (const { id } of await company.rows('Leads')) await company.remove('Leads', id);
  const first = await handOff(company, crm, 'account_based');
  assert.equal(first.calls.length, 7, first.calls.join());
  assert.equal((await handOff(company, crm, 'account_based')).calls.length, 6, 'Contact and Account are there');
});

test('an upsert whose answer was lost finds its Lead by the handoff, without waiting', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const write = writeOf();
  company.sandbox.fault({ service: 'zoho', path: '/Leads/upsert', reset: true, after: 'after' });
  await assert.rejects(crm.write(write), Unavailable);
  const written = await crm.write(write);
  const [lead, ...more] = await company.rows('Leads');
  assert.deepEqual([more.length, lead?.id, lead?.Baton_Handoff], [0, written.id, write.handoffId]);
  assert.equal((await company.rows('Tasks')).length, 1);
});

test('account-based: Account, Contact and Deal once each, also after every lost answer', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const write = accountBased();
  for (const path of ['/Accounts', '/Contacts/upsert', '/Deals/upsert', '/Tasks']) {
    company.sandbox.fault({ service: 'zoho', method: 'POST', path, reset: true, after: 'after' });
    await assert.rejects(crm.write(write), Unavailable, path);
    if (path.endsWith('/upsert')) continue;
    // What Zoho takes no key for is looked for, once it can be seen.
    await assert.rejects(
      crm.write(write),
      (error: unknown) => error instanceof RateLimited && error.code === 'UNKNOWN_OUTCOME',
    );
    company.clock.move(5 * SECOND);
  }
  const written = await crm.write(write);
  assert.deepEqual([written.kind, written.also?.map(one => one.kind)], ['contact', ['company', 'deal']]);
  for (const module of ['Accounts', 'Contacts', 'Deals', 'Tasks']) {
    assert.equal((await company.rows(module)).length, 1, module);
  }
  const [deal, account] = [(await company.rows('Deals'))[0], (await company.rows('Accounts'))[0]];
  assert.deepEqual(
    [deal?.Deal_Name, deal?.Stage, deal?.Closing_Date, idOf(deal?.Contact_Name), idOf(deal?.Account_Name)],
    ['Acme Corp: Emma', 'Qualification', '2027-02-22', written.id, account?.id],
  );
  assert.deepEqual([account?.Account_Name, account?.Website], ['Acme Corp', 'acmecorp.com']);
});

test('two processes write leads of one person and one company at once: one Contact, one Account', async t => {
  const company = await companyFor(t);
  const [one, other] = [company.connect(), company.connect()];
  await Promise.all([one.write(accountBased()), other.write(accountBased()), one.write(accountBased())]);
  const counts = await Promise.all(
    ['Contacts', 'Accounts', 'Deals'].map(async module => (await company.rows(module)).length),
  );
  assert.deepEqual(counts, [1, 1, 3]);
});

test('a Lead that somebody converted: it is followed to the Contact, touches go to the Deal, and no second one is made', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const written = await crm.write(writeOf());
  const deal = { Deal_Name: 'Acme', Stage: 'Qualification' };
  await press(company.sandbox, `zoho/_convert/${written.id}`, { deal });
  const [contact, made] = [(await company.rows('Contacts'))[0], (await company.rows('Deals'))[0]];
  const record = { kind: 'contact', id: contact?.id };
  assert.equal((await crm.match({ email: EMAIL })).lead.kind, 'none', 'a converted Lead is no Lead');
  assert.deepEqual((await crm.logTouch(touchOf(written.id))).record, record);
  assert.equal(idOf((await company.rows('Calls')).at(-1)?.What_Id), made?.id);
  assert.deepEqual(await crm.findRelocated?.({ kind: 'lead', id: written.id }), record);
  const event = await crm.look?.({ kind: 'lead', id: written.id });
  assert.deepEqual(event && crm.parse?.(event), { kind: 'person', became: [contact?.id, made?.id], now: record });
  const again = await crm.write(writeOf({ existing: { kind: 'lead', id: written.id }, fields: { lead_score: 70 } }));
  assert.deepEqual([again.kind, again.id, (await company.rows('Contacts')).length], ['contact', contact?.id, 1]);
  assert.match(again.warnings.join(), /converted or merged/);
  assert.deepEqual(await crm.setFields?.({ kind: 'lead', id: written.id }, { sla_breached: true }), {
    record,
    warnings: [],
  });
});

test('a record that was merged away is found by the address; one that was deleted is made anew', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const lead = (name: string) => company.add('Leads', { Last_Name: name, Email: EMAIL });
  const [stays, goes] = [await lead('Thompson'), await lead('Thompson')];
  await press(company.sandbox, 'zoho/_merge/Leads', { stays, goes });
  const gone = { kind: 'lead', id: goes } as const;
  assert.equal(await crm.findRelocated?.(gone), undefined, 'nothing in Zoho says where it went');
  assert.deepEqual(await crm.findRelocated?.(gone, undefined, EMAIL), { kind: 'lead', id: stays });
  const written = await crm.write(writeOf({ existing: gone }));
  assert.deepEqual([written.id, written.created], [stays, false]);
  assert.match(written.warnings.join(), /the record that stayed was updated/);
  await company.remove('Leads', stays);
  const anew = await crm.write(writeOf({ existing: { kind: 'lead', id: stays } }));
  assert.deepEqual([anew.created, (await company.rows('Leads')).length], [true, 1]);
  assert.match(anew.warnings.join(), /deleted in Zoho CRM meanwhile: another was made/);
});

test('a closed Lead stays closed: a new one is made, and the closed one is named with it', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const junk = await company.add('Leads', { Last_Name: 'Thompson', Email: EMAIL, Lead_Status: 'Junk Lead' });
  const { lead } = await crm.match({ email: EMAIL });
  assert.deepEqual(lead.kind === 'one' && [lead.record.id, lead.record.open], [junk, false]);
  await crm.write(writeOf());
  const found = (await crm.match({ email: EMAIL })).lead;
  assert.ok(found.kind === 'many' && found.record.open);
  assert.deepEqual(found.others, [junk]);
});

test('an organization that keeps addresses unique: whoever came in between is updated, and nobody is doubled', async t => {
  const company = await companyFor(t);
  company.sandbox.fault({
    service: 'zoho',
    path: '/Leads/upsert',
    status: 400,
    body: {
      data: [
        {
          code: 'DUPLICATE_DATA',
          details: {
            api_name: 'Email',
            duplicate_record: { id: await company.add('Leads', { Last_Name: 'Thompson-Bell', Email: EMAIL }) },
            json_path: '$.data[0].Email',
          },
          message: 'duplicate data',
          status: 'error',
        },
      ],
    },
  });
  const written = await company.connect().write(writeOf());
  const [lead, ...more] = await company.rows('Leads');
  assert.deepEqual([more.length, written.id, written.created], [0, lead?.id, false]);
});

test('an open Deal of the Account: no second one, and its owner has a task on it', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const [priya, marcus] = [company.userId('priya@example.com'), company.userId('marcus@example.com')];
  const account = await company.add('Accounts', {
    Account_Name: 'Acme Corp',
    Website: 'www.acmecorp.com',
    Owner: { id: priya },
  });
  const common = { Account_Name: { id: account }, Owner: { id: priya } };
  const deal = await company.add('Deals', { Deal_Name: 'Acme 2026', Stage: 'Proposal/Price Quote', ...common });
  await company.add('Deals', { Deal_Name: 'Acme 2025', Stage: 'Closed Lost to Competition', ...common });
  const match = await crm.match({ email: EMAIL, domain: 'acmecorp.com', deals: true });
  const open = match.deal?.kind === 'one' ? match.deal.record : undefined;
  assert.deepEqual(
    [open?.name, open?.stage, open?.owner.email],
    ['Acme 2026', 'Proposal/Price Quote', 'priya@example.com'],
  );
  const written = await crm.write(
    accountBased({ company: { id: account }, ...(open && { openDeal: open }), newOwnerId: marcus }),
  );
  assert.deepEqual([written.openDeal?.id, (await company.rows('Deals')).length], [deal, 2]);
  const tasks = await company.rows('Tasks');
  assert.deepEqual(
    tasks.map(one => [idOf(one.What_Id), ownerOf(one)]),
    [
      [deal, 'Ivy Integration'],
      [deal, 'Priya Nair'],
    ],
  );
});

test('what Zoho does not have or will not take is left out and said; types and pick lists are kept to', async t => {
  const company = await companyFor(t);
  const custom = { Lead: { 'Lead score': 'many', Nickname: 'Em', No_of_Employees: '750' } };
  const written = await company
    .connect()
    .write(writeOf({ custom, fields: { icp_priority: 'HIGH', sla_breached: true }, leadSource: 'partner' }));
  assert.deepEqual(written.warnings, [
    '“many” does not fit the field “Lead score” of a Lead: it was left out.',
    'Zoho CRM has no field “Nickname” of a Lead, so nothing was written there. Set up Zoho CRM from Home to make it.',
  ]);
  const [lead] = await company.rows('Leads');
  assert.deepEqual(
    [lead?.Lead_Source, lead?.No_of_Employees, lead?.ICP_priority, lead?.SLA_breached],
    ['Partner', 750, 'HIGH', true],
  );
  const unlisted = await company.connect().write(writeOf({ leadSource: 'Organic search' }));
  assert.deepEqual(unlisted.warnings, []);
  const text = (await company.rows('Leads')).at(-1)?.Description;
  assert.match(String(text), /^Lead source: Organic search\nVisited the pricing page/, 'it is not lost');
  const odd = await company.connect().write(writeOf({ person: { email: 'a,b(c)@acme.example', lastName: 'Odd' } }));
  assert.match(odd.warnings.join(), /does not fit the field “Email” of a Lead: it was left out/);
});

test('a required field without a value stops the record, and says which; without the set-up nothing is written twice', async t => {
  const company = await companyFor(t);
  const missing = { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Region', json_path: '$.data[0].Region' } };
  const body = { data: [{ ...missing, message: 'required field not found', status: 'error' }] };
  company.sandbox.fault({ service: 'zoho', path: '/Leads/upsert', status: 400, body });
  await assert.rejects(company.connect().write(writeOf()), (error: unknown) => {
    assert.ok(error instanceof Rejected);
    assert.deepEqual([error.code, error.fields], ['MANDATORY_NOT_FOUND', ['Region']]);
    return true;
  });
  const fields = { fields: [{ id: '1', api_name: 'Last_Name', field_label: 'Last Name', data_type: 'text' }] };
  company.sandbox.fault({ service: 'zoho', path: '/settings/fields', status: 200, body: fields });
  await assert.rejects(company.connect().write(writeOf()), /no field “Baton Handoff” of a Lead. Set up Zoho CRM/);
});

test('a rep who was deactivated owns nothing new: Baton’s own user does, and that is said', async t => {
  const company = await companyFor(t);
  await press(company.sandbox, 'zoho/_users/marcus@example.com', { status: 'disabled' });
  const written = await company.connect().write(writeOf({ ownerId: company.userId('marcus@example.com') }));
  assert.match(written.warnings.join(), /did not take the owner Baton named/);
  const [lead, ...more] = await company.rows('Leads');
  assert.deepEqual([more.length, ownerOf(lead)], [0, 'Ivy Integration']);
  assert.equal(written.ownerRefused, true);
});

test('a search that lags or blurs signs names nobody else, and a retry doubles nobody', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await company.add('Leads', { Last_Name: 'Other', Email: 'sales_team@acme.example' });
  assert.equal((await crm.match({ email: 'sales-team@acme.example' })).lead.kind, 'none');
  await company.set({ searchLagMs: MINUTE });
  const write = writeOf();
  const [one, other] = [await crm.write(write), await crm.write(write)];
  assert.deepEqual([one.id, (await company.rows('Leads')).length], [other.id, 2]);
});

test('hostile text is text; of a record that is gone nothing is said', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await company.add('Accounts', { Account_Name: 'Victim', Website: 'victim.example' });
  const company_ = "x' or Account_Name like '%";
  const match = await crm.match({ email: EMAIL, domain: "%' or Website like '%", company: company_, deals: true });
  assert.equal(match.company.kind, 'none');
  assert.equal(
    await crm.setFields?.({ kind: 'contact', id: '4150868000000009999' }, { sla_breached: true }),
    undefined,
  );
  await assert.rejects(async () => crm.setOwner?.({ kind: 'deal', id: '4150868000000009999' }, '11'), Rejected);
  assert.equal(await crm.look?.({ kind: 'contact', id: 'not-a-number' }), undefined);
});

test('the campaign of a name: of several the active one; who is a member stays as they are; none, and that is said', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const members = () =>
    company.rows('_members') as unknown as Promise<{ campaign: string; id: string; status: string }[]>;
  const [, active] = [
    await company.add('Campaigns', { Campaign_Name: 'Spring webinar', Status: 'Complete' }),
    await company.add('Campaigns', { Campaign_Name: 'Spring webinar', Status: 'Active' }),
  ];
  const campaign = { name: 'spring webinar', status: 'Responded' };
  const { id, warnings } = await crm.write(writeOf({ campaign }));
  assert.deepEqual([await members(), warnings], [[{ campaign: active, id, status: 'Responded' }], []]);
  await crm.write(writeOf({ campaign: { ...campaign, status: 'Sent' }, existing: { kind: 'lead', id } }));
  assert.equal((await members())[0]?.status, 'Responded');
  const none = await crm.write(writeOf({ campaign: { name: 'Autumn', status: 'Sent' } }));
  assert.deepEqual(none.warnings, ['Zoho CRM has no campaign “Autumn”: nobody became a member of it.']);
  const odd = await crm.write(writeOf({ campaign: { ...campaign, status: 'Danced' } }));
  assert.match(odd.warnings.join(), /Nobody became a member of the campaign “spring webinar”: .*Member_Status/);
  assert.equal((await company.rows('Leads')).length, 3, 'the record is there all the same');
});
