/** A playbook that maps fields, gives leads to a queue, counts for a campaign, and makes accounts for some leads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAs, toPerson } from '../helpers/actions.ts';
import { handedOff } from '../helpers/leads.ts';
import { CHAN, DANA, PRIYA, TEAM_CHANNEL } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { addRecord, changeOrg, onlyRecord, untilOwned } from '../helpers/salesforce.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';

/** Mid-market leads wait in a queue to be claimed, MEDIUM ones are accounts from the start. */
const PLAYBOOK = exampleWith(
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

/** The org has the fields and the campaign that the playbook names; answers the campaign's id. */
async function orgIsReady(baton: System): Promise<string> {
  for (const [name, more] of Object.entries({
    Route__c: {},
    Link__c: { type: 'url' },
    Score_Text__c: {},
    Tier__c: {},
    Segment__c: { type: 'picklist', values: ['SMB', 'Other'], restricted: true, required: true },
  })) {
    await changeOrg(baton, { features: { addField: { object: 'Lead', name, type: 'string', ...more } } });
  }
  return addRecord(baton, 'Campaign', { Name: 'Autumn webinar', IsActive: true });
}

/** Emma crosses by way of the campaign. */
function crossesByCampaign(baton: System) {
  const more = { hs_latest_source: 'PAID_SEARCH', hs_latest_source_data_1: 'Autumn webinar' };
  const post: typeof baton.post = (path, body) =>
    baton.post(path, { ...(body as object), ...(path.includes('contacts') && more) });
  return handedOff({ ...baton, post });
}

test('mapped fields, a queue until somebody claims, and a campaign', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  const campaign = await orgIsReady(baton);
  const handoff = await crossesByCampaign(baton);
  const [lead, queue] = [await onlyRecord(baton, 'Lead'), await onlyRecord(baton, 'Group')];
  assert.equal(lead.Id, handoff.recordId);
  assert.deepEqual(
    [lead.Route__c, lead.Score_Text__c, lead.Tier__c, lead.Segment__c, lead.OwnerId, lead.Link__c],
    ['HIGH mid-market', '63 of 100', null, 'Other', queue.Id, `${baton.env.PUBLIC_URL}/open/${handoff.id}`],
  );
  const member = await onlyRecord(baton, 'CampaignMember');
  assert.deepEqual([member.LeadId, member.CampaignId, member.HasResponded], [lead.Id, campaign, true]);

  await act(baton, PRIYA, clickOn(await baton.card(TEAM_CHANNEL, 'Emma Thompson'), 'claim'));
  await untilOwned(baton, 'Lead', lead.Id, PRIYA);
  await untilOwned(baton, 'Task', (await onlyRecord(baton, 'Task')).Id, PRIYA);
  await onlyRecord(baton, 'CampaignMember');
});

test('a rule that makes accounts: given on by a person, a lead stays what the rule made of it', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  await orgIsReady(baton);
  const medium = await handedOff(baton, 'medium');
  assert.deepEqual([medium.decision?.rule, medium.decision?.crm], ['MEDIUM', 'account_based']);
  assert.deepEqual(await baton.records('Lead'), [], 'no lead beside the contact');
  assert.equal(medium.recordKind, 'contact', medium.recordNote ?? '');
  const [deal, account] = [await onlyRecord(baton, 'Opportunity'), await onlyRecord(baton, 'Account')];
  const { firstName, lastName } = medium.facts.contact;
  assert.deepEqual([deal.AccountId, deal.Name], [account.Id, `${account.Name}: ${firstName} ${lastName}`]);
  assert.match(String(deal.NextStep), new RegExp(`^Call ${firstName} about `));

  await actionsAs(baton, DANA, medium.id).reassign(toPerson(CHAN));
  await untilOwned(baton, 'Opportunity', deal.Id, CHAN);
  await baton.settled();
  assert.deepEqual(await baton.records('Lead'), []);
});
