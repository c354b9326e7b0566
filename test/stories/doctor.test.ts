/** An admin has Salesforce compared with the rules, in Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const DANA = 'dana@example.com';
const MARCUS = 'marcus@example.com';

async function mql(baton: System, user: string, text: string): Promise<Message> {
  const before = (await baton.messages({ user })).length;
  await baton.post('/_sandbox/slack/act', { user, command: { text } });
  return until(`an answer to ${text}`, async () => (await baton.messages({ user }))[before]);
}

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
  const org = (change: object) => baton.post('/_sandbox/salesforce/_org', change);
  await org({ removeField: { object: 'Lead', field: 'Lead_Score__c' } });
  for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']) {
    await org({ features: { addField: { object: 'Lead', name: `${name}__c`, type: 'string', required: true } } });
  }

  const health = await mql(baton, DANA, 'doctor');
  await baton.press(DANA, health, buttonOf(health, 'Check Salesforce'));
  const told = await baton.card({ user: DANA }, 'Salesforce and the playbook:');
  assert.match(told.text, /^Salesforce and the playbook: 9 problems and \d+ warnings?\.\n✗ Lead\.Lead_Score__c/);
  assert.match(told.text, /and \d+ more\.\nAll of it, page by page: \/mql doctor findings/);
  await baton.settled();

  const again = await mql(baton, DANA, 'doctor');
  assert.match(JSON.stringify(again.blocks), /9 problems.*Looked at/);
  const first = await mql(baton, DANA, 'doctor findings');
  assert.match(first.text, /Page 1 of 2/);
  await baton.press(DANA, first, buttonOf(first, 'Next'));
  const second = await until('the second page', async () =>
    (await baton.messages({ user: DANA })).find(one => one.text.includes('Page 2 of 2')),
  );
  assert.match(second.text, /things in order/);

  assert.match((await mql(baton, MARCUS, 'doctor salesforce')).text, /admin|Dana Ruiz/);
  assert.match((await mql(baton, MARCUS, 'doctor findings')).text, /admin|Dana Ruiz/);
  assert.match((await mql(baton, DANA, 'doctor hubspto')).text, /Did you mean \*crm\*/);
});

test('an org that cannot be asked is an answer too, at once', async t => {
  const baton = await system(t);
  await baton.settled();
  await baton.post('/_sandbox/salesforce/_org', { revokeAccess: true });
  await mql(baton, DANA, 'doctor salesforce');
  const told = await baton.card({ user: DANA }, 'could not be compared');
  assert.match(told.text, /Mend the connection \(see \/mql doctor\) and ask again/);
});
