/** The way from Add to Slack to Slack's consent page and back: each journey ends in one of the ways below. */
import { createHash, randomBytes } from 'node:crypto';
import type { Granted, SlackLogin } from '../../contracts/slack-login.ts';
import { openState, stateBy, useState } from '../../db/workspaces/install-states.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { after, HOUR, MINUTE } from '../../lib/clock.ts';
import { constantTimeEqual, type Keyring, randomToken } from '../../lib/crypto.ts';
import { Failure, Rejected, toError } from '../../lib/errors.ts';
import { install } from './installation.ts';

/** How a journey ended that did not install anything: the page says what happened and what to do. */
export type NotInstalled =
  | { kind: 'unknown' | 'used' | 'expired' | 'wrong_browser' | 'denied' | 'code_expired' | 'wrong_app' | 'no_email' }
  | { kind: 'missing_scopes'; scopes: string[] }
  /** `said`: a clause in Slack's words or ours. */
  | { kind: 'refused' | 'no_answer'; said: string };

export type InstallEnd =
  /** `open`: where Baton opens in Slack. */
  | { kind: 'installed'; name: string; open: string }
  /** `open`: where the organization adds workspaces; `workspaces`: how many may use Baton already. */
  | { kind: 'organization'; name: string; open: string; workspaces: number }
  | { kind: 'not_installed'; why: NotInstalled; reference: string };

export interface CameBack {
  state: string;
  /** The secret of the browser that comes back; empty: it has none. */
  browser: string;
  code: string;
  error: string;
}

export interface InstallJourney {
  /** Where the browser is sent; what it begins is good for ten minutes and one use. Two round trips. */
  begin(browser: string, team: string | undefined): Promise<string>;
  /** Three calls to Slack, one more for every hundred workspaces of an organization. */
  comeBack(given: CameBack): Promise<InstallEnd>;
}

export interface InstallOptions {
  deps: Pick<Deps, 'db' | 'clock' | 'log' | 'publicUrl' | 'connectionChanged'>;
  keyring: Keyring;
  login: SlackLogin;
  /** Of our own app, where it is known: an installation of another is refused. */
  appId: string | undefined;
  /** Something was installed: whoever asks for a bot sees it. */
  changed(): void;
}

/** Long enough to ask an administrator across the room, and as long as Slack's code. */
const GOOD_FOR = 10 * MINUTE;
/** A state that comes back by then is told apart from one that never was. */
const FORGOTTEN = 24 * HOUR;

export function installJourney(options: InstallOptions): InstallJourney {
  const { deps, login } = options;
  const redirectUri = `${deps.publicUrl}/slack/oauth_redirect`;
  return {
    async begin(browser, team) {
      const state = randomToken();
      const now = deps.clock.now();
      await openState(deps.db, {
        stateHash: hashOf(state),
        browserHash: hashOf(browser),
        expiresAt: after(now, GOOD_FOR),
        forgetBefore: after(now, -FORGOTTEN),
      });
      return login.address({ state, redirectUri, team });
    },
    async comeBack(given) {
      const reference = randomBytes(4).toString('hex');
      try {
        const problem = await problemWith(deps, given);
        const end = problem
          ? notInstalled(problem)
          : await arrived(options, await login.exchange(given.code, redirectUri));
        if (end.kind !== 'not_installed') return end;
        deps.log.warn({ reference, why: end.why }, 'an installation came to nothing');
        return { ...end, reference };
      } catch (thrown) {
        const error = toError(thrown);
        if (!(error instanceof Failure)) throw error;
        deps.log.error({ err: error, reference }, 'an installation failed');
        return { kind: 'not_installed', why: failed(error), reference };
      }
    },
  };
}

/** Nothing is used up by a stranger's browser: it must not spoil the journey of the right one. */
async function problemWith({ db, clock }: InstallOptions['deps'], given: CameBack): Promise<NotInstalled | undefined> {
  const hash = hashOf(given.state);
  const state = given.state === '' ? undefined : await stateBy(db, hash);
  if (!state) return { kind: 'unknown' };
  if (given.browser === '' || !constantTimeEqual(state.browserHash, hashOf(given.browser))) {
    return { kind: 'wrong_browser' };
  }
  const now = clock.now();
  if (state.usedAt) return { kind: 'used' };
  if (state.expiresAt <= now) return { kind: 'expired' };
  if (!(await useState(db, hash, now))) return { kind: 'used' };
  if (given.error === 'access_denied') return { kind: 'denied' };
  if (given.error !== '' || given.code === '') {
    return {
      kind: 'refused',
      said: /^[\w ]{1,80}$/.test(given.error) ? given.error.replaceAll('_', ' ') : 'no code came back',
    };
  }
  return undefined;
}

const notInstalled = (why: NotInstalled) => ({ kind: 'not_installed' as const, why, reference: '' });

async function arrived(options: InstallOptions, granted: Granted): Promise<InstallEnd> {
  const { deps, keyring, login } = options;
  const { appId, tokens, place, installerId } = granted;
  if (options.appId !== undefined && appId !== options.appId) return notInstalled({ kind: 'wrong_app' });
  const scopes = login.missing(granted.scopes);
  if (scopes.length > 0) return notInstalled({ kind: 'missing_scopes', scopes });
  const token = tokens.accessToken;
  const [botId, installer, teams] = await Promise.all([
    login.botId(token),
    login.person(token, installerId),
    place.isOrganization ? login.teams(token) : [],
  ]);
  if (!installer) return notInstalled({ kind: 'no_email' });
  const workspaces = await install(deps.db, keyring, { ...granted, botId, installer, teams, at: deps.clock.now() });
  for (const { id } of workspaces) deps.connectionChanged(id);
  options.changed();
  const { id, name, isOrganization } = place;
  return isOrganization
    ? {
        kind: 'organization',
        name,
        open: login.addWorkspaces({ appId, enterpriseId: id }),
        workspaces: workspaces.length,
      }
    : { kind: 'installed', name, open: login.home({ appId, teamId: id }) };
}

function failed(error: Failure): NotInstalled {
  if (error instanceof Rejected) {
    return error.code === 'invalid_code' ? { kind: 'code_expired' } : { kind: 'refused', said: error.message };
  }
  // Keys of the app that Slack does not take are for whoever runs Baton to read, in the log.
  return { kind: 'no_answer', said: error.code ?? 'no answer' };
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
