/** Reading a playbook takes a time that grows with its length alone, whatever is wrong with it: one process reads for all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlaybook } from '../../src/config/playbook.ts';
import { PLAYBOOK_VENDORS } from '../helpers/playbook.ts';
import { LADDER } from '../sla/ladder-workspace.ts';

/** Milliseconds of this process's own. */
function cost(count: number): number {
  const lines = Array.from(
    { length: count },
    (_, at) => `  - { email: person${at}@example.com, name: P, time_zone: UTC, manager: nobody${at}@example.org }\n`,
  ).join('');
  const yaml = LADDER.replace('CLOCK', 'always').replace('people:\n', `people:\n${lines}`);
  assert.ok(yaml.length < 512_000);
  const before = process.cpuUsage();
  assert.equal(parsePlaybook(yaml, PLAYBOOK_VENDORS).ok, false);
  const { user } = process.cpuUsage(before);
  return user / 1_000;
}

test('a playbook with many managers that nobody knows is refused in a time that grows with its length', () => {
  cost(100);
  const [few, many] = [cost(100), cost(400)];
  assert.ok(many < 8 * few, `four times the people took ${Math.round(many)} ms instead of ${Math.round(few)} ms`);
});
