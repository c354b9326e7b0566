/** A lead's record is doubled by nobody and lost to nobody: two signals at once, lost answers, merges, conversions. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { handOff } from '../../src/handoff/intake/hand-off.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { recordsKnownOf } from '../helpers/database-questions.ts';
import { pollCrm, writeRecord } from '../helpers/jobs.ts';
import { handedOff, seeded } from '../helpers/leads.ts';
import { wordsOf } from '../helpers/messages.ts';
import { EMMA, MARCUS } from '../helpers/people.ts';
import {
  addRecord,
  changeOrg,
  changeRecord,
  deliver,
  keepMessages,
  onlyRecord,
  recordLink,
  tasksOf,
} from '../helpers/salesforce.ts';
import { IMPATIENT, type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls } from '../helpers/vendors.ts';

const THOMPSON = { LastName: 'Thompson', Company: 'Acme Corp', Email: EMMA };

/** Emma's handoff once her record is written. */
const written = (baton: System) =>
  until('the record is written', async () => {
    await hurry(baton);
    const handoff = await baton.handoff(EMMA);
    return handoff.recordState === 'written' ? handoff : undefined;
  });

/** Marcus calls; answers what the story says of logging it. */
async function calls(baton: System, id: string): Promise<string> {
  const before = (await recorded(baton, id, 'touch_logged')).length;
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  return untilRecorded(baton, id, 'touch_logged', before + 1);
}

/** Somebody makes another lead of her and merges this one into it; answers the id of the other. */
async function mergeAway(baton: System, loser: string): Promise<string> {
  const master = await addRecord(baton, 'Lead', { ...THOMPSON, Company: 'Acme Corporation' });
  await baton.post('/_sandbox/salesforce/_merge', { object: 'Lead', master, losers: [loser] });
  return master;
}

/** Somebody converts the lead; answers the id of the contact that it became. */
async function convert(baton: System, lead: string): Promise<string> {
  return String((await baton.post('/_sandbox/salesforce/_convert', { lead, opportunity: 'Acme' })).contact);
}

/** Emma's record, and its id; nothing is left to do. */
async function emmaInSalesforce(t: TestContext) {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton);
  assert.ok(recordId);
  return { baton, id, recordId };
}

test('HubSpot and a person tell of one lead in the same moment, and the answer to its write is lost', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const { deps, workspaceId } = baton.app;
  const lead = await seeded(baton);
  const write = { service: 'salesforce', path: 'v64.0/composite', contains: '/sobjects/Lead/' };
  await breakCalls(baton, { ...write, reset: true, after: 'after' });
  const byHand = { workspaceId, slackUserId: 'U0DANA', key: 'view:V1', lead: { email: EMMA } };
  await Promise.all([lead.cross(baton.post), handOff(deps, byHand), lead.cross(baton.post)]);
  const { id, recordId } = await written(baton);
  await baton.settled();
  const unheard = (await baton.calls('salesforce')).filter(call => call.fault === 'after');
  assert.ok(unheard.some(call => JSON.stringify(call.body).includes(write.contains)));
  assert.equal((await baton.handoffs()).length, 1);
  const record = await onlyRecord(baton, 'Lead');
  assert.deepEqual([record.Id, record.Baton_Handoff_Id__c], [recordId, id]);
  const followUps = (await baton.records('Task')).filter(task => task.Baton_Handoff_Id__c === id);
  assert.deepEqual(
    followUps.map(task => task.WhoId),
    [recordId],
  );
});

test('while its write waits somebody else makes the lead: theirs is used', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const lead = await seeded(baton);
  const errors = [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' }];
  await changeOrg(baton, { trouble: { refuse: { object: 'Lead', on: 'create', times: 0, errors } } });
  await lead.cross(baton.post);
  await baton.card({ user: MARCUS }, 'pending');
  const theirs = await addRecord(baton, 'Lead', THOMPSON);
  await addRecord(baton, 'Contact', { LastName: 'Thompson', Email: EMMA });
  await changeOrg(baton, { trouble: { refuse: null } });
  const { id, recordId } = await written(baton);
  assert.equal(recordId, theirs);
  await onlyRecord(baton, 'Lead');
  const twice = (await baton.story(id)).filter(entry => /as an open lead and as a contact/.test(entry.text));
  assert.equal(twice.length, 1);
});

