import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Env } from '../../src/config/env.ts';
import { freePort } from '../../src/db/embedded.ts';
import { CHILD_ENV } from './child-env.ts';
import type { System } from './system.ts';

const SCRIPT = fileURLToPath(new URL('worker-process.ts', import.meta.url));

/** Starts a worker process beside the system (whose own role is `web`) and waits until it works. */
export async function startWorker(t: TestContext, baton: System): Promise<ChildProcess> {
  return startProcess(t, baton, 'worker', baton.env);
}

/** Starts a second web server over the same database. */
export async function startWeb(t: TestContext, baton: System): Promise<{ url: string; child: ChildProcess }> {
  const PORT = await freePort();
  const PUBLIC_URL = `http://127.0.0.1:${PORT}`;
  const child = await startProcess(t, baton, 'web', { ...baton.env, PORT, PUBLIC_URL });
  return { url: PUBLIC_URL, child };
}

async function startProcess(
  t: TestContext,
  baton: System,
  role: 'web' | 'worker',
  { vendors, ...own }: Env,
): Promise<ChildProcess> {
  const given = Object.entries(Object.assign({}, own, ...Object.values(vendors)) as Record<string, unknown>);
  const env = Object.fromEntries(
    given.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]),
  );
  const child = spawn(process.execPath, [SCRIPT, baton.clock.now().toISOString(), role], {
    env: { ...env, ...CHILD_ENV },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const said = once(child.stdout, 'data');
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the ${role} ended before it was ready (${code ?? signal})`);
  });
  await Promise.race([said, gone]);
  gone.catch(() => undefined);
  return child;
}

/** kill -9: no clean-up, no goodbye. */
export async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
