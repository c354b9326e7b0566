import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { handedOff } from '../helpers/leads.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EXAMPLE = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');

/** The example with some of its lines changed; fails when one is not there. */
function changed(...changes: [from: string, to: string][]): string {
  return changes.reduce((yaml, [from, to]) => {
    assert.ok(yaml.includes(from), `the example has no ${from}`);
    return yaml.replace(from, () => to);
  }, EXAMPLE);
}

/** Mid-market leads wait in a queue to be claimed, MEDIUM ones are accounts from the start. */
const PLAYBOOK = changed(
  [
    '  mode: lead ',
    `  custom:
    Lead: { Route__c: "{{ handoff.rule }}", Link__c: "{{ handoff.url }}", Tier__c: "{{ property.twitterhandle }}", Score_Text__c: "{{ mql.score }} of 100" }
    Opportunity: { NextStep: "Call {{ lead.first_name }} about {{ lead.product_interest | default: 'their visit' }}" }
  defaults: { Lead: { Segment__c: Other } }
  campaign: { name: "{{ lead.campaign }}" }
  mode: lead `,
  ],
  ['    assign: weighted\n', '    assign: claim\n    crm_queue: Inbound_queue\n'],
  ['to: { team: sdr } }', 'to: { team: sdr }, crm: account_based }'],
);

async function crosses(baton: System, key: 'emma' | 'medium', more: Record<string, string> = {}) {
  // The contact is hers already when she comes by way of the campaign.
  const post: typeof baton.post = (path, body) =>
    baton.post(path, { ...(body as object), ...(path.includes('contacts') && more) });
  return handedOff({ ...baton, post }, key);
}

const features = (baton: System, feature: object) => baton.post('/_sandbox/salesforce/_org', { features: feature });

test('mapped fields, a queue until somebody claims, a campaign, and a rule that makes accounts', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const field = (name: string, more: object = {}) =>
    features(baton, { addField: { object: 'Lead', name, type: 'string', ...more } });
  await field('Route__c');
  await field('Link__c', { type: 'url' });
  await field('Score_Text__c');
  await field('Tier__c');
  await field('Segment__c', { type: 'picklist', values: ['SMB', 'Other'], restricted: true, required: true });
  const campaign = await baton.post('/_sandbox/salesforce/Campaign', { Name: 'Autumn webinar', IsActive: true });

  const handoff = await crosses(baton, 'emma', {
    hs_latest_source: 'PAID_SEARCH',
    hs_latest_source_data_1: 'Autumn webinar',
  });
  const [lead] = await baton.records('Lead');
  const [queue] = await baton.records('Group');
  assert.equal(lead?.Id, handoff.recordId);
  assert.deepEqual(
    [lead?.Route__c, lead?.Score_Text__c, lead?.Tier__c, lead?.Segment__c, lead?.OwnerId],
    ['HIGH mid-market', '63 of 100', null, 'Other', queue?.Id],
  );
  assert.equal(lead?.Link__c, `${baton.env.PUBLIC_URL}/open/${handoff.id}`);
  const [member] = await baton.records('CampaignMember');
  assert.deepEqual([member?.LeadId, member?.CampaignId, member?.HasResponded], [lead?.Id, campaign.id, true]);

  const card = await baton.card({ channel: '#mql-mid-market' }, 'Emma Thompson');
  await baton.press('priya@example.com', card, 'claim');
  const [priya] = (await baton.records('User')).filter(user => user.Email === 'priya@example.com');
  await until('Priya owns the lead and the follow-up', async () => {
    const owners = [...(await baton.records('Lead')), ...(await baton.records('Task'))].map(one => one.OwnerId);
    return owners.length === 2 && owners.every(id => id === priya?.Id);
  });
  assert.equal((await baton.records('CampaignMember')).length, 1);

  const medium = await crosses(baton, 'medium');
  assert.deepEqual([medium.decision?.rule, medium.decision?.crm], ['MEDIUM', 'account_based']);
  assert.equal((await baton.records('Lead')).length, 1, 'no lead beside the contact');
  const [deal] = await baton.records('Opportunity');
  const [account] = await baton.records('Account');
  assert.equal(medium.recordKind, 'contact', medium.recordNote ?? '');
  assert.equal(deal?.AccountId, account?.Id);
  const { contact } = medium.facts;
  assert.equal(deal?.Name, `${account?.Name}: ${contact.firstName} ${contact.lastName}`);
  assert.match(String(deal?.NextStep), new RegExp(`^Call ${contact.firstName} about `));

  const dana = await baton.app.deps.db('people').where({ email: 'dana@example.com' }).first();
  const by = { workspaceId: baton.app.workspaceId, slackUserId: String(dana.slack_id), handoffId: medium.id };
  const to = { kind: 'person' as const, email: 'chan@example.com' };
  assert.equal((await actionsOf(baton.app.deps).reassign({ ...by, to })).kind, 'done');
  const [chan] = (await baton.records('User')).filter(user => user.Email === 'chan@example.com');
  await until('Chan has the opportunity', async () => (await baton.records('Opportunity'))[0]?.OwnerId === chan?.Id);
  await baton.settled();
  assert.equal((await baton.records('Lead')).length, 1, 'given on by a person, it is what the rule made of it');
});
