/** Many workspaces on one process, while nothing happens in them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/server.ts';
import type { Role } from '../src/contracts/role.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { connectionsInUse } from '../src/db/connections/connections.ts';
import { freePort } from '../src/db/embedded.ts';
import { enqueueMany } from '../src/jobs/queue.ts';
import { pollCrmEvents, pollSource, spreadOver } from '../src/jobs/requests.ts';
import { MINUTE, SECOND } from '../src/lib/clock.ts';
import { type Keyring, parseKeyring } from '../src/lib/crypto.ts';
import { connectWithKeys } from '../src/workspaces/connect-keys.ts';
import { install } from '../src/workspaces/tenants/installation.ts';
import { startApp } from './app-process.ts';
import { control } from './control.ts';
import { counting, statementTable } from './statements.ts';
import type { Row } from './table.ts';

const [FEW, WORKSPACES] = [20, 200];
const ROUNDS = 3;
const POLLED_EVERY = 5 * MINUTE;
/** A round of polls is in it, wherever it begins. */
const WATCHED = POLLED_EVERY;
const [KB, MB] = [1e3, 1e6];

/** In a database of its own: one process, first with no workspace, then with many that everything was asked of once. */
export async function hosted(sandbox: Sandbox, serverUrl: string): Promise<Row[]> {
  const database = await newDatabase(serverUrl);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ENCRYPTION_KEY = randomBytes(32).toString('base64');
  const own = { SLACK_BOT_TOKEN: '', HOOK_KEY: '', PORT: String(port), PUBLIC_URL: url, DATABASE_URL: database };
  const start = () => startApp({ ...sandbox.env(), ...own, ENCRYPTION_KEY, LOG_LEVEL: 'error' }, url);
  // The first start makes the tables.
  await (await start()).stop();
  const app = await start();
  const db = connect(database, 4);
  try {
    await pause(10 * SECOND);
    const empty = await app.resident();
    const keyring = parseKeyring(ENCRYPTION_KEY);
    const keys = await accounts(sandbox);
    const after = async (from: number, before: number) => {
      for (let number = from; number < before; number += 1) await addWorkspace(db, keyring, { sandbox, keys, number });
      for (let round = 0; round < ROUNDS; round += 1) {
        await enqueueMany(db, await polls(db));
        await idle(db);
      }
      return app.resident();
    };
    // What is loaded and compiled for the first is no cost of the others.
    const few = await after(0, FEW);
    const many = await after(FEW, WORKSPACES);
    const counted = await counting(db, () => pause(WATCHED));
    const { statements } = counted;
    console.log(statementTable(counted, WATCHED / MINUTE));
    return [
      row('ready after start, database initialised', app.readyAfter / SECOND, 's', 3),
      row('resident, nothing to do', empty / MB, 'MB', 250),
      row(
        `resident a workspace, ${WORKSPACES} after ${FEW}, all polled`,
        (many - few) / (WORKSPACES - FEW) / KB,
        'kB',
        50,
      ),
      row(`statements a minute, ${WORKSPACES} workspaces, nothing to do`, statements / (WATCHED / MINUTE), '', 600),
      row(`polls due in one second, of ${2 * WORKSPACES} in five minutes`, await mostInASecond(db), '', 10),
    ];
  } finally {
    await db.destroy();
    await app.stop();
  }
}

const row = (what: string, measured: number, unit: string, target: number): Row => ({
  ...{ what, measured, unit, target, better: 'lower' },
});

async function newDatabase(serverUrl: string): Promise<string> {
  const server = connect(serverUrl, 1);
  await server.raw('create database bench_hosted');
  await server.destroy();
  const url = new URL(serverUrl);
  url.pathname = '/bench_hosted';
  return url.href;
}

type Connected = { vendor: string; roles: Role[]; keys: Record<string, string> };

/** One portal and one organization serve all workspaces: what they hold is no cost of Baton's. */
async function accounts(sandbox: Sandbox): Promise<Connected[]> {
  const portal = await control(sandbox, '/_sandbox/hubspot/portals', { clientSecret: 'secret-of-the-bench' });
  // Its limits are an account's, and here it stands for many.
  await control(sandbox, `/_sandbox/hubspot/settings?portal=${portal.id}`, { searchesPerSecond: null });
  const org = (await control(sandbox, '/_sandbox/salesforce/_orgs', { domain: 'bench.example.com' })) as {
    instanceUrl: string;
    client: { id: string; secret: string };
  };
  const salesforce = {
    SALESFORCE_LOGIN_URL: org.instanceUrl,
    SALESFORCE_CLIENT_ID: org.client.id,
    SALESFORCE_CLIENT_SECRET: org.client.secret,
    SALESFORCE_FLOW: 'client_credentials',
  };
  return [
    { vendor: 'hubspot', roles: ['source'], keys: { HUBSPOT_ACCESS_TOKEN: String(portal.token) } },
    { vendor: 'salesforce', roles: ['crm'], keys: salesforce },
  ];
}

interface Adding {
  sandbox: Sandbox;
  keys: readonly Connected[];
  number: number;
}

/** Each has its own Slack. */
async function addWorkspace(db: Db, keyring: Keyring, { sandbox, keys, number }: Adding): Promise<void> {
  const team = { id: `T0BENCH${number}`, name: `Bench ${number}` };
  const token = `xoxb-bench-${number}`;
  await control(sandbox, '/_sandbox/slack/workspaces', { ...team, domain: `bench${number}`, token });
  const by = `dana@bench${number}.example.com`;
  const at = new Date();
  await db.transaction(async trx => {
    const [workspace] = await install(trx, keyring, {
      place: { ...team, isOrganization: false },
      tokens: { accessToken: token },
      ...{ appId: 'A0BENCH', botId: `B0BENCH${number}`, botUserId: `U0BOT${number}`, scopes: [], at },
      installer: { slackId: `U0DANA${team.id.slice(1)}`, email: by, name: 'Dana Ruiz', timeZone: 'America/New_York' },
    });
    for (const typed of keys) await connectWithKeys(trx, keyring, workspace?.id ?? '', { ...typed, by, at });
  });
}

/** What the tick asks for every five minutes. */
async function polls(db: Db) {
  const [crms, sources] = await Promise.all([connectionsInUse(db, 'crm'), connectionsInUse(db, 'source')]);
  return [
    ...crms.map(({ workspaceId }) => pollCrmEvents(workspaceId)),
    ...sources.map(({ workspaceId, vendor }) => pollSource(workspaceId, vendor)),
  ];
}

async function idle(db: Db): Promise<void> {
  const deadline = performance.now() + 5 * MINUTE;
  for (;;) {
    const { rows } = await db.raw(
      'select count(*)::int as due from graphile_worker._private_jobs where run_at <= now() and attempts < max_attempts',
    );
    if (rows[0].due === 0) return;
    if (performance.now() > deadline) throw new Error(`${rows[0].due} jobs of many workspaces were not done`);
    await pause(200);
  }
}

/** As the tick spreads them. */
async function mostInASecond(db: Db): Promise<number> {
  const seconds = (await polls(db)).map(poll => Math.floor((spreadOver(POLLED_EVERY, poll).delayMs ?? 0) / SECOND));
  return Math.max(
    ...Map.groupBy(seconds, second => second)
      .values()
      .map(some => some.length),
  );
}
