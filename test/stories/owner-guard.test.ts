/** Whose a lead is in Salesforce: a rule that takes it is noticed and asked about; a person's later change is followed. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { actionsAs, toPerson, tryAs } from '../helpers/actions.ts';
import { ownerChangeStates } from '../helpers/database-questions.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { pollCrm, writeRecord } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { messagesSaying, untilAnswered, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA, TOM } from '../helpers/people.ts';
import { ACCOUNT_BASED } from '../helpers/playbooks.ts';
import {
  changeOrg,
  changeRecord,
  deliver,
  keepMessages,
  onlyRecord,
  ownerOf,
  RULE,
  untilOwned,
  userId,
} from '../helpers/salesforce.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { type Message, type System, type SystemOptions, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls } from '../helpers/vendors.ts';

/** A lead of the cast is handed off; `owner` is whom its record belongs to in Salesforce. */
async function crosses(baton: System, key: 'emma' | 'medium' = 'emma') {
  const { id, recordId, facts } = await handedOff(baton, key);
  assert.ok(recordId);
  return {
    id,
    email: facts.contact.email ?? '',
    recordId,
    owner: () => ownerOf(baton, 'Lead', recordId),
    /** Somebody, or a rule, gives the record to this user or queue. */
    give: (to: string, as: string) => changeRecord(baton, 'Lead', recordId, { OwnerId: to, _as: as }),
  };
}

/** A system in which Emma is Marcus's, and Salesforce keeps its messages; `priya`: her user. */
async function withEmma(t: TestContext, options: SystemOptions = {}) {
  const baton = await system(t, options);
  await keepMessages(baton);
  return { baton, ...(await crosses(baton)), marcus: await userId(baton, MARCUS), priya: await userId(baton, PRIYA) };
}

/** What Dana was asked, oldest first, each as it stands now. */
const asks = async (baton: System) =>
  (await baton.messages({ user: DANA })).filter(message => message.text.startsWith('Whose is'));

/** Whose Emma is in Baton, and how each change of her record's owner stands. */
const standing = async (baton: System) => [(await baton.handoff(EMMA)).repEmail, await ownerChangeStates(baton)];

/** Presses a button of a message, and waits for what the presser alone is told and for all that follows. */
async function decide(baton: System, user: string, message: Message, action: string, answer: RegExp): Promise<void> {
  await act(baton, user, clickOn(message, action));
  await untilAnswered(baton, user, answer);
  await baton.settled();
}

