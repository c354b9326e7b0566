/** A lead's record is doubled by nobody and lost to nobody: two signals at once, lost answers, merges, conversions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logCall } from '../../src/handoff/actions/log-call.ts';
import { handOff } from '../../src/handoff/intake/hand-off.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { pollCrmEvents } from '../../src/jobs/requests.ts';
import { hurry } from '../helpers/database-changes.ts';
import { handedOff, seeded } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const IMPATIENT = { enrichment: 20_000, match: 300, record: 200 };
const EMMA = 'emma.thompson@acmecorp.com';
const MARCUS = 'marcus@example.com';

const org = (baton: System, change: object) => baton.post('/_sandbox/salesforce/_org', change);
const add = async (baton: System, object: string, values: object): Promise<string> =>
  String((await baton.post(`/_sandbox/salesforce/${object}`, values)).id);

/** The handoff once its record is written. */
function written(baton: System) {
  return until('the record is written', async () => {
    await hurry(baton);
    const handoff = await baton.handoff(EMMA);
    return handoff.recordState === 'written' ? handoff : undefined;
  });
}

/** Marcus calls, and it is logged. */
async function calls(baton: System, handoffId: string): Promise<string> {
  const { workspaceId, deps } = baton.app;
  const before = (await baton.story(handoffId)).filter(entry => entry.kind === 'touch_logged').length;
  const on = { workspaceId, slackUserId: await slackIdOf(baton, MARCUS), handoffId };
  await logCall(deps, { ...on, outcome: 'connected', direction: 'outbound', minutes: 4 });
  return until('the call is logged', async () => {
    await hurry(baton);
    const told = (await baton.story(handoffId)).filter(entry => entry.kind === 'touch_logged');
    return told.length > before ? told.at(-1)?.text : undefined;
  });
}

test('HubSpot and a person tell of one lead in the same moment, and the answer to its write is lost', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const { deps, workspaceId } = baton.app;
  const lead = await seeded(baton);
  const lost = {
    service: 'salesforce',
    path: 'v64.0/composite',
    reset: true,
    contains: '/sobjects/Lead/',
    after: 'after',
  };
  await baton.post('/_sandbox/fault', lost);
  const byHand = { workspaceId, slackUserId: 'U0DANA', key: 'view:V1', lead: { email: EMMA } };
  await Promise.all([lead.cross(baton.post), handOff(deps, byHand), lead.cross(baton.post)]);
  const handoff = await written(baton);
  await baton.settled();
  const unheard = (await baton.calls('salesforce')).filter(call => call.fault === 'after');
  assert.ok(unheard.some(call => JSON.stringify(call.body).includes('/sobjects/Lead/')));
  assert.equal((await baton.handoffs()).length, 1);
  const leads = await baton.records('Lead');
  assert.deepEqual(
    leads.map(row => [row.Id, row.Baton_Handoff_Id__c]),
    [[handoff.recordId, handoff.id]],
  );
  const own = (await baton.records('Task')).filter(row => row.Baton_Handoff_Id__c === handoff.id);
  assert.deepEqual(
    own.map(row => row.WhoId),
    [handoff.recordId],
  );
});

test('while its write waits somebody else makes the lead: theirs is used, then merged, then converted, and calls follow', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const lead = await seeded(baton);
  const errors = [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' }];
  await org(baton, { trouble: { refuse: { object: 'Lead', on: 'create', times: 0, errors } } });
  await lead.cross(baton.post);
  await baton.card({ user: MARCUS }, 'pending');
  const theirs = await add(baton, 'Lead', { LastName: 'Thompson', Company: 'Acme Corp', Email: EMMA });
  const also = await add(baton, 'Contact', { LastName: 'Thompson', Email: EMMA });
  await org(baton, { trouble: { refuse: null } });
  const handoff = await written(baton);
  assert.equal(handoff.recordId, theirs);
  assert.equal((await baton.records('Lead')).length, 1);
  const twice = (await baton.story(handoff.id)).filter(entry => /as an open lead and as a contact/.test(entry.text));
  assert.equal(twice.length, 1);
  await baton.post('/_sandbox/salesforce/_purge', { object: 'Contact', id: also });

  const master = await add(baton, 'Lead', { LastName: 'Thompson', Company: 'Acme Corporation', Email: EMMA });
  await baton.post('/_sandbox/salesforce/_merge', { object: 'Lead', master, losers: [theirs] });
  assert.match(await calls(baton, handoff.id), /merged or converted meanwhile: logged on the Lead it became/);
  assert.equal((await baton.handoff(EMMA)).recordId, master);

  const { contact } = await baton.post('/_sandbox/salesforce/_convert', { lead: master, opportunity: 'Acme' });
  assert.match(await calls(baton, handoff.id), /logged on the Contact it became/);
  const moved = await baton.handoff(EMMA);
  assert.deepEqual([moved.recordKind, moved.recordId], ['contact', contact]);
  assert.doesNotMatch(await calls(baton, handoff.id), /became/, 'the next one goes there at once');
  const page = await fetch(`${baton.env.PUBLIC_URL}/open/${handoff.id}`, { redirect: 'manual' });
  assert.match(page.headers.get('location') ?? '', new RegExp(String(contact)));
  const links = await baton.app.deps.db('crm_links').where({ handoff_id: handoff.id }).pluck('record_id');
  assert.ok([theirs, master, String(contact)].every(id => links.includes(id)));
  const done = (await baton.records('Task')).filter(row => row.TaskSubtype === 'Call');
  assert.deepEqual(
    done.map(row => row.WhoId),
    [contact, contact, contact],
  );
});

