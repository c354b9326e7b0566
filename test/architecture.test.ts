import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

/** Rooms from the ground up; a file may import its own layer's same room and anything below. */
const LAYERS: string[][] = [
  ['lib'],
  ['domain'],
  ['contracts', 'config', 'jobs', 'db'],
  ['handoff', 'vendors'],
  ['sla', 'feedback', 'reports', 'workspaces'],
  ['slack', 'http'],
  ['root', 'cli'],
];

const CONTRACTS = new Set([
  'sources/source.ts',
  'crm/crm.ts',
  'crm/login.ts',
  'crm/setup.ts',
  'enrichment/enricher.ts',
  'mail/mailer.ts',
]);
const VENDOR_ROOMS = new Set(['sources', 'crm', 'enrichment', 'mail']);

interface Import {
  from: string;
  to: string;
}

function roomOf(file: string): string {
  if (CONTRACTS.has(file)) return 'contracts';
  const room = file.includes('/') ? (file.split('/')[0] ?? '') : 'root';
  return VENDOR_ROOMS.has(room) ? 'vendors' : room;
}

function layerOf(room: string): number {
  const layer = LAYERS.findIndex(rooms => rooms.includes(room));
  assert.notEqual(layer, -1, `room "${room}" is in no layer`);
  return layer;
}

function imports(): Import[] {
  return globSync('**/*.ts', { cwd: src }).flatMap(from =>
    from.endsWith('.test.ts')
      ? []
      : [...readFileSync(join(src, from), 'utf8').matchAll(/^(?:import|export)[^;]*?from '(\.[^']+)'/gm)].map(
          match => ({
            from,
            to: relative(src, resolve(src, dirname(from), match[1] ?? '')),
          }),
        ),
  );
}

test('rooms import downwards only', () => {
  const upwards = imports().filter(({ from, to }) => {
    const [own, other] = [roomOf(from), roomOf(to)];
    return own !== other && layerOf(other) > layerOf(own);
  });
  assert.deepEqual(upwards, []);
});

test('vendor files know neither each other nor the database', () => {
  const vendor = (file: string) =>
    file
      .split('/')
      .slice(0, 2)
      .join('/')
      .replace(/(-[a-z]+)?(\.ts)?$/, '');
  const wrong = imports().filter(({ from, to }) => {
    if (roomOf(from) !== 'vendors' || from.endsWith('/table.ts')) return false;
    return roomOf(to) === 'db' || (roomOf(to) === 'vendors' && vendor(from) !== vendor(to));
  });
  assert.deepEqual(wrong, []);
});

test('vendors are named only in vendors.ts and their own room', () => {
  const wrong = imports().filter(
    ({ from, to }) => roomOf(to) === 'vendors' && roomOf(from) !== 'vendors' && from !== 'vendors.ts',
  );
  assert.deepEqual(wrong, []);
});

test('nothing in src imports the sandbox or tests', () => {
  assert.deepEqual(
    imports().filter(({ to }) => to.startsWith('..') && !to.startsWith('../migrations')),
    [],
  );
});

test('no cycles', () => {
  const graph = Map.groupBy(imports(), one => one.from);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), `cycle: ${[...path, file].join(' → ')}`);
    if (done.has(file)) return;
    for (const { to } of graph.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test('whatever leaves the process on behalf of a job passes the fence first', () => {
  const leaves = /\b(fetch|sendMail|apiRequest)\(/;
  const wrong = globSync('**/*.ts', { cwd: src }).filter(file => {
    if (file.endsWith('.test.ts') || file.startsWith('cli/')) return false;
    const text = readFileSync(join(src, file), 'utf8');
    return leaves.test(text.replaceAll(/#fetch\(/g, '')) && !text.includes('await passFence()');
  });
  // Answers somebody who waits for one in Slack: no job's work.
  assert.deepEqual(wrong, ['slack/trouble.ts']);
});
