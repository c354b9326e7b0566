/** What the documents name is there: files by their paths, and every key of the playbook. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { playbookJsonSchema } from '../src/config/playbook.ts';
import { TRAITS as HUBSPOT } from '../src/vendors/hubspot/traits.ts';
import { TRAITS as PIPEDRIVE } from '../src/vendors/pipedrive/traits.ts';
import { PLAYBOOK_VENDORS } from '../src/vendors/table.ts';
import { TRAITS as ZOHO } from '../src/vendors/zoho/traits.ts';
import { SALESFORCE } from './helpers/crm.ts';

const ROOT = join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Where a path may begin: documents leave out what the sentence has said. */
const FROM = ['', 'src', 'src/handoff', 'test', 'test/helpers', 'test/contracts'];

/** Names of files in backticks; those with a placeholder, as `src/vendors/NAME/manifest.ts`, are left out. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.(?:ts|yaml|json|md))`/g)]
    .map(match => match[1] ?? '')
    .filter(path => !/^x\.|[A-Z]{4}/.test(path.replace(/^[A-Z]+\.md$/, '')));

test('files that the documents name are there', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: ROOT })];
  const named = documents.flatMap(file => pathsIn(textOf(file)).map(path => ({ file, path })));
  assert.ok(named.length > 40, `${named.length} paths`);
  const everywhere = new Set(
    globSync('{src,test,sandbox,bench,migrations,salesforce,docs}/**/*', { cwd: ROOT }).map(path =>
      path.split('/').at(-1),
    ),
  );
  const isThere = (path: string) =>
    path.includes('/')
      ? FROM.some(from => existsSync(join(ROOT, from, path)))
      : existsSync(join(ROOT, path)) || everywhere.has(path);
  assert.deepEqual(
    named.filter(({ path }) => !isThere(path)),
    [],
  );
});

test('pictures of the documents are there, and small', () => {
  const documents = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })];
  const shown = documents.flatMap(file =>
    [...textOf(file).matchAll(/!\[[^\]]+\]\(([\w./-]+)\)/g)].map(([, path = '']) => join(ROOT, dirname(file), path)),
  );
  assert.ok(shown.length > 10, `${shown.length} pictures`);
  const size = (path: string) => (existsSync(path) ? statSync(path).size : Number.NaN);
  assert.deepEqual(
    shown.filter(path => !(size(path) < 250_000)),
    [],
  );
});

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** Every key that a playbook may have, with its path. */
function keysOf(schema: Schema, path: string): string[] {
  const within = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  const { additionalProperties: others } = schema;
  if (typeof others === 'object') within.push(others);
  const own = Object.entries(schema.properties ?? {}).map(([key, one]) => [`${path}${key}`, one] as const);
  return [
    ...own.flatMap(([key, one]) => [key, ...keysOf(one, `${key}.`)]),
    ...within.flatMap(one => keysOf(one, path)),
  ];
}

test('docs/playbook.md explains every key', () => {
  const keys = new Set(keysOf(playbookJsonSchema(PLAYBOOK_VENDORS) as Schema, ''));
  assert.ok(keys.size > 150, `${keys.size} keys`);
  const words = new Set(textOf('docs/playbook.md').match(/\w+/g));
  assert.deepEqual(
    [...keys].filter(key => !words.has(key.split('.').at(-1) ?? '')),
    [],
    'say in docs/playbook.md what it does',
  );
});

/** What a CRM can, by what docs/crms.md calls it. */
const ABILITIES = {
  'Leads beside contacts': 'leads',
  'Company, contact and deal': 'accountBased',
  'Queues and teams as owners': 'groups',
  Campaigns: 'campaigns',
  'Roles of contacts on deals': 'dealRoles',
} as const;

test('docs/crms.md says of each CRM what it can', () => {
  const lines = textOf('docs/crms.md').split('\n');
  for (const [name, ability] of Object.entries(ABILITIES)) {
    const row = lines.find(line => line.startsWith(`| ${name} |`)) ?? '';
    const said = row.split('|').slice(2, -1);
    const can = [SALESFORCE.traits, HUBSPOT, PIPEDRIVE, ZOHO].map(traits => traits.can[ability]);
    assert.deepEqual(
      said.map(cell => !cell.trim().startsWith('no')),
      can,
      name,
    );
  }
});