test('a rule finds somebody who only looks like her, and fields are refused: a lead of her own, and the story says it', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const lead = await seeded(baton);
  const names = { FirstName: 'Emma', LastName: 'Thompson', Company: 'Acme Corp' };
  const other = await add(baton, 'Lead', { ...names, Email: 'emma.thompson@elsewhere.example' });
  await org(baton, { duplicateRule: 'on' });
  const rule = { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'No scores here', fields: ['Lead_Score__c'] };
  await org(baton, { trouble: { refuse: { object: 'Lead', field: 'Lead_Score__c', times: 0, errors: [rule] } } });
  await lead.cross(baton.post);
  const handoff = await written(baton);
  assert.notEqual(handoff.recordId, other);
  assert.equal((await baton.records('Lead')).length, 2);
  const story = (await baton.story(handoff.id)).filter(entry => entry.kind === 'record_warning').map(one => one.text);
  assert.deepEqual(story.sort(), [
    'A duplicate rule found a record of another address: a lead of its own was made.',
    'Salesforce refused Lead_Score__c (No scores here): left out.',
  ]);
});

test('what people merge, convert and delete is noticed by the poll, without a touch: once on the story, and on the card', async t => {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton);
  assert.ok(recordId);
  const poll = async () => {
    await enqueue(baton.app.deps.db, pollCrmEvents(baton.app.workspaceId));
    await baton.settled();
  };
  const told = async (what: RegExp) => (await baton.story(id)).filter(entry => what.test(entry.text)).length;
  const opens = async () => {
    const page = await fetch(`${baton.env.PUBLIC_URL}/open/${id}`, { redirect: 'manual' });
    return page.headers.get('location') ?? '';
  };
  await baton.settled();
  await poll();
  assert.equal(await told(/merged|converted|deleted/), 0);

  const master = await add(baton, 'Lead', { LastName: 'Thompson', Company: 'Acme Corporation', Email: EMMA });
  await baton.post('/_sandbox/salesforce/_merge', { object: 'Lead', master, losers: [recordId] });
  await poll();
  assert.equal((await baton.handoff(EMMA)).recordId, master);
  assert.match(await opens(), new RegExp(master));
  await poll();
  assert.equal(await told(/merged into another/), 1);

  const { contact } = await baton.post('/_sandbox/salesforce/_convert', { lead: master });
  // The master has no key of Baton's until it is written to: the message that Salesforce sends tells of it.
  await baton.post('/_sandbox/salesforce/_outbound', { mode: 'manual' });
  await baton.post(`/_sandbox/salesforce/Lead/${master}`, { Description: 'x' });
  await baton.post('/_sandbox/salesforce/deliver', {});
  await baton.settled();
  const converted = await baton.handoff(EMMA);
  assert.deepEqual([converted.recordKind, converted.recordId], ['contact', contact]);
  assert.equal(await told(/was converted/), 1);
});

test('a record that was deleted for good is told of once, on the story and on the card; the next write makes it anew', async t => {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton);
  await baton.settled();
  await baton.post(`/_sandbox/salesforce/Lead/${recordId}`, { IsDeleted: true });
  for (const _twice of [1, 2]) {
    await enqueue(baton.app.deps.db, pollCrmEvents(baton.app.workspaceId));
    await baton.settled();
  }
  const deleted = (await baton.story(id)).filter(entry => /was deleted/.test(entry.text));
  assert.deepEqual(
    deleted.map(entry => entry.text),
    ['The Lead was deleted in Salesforce. The lead stays with whoever has it here.'],
  );
  const card = await baton.card({ user: MARCUS }, 'was deleted in Salesforce');
  assert.doesNotMatch(JSON.stringify(card), /View in Salesforce/);

  const of = { workspaceId: baton.app.workspaceId, handoffId: id };
  await enqueue(baton.app.deps.db, { name: 'handoff.record', payload: of });
  await baton.settled();
  const anew = await baton.handoff(EMMA);
  assert.notEqual(anew.recordId, recordId);
  const redrawn = await baton.card({ user: MARCUS }, 'View in Salesforce');
  assert.doesNotMatch(JSON.stringify(redrawn), /was deleted in Salesforce/);
});
