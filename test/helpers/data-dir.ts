/** A folder for an embedded database, which is removed with everything that still runs on it. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { removeFolder } from '../../src/db/embedded/cluster-folder.ts';
import { beginningOf } from '../../src/lib/processes.ts';
import { killAll } from './run.ts';
import { until } from './until.ts';

/** Made below the system's folder of temporary files, or below `parent`. */
export async function dataDir(t: TestContext, parent = tmpdir()): Promise<string> {
  const dir = await mkdtemp(join(parent, 'baton-data-'));
  t.after(async () => {
    await killAll(t);
    const server = await serverOf(dir).catch(() => undefined);
    if (server && (await beginningOf(server))) {
      process.kill(server, 'SIGQUIT');
      await until('the server has ended', async () => (await beginningOf(server)) === undefined, 60_000);
    }
    await removeFolder(dir);
  });
  return dir;
}

/** The process of the server that runs on a folder. */
export async function serverOf(dir: string): Promise<number> {
  return Number((await readFile(join(dir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}
