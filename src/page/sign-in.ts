/** How people come in to the shared page and go out again: links from Slack, Sign in with Slack, Sign out. */
import express, { type Response, type Router } from 'express';
import { type BrowserCookie, browserCookie, text } from '../http/browser-cookie.ts';
import { DAY } from '../lib/clock.ts';
import { derivedSecret, randomToken } from '../lib/crypto.ts';
import { html, type Markup } from '../lib/markup.ts';
import type { PageAccess, TicketLooked } from '../workspaces/page-access.ts';
import type { PageLogin, PageLoginEnd } from '../workspaces/page-login.ts';
import { framed, shortMain } from './frame.ts';
import { formToken, isOwnForm } from './guard.ts';

const LARGEST_FORM = '8kb';
/** The server ends sessions before; a browser need not keep more. */
const COOKIE_LIVES = 7 * DAY;

export interface SignInOptions {
  access: PageAccess;
  publicUrl: string;
  /** Sign in with Slack; absent where Baton has no id and secret at Slack. */
  login?: PageLogin | undefined;
}

export const sessionCookie = (publicUrl: string): BrowserCookie => browserCookie('baton', publicUrl, COOKIE_LIVES);

/**
 * GET /page/enter shows whose link it is and uses nothing up; the button uses it, in the browser that was shown it: nobody
 * is signed in as somebody else by a page that posts in their name.
 */
export function signInRoutes({ access, publicUrl, login }: SignInOptions): Router {
  const router = express.Router();
  const session = sessionCookie(publicUrl);
  const entering = browserCookie('baton_enter', publicUrl);
  const form = express.urlencoded({ extended: false, limit: LARGEST_FORM });

  router.get('/enter', async (request, response) => {
    const ticket = text(request.query, 'ticket');
    const looked = await access.look(ticket);
    const browser = entering.read(request) || randomToken();
    if (looked.kind === 'ready') entering.set(response, browser);
    sendEnter(response, looked, ticket, derivedSecret(browser, ticket));
  });

  router.post('/enter', form, async (request, response) => {
    const ticket = text(request.body, 'ticket');
    const browser = entering.read(request);
    const isShown = isOwnForm(request, text(request.body, 'token'), browser && derivedSecret(browser, ticket));
    if (!isShown) return void send(response, 403, OTHER_BROWSER);
    const entered = await access.enter(ticket);
    if (entered.kind !== 'entered') return sendEnter(response, entered, ticket, '');
    entering.clear(response);
    session.set(response, entered.secret);
    response.redirect(303, entered.path);
  });

  router.post('/sign-out', form, async (request, response) => {
    const secret = session.read(request);
    if (!isOwnForm(request, text(request.body, 'token'), secret && formToken(secret))) {
      return void send(response, 403, STALE_FORM);
    }
    await access.end(secret);
    session.clear(response);
    response.redirect(303, '/page/signed-out');
  });

  router.get('/signed-out', (_request, response) => {
    const title = 'You are signed out';
    send(response, 200, {
      title,
      main: shortMain(title, ['To come back, press Open in Baton in Slack.'], signInLink(login)),
    });
  });
  if (login) router.use('/sign-in', slackRoutes({ login, publicUrl, session }));
  return router;
}

/** GET /page/sign-in/slack leaves for Slack's page, GET /page/sign-in/callback is where Slack sends browsers back to. */
function slackRoutes({ login, publicUrl, session }: { login: PageLogin; publicUrl: string; session: BrowserCookie }) {
  const router = express.Router();
  const journey = browserCookie('baton_sign_in', publicUrl);
  router.get('/slack', async (request, response) => {
    const browser = journey.read(request) || randomToken();
    const to = await login.begin(browser, ownPath(text(request.query, 'to')));
    journey.set(response, browser);
    response.redirect(302, to);
  });
  router.get('/callback', async (request, response) => {
    const end = await login.comeBack(new URL(request.originalUrl, publicUrl), journey.read(request));
    if (end.kind !== 'entered') return void send(response, ...loginEnd(end.kind));
    session.set(response, end.secret);
    response.redirect(303, end.path);
  });
  return router;
}

const LONGEST_PATH = 2_000;

/** A path of the shared page, or its beginning: nobody is led elsewhere. */
function ownPath(given: string): string {
  const here = 'http://page';
  if (given.length > LONGEST_PATH || !URL.canParse(given, here)) return START;
  const { origin, pathname, search } = new URL(given, here);
  return origin === here && pathname.startsWith(START) ? pathname + search : START;
}

