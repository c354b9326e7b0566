/** Account-based writes: whose account it is, what is made of it, and what a refusal, a race or a retry leaves. */
import assert from 'node:assert/strict';
import type { Crm, CrmWrite } from '../../src/contracts/crm.ts';
import type { CrmMatch } from '../../src/contracts/crm-records.ts';
import { DAY } from '../../src/lib/clock.ts';
import { Rejected, Unavailable } from '../../src/lib/errors.ts';
import { writeOf } from './crm.suite.ts';
import { COMPOSITE, inOrg as inAnyOrg, type Org as OrgHere, type Row } from './salesforce-org.ts';

interface Org extends OrgHere {
  /** The one record of this object that is not in the bin. */
  only(object: string): Promise<Row>;
}

/** A test with an org of its own, whose records in the bin are out of sight. */
function inOrg(name: string, story: (org: Org) => Promise<void>): void {
  inAnyOrg(name, async org => {
    const fields = { lead_score: 'Lead_Score__c', icp_priority: 'ICP_Priority__c', mql_score: 'MQL_Score__c' };
    const connect: Org['connect'] = options => org.connect({ fields, ...options });
    const rows = async (object: string) => (await org.rows(object)).filter(row => row.IsDeleted !== true);
    async function only(object: string): Promise<Row> {
      const found = await rows(object);
      assert.equal(found.length, 1, `${object}: ${found.length}`);
      return found[0] ?? {};
    }
    await story({ ...org, crm: connect(), connect, rows, only });
  });
}

const DEAL = { stage: 'MQL - Marketing Qualified', closeOn: '2027-02-22', role: 'Decision Maker' };

function accountWriteOf(change: Partial<CrmWrite> = {}): CrmWrite {
  return writeOf({
    mode: 'account_based',
    domain: 'acmecorp.com',
    dealName: 'Acme Corp: Emma Thompson',
    deal: DEAL,
    fields: { lead_score: 63, icp_priority: 'HIGH', mql_score: 63, employees: 750 },
    ...change,
  });
}

const EMMA = { email: 'emma@acmecorp.com', domain: 'acmecorp.com', company: 'Acme Corp', deals: true };

const found = <T extends { id: string }>(lookup: { kind: string; record?: T } | undefined) => lookup?.record?.id;

inOrg('whose account is it: by host, then by name', async org => {
  const table: [why: string, accounts: Row[], asked: object, wanted: number | undefined, by?: string][] = [
    ['the same host', [{ Name: 'A', Website: 'https://www.ACMECORP.com/en' }], EMMA, 0, 'domain'],
    ['another host that ends alike', [{ Name: 'B', Website: 'notacmecorp.com' }], EMMA, undefined],
    ['another host that begins alike', [{ Name: 'B', Website: 'acmecorp.com.evil.example' }], EMMA, undefined],
    ['another ending', [{ Name: 'Acme', Website: 'acmecorp.co' }], EMMA, undefined],
    ['one of several', [{ Name: 'C', Website: 'acme.example, acmecorp.com' }], EMMA, 0, 'domain'],
    ['a sub-domain', [{ Name: 'D', Website: 'shop.acmecorp.com' }], EMMA, 0, 'domain'],
    [
      'the host itself goes before a sub-domain',
      [
        { Name: 'D', Website: 'de.acmecorp.com' },
        { Name: 'E', Website: 'acmecorp.com' },
      ],
      EMMA,
      1,
      'domain',
    ],
    [
      'of several the name decides',
      [
        { Name: 'Acme Corporation', Website: 'acmecorp.com' },
        { Name: 'Acme Spares', Website: 'acmecorp.com' },
      ],
      EMMA,
      0,
      'domain',
    ],
    ['the name, without any website', [{ Name: 'ACME, Corporation' }], EMMA, 0, 'name'],
    ['accents of the org', [{ Name: 'Müller Söhne GmbH' }], { ...EMMA, company: 'Muller Sohne' }, 0, 'name'],
    [
      'accents of the lead',
      [{ Name: 'Muller Sohne' }],
      { ...EMMA, company: 'Müller & Söhne GmbH & Co. KG' },
      undefined,
    ],
    ['the name, with a website of somebody else', [{ Name: 'Acme Corp', Website: 'acme.example' }], EMMA, undefined],
    ['a name that only begins alike', [{ Name: 'Acme Corp Holdings' }], EMMA, undefined],
    [
      'a company beside it at a host of many',
      [{ Name: 'Other', Website: 'two.myshopify.com' }],
      { ...EMMA, domain: 'one.myshopify.com' },
      undefined,
    ],
    [
      'a page at a host of many',
      [{ Name: 'X', Website: 'https://www.linkedin.com/company/x' }],
      { ...EMMA, domain: 'linkedin.com' },
      undefined,
    ],
    [
      'no domain: a generic one was not given',
      [{ Name: 'Mail', Website: 'gmail.com' }],
      { email: 'e@gmail.com', deals: true },
      undefined,
    ],
    [
      'hostile text',
      [{ Name: 'Z', Website: 'z.example' }],
      { ...EMMA, company: "%' OR Name LIKE '%", domain: "a'b.example" },
      undefined,
    ],
  ];
  for (const [why, accounts, asked, wanted, by] of table) {
    const ids: string[] = [];
    for (const account of accounts) ids.push(await org.add('Account', account));
    const match = await org.crm.match(asked as Parameters<Crm['match']>[0]);
    assert.equal(found(match.company), wanted === undefined ? undefined : ids[wanted], why);
    if (match.company.kind !== 'none') assert.equal(match.company.record.by, by, why);
    for (const id of ids) await org.change('Account', id, { IsDeleted: true });
  }
  assert.equal(org.calls().length, table.length, 'one call for each');
});

