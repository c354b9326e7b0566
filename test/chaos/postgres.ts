/** A PostgreSQL of the chaos run's own, to be killed, filled up and begun again. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { migrate } from '../../src/db/connection.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { LimitedClient } from '../../src/db/session.ts';

export interface Server {
  url: string;
  /** kill -9 of the whole server; resolves when it answers again. */
  kill(): Promise<void>;
  /** Ends every session of Baton's; answers how many. */
  terminate(): Promise<number>;
  /**
   * A full disk, by a limit on the size of files. `inbox`: that table grows no more. `log`: nothing can be written at all,
   * and PostgreSQL gives up. Undefined: there is room again; resolves when it answers.
   */
  fill(what: 'inbox' | 'log' | undefined): Promise<void>;
  stop(): Promise<void>;
}

/** What was committed outlives a kill; what the machine itself would lose is not played. */
const FLAGS = ['fsync=off', 'max_connections=200', 'shared_buffers=128MB'];
const UP_WITHIN = 60_000;

/** Segments of the log are files of 16 MiB. */
const LIMITS = { inbox: 17 * 2 ** 20, log: 2 ** 20 };

/** Rows that are gone again, and whose room is not: from here on the table has to grow for every signal. */
const FILLED = `
  alter table inbox set (autovacuum_enabled = false);
  insert into inbox (workspace_id, source, dedupe_key, signal, received_at, status)
    select (select id from workspaces limit 1), 'filler', n::text, jsonb_build_object('x', repeat(md5(n::text), 40)), now(), 'done'
    from generate_series(1, greatest(0, ${LIMITS.inbox + 2 ** 20} - pg_relation_size('inbox')) / 1400) as n;
  delete from inbox where source = 'filler'`;

export async function startServer(): Promise<Server> {
  const dir = await mkdtemp(join(tmpdir(), 'baton-chaos-'));
  const embedded = await startEmbedded({ dir, flags: FLAGS });
  const cluster = join(dir, 'postgres');
  const { url } = embedded;
  await migrate(url);

  async function kill(): Promise<void> {
    for (const pid of await pidsOf(cluster)) signal(pid, 'SIGKILL');
    await until(async () => !(await answers(url)));
    // Whoever supervises it begins it again; where nobody does, this does.
    await pause(500);
    await up();
  }

  async function up(): Promise<void> {
    const deadline = performance.now() + UP_WITHIN;
    while (!(await answers(url))) {
      if (performance.now() > deadline) throw new Error('PostgreSQL did not come back');
      const [postmaster] = await pidsOf(cluster);
      if (postmaster === undefined) await begin(cluster);
      await pause(250);
    }
  }

  return {
    url,
    kill,
    async terminate() {
      return query(
        url,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
    },
    async fill(what) {
      if (what === 'inbox') await query(url, FILLED);
      const bytes = what === undefined ? 'unlimited' : LIMITS[what];
      // Only the owner of a process may change its limits, and only the soft one may be lifted again.
      const { uid, gid } = await stat(cluster);
      // Sessions come and go: who has ended meanwhile writes nothing.
      for (const pid of await pidsOf(cluster))
        await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { uid, gid }).catch(() => undefined);
      if (what === undefined) await up();
    },
    async stop() {
      await Promise.race([embedded.stop(), pause(3_000)]);
      for (const pid of await pidsOf(cluster)) signal(pid, 'SIGKILL');
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const run = promisify(execFile);

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await pause(50);
}

/** The server and its sessions; empty when it does not run. */
async function pidsOf(cluster: string): Promise<number[]> {
  const first = await readFile(join(cluster, 'postmaster.pid'), 'utf8').then(
    text => Number(text.split('\n')[0]),
    () => 0,
  );
  if (!first || !signal(first, 0)) return [];
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(first)]).catch(() => ({ stdout: '' }));
  return [first, ...stdout.split('\n').filter(Boolean).map(Number)];
}

/** @returns whether there was anybody */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** With the words it was begun with before, as the server itself notes them, and as the owner of its folder. */
async function begin(cluster: string): Promise<void> {
  const options = await readFile(join(cluster, 'postmaster.opts'), 'utf8');
  const [program = '', ...quoted] = options.trim().split(/ (?=")/);
  const { uid, gid } = await stat(cluster);
  const child = spawn(
    program,
    quoted.map(word => word.slice(1, -1)),
    { uid, gid, detached: true, stdio: 'ignore', env: { ...process.env, LC_MESSAGES: 'C' } },
  );
  child.unref();
}

async function query(url: string, text: string): Promise<number> {
  const client = new LimitedClient(url);
  try {
    await client.connect();
    return (await client.query(text)).rows?.length ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function answers(url: string): Promise<boolean> {
  return query(url, 'select 1').then(
    () => true,
    () => false,
  );
}
