/** Stories ask the product, the vendors or a named question: a change of schema breaks none of them. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** Where tables are known: what stories ask of them and do to them, and what makes databases. */
const KNOW_TABLES = [
  'helpers/database-questions.ts',
  'helpers/database-changes.ts',
  'helpers/database.ts',
  'helpers/global-setup.ts',
  'helpers/many-handoffs.ts',
  // Installs a workspace as the product does, in one transaction.
  'helpers/second-workspace.ts',
  // Their subject is PostgreSQL itself: taken away, held by a frozen process, or what a refused start leaves in it.
  'stories/database.test.ts',
  'long/frozen.test.ts',
  'stories/start-refused.test.ts',
  // And a copy of it, made and put back.
  'stories/restore.test.ts',
];

const tables = globSync('../migrations/*.ts', { cwd: import.meta.dirname }).flatMap(file =>
  [
    ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(
      /(?:create table|alter table \w+ rename to) (\w+)/g,
    ),
  ].map(match => match[1]),
);

type Giveaway = [what: string, pattern: RegExp];

/** What gives away that a line reads tables. */
const READS: Giveaway[] = [
  ['queries the database', /\bdb\(|\bdb\.(raw|transaction|select|from)\b|\btrx\b/],
  ['writes SQL', /\.raw\(|\bgraphile_worker\b/],
  ['names a table in SQL', new RegExp(`\\b(from|into|update|join|table)\\s+"?(${tables.join('|')})\\b(?!['/])`)],
  ['talks to PostgreSQL', /from 'pg'/],
];
/** Helpers may ask the product's own queries, and wrap them. */
const ASKS: Giveaway = ['imports a query', /^(import (?!type)|\}).* from '.*\/src\/db\/(?!embedded\.ts)/];

const giveawaysIn = (text: string, giveaways: readonly Giveaway[]): string[] =>
  text
    .split('\n')
    .flatMap(line => giveaways.filter(([, pattern]) => pattern.test(line)).map(([what]) => `${what}: ${line.trim()}`));

test('the guard knows a line that reads a table when it sees one', () => {
  assert.ok(tables.length > 20, `${tables.length} tables`);
  for (const line of [
    "  const row = await baton.app.deps.db('handoffs').where({ id }).first();",
    '  const { rows } = await deps.db.raw(`select version`);',
    '    `select count(*)::int as waiting from graphile_worker.jobs',
    '     where exists (select 1 from crm_events)',
    "  await held('credentials').where({}).first(); const held = await db.transaction();",
    "import { touchesOf } from '../src/db/handoffs/touches.ts';",
    "} from '../src/db/handoffs/touches.ts';",
    "import pg from 'pg';",
  ]) {
    assert.notDeepEqual(giveawaysIn(line, [...READS, ASKS]), [], line);
  }
});

for (const [folder, giveaways] of [
  ['stories', [...READS, ASKS]],
  ['helpers', READS],
] as const) {
  test(`no file of test/${folder} reads tables but those whose subject they are`, () => {
    const files = globSync(`${folder}/**/*.ts`, { cwd: import.meta.dirname }).filter(
      file => !KNOW_TABLES.includes(file),
    );
    assert.ok(files.length > 10);
    const found = files.flatMap(file =>
      giveawaysIn(readFileSync(join(import.meta.dirname, file), 'utf8'), giveaways).map(one => `${file} ${one}`),
    );
    assert.deepEqual(found, [], 'ask test/helpers/database-questions.ts, or better the product');
  });
}
