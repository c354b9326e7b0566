/** One PostgreSQL server on one cluster: made, started, found again, stopped. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ConfigurationError } from '../../config/env.ts';
import { beginningOf, commandOf, isRunning } from '../../lib/processes.ts';
import { freePort } from './free-port.ts';
import type { Programs } from './programs.ts';
import type { ServerUser } from './server-user.ts';

/** What is needed to run a server on a cluster. */
export interface Setting {
  /** Real path of the cluster. */
  cluster: string;
  programs: Programs;
  /** Undefined: it runs as who we are. */
  user: ServerUser | undefined;
  password: string;
  /** Each `name=value`, as after `-c`. */
  flags: readonly string[];
  /** What the server says; the beginning is thrown away when it grows long. */
  logFile: string;
}

export interface Server {
  pid: number;
  port: number;
  socketDir: string | undefined;
}

export type ServerState = 'ready' | 'busy' | 'stopping' | 'gone';

const LOOK_AGAIN_MS = 20;
/** Fast shutdown ends sessions and writes everything out; a big one takes seconds. */
const STOP_WITHIN_MS = 60_000;
const LONGEST_LOG = 2 ** 20;

/**
 * Makes the cluster, all at once: a start that is cut off leaves nothing that a later one would take for a cluster.
 * @throws ConfigurationError with what initdb said
 */
export async function makeCluster({ cluster, programs, user, password }: Setting): Promise<void> {
  const draft = `${cluster}.new`;
  const passwordFile = `${cluster}.password.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const made of user ? [draft, passwordFile] : []) await chown(made, user?.uid ?? 0, user?.gid ?? 0);
  const args = [
    `--pgdata=${draft}`,
    '--auth=password',
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    // The password is random: rounds of hashing protect nothing, and cost 2 ms a connection.
    '--set=scram_iterations=1',
  ];
  try {
    await promisify(execFile)(programs.initdb, args, { ...identity(user), ...surroundings(cluster) });
    await rename(draft, cluster);
  } catch (thrown) {
    const { stderr, message } = thrown as Error & { stderr?: string };
    throw new ConfigurationError(
      `The embedded PostgreSQL cannot make its files in ${cluster}: ${(stderr || message).trim()}`,
    );
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Starts a server and waits until it takes connections, however long it has to recover before.
 * @param port the same as before, when there was one: whoever is connected finds it again
 * @throws ConfigurationError with its last words when it ends instead
 */
export async function startServer(setting: Setting, port?: number): Promise<Server> {
  const { cluster, programs, user, flags, logFile } = setting;
  await forgetDeadServer(cluster);
  const socketDir = socketDirOf(cluster);
  // A socket is in the cluster's own folder, where its number is nobody else's.
  const number = port ?? (socketDir ? SOCKET_NUMBER : await freePort());
  const own = [
    `listen_addresses=${socketDir ? '' : '127.0.0.1'}`,
    `unix_socket_directories=${socketDir ? quoted(socketDir) : ''}`,
  ];
  const said = await open(logFile, (await isLong(logFile)) ? 'w' : 'a', 0o600);
  try {
    const from = (await said.stat()).size;
    const child = spawn(
      programs.postgres,
      ['-D', cluster, '-p', String(number), ...[...own, ...flags].flatMap(flag => ['-c', flag])],
      // A group of its own: Ctrl-C is for Baton, which stops the server when its own work is done.
      { ...identity(user), ...surroundings(cluster), detached: true, stdio: ['ignore', said.fd, said.fd] },
    );
    child.unref();
    await ready(child, cluster, async () => (await readFile(logFile, 'utf8')).slice(from));
    return { pid: child.pid ?? 0, port: number, socketDir };
  } finally {
    await said.close();
  }
}

/** The server that runs on this cluster, whoever started it; one that is starting or stopping is waited for. */
export async function runningServer(cluster: string): Promise<Server | undefined> {
  for (;;) {
    const status = await statusOf(cluster);
    if (!status || !(await isServerOf(status.pid, cluster))) return undefined;
    const { pid, port, socketDir } = status;
    if (status.isReady) return { pid, port, socketDir };
    await pause(LOOK_AGAIN_MS);
  }
}

/** What becomes of a server just now; `busy` is starting or recovering. */
export async function stateOf(cluster: string, pid: number): Promise<ServerState> {
  const status = await statusOf(cluster);
  if (status?.pid !== pid || !(await isServerOf(pid, cluster))) return 'gone';
  if (status.isReady) return 'ready';
  return status.isStopping ? 'stopping' : 'busy';
}

/** Ends every session, writes everything out, and waits until the server is gone. */
export async function stopServer({ cluster, programs, user }: Setting, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    await promisify(execFile)(programs.ctl, ['stop', '-D', cluster, '-m', 'fast', '-w'], identity(user));
    return;
  }
  const deadline = performance.now() + STOP_WITHIN_MS;
  const began = await beginningOf(pid);
  if (await isServerOf(pid, cluster)) process.kill(pid, 'SIGINT');
  while (began !== undefined && (await beginningOf(pid)) === began) {
    if (performance.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) does not stop`);
    await pause(LOOK_AGAIN_MS);
  }
}

