/** The journey to a vendor's login page and back, step by step: each answers how it ended. */
import { createHash } from 'node:crypto';
import { nameOf } from '../config/playbook/people.ts';
import type { LoggedIn } from '../contracts/login.ts';
import {
  type Attempt,
  attemptBy,
  awaitConfirmation,
  comeBack,
  leave,
  settleConfirmation,
  unanswered,
} from '../db/connections/connect-attempts.ts';
import { type CredentialKey, credentialFacts } from '../db/connections/credentials.ts';
import { workspaceById } from '../db/workspaces/workspaces.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { after, HOUR, MINUTE } from '../lib/clock.ts';
import { CryptoError, constantTimeEqual, open, randomToken, seal } from '../lib/crypto.ts';
import { CredentialsRejected, Failure, Rejected } from '../lib/errors.ts';
import { giveBack, keepLogin, type LoginDeps, misfit } from './connect-keep.ts';

/** How a step of the journey ended, for the page that says so. */
export type End =
  | Connected
  /** Another organization than before: the person must say that they mean it. */
  | { kind: 'confirm'; vendor: string; user: string; token: string }
  | { kind: 'kept_as_it_was'; vendor: string }
  | { kind: 'denied'; vendor: string }
  | { kind: 'expired' | 'used' | 'unknown' | 'wrong_browser' }
  /** The vendor's own words, and what to do. */
  | { kind: 'refused'; vendor: string; said: string; todo: string | undefined }
  /** It is not the user or organization that it must be. */
  | { kind: 'misfit'; vendor: string; why: string }
  | { kind: 'no_answer'; vendor: string; said: string };

export interface Connected {
  kind: 'connected';
  vendor: string;
  own: boolean;
  user: string;
  /** Jobs had waited for it. */
  resumed: boolean;
  workspaceId: string;
  /** E-mail. */
  askedBy: string;
  /** Where the same person may log in next, without a way back to Slack: each with a ticket of its own. */
  next: { vendor: string; ticket: string }[];
}

/** What the first page says before anybody leaves for the vendor. */
export type Looked = ReadyToLeave | End;

/** Whoever opens the link may log in with it, so that they must see for whom. */
export interface ReadyToLeave {
  kind: 'ready';
  vendor: string;
  /** Who pressed Connect in Slack. */
  askedBy: { name: string; email: string };
  slack: {
    name: string;
    /** `acme.slack.com`; undefined: Slack does not say just now. */
    host: string | undefined;
  };
  own: boolean;
  again: boolean;
  /** Leads are kept there: what its user must be able to change. */
  isCrm: boolean;
}

export interface Returned {
  state: string;
  browser: string;
  code: string;
  error: string;
  description: string;
  /** Everything that stood in the address. */
  query: Readonly<Record<string, string>>;
}

/** Long enough to find a password, short enough that a link left lying about is worth nothing. */
export const TICKET_MINUTES = 10;
/** By then nobody comes back to an attempt any more. */
export const FORGOTTEN = 24 * HOUR;

/** Where a vendor sends browsers back to: exactly what the app there must list. */
export function redirectUriOf({ publicUrl }: Pick<Deps, 'publicUrl'>, vendor: string): string {
  return `${publicUrl}/connect/${vendor}/callback`;
}

/** Uses nothing up. Two round trips, and a call of Slack's. */
export async function look({ deps }: LoginDeps, vendor: string, secret: string): Promise<Looked> {
  const attempt = await attemptBy(deps.db, 'ticket_hash', hashOf(secret));
  const problem = ticketProblem(deps, vendor, attempt);
  if (problem || !attempt) return problem ?? { kind: 'unknown' };
  const { workspaceId, askedBy } = attempt;
  const [known, workspace, { playbook }, host] = await Promise.all([
    credentialFacts(deps.db, attempt),
    workspaceById(deps.db, workspaceId),
    deps.playbook(workspaceId),
    slackHostOf(deps, workspaceId),
  ]);
  return {
    kind: 'ready',
    vendor,
    askedBy: { name: nameOf(playbook, askedBy), email: askedBy },
    slack: { name: workspace?.name ?? '', host },
    own: attempt.holder !== '',
    again: known !== undefined,
    isCrm: vendor in deps.playbookVendors.crms,
  };
}