inOrg('open opportunities are asked for in the same call, those of the contact’s account first', async org => {
  const priya = await org.userId('priya@example.com');
  const byHost = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const ofContact = await org.add('Account', { Name: 'Acme Parent' });
  const deal = (AccountId: string, Name: string, StageName = 'Proposal') =>
    org.add('Opportunity', {
      AccountId,
      Name,
      StageName,
      CloseDate: '2027-01-01',
      OwnerId: priya,
      IsClosed: /Closed/.test(StageName),
    });
  const open = await deal(byHost, 'Acme 2026');
  await deal(byHost, 'Acme 2025', 'Closed Won');
  const first = await org.crm.match(EMMA);
  assert.equal(found(first.deal), open);
  assert.equal(first.deal?.kind === 'one' && first.deal.record.owner.name, 'Priya Nair');
  await org.add('Contact', { LastName: 'T', Email: EMMA.email, AccountId: ofContact });
  assert.deepEqual((await org.crm.match(EMMA)).deal, { kind: 'none' });
  const other = await deal(ofContact, 'Parent 2026');
  const second = await org.crm.match(EMMA);
  assert.deepEqual([found(second.company), found(second.deal)], [ofContact, other]);
  assert.equal(org.calls().length, 3);
  const third = await org.crm.match({ email: EMMA.email, domain: 'acmecorp.com' });
  assert.equal(third.deal, undefined, 'not asked for');
});

inOrg('a new company: account, contact, opportunity, role and task, in one call', async org => {
  const marcus = await org.userId('marcus@example.com');
  const written = await org.crm.write(accountWriteOf({ handoffId: 'h-1', ownerId: marcus, newOwnerId: marcus }));
  assert.equal(org.calls().length, 1);
  assert.deepEqual(written.warnings, []);
  const [account, contact, deal, role, task] = await Promise.all(
    ['Account', 'Contact', 'Opportunity', 'OpportunityContactRole', 'Task'].map(object => org.only(object)),
  );
  assert.deepEqual(
    [written.kind, written.id, written.created, written.taskId],
    ['contact', contact?.Id, true, task?.Id],
  );
  assert.deepEqual(
    written.also?.map(({ kind, id, name, created }) => [kind, id, name, created]),
    [
      ['company', account?.Id, 'Acme Corp', true],
      ['deal', deal?.Id, 'Acme Corp: Emma Thompson', true],
    ],
  );
  assert.deepEqual(
    [account?.Name, account?.Website, account?.OwnerId, account?.NumberOfEmployees],
    ['Acme Corp', 'acmecorp.com', marcus, 750],
  );
  assert.deepEqual(
    [contact?.AccountId, contact?.Email, contact?.Lead_Score__c, contact?.OwnerId],
    [account?.Id, EMMA.email, 63, marcus],
  );
  assert.deepEqual(
    [deal?.AccountId, deal?.StageName, deal?.CloseDate, deal?.OwnerId, deal?.MQL_Score__c],
    [account?.Id, DEAL.stage, DEAL.closeOn, marcus, 63],
  );
  assert.deepEqual(
    [role?.OpportunityId, role?.ContactId, role?.Role, role?.IsPrimary],
    [deal?.Id, contact?.Id, 'Decision Maker', true],
  );
  assert.deepEqual([task?.WhoId, task?.WhatId], [contact?.Id, deal?.Id]);
  assert.equal((await org.rows('Lead')).length, 0);

  // Given to somebody else: the opportunity follows, its stage stays as people have it.
  await org.change('Opportunity', String(deal?.Id), { StageName: 'Proposal' });
  const priya = await org.userId('priya@example.com');
  const again = await org.crm.write(
    accountWriteOf({
      handoffId: 'h-1',
      ownerId: priya,
      newOwnerId: priya,
      existing: { kind: 'contact', id: String(contact?.Id) },
      company: { id: String(account?.Id) },
      made: { dealId: String(deal?.Id) },
    }),
  );
  assert.equal(again.created, false);
  const after = await org.only('Opportunity');
  assert.deepEqual([after.OwnerId, after.StageName], [priya, 'Proposal']);
  assert.equal((await org.rows('Task')).length, 1);
});

