import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { EnvVariable } from '../lib/env-variable.ts';
import { VENDORS } from '../vendors/table.ts';
import { ConfigurationError, envExample, notConnected, readEnv as read } from './env.ts';
import { VARIABLES } from './variables.ts';

const readEnv = (given: Record<string, string | undefined>) => read(given, VENDORS);

const least = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's', HOOK_KEY: 'a-hook-key-long-enough' };

test('the least that one workspace needs is enough', () => {
  const env = readEnv(least);
  assert.equal(env.PORT, 3000);
  assert.equal(env.vendors.hubspot?.HUBSPOT_API_VERSION, '2026-03');
});

test('every problem is named at once, each with its fix', () => {
  assert.throws(
    () => readEnv({ PORT: 'many', HOOK_KEY: 'short', SALESFORCE_USERNAME: 'me', DATABASE_URL: 'mysql://x' }),
    (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      for (const name of [
        'PORT',
        'HOOK_KEY',
        'SLACK_BOT_TOKEN',
        'SLACK_SIGNING_SECRET',
        'DATABASE_URL',
        'SALESFORCE_PRIVATE_KEY',
      ]) {
        assert.match(error.message, new RegExp(`^  ${name} `, 'm'));
      }
      return true;
    },
  );
});

test('a choice that is none of those there are: they are named, in words', () => {
  assert.throws(
    () => readEnv({ ...least, LOG_LEVEL: 'loud', ROLE: 'boss', SALESFORCE_FLOW: 'odd' }),
    (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /^ {2}LOG_LEVEL must be one of fatal, error, /m);
      assert.match(error.message, /^ {2}ROLE must be one of all, web, worker\. /m);
      assert.doesNotMatch(error.message, /Invalid/);
      return true;
    },
  );
});

test('rules that need two variables name the missing one', () => {
  for (const [given, missing] of [
    [{ SALESFORCE_USERNAME: 'me', SALESFORCE_CLIENT_ID: 'id' }, 'SALESFORCE_PRIVATE_KEY'],
    [{ SALESFORCE_CLIENT_ID: 'id' }, 'SALESFORCE_CLIENT_SECRET'],
    [{ SALESFORCE_CLIENT_SECRET: 'x' }, 'SALESFORCE_CLIENT_ID'],
    [{ HUBSPOT_CLIENT_SECRET: 'x' }, 'PUBLIC_URL'],
    [{ SALESFORCE_FLOW: 'web_server' }, 'SALESFORCE_CLIENT_ID'],
    [{ SALESFORCE_FLOW: 'web_server', SALESFORCE_CLIENT_ID: 'id' }, 'ENCRYPTION_KEY'],
    [{ SALESFORCE_FLOW: 'web_server', SALESFORCE_CLIENT_ID: 'id' }, 'PUBLIC_URL'],
    [{ SALESFORCE_FLOW: 'jwt', SALESFORCE_CLIENT_ID: 'id', SALESFORCE_CLIENT_SECRET: 'x' }, 'SALESFORCE_USERNAME'],
    [
      { SALESFORCE_FLOW: 'client_credentials', SALESFORCE_CLIENT_ID: 'id', SALESFORCE_USERNAME: 'me' },
      'SALESFORCE_CLIENT_SECRET',
    ],
  ] as const) {
    assert.throws(() => readEnv({ ...least, ...given }), new RegExp(`${missing} is missing`));
  }
});

test('an address that paths are put behind is nothing but that', () => {
  for (const given of ['https://b.example/?a=1', 'https://b.example#x', 'https://me:hidden@b.example']) {
    assert.throws(() => readEnv({ ...least, PUBLIC_URL: given }), /PUBLIC_URL must be an address alone/);
  }
  assert.equal(readEnv({ ...least, PUBLIC_URL: 'https://b.example/baton' }).PUBLIC_URL, 'https://b.example/baton');
});

