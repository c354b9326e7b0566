/** What it takes to run the server of a folder: who runs it, from where, on which files. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clusterIn, placeCluster } from './cluster-folder.ts';
import { programsFor } from './programs.ts';
import type { Setting } from './server.ts';
import { serverUser } from './server-user.ts';

/** The lock of the process whose server runs in this folder. */
export const ownerFileOf = (dir: string): string => join(resolve(dir), 'postgres.owner');

interface SettingOptions {
  flags?: readonly string[];
  /** Its data is not needed later. */
  alone?: boolean;
}

/**
 * Only for whoever holds the lock: makes what is missing (as root the server's user, a copy of the programs, a place
 * for the data).
 * @throws ConfigurationError saying what to do when the server could not run
 */
export async function settingOf(dir: string, { flags = [], alone = false }: SettingOptions): Promise<Setting> {
  const user = await serverUser(clusterIn(dir));
  const programs = await programsFor(user);
  return {
    cluster: await placeCluster(dir, user, alone),
    programs,
    user,
    flags,
    password: await passwordOf(dir),
    logFile: join(dir, 'postgres.log'),
  };
}

/** The password of a folder's server, made when there is none. */
export async function passwordOf(dir: string): Promise<string> {
  const file = join(dir, 'postgres.password');
  await writeFile(file, randomBytes(18).toString('hex'), { mode: 0o600, flag: 'wx' }).catch(thrown => {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  });
  return (await readFile(file, 'utf8')).trim();
}