test('a rule takes the lead: the card and the manager say who, once; it stays until somebody who may decides', async t => {
  const { baton, id, owner, give, priya } = await withEmma(t);
  await deliver(baton);
  const before = (await baton.calls('salesforce')).length;
  await deliver(baton, { again: true });
  const after = (await baton.calls('salesforce')).length;
  assert.equal(after, before, 'what Baton wrote itself is no news, and costs no call');
  assert.equal(await owner(), MARCUS);

  // And a second: Salesforce stamps whole ones.
  baton.clock.move(MINUTE + SECOND);
  await give(priya, RULE);
  await deliver(baton);
  await deliver(baton, { again: true, reverse: true, single: true });
  await pollCrm(baton);
  assert.deepEqual(await standing(baton), [MARCUS, ['asked']]);
  const [said, ...more] = await recorded(baton, id, 'owner_changed');
  assert.deepEqual(more, []);
  assert.match(
    said ?? '',
    /^Salesforce gave the lead to Priya Nair \(Automated Process, 1 minute.* after Baton gave it to Marcus Chen\): a manager is asked$/,
  );
  const card = await baton.card({ user: MARCUS }, 'Restore ours');
  assert.match(wordsOf(card), /gave the lead to \*Priya Nair\* \(Automated Process/);
  const [question, ...others] = await asks(baton);
  assert.ok(question && others.length === 0);
  assert.match(wordsOf(question), /owner_keep.*owner_restore/);
  assert.equal((await tryAs(baton, TOM, id).restoreOwner()).kind, 'not_allowed');
});

/** A rule took Emma's record, was told to give it back, and took it again in the very save. */
async function struckAgain(t: TestContext) {
  const given = await withEmma(t);
  const { baton, give, priya } = given;
  await give(priya, RULE);
  await deliver(baton);
  const [question] = await asks(baton);
  assert.ok(question);
  await changeOrg(baton, { ownerRule: { object: 'Lead', to: PRIYA, as: RULE, on: 'update' } });
  await decide(baton, DANA, question, 'owner_restore', /gives the record back to \*Marcus Chen\*, once/);
  const again = await until('Dana hears that the rule struck again', async () => (await asks(baton))[1]);
  return { ...given, again };
}

test('given back once: a rule that strikes again in the save itself is said, with what mends it', async t => {
  const { baton, owner, again } = await struckAgain(t);
  assert.deepEqual(await standing(baton), [MARCUS, ['overruled']]);
  assert.equal(await owner(), PRIYA);
  assert.match(wordsOf(again), /again after it was given back.*exempt Baton/);
  assert.doesNotMatch(wordsOf(again), /owner_restore/);
});

test('never fought over: what a rule does after that is neither written over nor said again', async t => {
  const { baton, give, marcus, priya } = await struckAgain(t);
  const writes = async () =>
    (await baton.calls('salesforce')).filter(call => /"OwnerId"/.test(JSON.stringify(call.body))).length;
  const before = await writes();
  await deliver(baton);
  await deliver(baton, { again: true });
  await give(marcus, MARCUS);
  await deliver(baton);
  await give(priya, RULE);
  await deliver(baton);
  await pollCrm(baton);
  assert.equal(await writes(), before, 'no ping-pong');
  const [over, ...said] = await asks(baton);
  assert.equal(said.length, 1, 'said once');
  assert.ok(over);
  assert.match(wordsOf(over), /Dana Ruiz chose Restore ours, and it was changed again \(/);
  assert.doesNotMatch(wordsOf(over), /owner_restore|owner_keep/, 'what is decided cannot be pressed');
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS);
});

/** HubSpot's integration gives every new lead to Priya, and Marcus chose Keep theirs for Emma. */
async function keptTheirs(t: TestContext) {
  const baton = await system(t);
  await keepMessages(baton);
  await changeOrg(baton, { ownerRule: { object: 'Lead', to: PRIYA, as: 'HubSpot Integration' } });
  const emma = await crosses(baton);
  await deliver(baton);
  const card = await baton.card({ user: MARCUS }, 'Keep theirs');
  const answer = /goes to \*Priya Nair\*.*\*HubSpot Integration\* does is kept/;
  await decide(baton, MARCUS, card, 'owner_keep', answer);
  return { baton, emma };
}

test('Keep theirs moves the lead, and is remembered for that rule', async t => {
  const { baton, emma } = await keptTheirs(t);
  const kept = await baton.handoff(EMMA);
  assert.deepEqual([kept.repEmail, kept.state], [PRIYA, 'assigned']);
  assert.equal(await emma.owner(), PRIYA);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await untilSaid(baton, { user: MARCUS }, /With Priya Nair now/);
  assert.deepEqual(await ownerChangeStates(baton), ['kept']);

  const next = await crosses(baton, 'medium');
  const before = (await asks(baton)).length;
  await pollCrm(baton);
  const followed = await baton.handoff(next.email);
  assert.deepEqual([followed.repEmail, followed.ownerChange], [PRIYA, null]);
  assert.equal((await asks(baton)).length, before, 'not asked again');
  assert.equal(await next.owner(), PRIYA);
});

test('what is kept of a rule is on Home, until an admin forgets it: then it is asked about again', async t => {
  const { baton, emma } = await keptTheirs(t);
  await openSetup(baton, DANA);
  await homeShows(baton, DANA, /HubSpot Integration\*: its owners are kept, as \*Marcus Chen\* said/);
  await press(baton, DANA, 'forget_kept_owner', await userId(baton, 'HubSpot Integration'));
  await homeShows(baton, DANA, /Forgotten\. A manager is asked again/);
  await emma.give(await userId(baton, MARCUS), 'HubSpot Integration');
  await pollCrm(baton);
  assert.deepEqual(await ownerChangeStates(baton), ['kept', 'asked']);
});

/** The queue of the org. */
const queueOf = async (baton: System) => String((await onlyRecord(baton, 'Group')).Id);

test('a queue is only told; back is back', async t => {
  const { baton, give, marcus } = await withEmma(t);
  // Not soon any more, and not late yet: at a breach Baton saves the record, too.
  baton.clock.move(30 * MINUTE);
  await give(await queueOf(baton), DANA);
  await pollCrm(baton);
  assert.deepEqual(await standing(baton), [MARCUS, ['left']]);
  await untilSaid(baton, { user: MARCUS }, /Inbound queue\* \(Dana Ruiz.*It stays with \*Marcus Chen\*/);
  assert.equal((await asks(baton)).length, 1);
  await give(marcus, DANA);
  await pollCrm(baton);
  assert.deepEqual(await standing(baton), [MARCUS, ['settled']]);
  assert.equal((await baton.handoff(EMMA)).ownerChange, null);
});

test('a person’s later change moves card, ladder and rep; Baton’s own change of the rep is written', async t => {
  const { baton, id, recordId, owner, give, priya } = await withEmma(t);
  baton.clock.move(30 * MINUTE);
  const { assignedAt } = await baton.handoff(EMMA);
  await give(priya, DANA);
  await pollCrm(baton);
  await pollCrm(baton);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.repEmail, handoff.stepsFired, handoff.breachedAt], [PRIYA, 0, null]);
  assert.ok(assignedAt && handoff.assignedAt && handoff.assignedAt > assignedAt);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await untilSaid(baton, { user: MARCUS }, /With Priya Nair now/);
  const [sentence, ...more] = await recorded(baton, id, 'reassigned');
  assert.deepEqual(more, []);
  assert.match(
    sentence ?? '',
    /^In Salesforce the owner was changed \(Dana Ruiz, .*\) → Priya Nair\. It counts as Priya Nair’s turn/,
  );
  assert.equal(await owner(), PRIYA, 'and Baton leaves it so');

  await actionsAs(baton, DANA, id).reassign(toPerson(MARCUS));
  await baton.settled();
  assert.equal(await ownerOf(baton, 'Lead', recordId), MARCUS);
  await pollCrm(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS);
});