inOrg('a known contact of a known account gets an opportunity, and keeps its owner', async org => {
  const [priya, marcus] = [await org.userId('priya@example.com'), await org.userId('marcus@example.com')];
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com', OwnerId: priya });
  const contact = await org.add('Contact', {
    LastName: 'Thompson',
    Email: EMMA.email,
    AccountId: account,
    OwnerId: priya,
  });
  const written = await org.crm.write(
    accountWriteOf({
      existing: { kind: 'contact', id: contact },
      company: { id: account, name: 'Acme' },
      newOwnerId: marcus,
    }),
  );
  assert.deepEqual(
    [written.id, written.created, written.also?.[0]?.created, written.also?.[1]?.created],
    [contact, false, false, true],
  );
  const [row, deal] = [await org.only('Contact'), await org.only('Opportunity')];
  assert.deepEqual([row.OwnerId, row.Lead_Score__c, deal.OwnerId, deal.AccountId], [priya, 63, marcus, account]);
  assert.equal((await org.only('Account')).OwnerId, priya);
});

inOrg('a contact that Baton’s user may not change stays as it is; the opportunity is made all the same', async org => {
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const contact = await org.add('Contact', { LastName: 'Thompson', Email: EMMA.email, AccountId: account });
  const errors = [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id' }];
  await org.set({ trouble: { refuse: { object: 'Contact', on: 'update', times: 0, status: 403, errors } } });
  const existing = { kind: 'contact' as const, id: contact };
  const written = await org.crm.write(accountWriteOf({ existing, company: { id: account, name: 'Acme' } }));
  assert.deepEqual([written.id, written.also?.[1]?.created], [contact, true]);
  assert.match(written.warnings.join(), /The Contact was left as it is \(insufficient access rights/);
  assert.equal((await org.only('Task')).WhoId, contact);
});

inOrg('a contact without an account is given one', async org => {
  const contact = await org.add('Contact', { LastName: 'Thompson', Email: EMMA.email });
  await org.crm.write(accountWriteOf({ existing: { kind: 'contact', id: contact, homeless: true } }));
  assert.equal((await org.only('Contact')).AccountId, (await org.only('Account')).Id);
});

async function withOpenDeal(org: Org): Promise<{ account: string; match: CrmMatch; priya: string }> {
  const priya = await org.userId('priya@example.com');
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const values = { Name: 'Acme 2026', StageName: 'Proposal', CloseDate: '2027-01-01', OwnerId: priya };
  await org.add('Opportunity', { AccountId: account, ...values });
  return { account, match: await org.crm.match(EMMA), priya };
}

inOrg('an open opportunity: no second one, its owner has a task there', async org => {
  const { account, match, priya } = await withOpenDeal(org);
  assert.ok(match.deal?.kind === 'one');
  const marcus = await org.userId('marcus@example.com');
  const follow = {
    subject: 'Contact Emma',
    description: 'Now',
    dueOn: '2026-11-24',
    priority: 'high' as const,
    ownerId: marcus,
  };
  const write = accountWriteOf({
    company: { id: account },
    openDeal: match.deal.record,
    ownerId: marcus,
    newOwnerId: marcus,
    followUp: follow,
  });
  const written = await org.crm.write(write);
  assert.equal(written.openDeal?.name, 'Acme 2026');
  const deal = await org.only('Opportunity');
  const tasks = await org.rows('Task');
  assert.deepEqual(
    tasks.map(task => [task.OwnerId, task.WhatId]).sort(),
    [
      [marcus, deal.Id],
      [priya, deal.Id],
    ].sort(),
  );
  assert.equal((await org.rows('OpportunityContactRole')).length, 0);
  await org.crm.write(write);
  assert.equal((await org.rows('Task')).length, 2);
  assert.equal((await org.rows('Contact')).length, 1);
});

inOrg('a call for the rep is made once as a call, also when it is written again', async org => {
  const followUp = {
    subject: 'Call Emma',
    description: 'Phone: +1 415 555 0134',
    dueOn: '2026-11-24',
    priority: 'high',
    kind: 'call',
  } as const;
  for (const write of [writeOf({ followUp }), accountWriteOf({ followUp })]) {
    await org.crm.write(write);
    const again = await org.crm.write({ ...write, again: true });
    assert.deepEqual(again.warnings, []);
    const calls = (await org.rows('Task')).filter(task => task.Baton_Handoff_Id__c === write.handoffId);
    assert.deepEqual(
      calls.map(task => [task.TaskSubtype, task.Status]),
      [['Call', 'Not Started']],
    );
  }
});

inOrg('whoever owns the open opportunity and has the lead needs no note', async org => {
  const { account, match, priya } = await withOpenDeal(org);
  assert.ok(match.deal?.kind === 'one');
  await org.crm.write(
    accountWriteOf({ company: { id: account }, openDeal: match.deal.record, newOwnerId: priya, ownerId: priya }),
  );
  assert.equal((await org.rows('Task')).length, 1);
});

inOrg('an open lead stays the record and hangs on the account; nothing is made beside it', async org => {
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const lead = await org.add('Lead', { LastName: 'Thompson', Company: 'Acme', Email: EMMA.email });
  const written = await org.crm.write(
    accountWriteOf({ existing: { kind: 'lead', id: lead }, company: { id: account } }),
  );
  assert.deepEqual([written.kind, written.id, written.linkedLeads], ['lead', lead, [lead]]);
  assert.equal((await org.only('Lead')).Baton_Account__c, account);
  assert.deepEqual([await org.rows('Contact'), await org.rows('Opportunity')], [[], []]);

  await org.set({ removeField: { object: 'Lead', field: 'Baton_Account__c' } });
  const without = await org.crm.write(
    accountWriteOf({ existing: { kind: 'lead', id: lead }, company: { id: account } }),
  );
  assert.match(without.warnings.join(), /Baton_Account__c/);
  assert.equal(without.linkedLeads, undefined);
});

inOrg('the same person as lead and contact: the contact has the opportunity, the lead is linked', async org => {
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const contact = await org.add('Contact', { LastName: 'Thompson', Email: EMMA.email, AccountId: account });
  const lead = await org.add('Lead', { LastName: 'Thompson', Company: 'Acme', Email: EMMA.email });
  const write = (handoffId: string) =>
    org.crm.write(
      accountWriteOf({
        handoffId,
        existing: { kind: 'contact', id: contact },
        openLead: { id: lead },
        company: { id: account },
      }),
    );
  const written = await write('h-1');
  assert.deepEqual([written.kind, written.linkedLeads], ['contact', [lead]]);
  assert.equal((await org.only('Lead')).Baton_Account__c, account);
  await org.change('Lead', lead, { IsConverted: true });
  const later = await write('h-2');
  assert.match(later.warnings.join(), /The lead could not be linked/);
  assert.equal((await org.rows('Opportunity')).length, 2, 'the rest was made all the same');
});

for (const [what, fault] of [
  ['no answer in time', { timeout: true, after: 'after' }],
  ['a connection cut after the work was done', { reset: true, after: 'after' }],
  ['a connection cut before anything was done', { reset: true }],
] as const) {
  inOrg(`${what}: a retry never makes a second record, and resets nothing`, async org => {
    const write = accountWriteOf({ handoffId: 'h-1' });
    org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, ...fault, times: 1 });
    await assert.rejects(org.crm.write(write), Unavailable);
    const [deal] = await org.rows('Opportunity');
    if (deal) await org.change('Opportunity', String(deal.Id), { StageName: 'Proposal' });
    for (const again of [undefined, true]) {
      const written = await org.crm.write({ ...write, ...(again && { again }) });
      assert.equal(written.created, true, 'they are this handoff’s own');
      assert.equal(written.also?.[1]?.created, true);
    }
    for (const object of ['Account', 'Contact', 'Opportunity', 'OpportunityContactRole', 'Task'])
      await org.only(object);
    if (deal) assert.equal((await org.only('Opportunity')).StageName, 'Proposal');
  });
}

