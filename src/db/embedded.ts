/**
 * A real PostgreSQL from npm, kept in a folder. One process owns it, keeps it running and stops it in the end; others
 * work with it meanwhile, and the next of them owns it when the owner is gone.
 */
import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from '../config/env.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { clusterIn, hasCluster } from './embedded/cluster-folder.ts';
import { ensureDatabase, hasOthers, urlOf } from './embedded/database.ts';
import { holderOf, type ProcessLock, takeLock } from './embedded/process-lock.ts';
import {
  isMade,
  makeCluster,
  runningServer,
  type Server,
  type Setting,
  startServer,
  stopServer,
} from './embedded/server.ts';
import { ownerFileOf, passwordOf, settingOf } from './embedded/setting.ts';
import { supervise } from './embedded/supervise.ts';

export { freePort } from './embedded/free-port.ts';

export interface EmbeddedOptions {
  /** Folder that holds the cluster and its password; made when missing. */
  dir: string;
  /** Extra `name=value` settings of the server. */
  flags?: readonly string[];
  log?: Logger;
  /** Nobody else needs it, nor its data later: it is stopped even while others are connected. */
  alone?: boolean;
}

export interface EmbeddedDatabase {
  url: string;
  /** Where its files lie: below `dir`, or where the user it runs as can reach them. */
  data: string;
  /** Stops the server if it is ours and nobody of Baton works with it; else leaves it running. */
  stop(): Promise<void>;
}

/** How long a server that another process starts is waited for. */
const WAIT_FOR_OTHERS_MS = 60_000;
const LOOK_AGAIN_MS = 50;
/** How often somebody who works with another's server looks whether that process is still there. */
const LOOK_AFTER_OWNER_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Starts the PostgreSQL of a folder, or works with the one another process runs there. A server that was left behind
 * by a process that was killed is used again, and then is this process's.
 * @throws ConfigurationError saying what to do when the server cannot start
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const deadline = performance.now() + WAIT_FOR_OTHERS_MS;
  for (;;) {
    const taken = await takeLock(ownerFileOf(dir));
    if ('lock' in taken) return owned(options, dir, taken.lock);
    const data = await realpath(clusterIn(dir)).catch(() => undefined);
    const server = data && (await runningServer(data));
    if (server) {
      options.log?.info({ dir, process: taken.holder.pid }, 'working with the embedded PostgreSQL of another process');
      return joined(options, dir, data, server);
    }
    if (performance.now() > deadline) {
      throw new ConfigurationError(
        `Process ${taken.holder.pid} keeps the embedded PostgreSQL in ${dir}, and it does not answer. End that process, then start again.`,
      );
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** The PostgreSQL of a folder for somebody who only looks in. Undefined: there is none yet. */
export async function visitEmbedded(dir: string): Promise<EmbeddedDatabase | undefined> {
  return (await hasCluster(resolve(dir))) ? startEmbedded({ dir }) : undefined;
}

/** The one process whose server this is: it starts it, again and again if it must, and stops it. */
async function owned(
  options: EmbeddedOptions,
  dir: string,
  lock: ProcessLock,
  before?: Server,
): Promise<EmbeddedDatabase> {
  const { log } = options;
  let setting: Setting;
  let server: Server;
  try {
    setting = await settingOf(dir, options);
    server = await begin(setting, before);
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
  const url = urlOf(server, setting.password);
  const supervised = supervise(setting, server, log);
  log?.info({ dir, data: setting.cluster, process: server.pid }, 'the embedded PostgreSQL runs');
  return {
    url,
    data: setting.cluster,
    async stop() {
      await supervised.end();
      const last = supervised.server();
      if (last && !options.alone && (await hasOthers(url).catch(() => false))) {
        log?.info({ process: last.pid }, 'the embedded PostgreSQL is left running: others of Baton work with it');
      } else if (last) {
        await stopServer(setting, last.pid);
      }
      await lock.release();
    },
  };
}

async function begin(setting: Setting, before: Server | undefined): Promise<Server> {
  const found = await runningServer(setting.cluster);
  if (!found && !(await isMade(setting.cluster))) await makeCluster(setting);
  const server = found ?? (await startServer(setting, before?.port));
  try {
    await ensureDatabase(server, setting.password);
    return server;
  } catch (thrown) {
    if (!found) await stopServer(setting, server.pid);
    throw thrown;
  }
}

/** Works with another's server, and owns it from the moment that process is gone. */
async function joined(options: EmbeddedOptions, dir: string, data: string, server: Server): Promise<EmbeddedDatabase> {
  const { signal, abort } = abortable();
  let mine: EmbeddedDatabase | undefined;

  async function takeOver(): Promise<void> {
    if (await holderOf(ownerFileOf(dir))) return;
    const taken = await takeLock(ownerFileOf(dir));
    if ('lock' in taken) mine = await owned(options, dir, taken.lock, server);
  }
  async function watch(): Promise<void> {
    let wait = LOOK_AFTER_OWNER_MS;
    while (!mine && (await pause(wait, true, { ref: false, signal }).catch(() => false))) {
      try {
        await takeOver();
        wait = LOOK_AFTER_OWNER_MS;
      } catch (thrown) {
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        options.log?.error({ err: toError(thrown), nextTryMs: wait }, 'the embedded PostgreSQL does not start');
      }
    }
  }
  const watching = watch();
  return {
    url: urlOf(server, await passwordOf(dir)),
    data,
    async stop() {
      abort();
      await watching;
      // Its owner may have left it to us a moment ago.
      if (!mine && (await runningServer(data))) await takeOver();
      await mine?.stop();
    },
  };
}

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
