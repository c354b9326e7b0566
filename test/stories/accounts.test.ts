import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { seeded } from '../helpers/leads.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EXAMPLE = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const PLAYBOOK = EXAMPLE.replace('  mode: lead ', '  mode: account_based ');
assert.notEqual(PLAYBOOK, EXAMPLE);

const EMMA = 'emma.thompson@acmecorp.com';

/** Emma crosses; answers her handoff and how many calls she cost Salesforce. */
async function crosses(baton: System) {
  const emma = await seeded(baton);
  const before = (await calls(baton)).length;
  await emma.cross(baton.post);
  const card = await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  const handoff = await baton.handoff(EMMA);
  return { handoff, card, spent: (await calls(baton)).length - before };
}

const calls = async (baton: System) =>
  (await baton.calls('salesforce')).filter(call => call.path.includes('/services/data/'));

async function add(baton: System, object: string, values: object): Promise<string> {
  const { id } = await baton.post(`/_sandbox/salesforce/${object}`, values);
  return String(id);
}

async function userId(baton: System, email: string): Promise<unknown> {
  return (await baton.records('User')).find(user => user.Email === email)?.Id;
}

async function only(baton: System, object: string): Promise<Record<string, unknown>> {
  const records = await baton.records(object);
  assert.equal(records.length, 1, `${object}: ${records.length}`);
  return records[0] ?? {};
}

test('a new company: account, contact, opportunity and task at once; touches hang on the deal, its end closes the lead', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const { handoff, card, spent } = await crosses(baton);
  assert.ok(spent <= 2, `${spent} calls`);
  const marcus = await userId(baton, 'marcus@example.com');
  const [account, contact, deal, task] = [
    await only(baton, 'Account'),
    await only(baton, 'Contact'),
    await only(baton, 'Opportunity'),
    await only(baton, 'Task'),
  ];
  assert.deepEqual([account.Name, account.Website], ['Acme Corp', 'acmecorp.com']);
  assert.deepEqual([deal.Name, deal.StageName], ['Acme Corp: Emma Thompson', 'MQL - Marketing Qualified']);
  // 90 days later in Los Angeles, where Marcus is.
  assert.equal(deal.CloseDate, '2027-02-22');
  assert.deepEqual([account.OwnerId, contact.OwnerId, deal.OwnerId, task.OwnerId], [marcus, marcus, marcus, marcus]);
  assert.deepEqual([task.WhoId, task.WhatId], [contact.Id, deal.Id]);
  assert.deepEqual(await baton.records('Lead'), []);
  const told = (await baton.story(handoff.id)).find(entry => entry.kind === 'record_written');
  assert.equal(
    told?.text,
    'Contact Emma Thompson, account Acme Corp and opportunity Acme Corp: Emma Thompson made in Salesforce, with a follow-up task',
  );
  assert.match(JSON.stringify(card), /Opportunity “Acme Corp: Emma Thompson” of Acme Corp/);
  const open = await fetch(`${baton.env.PUBLIC_URL}/open/${handoff.id}`, { redirect: 'manual' });
  assert.match(open.headers.get('location') ?? '', new RegExp(`/Opportunity/${String(deal.Id)}/view$`));

  // What Marcus logs hangs on the contact and on the opportunity.
  const { workspaceId, deps } = baton.app;
  const { slack_id } = await deps.db('people').where({ email: 'marcus@example.com' }).first('slack_id');
  const on = { workspaceId, slackUserId: String(slack_id), handoffId: handoff.id };
  const logged = await actionsOf(deps).logCall({ ...on, outcome: 'connected', direction: 'outbound', minutes: 4 });
  assert.deepEqual(logged, { kind: 'done' });
  const call = await until('the call is in Salesforce', async () =>
    (await baton.records('Task')).find(one => one.TaskSubtype === 'Call'),
  );
  assert.deepEqual([call.WhoId, call.WhatId], [contact.Id, deal.Id]);
  await baton.settled();

  // What the CRM tells of the opportunity is about Emma.
  await baton.post('/_sandbox/salesforce/_outbound', { mode: 'manual' });
  await baton.post(`/_sandbox/salesforce/Opportunity/${String(deal.Id)}`, { StageName: 'Closed Won' });
  await baton.post('/_sandbox/salesforce/deliver', {});
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).state, 'won');
});

test('an open opportunity: no second one; its owner hears of it, the card and the story say so', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const priya = await userId(baton, 'priya@example.com');
  const account = await add(baton, 'Account', { Name: 'ACME Corporation', Website: 'https://www.acmecorp.com/en' });
  const values = { Name: 'Acme <2026>', StageName: 'Proposal', CloseDate: '2027-01-01', OwnerId: priya };
  const deal = await add(baton, 'Opportunity', { AccountId: account, ...values });
  const { handoff, card, spent } = await crosses(baton);
  assert.ok(spent <= 2, `${spent} calls`);
  await only(baton, 'Opportunity');
  assert.equal((await only(baton, 'Contact')).AccountId, account);
  const tasks = await baton.records('Task');
  assert.deepEqual(
    tasks.map(task => task.WhatId),
    [deal, deal],
  );
  assert.ok(tasks.some(task => task.OwnerId === priya));
  assert.match(
    JSON.stringify(card),
    /ACME Corporation has an open opportunity “Acme &lt;2026&gt;”, Proposal, of Priya Nair, who was told/,
  );
  const story = await baton.story(handoff.id);
  assert.match(
    story.find(entry => entry.kind === 'open_deal')?.text ?? '',
    /no second one was made, and Priya Nair is told/,
  );
  const message = await baton.card({ user: 'priya@example.com' }, 'No second opportunity was made');
  assert.match(message.text, /Marcus Chen has the lead/);
  // Somebody else's deal is not Emma's: its end ends nothing of hers.
  await baton.post('/_sandbox/salesforce/_outbound', { mode: 'manual' });
  await baton.post(`/_sandbox/salesforce/Opportunity/${deal}`, { StageName: 'Closed Won' });
  await baton.post('/_sandbox/salesforce/deliver', {});
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');
});