inOrg('found again by look-up, what an earlier try made is not taken for somebody’s', async org => {
  const write = accountWriteOf({ handoffId: 'h-1' });
  await org.crm.write(write);
  const match = await org.crm.match(EMMA);
  assert.ok(match.deal?.kind === 'one' && match.company.kind === 'one' && match.contact.kind === 'one');
  const again = await org.crm.write({
    ...write,
    again: true,
    existing: { kind: 'contact', id: match.contact.record.id },
    company: match.company.record,
    openDeal: match.deal.record,
  });
  assert.deepEqual([again.openDeal, again.created, again.also?.[1]?.created], [undefined, true, true]);
  await org.only('Task');
});

inOrg(
  'two leads of one new company at the same moment, from two processes: one account, one opportunity',
  async org => {
    const other = org.connect();
    const lead = (handoffId: string, email: string) =>
      accountWriteOf({ handoffId, person: { email, lastName: handoffId, company: 'Acme Corp' } });
    const [one, two] = await Promise.all([
      org.crm.write(lead('h-1', 'emma@acmecorp.com')),
      other.write(lead('h-2', 'noah@mail.acmecorp.com')),
    ]);
    const account = await org.only('Account');
    await org.only('Opportunity');
    const contacts = await org.rows('Contact');
    assert.deepEqual(
      contacts.map(row => row.AccountId),
      [account.Id, account.Id],
    );
    assert.equal(
      [one, two].filter(written => written.openDeal).length,
      1,
      'the second hears of the first’s opportunity',
    );
  },
);

