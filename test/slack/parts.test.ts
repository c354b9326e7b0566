import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const blocks = resolve(import.meta.dirname, '../../src/slack');
const PIECES = /type: '(section|context|divider|header|actions|button|overflow|modal|mrkdwn|plain_text)'/g;

test('the pieces of Block Kit are written in block-parts.ts alone', () => {
  const files = globSync('**/*.ts', { cwd: blocks }).filter(file => !file.endsWith('.test.ts'));
  const found = files.flatMap(file =>
    [...readFileSync(join(blocks, file), 'utf8').matchAll(PIECES)].map(([piece]) => `${file}: ${piece}`),
  );
  const elsewhere = found.filter(one => !one.startsWith('blocks/block-parts.ts: '));
  assert.deepEqual(elsewhere, []);
  assert.ok(found.length >= 10);
});
