/**
 * Ten thousand workspaces on one process with a day's signals spread over them all: what they hold, ask and wait for. Nine
 * of ten signals tell of a score below the threshold, of any workspace; the tenth is an MQL of a busy one.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/server.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { freePort } from '../src/db/embedded.ts';
import { MINUTE, SECOND } from '../src/lib/clock.ts';
import { parseKeyring } from '../src/lib/crypto.ts';
import { type AppProcess, startApp } from './app-process.ts';
import type { Delivery } from './deliver.ts';
import { cardWithin, delivered } from './delivered.ts';
import { type Hooks, makeHooks } from './hooks.ts';
import { send, within } from './load.ts';
import { processors } from './processors.ts';
import { counting, statementTable } from './statements.ts';
import type { Row } from './table.ts';
import { type Accounts, addTenant, newAccounts, newDatabase, type Tenant } from './tenants.ts';

/** 10,000 × 500 signals a day. */
const PER_SECOND = 58;
const MQL_OF = 10;
/** Workspaces with a portal and an organization of their own (the stand-in has room for some more); all others share one in which nothing ever happens. */
const BUSY = 30;
const AT_ONCE = 8;
/** Each is asked about at its CRM and at its source. */
const POLLED_EVERY = 5 * MINUTE;
const [KB, MB] = [1e3, 1e6];

const number = (name: string, otherwise: number) => Number(process.env[name] || otherwise);

export async function many(sandbox: Sandbox, serverUrl: string): Promise<{ rows: Row[]; statements: string }> {
  const count = number('BENCH_WORKSPACES', 10_000);
  const seconds = number('BENCH_MINUTES', 10) * 60;
  const database = await newDatabase(serverUrl, 'bench_many');
  const url = `http://127.0.0.1:${await freePort()}`;
  const ENCRYPTION_KEY = randomBytes(32).toString('base64');
  const own = { SLACK_BOT_TOKEN: '', HOOK_KEY: '', PORT: new URL(url).port, PUBLIC_URL: url, DATABASE_URL: database };
  const env = { ...sandbox.env(), ...own, ENCRYPTION_KEY, LOG_LEVEL: 'error' };
  // The first start makes the tables.
  await (await startApp(env, url)).stop();
  const app = await startApp(env, url);
  const db = connect(database, 10);
  try {
    const empty = await app.inUse();
    const world = await settle({ db, sandbox, url, count, key: ENCRYPTION_KEY });
    await idle(db);
    said(`${count} workspaces are there and idle`);
    const deliveries = await signalsOf(world, PER_SECOND * seconds);
    const watched = await watch({ db, app, deliveries, seconds });
    return { rows: rowsOf({ ...watched, count, empty, seconds }), statements: watched.table };
  } finally {
    await db.destroy();
    await app.stop();
  }
}

const said = (what: string) => console.error(`many: ${what} (${new Date().toISOString()})`);

interface Busy {
  hooks: Hooks;
}

interface World {
  busy: Busy[];
  quiet: { tenant: Tenant; accounts: Accounts }[];
  url: string;
}

interface Settling {
  db: Db;
  sandbox: Sandbox;
  url: string;
  count: number;
  key: string;
}

