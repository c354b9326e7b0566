/** The log-in and consent page: a test passes it as any user (`as=`, `allow=no`), a person presses it. */
import type { Request, Response } from 'express';
import { type Handlers, hostOf } from '../service.ts';
import { escapeHtml, standInPage } from '../stand-in-page.ts';
import type { LoginSettings } from './login-settings.ts';
import type { Org } from './org.ts';
import type { SfRecord } from './store.ts';

export interface Wish {
  clientId: string;
  redirectUri: string;
  state: string | undefined;
  challenge: string | undefined;
}

/** What the page needs of the orgs behind it. */
export interface Behind {
  /** Those that one may log in to at a host. */
  orgs(host: string | undefined): Org[];
  /** Callback address the app always has. */
  callback(): string;
  /** Makes the code that the browser takes back. */
  code(login: { org: Org; userId: string }, wish: Wish): string;
}

/** `GET` shows the page, or passes it at once when `as` says who; `POST` is the page's own form. */
export function loginPage(behind: Behind): Handlers {
  return {
    'GET|POST /services/oauth2/authorize': (req, res) => {
      const body: unknown = req.method === 'GET' ? undefined : req.body;
      const given = typeof body === 'object' && body !== null ? (body as Record<string, string>) : {};
      const query = Object.fromEntries(new URL(req.url, 'http://sandbox').searchParams);
      answer(behind, req.method === 'GET' ? query : given, req, res);
    },
  };
}

function answer(behind: Behind, given: Record<string, string>, req: Request, res: Response) {
  const orgs = behind.orgs(hostOf(req));
  const app = orgs.find(one => one.identity.client.id === given.client_id);
  const redirectUri = given.redirect_uri ?? '';
  if (!app || given.response_type !== 'code') {
    return page(res, 400, 'OAuth Error', 'error=invalid_client_id&error_description=client identifier invalid');
  }
  if (![behind.callback(), ...app.login.callbacks].includes(redirectUri)) {
    // Nobody is sent to an address the app does not list.
    const said = 'error=redirect_uri_mismatch&error_description=redirect_uri must match configuration';
    return page(res, 400, 'OAuth Error', said);
  }
  const back = (answers: Record<string, string>) => {
    const target = new URL(redirectUri);
    for (const [name, value] of Object.entries(answers)) target.searchParams.set(name, value);
    if (given.state !== undefined) target.searchParams.set('state', given.state);
    res.redirect(302, target.href);
  };
  const refuse = (error: string, error_description: string) => back({ error, error_description });
  if (app.login.appBlocked) return refuse('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
  const challenge = given.code_challenge;
  if (app.login.pkceRequired && !challenge) return refuse('invalid_request', 'missing required code challenge');
  if (challenge && given.code_challenge_method !== 'S256') {
    return refuse('invalid_request', 'code challenge method must be S256');
  }
  if (given.as === undefined) return askWho(res, orgs, given);
  const login = loginOf(orgs, given.as);
  if (!login) return page(res, 403, 'Log In', 'Please check your username and password.');
  const { org, user } = login;
  const problem = userProblem(org.login, user);
  if (problem) return page(res, 403, 'Log In', problem);
  if (org.login.appBlocked) return refuse('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
  if (given.allow === 'no') return refuse('access_denied', 'end-user denied authorization');
  const wish = { clientId: app.identity.client.id, redirectUri, state: given.state, challenge };
  back({ code: behind.code({ org, userId: String(user.Id) }, wish) });
}

/** Whoever has this address; it is of one org only. */
function loginOf(orgs: Org[], email: string): { org: Org; user: SfRecord } | undefined {
  for (const org of orgs) {
    const user = [...org.store.all('User')].find(one => one.Email === email);
    if (user) return { org, user };
  }
  return undefined;
}

function userProblem(settings: LoginSettings, user: SfRecord): string | undefined {
  if (user.IsActive !== true) return 'Please check your username and password. Contact your administrator for help.';
  if (settings.passwordExpired.includes(String(user.Email))) return 'Change your password: it has expired.';
  return undefined;
}

function askWho(res: Response, orgs: Org[], given: Record<string, string>): void {
  const hidden = Object.entries(given)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  const options = orgs
    .flatMap(org => [...org.store.all('User')])
    .filter(user => user.IsActive === true)
    .map(user => `<option value="${escapeHtml(user.Email)}">${escapeHtml(user.Name)}</option>`)
    .join('');
  const body = `<p>Baton asks to: manage user data via APIs, perform requests at any time, access the identity URL service.</p>
<form method="post" action="authorize">${hidden}<p><label>Log in as <select name="as">${options}</select></label></p>
<button name="allow" value="no">Deny</button> <button name="allow" value="yes">Allow</button></form>`;
  res.type('html').send(standInPage({ ...VENDOR, title: 'Allow access?', body }));
}

function page(res: Response, status: number, title: string, text: string): void {
  res
    .status(status)
    .type('html')
    .send(standInPage({ ...VENDOR, title, body: `<p>${escapeHtml(text)}</p>` }));
}

const VENDOR = { vendor: 'Salesforce', color: '#032d60' };