test('the record is merged, then converted: calls and links follow it, and say so once', async t => {
  const { baton, id, recordId } = await emmaInSalesforce(t);
  const master = await mergeAway(baton, recordId);
  assert.match(await calls(baton, id), /merged or converted meanwhile: logged on the Lead it became/);
  assert.equal((await baton.handoff(EMMA)).recordId, master);

  const contact = await convert(baton, master);
  assert.match(await calls(baton, id), /logged on the Contact it became/);
  const moved = await baton.handoff(EMMA);
  assert.deepEqual([moved.recordKind, moved.recordId], ['contact', contact]);
  assert.doesNotMatch(await calls(baton, id), /became/, 'the next one goes there at once');
  assert.match(await recordLink(baton, id), new RegExp(contact));
  const known = await recordsKnownOf(baton, id);
  assert.ok([recordId, master, contact].every(one => known.includes(one)));
  const done = await tasksOf(baton, 'Call');
  assert.deepEqual(
    done.map(task => task.WhoId),
    [contact, contact, contact],
  );
});

test('a rule finds somebody who only looks like her, and fields are refused: a lead of her own, and the story says it', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const lead = await seeded(baton);
  const other = { ...THOMPSON, FirstName: 'Emma', Email: 'emma.thompson@elsewhere.example' };
  const otherId = await addRecord(baton, 'Lead', other);
  await changeOrg(baton, { duplicateRule: 'on' });
  const rule = { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'No scores here', fields: ['Lead_Score__c'] };
  const refuse = { object: 'Lead', field: 'Lead_Score__c', times: 0, errors: [rule] };
  await changeOrg(baton, { trouble: { refuse } });
  await lead.cross(baton.post);
  const { id, recordId } = await written(baton);
  assert.notEqual(recordId, otherId);
  assert.equal((await baton.records('Lead')).length, 2);
  assert.deepEqual((await recorded(baton, id, 'record_warning')).sort(), [
    'A duplicate rule found a record of another address: a lead of its own was made.',
    'Salesforce refused Lead_Score__c (No scores here): left out.',
  ]);
});

test('what people merge and convert is noticed by the poll, without a touch: once on the story', async t => {
  const { baton, id, recordId } = await emmaInSalesforce(t);
  const told = async (what: RegExp) => (await baton.story(id)).filter(entry => what.test(entry.text)).length;
  await pollCrm(baton);
  assert.equal(await told(/merged|converted|deleted/), 0);

  const master = await mergeAway(baton, recordId);
  await pollCrm(baton);
  assert.equal((await baton.handoff(EMMA)).recordId, master);
  assert.match(await recordLink(baton, id), new RegExp(master));
  await pollCrm(baton);
  assert.equal(await told(/merged into another/), 1);

  const contact = await convert(baton, master);
  // The master has no key of Baton's until it is written to: the message that Salesforce sends tells of it.
  await keepMessages(baton);
  await changeRecord(baton, 'Lead', master, { Description: 'x' });
  await deliver(baton);
  const converted = await baton.handoff(EMMA);
  assert.deepEqual([converted.recordKind, converted.recordId], ['contact', contact]);
  assert.equal(await told(/was converted/), 1);
});

test('a record that was deleted for good is told of once, on the story and on the card; the next write makes it anew', async t => {
  const { baton, id, recordId } = await emmaInSalesforce(t);
  await changeRecord(baton, 'Lead', recordId, { IsDeleted: true });
  await pollCrm(baton);
  await pollCrm(baton);
  const deleted = (await baton.story(id)).filter(entry => /was deleted/.test(entry.text));
  assert.deepEqual(
    deleted.map(entry => entry.text),
    ['The Lead was deleted in Salesforce. The lead stays with whoever has it here.'],
  );
  const card = await baton.card({ user: MARCUS }, 'was deleted in Salesforce');
  assert.doesNotMatch(wordsOf(card), /\|Salesforce>/);

  await writeRecord(baton, id);
  assert.notEqual((await baton.handoff(EMMA)).recordId, recordId);
  const redrawn = await baton.card({ user: MARCUS }, '|Salesforce>');
  assert.doesNotMatch(wordsOf(redrawn), /was deleted in Salesforce/);
});
