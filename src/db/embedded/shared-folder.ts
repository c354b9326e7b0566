/** Where root puts what the server's user must reach when it lies where only root can go, such as below /root. */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../config/env.ts';
import { toError } from '../../lib/errors.ts';
import type { ServerUser } from './server-user.ts';

const SHARED = '/var/lib/baton-postgres';

/**
 * The folder `name` below /var/lib/baton-postgres, made when missing. Everybody may pass through; what lies in it is
 * closed to others by its own modes.
 * @throws ConfigurationError naming `what` cannot be reached and what to do, when the folder cannot be made
 */
export async function sharedFolder(name: string, user: ServerUser, what: string): Promise<string> {
  const folder = join(SHARED, name);
  try {
    await mkdir(folder, { recursive: true });
    for (const made of [SHARED, folder]) await chmod(made, 0o711);
    return folder;
  } catch (thrown) {
    throw outOfReach(what, user, `${SHARED} cannot be made (${toError(thrown).message})`);
  }
}

/** Why the server cannot run, and what to do. */
export function outOfReach(what: string, user: ServerUser, why: string): ConfigurationError {
  return new ConfigurationError(
    `The embedded PostgreSQL cannot run here: as root it runs as "${user.name}", who cannot reach ${what}, and ${why}. ` +
      'Start Baton as an ordinary user, move it (or DATA_DIR) to a folder that everybody may enter, or set DATABASE_URL to a PostgreSQL of yours.',
  );
}
