import type { Fields } from '../blocks/check.ts';
import { type ApiCall, flagArg, type Method, needed, type OpenMethod, textArg } from '../method.ts';
import type { Workspace } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { APP, nextSecret, nextTs, type Token, type World } from '../world.ts';

const HALF_A_DAY = 43_200;

const test: Method = {
  json: true,
  run: ({ workspace }) => ({
    url: `https://${workspace.domain}.slack.com/`,
    team: workspace.name,
    user: 'baton',
    team_id: workspace.id,
    user_id: workspace.botUser,
    bot_id: workspace.botId,
    is_enterprise_install: false,
  }),
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
    for (const token of call.world.tokens.values()) if (token.team === call.workspace.id) token.state = 'inactive';
    announce(call, { type: 'app_uninstalled' });
    announce(call, { type: 'tokens_revoked', tokens: { oauth: [], bot: [call.workspace.botUser] } });
    return {};
  },
};

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
    const workspace = code && world.workspaces.get(code.team);
    if (!workspace || code.used) throw new Refusal('invalid_code');
    const redirect = textArg(args, 'redirect_uri');
    if (redirect !== undefined && redirect !== code.redirectUri) throw new Refusal('bad_redirect_uri');
    code.used = true;
    const installer = [...workspace.users.values()].find(user => user.admin);
    return {
      ...grant(world, workspace, new Set(code.scopes)),
      app_id: APP.id,
      authed_user: { id: installer?.id ?? '' },
    };
  },
};

function refresh(world: World, value: string): Fields {
  const old = [...world.tokens.values()].find(token => token.refresh === value && token.state === 'live');
  const workspace = old && world.workspaces.get(old.team);
  if (!workspace) throw new Refusal('invalid_refresh_token');
  delete old.refresh;
  return { ...grant(world, workspace, old.scopes), app_id: APP.id };
}

function grant(world: World, workspace: Workspace, scopes: Set<string>): Fields {
  const rotating = world.limits.tokenRotation;
  const value = `${rotating ? 'xoxe.xoxb' : 'xoxb'}-sandbox-${workspace.id}-${nextSecret(world)}`;
  const token: Token = { value, team: workspace.id, scopes, state: 'live' };
  if (rotating) {
    token.refresh = `xoxe-1-${nextSecret(world)}`;
    token.expiresAt = new Date(world.context.clock.now().getTime() + HALF_A_DAY * 1_000);
  }
  world.tokens.set(value, token);
  return {
    access_token: value,
    token_type: 'bot',
    scope: [...scopes].join(','),
    bot_user_id: workspace.botUser,
    team: { id: workspace.id, name: workspace.name },
    enterprise: null,
    is_enterprise_install: false,
    ...(token.refresh === undefined ? {} : { refresh_token: token.refresh, expires_in: HALF_A_DAY }),
  };
}

function checkClient(args: Fields): void {
  if (textArg(args, 'client_id') !== APP.clientId) throw new Refusal('invalid_client_id');
  if (textArg(args, 'client_secret') !== APP.clientSecret) throw new Refusal('bad_client_secret');
}

export const authMethods: Record<string, Method> = {
  'auth.test': test,
  'auth.revoke': revoke,
  'apps.uninstall': uninstall,
};

export const openAuthMethods: Record<string, OpenMethod> = { 'api.test': apiTest, 'oauth.v2.access': access };
