/** All that a chaos run is about: PostgreSQL, the stand-ins, two processes of Baton behind a balancer, and leads. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { hire, writePlaybook } from '../../bench/company.ts';
import { type BenchLead, type Hooks, makeHooks } from '../../bench/hooks.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { freePort } from '../../src/db/embedded.ts';
import { press } from '../helpers/control.ts';
import { startBalancer } from './balance.ts';
import { type Server, startServer } from './postgres.ts';
import { type Process, startProcess } from './processes.ts';

export interface World {
  server: Server;
  sandbox: Sandbox;
  processes: readonly Process[];
  hooks: Hooks;
  /** The database as it is, past every network that is cut. */
  db: Db;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const end of closing.reverse()) await end();
  };
  try {
    const dir = await mkdtemp(join(tmpdir(), 'baton-chaos-'));
    closing.push(() => rm(dir, { recursive: true, force: true }));
    const server = await startServer();
    closing.push(() => server.stop());
    const sandbox = await startSandbox({});
    closing.push(() => sandbox.close());
    // Beyond 600 look-ups a minute leads would go on without their company, which is another story.
    await press(sandbox, 'clearbit/limit', { perMinute: 1_000_000 });
    await hire(sandbox);
    const playbook = join(dir, 'playbook.yaml');
    await quietPlaybook(playbook);
    const ports = [await freePort(), await freePort()];
    const balancer = await startBalancer(ports.map(port => `http://127.0.0.1:${port}`));
    closing.push(() => balancer.close());
    sandbox.setAppUrl(balancer.url);
    const env = { ...sandbox.env(), PUBLIC_URL: balancer.url, LOG_LEVEL: 'warn', PLAYBOOK: playbook };
    const processes = ports.map((port, at) =>
      startProcess(`process ${at + 1}`, { port, databaseUrl: server.url, env }),
    );
    for (const one of processes) closing.push(async () => (await one.catch(() => undefined))?.stop());
    const db = connect(server.url, 4);
    closing.push(() => db.destroy());
    const { HOOK_KEY, HUBSPOT_CLIENT_SECRET: secret = '' } = sandbox.env();
    const hooks = makeHooks(sandbox, { url: `${balancer.url}/hooks/${HOOK_KEY}/hubspot`, secret });
    return { server, sandbox, processes: await Promise.all(processes), hooks, db, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nobody is reminded, and every lead has a card of its own: so each can be counted. */
async function quietPlaybook(file: string): Promise<void> {
  await writePlaybook(new URL('../../bench/playbook.yaml', import.meta.url), file);
  const { sla: _none, ...playbook } = parse(await readFile(file, 'utf8'));
  playbook.notify.burst = 1_000;
  await writeFile(file, stringify(playbook));
}

export type Lead = BenchLead;