async function slackHostOf(deps: Deps, workspaceId: string): Promise<string | undefined> {
  const { notifier } = await deps.vendors(workspaceId);
  try {
    return await notifier.slackHost();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    deps.log.warn({ err: thrown, workspaceId }, 'Slack did not say where a workspace is opened');
    return undefined;
  }
}

function ticketProblem({ clock }: Deps, vendor: string, attempt: Attempt | undefined): End | undefined {
  if (attempt?.vendor !== vendor) return { kind: 'unknown' };
  if (attempt.openedAt) return { kind: 'used' };
  return attempt.expiresAt <= clock.now() ? { kind: 'expired' } : undefined;
}

export async function leaveFor({ deps, keyring, logins }: LoginDeps, vendor: string, secret: string, browser: string) {
  const attempt = await attemptBy(deps.db, 'ticket_hash', hashOf(secret));
  const problem = ticketProblem(deps, vendor, attempt);
  const login = logins[vendor];
  if (problem || !attempt || !login) return problem ?? ({ kind: 'unknown' } as const);
  const [state, verifier] = [randomToken(), randomToken(48)];
  const left = await leave(deps.db, attempt, {
    at: deps.clock.now(),
    browserHash: hashOf(browser),
    stateHash: hashOf(state),
    sealedVerifier: seal(keyring, verifier, sealedFor(attempt, 'verifier')),
  });
  if (!left) return { kind: 'used' } as const;
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return {
    kind: 'leave' as const,
    to: login.address({ state, challenge, redirectUri: redirectUriOf(deps, vendor) }),
  };
}

export async function back(loginDeps: LoginDeps, vendor: string, given: Returned): Promise<End> {
  const { deps, keyring, logins } = loginDeps;
  const attempt = await attemptBy(deps.db, 'state_hash', hashOf(given.state));
  const login = logins[vendor];
  if (!attempt || !login || attempt.vendor !== vendor) return { kind: 'unknown' };
  // Before anything is used up: a stranger's browser must not spoil the journey of the right one.
  if (!isBrowserOf(attempt, given.browser)) return { kind: 'wrong_browser' };
  if (attempt.returnedAt) return { kind: 'used' };
  if (isOver(deps, attempt)) return { kind: 'expired' };
  if (!(await comeBack(deps.db, attempt, deps.clock.now()))) return { kind: 'used' };
  if (given.error === 'access_denied') return { kind: 'denied', vendor };
  if (given.error || !given.code) {
    const [code, message] = [given.error || 'no code', given.description || given.error || 'no code came back'];
    return refused(loginDeps, vendor, code, message);
  }
  try {
    const verifier = open(keyring, attempt.sealedVerifier ?? '', sealedFor(attempt, 'verifier'));
    const { code, query: returned } = given;
    const loggedIn = await login.exchange({ code, verifier, redirectUri: redirectUriOf(deps, vendor), returned });
    return await arrived(loginDeps, attempt, loggedIn);
  } catch (error) {
    return failed(loginDeps, vendor, error);
  }
}

/** A log-in that came through: fitting, of the organization as before, or to be confirmed. */
async function arrived(loginDeps: LoginDeps, attempt: Attempt, loggedIn: LoggedIn): Promise<End> {
  const { deps, keyring } = loginDeps;
  const { vendor } = attempt;
  const why = await misfit(deps, attempt, loggedIn);
  if (why) {
    await giveBack(loginDeps, vendor, loggedIn);
    return { kind: 'misfit', vendor, why };
  }
  const before = await credentialFacts(deps.db, attempt);
  if (attempt.holder === '' && before && before.tenant !== loggedIn.tenant) {
    const token = randomToken();
    await awaitConfirmation(deps.db, attempt, {
      confirmHash: hashOf(token),
      sealedTokens: seal(keyring, JSON.stringify(loggedIn), sealedFor(attempt, 'tokens')),
    });
    return { kind: 'confirm', vendor, user: userOf(loggedIn), token };
  }
  return kept(loginDeps, attempt, loggedIn);
}

async function kept(loginDeps: LoginDeps, attempt: Attempt, loggedIn: LoggedIn): Promise<End> {
  const resumed = await keepLogin(loginDeps, attempt, loggedIn);
  const { vendor, holder, workspaceId, askedBy } = attempt;
  const user = userOf(loggedIn);
  return { kind: 'connected', vendor, own: holder !== '', user, resumed, workspaceId, askedBy, next: [] };
}

