/** Who changed an owner, where the org keeps its history; what becomes of the question once it is answered or moot. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, toPerson } from '../helpers/actions.ts';
import { ownerChangeStates } from '../helpers/database-questions.ts';
import { pollCrm, writeRecord } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA, TOM } from '../helpers/people.ts';
import { ACCOUNT_BASED, CLAIMED_FROM_POOL } from '../helpers/playbooks.ts';
import { addRecord, changeOrg, changeRecord, keepMessages, onlyRecord, RULE, userId } from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';

/** Emma is handed off; Baton hears what happens to her record when it asks. */
async function emma(baton: System) {
  await keepMessages(baton);
  const { id, recordId } = await handedOff(baton);
  assert.ok(recordId);
  const change = async (email: string, as: string) =>
    changeRecord(baton, 'Lead', recordId, { OwnerId: await userId(baton, email), _as: as });
  /** Something learnt later is written, and Baton asks what is new. */
  const save = async () => {
    await writeRecord(baton, id);
    await pollCrm(baton);
  };
  return {
    id,
    dana: actionsAs(baton, DANA, id),
    save,
    /** Somebody, or a rule, gives the record to this person, and Baton hears of it. */
    async give(email: string, as: string) {
      await change(email, as);
      await pollCrm(baton);
    },
    /** The same, and Baton writes something else to the record before it hears of it. */
    async giveUnheard(email: string, as: string) {
      await change(email, as);
      baton.clock.move(MINUTE);
      await save();
    },
  };
}

/** Whose the lead is, and how each question about it stands. */
const standing = async (baton: System) => [(await baton.handoff(EMMA)).repEmail, await ownerChangeStates(baton)];

/** What Dana was asked, each as it stands now. */
const asks = async (baton: System) =>
  (await baton.messages({ user: DANA })).filter(message => message.text.startsWith('Whose is')).map(wordsOf);
const BUTTONS = /owner_keep|owner_restore/;

/** Of Dana's questions this one says how it ended, and nobody can answer it any more. */
async function assertOver(baton: System, at: number, how: RegExp): Promise<void> {
  const question = (await asks(baton))[at] ?? '';
  assert.match(question, how);
  assert.doesNotMatch(question, BUTTONS);
}

/** A system whose org keeps a history of owners, and Emma in it. */
async function withHistory(t: TestContext) {
  const baton = await system(t);
  await changeOrg(baton, { features: { trackOwner: ['Lead'] } });
  return { baton, lead: await emma(baton) };
}

