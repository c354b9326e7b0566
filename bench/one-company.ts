/** One company with all its people: the app in one process, or its web and its worker apart. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/server.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { freePort } from '../src/db/embedded.ts';
import { type AppProcess, startApp } from './app-process.ts';
import { hire, writePlaybook } from './company.ts';
import { control } from './control.ts';
import { type Hooks, makeHooks } from './hooks.ts';
import { type Processors, processors } from './processors.ts';
import { stopCounting } from './statements.ts';

export interface Company {
  db: Db;
  hooks: Hooks;
  appUrl: string;
  encryptionKey: string;
  /** Starts the app, works with it, and stops it. */
  running<T>(how: 'together' | 'apart', work: (counted: Processors | undefined) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function oneCompany(database: { url: string; dir: string }, sandbox: Sandbox): Promise<Company> {
  const port = await freePort();
  const healthPort = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  sandbox.setAppUrl(appUrl);
  // Clearbit takes 600 look-ups a minute: beyond them leads go on without, which would flatter the figures.
  await control(sandbox, '/_sandbox/clearbit/limit', { perMinute: 1_000_000 });
  await hire(sandbox);
  const playbook = join(database.dir, 'playbook.yaml');
  await writePlaybook(new URL('playbook.yaml', import.meta.url), playbook);
  const encryptionKey = randomBytes(32).toString('base64');
  const env = {
    ...sandbox.env(),
    ...{ PORT: String(port), PUBLIC_URL: appUrl, DATABASE_URL: database.url, PLAYBOOK: playbook },
    ...{ ENCRYPTION_KEY: encryptionKey, LOG_LEVEL: 'error' },
  };
  const { HOOK_KEY, HUBSPOT_CLIENT_SECRET: secret = '' } = sandbox.env();
  const db = connect(database.url, 2);

  async function start(how: 'together' | 'apart'): Promise<AppProcess[]> {
    if (how === 'together') return [await startApp(env, appUrl)];
    const web = await startApp({ ...env, ROLE: 'web' }, appUrl);
    const worker = { ...env, ROLE: 'worker', HEALTH_PORT: String(healthPort) };
    return [web, await startApp(worker, `http://127.0.0.1:${healthPort}`)];
  }

  return {
    db,
    hooks: makeHooks(sandbox, { url: `${appUrl}/hooks/${HOOK_KEY}/hubspot`, secret }),
    appUrl,
    encryptionKey,
    async running(how, work) {
      const apps = await start(how);
      try {
        await stopCounting(db);
        const pids = apps.map(({ pid }) => pid);
        return await work(await processors(db, pids));
      } finally {
        for (const app of apps) await app.stop();
      }
    },
    close: () => db.destroy(),
  };
}
