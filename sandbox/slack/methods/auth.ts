import type { Fields } from '../blocks/check.ts';
import { type ApiCall, flagArg, type Method, needed, type OpenMethod, page, textArg } from '../method.ts';
import { personToken } from '../open-id.ts';
import { Refusal } from '../refusal.ts';
import { APP, nextSecret, nextTs, type Token, type World } from '../world.ts';

const HALF_A_DAY = 43_200;
/** https://docs.slack.dev/authentication/installing-with-oauth: a code is good for ten minutes. */
const CODE_SECONDS = 600;

const test: Method = {
  json: true,
  ofOrganization: true,
  run({ workspace, world, token }) {
    const enterprise = world.enterprises.get(token.team);
    return {
      url: `https://${workspace.domain}.slack.com/`,
      team: enterprise?.name ?? workspace.name,
      user: 'baton',
      team_id: enterprise?.id ?? workspace.id,
      user_id: workspace.botUser,
      bot_id: workspace.botId,
      ...(workspace.enterprise && { enterprise_id: workspace.enterprise.id }),
      is_enterprise_install: enterprise !== undefined,
    };
  },
};

const teams: Method = {
  json: false,
  ofOrganization: true,
  run({ workspace, world, token, args }) {
    const granted = world.enterprises.get(token.team)?.granted ?? [workspace.id];
    const { items, next } = page([...granted], args);
    const shown = items.flatMap(id => {
      const team = world.workspaces.get(id);
      return team ? [{ id, name: team.name }] : [];
    });
    return { teams: shown, response_metadata: { next_cursor: next } };
  },
};

const revoke: Method = {
  json: false,
  run(call) {
    if (flagArg(call.args, 'test')) return { revoked: false };
    call.token.state = 'revoked';
    announce(call, { type: 'tokens_revoked', tokens: { oauth: [], bot: [call.workspace.botUser] } });
    return { revoked: true };
  },
};

const uninstall: Method = {
  json: false,
  required: ['client_id', 'client_secret'],
  run(call) {
    checkClient(call.args);
    endTokens(call.world, call.token.team);
    announce(call, { type: 'app_uninstalled' });
    announce(call, { type: 'tokens_revoked', tokens: { oauth: [], bot: [call.workspace.botUser] } });
    return {};
  },
};

/** No token of this team or organization is worth anything any more. */
export function endTokens(world: World, team: string): void {
  for (const token of world.tokens.values()) if (token.team === team) token.state = 'inactive';
}

/** Tells the app, after the answer, as Slack does; `settled` waits for it. */
function announce(call: ApiCall, event: Fields): void {
  void call.outbox.event(call.workspace, { ...event, event_ts: nextTs(call.world) });
}

const apiTest: OpenMethod = {
  run(_world, args) {
    const { token: _token, ...shown } = args;
    const error = textArg(args, 'error');
    if (error) throw new Refusal(error, { args: shown });
    return { args: shown };
  },
};

const access: OpenMethod = {
  run(world, args) {
    checkClient(args);
    if (textArg(args, 'grant_type') === 'refresh_token') return refresh(world, needed(args, 'refresh_token'));
    const code = world.codes.get(textArg(args, 'code') ?? '');
    const now = world.context.clock.now().getTime();
    if (!code || code.used || now - code.issued.getTime() > CODE_SECONDS * 1_000) throw new Refusal('invalid_code');
    const redirect = textArg(args, 'redirect_uri');
    if (redirect !== undefined && redirect !== code.redirectUri) throw new Refusal('bad_redirect_uri');
    code.used = true;
    return {
      ...grant(world, code.team, new Set(code.scopes)),
      app_id: APP.id,
      authed_user: { id: code.user },
    };
  },
};

function refresh(world: World, value: string): Fields {
  const old = [...world.tokens.values()].find(token => token.refresh === value && token.state === 'live');
  if (!old) throw new Refusal('invalid_refresh_token');
  delete old.refresh;
  return { ...grant(world, old.team, old.scopes), app_id: APP.id };
}

/** A new token of a team, or of an organization. */
function grant(world: World, team: string, scopes: Set<string>): Fields {
  const rotating = world.limits.tokenRotation;
  const value = `${rotating ? 'xoxe.xoxb' : 'xoxb'}-sandbox-${team}-${nextSecret(world)}`;
  const token: Token = { value, team, scopes, state: 'live' };
  if (rotating) {
    token.refresh = `xoxe-1-${nextSecret(world)}`;
    token.expiresAt = new Date(world.context.clock.now().getTime() + HALF_A_DAY * 1_000);
  }
  world.tokens.set(value, token);
  return {
    access_token: value,
    token_type: 'bot',
    scope: [...scopes].join(','),
    ...whereOf(world, team),
    ...(token.refresh === undefined ? {} : { refresh_token: token.refresh, expires_in: HALF_A_DAY }),
  };
}

function whereOf(world: World, team: string): Fields {
  const enterprise = world.enterprises.get(team);
  const workspace =
    world.workspaces.get(team) ?? [...world.workspaces.values()].find(one => one.enterprise === enterprise);
  if (!workspace) throw new Refusal('invalid_code');
  const organization = workspace.enterprise && { id: workspace.enterprise.id, name: workspace.enterprise.name };
  return {
    bot_user_id: workspace.botUser,
    team: enterprise ? null : { id: workspace.id, name: workspace.name },
    enterprise: organization ?? null,
    is_enterprise_install: enterprise !== undefined,
  };
}

function checkClient(args: Fields): void {
  if (textArg(args, 'client_id') !== APP.clientId) throw new Refusal('invalid_client_id');
  if (textArg(args, 'client_secret') !== APP.clientSecret) throw new Refusal('bad_client_secret');
}

export const authMethods: Record<string, Method> = {
  'auth.test': test,
  'auth.teams.list': teams,
  'auth.revoke': revoke,
  'apps.uninstall': uninstall,
};

export const openAuthMethods: Record<string, OpenMethod> = {
  'api.test': apiTest,
  'oauth.v2.access': access,
  'openid.connect.token': personToken,
};
