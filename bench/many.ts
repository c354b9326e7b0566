/**
 * Ten thousand workspaces on one process with a day's signals spread over them all: what they hold, ask and wait for. Nine
 * of ten signals tell of a score below the threshold, of any workspace; the tenth is an MQL of a busy one.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/server.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { freePort } from '../src/db/embedded.ts';
import { enqueueMany } from '../src/jobs/queue.ts';
import { HOUR, MINUTE, SECOND } from '../src/lib/clock.ts';
import { parseKeyring } from '../src/lib/crypto.ts';
import { type AppProcess, startApp } from './app-process.ts';
import type { Delivery } from './deliver.ts';
import { cardWithin, delivered } from './delivered.ts';
import { type Hooks, makeHooks } from './hooks.ts';
import { send, within } from './load.ts';
import { polls, queueOf, untilIdle } from './polls.ts';
import { processors } from './processors.ts';
import { counting, statementTable } from './statements.ts';
import type { Row } from './table.ts';
import { type Accounts, addTenant, copyTenants, newAccounts, newDatabase, type Tenant } from './tenants.ts';

/** 10,000 × 500 signals a day. */
const PER_SECOND = 58;
const MQL_OF = 10;
/** Workspaces with a portal and an organization of their own (the stand-in has room for some more); all others share one in which nothing ever happens. */
const BUSY = 30;
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
  const app = await startApp(env, url, true);
  const db = connect(database, 10);
  try {
    const empty = await app.inUse();
    const world = await settle({ db, sandbox, url, count, key: ENCRYPTION_KEY });
    said(`${count} workspaces are there`);
    await warm(db);
    said('each was asked about once');
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

/** The busy ones install Baton; the others are as one that did. */
async function settle({ db, sandbox, url, count, key }: Settling): Promise<World> {
  const keyring = parseKeyring(key);
  const world: World = { busy: [], quiet: [], url };
  for (let number = 1; number <= BUSY; number += 1) {
    const accounts = await newAccounts(sandbox, `busy${number}`);
    const tenant = await addTenant({ db, keyring, sandbox, accounts, number });
    const of = { portal: accounts.portal, url: addressOf(url, tenant), secret: accounts.secret };
    world.busy.push({ hooks: makeHooks(sandbox, of) });
  }
  const accounts = await newAccounts(sandbox, 'shared');
  const adding = { db, keyring, sandbox, accounts, number: 0 };
  const first = await addTenant(adding);
  const tenants = [first, ...(await copyTenants(adding, first, count - BUSY - 1))];
  world.quiet = tenants.map(tenant => ({ tenant, accounts }));
  return world;
}

const addressOf = (url: string, { hookKey }: Tenant) => `${url}/hooks/${hookKey}/hubspot`;

/** As in a process that has run for a while: each was asked about once, and has been told when its report is due. */
async function warm(db: Db): Promise<void> {
  await enqueueMany(db, await polls(db));
  await untilIdle(db, HOUR);
  for (;;) {
    const { rows } = await db.raw('select count(*)::int as unknown from workspaces where report_due_at is null');
    if (rows[0].unknown === 0) return;
    await pause(SECOND);
  }
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
  const already = await delivered(db);
  const before = await cpu?.now();
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
  const after = await cpu?.now();
  const resident = await app.resident();
  const cards = (await delivered(db)) - already;
  const cores = (which: 'app' | 'postgres') => ((after?.[which] ?? 0) - (before?.[which] ?? 0)) / (seconds * SECOND);
  return {
    ...{ answers, queue, cards, resident, statements: counted.statements },
    polls: counted.kinds.filter(({ what }) => what.startsWith(POLL)).reduce((sum, { count }) => sum + count, 0),
    cores: { app: cores('app'), postgres: cores('postgres') },
    inUse: await app.inUse(),
    cardP95: cards > 0 ? await cardWithin(db, cards, 0.95) : 0,
    table: statementTable(counted, seconds, 'a second'),
  };
}

/** Each poll moves the cursor of its connection. */
const POLL = 'update connections set cursor';

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
