import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../helpers/leads.ts';
import { kinds, system } from '../helpers/system.ts';

test('Emma crosses the threshold: her card is in front of Marcus, her record in Salesforce, both with everything', async t => {
  const baton = await system(t);
  const emma = await seeded(baton, 'emma');
  await emma.cross(baton.post);

  const card = JSON.stringify(await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson'));
  for (const fact of [
    'VP Operations',
    'Acme Corp',
    '63',
    '100',
    'HIGH',
    '750',
    'Technology',
    '$50M',
    'NetSuite',
    'within 1 hour',
    'pricing',
    'Product webinar',
    'Integration guide',
    '4 e-mails in all',
  ]) {
    assert.ok(card.includes(fact), `the card does not say "${fact}"`);
  }
  const handoff = await baton.handoff('emma.thompson@acmecorp.com');
  assert.equal(handoff.repEmail, 'marcus@example.com');
  assert.equal(handoff.judgement.fit.score, 100);
  assert.deepEqual(kinds(await baton.story(handoff.id)), [
    'crossed',
    'facts_gathered',
    'crm_matched',
    'judged',
    'routed',
    'assigned',
    'record_written',
    'card_posted',
  ]);
  const [lead] = await baton.records('Lead');
  assert.equal(lead?.Lead_Score__c, 63);
  assert.equal(lead?.ICP_Priority__c, 'HIGH');
  assert.equal(lead?.Baton_Handoff_Id__c, handoff.id);
  assert.equal((await baton.records('Task')).length, 1);
});

test('Emma costs at most two calls to Salesforce, two to Slack, three to HubSpot and one to each enricher', async t => {
  const baton = await system(t);
  const emma = await seeded(baton, 'emma');
  const before = await counts();
  await emma.cross(baton.post);
  await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  await baton.settled();
  const after = await counts();
  const spent = (service: string) => (after[service] ?? 0) - (before[service] ?? 0);
  assert.ok(spent('salesforce') <= 2, `Salesforce: ${spent('salesforce')}`);
  assert.ok(spent('slack') <= 2, `Slack: ${spent('slack')}`);
  assert.ok(spent('hubspot') <= 3, `HubSpot: ${spent('hubspot')}`);
  assert.ok(spent('clearbit') <= 1, `Clearbit: ${spent('clearbit')}`);

  async function counts(): Promise<Record<string, number>> {
    const pairs = ['salesforce', 'slack', 'hubspot', 'clearbit', 'apollo'].map(
      async name => [name, (await baton.calls(name)).length] as const,
    );
    return Object.fromEntries(await Promise.all(pairs));
  }
});

test('Marcus claims: the card says so, the story too, and a second press hears who has it', async t => {
  const baton = await system(t);
  const emma = await seeded(baton, 'emma');
  await emma.cross(baton.post);
  const card = await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  await baton.settled();
  await baton.press('marcus@example.com', card, 'claim');
  await baton.card({ user: 'marcus@example.com' }, 'Claimed by');
  const handoff = await baton.handoff('emma.thompson@acmecorp.com');
  assert.equal(handoff.state, 'claimed');
  assert.equal(handoff.claimedBy, 'marcus@example.com');
});

test('a LOW lead with free mail is left to nurture: no record, no card, kept and counted', async t => {
  const baton = await system(t);
  const low = await seeded(baton, 'low');
  await low.cross(baton.post);
  const handoff = await baton.handoff(low.email);
  assert.equal(handoff.state, 'nurture');
  assert.match(handoff.judgement.reason, /LOW/);
  assert.deepEqual(await baton.records('Lead'), []);
  assert.deepEqual(await baton.messages({ user: 'marcus@example.com' }), []);
});

test('a disposable address makes nothing in the CRM, and the timeline says why', async t => {
  const baton = await system(t);
  const disposable = await seeded(baton, 'disposable');
  await disposable.cross(baton.post);
  const handoff = await baton.handoff(disposable.email);
  const story = await baton.story(handoff.id);
  assert.match(story.find(entry => entry.kind === 'judged')?.text ?? '', /disposable/);
  assert.deepEqual(await baton.records('Lead'), []);
});

test('an existing customer goes to the owner of the account', async t => {
  const baton = await system(t);
  const customer = await seeded(baton, 'customer');
  await customer.cross(baton.post);
  const handoff = await baton.handoff(customer.email);
  assert.equal(handoff.repEmail, 'priya@example.com');
  assert.match(handoff.decision?.reason ?? '', /own/);
  await baton.card({ user: 'priya@example.com' }, handoff.facts.contact.lastName ?? '');
});

test('a lead that is in Salesforce already is updated, not doubled, and keeps its owner', async t => {
  const baton = await system(t);
  const duplicate = await seeded(baton, 'duplicate');
  const [before] = await baton.records('Lead');
  await duplicate.cross(baton.post);
  const handoff = await baton.handoff(duplicate.email);
  const leads = await baton.records('Lead');
  assert.equal(leads.length, 1);
  assert.equal(leads[0]?.Id, before?.Id);
  assert.equal(leads[0]?.OwnerId, before?.OwnerId);
  assert.equal(handoff.recordState, 'written');
});

test('a MEDIUM lead goes to the SDR team by its rule', async t => {
  const baton = await system(t);
  const medium = await seeded(baton, 'medium');
  await medium.cross(baton.post);
  const handoff = await baton.handoff(medium.email);
  assert.equal(handoff.priority, 'MEDIUM');
  assert.equal(handoff.decision?.rule, 'MEDIUM');
  assert.equal(handoff.team, 'sdr');
});
