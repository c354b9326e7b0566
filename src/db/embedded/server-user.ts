/** PostgreSQL refuses to run as root: then it runs as a user of its own, who may not be able to go where root can. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ConfigurationError } from '../../config/env.ts';

const run = promisify(execFile);

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

const NAME = 'postgres';

/**
 * Whom the server of this cluster runs as: the owner of the cluster, else "postgres", who is made when missing.
 * Undefined when we are not root: then it runs as who we are.
 * @throws ConfigurationError when there is no such user and none can be made
 */
export async function serverUser(cluster: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return (await lookUp()) ?? (await make());
}

async function lookUp(): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async what => Number((await run('id', [what, NAME])).stdout)),
    );
    return uid && gid ? { name: NAME, uid, gid } : undefined;
  } catch {
    return undefined;
  }
}

async function make(): Promise<ServerUser> {
  let why = '';
  try {
    await run('groupadd', [NAME]);
    await run('useradd', ['-g', NAME, NAME]);
  } catch (thrown) {
    why = ` (${(thrown as Error).message.trim()})`;
  }
  // Another process may have made it in the same moment.
  const made = await lookUp();
  if (made) return made;
  throw new ConfigurationError(
    `The embedded PostgreSQL cannot run as root, and the user "${NAME}" it would run as cannot be made${why}. ` +
      'Start Baton as an ordinary user, make that user, or set DATABASE_URL to a PostgreSQL of yours.',
  );
}

/**
 * Whether a command of the shell succeeds as this user: only the system knows about every mode, list and mount on the way.
 * @param script sees `paths` as $1, $2, …
 */
export async function canRun(user: ServerUser, script: string, ...paths: string[]): Promise<boolean> {
  const { uid, gid } = user;
  return run('/bin/sh', ['-c', script, 'sh', ...paths], { uid, gid, cwd: '/', env: {} }).then(
    () => true,
    () => false,
  );
}
