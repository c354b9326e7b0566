/** A playbook that makes accounts, contacts and opportunities instead of leads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { seeded } from '../helpers/leads.ts';
import { messagesSaying, mql, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA, TOM } from '../helpers/people.ts';
import { ACCOUNT_BASED } from '../helpers/playbooks.ts';
import {
  addRecord,
  changeRecord,
  deliver,
  keepMessages,
  onlyRecord,
  recordLink,
  tasksOf,
  userId,
} from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';

const OBJECTS = ['Account', 'Contact', 'Opportunity', 'Task'] as const;

/** Emma crosses, for two calls to Salesforce at most; answers her handoff and the card. */
async function crosses(baton: System) {
  // The org is asked for its size once a day.
  const isOfLead = (path: string) => path.includes('/services/data/') && !path.includes('/recordCount');
  const calls = async () => (await baton.calls('salesforce')).filter(call => isOfLead(call.path)).length;
  const emma = await seeded(baton);
  const before = await calls();
  await emma.cross(baton.post);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  const handoff = await baton.handoff(EMMA);
  const spent = (await calls()) - before;
  assert.ok(spent <= 2, `${spent} calls`);
  return { handoff, card };
}

const countRecords = (baton: System) => Promise.all(OBJECTS.map(async object => (await baton.records(object)).length));

/** Salesforce tells that a deal was won. */
async function winDeal(baton: System, deal: unknown): Promise<void> {
  await keepMessages(baton);
  await changeRecord(baton, 'Opportunity', deal, { StageName: 'Closed Won' });
  await deliver(baton);
}

test('a new company: account, contact, opportunity and task at once, all of them Marcus’s', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const { handoff, card } = await crosses(baton);
  const made = await Promise.all(OBJECTS.map(object => onlyRecord(baton, object)));
  const [account, contact, deal, task] = made;
  const marcus = await userId(baton, MARCUS);
  assert.deepEqual(
    made.map(({ OwnerId }) => OwnerId),
    [marcus, marcus, marcus, marcus],
  );
  assert.deepEqual([account?.Name, account?.Website], ['Acme Corp', 'acmecorp.com']);
  // 90 days later in Los Angeles, where Marcus is.
  assert.deepEqual(
    [deal?.Name, deal?.StageName, deal?.CloseDate],
    ['Acme Corp: Emma Thompson', 'MQL - Marketing Qualified', '2027-02-22'],
  );
  assert.deepEqual([task?.WhoId, task?.WhatId], [contact?.Id, deal?.Id]);
  assert.deepEqual(await baton.records('Lead'), []);
  assert.deepEqual(await recorded(baton, handoff.id, 'record_written'), [
    'Contact Emma Thompson, account Acme Corp and opportunity Acme Corp: Emma Thompson made in Salesforce, with a follow-up task',
  ]);
  assert.match(wordsOf(card), /Opportunity “Acme Corp: Emma Thompson” of Acme Corp/);
  assert.match(await recordLink(baton, handoff.id), new RegExp(`/Opportunity/${String(deal?.Id)}/view$`));
});

test('what Marcus logs hangs on the contact and on the opportunity, and the end of that closes the lead', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const { handoff } = await crosses(baton);
  const [contact, deal] = [await onlyRecord(baton, 'Contact'), await onlyRecord(baton, 'Opportunity')];
  await actionsAs(baton, MARCUS, handoff.id).logCall(CONNECTED);
  const call = await until('the call is in Salesforce', async () => (await tasksOf(baton, 'Call'))[0]);
  assert.deepEqual([call.WhoId, call.WhatId], [contact.Id, deal.Id]);
  await baton.settled();
  await winDeal(baton, deal.Id);
  assert.equal((await baton.handoff(EMMA)).state, 'won');
});

test('an open opportunity: no second one; its owner hears of it, the card and the story say so', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const priya = await userId(baton, PRIYA);
  const account = await addRecord(baton, 'Account', {
    Name: 'ACME Corporation',
    Website: 'https://www.acmecorp.com/en',
  });
  const values = { Name: 'Acme <2026>', StageName: 'Proposal', CloseDate: '2027-01-01', OwnerId: priya };
  const deal = await addRecord(baton, 'Opportunity', { AccountId: account, ...values });
  const { handoff, card } = await crosses(baton);
  await onlyRecord(baton, 'Opportunity');
  assert.equal((await onlyRecord(baton, 'Contact')).AccountId, account);
  const tasks = await baton.records('Task');
  assert.deepEqual(
    tasks.map(task => task.WhatId),
    [deal, deal],
  );
  assert.ok(tasks.some(task => task.OwnerId === priya));
  assert.match(
    wordsOf(card),
    /ACME Corporation has an open opportunity “Acme &lt;2026&gt;”, Proposal, of Priya Nair, who was told/,
  );
  const [told] = await recorded(baton, handoff.id, 'open_deal');
  assert.match(told ?? '', /no second one was made, and Priya Nair is told/);
  const message = await baton.card({ user: PRIYA }, 'No second opportunity was made');
  assert.match(message.text, /Marcus Chen has the lead/);
  // Somebody else's deal is not Emma's: its end ends nothing of hers.
  await winDeal(baton, deal);
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');
});