const START = '/page/';

const signInLink = (login: PageLogin | undefined, to = '/page/'): Markup | undefined =>
  login &&
  html`<p class="acts"><a class="btn go" href="/page/sign-in/slack?${new URLSearchParams({ to }).toString()}">Sign in with Slack</a></p>`;

function loginEnd(kind: Exclude<PageLoginEnd['kind'], 'entered'>): [status: number, page: Short] {
  const [status, title, sentence] = LOGIN_ENDS[kind];
  const again = html`<p class="acts"><a class="btn" href="/page/sign-in/slack">Sign in with Slack</a></p>`;
  return [status, { title, main: shortMain(title, [sentence], again) }];
}

const LOGIN_ENDS = {
  unknown: [404, 'No such sign-in', 'It began long ago, or never here. Begin again.'],
  used: [410, 'This sign-in has been used', 'Each one signs a browser in once. Begin again.'],
  expired: [410, 'That took longer than ten minutes', 'Nothing was changed. Begin again.'],
  wrong_browser: [403, 'Another browser began this', 'Finish in the browser in which you began, with cookies allowed.'],
  denied: [403, 'You chose not to sign in', 'Nothing was changed.'],
  no_workspace: [
    403,
    'Baton is not in that Slack workspace',
    'Sign in to one that uses Baton, or ask whoever looks after yours to add it.',
  ],
  refused: [
    403,
    'Slack did not sign you in',
    'Begin again. If it stays so, whoever runs Baton finds the reason in its log.',
  ],
  no_answer: [502, 'Slack does not answer', 'Nothing was changed. Try again in a minute.'],
} as const satisfies Record<Exclude<PageLoginEnd['kind'], 'entered'>, readonly [number, string, string]>;

interface Short {
  title: string;
  main: Markup;
}

export function send(response: Response, status: number, page: Short): void {
  response.status(status).type('html').send(framed(page));
}

function sendEnter(response: Response, looked: TicketLooked, ticket: string, token: string): void {
  if (looked.kind !== 'ready') {
    const [status, page] = NO_LINK[looked.kind];
    send(response, status, page);
    return;
  }
  const title = `Sign in as ${looked.name}`;
  const button = html`<form method="post" action="/page/enter"><input type="hidden" name="ticket" value="${ticket}"><input type="hidden" name="token" value="${token}"><p class="acts"><button class="go">Open Baton</button></p></form>`;
  const sentences = [
    `You will see the leads of ${looked.workspace} that ${looked.name} may see.`,
    'If that is not you, close this page: the link was meant for somebody else.',
  ];
  send(response, 200, { title, main: shortMain(title, sentences, button) });
}

const NEW_LINK = 'Press Open in Baton in Slack for a new one.';

function short(title: string, ...sentences: string[]): Short {
  return { title, main: shortMain(title, sentences) };
}

const NO_LINK = {
  used: [410, short('This link has been used', `Each link signs one browser in, once. ${NEW_LINK}`)],
  expired: [410, short('This link has expired', `A link is good for ten minutes. ${NEW_LINK}`)],
  unknown: [404, short('No such link', `It is none of Baton’s, or it was cut short on its way. ${NEW_LINK}`)],
} as const satisfies Record<string, readonly [number, Short]>;

const OTHER_BROWSER = short(
  'Another browser was shown this link',
  'Open the link from Slack in this browser, with cookies allowed, and press Open Baton there. Nothing was used up.',
);
export const STALE_FORM = short(
  'That page was too old',
  'Nothing was changed. Go back, load the page again, and press the button once more.',
);

/** Nobody is signed in. `to`: what they wanted to see. */
export function notSignedIn(login: PageLogin | undefined, to: string): Short {
  const title = 'Sign in from Slack';
  const sentence =
    'Press Open in Baton in Slack: on Baton’s Home tab, in the details of a lead, or under an answer or a report. The link signs you in.';
  return { title, main: shortMain(title, [sentence], signInLink(login, to)) };
}

/** Signed in at Slack, and shown no lead. */
export function outsiderPage(workspace: string, admins: readonly string[]): Short {
  const who = admins.length > 0 ? `Ask ${admins.join(' or ')}` : 'Ask whoever installed Baton';
  return short(
    'You are not in Baton’s playbook',
    `Leads of ${workspace} are shown to the people of its playbook and to its viewers.`,
    `${who} to add you: to people if you work leads, to viewers if you only look.`,
  );
}
