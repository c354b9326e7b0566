/** Every command of package.json says what it does, refuses what it does not know, and ends by itself. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asksForHelp } from '../../src/ending.ts';
import { run } from '../helpers/run.ts';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const script = /^node (?:--(?!test)\S+ )*(\S+\.ts)((?: \w+)*)$/.exec(line);
  return script?.[1] ? [{ name, script: script[1], given: script[2]?.split(' ').filter(Boolean) ?? [] }] : [];
});

test('help is asked for by either spelling', () => {
  assert.ok(asksForHelp(['check', '-h']));
  assert.ok(asksForHelp(['--help']));
  assert.ok(!asksForHelp(['help']));
});

test('the commands are known', () => {
  assert.deepEqual(commands.map(({ name }) => name).sort(), [
    'ask',
    'bench',
    'chaos',
    'demo',
    'doctor',
    'hubspot:setup',
    'pipedrive:setup',
    'playbook',
    'privacy',
    'replay',
    'salesforce:setup',
    'sandbox',
    'start',
    'webhooks',
    'zoho:setup',
  ]);
});

/** Each of these looks for it in its own way; the others as `doctor` does, with `asksForHelp`. */
const ASKED_FOR_HELP = ['start', 'playbook', 'chaos', 'doctor'];

for (const { name, script, given } of commands) {
  const typed = name === 'start' ? 'npm start' : `npm run ${name}`;

  if (ASKED_FOR_HELP.includes(name)) {
    test(`${typed}: --help says how it is called, and ends with 0`, async t => {
      const { said, ended } = run(t, script, [...given, '--help'], {});
      assert.equal(await ended, 0, said());
      assert.ok(said().includes(typed), said());
    });
  }

  test(`${typed}: an argument nobody knows is told with the help, and ends with 2`, async t => {
    const { said, ended } = run(t, script, [...given, '--nonsense'], {});
    assert.equal(await ended, 2, said());
    assert.match(said(), /--nonsense/);
    assert.ok(said().includes(typed), said());
    assert.doesNotMatch(said(), /^\s+at /m);
  });
}