test('an open lead of a known company is linked, and nothing is made beside it', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const account = await add(baton, 'Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const lead = await add(baton, 'Lead', { LastName: 'Thompson', Company: 'Acme', Email: EMMA });
  const { handoff, spent } = await crosses(baton);
  assert.ok(spent <= 2, `${spent} calls`);
  assert.equal(handoff.recordId, lead);
  assert.equal((await only(baton, 'Lead')).Baton_Account__c, account);
  assert.deepEqual([await baton.records('Contact'), await baton.records('Opportunity')], [[], []]);
  const story = await baton.story(handoff.id);
  assert.equal(
    story.find(entry => entry.kind === 'lead_linked')?.text,
    'The open lead was linked to the account Acme in Salesforce.',
  );
});

/** Types `/mql …`; answers what the person alone is shown for it. */
async function mql(baton: System, user: string, text: string): Promise<string> {
  const own = async () => (await baton.messages({ user })).filter(message => message.ephemeral);
  const before = (await own()).length;
  await baton.post('/_sandbox/slack/act', { user, command: { text } });
  const said = await until(`${user} hears of /mql ${text}`, async () => (await own()).at(before));
  return JSON.stringify(said);
}

test('given to somebody else, the opportunity goes with the lead; its stage and its name stay', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  await crosses(baton);
  const deal = await only(baton, 'Opportunity');
  await baton.post(`/_sandbox/salesforce/Opportunity/${String(deal.Id)}`, { StageName: 'Proposal', Name: 'Ours' });
  await mql(baton, 'marcus@example.com', 'reassign emma to <@U0PRIYA|priya> knows them');
  await baton.settled();
  const after = await only(baton, 'Opportunity');
  assert.deepEqual(
    [after.OwnerId, after.StageName, after.Name],
    [await userId(baton, 'priya@example.com'), 'Proposal', 'Ours'],
  );
  assert.equal((await only(baton, 'Contact')).OwnerId, await userId(baton, 'priya@example.com'));
  await only(baton, 'Task');
});

test('account, contact and deal were deleted by people: given to somebody else, the lead has a record again, and the story says how', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const { handoff } = await crosses(baton);
  for (const object of ['Opportunity', 'Contact', 'Account']) {
    const { Id } = await only(baton, object);
    await baton.post(`/_sandbox/salesforce/${object}/${String(Id)}`, { IsDeleted: true });
  }
  await mql(baton, 'marcus@example.com', 'reassign emma to <@U0PRIYA|priya> knows them');
  await baton.settled();
  const there = async (object: string) => (await baton.records(object)).filter(row => row.IsDeleted !== true);
  const [[contact], [account], deals] = [await there('Contact'), await there('Account'), await there('Opportunity')];
  const now = await baton.handoff(EMMA);
  assert.deepEqual(
    [now.recordState, now.recordId, contact?.AccountId, deals],
    ['written', contact?.Id, account?.Id, []],
  );
  assert.equal(contact?.OwnerId, await userId(baton, 'priya@example.com'));
  const said = (await baton.story(handoff.id))
    .filter(entry => entry.kind === 'record_warning')
    .map(entry => entry.text);
  assert.deepEqual(said, [
    'The Contact was deleted meanwhile: a new contact was made.',
    'The account is gone: another was made.',
    'The opportunity is gone: no other was made in its place.',
  ]);
});

test('simulate says what would be made, and a test lead leaves nothing behind', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const emma = await seeded(baton);
  const unknown = await mql(baton, 'dana@example.com', `simulate ${EMMA}`);
  assert.match(unknown, /an Account, a Contact, an Opportunity of Acme Corp would be made, owned by Marcus Chen/);
  await emma.cross(baton.post);
  await baton.handoff(EMMA);
  const known = await mql(baton, 'dana@example.com', `simulate ${EMMA}`);
  assert.match(
    known,
    /no second opportunity beside “Acme Corp: Emma Thompson”, MQL - Marketing Qualified, of Marcus Chen/,
  );

  const before = await Promise.all(['Account', 'Contact', 'Opportunity', 'Task'].map(object => baton.records(object)));
  await mql(baton, 'dana@example.com', 'test high');
  await baton.settled();
  assert.equal((await baton.records('Account')).length, 2);
  const told = await baton.card({ user: 'dana@example.com' }, 'Your test lead');
  assert.match(told.text, /an account, a contact and an opportunity of its own/);
  const name = 'TEST: Test Lead (Baton)';
  const [user, card] = await until('the test has a card', async () => {
    for (const user of ['marcus@example.com', 'priya@example.com', 'tom@example.com']) {
      const found = (await baton.messages({ user })).find(message => JSON.stringify(message).includes(name));
      if (found) return [user, found] as const;
    }
    return undefined;
  });
  await baton.press(user, card, 'test_cleanup');
  await until('the test is gone from the CRM', async () => (await baton.records('Account')).length === 1);
  const after = await Promise.all(['Account', 'Contact', 'Opportunity', 'Task'].map(object => baton.records(object)));
  assert.deepEqual(
    after.map(rows => rows.length),
    before.map(rows => rows.length),
  );
});
