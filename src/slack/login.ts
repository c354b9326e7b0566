/** Slack's side of an installation: its consent page, codes and tokens that are traded, and whom they are of. */
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import manifest from '../../manifest.json' with { type: 'json' };
import type { BotTokens, Granted, Installer, SlackLogin, SlackPlace } from '../contracts/slack-login.ts';
import { after, type Clock, SECOND } from '../lib/clock.ts';
import { CredentialsRejected, Rejected } from '../lib/errors.ts';
import { passFence } from '../lib/fence.ts';
import type { Logger } from '../lib/log.ts';
import { toFailure } from './errors.ts';
import { needed } from './message-sender.ts';
import { clientOptions } from './notifier.ts';

const SCOPES: readonly string[] = manifest.oauth_config.scopes.bot;

export interface SlackLoginOptions {
  clientId: string;
  clientSecret: string;
  /** Base of the Web API; Slack's own unless given. */
  apiUrl?: string | undefined;
  clock: Clock;
  log: Logger;
}

/** https://docs.slack.dev/reference/methods/oauth.v2.access: what it says of a code that is worth nothing. */
const SPENT = ['invalid_code', 'code_already_used', 'code_expired'];
/** … and of a client that is not the app's. */
const NOT_OUR_APP = ['invalid_client_id', 'bad_client_secret', 'bad_redirect_uri', 'invalid_grant_type'];
const NO_REFRESH = ['invalid_refresh_token', 'token_expired', 'token_revoked', 'invalid_auth', 'account_inactive'];

export function slackLogin({ clientId, clientSecret, apiUrl, clock, log }: SlackLoginOptions): SlackLogin {
  const options = clientOptions({ ...(apiUrl && { apiUrl }), log });
  const client = new WebClient(undefined, options);
  const ids = { client_id: clientId, client_secret: clientSecret };
  // Slack's pages stand beside its API; an organization's are on a host of their own.
  const beside = (path: string) => new URL(`../${path}`, apiUrl ?? 'https://slack.com/api/');

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      await passFence();
      return await work();
    } catch (error) {
      throw classed(error, clock.now());
    }
  }

  return {
    address({ state, redirectUri, team }) {
      const address = beside('oauth/v2/authorize');
      const query = { client_id: clientId, scope: SCOPES.join(','), user_scope: '', redirect_uri: redirectUri, state };
      address.search = new URLSearchParams({ ...query, ...(team && { team }) }).toString();
      return address.href;
    },
    missing: scopes => SCOPES.filter(scope => !scopes.includes(scope)),
    async exchange(code, redirectUri) {
      const answer = await ask(() => client.oauth.v2.access({ ...ids, code, redirect_uri: redirectUri }));
      return grantedBy(answer, clock.now());
    },
    async refresh(refreshToken) {
      const refresh = { ...ids, grant_type: 'refresh_token' as const, refresh_token: refreshToken };
      return tokensOf(await ask(() => client.oauth.v2.access(refresh)), clock.now());
    },
    async botId(token) {
      return needed((await ask(() => client.auth.test({ token }))).bot_id, 'bot_id');
    },
    async person(token, slackId): Promise<Installer | undefined> {
      const { user } = await ask(() => client.users.info({ token, user: slackId }));
      const email = user?.profile?.email?.toLowerCase();
      if (!email) return undefined;
      return { slackId, email, name: user?.real_name || user?.name || email, timeZone: user?.tz ?? 'UTC' };
    },
    async teams(token) {
      const found: { id: string; name: string }[] = [];
      for (let cursor = ''; ; ) {
        const answer = await ask(() => client.auth.teams.list({ token, limit: 100, ...(cursor && { cursor }) }));
        for (const { id, name } of answer.teams ?? []) if (id) found.push({ id, name: name || id });
        cursor = answer.response_metadata?.next_cursor ?? '';
        if (!cursor) return found;
      }
    },
    home: ({ appId, teamId }) => `${beside('app_redirect')}?${new URLSearchParams({ app: appId, team: teamId })}`,
    addWorkspaces({ appId, enterpriseId }) {
      const path = `manage/${encodeURIComponent(enterpriseId)}/integrations/profile/${encodeURIComponent(appId)}/workspaces/add`;
      return apiUrl === undefined ? `https://app.slack.com/${path}` : beside(path).href;
    },
  };
}

type Answer = Awaited<ReturnType<WebClient['oauth']['v2']['access']>>;

function grantedBy(answer: Answer, now: Date): Granted {
  return {
    place: placeOf(answer),
    tokens: tokensOf(answer, now),
    appId: needed(answer.app_id, 'app_id'),
    botUserId: needed(answer.bot_user_id, 'bot_user_id'),
    scopes: (answer.scope ?? '').split(/[ ,]+/),
    installerId: needed(answer.authed_user?.id, 'authed_user.id'),
  };
}

/** An organization's answer names no team. */
function placeOf({ team, enterprise, is_enterprise_install: isOrganization = false }: Answer): SlackPlace {
  const { id, name } = (isOrganization ? enterprise : team) ?? {};
  const known = needed(id, isOrganization ? 'enterprise.id' : 'team.id');
  return { id: known, name: name || known, isOrganization };
}

function tokensOf(answer: Answer, now: Date): BotTokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = answer;
  return {
    accessToken: needed(accessToken, 'access_token'),
    ...(refreshToken && seconds && { refreshToken, expiresAt: after(now, seconds * SECOND) }),
  };
}

function classed(error: unknown, now: Date): Error {
  if (!(error instanceof WebAPIPlatformError)) return toFailure(error, now);
  const code = error.data.error;
  const detail = { service: 'slack', code, cause: error };
  if (SPENT.includes(code)) {
    return new Rejected('Slack: the code was used or has expired', { ...detail, code: 'invalid_code' });
  }
  if (NOT_OUR_APP.includes(code)) {
    return new CredentialsRejected(
      `Slack does not take SLACK_CLIENT_ID, SLACK_CLIENT_SECRET or the redirect address (${code})`,
      detail,
    );
  }
  if (NO_REFRESH.includes(code)) {
    return new CredentialsRejected('Slack no longer accepts the token of this workspace: install Baton again', detail);
  }
  return toFailure(error, now);
}