/** Every workspace installs Baton and is connected. */
async function settle({ db, sandbox, url, count, key }: Settling): Promise<World> {
  const keyring = parseKeyring(key);
  const shared = await newAccounts(sandbox, 'shared');
  const world: World = { busy: [], quiet: [], url };
  const numbers = Array.from({ length: count }, (_, at) => at).values();
  const lane = async () => {
    for (const number of numbers) {
      const isBusy = number < BUSY;
      const accounts = isBusy ? await newAccounts(sandbox, `busy${number}`) : shared;
      const tenant = await addTenant({ db, keyring, sandbox, accounts, number });
      if (number % 1_000 === 999) said(`${number + 1} workspaces`);
      if (isBusy) {
        const of = { portal: accounts.portal, url: addressOf(url, tenant), secret: accounts.secret };
        world.busy.push({ hooks: makeHooks(sandbox, of) });
      } else world.quiet.push({ tenant, accounts });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return world;
}

const addressOf = (url: string, { hookKey }: Tenant) => `${url}/hooks/${hookKey}/hubspot`;

async function idle(db: Db): Promise<void> {
  for (;;) {
    const { due } = await queueOf(db);
    if (due === 0) return;
    await pause(SECOND);
  }
}

/** How many jobs are due, and for how many seconds the first of them. */
async function queueOf(db: Db): Promise<{ due: number; waited: number }> {
  const { rows } = await db.raw(
    `select count(*)::int as due, coalesce(extract(epoch from now() - min(run_at)), 0)::float8 as waited
     from graphile_worker._private_jobs where is_available and run_at <= now()`,
  );
  return rows[0];
}

/** In the order in which they are sent: each tenth an MQL, the workspaces in turn. */
async function signalsOf({ busy, quiet, url }: World, count: number): Promise<Delivery[]> {
  const perBusy = Math.ceil(count / MQL_OF / busy.length);
  const mqls = await Promise.all(
    busy.map(async ({ hooks }, at) => ({ hooks, leads: await hooks.prepare(perBusy, { name: `busy${at}` }) })),
  );
  return Array.from({ length: count }, (_, at) => {
    const round = Math.floor(at / MQL_OF);
    const one = mqls[round % mqls.length];
    const lead = one?.leads[Math.floor(round / mqls.length)];
    if (at % MQL_OF === 0 && one && lead) return one.hooks.delivery(lead);
    return lowScore(quiet[at % quiet.length], url, at);
  });
}

function lowScore(whose: World['quiet'][number] | undefined, url: string, at: number): Delivery {
  if (!whose) throw new Error('there are only busy workspaces');
  const { tenant, accounts } = whose;
  const event = {
    ...{ eventId: at, subscriptionId: 1, portalId: Number(accounts.portal), occurredAt: Date.now() - SECOND },
    ...{ subscriptionType: 'contact.propertyChange', objectId: 1_000_000 + at, attemptNumber: 0 },
    ...{ propertyName: 'hubspotscore', propertyValue: '20' },
  };
  return { url: addressOf(url, tenant), secret: accounts.secret, body: JSON.stringify([event]) };
}

interface Watching {
  db: Db;
  app: AppProcess;
  deliveries: readonly Delivery[];
  seconds: number;
}

async function watch({ db, app, deliveries, seconds }: Watching) {
  const cpu = await processors(db, [app.pid]);
  const queue: { due: number; waited: number }[] = [];
  const polls = () => pollsDone(db);
  const already = await delivered(db);
  const before = { cpu: await cpu?.now(), polls: await polls() };
  let answers: number[] = [];
  const counted = await counting(db, async () => {
    const sending = send(deliveries, { perSecond: PER_SECOND });
    let isOver = false;
    sending.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    while (!isOver) {
      queue.push(await queueOf(db));
      await pause(5 * SECOND);
    }
    answers = await sending;
  });
  said('the signals were sent');
  const after = { cpu: await cpu?.now(), polls: await polls() };
  const resident = await app.resident();
  const cards = (await delivered(db)) - already;
  const cores = (which: 'app' | 'postgres') =>
    ((after.cpu?.[which] ?? 0) - (before.cpu?.[which] ?? 0)) / (seconds * SECOND);
  return {
    ...{ answers, queue, cards, resident, statements: counted.statements, polls: after.polls - before.polls },
    cores: { app: cores('app'), postgres: cores('postgres') },
    inUse: await app.inUse(),
    cardP95: cards > 0 ? await cardWithin(db, cards, 0.95) : 0,
    table: statementTable(counted, seconds, 'a second'),
  };
}

/** Sources that were asked, by how often their cursor moved: PostgreSQL counts the updates of connections. */
async function pollsDone(db: Db): Promise<number> {
  const { rows } = await db.raw(
    `select n_tup_upd::float8 as done from pg_stat_user_tables where relname = 'connections'`,
  );
  return rows[0]?.done ?? 0;
}

type Watched = Awaited<ReturnType<typeof watch>>;

function rowsOf(given: Watched & { count: number; empty: number; seconds: number }): Row[] {
  const { count, empty, seconds, answers, queue, cards, resident, statements, polls, cores, inUse, cardP95 } = given;
  const what = `${count} workspaces, ${PER_SECOND} signals a second`;
  const row = (name: string, measured: number, unit: string, target: number): Row => ({
    ...{ what: `${name}: ${what}`, measured, unit, target, better: 'lower' },
  });
  const due = queue.map(one => one.due).sort((a, b) => a - b);
  const waited = queue.map(one => one.waited).sort((a, b) => a - b);
  const perCycle = (2 * count) / (POLLED_EVERY / SECOND);
  return [
    row('resident', resident / MB, 'MB', 250 + (count * 50) / 1_000),
    row('kept of a workspace', (inUse - empty) / count / KB, 'kB', 50),
    row('statements a second', statements / seconds, '', 1_000),
    row(
      `processors at work, app ${cores.app.toFixed(2)} + PostgreSQL ${cores.postgres.toFixed(2)}`,
      cores.app + cores.postgres,
      '',
      1,
    ),
    { ...row(`polls a second, due ${perCycle.toFixed(1)}`, polls / seconds, '', perCycle), better: 'higher' },
    row(`jobs due, p95 (most ${due.at(-1) ?? 0})`, within(due, 0.95), '', 200),
    row(`the first of them waited, p95 (longest ${(waited.at(-1) ?? 0).toFixed(1)} s)`, within(waited, 0.95), 's', 1),
    row(`hook answered, p99 (p50 ${Math.round(within(answers, 0.5))} ms)`, within(answers, 0.99), 'ms', 50),
    row(`lead seen → card in Slack, p95 of ${cards}`, cardP95 / SECOND, 's', 1),
  ];
}
