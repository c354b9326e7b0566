/** `npm run salesforce:setup` as an operator runs it: a process of its own beside the stand-ins. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { runCommand } from '../helpers/cli.ts';
import { press } from '../helpers/control.ts';
import { connectedDatabase } from '../helpers/database.ts';

const SECRET = 'a-key-nobody-may-see';
let sandbox: Sandbox;

before(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const run = (args: string[] = [], env: Record<string, string> = {}) =>
  runCommand('crm-setup', ['salesforce', ...args], {
    ...sandbox.env(),
    HOOK_KEY: SECRET,
    PUBLIC_URL: 'https://baton.example',
    // Nothing was ever stored there.
    DATA_DIR: join(tmpdir(), `baton-none-${randomUUID()}`),
    ...env,
  });

const happen = (change: object) => press(sandbox, 'salesforce/_org', change);

test('a dry run changes nothing, the run makes it all with its progress, the next finds it there', async () => {
  await happen({ bare: true, metadata: { deployQuestions: 1 } });
  const dry = await run(['--dry-run']);
  assert.equal(dry.code, 0, dry.err);
  assert.match(dry.out, /^\+ field Lead\.Lead_Score__c$/m);
  assert.match(dry.out, /^48 would be made \(\+\), the rest stays \(=\)\. Nothing was changed\.$/m);
  const made = await run();
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^… Salesforce makes what is missing: 48 of 48$/m);
  assert.match(made.out, /^49 made \(\+\), the rest was there \(=\)\.$/m);
  assert.match(made.out, /By hand:\n1\. Let Salesforce's addresses through to baton\.example/);
  const again = await run();
  assert.equal(again.code, 0, again.err);
  assert.match(again.out, /^Everything was there already: nothing was changed\.$/m);
  for (const { out, err } of [dry, made, again]) assert.ok(!`${out}${err}`.includes(SECRET));
});

test('it sets up for the newest version in the database, or for the file that is asked for', async t => {
  const { db, url } = await connectedDatabase(t, 1);
  const at = new Date('2026-11-24T18:00:00Z');
  const { id } = await ensureWorkspace(db, { name: 'One', slackTeamId: 'T1', hookKey: 'k', at });
  const PLAYBOOK = new URL('../../playbook.yaml', import.meta.url).pathname;
  const yaml = (await readFile(PLAYBOOK, 'utf8')).replace('Lead_Score__c', 'Other_Score__c');
  await savePlaybook(db, id, { yaml, author: 'dana@example.com', note: 'another field', at });
  const env = { DATABASE_URL: url, PLAYBOOK };
  const stored = await run(['--dry-run'], env);
  assert.match(stored.out, /^Playbook: version 1, edited in Slack by Dana Ruiz on 2026-11-24$/m, stored.err);
  assert.match(stored.out, /^\+ field Lead\.Other_Score__c$/m);
  const forced = await run(['--dry-run', '--playbook', PLAYBOOK], env);
  assert.match(forced.out, /^Playbook: file .*playbook\.yaml$/m, forced.err);
  assert.doesNotMatch(forced.out, /Other_Score__c/);
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
  assert.deepEqual([help.code, /--dry-run[\s\S]*--playbook FILE/.test(help.out)], [0, true]);
  const nameless = await run(['--playbook', '--dry-run']);
  assert.deepEqual([nameless.code, /--playbook needs a file/.test(nameless.err)], [2, true]);
});
