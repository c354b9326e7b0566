import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

test('the Procfile names release, web and worker, each a role that npm start knows', () => {
  const lines = readFileSync(root('Procfile'), 'utf8').trim().split('\n');
  const roles = lines.map(line => /^(\w+): npm start -- (\w+)$/.exec(line)?.slice(1));
  assert.deepEqual(roles, [
    ['release', 'migrate'],
    ['web', 'web'],
    ['worker', 'worker'],
  ]);
  for (const [, role = ''] of roles as string[][]) {
    // With too few settings a known role asks for the rest; an unknown one is refused by its name.
    const env = { SLACK_BOT_TOKEN: 'xoxb-1' };
    const { stderr } = spawnSync(process.execPath, [root('src/main.ts'), role], { encoding: 'utf8', env });
    assert.match(stderr, /HOOK_KEY is missing/, role);
  }
});
