/** The app in a process of its own, exactly as in production. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../package.json' with { type: 'json' };

export interface AppProcess {
  /** What of its memory is in the machine's just now, in bytes. */
  resident(): Promise<number>;
  /** Milliseconds from its start until it was ready. */
  readyAfter: number;
  stop(): Promise<void>;
}

/** As `npm start` gives them to Node, but the file of settings. */
const OPTIONS = manifest.scripts.start.split(' ').filter(word => /^--(?!env-file)/.test(word));
const SCRIPT = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Resolves when it is ready. @throws when it ends instead */
export async function startApp(env: Record<string, string>, url: string): Promise<AppProcess> {
  const from = performance.now();
  const child = spawn(process.execPath, [...OPTIONS, ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), SCRIPT], {
    env: { ...env, PATH: process.env.PATH },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.once('exit', code => code && console.error(`the app ended with ${code}`));
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error('the app did not start');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return { resident: () => residentOf(child), readyAfter: performance.now() - from, stop: () => stop(child) };
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