test('logging in needs no secret, but a key that is one and an address Salesforce takes', () => {
  const login = { SALESFORCE_FLOW: 'web_server', SALESFORCE_CLIENT_ID: 'id', ENCRYPTION_KEY: 'ab'.repeat(32) };
  assert.equal(
    readEnv({ ...least, ...login, PUBLIC_URL: 'https://baton.example.com' }).vendors.salesforce?.SALESFORCE_FLOW,
    'web_server',
  );
  assert.equal(
    readEnv({ ...least, ...login, PUBLIC_URL: 'http://localhost:3000' }).vendors.salesforce?.SALESFORCE_FLOW,
    'web_server',
  );
  assert.throws(() => readEnv({ ...least, ...login, PUBLIC_URL: 'http://baton.example.com' }), /must start with https/);
  assert.throws(
    () => readEnv({ ...least, ...login, PUBLIC_URL: 'https://baton.example.com', ENCRYPTION_KEY: 'tooshort' }),
    /ENCRYPTION_KEY key 1 is not 32 bytes.*openssl rand/,
  );
});

test('what .env.example shows is refused by name, where it is no value that works', () => {
  const examples = [...envExample(VENDORS).matchAll(/^(?:# )?([A-Z_]+)=(.+)$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  // What is shown as an example that works, of Baton's own variables and of every vendor's.
  const works = [
    VARIABLES as Record<string, Pick<EnvVariable, 'example'>>,
    ...VENDORS.map(({ variables }) => variables),
  ]
    .flatMap(variables => Object.entries(variables))
    .filter(([, { example }]) => example !== undefined)
    .map(([name]) => name);
  const refused = examples.filter(([name = '']) => !works.includes(name));
  assert.ok(refused.length >= 6, refused.join(' '));
  for (const [name = '', value] of refused) {
    assert.throws(
      () => readEnv({ ...least, [name]: value }),
      new RegExp(`^  ${name} still has the value of \\.env\\.example`, 'm'),
    );
  }
  for (const value of ['change-me-please-please', '<your hook key here>', 'some text and so on...']) {
    assert.throws(() => readEnv({ ...least, HOOK_KEY: value }), /^ {2}HOOK_KEY still has the value of \.env\.example/m);
  }
});

test('a key with a sign that was lost or added in copying is told as such', () => {
  for (const given of [
    { SLACK_BOT_TOKEN: 'xoxb-12 34' },
    { SLACK_BOT_TOKEN: '"xoxb-1234"' },
    { SLACK_BOT_TOKEN: 'xoxp-1234' },
    { SLACK_SIGNING_SECRET: 'abc\u200bdef' },
    { HUBSPOT_ACCESS_TOKEN: 'pat-na1–1234' },
    { HOOK_KEY: 'a/key/nobody/can/write' },
    { DATABASE_URL: 'postgres://me:pass#word@db.example.com:5432x/baton' },
  ]) {
    const [name = ''] = Object.keys(given);
    assert.throws(
      () => readEnv({ ...least, ...given }),
      new RegExp(`^  ${name} (must|holds)`, 'm'),
      JSON.stringify(given),
    );
  }
  assert.equal(readEnv({ ...least, SLACK_BOT_TOKEN: ' xoxb-1234 ' }).SLACK_BOT_TOKEN, 'xoxb-1234');
});

test('beside what is missing stands what it would start without', () => {
  assert.throws(
    () => readEnv({}),
    ({ message }: Error) => {
      const without = VENDORS.flatMap(({ lacking }) => lacking?.({}) ?? []);
      assert.ok(without.length >= 2, 'a source and a CRM at least');
      for (const sentence of without) assert.ok(message.includes(sentence), sentence);
      return true;
    },
  );
  const hubspot = { HUBSPOT_ACCESS_TOKEN: 'x', HUBSPOT_CLIENT_SECRET: 'x', PUBLIC_URL: 'https://baton.example.com' };
  const crm = { SALESFORCE_CLIENT_ID: 'id', SALESFORCE_CLIENT_SECRET: 'x' };
  assert.deepEqual(notConnected(readEnv({ ...least, ...hubspot, ...crm }), VENDORS), []);
});

test('empty values count as absent', () => {
  assert.equal(readEnv({ ...least, CLEARBIT_API_KEY: '' }).vendors.clearbit?.CLEARBIT_API_KEY, undefined);
});

const HOW = `write it anew: node -e "import('./src/config/env.ts').then(async ({ envExample }) => process.stdout.write(envExample((await import('./src/vendors/table.ts')).VENDORS)))" > .env.example`;

test('.env.example is what the table says', async () => {
  assert.equal(await readFile(new URL('../../.env.example', import.meta.url), 'utf8'), envExample(VENDORS), HOW);
});
