import type { Request, Response } from 'express';
import type { Handler, Handlers } from '../service.ts';
import { type Fields, isFields } from './blocks/check.ts';
import type { Outbox } from './deliver.ts';
import { type Method, needScope } from './method.ts';
import { methods, openMethods } from './methods/methods.ts';
import type { Workspace } from './model.ts';
import { Refusal, refusal, TooFast } from './refusal.ts';
import { textsShown } from './shown.ts';
import type { Token, World } from './world.ts';

/** The Web API: token, scopes, arguments, method. Always HTTP 200, but for "too fast". */
export function webApi(world: () => World, outbox: Outbox): Handlers {
  return Object.fromEntries(
    [...Object.keys(openMethods), ...Object.keys(methods)].map(name => [
      `GET|POST /api/${name}`,
      answering((req, res) => answer(name, world(), outbox, req, res)),
    ]),
  );
}

/** A method that Slack does not have, and nothing at all beside the Web API. */
export const unknownMethod: Handler = (req, res) => {
  const [, name] = /^\/api\/([^/]+)$/.exec(req.path) ?? [];
  if (name === undefined) return void res.status(404).type('html').send('<h1>There’s been a glitch…</h1>');
  res.json({ ok: false, error: 'unknown_method', req_method: name });
};

function answering(work: Handler): Handler {
  return (req, res) => {
    try {
      res.json({ ok: true, ...(work(req, res) as Fields) });
    } catch (error) {
      if (error instanceof TooFast) {
        res.status(429).set('retry-after', String(error.seconds)).json({ ok: false, error: 'ratelimited' });
      } else if (error instanceof Refusal) {
        res.json({ ok: false, error: error.code, ...error.extra });
      } else {
        throw error;
      }
    }
  };
}

function answer(name: string, world: World, outbox: Outbox, req: Request, res: Response): Fields {
  const open = openMethods[name];
  if (open) return open.run(world, withBasicAuth(req, readArgs(req, true)));
  const method = methods[name];
  if (!method) throw new Refusal('unknown_method', { req_method: name });
  const args = readArgs(req, method.json);
  const { token, workspace } = authenticate(world, req, method, args);
  checkScopes(method, token, res);
  const missing = (method.required ?? []).filter(field => args[field] === undefined || args[field] === '');
  if (missing.length > 0) {
    throw refusal(
      'invalid_arguments',
      missing.map(field => `missing required field: ${field}`),
    );
  }
  for (const text of textsShown(args)) world.context.shown(text);
  return method.run({ world, workspace, token, outbox, args });
}

/** Form, JSON (where the method takes it) or query. */
function readArgs(req: Request, json: boolean): Fields {
  const isJson = (req.headers['content-type'] ?? '').includes('json');
  const body = isFields(req.body) && (!isJson || json) ? req.body : {};
  return { ...req.query, ...body };
}

/** OAuth clients may name themselves in a Basic header instead of in fields. */
function withBasicAuth(req: Request, args: Fields): Fields {
  const [, encoded] = /^Basic (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return args;
  const [id, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { ...args, client_id: id, client_secret: secret.join(':') };
}

function authenticate(
  world: World,
  req: Request,
  method: Method,
  args: Fields,
): { token: Token; workspace: Workspace } {
  const [, bearer] = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
  const given = bearer ?? (typeof args.token === 'string' ? args.token : undefined);
  if (given === undefined) throw new Refusal('not_authed');
  const token = world.tokens.get(given);
  if (!token) throw new Refusal('invalid_auth');
  if (token.state === 'revoked') throw new Refusal('token_revoked');
  if (token.state === 'inactive') throw new Refusal('account_inactive');
  if (token.expiresAt && token.expiresAt <= world.context.clock.now()) throw new Refusal('token_expired');
  const workspace = world.workspaces.get(token.team) ?? grantedWorkspace(world, token, method, args);
  return { token, workspace };
}

/**
 * The workspace an organization's token is used for: the one that is named, else the one that has the channel or person.
 * Lists know no channel and no person: they want it named.
 */
function grantedWorkspace(world: World, { team }: Token, method: Method, args: Fields): Workspace {
  const enterprise = world.enterprises.get(team);
  if (!enterprise) throw new Refusal('invalid_auth');
  const members = [...world.workspaces.values()].filter(one => one.enterprise === enterprise);
  const granted = method.ofOrganization ? new Set(members.map(({ id }) => id)) : enterprise.granted;
  const named = args.team_id;
  if (typeof named === 'string' && !granted.has(named)) throw new Refusal('team_access_not_granted');
  if (named === undefined && method.wantsTeam) throw new Refusal('missing_argument', { needed: 'team_id' });
  const known = [...granted].flatMap(id => world.workspaces.get(id) ?? []);
  const place = [args.channel, args.channel_id, args.user, args.user_id].find(id => typeof id === 'string');
  const workspace =
    known.find(({ id }) => id === named) ??
    known.find(({ channels, users }) => place !== undefined && (channels.has(place) || users.has(place))) ??
    known[0];
  if (!workspace) throw new Refusal('team_access_not_granted');
  return workspace;
}

function checkScopes(method: Method, token: Token, res: Response): void {
  const provided = [...token.scopes].join(',');
  res.set('x-oauth-scopes', provided);
  if (!method.scopes) return;
  res.set('x-accepted-oauth-scopes', method.scopes.join(','));
  needScope(token, method.scopes);
}
