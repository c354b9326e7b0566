/** The app in a process of its own, exactly as in production, but for a door by which its memory is collected where that is measured. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { freePort } from '../src/db/embedded.ts';
import { type Inspector, inspect } from './inspector.ts';

export interface AppProcess {
  pid: number;
  /** What of its memory is in the machine's just now, in bytes. */
  resident(): Promise<number>;
  /** What of its JavaScript memory is in use after a collection, in bytes. @throws without a door */
  inUse(): Promise<number>;
  /** Milliseconds from its start until it was ready. */
  readyAfter: number;
  stop(): Promise<void>;
}

/** As `npm start` gives them to Node, but the file of settings. */
const OPTIONS = manifest.scripts.start.split(' ').filter(word => /^--(?!env-file)/.test(word));
const SCRIPT = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/**
 * Resolves when it is ready.
 * @param url where it says how it is
 * @param hasDoor its memory in use is asked for
 * @throws when it ends instead
 */
export async function startApp(env: Record<string, string>, url: string, hasDoor = false): Promise<AppProcess> {
  const from = performance.now();
  const door = hasDoor ? Number(await freePort()) : undefined;
  const options = [...OPTIONS, ...(door ? [`--inspect=127.0.0.1:${door}`, '--inspect-publish-uid=http'] : [])];
  const child = spawn(process.execPath, [...options, ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), SCRIPT], {
    env: { ...env, PATH: process.env.PATH },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.once('exit', code => code && console.error(`the app ended with ${code}`));
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error('the app did not start');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  let inspector: Promise<Inspector> | undefined;
  return {
    pid: child.pid ?? 0,
    resident: () => residentOf(child),
    async inUse() {
      if (!door) throw new Error('the app was started without a door');
      inspector ??= inspect(door);
      return (await inspector).inUse();
    },
    readyAfter: performance.now() - from,
    async stop() {
      (await inspector)?.close();
      await stop(child);
    },
  };
}

const isReady = (url: string) =>
  fetch(`${url}/health/ready`).then(
    answer => answer.ok,
    () => false,
  );

async function residentOf({ pid }: ChildProcess): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * 1_024;
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
