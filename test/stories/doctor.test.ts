/** An admin has Salesforce compared with the rules, in Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handedOff } from '../helpers/leads.ts';
import { blocksOf, mql, untilSaid } from '../helpers/messages.ts';
import { DANA, MARCUS } from '../helpers/people.ts';
import { changeOrg } from '../helpers/salesforce.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { type Message, system } from '../helpers/system.ts';

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

test('an org that cannot be asked is an answer too, at once', async t => {
  const baton = await system(t);
  await baton.settled();
  await changeOrg(baton, { revokeAccess: true });
  await mql(baton, DANA, 'doctor salesforce');
  const told = await baton.card({ user: DANA }, 'could not be compared');
  assert.match(told.text, /Mend the connection \(see \/mql doctor\) and ask again/);
});

test('never well before the first lead came through, and it names what is not connected', async t => {
  const marketing = { HUBSPOT_ACCESS_TOKEN: '', MARKETO_CLIENT_ID: '', MARKETO_CLIENT_SECRET: '' };
  const baton = await system(t, { env: { ...marketing, CLEARBIT_API_KEY: '', APOLLO_API_KEY: '' } });
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
