/** The log says what failed, and nothing that a lead typed; and nothing but the log is printed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { startSandbox } from '../sandbox/server.ts';
import { connect, migrate } from '../src/db/connection.ts';
import { Rejected, toError } from '../src/lib/errors.ts';
import { hideValues, hidingValues } from '../src/lib/hidden-values.ts';
import { createLogger, printableError } from '../src/lib/log.ts';
import { testDatabase } from './helpers/database.ts';
import { handedOff } from './helpers/leads.ts';
import { run } from './helpers/run.ts';
import { system } from './helpers/system.ts';
import { breakCalls } from './helpers/vendors.ts';

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
    const printed = printableError(error);
    for (const value of VALUES)
      assert.equal(`${said}${printed}`.includes(value), false, `${value} in ${said}${printed}`);
    assert.match(printed, /code: '[0-9A-Z]{5}'/);
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

test('what is known of the lead at hand stands in no line, though a vendor quotes it; afterwards nothing is hidden', () => {
  const refusal = new Rejected('Salesforce: ACME CORP of Emma Thompson: value too long', {
    service: 'salesforce',
    cause: new Error('{"Company":"Acme Corp","LastName":"Thompson"}'),
  });
  const write = (log: ReturnType<typeof createLogger>) => log.warn({ err: refusal, job: 'handoff.record' }, 'no');
  const said = logged(log =>
    hidingValues(() => {
      hideValues(['Acme Corp', 'Emma', 'Thompson', 'E', undefined, '']);
      write(log);
      log.warn({ why: ['acme corp', { deep: 'Acmecorporation' }] }, 'no');
    }),
  );
  assert.doesNotMatch(said, /acme corp\b|emma|thompson/i);
  assert.match(said, /value too long.*"job":"handoff.record"/);
  assert.match(said, /Acmecorporation/, 'a word that only begins like it is another');
  assert.match(logged(write), /ACME CORP/);
});

test('a job that fails is logged without its lead', async t => {
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', destination: { write: line => void lines.push(line) } });
  const baton = await system(t, { log });
  await baton.settled();
  const message = 'Acme Corp of Thompson, Emma may not be written';
  await breakCalls(baton, {
    service: 'salesforce',
    status: 400,
    body: [{ errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message, fields: [] }],
    times: 50,
  });
  await handedOff(baton);
  await baton.settled();
  const said = lines.join('');
  assert.match(said, /may not be written/);
  assert.doesNotMatch(said, /acme corp|emma|thompson/i);
});

test('a migration that a row stands in the way of ends without printing the row', async t => {
  const database = await testDatabase();
  t.after(() => database.drop());
  await migrate(database.url);
  const db = connect(database.url, 1);
  await db.raw(
    `create function stop() returns event_trigger language plpgsql as $$ begin raise exception 'no' using detail = 'Failing row contains (${LEAD.company})'; end $$`,
  );
  await db.raw('create event trigger stop on ddl_command_start execute function stop()');
  const { rows } = await db.raw('select name from knex_migrations order by id desc limit 1');
  await db('knex_migrations').where({ name: rows[0].name }).delete();
  await db.destroy();
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const { said, ended } = run(t, 'src/main.ts', ['migrate'], {
    ...sandbox.env(),
    PUBLIC_URL: 'http://127.0.0.1:9',
    DATABASE_URL: database.url,
  });
  assert.equal(await ended, 1, said());
  assert.match(said(), /P0001/);
  assert.equal(said().includes(LEAD.company), false, said());
});