export async function confirm(
  loginDeps: LoginDeps,
  vendor: string,
  { token, browser, yes }: { token: string; browser: string; yes: boolean },
): Promise<End> {
  const { deps, keyring } = loginDeps;
  const attempt = await attemptBy(deps.db, 'confirm_hash', hashOf(token));
  if (attempt?.vendor !== vendor) return { kind: 'unknown' };
  if (!isBrowserOf(attempt, browser)) return { kind: 'wrong_browser' };
  if (attempt.sealedTokens === null) return { kind: 'used' };
  if (yes && isOver(deps, attempt)) return { kind: 'expired' };
  if (!(await settleConfirmation(deps.db, attempt))) return { kind: 'used' };
  const loggedIn = JSON.parse(open(keyring, attempt.sealedTokens, sealedFor(attempt, 'tokens'))) as LoggedIn;
  if (yes) return kept(loginDeps, attempt, loggedIn);
  // Under a token that nobody has: it is taken back later, and never used.
  if ((await giveBack(loginDeps, vendor, loggedIn)) === 'kept') {
    await awaitConfirmation(deps.db, attempt, {
      confirmHash: hashOf(randomToken()),
      sealedTokens: attempt.sealedTokens,
    });
  }
  return { kind: 'kept_as_it_was', vendor };
}

/**
 * Nobody said in time that they meant another organization: what was logged in there is taken back and wiped. While the
 * vendor does not answer it is kept, a day at most.
 */
export async function forgetUnanswered(loginDeps: LoginDeps): Promise<void> {
  const { deps } = loginDeps;
  const at = deps.clock.now();
  for (const attempt of await unanswered(deps.db, after(at, -TICKET_MINUTES * MINUTE))) {
    const loggedIn = leftOf(loginDeps, attempt);
    const isDone = loggedIn === undefined || (await giveBack(loginDeps, attempt.vendor, loggedIn)) !== 'kept';
    const isOld = attempt.openedAt !== null && after(attempt.openedAt, FORGOTTEN) <= at;
    if (isDone || isOld) await settleConfirmation(deps.db, attempt);
  }
}

/** Undefined: the key it was sealed with is gone, and nobody can take it back any more. It must not keep others waiting. */
function leftOf({ deps, keyring }: LoginDeps, attempt: Attempt): LoggedIn | undefined {
  try {
    return JSON.parse(open(keyring, attempt.sealedTokens ?? '', sealedFor(attempt, 'tokens'))) as LoggedIn;
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    deps.log.warn({ err: error, workspaceId: attempt.workspaceId }, 'a log-in that nobody confirmed cannot be opened');
    return undefined;
  }
}

function failed(loginDeps: LoginDeps, vendor: string, error: unknown): End {
  if (!(error instanceof Failure)) throw error;
  loginDeps.deps.log.warn({ err: error, vendor }, 'a log-in did not come through');
  const isNo = error instanceof CredentialsRejected || error instanceof Rejected;
  if (isNo) return refused(loginDeps, vendor, error.code ?? '', error.message);
  return { kind: 'no_answer', vendor, said: error.message };
}

function refused({ deps, logins }: LoginDeps, vendor: string, code: string, message: string): End {
  const todo = logins[vendor]?.advice({ code, message }, redirectUriOf(deps, vendor));
  return { kind: 'refused', vendor, said: code && !message.includes(code) ? `${message} (${code})` : message, todo };
}

/** From the moment it left, a browser has as long as the ticket had. */
function isOver({ clock }: Deps, { openedAt }: Attempt): boolean {
  return openedAt === null || after(openedAt, TICKET_MINUTES * MINUTE) <= clock.now();
}

function isBrowserOf({ browserHash }: Attempt, browser: string): boolean {
  return browserHash !== null && constantTimeEqual(browserHash, hashOf(browser));
}

function sealedFor({ workspaceId, vendor, holder, id }: CredentialKey & { id: number }, what: 'verifier' | 'tokens') {
  return { workspaceId, purpose: `connect:${what}:${vendor}:${holder}:${id}` };
}

function userOf({ name, userName }: LoggedIn): string {
  return userName && userName !== name ? `${name} (${userName})` : name;
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
