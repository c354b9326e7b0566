/** Which bot answers in which Slack workspace: the environment's in its own, else the one that was installed there. */
import { LRUCache } from 'lru-cache';
import type { BotTokens } from '../../contracts/slack-login.ts';
import type { Db } from '../../db/connection.ts';
import { installationOf, renewTokens, type SlackInstallation } from '../../db/workspaces/slack-installations.ts';
import { type Tenancy, tenanciesOfOrganization, tenancyOf, tenancyOfTeam } from '../../db/workspaces/tenancies.ts';
import { atMost } from '../../lib/at-most.ts';
import { after, type Clock, HOUR, MINUTE, SECOND } from '../../lib/clock.ts';
import type { Keyring } from '../../lib/crypto.ts';
import { CredentialsRejected, toError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';

export interface Bot {
  workspaceId: string;
  teamId: string;
  botToken: string;
  botId: string;
  botUserId: string;
}

/** A Slack workspace as a delivery names it. */
export interface SlackTeam {
  /** Absent: Slack says of the organization alone where somebody is. */
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  /** The delivery is by an organization's installation. */
  ofOrganization: boolean;
}

/** Workspaces of which one process keeps the bot: some kilobytes each. */
const MOST_KEPT = 2_000;
/** How long a bot that was installed, renewed or removed by another process may go unnoticed here. */
const KNOWN_FOR = 5 * SECOND;
/** A token is renewed when it has no longer than this: Slack's last for twelve hours. */
const RENEWED_BEFORE = 2 * HOUR;
const RENEWAL_RETRIED = MINUTE;
/** Longer than anything takes that is begun with it. */
const GOOD_FOR_ONE_USE = 5 * MINUTE;
const RENEWALS = 2;

export interface Bots {
  /** Undefined: the team has not installed Baton, or has removed it. Two round trips for a team not asked about lately. */
  of(team: SlackTeam): Promise<Bot | undefined>;
  /**
   * What Slack accepts for a workspace now. As many round trips as `of`.
   * @throws CredentialsRejected when it has not installed Baton, or has removed it
   */
  tokenOf(workspaceId: string): Promise<string>;
  /** Something was installed or removed here: the next who asks sees it. */
  changed(): void;
}

export interface BotsOptions {
  db: Db;
  /** Absent: nothing sealed can be read, so there is only the environment's own bot. */
  keyring: Keyring | undefined;
  clock: Clock;
  log: Logger;
  /** Slack renews the token of an installation no more, and takes what it gave until then. */
  dying?: ((slackId: string, until: Date) => Promise<void>) | undefined;
  /** Trades a refresh token at Slack; absent: Baton is not installed that way here. */
  refresh?: ((refreshToken: string) => Promise<BotTokens>) | undefined;
  /** A team of an organization that has Baton, not known yet: makes its workspace. Undefined: it may not use Baton. */
  admit?: ((organization: SlackInstallation, teamId: string) => Promise<Tenancy | undefined>) | undefined;
  /** The environment's own; absent: there is none. */
  own?: Bot | undefined;
}

interface Kept {
  bot: Promise<Bot | undefined>;
  until: number;
}

interface Inside extends BotsOptions {
  /** Renewals under way in this process, by installation: many workspaces of an organization wait for one. */
  renewing: Map<string, Promise<BotTokens | undefined>>;
  /** Few at once: each holds a connection to the database over its call. */
  inTurn: ReturnType<typeof atMost>;
  /** When a renewal that came to nothing is tried again, while the token is still good. */
  retryAt: LRUCache<string, Date>;
}

export function bots(given: BotsOptions): Bots {
  const options: Inside = {
    ...given,
    renewing: new Map(),
    retryAt: new LRUCache({ max: MOST_KEPT }),
    inTurn: atMost(RENEWALS),
  };
  const { clock, own } = options;
  const known = new LRUCache<string, Kept>({ max: MOST_KEPT });

  function remembered(key: string, find: () => Promise<Bot | undefined>): Promise<Bot | undefined> {
    const now = clock.now().getTime();
    const kept = known.get(key);
    if (kept && kept.until > now) return kept.bot;
    const bot = find();
    known.set(key, { bot, until: now + KNOWN_FOR });
    bot.catch(() => known.delete(key));
    return bot;
  }

  return {
    async of(team) {
      if (own && team.teamId === own.teamId) return own;
      return remembered(JSON.stringify(team), () => botOfTeam(options, team));
    },
    async tokenOf(workspaceId) {
      if (own?.workspaceId === workspaceId) return own.botToken;
      const bot = await remembered(workspaceId, async () => {
        const tenancy = await tenancyOf(options.db, workspaceId);
        return tenancy && botOf(options, tenancy);
      });
      if (bot) return bot.botToken;
      throw new CredentialsRejected('Slack: Baton was removed from this workspace: install it again', {
        service: 'slack',
        code: 'NOT_INSTALLED',
      });
    },
    changed: () => known.clear(),
  };
}

async function botOfTeam(options: Inside, team: SlackTeam): Promise<Bot | undefined> {
  const { db, keyring } = options;
  if (!keyring) return undefined;
  if (team.teamId === undefined) {
    // Nobody says in which workspace: where the organization has one alone, it is that.
    const [only, ...others] = team.enterpriseId ? await tenanciesOfOrganization(db, team.enterpriseId) : [];
    return only && others.length === 0 ? botOf(options, only) : undefined;
  }
  const tenancy = await tenancyOfTeam(db, team.teamId);
  if (tenancy && !tenancy.uninstalledAt) return botOf(options, tenancy);
  // A delivery may be faster than the news that the organization lets one more of its workspaces use Baton.
  if (tenancy || !team.ofOrganization || team.enterpriseId === undefined || !options.admit) return undefined;
  const organization = await installationOf(db, keyring, team.enterpriseId);
  if (!organization?.tokens) return undefined;
  const admitted = await options.admit(organization, team.teamId);
  return admitted && botOf(options, admitted);
}

async function botOf(options: Inside, tenancy: Tenancy): Promise<Bot | undefined> {
  const { db, keyring } = options;
  if (!keyring || tenancy.uninstalledAt) return undefined;
  const ids = [tenancy.slackTeamId, ...(tenancy.enterpriseId ? [tenancy.enterpriseId] : [])];
  const installation = newestOf(await Promise.all(ids.map(id => installationOf(db, keyring, id))));
  const token = installation && (await liveToken(options, keyring, installation));
  if (!installation || token === undefined) return undefined;
  const { botId, botUserId } = installation;
  return { workspaceId: tenancy.workspaceId, teamId: tenancy.slackTeamId, botToken: token, botId, botUserId };
}

/** Of its own and its organization's the one made last: it has the permissions that Baton asks for today. */
function newestOf(all: readonly (SlackInstallation | undefined)[]): SlackInstallation | undefined {
  const live = all.filter(one => one?.tokens !== undefined) as SlackInstallation[];
  return live.toSorted((one, other) => Number(other.installedAt) - Number(one.installedAt))[0];
}

/**
 * A token that will not run out while it is used. Nobody waits for its renewal while the one before is good: Slack wants an
 * answer within three seconds. One call to Slack every ten hours, by one process.
 */
async function liveToken(
  options: Inside,
  keyring: Keyring,
  { slackId, tokens }: Pick<SlackInstallation, 'slackId' | 'tokens'>,
): Promise<string | undefined> {
  const { clock, refresh, renewing, retryAt } = options;
  const now = clock.now();
  if (!tokens?.expiresAt || !refresh || tokens.expiresAt > after(now, RENEWED_BEFORE)) return tokens?.accessToken;
  const isGood = tokens.expiresAt > after(now, GOOD_FOR_ONE_USE);
  if (isGood && (retryAt.get(slackId) ?? now) > now) return tokens.accessToken;
  const renewal =
    renewing.get(slackId) ??
    options
      .inTurn(() => renewTokens(options.db, keyring, { slackId, used: tokens.accessToken }, refresh))
      .finally(() => renewing.delete(slackId));
  renewing.set(slackId, renewal);
  if (!isGood) return (await renewal)?.accessToken;
  renewal.catch(thrown => notRenewed(options, slackId, tokens.expiresAt ?? now, toError(thrown)));
  return tokens.accessToken;
}

/** It is good for a while yet, and tried again; where Slack says no for good, the admins hear of it in time. */
async function notRenewed(
  { clock, log, retryAt, dying }: Inside,
  slackId: string,
  expiresAt: Date,
  error: Error,
): Promise<void> {
  log.warn({ err: error, slackId, expiresAt }, "a bot's token could not be renewed yet");
  retryAt.set(slackId, after(clock.now(), RENEWAL_RETRIED));
  if (!(error instanceof CredentialsRejected)) return;
  await dying?.(slackId, expiresAt).catch(thrown =>
    log.error({ err: toError(thrown), slackId }, 'and nobody was told'),
  );
}
