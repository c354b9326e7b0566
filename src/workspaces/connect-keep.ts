/** What becomes of a log-in that came through, and of one that is given up. */
import { nameOf } from '../config/playbook/people.ts';
import type { LoggedIn, LoginPage, Uninstalled } from '../contracts/login.ts';
import type { Role } from '../contracts/role.ts';
import type { Db } from '../db/connection.ts';
import { forgetCalls } from '../db/connections/api-usage.ts';
import type { Attempt } from '../db/connections/connect-attempts.ts';
import { giveUpConnection, rememberConnection, resumeConnection } from '../db/connections/connections.ts';
import {
  type CredentialKey,
  credentialFacts,
  forgetStrayLogins,
  loginsOfAccount,
  saveCredential,
  wipeCredential,
} from '../db/connections/credentials.ts';
import { forgetCrmPeople, personByEmail } from '../db/people/people.ts';
import { notice } from '../db/workspaces/notices.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { replayWaiting } from '../jobs/parked.ts';
import { enqueue } from '../jobs/queue.ts';
import { replayOnce } from '../jobs/replay-once.ts';
import { matchPeople, notifyAdmins } from '../jobs/requests.ts';
import type { Keyring } from '../lib/crypto.ts';
import { toError } from '../lib/errors.ts';
import { askForWebhooks } from './app-webhooks.ts';
import { admit } from './second.ts';

/** What connecting works with. */
export interface LoginDeps {
  deps: Deps;
  keyring: Keyring;
  logins: Readonly<Record<string, LoginPage>>;
  /** What a vendor is once somebody logged in there for the workspace. */
  rolesOf(vendor: string): readonly Role[];
}

/** What a user's log-in is given back with: the tokens, and whose they are. */
export type GivenUp = Pick<LoggedIn, 'tokens' | 'tenant' | 'account'>;

/**
 * What became of the access at the vendor. `shared`: it stays, because another log-in lives on it;
 * `kept`: the vendor could not be told.
 */
export type Access = 'revoked' | 'shared' | 'kept';

export type LoggedOut =
  | { kind: 'done'; access: Access }
  | { kind: 'not_allowed'; who: string }
  | { kind: 'not_connected' };

/** Keeps it in the place of the one before; what waited for the connection goes on: true. All or nothing. */
export async function keepLogin(loginDeps: LoginDeps, attempt: Attempt, loggedIn: LoggedIn): Promise<boolean> {
  const { deps, keyring } = loginDeps;
  const { vendor, holder } = attempt;
  const at = deps.clock.now();
  const text = await connectedText(deps, attempt, loggedIn);
  const wanted = { vendor, roles: loginDeps.rolesOf(vendor), by: 'login' as const };
  const admitted = await admit(deps, attempt.workspaceId, wanted);
  // What was refused since the link was made is taken for nothing; whoever made it has heard why.
  const roles = admitted.kind === 'admitted' ? admitted.roles : [];
  const { replaced, resumed } = await deps.db.transaction(async trx => {
    const before = await credentialFacts(trx, attempt);
    const old = await wipeCredential(trx, keyring, attempt, { reason: 'replaced', at });
    const { tokens, account, tenant } = loggedIn;
    await saveCredential(trx, keyring, attempt, { tokens, account, tenant, connectedBy: attempt.askedBy, at });
    const givenUp = old && before && { tokens: old, tenant: before.tenant, account: before.account };
    if (holder !== '') return { replaced: givenUp, resumed: false };
    const { workspaceId } = attempt;
    // Users of another organization are other users, whatever their addresses; its day of calls is another, too.
    if (before && before.tenant !== tenant) {
      await forgetCrmPeople(trx, workspaceId);
      await forgetStrayLogins(trx, attempt, tenant);
      await forgetCalls(trx, workspaceId, vendor);
    }
    const waited = `${text} Everything that waited for it is on its way.`;
    const resumed = await takeIntoUse(trx, workspaceId, { vendor, roles, at, text: waited });
    if (!resumed) await notice(trx, workspaceId, { key: `connected:${vendor}:${at.toISOString()}`, text }, at);
    await enqueue(trx, matchPeople(workspaceId), notifyAdmins(workspaceId));
    if (roles.includes('source')) await askForWebhooks(trx, deps, workspaceId, [vendor]);
    return { replaced: givenUp, resumed };
  });
  deps.connectionChanged(attempt.workspaceId);
  if (replaced) await giveBack(loginDeps, vendor, replaced);
  return resumed;
}

/** Takes every role of the vendor into use; true when one of them was paused, which its notice says: `text`. */
export async function takeIntoUse(
  trx: Db,
  workspaceId: string,
  { vendor, roles, at, text }: { vendor: string; roles: readonly Role[]; at: Date; text: string },
): Promise<boolean> {
  let resumed = false;
  for (const role of roles) {
    const key = { vendor, role };
    await rememberConnection(trx, workspaceId, key, at);
    if (!(await resumeConnection(trx, workspaceId, key, at, text))) continue;
    await replayWaiting(trx, workspaceId, key, at);
    await replayOnce(trx, workspaceId, at);
    resumed = true;
  }
  return resumed;
}

/** Forgets the log-in, stops using the connection, and takes the access back at the vendor. */
export async function logOut(loginDeps: LoginDeps, key: CredentialKey, email: string): Promise<LoggedOut> {
  const { deps } = loginDeps;
  const { workspaceId, vendor } = key;
  const known = await credentialFacts(deps.db, key);
  if (!known) return { kind: 'not_connected' };
  const who = await personName(deps, workspaceId, email);
  const tokens = await giveUp(
    loginDeps,
    key,
    `disconnected by ${who}`,
    `${who} disconnected Baton from ${serviceName(vendor)}.`,
  );
  if (tokens) return { kind: 'done', access: await giveBack(loginDeps, vendor, { ...known, tokens }) };
  return { kind: 'done', access: known.status === 'refused' ? 'revoked' : 'kept' };
}

