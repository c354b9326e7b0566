/** A vendor does not answer, or refuses: the lead reaches somebody all the same, and what is missing comes later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hurry, rulesSavedElsewhere } from '../helpers/database-changes.ts';
import { parkedJobs } from '../helpers/database-questions.ts';
import { replayAll, tryPausedVendors } from '../helpers/jobs.ts';
import { companyIsKnown, crosses, leadCrosses, seeded } from '../helpers/leads.ts';
import { repliesTo, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { EXAMPLE, exampleWith } from '../helpers/playbooks.ts';
import { changeOrg, onlyRecord } from '../helpers/salesforce.ts';
import { IMPATIENT, kinds, type Message, type System, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls, slowDown } from '../helpers/vendors.ts';

const inMarcusDm = { user: MARCUS };
/** Enrichers that are silent in this test are waited for no longer than that. */
const UNENRICHED = { ...IMPATIENT, enrichment: 300 };

const silenceEnrichers = (baton: System): Promise<void> =>
  breakCalls(baton, ...['clearbit', 'apollo'].map(service => ({ service, timeout: true as const, times: 3 })));

/** Marcus's only card, once nothing on it is pending any more. */
const healedCard = (baton: System): Promise<Message> =>
  until('the healed card', async () => {
    await hurry(baton);
    const [card, ...more] = await baton.messages(inMarcusDm);
    assert.deepEqual(more, [], 'the same card, redrawn');
    return card && !wordsOf(card).includes('pending') ? card : undefined;
  });

test('Salesforce is down: Marcus has the card all the same, it says pending, and heals by itself', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await breakCalls(baton, { service: 'salesforce', status: 503, times: 1_000 });
  await crosses(baton);
  await baton.card(inMarcusDm, 'pending');
  assert.deepEqual(await baton.records('Lead'), []);
  await mendCalls(baton);
  await healedCard(baton);
  await onlyRecord(baton, 'Lead');
  const { id } = await baton.handoff(EMMA);
  assert.ok((await recorded(baton, id, 'record_pending')).length > 0);
});

test('Salesforce is down when somebody crosses who is Priya’s lead there: Marcus, who got them, is told whose it is, once', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  const liWei = await seeded(baton, 'duplicate');
  await breakCalls(baton, { service: 'salesforce', status: 503, times: 1_000 });
  await liWei.cross(baton.post);
  const { id } = await baton.handoff(liWei.email);
  await baton.card(inMarcusDm, 'pending');
  await mendCalls(baton);
  const card = await healedCard(baton);
  const told = await until('whose it is', async () => {
    const [thread] = await baton.messages(inMarcusDm);
    return repliesTo(thread).find(text => text.includes('Priya Nair'));
  });
  assert.match(told, /In Salesforce this lead is Priya Nair’s/);
  assert.deepEqual(await recorded(baton, id, 'owner_changed'), [told]);
  assert.ok(card);
});

test('Salesforce is slow and has lost a field: the card does not wait, the record comes without the field, and says so', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await changeOrg(baton, { removeField: { object: 'Lead', field: 'Company_Tech_Stack__c' } });
  await slowDown(baton, 'salesforce', 700);
  await crosses(baton);
  await baton.card(inMarcusDm, 'pending');
  assert.match(wordsOf(await healedCard(baton)), /\|Salesforce>/);
  assert.equal((await onlyRecord(baton, 'Lead')).ICP_Priority__c, 'HIGH');
  const { id } = await baton.handoff(EMMA);
  assert.match((await recorded(baton, id, 'record_warning')).join(), /Company_Tech_Stack__c/);
});

test('Slack is down: the record is made, and the card comes when Slack is back', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await breakCalls(baton, { service: 'slack', path: '/api/chat.postMessage', status: 503, times: 1_000 });
  await crosses(baton);
  await until('the record', async () => (await baton.records('Lead')).length === 1);
  await mendCalls(baton);
  await until('the card', async () => {
    await hurry(baton);
    return (await baton.messages(inMarcusDm)).length === 1;
  });
});

test('enrichment is silent: judged without, the facts unknown, and filled in later on card and record', async t => {
  const baton = await system(t, { patience: UNENRICHED });
  await silenceEnrichers(baton);
  await crosses(baton);
  const handoff = await baton.handoff(EMMA);
  assert.ok(handoff.judgement.fit.parts.some(part => part.match === 'unknown'));
  await mendCalls(baton);
  await until('the facts on the record', async () => {
    await hurry(baton);
    return (await recorded(baton, handoff.id, 'enriched')).length > 0;
  });
  await until('the facts in Salesforce', async () => {
    const [lead] = await baton.records('Lead');
    return lead?.Clearbit_Employees__c === 750;
  });
  assert.equal((await baton.records('Lead')).length, 1);
});