inOrg('what the org refuses costs a field or a part, never the records', async org => {
  await org.set({ removeField: { object: 'Contact', field: 'Lead_Score__c' } });
  await org.set({ removeField: { object: 'Account', field: 'Baton_Handoff_Id__c' } });
  await org.set({ restrictPicklist: { object: 'OpportunityContactRole', field: 'Role', values: ['Evaluator'] } });
  await org.set({ deactivateUser: 'tom@example.com' });
  const tom = await org.userId('tom@example.com');
  const written = await org.crm.write(accountWriteOf({ ownerId: tom, newOwnerId: tom }));
  const said = written.warnings.join('\n');
  for (const pattern of [/owner of the Account/, /Lead_Score__c/, /Baton_Handoff_Id__c/, /Role/])
    assert.match(said, pattern);
  for (const object of ['Account', 'Contact', 'Opportunity', 'OpportunityContactRole', 'Task']) await org.only(object);
});

inOrg(
  'duplicate rules: the visible record is used, a hidden one is saved beside, one that lets nobody save parks',
  async org => {
    const only = (object: string, duplicateRule = 'on') => org.set({ duplicateRule, duplicateRuleFor: [object] });
    const priya = await org.userId('priya@example.com');
    const deal = { StageName: 'Proposal', CloseDate: '2027-01-01', OwnerId: priya };
    // An account by another website: its open opportunity counts.
    const account = await org.add('Account', { Name: 'Acme Corp', Website: 'acme.example' });
    await org.add('Opportunity', { ...deal, Name: 'Acme 2026', AccountId: account });
    await only('Account');
    const byAccount = await org.crm.write(accountWriteOf({ handoffId: 'h-1' }));
    assert.deepEqual(
      [byAccount.also?.[0]?.id, byAccount.also?.[0]?.created, byAccount.openDeal?.name],
      [account, false, 'Acme 2026'],
    );
    assert.match(byAccount.warnings.join(), /duplicate rule refused a second account: “Acme Corp” was used/);

    // A contact of another account: that account, and what is open there, count.
    const other = await org.add('Account', { Name: 'Parent' });
    await org.add('Opportunity', { ...deal, Name: 'Parent 2026', AccountId: other });
    const contact = await org.add('Contact', {
      LastName: 'Noah',
      Email: 'noah@acmecorp.com',
      AccountId: other,
      OwnerId: priya,
    });
    await only('Contact');
    const noah = { email: 'noah@acmecorp.com', lastName: 'Noah', company: 'New Company' };
    const byContact = await org.crm.write(accountWriteOf({ handoffId: 'h-2', person: noah, domain: 'new.example' }));
    assert.deepEqual([byContact.id, byContact.created, byContact.openDeal?.name], [contact, false, 'Parent 2026']);
    assert.equal((await org.rows('Account')).length, 2, 'the account that was under way was undone');
    assert.equal((await org.rows('Contact')).find(row => row.Id === contact)?.OwnerId, priya);

    // A lead of the same address is the person.
    const lead = await org.add('Lead', { LastName: 'Ada', Company: 'Ada', Email: 'ada@ada.example' });
    const ada = { email: 'ada@ada.example', lastName: 'Ada', company: 'Ada' };
    const byLead = await org.crm.write(accountWriteOf({ handoffId: 'h-3', person: ada, domain: 'ada.example' }));
    assert.deepEqual([byLead.kind, byLead.id], ['lead', lead]);
    assert.equal((await org.rows('Account')).length, 2);

    await only('Account', 'hidden');
    const hidden = await org.crm.write(
      accountWriteOf({ handoffId: 'h-4', person: { email: 'x@x.example', company: 'Parent' }, domain: 'x.example' }),
    );
    assert.match(hidden.warnings.join(), /Baton may not see: saved nevertheless/);
    await assert.rejects(
      org.connect({ hiddenDuplicates: 'reject' }).write(
        accountWriteOf({
          handoffId: 'h-5',
          person: { email: 'y@y.example', company: 'Parent' },
          domain: 'y.example',
        }),
      ),
      Rejected,
    );
  },
);

