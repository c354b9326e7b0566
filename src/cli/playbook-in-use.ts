/** The playbook a command works with: the newest version the app keeps, else the file; and which of them it is. */
import { ConfigurationError, type Env } from '../config/env.ts';
import { nameOf } from '../config/playbook/people.ts';
import { type Playbook, parsePlaybook } from '../config/playbook.ts';
import { connect, type Db } from '../db/connection.ts';
import { visitEmbedded } from '../db/embedded.ts';
import { newestPlaybook, type PlaybookVersion } from '../db/workspaces/playbooks.ts';
import { dayIn } from '../domain/days.ts';
import { toError } from '../lib/errors.ts';
import { PLAYBOOK_VENDORS } from '../vendors/table.ts';
import { readPlaybookFile } from '../workspaces/one.ts';
import { FROM_FILE } from '../workspaces/playbook-versions.ts';
import { ownWorkspace } from './own-workspace.ts';

export interface InUse {
  playbook: Playbook;
  /** "version 7, edited in Slack by Dana Ruiz on 2026-11-24" or "file playbook.yaml". */
  which: string;
  /** Why the file is used although there may be a newer version. */
  why?: string;
  /** Where the app keeps everything, as far as it can be reached from here. */
  databaseUrl?: string;
}

/** Takes `--playbook FILE` out of a command's arguments. */
export function playbookArgument(args: readonly string[]): { file: string | undefined; rest: string[] } {
  const at = args.indexOf('--playbook');
  if (at < 0) return { file: undefined, rest: [...args] };
  const file = args[at + 1];
  if (file === undefined || file.startsWith('--')) throw new ConfigurationError('--playbook needs a file.');
  return { file, rest: args.toSpliced(at, 2) };
}

/**
 * Lends the playbook, and the database it came from, to `use`. An embedded database that a running app has is asked as
 * it is; one that nobody runs is started for as long as this takes.
 * @param file the one to use whatever is stored
 * @throws ConfigurationError when the file is no playbook
 */
export async function withPlaybook<T>(
  env: Env,
  file: string | undefined,
  use: (inUse: InUse) => Promise<T>,
): Promise<T> {
  const { playbook } = await readPlaybookFile(file ?? env.PLAYBOOK, PLAYBOOK_VENDORS);
  const visit = await visitDatabase(env).catch((thrown: unknown) => ({
    why: toError(thrown).message || 'it does not answer',
  }));
  const fallback = { playbook, which: `file ${file ?? env.PLAYBOOK}` };
  if (!visit || 'why' in visit) {
    const why = file === undefined && visit ? { why: `the database cannot be asked: ${visit.why}` } : {};
    return use({ ...fallback, ...why });
  }
  const { databaseUrl, db, close } = visit;
  try {
    const stored = file === undefined ? await storedPlaybook(db, env) : undefined;
    return await use({ ...fallback, ...stored, databaseUrl });
  } finally {
    await close();
  }
}

interface Visit {
  databaseUrl: string;
  db: Db;
  close(): Promise<void>;
}

/** The app's database as a command reaches it. Undefined: nothing was ever stored. */
export async function visitDatabase(env: Env): Promise<Visit | undefined> {
  const embedded = env.DATABASE_URL === undefined ? await visitEmbedded(env.DATA_DIR) : undefined;
  const databaseUrl = env.DATABASE_URL ?? embedded?.url;
  if (databaseUrl === undefined) return undefined;
  const db = connect(databaseUrl, 1);
  const close = async () => {
    await db.destroy();
    await embedded?.stop();
  };
  try {
    await db.raw('select 1');
  } catch (error) {
    await close();
    throw error;
  }
  return { databaseUrl, db, close };
}

async function storedPlaybook(db: Db, env: Env): Promise<Partial<InUse>> {
  const workspace = await ownWorkspace(db, env);
  const newest = workspace && (await newestPlaybook(db, workspace.id));
  if (!newest) return {};
  const parsed = parsePlaybook(newest.yaml, PLAYBOOK_VENDORS);
  if (parsed.ok) return { playbook: parsed.playbook, which: wordsOf(newest, parsed.playbook) };
  const [first] = parsed.problems;
  return { why: `version ${newest.version}, the newest, is no playbook any more: ${first?.path} ${first?.message}` };
}

function wordsOf({ version, author, createdAt }: PlaybookVersion, playbook: Playbook): string {
  const how = author === FROM_FILE ? 'read from the file' : `edited in Slack by ${nameOf(playbook, author)}`;
  return `version ${version}, ${how} on ${dayIn('UTC', createdAt)}`;
}
