/** What Slack says of workspaces and organizations that remove Baton, or of workspaces that an organization adds and takes away. */
import type { SlackLogin } from '../../contracts/slack-login.ts';
import type { Db } from '../../db/connection.ts';
import {
  eraseInstallations,
  installationOf,
  lockInstallation,
  type SlackInstallation,
  wipeInstallation,
} from '../../db/workspaces/slack-installations.ts';
import {
  detachTenancy,
  endTenancy,
  eraseTenant,
  leaveOrganization,
  type Tenancy,
  tenanciesEndedBefore,
  tenanciesOfOrganization,
  tenancyOfTeam,
} from '../../db/workspaces/tenancies.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { after, DAY } from '../../lib/clock.ts';
import type { Keyring } from '../../lib/crypto.ts';
import { toError } from '../../lib/errors.ts';
import type { Bot } from './bots.ts';
import { admitTeam, forgetLogins, type Leaving, stopUsing, uninstall } from './installation.ts';

/** Baton was removed, or its token taken back. */
export interface Removal {
  teamId: string | undefined;
  enterpriseId: string | undefined;
  /** Slack says that it was the organization's installation. */
  ofOrganization: boolean;
  /** Bot users whose tokens were taken back; absent: the app itself was removed. */
  botUserIds?: readonly string[];
  /** When, to the second. News of it may come late. */
  happenedAt: Date;
}

/** An organization lets workspaces use Baton, or does so no longer. */
export interface TeamAccess {
  enterpriseId: string;
  teamIds: readonly string[];
  granted: boolean;
  happenedAt: Date;
}

export interface TenancyNews {
  removed(removal: Removal): Promise<void>;
  teamAccess(access: TeamAccess): Promise<void>;
}

export interface NewsOptions extends Leaving {
  /** Absent: nobody installs Baton from Slack. */
  login: Pick<SlackLogin, 'teams'> | undefined;
  /** The environment's own, whose bot is nobody's to remove but the environment's. */
  own: Bot | undefined;
  /** Something was installed or removed: whoever asks for a bot sees it. */
  changed(): void;
}

/** What becomes of what Slack says. */
export function tenancyNews({ login, own, changed, ...leaving }: NewsOptions): TenancyNews {
  const { keyring } = leaving;
  return {
    async removed(removal) {
      if (own && removal.teamId === own.teamId) await uninstall(leaving, own.workspaceId);
      else if (keyring) await removed({ ...leaving, keyring }, removal);
      changed();
    },
    async teamAccess(access) {
      if (keyring && login) await teamAccess({ ...leaving, keyring, login }, access);
      changed();
    },
  };
}

interface TenantsOptions extends Leaving {
  keyring: Keyring;
  login: Pick<SlackLogin, 'teams'>;
}

/**
 * Forgets the tokens of the installation that was removed, at once, and stops everything of its workspaces; their data is
 * erased a month later. `app_uninstalled` and `tokens_revoked` come in any order, alone or twice, with the same end; news
 * of an installation that was there before the present one changes nothing.
 */
async function removed(options: Leaving & { keyring: Keyring }, removal: Removal): Promise<void> {
  const { deps, keyring } = options;
  const installation = await removedInstallation(deps.db, keyring, removal);
  if (!installation) return;
  const { slackId, isOrganization, botUserId } = installation;
  if (removal.botUserIds && !removal.botUserIds.includes(botUserId)) return;
  const when = { happenedAt: removal.happenedAt, at: deps.clock.now() };
  const ended = await deps.db.transaction(async trx => {
    await lockInstallation(trx, slackId);
    if (!(await wipeInstallation(trx, slackId, when))) return [];
    const own = await tenancyOfTeam(trx, slackId);
    const served = isOrganization
      ? await tenanciesOfOrganization(trx, slackId)
      : [own].filter(one => one !== undefined);
    const gone: Tenancy[] = [];
    for (const tenancy of served) {
      if (isOrganization ? await goesOnByItsOwn(trx, keyring, tenancy) : tenancy.enterpriseId !== null) continue;
      await endTenancy(trx, tenancy.workspaceId, when);
      await stopUsing(options, trx, tenancy.workspaceId);
      gone.push(tenancy);
    }
    return gone;
  });
  if (ended.length === 0) deps.log.info({ slackId }, 'news of a removal that is over, or that nothing is left of');
  for (const { workspaceId } of ended) await forgetLogins(options, workspaceId);
}