test('given back and left alone; struck later is said once, and then theirs is kept', async t => {
  const { baton, id, recordId, owner, give, priya } = await withEmma(t);
  await give(priya, RULE);
  await pollCrm(baton);
  const card = await baton.card({ user: MARCUS }, 'Restore ours');
  await breakCalls(baton, { service: 'salesforce', path: '/composite', status: 503 });
  await act(baton, MARCUS, clickOn(card, 'owner_restore'));
  await untilOwned(baton, 'Lead', recordId, MARCUS);
  await baton.settled();
  assert.deepEqual(await ownerChangeStates(baton), ['restored']);
  assert.equal((await baton.handoff(EMMA)).ownerChange, null);
  const last = (await recorded(baton, id, 'owner_changed')).at(-1) ?? '';
  assert.match(last, /^In Salesforce the lead belongs to Marcus Chen again, as Baton had given it$/);

  baton.clock.move(HOUR);
  await give(priya, RULE);
  await pollCrm(baton);
  assert.deepEqual(await ownerChangeStates(baton), ['overruled']);
  const again = await until('Dana hears of it', async () => (await asks(baton))[1]);
  assert.equal(await owner(), PRIYA, 'Baton does not fight');
  await decide(baton, DANA, again, 'owner_keep', /goes to \*Priya Nair\*/);
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
});

