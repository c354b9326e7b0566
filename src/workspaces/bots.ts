/** Which bot answers in which Slack workspace: the environment's in its own, else the one that was installed there. */
import { LRUCache } from 'lru-cache';
import type { Db } from '../db/connection.ts';
import { keysOf } from '../db/connections/credentials.ts';
import { workspaceByTeam } from '../db/workspaces/workspaces.ts';
import { type Clock, SECOND } from '../lib/clock.ts';
import type { Keyring } from '../lib/crypto.ts';

export interface Bot {
  workspaceId: string;
  botToken: string;
  botId: string;
  botUserId: string;
}

/** Names of a bot's keys among a workspace's: kept for the vendor `slack`. */
export const BOT_KEYS = { token: 'SLACK_BOT_TOKEN', botId: 'SLACK_BOT_ID', botUserId: 'SLACK_BOT_USER_ID' } as const;

const MOST_KEPT = 1_000;
/** How long a bot that was installed or removed by another process may go unnoticed here. */
const KNOWN_FOR = 5 * SECOND;

export interface Bots {
  /** Undefined: the team has not installed Baton, or has removed it. Two round trips for a team not asked about lately. */
  of(teamId: string): Promise<Bot | undefined>;
}

export function bots(
  { db, keyring, clock }: { db: Db; keyring: Keyring | undefined; clock: Clock },
  own: Bot & { teamId: string },
): Bots {
  const known = new LRUCache<string, { bot: Promise<Bot | undefined>; until: number }>({ max: MOST_KEPT });
  return {
    async of(teamId) {
      if (teamId === own.teamId) return own;
      const now = clock.now().getTime();
      const kept = known.get(teamId);
      if (kept && kept.until > now) return kept.bot;
      const bot = installedBot(db, keyring, teamId);
      known.set(teamId, { bot, until: now + KNOWN_FOR });
      bot.catch(() => known.delete(teamId));
      return bot;
    },
  };
}

async function installedBot(db: Db, keyring: Keyring | undefined, teamId: string): Promise<Bot | undefined> {
  const workspace = await workspaceByTeam(db, teamId);
  if (!workspace) return undefined;
  const keys = (await keysOf(db, keyring, workspace.id)).byVendor.slack;
  const botToken = keys?.[BOT_KEYS.token];
  if (!botToken) return undefined;
  return {
    workspaceId: workspace.id,
    botToken,
    botId: keys[BOT_KEYS.botId] ?? '',
    botUserId: keys[BOT_KEYS.botUserId] ?? '',
  };
}