/** A workspace that the organization no longer serves, and has an installation of its own beside that one. */
async function goesOnByItsOwn(trx: Db, keyring: Keyring, { workspaceId, slackTeamId }: Tenancy): Promise<boolean> {
  await lockInstallation(trx, slackTeamId);
  if (!(await installationOf(trx, keyring, slackTeamId))?.tokens) return false;
  await leaveOrganization(trx, workspaceId);
  return true;
}

/** The organization's where Slack says so, else the team's own, else that of the organization it is in. */
async function removedInstallation(
  db: Db,
  keyring: Keyring,
  { teamId, enterpriseId, ofOrganization }: Removal,
): Promise<SlackInstallation | undefined> {
  const ids = ofOrganization ? [enterpriseId] : [teamId, enterpriseId];
  for (const id of ids) {
    const found = id === undefined ? undefined : await installationOf(db, keyring, id);
    if (found) return found;
  }
  return undefined;
}

/** Makes a workspace of each that may use Baton now, or ends those that may not any more. */
async function teamAccess(options: TenantsOptions, access: TeamAccess): Promise<void> {
  const { deps, keyring } = options;
  const { enterpriseId, teamIds, granted, happenedAt } = access;
  const organization = await installationOf(deps.db, keyring, enterpriseId);
  if (!organization) return;
  for (const teamId of teamIds) {
    if (granted) await admitFrom(options, organization, teamId);
    else await accessEnded(options, { organization, teamId, happenedAt });
  }
}

async function accessEnded(
  options: TenantsOptions,
  { organization, teamId, happenedAt }: { organization: SlackInstallation; teamId: string; happenedAt: Date },
): Promise<void> {
  const { deps, keyring } = options;
  const tenancy = await tenancyOfTeam(deps.db, teamId);
  if (tenancy?.enterpriseId !== organization.slackId) return;
  const when = { happenedAt, at: deps.clock.now() };
  const ended = await deps.db.transaction(async trx => {
    if (await goesOnByItsOwn(trx, keyring, tenancy)) return false;
    if (!(await endTenancy(trx, tenancy.workspaceId, when))) return false;
    await stopUsing(options, trx, tenancy.workspaceId);
    return true;
  });
  if (ended) await forgetLogins(options, tenancy.workspaceId);
}

/**
 * The workspace of a team that Slack lists as one that may use Baton; undefined for any other. One call to Slack for every
 * hundred workspaces of the organization.
 */
export async function admitFrom(
  { deps, keyring, login }: Pick<TenantsOptions, 'keyring' | 'login'> & { deps: Pick<Deps, 'db' | 'clock'> },
  organization: SlackInstallation,
  teamId: string,
): Promise<Tenancy | undefined> {
  if (!organization.tokens) return undefined;
  const team = (await login.teams(organization.tokens.accessToken)).find(({ id }) => id === teamId);
  if (!team) return undefined;
  const { installer, slackId: enterpriseId } = organization;
  await deps.db.transaction(trx => admitTeam(trx, keyring, { team, enterpriseId, installer, at: deps.clock.now() }));
  return tenancyOfTeam(deps.db, teamId);
}

/** So long a workspace that removed Baton may come again and find everything as it was. */
const KEPT_FOR = 30 * DAY;

/** Erases whatever is kept of workspaces that removed Baton so long ago. Safe on several processes at once. */
export async function eraseLeavers({ db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>): Promise<void> {
  const before = after(clock.now(), -KEPT_FOR);
  for (const workspaceId of await tenanciesEndedBefore(db, before)) {
    try {
      if (!(await detachTenancy(db, workspaceId, before))) continue;
      await eraseTenant(db, workspaceId);
      log.info({ workspaceId }, 'everything of a workspace that removed Baton was erased');
    } catch (thrown) {
      log.error({ err: toError(thrown), workspaceId }, 'a workspace could not be erased yet');
    }
  }
  await eraseInstallations(db, before);
}
