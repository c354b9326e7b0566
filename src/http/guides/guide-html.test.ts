import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guideHtml } from './guide-html.ts';

const html = (text: string) => guideHtml(text, file => file === 'setup.md');

test('headings have the names that links elsewhere use, each its own', () => {
  const { title, parts, body } = html('# A *guide*\n\n## Run it: yourself!\n\ntext\n\n## Run it yourself\n');
  assert.equal(title, 'A guide');
  assert.deepEqual(parts, [
    { id: 'run-it-yourself', title: 'Run it: yourself!' },
    { id: 'run-it-yourself-1', title: 'Run it yourself' },
  ]);
  assert.doesNotMatch(String(body), /<h1/);
});

test('HTML stands there as text, and a link that would run something is none', () => {
  const { body } = html('<img src=x onerror=alert(1)> <b>bold</b> [press](javascript:alert(1))\n\n<script>1</script>');
  assert.doesNotMatch(String(body), /<(img|b|script)|href/);
});

test('links to pages that are here stay, others are words; tables scroll by themselves', () => {
  const { body } = html('[here](setup.md#one) [code](../src/x.ts) [out](https://example.com)\n\n| a |\n|---|\n| b |\n');
  assert.match(
    String(body),
    /<a href="setup\.md#one">here<\/a> code <a href="https:\/\/example\.com" rel="noopener noreferrer">/,
  );
  assert.match(String(body), /<div class="scroll"[^>]*><table>[\s\S]*<\/table><\/div>/);
});
