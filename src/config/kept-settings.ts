/**
 * What set-up mode made and was given: `DATA_DIR/baton.env`, lines of KEY=value that Baton's own user alone may read.
 * The environment rules: what it sets is never taken from here.
 */
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { toError } from '../lib/errors.ts';
import { whyUnreadable } from '../lib/unreadable.ts';
import { ConfigurationError } from './env.ts';

/** Settings that set-up mode keeps; whatever else stands in the file is left out. */
const NAMES = [
  'ENCRYPTION_KEY',
  'HOOK_KEY',
  'PUBLIC_URL',
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
  'SLACK_SIGNING_SECRET',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
] as const;

export type KeptName = (typeof NAMES)[number];
export type Kept = Readonly<Partial<Record<KeptName, string>>>;

/** Beside the data, so that one folder is to be backed up. */
export const KEPT_FILE = 'baton.env';

const HEAD =
  '# Made in set-up mode. Variables of the environment rule over these lines. Keep this file secret, and back it up.\n';

const OWNER_ALONE = 0o600;

/** Nothing where there is no file yet. @throws ConfigurationError when it is there and cannot be read */
export async function readKept(dir: string): Promise<Kept> {
  const file = join(dir, KEPT_FILE);
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return '';
    throw new ConfigurationError(`Baton cannot start: ${file} cannot be read (${whyUnreadable(thrown)}).`);
  });
  const lines = parseEnv(text);
  return Object.fromEntries(NAMES.flatMap(name => (lines[name]?.trim() ? [[name, lines[name].trim()]] : [])));
}

/**
 * Adds to what is kept, or puts another value in its place. The file is whole at any moment: it is written beside and
 * moved over, on the disk before this resolves.
 * @param more values without line breaks, quotes and `#`; undefined takes one away
 * @throws ConfigurationError when the folder cannot be written
 */
export async function keepSettings(dir: string, more: Partial<Record<KeptName, string | undefined>>): Promise<Kept> {
  const all = { ...(await readKept(dir)), ...more };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Kept;
  for (const [name, value] of Object.entries(kept)) {
    if (/[\s"'`#\\$]/.test(value)) throw new TypeError(`${name} holds a sign that a line of ${KEPT_FILE} cannot`);
  }
  const lines = Object.entries(kept).map(([name, value]) => `${name}=${value}\n`);
  await orRefused(dir, async file => {
    await write(`${file}.new`, `${HEAD}${lines.join('')}`);
    await rename(`${file}.new`, file);
  });
  return kept;
}

/**
 * Tries whether settings could be kept, and leaves nothing behind: whoever answered every question must not hear it last.
 * @throws ConfigurationError when the folder cannot be written
 */
export async function tryToKeep(dir: string): Promise<void> {
  await orRefused(dir, async file => {
    await write(`${file}.new`, HEAD);
    await rm(`${file}.new`);
  });
}

async function orRefused(dir: string, work: (file: string) => Promise<void>): Promise<void> {
  const file = join(dir, KEPT_FILE);
  try {
    await mkdir(dir, { recursive: true });
    await work(file);
  } catch (thrown) {
    throw new ConfigurationError(
      `${file} cannot be written (${toError(thrown).message}). DATA_DIR must be a folder that Baton may write to and that outlives a restart.`,
    );
  }
}

async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', OWNER_ALONE);
  try {
    // One that a crash left behind has the rights it had.
    await chmod(file, OWNER_ALONE);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The environment over what is kept; empty variables count as unset, as everywhere. */
export function overKept(
  kept: Kept,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return { ...kept, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value?.trim())) };
}

/** Where the kept settings lie, by an environment that is not checked yet. */
export const dataDirOf = (given: Readonly<Record<string, string | undefined>>): string =>
  given.DATA_DIR?.trim() || './data';

/** The environment over what set-up mode kept in its DATA_DIR: what every command but set-up itself starts from. */
export async function withKept(
  given: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string | undefined>> {
  return overKept(await readKept(dataDirOf(given)), given);
}
