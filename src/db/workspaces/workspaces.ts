import { randomUUID } from 'node:crypto';
import { formKeyFrom, hookKeyHash } from '../../domain/form/form-key.ts';
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

/** A workspace, made when its Slack team is new and found again by it. */
export async function ensureWorkspace(
  db: Db,
  given: {
    name: string;
    slackTeamId: string;
    hookKey: string;
    /** By default made from the hook key. */
    formKey?: string | undefined;
    keyring?: Keyring | undefined;
    at: Date;
  },
): Promise<Workspace> {
  const hash = hookKeyHash(given.hookKey);
  const formKey = given.formKey ?? formKeyFrom(hash);
  const known = await db('workspaces').where({ slack_team_id: given.slackTeamId }).first();
  const isSame = known?.name === given.name && known.hook_key_hash === hash && known.form_key === formKey;
  if (isSame) return toWorkspace(known);
  const { rows } = await db.raw(
    `insert into workspaces (id, name, slack_team_id, hook_key_hash, form_key, created_at) values (?, ?, ?, ?, ?, ?)
     on conflict (slack_team_id) do update
       set name = excluded.name, hook_key_hash = excluded.hook_key_hash, form_key = excluded.form_key
     returning id, name, slack_team_id`,
    [randomUUID(), given.name, given.slackTeamId, hash, formKey, given.at],
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
    .where({ hook_key_hash: hookKeyHash(hookKey), uninstalled_at: null })
    .first('id', 'name', 'slack_team_id');
  return row && toWorkspace(row);
}

/** The workspace whose pages hold this key, and what times that it gives to pages are signed with; none that has left. */
export async function workspaceByFormKey(
  db: Db,
  formKey: string,
): Promise<{ id: string; signingKey: string } | undefined> {
  const row = await db('workspaces').where({ form_key: formKey, uninstalled_at: null }).first('id', 'hook_key_hash');
  return row && { id: row.id, signingKey: row.hook_key_hash };
}

export async function workspaceById(db: Db, id: string): Promise<Workspace | undefined> {
  const row = await db('workspaces').where({ id }).first();
  return row && toWorkspace(row);
}

/** Every one that uses Baton. */
export async function allWorkspaces(db: Db): Promise<Workspace[]> {
  return (await db('workspaces').where({ uninstalled_at: null }).orderBy('created_at')).map(toWorkspace);
}
