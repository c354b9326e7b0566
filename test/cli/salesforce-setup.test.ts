/** `npm run salesforce:setup` as an operator runs it: a process of its own beside the stand-ins. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { runCommand } from '../helpers/cli.ts';
import { press } from '../helpers/control.ts';

const SECRET = 'a-key-nobody-may-see';
let sandbox: Sandbox;

before(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const run = (args: string[] = [], env: Record<string, string> = {}) =>
  runCommand('salesforce-setup', args, {
    ...sandbox.env(),
    HOOK_KEY: SECRET,
    PUBLIC_URL: 'https://baton.example',
    ...env,
  });

const happen = (change: object) => press(sandbox, 'salesforce/_org', change);

test('a dry run changes nothing, the run makes it all with its progress, the next finds it there', async () => {
  await happen({ bare: true, metadata: { deployQuestions: 1 } });
  const dry = await run(['--dry-run']);
  assert.equal(dry.code, 0, dry.err);
  assert.match(dry.out, /^\+ field Lead\.Lead_Score__c$/m);
  assert.match(dry.out, /^45 would be made \(\+\), the rest stays \(=\)\. Nothing was changed\.$/m);
  const made = await run();
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^… Salesforce makes what is missing: 45 of 45$/m);
  assert.match(made.out, /^46 made \(\+\), the rest was there \(=\)\.$/m);
  assert.match(made.out, /By hand:\n1\. Let Salesforce's addresses through to baton\.example/);
  const again = await run();
  assert.equal(again.code, 0, again.err);
  assert.match(again.out, /^Everything was there already: nothing was changed\.$/m);
  for (const { out, err } of [dry, made, again]) assert.ok(!`${out}${err}`.includes(SECRET));
});

test('what is refused, what keeps it from beginning, and what it is', async () => {
  await happen({ bare: true, metadata: { mayDeploy: false } });
  const refused = await run();
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^Salesforce does not let Baton's user change metadata .*Assign Permission Sets/m);
  await happen({ metadata: { mayDeploy: true } });
  await happen({ features: { addField: { object: 'Lead', name: 'Lead_Score__c', type: 'string' } } });
  const clash = await run();
  assert.equal(clash.code, 1, clash.err);
  assert.match(clash.out, /^✗ field Lead\.Lead_Score__c: the org has it as Text\(255\)/m);
  assert.match(clash.out, /What has a ✗ needs you\./);
  const unknown = await run(['--now']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /does not know --now/);
  const elsewhere = await run([], { SALESFORCE_FLOW: 'web_server' });
  assert.equal(elsewhere.code, 2);
  assert.match(elsewhere.err, /Home in Slack|ENCRYPTION_KEY/);
  const help = await run(['--help']);
  assert.deepEqual([help.code, /--dry-run/.test(help.out)], [0, true]);
});
