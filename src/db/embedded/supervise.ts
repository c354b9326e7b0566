/** Keeps a server running for as long as its owner lives. */
import { setTimeout as pause } from 'node:timers/promises';
import { toError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { runningServer, type Server, type Setting, startServer, stateOf, stopServer } from './server.ts';

const LOOK_EVERY_MS = 250;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/**
 * A server told to stop by SIGTERM waits for sessions to end and takes no new ones: ours never end. Longer than Baton
 * takes to stop, which may have been told to in the same moment.
 */
const STOPPING_AT_MOST_MS = 10_000;

export interface Supervised {
  /** The server as it is now; undefined while it is down. */
  server(): Server | undefined;
  /** No longer starts it again; what it is starting just now is waited for. */
  end(): Promise<void>;
}

/**
 * Starts the server again whenever it ends: at once, then after waits that double up to 30 s for as long as it does not
 * start. It keeps its port and socket, so that whoever is connected finds it again.
 */
export function supervise(setting: Setting, first: Server, log: Logger | undefined): Supervised {
  const ending = new AbortController();
  let server: Server | undefined = first;
  let stoppingSince: number | undefined;

  async function watch(): Promise<void> {
    while (await passed(LOOK_EVERY_MS)) {
      if (server && (await isThere(server))) continue;
      log?.error(
        { process: server?.pid, said: setting.logFile },
        'the embedded PostgreSQL ended by itself: starting it again',
      );
      server = undefined;
      server = await startedAgain();
      if (server) log?.info({ process: server.pid }, 'the embedded PostgreSQL runs again');
    }
  }

  /** Hurries a server along that is stopping for too long, so that it can be started again. */
  async function isThere({ pid }: Server): Promise<boolean> {
    const state = await stateOf(setting.cluster, pid);
    stoppingSince = state === 'stopping' ? (stoppingSince ?? performance.now()) : undefined;
    if (stoppingSince !== undefined && performance.now() - stoppingSince > STOPPING_AT_MOST_MS) {
      await stopServer(setting, pid).catch(thrown => log?.error({ err: toError(thrown) }, 'PostgreSQL does not stop'));
    }
    return state !== 'gone';
  }

  async function startedAgain(): Promise<Server | undefined> {
    for (let wait = FIRST_WAIT_MS; !ending.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return (await runningServer(setting.cluster)) ?? (await startServer(setting, first.port));
      } catch (thrown) {
        log?.error({ err: toError(thrown), nextTryMs: wait }, 'the embedded PostgreSQL does not start');
        await passed(wait);
      }
    }
    return undefined;
  }

  /** False: there is no more to wait for. */
  const passed = (ms: number) => pause(ms, true, { ref: false, signal: ending.signal }).catch(() => false);

  const watching = watch();
  return {
    server: () => server,
    async end() {
      ending.abort();
      await watching;
    },
  };
}
