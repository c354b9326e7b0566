/** HubSpot set up, and compared with the playbook. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { press } from '../helpers/control.ts';
import { accountFor, HOOK, hubspotRules } from './hubspot-portal.ts';

const WANTED = {
  people: [{ email: 'marcus@example.com', name: 'Marcus Chen' }],
  modes: ['lead', 'account_based'],
  groups: [],
  messagesTo: HOOK,
} as const;

test('the set-up made everything, again it makes nothing, and says what is left by hand', async t => {
  const account = await accountFor(t);
  const { setup } = account.connect();
  const steps: string[] = [];
  const again = await setup?.deploy(HOOK, ({ text }) => steps.push(text));
  assert.ok(again?.ok && again.parts.every(({ outcome }) => outcome === 'unchanged'));
  assert.match(again.byHand.join(), /Subscribe there to contact: .*lead: property changes of hs_pipeline_stage/);
  assert.ok(!again.byHand.join().includes(HOOK), 'the address of the hook is a secret');
  assert.equal(steps.length, again.parts.length);
  const findings = (await setup?.inspect(WANTED)) ?? [];
  assert.deepEqual(
    findings.filter(({ level }) => level !== 'fine').map(({ about }) => about),
    ['Messages'],
  );
});

test('a dry run makes nothing; options that people took away come back, theirs stay', async t => {
  const account = await accountFor(t);
  const rules = hubspotRules({ fields: { lead_score: 'other_score' } });
  const { setup } = account.connect({ rules });
  const dry = await setup?.deploy(HOOK, () => undefined, { dryRun: true });
  assert.deepEqual(
    dry?.parts.filter(({ outcome }) => outcome === 'made').map(({ name }) => name),
    ['property of a contact: other_score'],
  );
  const findings = (await setup?.inspect(WANTED)) ?? [];
  assert.match(findings.find(({ about }) => about === 'Fields')?.what ?? '', /“other_score” of a contact is not there/);
  await press(account.sandbox, 'hubspot/properties', {
    name: 'baton_icp_priority',
    options: { HIGH: 'Hot', VIP: 'VIP' },
  });
  const done = await account.connect().setup?.deploy(HOOK, () => undefined);
  assert.deepEqual(done?.parts.filter(({ outcome }) => outcome === 'made').length, 1);
  const schema = (await account.schema('contacts')).find(one => one.name === 'baton_icp_priority');
  assert.deepEqual(schema?.options, ['HIGH', 'VIP', 'MEDIUM', 'LOW']);
  assert.equal(schema?.optionLabels?.HIGH, 'Hot');
});

test('a property of that name that cannot hold it is refused with what to do; the others are made', async t => {
  const account = await accountFor(t);
  const rules = hubspotRules({
    fields: { lead_score: 'hs_email_optout', sla_due: 'hs_marketable_status', revenue: 'new_revenue' },
  });
  const { setup } = account.connect({ rules });
  const done = await setup?.deploy(HOOK, () => undefined);
  assert.equal(done?.ok, false);
  const refused = done?.parts.filter(({ outcome }) => outcome === 'refused') ?? [];
  assert.deepEqual(
    refused.map(({ name }) => name),
    ['property of a contact: hs_email_optout', 'property of a contact: hs_marketable_status'],
  );
  assert.match(refused[0]?.why ?? '', /of the type bool.*crm\.fields\.lead_score/);
  assert.ok(done?.parts.some(({ name, outcome }) => name.endsWith('new_revenue') && outcome === 'made'));
});

test('what does not fit the playbook is found: people, stages, roles, mapping, leads', async t => {
  const account = await accountFor(t, { leads: false });
  const rules = hubspotRules({
    opportunity: { stage: 'Nowhere', pipeline: 'None', contact_role: 'Chief' },
    custom: { Deal: { no_such: 'x' }, Lead: { what: 'x' } },
    statuses: { working: ['In progress'], rejected: ['Disqualified'] },
  });
  const { setup } = account.connect({ rules, clientSecret: 's' });
  const people = [...WANTED.people, { email: 'gone@example.com', name: 'Gone' }];
  const findings = (await setup?.inspect({ ...WANTED, people })) ?? [];
  const said = findings.filter(({ level }) => level !== 'fine').map(({ about, what }) => `${about}: ${what}`);
  assert.equal(said.length, 7, said.join('\n'));
  for (const [index, words] of [
    /no_such/,
    /no leads/,
    /no lead status “Disqualified” \(crm\.statuses\.rejected\)/,
    /pipeline “None”/,
    /stage “Nowhere”/,
    /label “Chief”/,
    /Gone \(gone@/,
  ].entries())
    assert.match(said[index] ?? '', words);
});

test('the label of the contact’s role is made once, for both directions', async t => {
  const account = await accountFor(t);
  const rules = hubspotRules({ opportunity: { contact_role: 'Décideur' } });
  const { setup } = account.connect({ rules });
  const outcomes = async () => (await setup?.deploy(HOOK, () => undefined))?.parts.at(-1);
  assert.deepEqual(await outcomes(), { name: 'association label: Décideur', outcome: 'made' });
  assert.deepEqual((await outcomes())?.outcome, 'unchanged');
});