const SOCKET_NUMBER = 5432;
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

/** The setting is a list, in which quotes keep commas and blanks from parting it. */
const quoted = (dir: string) => `"${dir.replaceAll('"', '""')}"`;

const identity = (user: ServerUser | undefined) => (user ? { uid: user.uid, gid: user.gid } : {});

/** Of our environment only what programs need: the rest holds keys, and PG… variables that mean another server. */
const PASSED_ON = ['PATH', 'TZ', 'LD_LIBRARY_PATH', 'SYSTEMROOT', 'TEMP', 'TMP'];

/** Where Baton was started the server's user may not be able to go. */
function surroundings(cluster: string): { cwd: string; env: NodeJS.ProcessEnv } {
  const env = Object.fromEntries(PASSED_ON.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])));
  return { cwd: dirname(cluster), env: { ...env, LC_ALL: 'C' } };
}

/** Waits for the word in the server's own lock file that it takes connections. */
async function ready(child: ChildProcess, cluster: string, said: () => Promise<string>): Promise<void> {
  let ended: string | undefined;
  const closed = once(child, 'exit').then(
    ([code, signal]) => (ended = `it ended with ${signal ?? code}`),
    thrown => (ended = thrown.message),
  );
  for (;;) {
    const status = await statusOf(cluster);
    if (status?.pid === child.pid && status?.isReady) return;
    await Promise.race([pause(LOOK_AGAIN_MS), closed]);
    if (ended === undefined) continue;
    const words = (await said()).trim().split('\n').slice(-5).join('\n  ');
    throw new ConfigurationError(
      `The embedded PostgreSQL in ${cluster} did not start: ${ended}.${words && ` Its last words:\n  ${words}`}\n` +
        'Or set DATABASE_URL to a PostgreSQL of yours.',
    );
  }
}

interface Status extends Server {
  isReady: boolean;
  isStopping: boolean;
}

/** From the server's lock file: process, folder, start, port, socket folder, address, memory, state, a line each. */
async function statusOf(cluster: string): Promise<Status | undefined> {
  const text = await readFile(lockFileOf(cluster), 'utf8').catch(() => undefined);
  const [pid, , , port, socketDir, , , state] = text?.split('\n') ?? [];
  if (!pid) return undefined;
  return {
    pid: Number(pid),
    port: Number(port),
    socketDir: socketDir?.trim() || undefined,
    isReady: state?.trim() === 'ready',
    isStopping: state?.trim() === 'stopping',
  };
}

const lockFileOf = (cluster: string) => join(cluster, 'postmaster.pid');

/** Process numbers come again: after a crash the lock file may name anybody. What is left of a dead one has no command. */
async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!isRunning(pid)) return false;
  const command = await commandOf(pid);
  return command === undefined || command.includes(cluster);
}

/** PostgreSQL does not start while the process its lock file names runs, even if that is somebody else's by now. */
async function forgetDeadServer(cluster: string): Promise<void> {
  const status = await statusOf(cluster);
  if (!status || !isRunning(status.pid) || (await isServerOf(status.pid, cluster))) return;
  await rm(lockFileOf(cluster), { force: true });
}

const isLong = async (file: string) => ((await stat(file).catch(() => undefined))?.size ?? 0) > LONGEST_LOG;

/** Whether the cluster was made. */
export const isMade = (cluster: string): Promise<boolean> =>
  access(join(cluster, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
