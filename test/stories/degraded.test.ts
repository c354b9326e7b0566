import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hurry } from '../helpers/database-changes.ts';
import { companyIsKnown, crosses, leadCrosses } from '../helpers/leads.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EMMA = 'emma.thompson@acmecorp.com';
const inMarcusDm = { user: 'marcus@example.com' };
const IMPATIENT = { enrichment: 20_000, match: 300, record: 200 };
/** Enrichers that are silent in this test are waited for no longer than that. */
const UNENRICHED = { ...IMPATIENT, enrichment: 300 };

async function silenceEnrichers(baton: System): Promise<void> {
  for (const service of ['clearbit', 'apollo'])
    await baton.post('/_sandbox/fault', { service, timeout: true, times: 3 });
}

test('Salesforce is down: Marcus has the card all the same, it says pending, and heals by itself', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await baton.post('/_sandbox/fault', { service: 'salesforce', status: 503, times: 1_000 });
  await crosses(baton);
  await baton.card(inMarcusDm, 'pending');
  assert.deepEqual(await baton.records('Lead'), []);
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  await until('the record and the healed card', async () => {
    await hurry(baton);
    const [card] = await baton.messages(inMarcusDm);
    return (await baton.records('Lead')).length === 1 && card && !JSON.stringify(card).includes('pending');
  });
  assert.equal((await baton.messages(inMarcusDm)).length, 1, 'the same card, redrawn');
  const handoff = await baton.handoff(EMMA);
  assert.ok(kinds(await baton.story(handoff.id)).includes('record_pending'));
});

test('Salesforce is slow and has lost a field: the card does not wait, the record comes without the field, and says so', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await baton.post('/_sandbox/salesforce/_org', { removeField: { object: 'Lead', field: 'Company_Tech_Stack__c' } });
  await baton.post('/_sandbox/latency', { service: 'salesforce', ms: 700 });
  await crosses(baton);
  await baton.card(inMarcusDm, 'pending');
  const card = await until('the healed card', async () => {
    const [now] = await baton.messages(inMarcusDm);
    return now && !JSON.stringify(now).includes('pending') && now;
  });
  assert.match(JSON.stringify(card), /View in Salesforce/);
  const [lead] = await baton.records('Lead');
  assert.equal(lead?.ICP_Priority__c, 'HIGH');
  const handoff = await baton.handoff(EMMA);
  const warnings = (await baton.story(handoff.id)).filter(entry => entry.kind === 'record_warning');
  assert.match(warnings.map(entry => entry.text).join(), /Company_Tech_Stack__c/);
});

test('Slack is down: the record is made, and the card comes when Slack is back', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await baton.post('/_sandbox/fault', { service: 'slack', path: '/api/chat.postMessage', status: 503, times: 1_000 });
  await crosses(baton);
  await until('the record', async () => (await baton.records('Lead')).length === 1);
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
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
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  await until('the facts on the record', async () => {
    await hurry(baton);
    return (await baton.story(handoff.id)).some(entry => entry.kind === 'enriched');
  });
  await until('the facts in Salesforce', async () => {
    const [lead] = await baton.records('Lead');
    return lead?.Clearbit_Employees__c === 750;
  });
  assert.equal((await baton.records('Lead')).length, 1);
});

test('enrichment is silent and little else is known: left to nurture, judged again once it answers, and handed off', async t => {
  const baton = await system(t, { patience: UNENRICHED });
  await companyIsKnown(baton);
  await silenceEnrichers(baton);
  await leadCrosses(baton, { email: 'lee@acmecorp.com' });
  const { id, state } = await baton.handoff('lee@acmecorp.com');
  assert.equal(state, 'nurture');
  assert.ok(kinds(await baton.story(id)).includes('enrichment_missed'));
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  await until('the card', async () => {
    await hurry(baton);
    return JSON.stringify(await baton.messages(inMarcusDm)).includes('Lee Thompson');
  });
  const handoff = await baton.handoff('lee@acmecorp.com');
  assert.deepEqual([handoff.id, handoff.state, handoff.priority], [id, 'assigned', 'HIGH']);
  assert.ok(handoff.dueAt, 'the promise holds from now on');
  const [lead] = await baton.records('Lead');
  assert.deepEqual([lead?.ICP_Priority__c, lead?.Clearbit_Employees__c], ['HIGH', 750]);
  const story = await baton.story(id);
  const [nurtured, ...since] = kinds(story).slice(kinds(story).indexOf('nurtured'));
  assert.deepEqual([nurtured, ...since.slice(0, 4)], ['nurtured', 'enriched', 'judged', 'routed', 'assigned']);
  assert.deepEqual(since.slice(4).sort(), ['card_posted', 'record_written']);
  assert.match(story.find(entry => entry.kind === 'enriched')?.text ?? '', /It is judged again/);
});

test('the HubSpot token dies: the signal waits, the admin hears once, a new token brings the lead', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await baton.post('/_sandbox/fault', {
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
  const told = await baton.card({ user: 'dana@example.com' }, 'HubSpot');
  assert.match(told.text, /nothing is lost/);
  assert.deepEqual(await baton.messages(inMarcusDm), []);
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  const { probePaused } = await import('../../src/jobs/parked.ts');
  await probePaused(baton.app.deps.db, baton.clock.now());
  await baton.card(inMarcusDm, 'Emma Thompson');
  assert.equal((await baton.handoffs()).length, 1);
});

test('Salesforce refuses the record for good: the card says so, the admin too, and a replay mends it', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await baton.post('/_sandbox/salesforce/_org', { validationRule: { object: 'Lead', message: 'Leads need a region' } });
  await crosses(baton);
  await baton.card(inMarcusDm, 'Emma Thompson');
  await baton.card({ user: 'dana@example.com' }, 'Leads need a region');
  const handoff = await baton.handoff(EMMA);
  assert.equal(handoff.recordState, 'parked');
  await baton.post('/_sandbox/salesforce/_org', { validationRule: null });
  const { replayParked } = await import('../../src/jobs/parked.ts');
  await replayParked(baton.app.deps.db, baton.app.workspaceId, baton.clock.now());
  await until('the record', async () => (await baton.records('Lead')).length === 1);
  assert.equal((await baton.handoff(EMMA)).recordState, 'written');
});
