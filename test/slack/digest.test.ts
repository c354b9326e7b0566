import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DigestLine } from '../../src/contracts/notifier.ts';
import { digestMessage } from '../../src/slack/blocks/digest.ts';
import { plainDigest } from '../../src/slack/blocks/plain.ts';
import { problemsInMessage } from './problems.ts';

const digest = (lines: DigestLine[]) =>
  digestMessage({ workspaceId: 'w1', digestId: 'd1', since: '2026-11-20T17:00:00.000Z', lines });

const emma: DigestLine = {
  handoffId: '7f6b4c1e-0000-4000-8000-000000000001',
  priority: 'HIGH',
  state: 'assigned',
  name: 'Emma Thompson',
  company: 'Acme Corp',
  score: 63,
  claimed: false,
  open: true,
};

test('each lead has a line, and Claim while nobody has claimed it', () => {
  const taken = { ...emma, claimed: true, state: 'claimed' as const, owner: 'Priya Nair' };
  const over = { ...emma, open: false, state: 'rejected' as const, owner: 'Priya Nair' };
  const { text, blocks } = digest([emma, { ...emma, owner: 'Marcus Chen' }, taken, over]);
  assert.equal(text, '4 new leads, 2 to claim');
  const shown = blocks.flatMap(block =>
    block.type === 'section' ? [[block.text?.text, Boolean(block.accessory)]] : [],
  );
  assert.deepEqual(shown, [
    [':red_circle: HIGH  ·  *Emma Thompson* — Acme Corp  ·  score 63', true],
    [':red_circle: HIGH  ·  *Emma Thompson* — Acme Corp  ·  score 63  ·  for Marcus Chen', true],
    [':red_circle: HIGH  ·  *Emma Thompson* — Acme Corp  ·  score 63  ·  :white_check_mark: Priya Nair has it', false],
    [':red_circle: HIGH  ·  *Emma Thompson* — Acme Corp  ·  score 63  ·  rejected', false],
  ]);
});

test('twenty leads of any text are a message that Slack takes', () => {
  const line = fc.record({
    handoffId: fc.uuid(),
    priority: fc.constantFrom('HIGH' as const, 'MEDIUM' as const, 'LOW' as const),
    state: fc.constantFrom('assigned' as const, 'claimed' as const, 'won' as const),
    name: fc.string({ unit: 'binary', maxLength: 5_000 }),
    company: fc.string({ unit: 'binary', maxLength: 5_000 }),
    owner: fc.string({ unit: 'binary' }),
    score: fc.option(fc.integer()),
    claimed: fc.boolean(),
    open: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), lines => {
      const { text, blocks } = digest(lines);
      const plain = plainDigest({ workspaceId: 'w1', digestId: 'd1', since: '', lines })('ab12cd34');
      assert.ok(plain.length <= 4_000 && plain.startsWith(text) && plain.endsWith('reference ab12cd34.'));
      assert.doesNotMatch(plain, /[<>]/);
      assert.deepEqual(problemsInMessage(blocks), []);
      assert.doesNotMatch(JSON.stringify(blocks), /<!(?!date)|<@/);
      assert.ok(text.length < 100);
    }),
    { numRuns: 50 },
  );
});
