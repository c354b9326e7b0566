/** `npm run doctor` as an operator runs it: a process of its own beside the stand-ins. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function doctor(args: string[] = [], env: Record<string, string | undefined> = {}): Promise<Ran> {
  const given = {
    PATH: process.env.PATH,
    ...sandbox.env(),
    HOOK_KEY: 'a-key-nobody-may-see',
    PUBLIC_URL: 'https://baton.example',
    ...env,
  };
  const child = spawn(process.execPath, ['src/cli/doctor.ts', ...args], {
    cwd: new URL('../..', import.meta.url),
    env: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.on('data', data => (ran.out += data));
  child.stderr.on('data', data => (ran.err += data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ ...ran, code }));
  });
}

async function happen(change: object): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/salesforce/_org`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  assert.equal(answer.status, 200, await answer.text());
}

test('all is well: every service is named, warnings do not fail it', async () => {
  const { code, out, err } = await doctor();
  assert.equal(code, 0, out + err);
  for (const line of [
    /^Settings\n {2}✓/m,
    /^Database\n {2}✓ embedded/m,
    /^Slack\n {2}✓ bot of .+\n {2}✓ all \d+ people/m,
    /^HubSpot\n {2}✓ contacts can be read/m,
    /^Salesforce\n {2}✓ logged in\n {2}Fields\n {4}✓/m,
    /^ {4}! Baton’s flows are not in the org.*\n {6}→ Run `npm run salesforce:setup`/m,
    /It works; some things are worth a look\. \d+ fine, 1 to look at \(!\), 0 to mend \(✗\)\.\s*$/,
  ]) {
    assert.match(out, line);
  }
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
  const { code, out } = await doctor([], { HUBSPOT_ACCESS_TOKEN: 'pat-wrong', HUBSPOT_CLIENT_SECRET: undefined });
  assert.equal(code, 1, out);
  for (const line of [
    /^HubSpot\n {2}✗ .+\n {4}→ .*HUBSPOT_ACCESS_TOKEN\.\n {2}! webhooks are trusted/m,
    /✗ Lead\.Lead_Score__c .*missing.*\n {6}→ Make the field/,
    /✗ Lead\.ICP_Priority__c is a restricted picklist without "MEDIUM" and "LOW"/,
    /✗ Priya Nair \(priya@example\.com\) is an inactive user/,
    /! 1 active validation rule on Lead .*Evil {2}?\[31mred/,
    /✗ 1 active duplicate rule blocks/,
    /! The lead assignment rule Standard/,
    /! The flow Give_away/,
    /✗ 1 outbound message of Baton’s goes somewhere else/,
    /✗ 100 % of the data storage/,
    /7 things need you\./,
  ]) {
    assert.match(out, line);
  }
  for (const never of ['a-key-nobody-may-see', '\u001b', 'hooks/x']) assert.ok(!out.includes(never), never);
});

test('as JSON, with a log-in that is dead', async () => {
  await happen({ revokeAccess: true });
  const { code, out } = await doctor(['--json']);
  assert.equal(code, 1);
  const read = JSON.parse(out) as {
    problems: number;
    services: { service: string; results: { level: string; what: string; fix?: string }[] }[];
  };
  assert.equal(read.problems, 1);
  assert.deepEqual(
    read.services.map(one => one.service),
    ['Settings', 'Database', 'Slack', 'HubSpot', 'Salesforce'],
  );
  const [only] = read.services.at(-1)?.results ?? [];
  assert.equal(only?.level, 'problem');
  assert.match(only?.fix ?? '', /SALESFORCE_CLIENT_ID/);
});

test('a log-in made on Home cannot be read without its store: it says where to ask', async () => {
  const { code, out } = await doctor([], {
    SALESFORCE_FLOW: 'web_server',
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  assert.equal(code, 1, out);
  assert.match(out, /kept in the embedded database.*\/mql doctor salesforce/);
});

test('it cannot even start, or was asked wrongly', async () => {
  const [unset, unknown, help] = await Promise.all([
    doctor([], { SLACK_BOT_TOKEN: undefined }),
    doctor(['--loud']),
    doctor(['--help']),
  ]);
  assert.deepEqual([unset.code, unknown.code, help.code], [2, 2, 0]);
  assert.match(unset.err, /SLACK_BOT_TOKEN/);
  assert.match(unknown.err, /--loud/);
  assert.match(help.out, /Exit code 0/);
});
