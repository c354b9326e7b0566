import { createHash, randomUUID } from 'node:crypto';
import { type Keyring, open, seal } from '../../lib/crypto.ts';
import type { Db } from '../connection.ts';

export interface Workspace {
  id: string;
  name: string;
  slackTeamId: string | null;
}

interface Row {
  id: string;
  name: string;
  slack_team_id: string | null;
}

function toWorkspace(row: Row): Workspace {
  return { id: row.id, name: row.name, slackTeamId: row.slack_team_id };
}

/** A hook key is a password in an address: only its hash is kept. */
function hashOf(hookKey: string): string {
  return createHash('sha256').update(hookKey).digest('hex');
}

/** A workspace, made when its Slack team is new and found again by it. */
export async function ensureWorkspace(
  db: Db,
  given: { name: string; slackTeamId: string; hookKey: string; keyring?: Keyring | undefined; at: Date },
): Promise<Workspace> {
  const known = await db('workspaces').where({ slack_team_id: given.slackTeamId }).first();
  if (known?.name === given.name && known.hook_key_hash === hashOf(given.hookKey)) return toWorkspace(known);
  const { rows } = await db.raw(
    `insert into workspaces (id, name, slack_team_id, hook_key_hash, created_at) values (?, ?, ?, ?, ?)
     on conflict (slack_team_id) do update set name = excluded.name, hook_key_hash = excluded.hook_key_hash
     returning id, name, slack_team_id`,
    [randomUUID(), given.name, given.slackTeamId, hashOf(given.hookKey), given.at],
  );
  const workspace = toWorkspace(rows[0]);
  if (given.keyring) await keepHookKey(db, given.keyring, workspace.id, given.hookKey);
  return workspace;
}

const hookKeyContext = (workspaceId: string) => ({ workspaceId, purpose: 'hook-key' });

/** Sealed, so that the addresses that hold it can be shown again. */
async function keepHookKey(db: Db, keyring: Keyring, workspaceId: string, hookKey: string): Promise<void> {
  await db('workspaces')
    .where({ id: workspaceId })
    .update({ sealed_hook_key: seal(keyring, hookKey, hookKeyContext(workspaceId)) });
}

/**
 * The key in a workspace's hook addresses; undefined where it was never kept.
 * @throws CryptoError when it was sealed with a key that the keyring lacks
 */
export async function hookKeyOf(db: Db, keyring: Keyring, workspaceId: string): Promise<string | undefined> {
  const row = await db('workspaces').where({ id: workspaceId }).first('sealed_hook_key');
  return row?.sealed_hook_key ? open(keyring, row.sealed_hook_key, hookKeyContext(workspaceId)) : undefined;
}

export async function workspaceByTeam(db: Db, slackTeamId: string): Promise<Workspace | undefined> {
  const row = await db('workspaces').where({ slack_team_id: slackTeamId }).first('id', 'name', 'slack_team_id');
  return row && toWorkspace(row);
}

/** One that removed Baton is not found: nothing is taken in for it any more. */
export async function workspaceByHookKey(db: Db, hookKey: string): Promise<Workspace | undefined> {
  const row = await db('workspaces')
    .where({ hook_key_hash: hashOf(hookKey), uninstalled_at: null })
    .first('id', 'name', 'slack_team_id');
  return row && toWorkspace(row);
}

export async function workspaceById(db: Db, id: string): Promise<Workspace | undefined> {
  const row = await db('workspaces').where({ id }).first();
  return row && toWorkspace(row);
}

/** Every one that uses Baton. */
export async function allWorkspaces(db: Db): Promise<Workspace[]> {
  return (await db('workspaces').where({ uninstalled_at: null }).orderBy('created_at')).map(toWorkspace);
}
