/** Where a cluster's files lie: in its folder, or where the server's user can reach them, with a link in the folder. */
import { chmod, chown, lstat, mkdtemp, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError } from '../../config/env.ts';
import { canRun, type ServerUser } from './server-user.ts';
import { outOfReach, sharedFolder } from './shared-folder.ts';

/** The cluster of a folder, where it is or will be as everybody sees it; a link when its files lie elsewhere. */
export const clusterIn = (dir: string): string => join(dir, 'postgres');

/** Whether a cluster was made for this folder, wherever it lies and whether or not we may look into it. */
export async function hasCluster(dir: string): Promise<boolean> {
  const found = await lstat(clusterIn(dir)).catch(() => undefined);
  if (!found || found.isSymbolicLink()) return found !== undefined;
  return stat(join(clusterIn(dir), 'PG_VERSION')).then(
    () => true,
    thrown => (thrown as NodeJS.ErrnoException).code !== 'ENOENT',
  );
}

/**
 * The real path of the cluster's folder, which need not be there yet. A place elsewhere is remembered by a link, so
 * that every later start finds the data again.
 * @param isTemporary the data is not needed later
 * @throws ConfigurationError when the data is where nobody, or not the server's user, can reach it
 */
export async function placeCluster(dir: string, user: ServerUser | undefined, isTemporary = false): Promise<string> {
  const cluster = clusterIn(dir);
  const found = await lstat(cluster).catch(() => undefined);
  if (found?.isSymbolicLink()) return linkedCluster(cluster);
  const real = join(await realpath(dir), 'postgres');
  if (!user || (await canEnter(user, dir))) return real;
  // Its own mode is ours to open; what lies above it is not.
  await chmod(dir, 0o711);
  if (await canEnter(user, dir)) return real;
  if (await hasCluster(dir)) throw outOfReach(real, user, 'there is data in it already');
  return elsewhere(dir, user, isTemporary);
}

const canEnter = (user: ServerUser, dir: string) => canRun(user, 'cd "$1"', dir);

/** The folder around the data stands for it: a first start may have been cut off before there was any. */
async function linkedCluster(cluster: string): Promise<string> {
  const real = await readlink(cluster);
  try {
    return join(await realpath(dirname(real)), basename(real));
  } catch (thrown) {
    const isGone = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ConfigurationError(
      isGone
        ? `The data of the embedded PostgreSQL is gone: ${cluster} is a link to ${real}, which is not there any more. Bring that folder back, or delete the link to begin with an empty database.`
        : `The data of the embedded PostgreSQL, in ${real}, was made by root. Start Baton as root, as before, or set DATABASE_URL to a PostgreSQL of yours.`,
    );
  }
}

/**
 * A folder that only root and the server's user can enter; named after whose it is. Data that was meant for a volume
 * stays there or is refused: elsewhere it could be gone with the machine it was on.
 */
async function elsewhere(dir: string, user: ServerUser, isTemporary: boolean): Promise<string> {
  const data = await sharedFolder('data', user, dir);
  if (!isTemporary && (await stat(data)).dev !== (await stat(dir)).dev) {
    throw outOfReach(dir, user, 'that folder is a volume of its own, whose data must lie nowhere else');
  }
  const place = await mkdtemp(join(data, `${basename(dirname(dir)) || 'root'}-`));
  await chown(place, 0, user.gid);
  await chmod(place, 0o710);
  await writeFile(join(place, 'belongs-to'), `${dir}\n`);
  const real = join(place, 'postgres');
  await symlink(real, clusterIn(dir));
  return real;
}

/** Removes a folder, and its data where that lies elsewhere. */
export async function removeFolder(dir: string): Promise<void> {
  const real = await readlink(clusterIn(dir)).catch(() => undefined);
  if (real) await rm(dirname(real), { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
}