inOrg('every point at which a first try may end: the second finds what is there', async org => {
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const contact = await org.add('Contact', { LastName: 'Thompson', Email: EMMA.email, AccountId: account });
  const writes = {
    'all new': accountWriteOf({
      handoffId: 'h-1',
      domain: 'new.example',
      person: { email: 'n@new.example', company: 'New' },
    }),
    'known account': accountWriteOf({
      handoffId: 'h-2',
      company: { id: account },
      person: { email: 'o@acmecorp.com' },
    }),
    'known contact': accountWriteOf({
      handoffId: 'h-3',
      company: { id: account },
      existing: { kind: 'contact', id: contact },
    }),
  };
  for (const [what, write] of Object.entries(writes)) {
    const first = await org.crm.write(write);
    const counts = async () =>
      Promise.all(['Account', 'Contact', 'Opportunity', 'Task'].map(async object => (await org.rows(object)).length));
    const before = await counts();
    for (const again of [{}, { again: true }]) {
      const second = await org.crm.write({ ...write, ...again });
      assert.deepEqual(
        [second.id, second.taskId, second.also?.map(one => one.id)],
        [first.id, first.taskId, first.also?.map(one => one.id)],
        what,
      );
      assert.deepEqual(await counts(), before, what);
    }
  }
});

inOrg('all or nothing: a refusal for good leaves nothing behind, and says why', async org => {
  await org.set({ validationRule: { object: 'Opportunity', message: 'Ask finance first' } });
  await assert.rejects(
    org.crm.write(accountWriteOf()),
    (error: Error) => error instanceof Rejected && /Ask finance first/.test(error.message),
  );
  for (const object of ['Account', 'Contact', 'Opportunity', 'Task']) assert.deepEqual(await org.rows(object), []);
  await org.set({ validationRule: null, lockOnce: true });
  await assert.rejects(org.crm.write(accountWriteOf()), Unavailable);
  assert.deepEqual(await org.rows('Account'), []);
  await org.set({ removeField: { object: 'Opportunity', field: 'Baton_Handoff_Id__c' } });
  await assert.rejects(org.crm.write(accountWriteOf()), /no external-id field Baton_Handoff_Id__c on Opportunity/);
  assert.deepEqual(await org.rows('Account'), []);
});

inOrg('merged and deleted records are followed', async org => {
  const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const contact = await org.add('Contact', { LastName: 'T', Email: EMMA.email, AccountId: account });
  const gone = await org.add('Contact', { LastName: 'T', IsDeleted: true, MasterRecordId: contact });
  const merged = await org.crm.write(
    accountWriteOf({ existing: { kind: 'contact', id: gone }, company: { id: account } }),
  );
  assert.deepEqual([merged.id, (await org.only('Opportunity')).AccountId], [contact, account]);
});

/** How the account a write builds upon went, and what it is called that takes its place. */
const FATES = {
  'in the bin': (org: Org, id: string) => org.change('Account', id, { IsDeleted: true }),
  'out of the bin': (org: Org, id: string) => org.press('purge', { object: 'Account', id }),
};

for (const [fate, goes] of Object.entries(FATES)) {
  inOrg(`an account that is ${fate}: made anew, or the company's other one is used`, async org => {
    const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
    await goes(org, account);
    const first = await org.crm.write(accountWriteOf({ handoffId: 'h-1', company: { id: account } }));
    const made = await org.only('Account');
    assert.deepEqual([first.also?.[0]?.id, first.also?.[0]?.created], [made.Id, true]);
    assert.match(first.warnings.join(), /The account is gone/);

    // Later, with all of it taken away but somebody's other account of the company.
    const other = await org.add('Account', { Name: 'Acme Corp', Website: 'www.acmecorp.com' });
    const [deal, contact] = [await org.only('Opportunity'), await org.only('Contact')];
    await goes(org, String(made.Id));
    await org.change('Opportunity', String(deal.Id), { IsDeleted: true });
    await org.change('Contact', String(contact.Id), { IsDeleted: true });
    const again = await org.crm.write(
      accountWriteOf({
        handoffId: 'h-1',
        existing: { kind: 'contact', id: String(contact.Id) },
        company: { id: String(made.Id), name: 'Acme Corp' },
        made: { dealId: String(deal.Id) },
      }),
    );
    const anew = await org.only('Contact');
    assert.deepEqual([again.id, anew.AccountId, again.also?.[0]?.id], [anew.Id, other, other]);
    assert.deepEqual(await org.rows('Opportunity'), [], 'what people took away is not made again');
    assert.equal((await org.only('Task')).WhoId, anew.Id);
  });

  inOrg(`a contact and a lead of an account that is ${fate} stay who they are`, async org => {
    const account = await org.add('Account', { Name: 'Acme', Website: 'acmecorp.com' });
    const contact = await org.add('Contact', { LastName: 'Thompson', Email: EMMA.email });
    const lead = await org.add('Lead', { LastName: 'Noah', Company: 'Acme', Email: 'noah@acmecorp.com' });
    await goes(org, account);
    const homeless = { kind: 'contact' as const, id: contact, homeless: true };
    const written = await org.crm.write(accountWriteOf({ existing: homeless, company: { id: account } }));
    assert.equal(written.id, contact);
    const { Id: made } = await org.only('Account');
    assert.equal((await org.only('Contact')).AccountId, made);
    const linked = await org.crm.write(
      accountWriteOf({ handoffId: 'h-2', existing: { kind: 'lead', id: lead }, company: { id: account } }),
    );
    assert.deepEqual([linked.id, (await org.only('Lead')).Baton_Account__c], [lead, made]);
  });
}

