import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ConfigurationError, envExample, readEnv } from './env.ts';

const least = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's', HOOK_KEY: 'a-hook-key-long-enough' };

test('the least that one workspace needs is enough', () => {
  const env = readEnv(least);
  assert.equal(env.PORT, 3000);
  assert.equal(env.HUBSPOT_API_VERSION, '2026-03');
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

test('rules that need two variables name the missing one', () => {
  for (const [given, missing] of [
    [{ SALESFORCE_USERNAME: 'me', SALESFORCE_CLIENT_ID: 'id' }, 'SALESFORCE_PRIVATE_KEY'],
    [{ SALESFORCE_CLIENT_ID: 'id' }, 'SALESFORCE_CLIENT_SECRET'],
    [{ SALESFORCE_CLIENT_SECRET: 'x' }, 'SALESFORCE_CLIENT_ID'],
    [{ HUBSPOT_CLIENT_SECRET: 'x' }, 'PUBLIC_URL'],
  ] as const) {
    assert.throws(() => readEnv({ ...least, ...given }), new RegExp(`${missing} is missing`));
  }
});

test('empty values count as absent', () => {
  assert.equal(readEnv({ ...least, CLEARBIT_API_KEY: '' }).CLEARBIT_API_KEY, undefined);
});

test('.env.example is what the table says', async () => {
  assert.equal(await readFile(new URL('../../.env.example', import.meta.url), 'utf8'), envExample());
});
