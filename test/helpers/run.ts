/** A script of ours as somebody starts it: a process of its own with this environment and no other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export interface Ran {
  child: ChildProcess;
  /** All it has said so far, on both outputs. */
  said(): string;
  ended: Promise<number | NodeJS.Signals>;
}

/**
 * In a process group of its own, as a terminal starts it. Killed when the test ends.
 * @param nodeArgs what Node itself is told
 */
export function run(
  t: TestContext,
  script: string,
  args: string[],
  env: Record<string, string>,
  nodeArgs: string[] = [],
): Ran {
  const child = spawn(
    process.execPath,
    [...nodeArgs, fileURLToPath(new URL(`../../${script}`, import.meta.url)), ...args],
    {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let text = '';
  child.stdout.on('data', chunk => (text += chunk));
  child.stderr.on('data', chunk => (text += chunk));
  t.after(() => child.kill('SIGKILL'));
  return { child, said: () => text, ended: once(child, 'close').then(([code, signal]) => code ?? signal) };
}
