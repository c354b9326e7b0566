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
  const file = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  return runProgram(t, [process.execPath, ...nodeArgs, file, ...args], env);
}

/** The same for any program. */
export function runProgram(t: TestContext, [program = '', ...args]: string[], env: Record<string, string>): Ran {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  started.set(t, [...(started.get(t) ?? []), child]);
  let text = '';
  child.stdout.on('data', chunk => (text += chunk));
  child.stderr.on('data', chunk => (text += chunk));
  t.after(() => killAll(t));
  return { child, said: () => text, ended: once(child, 'close').then(([code, signal]) => code ?? signal) };
}

const started = new WeakMap<TestContext, ChildProcess[]>();

/** Ends what the test has started, with the groups around it, for hooks that must run after that. */
export async function killAll(t: TestContext): Promise<void> {
  for (const child of started.get(t) ?? []) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (thrown) {
      // It has ended by itself, and we are about to hear of it.
      if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
    }
    await gone;
  }
}