/** Baton was removed from Slack: the workspace's own log-ins are forgotten here and taken back there. */
export async function forgetWorkspaceLogins(loginDeps: LoginDeps, workspaceId: string): Promise<void> {
  for (const vendor of Object.keys(loginDeps.logins)) {
    const key = { workspaceId, vendor, holder: '' };
    const known = await credentialFacts(loginDeps.deps.db, key);
    if (known === undefined) continue;
    const why = 'Baton was removed from Slack';
    const tokens = await giveUp(loginDeps, key, why, `${why}, so its log-in to ${serviceName(vendor)} was forgotten.`);
    if (tokens) await giveBack(loginDeps, vendor, { ...known, tokens });
  }
}

/**
 * Somebody took Baton away at the vendor, who says so: those log-ins are worth nothing any more. One that was made since
 * is another: the news is about the one before it. Answers how many were forgotten.
 */
export async function forgetUninstalled(
  loginDeps: LoginDeps,
  vendor: string,
  { at, ...whose }: Uninstalled,
): Promise<number> {
  const logins = await loginsOfAccount(loginDeps.deps.db, vendor, whose);
  const dead = logins.filter(({ connectedAt }) => at === undefined || connectedAt <= at);
  const why = `Baton was removed in ${serviceName(vendor)}`;
  for (const key of dead) {
    await giveUp(loginDeps, key, why, `${why}.`);
    loginDeps.deps.connectionChanged(key.workspaceId);
  }
  return dead.length;
}

/** Wipes the tokens and answers them; the workspace's connection is paused, and the admins hear why. */
async function giveUp(
  loginDeps: LoginDeps,
  key: CredentialKey,
  reason: string,
  said: string,
): Promise<object | undefined> {
  const { deps, keyring } = loginDeps;
  const { workspaceId, vendor, holder } = key;
  const at = deps.clock.now();
  return deps.db.transaction(async trx => {
    const wiped = await wipeCredential(trx, keyring, key, { reason, at });
    if (holder !== '') return wiped;
    const text =
      `${said} Leads keep coming in and nothing is lost: ` +
      `what needs ${serviceName(vendor)} waits until somebody connects it again.`;
    for (const role of loginDeps.rolesOf(vendor)) {
      await giveUpConnection(trx, workspaceId, { vendor, role }, { reason, at, text });
    }
    await enqueue(trx, notifyAdmins(workspaceId));
    return wiped;
  });
}

/** Is this log-in somebody else's, or of another organization than the workspace's? In words, or undefined. */
export async function misfit(deps: Deps, attempt: Attempt, loggedIn: LoggedIn): Promise<string | undefined> {
  const { workspaceId, vendor, holder } = attempt;
  if (holder === '') return undefined;
  const [shared, { crm }, person] = await Promise.all([
    credentialFacts(deps.db, { workspaceId, vendor, holder: '' }),
    deps.vendors(workspaceId),
    personByEmail(deps.db, workspaceId, holder),
  ]);
  // Keys that somebody typed know of no organization; the vendor does.
  const tenant = shared?.tenant || (crm?.name === vendor ? await crm.hook?.tenant?.() : undefined);
  if (tenant !== undefined && tenant !== loggedIn.tenant) {
    return `You logged in to another ${serviceName(vendor)} than the one your leads are in. Log in to that one.`;
  }
  // Elsewhere than in the CRM nothing but the address says who somebody is.
  const isTheirs =
    crm?.name === vendor && person?.crmUserId ? person.crmUserId === loggedIn.account : loggedIn.email === holder;
  return isTheirs
    ? undefined
    : `You logged in as ${loggedIn.userName || loggedIn.name}, who is not ${holder} there. Log out there, then log in as yourself.`;
}

/**
 * Takes back at the vendor what is not kept here any more, unless that would end another log-in, too: the new one of
 * this workspace, another one's, or a person's. Best effort: the tokens are forgotten here whatever the
 * vendor answers. One round trip where the vendor ends all of a user at once, then at most one call.
 */
export async function giveBack({ deps, logins }: LoginDeps, vendor: string, givenUp: GivenUp): Promise<Access> {
  const login = logins[vendor];
  if (login && login.revokes !== 'token') {
    const { tenant, account } = givenUp;
    const others = await loginsOfAccount(deps.db, vendor, login.revokes === 'user' ? { tenant, account } : { tenant });
    if (others.some(({ status }) => status === 'active')) return 'shared';
  }
  try {
    await login?.revoke(givenUp.tokens);
    return 'revoked';
  } catch (thrown) {
    deps.log.warn({ err: toError(thrown), vendor }, 'an old log-in could not be revoked at the vendor');
    return 'kept';
  }
}

async function connectedText(deps: Deps, attempt: Attempt, { name, userName }: LoggedIn): Promise<string> {
  const who = await personName(deps, attempt.workspaceId, attempt.askedBy);
  const user = userName && userName !== name ? `${name}, ${userName}` : name;
  return `${who} connected Baton to ${serviceName(attempt.vendor)} (as ${user}).`;
}

async function personName(deps: Deps, workspaceId: string, email: string): Promise<string> {
  const { playbook } = await deps.playbook(workspaceId);
  return nameOf(playbook, email);
}