test('an open lead of a known company is linked, and nothing is made beside it', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const account = await addRecord(baton, 'Account', { Name: 'Acme', Website: 'acmecorp.com' });
  const lead = await addRecord(baton, 'Lead', { LastName: 'Thompson', Company: 'Acme', Email: EMMA });
  const { handoff } = await crosses(baton);
  assert.equal(handoff.recordId, lead);
  assert.equal((await onlyRecord(baton, 'Lead')).Baton_Account__c, account);
  assert.deepEqual([await baton.records('Contact'), await baton.records('Opportunity')], [[], []]);
  assert.deepEqual(await recorded(baton, handoff.id, 'lead_linked'), [
    'The open lead was linked to the account Acme in Salesforce.',
  ]);
});

/** Marcus gives Emma to Priya. */
async function givenToPriya(baton: System): Promise<void> {
  await mql(baton, MARCUS, 'reassign emma to <@U0PRIYA|priya> knows them');
  await baton.settled();
}

test('given to somebody else, the opportunity goes with the lead; its stage and its name stay', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  await crosses(baton);
  const { Id } = await onlyRecord(baton, 'Opportunity');
  await changeRecord(baton, 'Opportunity', Id, { StageName: 'Proposal', Name: 'Ours' });
  await givenToPriya(baton);
  const [priya, deal] = [await userId(baton, PRIYA), await onlyRecord(baton, 'Opportunity')];
  assert.deepEqual([deal.OwnerId, deal.StageName, deal.Name], [priya, 'Proposal', 'Ours']);
  assert.equal((await onlyRecord(baton, 'Contact')).OwnerId, priya);
  await onlyRecord(baton, 'Task');
});

test('account, contact and deal were deleted by people: given to somebody else, the lead has a record again, and the story says how', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const { handoff } = await crosses(baton);
  for (const object of ['Opportunity', 'Contact', 'Account']) {
    await changeRecord(baton, object, (await onlyRecord(baton, object)).Id, { IsDeleted: true });
  }
  await givenToPriya(baton);
  const there = async (object: string) => (await baton.records(object)).filter(row => row.IsDeleted !== true);
  const [[contact], [account], deals] = [await there('Contact'), await there('Account'), await there('Opportunity')];
  const now = await baton.handoff(EMMA);
  assert.deepEqual(
    [now.recordState, now.recordId, contact?.AccountId, deals],
    ['written', contact?.Id, account?.Id, []],
  );
  assert.equal(contact?.OwnerId, await userId(baton, PRIYA));
  assert.deepEqual(await recorded(baton, handoff.id, 'record_warning'), [
    'The Contact was deleted meanwhile: a new contact was made.',
    'The account is gone: another was made.',
    'The opportunity is gone: no other was made in its place.',
  ]);
});

test('simulate says what would be made, and what would not be made again', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const emma = await seeded(baton);
  assert.match(
    wordsOf(await mql(baton, DANA, `simulate ${EMMA}`)),
    /an Account, a Contact, an Opportunity of Acme Corp would be made, owned by Marcus Chen/,
  );
  await emma.cross(baton.post);
  await baton.handoff(EMMA);
  assert.match(
    wordsOf(await mql(baton, DANA, `simulate ${EMMA}`)),
    /no second opportunity beside “Acme Corp: Emma Thompson”, MQL - Marketing Qualified, of Marcus Chen/,
  );
});

test('a test lead has an account, a contact and an opportunity of its own, and leaves nothing behind', async t => {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  await crosses(baton);
  const before = await countRecords(baton);
  await mql(baton, DANA, 'test high');
  await baton.settled();
  assert.equal((await baton.records('Account')).length, 2);
  const told = await baton.card({ user: DANA }, 'Your test lead');
  assert.match(told.text, /an account, a contact and an opportunity of its own/);
  const [user, card] = await until('the test has a card', async () => {
    for (const user of [MARCUS, PRIYA, TOM]) {
      const [found] = await messagesSaying(baton, { user }, /Test: Test Lead \(Baton\)/);
      if (found) return [user, found] as const;
    }
    return undefined;
  });
  await baton.press(user, card, 'test_cleanup');
  await until('the test is gone from the CRM', async () => (await baton.records('Account')).length === 1);
  assert.deepEqual(await countRecords(baton), before);
});
