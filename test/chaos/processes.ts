/** Baton's processes, as a platform runs them: begun again when they end, each with a network of its own to the database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Network, startProxy } from '../helpers/proxy.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY_WITHIN = 180_000;
/** Lines of its log that are kept for a report. */
const KEPT_LINES = 2_000;

export interface Process {
  name: string;
  url: string;
  network: Network;
  isFrozen(): boolean;
  /** kill -9, and another in its place; resolves when that one is ready. */
  kill(): Promise<void>;
  freeze(ms: number): Promise<void>;
  /** The newest lines of its log. */
  log(): string[];
  /** How it ended when nobody had killed it; another was begun in its place. */
  ends(): readonly string[];
  stop(): Promise<void>;
}

export async function startProcess(
  name: string,
  { port, databaseUrl, env }: { port: number; databaseUrl: string; env: Record<string, string> },
): Promise<Process> {
  const network = await startProxy(databaseUrl);
  const url = `http://127.0.0.1:${port}`;
  let lines: string[] = [];
  let isFrozen = false;
  let isMeant = false;
  const ends: string[] = [];
  let child = begin();

  function begin(): ChildProcess {
    const begun = spawn(process.execPath, [MAIN], {
      env: { ...env, PORT: String(port), DATABASE_URL: network.url, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [begun.stdout, begun.stderr]) {
      stream?.on('data', chunk => {
        lines = [...lines, ...String(chunk).split('\n').filter(Boolean)].slice(-KEPT_LINES);
      });
    }
    begun.once('exit', (code, signal) => {
      if (isMeant) return;
      ends.push(`${name} ended by itself with ${code ?? signal}: ${lines.slice(-3).join(' | ')}`);
      child = begin();
    });
    return begun;
  }

  async function ready(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN;
    for (;;) {
      const isReady = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
        answer => answer.ok,
        () => false,
      );
      if (isReady) return;
      if (performance.now() > deadline)
        throw new Error(`${name} was not ready in time:\n${lines.slice(-20).join('\n')}`);
      await pause(50);
    }
  }

  async function stop(): Promise<void> {
    isMeant = true;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 12_000);
      await gone;
      clearTimeout(late);
    }
    await network.close();
  }

  await ready().catch(async thrown => {
    await stop();
    throw thrown;
  });
  return {
    name,
    url,
    network,
    isFrozen: () => isFrozen,
    async kill() {
      isMeant = true;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      isMeant = false;
      child = begin();
      await ready();
    },
    async freeze(ms) {
      isFrozen = true;
      child.kill('SIGSTOP');
      await pause(ms);
      child.kill('SIGCONT');
      isFrozen = false;
    },
    log: () => lines,
    ends: () => ends,
    stop,
  };
}
