/** Baton comes into a Slack workspace, or into an organization of several, and leaves it. */
import type { BotTokens, Installer, SlackPlace } from '../../contracts/slack-login.ts';
import type { Db } from '../../db/connection.ts';
import { forgetAppTokens } from '../../db/connections/app-tokens.ts';
import { connectionsOf, pauseConnection } from '../../db/connections/connections.ts';
import { wipeKeys } from '../../db/connections/credentials.ts';
import { rememberSlackPerson } from '../../db/people/people.ts';
import { endSessionsOf } from '../../db/people/web-sessions.ts';
import { beginWatching } from '../../db/workspaces/mode.ts';
import { notice, welcomeKey } from '../../db/workspaces/notices.ts';
import { newestPlaybook } from '../../db/workspaces/playbooks.ts';
import { installationOf, lockInstallation, saveInstallation } from '../../db/workspaces/slack-installations.ts';
import { beginTenancy, tenancyOf } from '../../db/workspaces/tenancies.ts';
import { ensureWorkspace, type Workspace, workspaceByTeam } from '../../db/workspaces/workspaces.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { enqueue } from '../../jobs/queue.ts';
import { matchPeople, notifyAdmins } from '../../jobs/requests.ts';
import { type Keyring, randomToken } from '../../lib/crypto.ts';
import { forgetWorkspaceLogins, type LoginDeps, takeIntoUse } from '../connect-keep.ts';
import { forgetPersonalLogins } from '../personal-logins.ts';
import { savePlaybook } from '../playbook-versions.ts';
import { starterPlaybook } from './starter-playbook.ts';

const WELCOME =
  'Baton brings each MQL to the right rep, here in Slack, and you are its admin.\n' +
  'Connect your marketing system and your CRM, choose who gets which leads, send yourself a test lead. About 10 minutes, and nothing is sent before you go live.';

export interface Installation {
  place: SlackPlace;
  /** The workspaces of an organization that may use Baton; of a workspace itself there is nothing to say. */
  teams?: readonly { id: string; name: string }[];
  tokens: BotTokens;
  appId: string;
  botId: string;
  botUserId: string;
  scopes: string[];
  installer: Installer;
  /** First rules instead of the starter's, checked. A workspace that was there before keeps its own. */
  playbook?: string;
  at: Date;
}

/**
 * Keeps the bot's tokens and makes the workspace, or takes one that was there before into use again: its hook key, rules
 * and leads are as they were. All or nothing; two at once come one after the other.
 * @returns the workspaces: of an organization those that may use Baton already, maybe none
 */
export async function install(db: Db, keyring: Keyring, given: Installation): Promise<Workspace[]> {
  const { place, at } = given;
  return db.transaction(async trx => {
    await lockInstallation(trx, place.id);
    const { name, isOrganization } = place;
    await saveInstallation(trx, keyring, { ...given, slackId: place.id, name, isOrganization, installedAt: at });
    const teams = place.isOrganization ? (given.teams ?? []) : [place];
    const workspaces: Workspace[] = [];
    for (const team of teams) {
      const enterpriseId = place.isOrganization ? place.id : null;
      workspaces.push(await admitTeam(trx, keyring, { ...given, team, enterpriseId }));
    }
    return workspaces;
  });
}

export interface Admission extends Pick<Installation, 'installer' | 'playbook' | 'at'> {
  team: { id: string; name: string };
  /** The organization by whose installation it has Baton; null: by its own. */
  enterpriseId: string | null;
}

/** A workspace has Baton from now on: whoever installed it is its admin, and is welcomed. */
export async function admitTeam(trx: Db, keyring: Keyring, admission: Admission): Promise<Workspace> {
  const { team, enterpriseId, installer, at } = admission;
  if (enterpriseId !== null) await lockInstallation(trx, team.id);
  const known = await workspaceByTeam(trx, team.id);
  const workspace =
    known ??
    (await ensureWorkspace(trx, { name: team.name, slackTeamId: team.id, hookKey: randomToken(), keyring, at }));
  const { id } = workspace;
  const organization = enterpriseId ?? (await organizationOf(trx, keyring, id));
  await beginTenancy(trx, id, { name: team.name, enterpriseId: organization, at });
  if (!(await newestPlaybook(trx, id))) {
    const yaml = admission.playbook ?? starterPlaybook(installer);
    await savePlaybook(trx, id, { yaml, author: installer.email, note: 'as it was installed', at });
  }
  await rememberSlackPerson(trx, id, installer.email, { slackId: installer.slackId, active: true }, at);
  const text = `Baton is back in ${team.name}: its leads, rules and hook addresses are as they were, and what waited for Slack is on its way.`;
  const resumed = await takeIntoUse(trx, id, { vendor: 'slack', roles: ['chat'], at, text });
  // Whoever installs Baton looks at what it would do before it does anything; one that was live goes on.
  if (!known) {
    await beginWatching(trx, id, at);
    await notice(trx, id, { key: welcomeKey(at), text: WELCOME }, at);
  }
  if (resumed || !known) await enqueue(trx, notifyAdmins(id));
  await enqueue(trx, matchPeople(id));
  return workspace;
}

/** Whose installation serves the workspace beside its own: it stays when that one goes. Null: none does. */
async function organizationOf(trx: Db, keyring: Keyring, workspaceId: string): Promise<string | null> {
  const before = await tenancyOf(trx, workspaceId);
  if (!before?.enterpriseId || before.uninstalledAt) return null;
  return (await installationOf(trx, keyring, before.enterpriseId))?.tokens ? before.enterpriseId : null;
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
export async function uninstall(leaving: Leaving, workspaceId: string): Promise<void> {
  await leaving.deps.db.transaction(trx => stopUsing(leaving, trx, workspaceId));
  await forgetLogins(leaving, workspaceId);
}

/** Keys are gone and connections paused when the transaction is through. */
export async function stopUsing({ deps, keyring }: Leaving, trx: Db, workspaceId: string): Promise<void> {
  const at = deps.clock.now();
  await forgetAppTokens(trx, workspaceId);
  await endSessionsOf(trx, workspaceId);
  const wiped = keyring ? await wipeKeys(trx, workspaceId, { reason: WHY, at }) : [];
  for (const key of await connectionsOf(trx, workspaceId)) {
    if (key.role !== 'chat' && !wiped.includes(key.vendor)) continue;
    const text = `${WHY}, so ${serviceName(key.vendor)} is not used any more.`;
    await pauseConnection(trx, workspaceId, key, WHY, at, text);
  }
}

/** Log-ins of people and of the workspace are wiped here and taken back at each vendor. */
export async function forgetLogins({ deps, loginDeps }: Leaving, workspaceId: string): Promise<void> {
  deps.connectionChanged(workspaceId);
  if (!loginDeps) return;
  // People gave theirs for what they do in this Slack.
  await forgetPersonalLogins(loginDeps, workspaceId, 'everybody');
  await forgetWorkspaceLogins(loginDeps, workspaceId);
}
