/** An admin has Salesforce compared with the rules, in Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetup } from '../helpers/home.ts';
import { handedOff } from '../helpers/leads.ts';
import { blocksOf, mql, untilSaid } from '../helpers/messages.ts';
import { DANA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { changeOrg } from '../helpers/salesforce.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { type Message, system } from '../helpers/system.ts';
import { breakCalls, NOTHING_CONNECTED } from '../helpers/vendors.ts';

/** The action of the button with this label. */
const buttonOf = (message: Message, label: string): string => {
  const found = message.blocks
    .flatMap(block => (block as { elements?: { text?: { text?: string }; action_id?: string }[] }).elements ?? [])
    .find(one => one.text?.text === label);
  assert.ok(found?.action_id, `${label} in ${JSON.stringify(message.blocks)}`);
  return found.action_id;
};

test('Check Salesforce: the findings come to the admin’s messages, and are read page by page', async t => {
  const baton = await system(t);
  await baton.settled();
  await changeOrg(baton, { removeField: { object: 'Lead', field: 'Lead_Score__c' } });
  for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']) {
    const addField = { object: 'Lead', name: `${name}__c`, type: 'string', required: true };
    await changeOrg(baton, { features: { addField } });
  }

  const health = await mql(baton, DANA, 'doctor');
  await act(baton, DANA, clickOn(health, buttonOf(health, 'Check Salesforce')));
  const told = await baton.card({ user: DANA }, 'Salesforce and the playbook:');
  assert.match(told.text, /^Salesforce and the playbook: 9 problems and \d+ warnings?\.\n✗ Lead\.Lead_Score__c/);
  assert.match(told.text, /and \d+ more\.\nAll of it, page by page: \/mql doctor findings/);
  await baton.settled();

  assert.match(blocksOf(await mql(baton, DANA, 'doctor')), /9 problems.*Looked at/);
  const first = await mql(baton, DANA, 'doctor findings');
  assert.match(first.text, /Page 1 of 2/);
  await act(baton, DANA, clickOn(first, buttonOf(first, 'Next')));
  const second = await untilSaid(baton, { user: DANA }, /Page 2 of 2/);
  assert.match(second.text, /things in order/);

  assert.match((await mql(baton, MARCUS, 'doctor salesforce')).text, /admin|Dana Ruiz/);
  assert.match((await mql(baton, MARCUS, 'doctor findings')).text, /admin|Dana Ruiz/);
  assert.match((await mql(baton, DANA, 'doctor hubspto')).text, /Did you mean \*crm\*/);
});

test('a misspelt score property, stages and lead sources nobody has: doctor and Home say so, with what there is', async t => {
  const playbook = exampleWith(
    ['hubspot: hubspotscore', 'hubspot: hubspot_scroe'],
    ['require_lifecycle: false', 'require_lifecycle: [sales_ready]'],
  );
  const baton = await system(t, { playbook });
  await baton.settled();
  assert.match(await openSetup(baton, DANA, 'health'), /type `\/mql doctor crm`/);
  await mql(baton, DANA, 'doctor crm');
  const told = await baton.card({ user: DANA }, 'and the playbook:');
  await baton.settled();
  const home = await openSetup(baton, DANA, 'health');
  const found = (await mql(baton, DANA, 'doctor findings')).text;
  for (const [text, where] of [
    [told.text, 'the message'],
    [found, 'findings'],
    [home, 'Home'],
  ] as const) {
    assert.match(text, /here is no score property .{1,6}hubspot_scroe/, where);
    assert.match(text, /asks for .{1,6}sales_ready.{1,6}, a stage no contact can be at/, where);
  }
  assert.match(found, /HubSpot/);
  assert.match(found, /hubspotscore/);
});

test('a source that is away is said to be, beside what else was compared', async t => {
  const baton = await system(t);
  await baton.settled();
  await breakCalls(baton, { service: 'hubspot', path: '/properties', status: 500, times: 50 });
  await mql(baton, DANA, 'doctor crm');
  await baton.card({ user: DANA }, 'HubSpot could not be compared with the playbook');
});

test('an org that cannot be asked is an answer too, at once', async t => {
  const baton = await system(t);
  await baton.settled();
  await changeOrg(baton, { revokeAccess: true });
  await mql(baton, DANA, 'doctor salesforce');
  const told = await baton.card({ user: DANA }, 'could not be compared');
  assert.match(told.text, /Mend the connection \(see \/mql doctor\) and ask again/);
});

test('never well before the first lead came through, and it names what is not connected', async t => {
  const baton = await system(t, { env: NOTHING_CONNECTED });
  await baton.settled();
  const { text } = await mql(baton, DANA, 'doctor');
  assert.match(text, /Something needs you/);
  for (const said of [
    /No marketing system is connected/,
    /No enrichment is connected/,
    /No lead has come through yet/,
  ]) {
    assert.match(text, said);
  }
});

test('the first lead makes it well', async t => {
  const baton = await system(t);
  await baton.settled();
  assert.match((await mql(baton, MARCUS, 'doctor')).text, /Something needs attention/);
  await handedOff(baton);
  const { text } = await mql(baton, DANA, 'doctor');
  assert.doesNotMatch(text, /No lead has come through yet/);
});
