/** Slack's own pages around an installation: consent, where the app opens, and an organization's choice of workspaces. */
import type { Response } from 'express';
import type { Handlers } from '../service.ts';
import { escapeHtml, standInPage } from '../stand-in-page.ts';
import type { Outbox } from './deliver.ts';
import type { User, Workspace } from './model.ts';
import { findUser } from './places.ts';
import { APP, nextSecret, nextTs, type World } from './world.ts';

const AUTHORIZE = '/oauth/v2/authorize';
const MANAGE = '/manage/:enterprise/integrations/profile/:app/workspaces/add';

/** What whoever installs chose on the consent page. */
export interface Choice {
  /** A workspace, or an organization. */
  team: string;
  user: string;
  allow: boolean;
}

/** `GET` asks where and as whom; `POST` is the page's own form. */
export function oauthPage(world: () => World, outbox: Outbox): Handlers {
  return {
    [`GET ${AUTHORIZE}`]: (req, res) => {
      const given = textsOf(req.query);
      const problem = problemIn(given);
      if (problem !== undefined) return void res.status(400).type('text').send(problem);
      res.type('html').send(consentPage(world(), given));
    },
    [`POST ${AUTHORIZE}`]: (req, res) => {
      const given = textsOf(req.body);
      const { team = '', user = '', allow } = given;
      res.cookie(SIGNED_IN, user, { httpOnly: true, sameSite: 'lax' });
      sent(res, consent(world(), given, { team, user, allow: allow === 'yes' }));
    },
    'GET /app_redirect': (req, res) => {
      const { app, team = '' } = textsOf(req.query);
      const workspace = world().workspaces.get(team);
      if (app !== APP.id || !workspace) return void res.status(404).type('html').send(paper('No such app', ''));
      const client = clientFor(world(), workspace, req.headers.cookie);
      if (client !== undefined) return void res.redirect(302, client);
      res.type('html').send(paper(`Baton in ${workspace.name}`, '<p>Slack opens the app here.</p>'));
    },
    [`GET ${MANAGE}`]: (req, res) => {
      const members = membersOf(world(), String(req.params.enterprise));
      const rows = members.map(
        ({ id, name, enterprise }) =>
          `<p><label><input type="checkbox" name="team" value="${escapeHtml(id)}"${enterprise?.granted.has(id) ? ' checked' : ''}> ${escapeHtml(name)}</label></p>`,
      );
      res
        .type('html')
        .send(paper('Add Baton to workspaces', `<form method="post">${rows.join('')}<button>Add</button></form>`));
    },
    [`POST ${MANAGE}`]: async (req, res) => {
      const teams = [(req.body as { team?: string | string[] } | undefined)?.team ?? []].flat();
      for (const team of teams) await grantTeam(world(), outbox, { team, access: true, tellsApp: true });
      res.type('html').send(paper('Added', `<p>Baton may be used in ${teams.length} of the workspaces.</p>`));
    },
  };
}

/**
 * The address the browser goes to after Allow or Cancel.
 * @returns `problem` where Slack shows a page of its own and sends nobody on
 */
export function consent(
  world: World,
  given: Record<string, string>,
  { team, user: ref, allow }: Choice,
): { to: string } | { problem: string } {
  const problem = problemIn(given);
  if (problem !== undefined) return { problem };
  const [workspace] = world.workspaces.has(team) ? [world.workspaces.get(team)] : membersOf(world, team);
  const user = workspace && findUser(workspace, ref);
  if (!workspace || !user) return { problem: 'no such team or person' };
  const redirectUri = given.redirect_uri ?? `${world.context.appUrl()}/slack/oauth_redirect`;
  const target = new URL(redirectUri);
  if (allow) {
    const code = nextSecret(world);
    const issued = world.context.clock.now();
    world.codes.set(code, { team, user: user.id, issued, scopes: scopesOf(given), redirectUri, used: false });
    target.searchParams.set('code', code);
  } else target.searchParams.set('error', 'access_denied');
  if (given.state !== undefined) target.searchParams.set('state', given.state);
  return { to: target.href };
}

/** An organization lets one of its workspaces use the app, or does so no longer; the app hears of it. */
export async function grantTeam(
  world: World,
  outbox: Outbox,
  { team, access, tellsApp }: { team: string; access: boolean; tellsApp: boolean },
): Promise<void> {
  const workspace = world.workspaces.get(team);
  if (!workspace?.enterprise) return;
  const { granted } = workspace.enterprise;
  if (access) granted.add(team);
  const type = access ? 'team_access_granted' : 'team_access_revoked';
  if (tellsApp) await outbox.event(workspace, { type, team_ids: [team], event_ts: nextTs(world) });
  if (!access) granted.delete(team);
}

/** Whoever was signed in on the consent page of this browser. */
const SIGNED_IN = 'slack_user';

/** Where the client is drawn, as the person of this browser has it before them. */
function clientFor({ clientUrl }: World, workspace: Workspace, cookies = ''): string | undefined {
  if (clientUrl === undefined) return undefined;
  const client = new URL(clientUrl);
  const [, ref = ''] = new RegExp(`(?:^|; )${SIGNED_IN}=([^;]+)`).exec(cookies) ?? [];
  const user = findUser(workspace, decodeURIComponent(ref));
  if (user) client.searchParams.set('viewer', user.email);
  return client.href;
}

const membersOf = (world: World, enterprise: string): Workspace[] =>
  [...world.workspaces.values()].filter(one => one.enterprise?.id === enterprise);

const scopesOf = ({ scope = '' }: Record<string, string>): string[] => scope.split(/[ ,]+/).filter(Boolean);

function problemIn(given: Record<string, string>): string | undefined {
  if (given.client_id !== APP.clientId) return 'invalid client_id';
  return scopesOf(given).length === 0 ? 'no_scopes' : undefined;
}

function sent(res: Response, answer: { to: string } | { problem: string }): void {
  if ('to' in answer) res.redirect(302, answer.to);
  else res.status(400).type('text').send(answer.problem);
}

function textsOf(from: unknown): Record<string, string> {
  const given = typeof from === 'object' && from !== null ? Object.entries(from) : [];
  return Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function consentPage(world: World, given: Record<string, string>): string {
  const hidden = Object.entries(given)
    .filter(([name]) => name !== 'team')
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`);
  const places = [...world.workspaces.values(), ...world.enterprises.values()];
  const people = [...world.workspaces.values()].flatMap(({ name, users }) =>
    [...users.values()].filter(isPerson).map(user => ({ id: user.id, name: `${user.realName}, ${name}`, user })),
  );
  const administrator = people.find(({ user }) => user.admin);
  const list = (all: { id: string; name: string }[], chosen?: string) =>
    all.map(
      ({ id, name }) =>
        `<option value="${escapeHtml(id)}"${id === chosen ? ' selected' : ''}>${escapeHtml(name)}</option>`,
    );
  const scopes = scopesOf(given).map(scope => `<li>${escapeHtml(scope)}</li>`);
  return paper(
    'Baton is requesting permission to access a Slack workspace',
    `<form method="post">${hidden.join('')}
<p><label>Workspace <select name="team">${list(places, given.team).join('')}</select></label></p>
<p><label>You are <select name="user">${list(people, administrator?.id).join('')}</select></label></p>
<p>Baton will be able to:</p><ul>${scopes.join('')}</ul>
<button name="allow" value="no">Cancel</button> <button name="allow" value="yes">Allow</button></form>`,
  );
}

const isPerson = ({ bot, deleted }: User): boolean => !bot && !deleted;

const paper = (title: string, body: string): string => standInPage({ vendor: 'Slack', color: '#3b1d3f', title, body });
