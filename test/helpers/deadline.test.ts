import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('a test file that never ends is ended, fails, and is named', async t => {
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const args = ['--test', `--import=${here('deadline.ts')}`, here('../fixtures/never-ends.ts')];
  const child = spawn(process.execPath, args, { env: { ...env, BATON_TEST_FILE_MINUTES: '0.01' } });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk));
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(said, /never-ends\.ts did not end within 0\.01 minutes and was ended/);
});

test('every run of the tests has the time-outs', async () => {
  const { scripts } = JSON.parse(await readFile(here('../../package.json'), 'utf8'));
  assert.match(scripts.test, /--test-timeout=\d+ .*--import=\.\/test\/helpers\/deadline\.ts/);
});
