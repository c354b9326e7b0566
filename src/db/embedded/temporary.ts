/** A PostgreSQL that is thrown away, with everything in it. */
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedDatabase, type EmbeddedOptions, startEmbedded } from '../embedded.ts';
import { removeFolder } from './cluster-folder.ts';
import { isAbandoned, takeLock } from './process-lock.ts';
import { runningServer, stopServer } from './server.ts';
import { ownerFileOf, settingOf } from './setting.ts';

const PREFIX = 'baton-postgres-';

/**
 * Starts one in a folder of its own below `parent`, the system's for temporary files unless told; stopping it removes the folder. What earlier ones left behind whose process was
 * killed, a running server included, is removed first.
 */
export async function startTemporary({
  parent = tmpdir(),
  ...options
}: Omit<EmbeddedOptions, 'dir' | 'alone'> & { parent?: string }): Promise<EmbeddedDatabase & { dir: string }> {
  await removeAbandoned(parent);
  const dir = await mkdtemp(join(parent, PREFIX));
  try {
    const embedded = await startEmbedded({ ...options, dir, alone: true });
    const stop = async () => {
      await embedded.stop();
      await removeFolder(dir);
    };
    return { ...embedded, dir, stop };
  } catch (thrown) {
    await removeFolder(dir);
    throw thrown;
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of (await readdir(parent)).filter(one => one.startsWith(PREFIX))) {
    const dir = join(parent, name);
    // Another user's cannot be looked into, and is not ours to remove.
    if (await isAbandoned(ownerFileOf(dir)).catch(() => false)) await remove(dir);
  }
}

async function remove(dir: string): Promise<void> {
  const taken = await takeLock(ownerFileOf(dir));
  if ('holder' in taken) return;
  const setting = await settingOf(dir, { alone: true });
  const server = await runningServer(setting.cluster);
  if (server) await stopServer(setting, server.pid);
  await removeFolder(dir);
}