inOrg('an account that was merged: the one that stayed is used, with what is open there', async org => {
  const [gone, stays] = [await org.add('Account', { Name: 'Acme' }), await org.add('Account', { Name: 'Acme Group' })];
  const open = { AccountId: stays, Name: 'Group 2026', StageName: 'Proposal', CloseDate: '2027-01-01' };
  await org.add('Opportunity', { ...open, OwnerId: await org.userId('priya@example.com') });
  await org.press('merge', { object: 'Account', master: stays, losers: [gone] });
  const written = await org.crm.write(accountWriteOf({ company: { id: gone, name: 'Acme' } }));
  assert.deepEqual([written.also?.[0]?.id, written.openDeal?.name], [stays, 'Group 2026']);
  assert.match(written.warnings.join(), /merged meanwhile: “Acme Group” was used/);
  assert.equal((await org.only('Contact')).AccountId, stays);
});

inOrg('a deal that went before the first write: an own one is made', async org => {
  const { account, match } = await withOpenDeal(org);
  assert.ok(match.deal?.kind === 'one');
  const open = match.deal.record;
  await org.change('Opportunity', open.id, { IsDeleted: true });
  const written = await org.crm.write(accountWriteOf({ company: { id: account }, openDeal: open }));
  const deal = await org.only('Opportunity');
  assert.deepEqual([written.openDeal, written.also?.[1]?.id, deal.AccountId], [undefined, deal.Id, account]);
});

inOrg('a touch about a deal that is gone is logged on the contact alone', async org => {
  const contact = await org.add('Contact', { LastName: 'Thompson', Email: EMMA.email });
  const deal = { Name: 'Acme', StageName: 'Proposal', CloseDate: '2027-01-01' };
  const touch = { record: { kind: 'contact' as const, id: contact }, kind: 'call' as const, subject: 'Call' };
  const said = { description: '', at: '2026-11-24T18:00:00Z', on: '2026-11-24' };
  for (const [fate, goes] of Object.entries({ bin: 'change', gone: 'purge' })) {
    const dealId = await org.add('Opportunity', deal);
    if (goes === 'purge') await org.press('purge', { object: 'Opportunity', id: dealId });
    else await org.change('Opportunity', dealId, { IsDeleted: true });
    const logged = await org.crm.logTouch({ ...touch, ...said, touchId: fate, dealId });
    assert.match(logged.warnings.join(), /The opportunity is gone: logged on the contact alone/);
    const task = (await org.rows('Task')).find(row => row.Id === logged.id);
    assert.deepEqual([task?.WhoId, task?.WhatId], [contact, null]);
  }
});

inOrg('what people took away after the first write is not made again', async org => {
  const write = accountWriteOf({ handoffId: 'h-1' });
  const first = await org.crm.write(write);
  const [account, deal] = first.also ?? [];
  const again: CrmWrite = {
    ...write,
    existing: { kind: 'contact', id: first.id },
    company: { id: account?.id ?? '' },
    newOwnerId: await org.userId('priya@example.com'),
    made: { dealId: deal?.id ?? '' },
  };
  await org.change('Opportunity', deal?.id ?? '', { IsDeleted: true });
  const second = await org.crm.write(again);
  assert.match(second.warnings.join(), /The opportunity is gone/);
  assert.deepEqual([second.id, await org.rows('Opportunity')], [first.id, []]);
  assert.equal((await org.rows('Account')).length, 1);
});

