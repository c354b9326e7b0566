/** Many workspaces on one process, while nothing happens in them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/server.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { freePort } from '../src/db/embedded.ts';
import { enqueueMany } from '../src/jobs/queue.ts';
import { spreadOver } from '../src/jobs/requests.ts';
import { MINUTE, SECOND } from '../src/lib/clock.ts';
import { parseKeyring } from '../src/lib/crypto.ts';
import { startApp } from './app-process.ts';
import { polls, untilIdle } from './polls.ts';
import { counting, statementTable } from './statements.ts';
import type { Row } from './table.ts';
import { addTenant, newAccounts, newDatabase } from './tenants.ts';

const [FEW, WORKSPACES] = [20, 200];
const ROUNDS = 3;
const POLLED_EVERY = 5 * MINUTE;
/** A round of polls is in it, wherever it begins. */
const WATCHED = POLLED_EVERY;
/** What was used is dropped by then. */
const UNUSED = 65 * SECOND;
const [KB, MB] = [1e3, 1e6];

/** In a database of its own: one process, first with no workspace, then with many that everything was asked of once. */
export async function hosted(sandbox: Sandbox, serverUrl: string): Promise<{ rows: Row[]; statements: string }> {
  const database = await newDatabase(serverUrl, 'bench_hosted');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ENCRYPTION_KEY = randomBytes(32).toString('base64');
  const own = { SLACK_BOT_TOKEN: '', HOOK_KEY: '', PORT: String(port), PUBLIC_URL: url, DATABASE_URL: database };
  const start = () => startApp({ ...sandbox.env(), ...own, ENCRYPTION_KEY, LOG_LEVEL: 'error' }, url, true);
  // The first start makes the tables.
  await (await start()).stop();
  const app = await start();
  const db = connect(database, 4);
  try {
    await pause(10 * SECOND);
    const empty = await app.resident();
    const keyring = parseKeyring(ENCRYPTION_KEY);
    // One portal and one organization serve all: what they hold is no cost of Baton's.
    const accounts = await newAccounts(sandbox, 'hosted');
    const after = async (from: number, before: number) => {
      for (let number = from; number < before; number += 1) await addTenant({ db, keyring, sandbox, accounts, number });
      for (let round = 0; round < ROUNDS; round += 1) {
        await enqueueMany(db, await polls(db));
        await untilIdle(db);
      }
      await pause(UNUSED);
      return app.inUse();
    };
    // What is loaded and compiled for the first is no cost of the others.
    const few = await after(0, FEW);
    const many = await after(FEW, WORKSPACES);
    const counted = await counting(db, () => pause(WATCHED));
    const aMinute = counted.statements / (WATCHED / MINUTE);
    const each = (many - few) / (WORKSPACES - FEW) / KB;
    const rows = [
      row('ready after start, database initialised', app.readyAfter / SECOND, 's', 3),
      row('resident, nothing to do', empty / MB, 'MB', 250),
      row(`kept of a workspace once it is idle, ${WORKSPACES} after ${FEW}, all polled`, each, 'kB', 50),
      row(`statements a minute, ${WORKSPACES} workspaces, nothing to do`, aMinute, '', 600),
      row(`polls due in one second, of ${2 * WORKSPACES} in five minutes`, await mostInASecond(db), '', 10),
    ];
    return { rows, statements: statementTable(counted, WATCHED / MINUTE, 'a minute') };
  } finally {
    await db.destroy();
    await app.stop();
  }
}

const row = (what: string, measured: number, unit: string, target: number): Row => ({
  ...{ what, measured, unit, target, better: 'lower' },
});

/** As the tick spreads them. */
async function mostInASecond(db: Db): Promise<number> {
  const seconds = (await polls(db)).map(poll => Math.floor((spreadOver(POLLED_EVERY, poll).delayMs ?? 0) / SECOND));
  return Math.max(
    ...Map.groupBy(seconds, second => second)
      .values()
      .map(some => some.length),
  );
}
