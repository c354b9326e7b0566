import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import * as requests from '../../src/jobs/requests.ts';
import { jobTable } from '../../src/worker.ts';

const src = resolve(import.meta.dirname, '../../src');
const read = (file: string) => readFileSync(join(src, file), 'utf8');

/** Everything but where jobs are asked for, and the table of their handlers. */
const elsewhere = globSync('**/*.ts', { cwd: src }).filter(
  file => !file.startsWith('jobs/') && file !== 'worker.ts' && !file.endsWith('.test.ts'),
);

/** `key: …` of a file, each with the object it stands in. */
function keysIn(text: string): { key: string; object: string }[] {
  return [...text.matchAll(/\bkey(?: =|:) (`[^`]*`|'[^']*')/g)].map(({ 1: key = '', index }) => ({
    key: key.replace(/\$\{[^}]*\}/g, '…'),
    object: text.slice(openedAt(text, index), closedAt(text, index)),
  }));
}

function openedAt(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at > 0; at -= 1) {
    if (text[at] === '}') depth += 1;
    if (text[at] === '{' && depth-- === 0) return at;
  }
  return 0;
}

function closedAt(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && depth-- === 0) return at;
  }
  return text.length;
}

test('a job is asked for in src/jobs alone: its name stands nowhere else', () => {
  const names = Object.keys(jobTable({} as Parameters<typeof jobTable>[0]));
  assert.ok(names.length > 30);
  const quoted = new RegExp(`(['"\`])(${names.map(name => name.replace('.', '\\.')).join('|')})\\1`, 'g');
  assert.deepEqual(
    elsewhere.flatMap(file => [...read(file).matchAll(quoted)].map(([name]) => `${file}: ${name}`)),
    [],
  );
});

test('nor does its key, its delay, or another priority than it has there', () => {
  const jobKeys = new Set(keysIn(read('jobs/requests.ts')).map(({ key }) => key));
  assert.ok(jobKeys.size > 25);
  // Messages in Slack and notices have keys of their own, beside what they say and since when.
  const isOfAJob = ({ key, object }: { key: string; object: string }) =>
    jobKeys.has(key) && !/\b(since|text)\b/.test(object);
  const changed = new RegExp(`\\{\\s*\\.\\.\\.(${Object.keys(requests).join('|')})\\(`, 'g');
  assert.deepEqual(
    elsewhere.flatMap(file => {
      const text = read(file);
      const found = [
        ...keysIn(text)
          .filter(isOfAJob)
          .map(({ key }) => key),
        ...[...text.matchAll(changed)].map(([begin]) => begin),
        ...[...text.matchAll(/\bdelayMs: /g)].map(([word]) => word),
      ];
      return found.map(what => `${file}: ${what}`);
    }),
    [],
  );
});
