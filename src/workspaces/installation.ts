/** Baton comes into a Slack workspace, and leaves it. */

import type { Db } from '../db/connection.ts';
import { forgetAppTokens } from '../db/connections/app-tokens.ts';
import { connectionsOf, pauseConnection } from '../db/connections/connections.ts';
import { wipeKeys } from '../db/connections/credentials.ts';
import { beginWatching } from '../db/workspaces/mode.ts';
import { notice, welcomeKey } from '../db/workspaces/notices.ts';
import { newestPlaybook } from '../db/workspaces/playbooks.ts';
import { ensureWorkspace, type Workspace, workspaceByTeam } from '../db/workspaces/workspaces.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue } from '../jobs/queue.ts';
import { matchPeople, notifyAdmins } from '../jobs/requests.ts';
import { type Keyring, randomToken } from '../lib/crypto.ts';
import { BOT_KEYS } from './bots.ts';
import { forgetWorkspaceLogins, type LoginDeps } from './connect-keep.ts';
import { connectWithKeys } from './connect-keys.ts';
import { forgetPersonalLogins } from './personal-logins.ts';
import { savePlaybook } from './playbook-versions.ts';

const WELCOME =
  'Baton brings each MQL to the right rep, here in Slack, and you are its admin.\n' +
  'Connect your marketing system and your CRM, choose who gets which leads, send yourself a test lead. About 10 minutes, and nothing is sent before you go live.';

export interface Installation {
  team: { id: string; name: string };
  bot: { token: string; botId: string; userId: string };
  /** E-mail of whoever installed it. */
  by: string;
  /** Its first rules, checked; a workspace that was there before keeps its own. */
  playbook: string;
  at: Date;
}

/**
 * Makes the workspace, or takes one that was there before into use again: its hook key, rules and leads are as they were.
 * All or nothing.
 */
export async function install(db: Db, keyring: Keyring, given: Installation): Promise<Workspace> {
  const { team, bot, by, at } = given;
  return db.transaction(async trx => {
    const known = await workspaceByTeam(trx, team.id);
    const workspace =
      known ??
      (await ensureWorkspace(trx, { name: team.name, slackTeamId: team.id, hookKey: randomToken(), keyring, at }));
    // Whoever installs Baton looks at what it would do before it does anything; one that was live goes on.
    if (!known) {
      await beginWatching(trx, workspace.id, at);
      await notice(trx, workspace.id, { key: welcomeKey(at), text: WELCOME }, at);
    }
    const { id } = workspace;
    if (!(await newestPlaybook(trx, id))) {
      await savePlaybook(trx, id, { yaml: given.playbook, author: by, note: 'as it was installed', at });
    }
    const keys = { [BOT_KEYS.token]: bot.token, [BOT_KEYS.botId]: bot.botId, [BOT_KEYS.botUserId]: bot.userId };
    await connectWithKeys(trx, keyring, id, { vendor: 'slack', roles: ['chat'], keys, by, at });
    await enqueue(trx, matchPeople(id), notifyAdmins(id));
    return workspace;
  });
}

/** What Baton works with where it can keep secrets. */
export interface Leaving {
  deps: Deps;
  /** Absent: nothing was ever sealed. */
  keyring?: Keyring | undefined;
  /** Absent: nobody can log in at a vendor. */
  loginDeps?: LoginDeps | undefined;
}

const WHY = 'Baton was removed from Slack';

/**
 * Stops using everything the workspace is connected to, and forgets its keys and its people's log-ins; those of the
 * environment cannot be forgotten. Heard twice it does nothing more.
 */
export async function uninstall({ deps, keyring, loginDeps }: Leaving, workspaceId: string): Promise<void> {
  const at = deps.clock.now();
  await deps.db.transaction(async trx => {
    await forgetAppTokens(trx, workspaceId);
    const wiped = keyring ? await wipeKeys(trx, workspaceId, { reason: WHY, at }) : [];
    for (const key of await connectionsOf(trx, workspaceId)) {
      if (key.role !== 'chat' && !wiped.includes(key.vendor)) continue;
      const text = `${WHY}, so ${serviceName(key.vendor)} is not used any more.`;
      await pauseConnection(trx, workspaceId, key, WHY, at, text);
    }
  });
  deps.connectionChanged(workspaceId);
  if (!loginDeps) return;
  // People gave theirs for what they do in this Slack.
  await forgetPersonalLogins(loginDeps, workspaceId, 'everybody');
  await forgetWorkspaceLogins(loginDeps, workspaceId);
}
