/** The log says what failed, and nothing that a lead typed; and nothing but the log is printed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { connect, migrate } from '../src/db/connection.ts';
import { toError } from '../src/lib/errors.ts';
import { createLogger } from '../src/lib/log.ts';
import { testDatabase } from './helpers/database.ts';

const LEAD = { phone: '+1 415 555 0100', email: 'emma.thompson@acmecorp.com', company: 'Acme Corp', note: "O'Brien" };
const VALUES = Object.values(LEAD);

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ level: 'debug', destination: { write: line => void lines.push(line) } }));
  for (const line of lines) JSON.parse(line);
  return lines.join('');
}

test('whatever the database refuses, its error is told without a value', async t => {
  const database = await testDatabase();
  await migrate(database.url);
  const db = connect(database.url, 1);
  t.after(async () => {
    await db.destroy();
    await database.drop();
  });
  const text = JSON.stringify(LEAD);
  const refused = [
    () => db.raw('select ?::json', [`${text}}`]),
    () => db.raw('select ?::int', [LEAD.company]),
    () => db.raw('select ?::uuid', [LEAD.email]),
    () => db.raw('select ?::timestamptz', [LEAD.phone]),
    () => db('workspaces').insert({ name: LEAD.company, slack_team_id: null, [LEAD.note]: 1 }),
    () => db('inbox').insert({ source: LEAD.company, signal: text, dedupe_key: LEAD.email }),
    () =>
      db
        .raw('create temporary table twice (it text primary key)')
        .then(() => db.raw('insert into twice values (?), (?)', [LEAD.company, LEAD.company])),
    () => db.raw('select json_populate_record(null::workspaces, ?::json)', [JSON.stringify({ id: LEAD.company })]),
    () =>
      db
        .raw(`do $$ begin raise exception 'no: %', ${'$1'}; end $$`)
        .catch(error => Promise.reject(Object.assign(toError(error), { where: text, detail: text, hint: text }))),
  ];
  for (const [at, work] of refused.entries()) {
    const error = await work().then(
      () => assert.fail(`statement ${at} went through`),
      (thrown: unknown) => toError(thrown),
    );
    const said = logged(log => {
      log.error({ err: error }, 'a job failed');
      log.error({ why: { cause: error } }, 'a job failed');
      log.error({ err: new Error('it could not be stored', { cause: error }) }, 'a job failed');
    });
    for (const value of VALUES) assert.equal(said.includes(value), false, `${value} in ${said}`);
    assert.match(said, /"code":"[0-9A-Z]{5}"/, 'which error it was is told');
  }
});

test('addresses and numbers stand in no line, whoever wrote it; times and ids do', () => {
  const said = logged(log => {
    log.warn({ why: `Salesforce: bad value ${LEAD.email} (${LEAD.phone})` }, `no such user ${LEAD.email}`);
    log.warn(new Error(`Email ${LEAD.email}, call (415) 555-0100 or 415-555-0100`));
    log.info({
      handoffId: '7f6b4c1e-0000-4000-8000-000000000001',
      at: '2026-11-24T18:00:00.000Z',
      record: '00Q000000000009AAA',
      version: '26.10.0',
    });
  });
  assert.doesNotMatch(said, /acmecorp|555/);
  for (const kept of [
    '7f6b4c1e-0000-4000-8000-000000000001',
    '2026-11-24T18:00:00.000Z',
    '00Q000000000009AAA',
    '26.10.0',
  ]) {
    assert.ok(said.includes(kept), `${kept} in ${said}`);
  }
});

test('what libraries print, what Node warns of and what is caught nowhere are lines of the log', () => {
  const script = `
    const { captureOutput } = await import('./src/lib/console.ts');
    const { createLogger } = await import('./src/lib/log.ts');
    captureOutput(createLogger({ level: 'info' }));
    console.log('one %s', 'two'); console.error(new Error('three')); console.warn({ four: 4 }); console.trace('five');
    process.emitWarning('six', 'DeprecationWarning');
    setTimeout(() => { throw new Error('seven'); }, 1);`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.deepEqual([ran.status, ran.stderr], [1, '']);
  const lines = ran.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.length, 6);
  // What comes within a moment may leave in another order.
  for (const word of ['one two', 'three', 'four', 'five', 'six', 'seven']) {
    assert.equal(lines.filter(line => JSON.stringify(line).includes(word)).length, 1, word);
  }
});
