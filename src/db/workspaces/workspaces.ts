import { randomUUID } from 'node:crypto';
import { formKeyFrom, hookKeyHash } from '../../domain/form/form-key.ts';
import { after, DAY } from '../../lib/clock.ts';
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

/** How long the addresses with the key before are taken beside the new ones. */
const OLD_KEY_FOR = 7 * DAY;

/**
 * A workspace, made when its Slack team is new and found again by it. With another hook key than before, the one before is
 * taken for a week more; what pages hold stays as it is unless a form key is given.
 */
export async function ensureWorkspace(
  db: Db,
  given: {
    name: string;
    slackTeamId: string;
    hookKey: string;
    /** By default as it is, at first made from the hook key. */
    formKey?: string | undefined;
    keyring?: Keyring | undefined;
    at: Date;
  },
): Promise<Workspace> {
  const hash = hookKeyHash(given.hookKey);
  const known = await db('workspaces').where({ slack_team_id: given.slackTeamId }).first();
  const formKey = given.formKey ?? known?.form_key ?? formKeyFrom(hash);
  const isSame = known?.name === given.name && known.hook_key_hash === hash && known.form_key === formKey;
  if (isSame) return toWorkspace(known);
  const { rows } = await db.raw(
    `insert into workspaces as known (id, name, slack_team_id, hook_key_hash, form_key, created_at)
     values (:id, :name, :team, :hash, :formKey, :at)
     on conflict (slack_team_id) do update
       set name = excluded.name, hook_key_hash = excluded.hook_key_hash, form_key = excluded.form_key,
         previous_hook_key_hash = case when known.hook_key_hash = excluded.hook_key_hash
           then known.previous_hook_key_hash else known.hook_key_hash end,
         previous_hook_key_until = case when known.hook_key_hash = excluded.hook_key_hash
           then known.previous_hook_key_until else :until end
     returning id, name, slack_team_id`,
    {
      id: randomUUID(),
      name: given.name,
      team: given.slackTeamId,
      hash,
      formKey,
      at: given.at,
      until: after(given.at, OLD_KEY_FOR),
    },
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

/**
 * A new key for the hook addresses; the one before is taken until `until`. While it is, no third is made: `isNew` is false.
 * One round trip, or two.
 */
export async function replaceHookKey(
  trx: Db,
  keyring: Keyring,
  workspaceId: string,
  { hookKey, at }: { hookKey: string; at: Date },
): Promise<{ isNew: boolean; until: Date }> {
  const until = after(at, OLD_KEY_FOR);
  const changed = await trx('workspaces')
    .where({ id: workspaceId })
    .where(free => free.whereNull('previous_hook_key_until').orWhere('previous_hook_key_until', '<=', at))
    .update({
      previous_hook_key_hash: trx.ref('hook_key_hash'),
      previous_hook_key_until: until,
      hook_key_hash: hookKeyHash(hookKey),
      sealed_hook_key: seal(keyring, hookKey, hookKeyContext(workspaceId)),
    });
  if (changed > 0) return { isNew: true, until };
  return { isNew: false, until: (await hookKeyFacts(trx, workspaceId, at)).oldUntil ?? until };
}

/** The key before opens nothing any more; false: it did not anyway. One round trip. */
export async function endOldHookKey(db: Db, workspaceId: string, at: Date): Promise<boolean> {
  const ended = await db('workspaces')
    .where({ id: workspaceId })
    .where('previous_hook_key_until', '>', at)
    .update({ previous_hook_key_until: at });
  return ended > 0;
}

/** Until when the key before is taken; undefined: there is none, or not any more. What pages hold. One round trip. */
export async function hookKeyFacts(
  db: Db,
  workspaceId: string,
  now: Date,
): Promise<{ oldUntil: Date | undefined; formKey: string }> {
  const row = await db('workspaces').where({ id: workspaceId }).first('previous_hook_key_until', 'form_key');
  const until: Date | null = row?.previous_hook_key_until ?? null;
  return { oldUntil: until && until > now ? until : undefined, formKey: row?.form_key ?? '' };
}

/**
 * By its key; with `now` also by the one before, for the days that it is still taken. One that removed Baton is not found:
 * nothing is taken in for it any more.
 */
export async function workspaceByHookKey(db: Db, hookKey: string, now?: Date): Promise<Workspace | undefined> {
  const hash = hookKeyHash(hookKey);
  const row = await db('workspaces')
    .where({ uninstalled_at: null })
    .where(either => {
      either.where({ hook_key_hash: hash });
      if (now)
        either.orWhere(old => old.where({ previous_hook_key_hash: hash }).where('previous_hook_key_until', '>', now));
    })
    .first('id', 'name', 'slack_team_id');
  return row && toWorkspace(row);
}

/** The workspace whose pages hold this key, and what times that it gives to pages are signed with; none that has left. */
export async function workspaceByFormKey(
  db: Db,
  formKey: string,
): Promise<{ id: string; signingKey: string } | undefined> {
  const row = await db('workspaces')
    .where({ form_key: formKey, uninstalled_at: null })
    .first('id', 'hook_key_hash', 'previous_hook_key_hash');
  // Pages that were open when the key was replaced still hold a time of before.
  return row && { id: row.id, signingKey: row.previous_hook_key_hash ?? row.hook_key_hash };
}

export async function workspaceById(db: Db, id: string): Promise<Workspace | undefined> {
  const row = await db('workspaces').where({ id }).first();
  return row && toWorkspace(row);
}

/** Every one that uses Baton. */
export async function allWorkspaces(db: Db): Promise<Workspace[]> {
  return (await db('workspaces').where({ uninstalled_at: null }).orderBy('created_at')).map(toWorkspace);
}