test('history knows who changed the owner though Baton saved the record since, and is asked only then', async t => {
  const { baton, lead } = await withHistory(t);
  const asked = async () =>
    (await baton.calls('salesforce')).filter(call => JSON.stringify(call).includes('LeadHistory')).length;
  await lead.save();
  assert.equal(await asked(), 0, 'nobody is asked who changed nothing');
  baton.clock.move(2 * MINUTE);
  await lead.giveUnheard(PRIYA, DANA);
  await pollCrm(baton);
  assert.equal(await asked(), 1);
  const [said] = await recorded(baton, lead.id, 'owner_changed');
  const who =
    /^Salesforce gave the lead to Priya Nair \(Dana Ruiz, \d+ minutes?( \d+ seconds?)? after Baton gave it to Marcus/;
  assert.match(said ?? '', who);
  assert.match((await asks(baton))[0] ?? '', BUTTONS);
});

test('a question that a person’s later change made moot says so', async t => {
  const { baton, lead } = await withHistory(t);
  await lead.giveUnheard(PRIYA, DANA);
  baton.clock.move(30 * MINUTE);
  await lead.giveUnheard(TOM, DANA);
  assert.deepEqual(await standing(baton), [TOM, ['settled']]);
  assert.equal((await asks(baton)).length, 1);
  await assertOver(baton, 0, /Dana Ruiz gave the record to Tom Okafor in Salesforce \(<!date/);
});

test('a rule that strikes in Baton’s own save is known by the history; the question ends when the lead is given on', async t => {
  const { baton, lead } = await withHistory(t);
  // Not soon any more: nothing but the history tells that it was no person.
  baton.clock.move(20 * MINUTE);
  await changeOrg(baton, { ownerRule: { object: 'Lead', to: PRIYA, on: 'update' } });
  await lead.save();
  assert.deepEqual(await standing(baton), [MARCUS, ['asked']]);
  const [said] = await recorded(baton, lead.id, 'owner_changed');
  assert.match(said ?? '', /\(a rule of Salesforce as Baton saved the record, /);
  await lead.dana.reassign({ ...toPerson(TOM), note: 'he knows them' });
  await baton.settled();
  await assertOver(baton, 0, /Dana Ruiz .*Marcus Chen.* Tom Okafor.*\(<!date/);
});

test('a question goes on about whoever has it now, until it is answered', async t => {
  const baton = await system(t);
  const lead = await emma(baton);
  await lead.give(PRIYA, RULE);
  baton.clock.move(MINUTE);
  await lead.give(TOM, RULE);
  assert.deepEqual(await ownerChangeStates(baton), ['asked'], 'one question, however often it flaps');
  const [open, ...more] = await asks(baton);
  assert.deepEqual(more, []);
  assert.match(open ?? '', /gave the lead to \*Tom Okafor\*.*owner_keep/);
  await lead.dana.restoreOwner();
  await baton.settled();
  await assertOver(baton, 0, /Dana Ruiz chose Restore ours: the record belongs to Marcus Chen again \(<!date/);
});

test('a new question is asked when the lead has gone on since', async t => {
  const baton = await system(t);
  const lead = await emma(baton);
  await lead.give(PRIYA, RULE);
  await lead.dana.restoreOwner();
  await baton.settled();
  baton.clock.move(30 * MINUTE);
  await lead.give(PRIYA, DANA);
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA, 'a person decided');
  await lead.give(TOM, RULE);
  // Priya's lead was never given back to her.
  assert.deepEqual(await standing(baton), [PRIYA, ['restored', 'asked']]);
  const [, anew] = await asks(baton);
  assert.match(anew ?? '', /gave the lead to \*Tom Okafor\*.*It stays with \*Priya Nair\*.*owner_restore/);
  await lead.dana.keepOwner();
  await baton.settled();
  await assertOver(baton, 1, /Dana Ruiz chose Keep theirs: the lead is with Tom Okafor now \(<!date/);
  assert.equal((await baton.handoff(EMMA)).repEmail, TOM);
});

test('a later write of an old record settles nothing anew: what Baton left stays left', async t => {
  const baton = await system(t);
  const OwnerId = await userId(baton, MARCUS);
  await addRecord(baton, 'Lead', { LastName: 'Thompson', Company: 'Acme Corp', Email: EMMA, OwnerId });
  const lead = await emma(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS);
  baton.clock.move(MINUTE);
  await lead.give(PRIYA, RULE);
  await changeOrg(baton, { ownerRule: { object: 'Lead', to: PRIYA, as: RULE } });
  await lead.dana.restoreOwner();
  await baton.settled();
  assert.deepEqual(await ownerChangeStates(baton), ['overruled']);
  // Dana's DM may have had its message of this second.
  await until('it is said', async () => (await asks(baton)).length === 2);
  baton.clock.move(MINUTE);
  await lead.save();
  assert.deepEqual(await ownerChangeStates(baton), ['overruled'], 'nobody is asked the same again');
  assert.equal((await asks(baton)).length, 2);
  assert.ok((await baton.handoff(EMMA)).ownerChange, 'and the card says so still');
});

test('a lead that went back to its pool is nobody’s to be given back: whoever takes it in Salesforce has it', async t => {
  const baton = await system(t, { playbook: CLAIMED_FROM_POOL });
  const lead = await emma(baton);
  const { team } = await baton.handoff(EMMA);
  await actionsAs(baton, MARCUS, lead.id).claim();
  await baton.settled();
  await lead.dana.reassign({ to: { kind: 'team', team: team ?? '' } });
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).repEmail, null);
  baton.clock.move(MINUTE);
  await lead.give(PRIYA, PRIYA);
  assert.deepEqual([(await baton.handoff(EMMA)).repEmail, await asks(baton)], [PRIYA, []]);
});

/** A rule took Emma's contact and her opportunity from Marcus at once. */
async function bothTaken(t: TestContext) {
  const baton = await system(t, { playbook: ACCOUNT_BASED });
  const { dana } = await emma(baton);
  const records = async () => [await onlyRecord(baton, 'Contact'), await onlyRecord(baton, 'Opportunity')];
  const [contact, deal] = await records();
  const taken = { OwnerId: await userId(baton, PRIYA), _as: RULE };
  baton.clock.move(MINUTE);
  await changeRecord(baton, 'Contact', contact?.Id, taken);
  await changeRecord(baton, 'Opportunity', deal?.Id, taken);
  await pollCrm(baton);
  return {
    baton,
    owners: async () => (await records()).map(({ OwnerId }) => OwnerId),
    async restore() {
      await dana.restoreOwner();
      await baton.settled();
    },
  };
}

test('contact and opportunity taken at once are one question, and one answer gives both back', async t => {
  const { baton, owners, restore } = await bothTaken(t);
  assert.deepEqual([await ownerChangeStates(baton), (await asks(baton)).length], [['asked', 'asked'], 1]);
  await changeOrg(baton, { validationRule: { object: 'Opportunity', message: 'Deals stay there' } });
  await restore();
  assert.deepEqual((await ownerChangeStates(baton)).sort(), ['refused', 'restored']);
  await changeOrg(baton, { validationRule: null });
  // Dana's DM has had its message of this second.
  await until('what is left is asked', async () =>
    /Deals stay there.*owner_restore/.test((await asks(baton))[1] ?? ''),
  );
  await restore();
  const marcus = await userId(baton, MARCUS);
  assert.deepEqual(await owners(), [marcus, marcus]);
  const all = await asks(baton);
  assert.deepEqual([all.length, all.filter(one => BUTTONS.test(one))], [2, []]);
  await pollCrm(baton);
  assert.deepEqual(await ownerChangeStates(baton), ['restored', 'restored']);
  assert.equal((await baton.handoff(EMMA)).ownerChange, null);
});
