/**
 * Sign in with Slack (https://docs.slack.dev/authentication/sign-in-with-slack): discovery, the page that asks as whom, keys,
 * and tokens of people. PKCE is named nowhere by Slack, and neither asked for nor checked here.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Handlers } from '../service.ts';
import { escapeHtml, standInPage } from '../stand-in-page.ts';
import type { Fields } from './blocks/check.ts';
import { type OpenMethod, textArg } from './method.ts';
import { findUser } from './places.ts';
import { Refusal } from './refusal.ts';
import { APP, nextSecret, type World } from './world.ts';

const AUTHORIZE = '/openid/connect/authorize';
const KEYS = '/openid/connect/keys';
const SCOPES = ['openid', 'profile', 'email'];
/** A code is good for so long, in milliseconds. */
const CODE_LIVES = 600_000;
/** An id token's, in seconds. */
const TOKEN_LIVES = 300;
const KEY_ID = 'sandbox';

let key: KeyObject | undefined;

/** Made when somebody signs in first: it takes a while. */
function signingKey(): KeyObject {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return key;
}

export function openIdPages(world: () => World): Handlers {
  const issuer = () => world().context.baseUrl();
  return {
    'GET /.well-known/openid-configuration': (_req, res) => {
      res.json({
        issuer: issuer(),
        authorization_endpoint: `${issuer()}${AUTHORIZE}`,
        token_endpoint: `${issuer()}/api/openid.connect.token`,
        userinfo_endpoint: `${issuer()}/api/openid.connect.userInfo`,
        jwks_uri: `${issuer()}${KEYS}`,
        scopes_supported: SCOPES,
        response_types_supported: ['code'],
        response_modes_supported: ['form_post', 'query'],
        grant_types_supported: ['authorization_code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        claims_supported: ['sub', 'auth_time', 'iss'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      });
    },
    [`GET ${KEYS}`]: (_req, res) => {
      const { n, e } = createPublicKey(signingKey()).export({ format: 'jwk' });
      res.json({ keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: KEY_ID, n, e }] });
    },
    [`GET ${AUTHORIZE}`]: (req, res) => {
      const given = textsOf(req.query);
      const problem = problemIn(given);
      if (problem !== undefined) return void res.status(400).type('text').send(problem);
      res.type('html').send(signInPage(world(), given));
    },
    [`POST ${AUTHORIZE}`]: (req, res) => {
      const given = textsOf(req.body);
      const problem = problemIn(given);
      const [team = '', ref = ''] = (given.as ?? '').split(':');
      const workspace = world().workspaces.get(team);
      const user = workspace && findUser(workspace, ref);
      if (problem !== undefined || !user)
        return void res
          .status(400)
          .type('text')
          .send(problem ?? 'nobody like that');
      const target = new URL(given.redirect_uri ?? '');
      if (given.allow === 'yes') {
        const code = nextSecret(world());
        const issued = world().context.clock.now();
        const nonce = given.nonce === undefined ? {} : { nonce: given.nonce };
        world().signIns.set(code, { team, user: user.id, issued, redirectUri: target.href, used: false, ...nonce });
        target.searchParams.set('code', code);
      } else target.searchParams.set('error', 'access_denied');
      if (given.state !== undefined) target.searchParams.set('state', given.state);
      res.redirect(302, target.href);
    },
  };
}

function problemIn(given: Record<string, string>): string | undefined {
  if (given.client_id !== APP.clientId) return 'invalid client_id';
  if (given.response_type !== 'code') return 'invalid response_type';
  const scopes = (given.scope ?? '').split(' ');
  if (!scopes.includes('openid') || scopes.some(scope => !SCOPES.includes(scope))) return 'invalid_scope';
  return URL.canParse(given.redirect_uri ?? '') ? undefined : 'bad_redirect_uri';
}

function textsOf(from: unknown): Record<string, string> {
  const given = typeof from === 'object' && from !== null ? Object.entries(from) : [];
  return Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function signInPage(world: World, given: Record<string, string>): string {
  const hidden = Object.entries(given).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const people = [...world.workspaces.values()]
    .filter(({ id }) => given.team === undefined || given.team === id)
    .flatMap(({ id, name, users }) =>
      [...users.values()]
        .filter(({ bot, deleted }) => !bot && !deleted)
        .map(
          user =>
            `<option value="${escapeHtml(`${id}:${user.id}`)}">${escapeHtml(`${user.realName}, ${name}`)}</option>`,
        ),
    );
  const body = `<form method="post">${hidden.join('')}<p><label>You are <select name="as">${people.join('')}</select></label></p>
<button name="allow" value="no">Cancel</button> <button name="allow" value="yes">Allow</button></form>`;
  return standInPage({ vendor: 'Slack', color: '#3b1d3f', title: 'Sign in to Baton with Slack', body });
}

/** https://docs.slack.dev/reference/methods/openid.connect.token */
export const personToken: OpenMethod = {
  run(world, args): Fields {
    if (textArg(args, 'client_id') !== APP.clientId) throw new Refusal('invalid_client_id');
    if (textArg(args, 'client_secret') !== APP.clientSecret) throw new Refusal('bad_client_secret');
    const code = world.signIns.get(textArg(args, 'code') ?? '');
    const now = world.context.clock.now();
    if (!code || code.used || now.getTime() - code.issued.getTime() > CODE_LIVES) throw new Refusal('invalid_code');
    if (textArg(args, 'redirect_uri') !== code.redirectUri) throw new Refusal('bad_redirect_uri');
    code.used = true;
    const workspace = world.workspaces.get(code.team);
    const user = workspace && findUser(workspace, code.user);
    if (!workspace || !user) throw new Refusal('invalid_code');
    const seconds = Math.floor(now.getTime() / 1_000);
    const claims = {
      iss: world.context.baseUrl(),
      sub: user.id,
      aud: APP.clientId,
      iat: seconds,
      exp: seconds + TOKEN_LIVES,
      auth_time: seconds,
      ...(code.nonce !== undefined && { nonce: code.nonce }),
      'https://slack.com/user_id': user.id,
      'https://slack.com/team_id': workspace.id,
      'https://slack.com/team_name': workspace.name,
      email: user.email,
      // Slack does not say that anybody proved this address.
      email_verified: false,
      name: user.realName,
    };
    return { access_token: `xoxp-sandbox-${nextSecret(world)}`, token_type: 'Bearer', id_token: signed(claims) };
  },
};

function signed(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), signingKey()).toString('base64url')}`;
}
