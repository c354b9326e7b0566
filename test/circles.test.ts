/** Files of the sandbox, of the tests and of the bench import one another one way. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { importsOf } from './helpers/imports.ts';

const root = resolve(import.meta.dirname, '..');

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(patterns: string[]): Graph {
  // Nobody imports a test, so none is part of a circle.
  const files = globSync(patterns, { cwd: root }).filter(file => !file.endsWith('.test.ts'));
  return new Map(files.map(file => [file, importsOf(file, readFileSync(join(root, file), 'utf8')).files]));
}

/** One circle through every file that is part of any, as `a → b → a`. */
function circlesIn(graph: Graph): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || finished.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

test('no file circles in sandbox, test helpers, bench', () => {
  const graph = graphOf(['sandbox/**/*.{ts,js}', 'test/**/*.ts', 'bench/**/*.ts']);
  for (const room of ['sandbox/', 'test/helpers/', 'bench/']) {
    assert.ok(
      [...graph].some(([file, imports]) => file.startsWith(room) && imports.some(one => graph.has(one))),
      `${room} is read, and its files import one another`,
    );
  }
  assert.deepEqual(circlesIn(graph), []);
  assert.deepEqual(
    [...graph.values()].flat().filter(file => file.endsWith('.test.ts')),
    [],
    'a test that is imported',
  );
});

test('a circle is found however its files import one another', () => {
  const text = (name: string) => `import type { A } from './${name}.ts';\n`;
  const cases: [string, Record<string, string>, string[]][] = [
    ['none', { a: text('b'), b: text('c'), c: '' }, []],
    ['two files', { a: text('b'), b: text('a') }, ['a → b → a']],
    ['three', { a: text('b'), b: text('c'), c: text('a') }, ['a → b → c → a']],
    ['itself', { a: text('a') }, ['a → a']],
    ['behind another', { x: text('a'), a: text('b'), b: text('a') }, ['a → b → a']],
    ['a bare import', { a: `import './b.ts';\n`, b: `export { A } from './a.ts';\n` }, ['a → b → a']],
    ['on demand', { a: `const b = await import('./b.ts');\n`, b: text('a') }, ['a → b → a']],
    ['over several lines', { a: `import {\n  A,\n  B,\n} from './b.ts';\n`, b: text('a') }, ['a → b → a']],
  ];
  for (const [what, files, circles] of cases) {
    const graph = new Map(
      Object.entries(files).map(([name, code]) => [`${name}.ts`, importsOf(`${name}.ts`, code).files]),
    );
    assert.deepEqual(
      circlesIn(graph).map(one => one.replaceAll('.ts', '')),
      circles,
      what,
    );
  }
});