inOrg('a test leaves nothing behind, and what people hung on it stays', async org => {
  const write = accountWriteOf({
    handoffId: 'test-1',
    isTest: true,
    person: { email: 't@x.example', company: 'Baton Test' },
  });
  const { domain: _none, ...test } = write;
  await org.crm.write(test);
  await org.crm.removeTest('test-1');
  for (const object of ['Account', 'Contact', 'Opportunity', 'Task'])
    assert.deepEqual(await org.rows(object), [], object);

  await org.crm.write({ ...test, handoffId: 'test-2' });
  const somebody = await org.add('Contact', { LastName: 'Real', AccountId: (await org.only('Account')).Id ?? null });
  await org.crm.removeTest('test-2');
  assert.equal((await org.only('Contact')).Id, somebody);
  assert.equal((await org.rows('Account')).length, 1, 'somebody else’s contact hangs on it');
  assert.deepEqual(await org.rows('Opportunity'), []);
});

const MILLION = { manyAccounts: true };

inOrg('an org of a million accounts: found by the host that a flow keeps, in one call', async org => {
  await org.set(MILLION);
  const id = await org.add('Account', { Name: 'ACME', Website: 'HTTPS://www.AcmeCorp.com:443/en?x=1' });
  await org.add('Account', { Name: 'Other', Website: 'notacmecorp.com' });
  await org.add('Opportunity', { Name: 'Big', AccountId: id, StageName: 'Prospecting', CloseDate: '2027-01-31' });
  const match = await org.crm.match(EMMA);
  assert.deepEqual([found(match.company), match.deal?.kind], [id, 'one']);
  assert.equal(match.company.kind === 'one' && match.company.record.by, 'domain');
  await org.change('Account', id, { Website: 'acme.example' });
  assert.equal((await org.crm.match(EMMA)).company.kind, 'none', 'the flow follows the website');
  const nameless = await org.add('Account', { Name: 'Acme Corp' });
  const named = await org.crm.match({
    email: 'jo@mail.acmecorp.com',
    domain: 'mail.acmecorp.com',
    company: 'acme corp',
  });
  assert.deepEqual([found(named.company), org.calls().length], [nameless, 3]);
  assert.ok(org.calls().every(path => path.endsWith(COMPOSITE)));
});

inOrg('a large org without the field is searched, and asked for the field again once it was set up', async org => {
  const id = await org.add('Account', { Name: 'Acme Corp', Website: 'https://www.acmecorp.com' });
  await org.add('Account', { Name: 'Other', Website: 'notacmecorp.com' });
  await org.set({ ...MILLION, removeField: { object: 'Account', field: 'Baton_Website_Host__c' } });
  assert.equal(found((await org.crm.match(EMMA)).company), id);
  const before = org.calls().length;
  const lead = await org.crm.match({ email: 'jo@acmecorp.com', domain: 'acmecorp.com' });
  assert.equal(found(lead.company), id);
  assert.deepEqual(
    org
      .calls()
      .slice(before)
      .map(path => path.includes('/search'))
      .sort(),
    [false, true],
  );
});

inOrg('an org that does not say its size is scanned once at most, then asked by its indexes', async org => {
  const id = await org.add('Account', { Name: 'Acme Corp', Website: 'https://www.acmecorp.com' });
  await org.set(MILLION);
  org.sandbox.fault({
    service: 'salesforce',
    path: 'recordCount',
    status: 403,
    body: [{ errorCode: 'FUNCTIONALITY_NOT_ENABLED', message: 'no' }],
    times: 9,
  });
  for (const wanted of [2, 1]) {
    const before = org.calls().length;
    assert.equal(found((await org.crm.match(EMMA)).company), id);
    assert.equal(org.calls().length - before, wanted);
  }
});

inOrg('the size of an org is asked for once a day', async org => {
  const asked = () => org.sandbox.calls('salesforce').filter(call => call.path.includes('recordCount')).length;
  await Promise.all([org.crm.match(EMMA), org.crm.match({ email: 'jo@acmecorp.com' })]);
  await org.crm.match(EMMA);
  assert.equal(asked(), 1);
  org.clock.move(DAY);
  await org.crm.match(EMMA);
  assert.equal(asked(), 2);
});

inOrg(
  'neither index nor search answers in time: a lead goes on, an account is not made beside one that may be there',
  async org => {
    await org.set({ ...MILLION, removeField: { object: 'Account', field: 'Baton_Website_Host__c' } });
    await org.crm.match(EMMA);
    org.sandbox.fault({ service: 'salesforce', path: '/search', timeout: true, times: 2 });
    assert.equal((await org.crm.match({ email: 'jo@acmecorp.com', domain: 'acmecorp.com' })).company.kind, 'none');
    await assert.rejects(org.crm.match(EMMA), Unavailable);
  },
);