test('enrichment is silent and little else is known: left to nurture, judged again once it answers, and handed off', async t => {
  const playbook = exampleWith(['fit:  ', 'fit:\n  unknown: as_no']);
  const baton = await system(t, { patience: UNENRICHED, playbook });
  await companyIsKnown(baton);
  await silenceEnrichers(baton);
  await leadCrosses(baton, { email: 'lee@acmecorp.com' });
  const { id, state } = await baton.handoff('lee@acmecorp.com');
  assert.equal(state, 'nurture');
  assert.ok((await recorded(baton, id, 'enrichment_missed')).length > 0);
  await mendCalls(baton);
  await until('the card', async () => {
    await hurry(baton);
    return JSON.stringify(await baton.messages(inMarcusDm)).includes('Lee Thompson');
  });
  const handoff = await baton.handoff('lee@acmecorp.com');
  assert.deepEqual([handoff.id, handoff.state, handoff.priority], [id, 'assigned', 'HIGH']);
  assert.ok(handoff.dueAt, 'the promise holds from now on');
  const [lead] = await baton.records('Lead');
  assert.deepEqual([lead?.ICP_Priority__c, lead?.Clearbit_Employees__c], ['HIGH', 750]);
  const story = kinds(await baton.story(id));
  const since = story.slice(story.indexOf('nurtured'));
  assert.deepEqual(since.slice(0, 5), ['nurtured', 'enriched', 'judged', 'routed', 'assigned']);
  assert.deepEqual(since.slice(5).sort(), ['card_posted', 'record_written']);
  assert.match((await recorded(baton, id, 'enriched'))[0] ?? '', /It is judged again/);
});

test('the HubSpot token dies: the signal waits, the admin hears once, a new token brings the lead', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await breakCalls(baton, {
    service: 'hubspot',
    status: 401,
    body: {
      status: 'error',
      message: 'The OAuth token used to make this call expired',
      category: 'EXPIRED_AUTHENTICATION',
    },
    times: 1_000,
  });
  await crosses(baton);
  const told = await baton.card({ user: DANA }, 'HubSpot');
  assert.match(told.text, /No lead is lost/);
  assert.deepEqual(await baton.messages(inMarcusDm), []);
  await mendCalls(baton);
  await tryPausedVendors(baton);
  await baton.card(inMarcusDm, 'Emma Thompson');
  assert.equal((await baton.handoffs()).length, 1);
});

test('Salesforce refuses the record for good: the card says so, the admin too, and a replay mends it', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await changeOrg(baton, { validationRule: { object: 'Lead', message: 'Leads need a region' } });
  await crosses(baton);
  await baton.card(inMarcusDm, 'Emma Thompson');
  await baton.card({ user: DANA }, 'Leads need a region');
  const handoff = await baton.handoff(EMMA);
  assert.equal(handoff.recordState, 'parked');
  await changeOrg(baton, { validationRule: null });
  await replayAll(baton);
  await until('the record', async () => (await baton.records('Lead')).length === 1);
  assert.equal((await baton.handoff(EMMA)).recordState, 'written');
});

test('what was refused is tried once more by itself after a change of the playbook, and then waits for a person', async t => {
  const baton = await system(t, { patience: IMPATIENT, playbook: EXAMPLE });
  await changeOrg(baton, { validationRule: { object: 'Lead', message: 'Leads need a region' } });
  await crosses(baton);
  await until('it is put aside', async () => (await parkedJobs(baton)).length === 1);
  await rulesSavedElsewhere(baton, `${EXAMPLE}\n# once`, DANA);
  await until('it was tried again, and is put aside', async () => {
    await hurry(baton);
    return (await parkedJobs(baton)).length === 2;
  });
  await changeOrg(baton, { validationRule: null });
  await rulesSavedElsewhere(baton, `${EXAMPLE}\n# twice`, DANA);
  await hurry(baton);
  await baton.settled();
  assert.deepEqual(await baton.records('Lead'), [], 'once is once');
  assert.equal(await replayAll(baton), 1);
  await until('the record', async () => (await baton.records('Lead')).length === 1);
});