test('what Salesforce refuses is said on the card, and what nobody of the playbook has stays here', async t => {
  const { baton, give } = await withEmma(t);
  await give(await queueOf(baton), 'Lead Router');
  await pollCrm(baton);
  await changeOrg(baton, { validationRule: { object: 'Lead', message: 'Leads of the queue stay there' } });
  const card = await untilSaid(baton, { user: MARCUS }, /Inbound queue/);
  await decide(baton, MARCUS, card, 'owner_restore', /gives the record back/);
  await until(
    'the refusal is on the card',
    async () => (await messagesSaying(baton, { user: MARCUS }, /Leads of the queue stay there/)).length > 0,
  );
  assert.deepEqual(await ownerChangeStates(baton), ['refused']);
  const answer = /Kept\. The lead stays here: Inbound queue is nobody of the playbook/;
  await decide(baton, MARCUS, card, 'owner_keep', answer);
  assert.deepEqual(await standing(baton), [MARCUS, ['left']]);
});

test('a change in Salesforce while Baton’s own write waits is not written over; Baton’s own change of the rep is', async t => {
  const { baton, id, owner, give, priya } = await withEmma(t);
  await give(priya, 'Lead Router');
  // What was learnt later is written before anybody has told of the change.
  await writeRecord(baton, id);
  assert.equal(await owner(), PRIYA);
  await pollCrm(baton);
  assert.deepEqual(await ownerChangeStates(baton), ['asked']);

  await actionsAs(baton, DANA, id).reassign(toPerson(TOM));
  await baton.settled();
  assert.equal(await owner(), TOM);
  await pollCrm(baton);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.repEmail, handoff.ownerChange], [TOM, null]);
  const late = await tryAs(baton, DANA, id).keepOwner();
  assert.match(late.kind === 'unfit' ? late.why : '', /This is settled/);
});

/** The opportunity that Baton made of Emma, and how somebody gives it to Priya. */
async function withDeal(t: TestContext) {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  await keepMessages(baton);
  const { id } = await handedOff(baton);
  const deal = await onlyRecord(baton, 'Opportunity');
  const priya = await userId(baton, PRIYA);
  const give = (as: string) => changeRecord(baton, 'Opportunity', deal.Id, { OwnerId: priya, _as: as });
  return { baton, id, give };
}

test('the opportunity Baton made is guarded like a lead', async t => {
  const { baton, give } = await withDeal(t);
  const before = (await baton.calls('salesforce')).length;
  await deliver(baton);
  assert.equal((await baton.calls('salesforce')).length, before, 'what Baton made is no news');
  await give(RULE);
  await deliver(baton);
  assert.deepEqual(await standing(baton), [MARCUS, ['asked']]);
  const question = await until('Dana is asked', async () => (await asks(baton))[0]);
  await decide(baton, DANA, question, 'owner_restore', /gives the record back/);
  await until('it is restored', async () => (await ownerChangeStates(baton))[0] === 'restored');
});

test('the opportunity that a person gives to somebody takes card and contact along', async t => {
  const { baton, id, give } = await withDeal(t);
  await deliver(baton);
  baton.clock.move(HOUR);
  await give(DANA);
  await deliver(baton, { again: true });
  const { state } = await until('the lead follows', async () => {
    const now = await baton.handoff(EMMA);
    return now.repEmail === PRIYA ? now : undefined;
  });
  await baton.settled();
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  const { Id } = await onlyRecord(baton, 'Contact');
  assert.deepEqual([await ownerOf(baton, 'Contact', Id), state], [PRIYA, 'assigned']);
  await deliver(baton);
  await pollCrm(baton);
  const { repEmail, ownerChange } = await baton.handoff(EMMA);
  assert.deepEqual([repEmail, ownerChange, await ownerChangeStates(baton)], [PRIYA, null, []]);
  assert.equal((await recorded(baton, id, 'reassigned')).length, 1);
});

test('two changes within one second are both heard of by polling: Salesforce stamps whole seconds', async t => {
  const { baton, give, marcus, priya } = await withEmma(t);
  baton.clock.move(HOUR - (baton.clock.now().getTime() % SECOND));
  await give(priya, DANA);
  await pollCrm(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
  baton.clock.move(400);
  await give(marcus, DANA);
  await pollCrm(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS);
});
