import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SALESFORCE, SMALL } from '../../../test/helpers/crm.ts';
import type { CrmWrite } from '../../contracts/crm.ts';
import { lackingSentences, withinAbilities } from './abilities.ts';

const WRITE: CrmWrite = {
  handoffId: 'h-1',
  mode: 'lead',
  person: { email: 'emma@acmecorp.com' },
  description: '',
  fields: {},
  group: 'Inbound_queue',
  campaign: { name: 'Autumn webinar', status: 'Responded' },
  deal: { stage: 'New', closeOn: '2027-02-22', role: 'Decision Maker' },
};

test('a CRM that can do it all is asked for all of it', () => {
  assert.deepEqual(withinAbilities(WRITE, 'account_based', SALESFORCE.traits), { write: WRITE, lacking: [] });
});

test('what the CRM cannot do is left out, and named once each', () => {
  const { group: _group, campaign: _campaign, ...rest } = WRITE;
  const made = withinAbilities(WRITE, 'account_based', SMALL.traits);
  assert.deepEqual(made.write, { ...rest, deal: { stage: 'New', closeOn: '2027-02-22' } });
  assert.deepEqual(made.lacking, ['accountBased', 'groups', 'campaigns', 'dealRoles']);
  const said = lackingSentences(made.lacking, SMALL);
  assert.equal(new Set(said).size, 4);
  assert.match(said[0] ?? '', /^Small cannot make organization, person and deal at once: the person was written alone/);
  assert.match(said[1] ?? '', /^Small gives no records to teams: the playbook's crm_queue was left out/);
  assert.match(said[3] ?? '', /a person has no role at a deal: the playbook's contact_role was left out\.$/);
});

test('what the playbook does not ask for is not missed', () => {
  const { group: _group, campaign: _campaign, deal: _deal, ...plain } = WRITE;
  assert.deepEqual(withinAbilities(plain, 'lead', SMALL.traits), { write: plain, lacking: [] });
});
