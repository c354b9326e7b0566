/** From the crossing to the card and the record, for each of the sandbox's cast. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crosses, handedOff, seeded } from '../helpers/leads.ts';
import { wordsOf } from '../helpers/messages.ts';
import { EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { onlyRecord } from '../helpers/salesforce.ts';
import { act, clickOn, modalShows, openModal } from '../helpers/slack.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { HANDED_OFF, recorded } from '../helpers/timeline.ts';

/** What Emma's card tells of her, and what Details adds of her company and of what she did. */
const ON_CARD = [
  'VP Operations',
  'Acme Corp',
  '63',
  '100',
  'HIGH',
  '750',
  'Technology',
  'within 1 hour',
  'Pricing page',
];
const UNDER_DETAILS = [
  '$50M',
  'NetSuite',
  'Product webinar',
  'Integration guide',
  '4 e-mails in all',
  'Why Marcus Chen',
];

test('Emma crosses the threshold: her card is in front of Marcus, her record in Salesforce, both with everything', async t => {
  const baton = await system(t);
  await crosses(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  for (const fact of ON_CARD) assert.ok(wordsOf(card).includes(fact), `the card does not say "${fact}"`);
  const handoff = await baton.handoff(EMMA);
  await openModal(baton, MARCUS, clickOn(card, 'more', `details:${handoff.id}`));
  const details = await modalShows(baton, MARCUS, /In Salesforce/);
  for (const fact of UNDER_DETAILS) assert.ok(details.includes(fact), `Details do not say "${fact}"`);
  assert.deepEqual([handoff.repEmail, handoff.judgement.fit.score], [MARCUS, 100]);
  assert.deepEqual(kinds(await baton.story(handoff.id)), HANDED_OFF);
  const lead = await onlyRecord(baton, 'Lead');
  assert.deepEqual([lead.Lead_Score__c, lead.ICP_Priority__c, lead.Baton_Handoff_Id__c], [63, 'HIGH', handoff.id]);
  await onlyRecord(baton, 'Task');
});

/** How often each vendor was called so far. */
async function callsByVendor(baton: System): Promise<Record<string, number>> {
  const vendors = ['salesforce', 'slack', 'hubspot', 'clearbit', 'apollo'];
  const counts = vendors.map(async name => [name, (await baton.calls(name)).length] as const);
  return Object.fromEntries(await Promise.all(counts));
}

test('Emma costs at most two calls to Salesforce, two to Slack, three to HubSpot and one to each enricher', async t => {
  const baton = await system(t);
  const emma = await seeded(baton);
  // How large the org is, is asked once a day, before its first look-up.
  await (await baton.app.deps.vendors(baton.app.workspaceId)).crm?.match({ email: 'nobody@nowhere-known.com' });
  const before = await callsByVendor(baton);
  await emma.cross(baton.post);
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  await baton.settled();
  const after = await callsByVendor(baton);
  for (const [vendor, most] of Object.entries({ salesforce: 2, slack: 2, hubspot: 3, clearbit: 1, apollo: 1 })) {
    const spent = (after[vendor] ?? 0) - (before[vendor] ?? 0);
    assert.ok(spent <= most, `${vendor}: ${spent}`);
  }
});

test('Marcus claims: the card says so, and the lead is his', async t => {
  const baton = await system(t);
  await crosses(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  await baton.settled();
  await act(baton, MARCUS, clickOn(card, 'claim'));
  await baton.card({ user: MARCUS }, '· yours');
  const { state, claimedBy } = await baton.handoff(EMMA);
  assert.deepEqual([state, claimedBy], ['claimed', MARCUS]);
});

test('a LOW lead with free mail is left to nurture: no record, no card, kept and counted', async t => {
  const baton = await system(t);
  const handoff = await handedOff(baton, 'low');
  assert.equal(handoff.state, 'nurture');
  assert.match(handoff.judgement.reason, /LOW/);
  assert.deepEqual(await baton.records('Lead'), []);
  assert.deepEqual(await baton.messages({ user: MARCUS }), []);
});

test('a disposable address makes nothing in the CRM, and the timeline says why', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton, 'disposable');
  assert.match((await recorded(baton, id, 'judged'))[0] ?? '', /disposable/);
  assert.deepEqual(await baton.records('Lead'), []);
});

test('an existing customer goes to the owner of the account', async t => {
  const baton = await system(t);
  const handoff = await handedOff(baton, 'customer');
  assert.equal(handoff.repEmail, PRIYA);
  assert.match(handoff.decision?.reason ?? '', /own/);
  await baton.card({ user: PRIYA }, handoff.facts.contact.lastName ?? '');
});

test('a lead that is in Salesforce already is updated, not doubled, and keeps its owner', async t => {
  const baton = await system(t);
  const duplicate = await seeded(baton, 'duplicate');
  const before = await onlyRecord(baton, 'Lead');
  await duplicate.cross(baton.post);
  const handoff = await baton.handoff(duplicate.email);
  const after = await onlyRecord(baton, 'Lead');
  assert.deepEqual([after.Id, after.OwnerId], [before.Id, before.OwnerId]);
  assert.equal(handoff.recordState, 'written');
});

test('a MEDIUM lead goes to the SDR team by its rule', async t => {
  const baton = await system(t);
  const { priority, decision, team } = await handedOff(baton, 'medium');
  assert.deepEqual([priority, decision?.rule, team], ['MEDIUM', 'MEDIUM', 'sdr']);
});
