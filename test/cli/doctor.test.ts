/** `npm run doctor` as an operator runs it: a process of its own beside the stand-ins. */
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { CALENDLY_TOKEN } from '../../sandbox/calendly/service.ts';
import { GOOGLE_APP } from '../../sandbox/google/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { connect, type Db, migrate } from '../../src/db/connection.ts';
import { saveCredential } from '../../src/db/connections/credentials.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { salesforceLogin } from '../../src/vendors/salesforce/api/oauth.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { runCommand } from '../helpers/cli.ts';
import { press } from '../helpers/control.ts';
import { connectedDatabase } from '../helpers/database.ts';

const PLAYBOOK = new URL('../../playbook.yaml', import.meta.url).pathname;
let sandbox: Sandbox;

before(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const doctor = (args: string[] = [], env: Record<string, string | undefined> = {}) =>
  runCommand('doctor', args, {
    ...sandbox.env(),
    HOOK_KEY: 'a-key-nobody-may-see',
    PUBLIC_URL: 'https://baton.example',
    // Nothing was ever stored there.
    DATA_DIR: join(tmpdir(), `baton-none-${randomUUID()}`),
    ...env,
  });

const happen = (change: object) => press(sandbox, 'salesforce/_org', change);

test('all is well: every service is named, warnings do not fail it', async () => {
  const { code, out, err } = await doctor();
  assert.equal(code, 0, out + err);
  for (const line of [
    /^Settings\n {2}✓ environment can be read\n {2}✓ playbook: file .*playbook\.yaml$/m,
    /^Database\n {2}✓ embedded/m,
    /^Slack\n {2}✓ bot of .+\n {2}✓ all \d+ people/m,
    /^HubSpot\n {2}✓ contacts can be read\n {2}Playbook\n {4}! no contact has the score "hubspotscore"\n/m,
    /^Salesforce\n {2}✓ logged in\n {2}Fields\n {4}✓/m,
    /^Mail \(SMTP\)\n {2}✓ the log-in is taken$/m,
    /^ {4}! Baton’s flows are not in the org.*\n {6}→ Press Set up Salesforce on Baton’s Home, or run: npm run salesforce:setup/m,
    /It works; some things are worth a look\. \d+ fine, 2 to look at \(!\), 0 to mend \(✗\)\.\s*$/,
  ]) {
    assert.match(out, line);
  }
});

test('mail and meetings: each says whether it takes its key, mailboxes whose they are, and first answers what they lack', async () => {
  const env = { CALENDLY_TOKEN, CALCOM_API_KEY: 'wrong', ...GOOGLE_APP };
  const { code, out } = await doctor([], { ...env, ENCRYPTION_KEY: randomBytes(32).toString('base64') });
  assert.equal(code, 1, out);
  assert.match(out, /^Calendly\n {2}✓ the key is taken/m);
  assert.match(out, /^Cal\.com\n {2}✗ Cal\.com does not accept the API key: .+\n {4}→ /m);
  assert.match(out, /^Gmail\n {2}✓ people connect their own on Home$/m);
  const folder = await mkdtemp(join(tmpdir(), 'baton-doctor-'));
  const file = join(folder, 'playbook.yaml');
  const text = (await readFile(PLAYBOOK, 'utf8')).replace('enabled: false\n  to: forms', 'enabled: true\n  to: forms');
  await writeFile(file, text.replace(/postal_address: "[^"]*"/, 'postal_address: ""'));
  const answering = await doctor(['--playbook', file], { SMTP_URL: undefined });
  assert.match(answering.out, /✗ first answers are on \(reply\.enabled\), and no mail can leave\n {4}→ Set SMTP_URL/);
  assert.match(answering.out, /! first answers carry no postal address/);
  const wrong = new URL(String(sandbox.env().SMTP_URL));
  wrong.password = 'wrong';
  const refused = await doctor([], { SMTP_URL: wrong.href });
  assert.match(
    refused.out,
    /^Mail \(SMTP\)\n {2}✗ the mail server does not accept the login .+\n {4}→ Correct user and password/m,
  );
  await rm(folder, { recursive: true });
});

test('many ills at once: each is said with what to do, none hides another', async () => {
  await happen({ removeField: { object: 'Lead', field: 'Lead_Score__c' } });
  await happen({ restrictPicklist: { object: 'Lead', field: 'ICP_Priority__c', values: ['HIGH'] } });
  await happen({ deactivateUser: 'priya@example.com' });
  await happen({ validationRule: { object: 'Lead', message: 'Evil \u001b[31mred' } });
  await happen({ duplicateRule: 'block', setUp: { assignmentRule: 'Standard', storage: { max: 10, used: 10 } } });
  await happen({ setUp: { flow: { name: 'Give_away', object: 'Lead', changesOwner: true } } });
  await happen({
    setUp: { message: { name: 'Baton_Lead', object: 'Lead', url: 'https://old.example/hooks/x/salesforce' } },
  });
  const unset = { CLEARBIT_API_KEY: undefined, APOLLO_API_KEY: undefined, HUBSPOT_CLIENT_SECRET: undefined };
  const { code, out } = await doctor([], { HUBSPOT_ACCESS_TOKEN: 'pat-wrong', ...unset });
  assert.equal(code, 1, out);
  for (const line of [
    /^ {2}! no enrichment is connected: .+\n {4}→ Give Clearbit or Apollo a key/m,
    /^HubSpot\n {2}✗ .+\n {4}→ .*HUBSPOT_ACCESS_TOKEN\.\n {2}! webhooks are trusted/m,
    /✗ Lead\.Lead_Score__c .*missing.*\n {6}→ Make the field/,
    /✗ Lead\.ICP_Priority__c is a restricted picklist without "MEDIUM" and "LOW"/,
    /✗ Priya Nair \(priya@example\.com\) is an inactive user/,
    /! 1 active validation rule on Lead .*Evil {2}?\[31mred/,
    /✗ 1 active duplicate rule blocks/,
    /! The lead assignment rule Standard/,
    /! The flow Give_away/,
    /✗ 1 outbound message of Baton’s goes somewhere else/,
    /✗ 100% of the data storage/,
    /7 things need you\./,
  ]) {
    assert.match(out, line);
  }
  for (const never of ['a-key-nobody-may-see', '\u001b', 'hooks/x']) assert.ok(!out.includes(never), never);
});

test('a log-in made on Home cannot be read without its store: it says where to ask', async () => {
  const { code, out } = await doctor([], {
    SALESFORCE_FLOW: 'web_server',
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  assert.equal(code, 1, out);
  assert.match(out, /kept in the app's database.*\/mql doctor salesforce/);
});

test('a log-in made on Home is used from the database; its death is told to machines too', async t => {
  const { db, url } = await connectedDatabase(t, 1);
  const env = {
    SALESFORCE_FLOW: 'web_server',
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: url,
    PLAYBOOK,
  };
  const nobody = await doctor([], env);
  assert.match(nobody.out, /^Salesforce\n {2}✗ Nobody has connected Salesforce yet/m);
  const workspace = await ensureWorkspace(db, { name: 'One', slackTeamId: 'T1', hookKey: 'k', at: new Date() });
  const { tokens, account, tenant } = await loggedIn();
  const key = { workspaceId: workspace.id, vendor: 'salesforce', holder: '' };
  const made = { tokens, account, tenant, connectedBy: 'dana@example.com', at: new Date() };
  await saveCredential(db, parseKeyring(env.ENCRYPTION_KEY), key, made);
  const { code, out } = await doctor([], env);
  assert.equal(code, 0, out);
  assert.match(out, /^ {2}! no lead has come through yet\n {4}→ .*\/mql test/m);
  assert.match(out, /^Database\n {2}✓ PostgreSQL 18.*\n {2}✓ 0 jobs and 0 signals waiting/m);
  assert.match(out, /^Salesforce\n {2}✓ logged in\n {2}Fields/m);
  await storeEdited(db, workspace.id);
  const edited = await doctor([], env);
  assert.match(edited.out, EDITED);
  assert.match(edited.out, /✗ Lead\.Other_Score__c .*missing/);
  const forced = await doctor(['--playbook', env.PLAYBOOK], env);
  assert.equal(forced.code, 0, forced.out);
  assert.match(forced.out, /✓ playbook: file .*playbook\.yaml$/m);
  await happen({ revokeAccess: true });
  const dead = await doctor(['--json'], env);
  assert.equal(dead.code, 1);
  const read = JSON.parse(dead.out) as {
    problems: number;
    services: { service: string; results: { level: string; fix?: string }[] }[];
  };
  assert.equal(read.problems, 1, dead.out);
  const services = read.services.map(one => one.service);
  assert.deepEqual(services.slice(0, 4), ['Settings', 'Database', 'Slack', 'HubSpot']);
  const [only] = read.services.find(({ service }) => service === 'Salesforce')?.results ?? [];
  assert.equal(only?.level, 'problem');
  assert.match(only?.fix ?? '', /^Press Connect or Reconnect/);
});

test('the playbook of the embedded database is used, whether Baton runs beside it or not', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'baton-cli-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const app = await startEmbedded({ dir });
  const db = connect(app.url, 1);
  try {
    await migrate(app.url);
    const workspace = await ensureWorkspace(db, { name: 'One', slackTeamId: 'T1', hookKey: 'k', at: EDITED_AT });
    await storeEdited(db, workspace.id);
    const beside = await doctor([], { DATA_DIR: dir });
    assert.match(beside.out, EDITED);
    assert.match(beside.out, /^Database\n {2}✓ embedded, in .*: PostgreSQL .*\n {2}✓ 0 jobs/m);
    await db.raw('select 1');
  } finally {
    await db.destroy();
    await app.stop();
  }
  const alone = await doctor([], { DATA_DIR: dir });
  assert.match(alone.out, EDITED);
  await assert.rejects(access(join(dir, 'postgres', 'postmaster.pid')), 'what it started is stopped again');
});

const EDITED_AT = new Date('2026-11-24T18:00:00Z');
const EDITED = /✓ playbook: version 2, edited in Slack by Dana Ruiz on 2026-11-24$/m;

/** Dana has changed the name of a field since the file was read. */
async function storeEdited(db: Db, workspaceId: string): Promise<void> {
  const file = await readFile(PLAYBOOK, 'utf8');
  const yaml = file.replace('Lead_Score__c', 'Other_Score__c');
  assert.notEqual(yaml, file);
  const at = EDITED_AT;
  await savePlaybook(db, workspaceId, { yaml: file, author: 'file', note: 'read', at });
  await savePlaybook(db, workspaceId, { yaml, author: 'dana@example.com', note: 'another field', at });
}

/** Through the stand-in's page, as an admin on Home. */
async function loggedIn() {
  const env = sandbox.env();
  const page = salesforceLogin({
    loginUrl: env.SALESFORCE_LOGIN_URL ?? '',
    clientId: env.SALESFORCE_CLIENT_ID ?? '',
    clientSecret: env.SALESFORCE_CLIENT_SECRET,
    forWorkspace: true,
  });
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const redirectUri = 'http://127.0.0.1:3000/connect/salesforce/callback';
  const address = page.address({ state: 's', challenge, redirectUri });
  const back = await fetch(`${address}&as=baton-integration@example.com`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
  return page.exchange({ code, verifier, redirectUri });
}

test('it cannot even start, or was asked wrongly', async () => {
  const [unset, unknown] = await Promise.all([
    doctor([], { SLACK_BOT_TOKEN: undefined, SLACK_CLIENT_ID: undefined, SLACK_CLIENT_SECRET: undefined }),
    doctor(['--loud']),
  ]);
  assert.deepEqual([unset.code, unknown.code], [2, 2]);
  const away = await doctor([], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  assert.equal(away.code, 1, away.out);
  assert.match(away.out, /! playbook: file .*; the database cannot be asked: .+\n {4}→ What was edited in Slack/);
  assert.match(unset.err, /SLACK_BOT_TOKEN/);
  assert.match(unknown.err, /--loud.*Exit code 0 when nothing is to mend/s);
});

test('playbook -- check holds a file against the CRM, too: a status that no lead has there is said, with those there are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-check-'));
  try {
    const file = join(folder, 'playbook.yaml');
    const yaml = (await readFile(PLAYBOOK, 'utf8')).replace('"Working - Contacted"', '"Spoke to them"');
    await writeFile(file, yaml);
    const check = (env: Record<string, string | undefined>) => runCommand('playbook', ['check', file], env);
    const env = { ...sandbox.env(), HOOK_KEY: 'a-key-nobody-may-see', PUBLIC_URL: 'https://baton.example' };
    const asked = await check({ ...env, DATA_DIR: join(folder, 'none') });
    assert.equal(asked.code, 2, asked.out + asked.err);
    assert.match(
      asked.out,
      /✗ Salesforce: Lead\.Status has no "Spoke to them" \(crm\.statuses\.contacted\); it has "Open/,
    );
    const alone = await check({});
    assert.equal(alone.code, 0, 'nothing is connected');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
