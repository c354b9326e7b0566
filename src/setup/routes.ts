/** Set-up mode over HTTP: the page at `/`, its forms, the answer to Slack's check of the address, and health. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { type Clock, MINUTE } from '../lib/clock.ts';
import { PROOF_PATH } from './address.ts';
import type { Door, Tried } from './one-time-code.ts';
import { codePage, type Step, startingPage, stepPage, type Trouble } from './pages.ts';
import type { SetUpService } from './service.ts';

export interface SetUpRoutes {
  service: SetUpService;
  door: Door;
  clock: Clock;
  /** Everything is there: the process goes on with it. */
  finish: (how: 'install' | 'socket') => void;
  /** Where the browser goes on to once the process has begun anew; undefined: the set-up goes on. */
  startingTowards: () => string | undefined;
}

const form = express.urlencoded({ extended: false, limit: '16kb' });
const COOKIE = 'baton-setup';

export function setUpRoutes(options: SetUpRoutes): Router {
  const { service, door, startingTowards } = options;
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  router.get('/health/live', (_request, response) => void response.json({ live: true }));
  // A platform that asks must send people here, or nobody could set it up.
  router.get('/health/ready', (_request, response) => void response.json({ ready: true, setUp: 'unfinished' }));
  router.get(`${PROOF_PATH}/:nonce`, (request, response) => {
    const proof = service.proofOf(request.params.nonce);
    response
      .status(proof ? 200 : 404)
      .type('text')
      .send(proof ?? 'none');
  });
  router.post('/slack/events', express.raw({ type: () => true, limit: '1mb' }), answerSlack(service));
  router.use((request, response, next) => {
    const to = startingTowards();
    if (to === undefined || request.method !== 'GET') return next();
    response.status(503).set('retry-after', '1').type('html').send(startingPage(to));
  });
  router.get('/', async (request, response) => {
    const wanted = request.query.step;
    await show(request, response, options, wanted === 'socket' || wanted === 'address' ? wanted : undefined);
  });
  router.post('/setup/code', sameSite, form, (request, response) => {
    const tried = door.tryCode(text(request, 'code'));
    if (tried.kind !== 'opened') return void send(response, 403, codePage(SAID[tried.kind](tried), isPlain(request)));
    setCookie(request, response, tried.session);
    response.redirect(303, '/');
  });
  forms(router, options);
  router.use((request, response, next) => {
    if (request.method !== 'GET') return next();
    response.redirect(302, '/');
  });
  return router;
}

/** The forms of whoever has shown the code. */
function forms(router: Router, options: SetUpRoutes): void {
  const { service, door, finish } = options;
  const inside: RequestHandler = (request, response, next) => {
    if (door.sessionUntil(sessionOf(request))) return next();
    send(response, 403, codePage(OUT, isPlain(request)));
  };
  router.post('/setup/keys', sameSite, inside, async (_request, response) => {
    await service.makeKeys();
    response.redirect(303, '/');
  });
  router.post('/setup/address', sameSite, inside, form, async (request, response) => {
    const trouble = await service.saveAddress(text(request, 'address'), text(request, 'anyway') === 'yes');
    if (trouble) return show(request, response, options, 'address', trouble);
    response.redirect(303, '/');
  });
  router.post('/setup/values', sameSite, inside, form, async (request, response) => {
    const [client_id, client_secret, signing_secret] = ['client_id', 'client_secret', 'signing_secret'].map(name =>
      text(request, name),
    ) as [string, string, string];
    if ((await service.step()) !== 'app') return void response.redirect(303, '/');
    const trouble = await service.saveValues({ client_id, client_secret, signing_secret });
    if (trouble) return show(request, response, options, 'app', trouble);
    const { address = '' } = await service.progress();
    finish('install');
    response.redirect(303, `${address}/slack/install`);
  });
  router.post('/setup/socket', sameSite, inside, form, async (request, response) => {
    if ((await service.step()) === 'keys') return void response.redirect(303, '/');
    const tokens = { bot_token: text(request, 'bot_token'), app_token: text(request, 'app_token') };
    const trouble = await service.saveSocket(tokens);
    if (trouble) return show(request, response, options, 'socket', trouble);
    finish('socket');
    response.redirect(303, '/');
  });
}

/** The current step, or the one that is asked for where it may be done already; to strangers the code's. */
async function show(
  request: Request,
  response: Response,
  { service, door, clock }: SetUpRoutes,
  wanted?: Step,
  trouble: Trouble = {},
): Promise<void> {
  const until = door.sessionUntil(sessionOf(request));
  if (!until) return send(response, 200, codePage(undefined, isPlain(request)));
  const [next, progress] = await Promise.all([service.step(), service.progress()]);
  const step = next === 'keys' ? next : (wanted ?? next);
  const minutes = Math.ceil((until.getTime() - clock.now().getTime()) / MINUTE);
  const status = Object.keys(trouble).length > 0 ? 422 : 200;
  send(response, status, stepPage(step, progress, minutes, trouble, isPlain(request)));
}

const send = (response: Response, status: number, html: string): void =>
  void response.status(status).type('html').send(html);

const ASK_TERMINAL = 'Press Enter in the terminal for a new one, or restart Baton.';
const OUT = 'This browser is not known any more. Type the code once more.';

const SAID: Record<Exclude<Tried['kind'], 'opened'>, (tried: Tried) => string> = {
  wrong: tried => {
    const left = tried.kind === 'wrong' ? tried.triesLeft : 0;
    return `That is not the code. ${left === 1 ? 'One try is' : `${left} tries are`} left.`;
  },
  used: () => `That code has been used. ${ASK_TERMINAL}`,
  expired: () => `That code has expired. ${ASK_TERMINAL}`,
  locked: () => `That was one wrong code too many, and the code is no longer good. ${ASK_TERMINAL}`,
};

/** Empty where it is not there. What is pasted often brings blanks along. */
function text(request: Request, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.trim() : '';
}

const isHttps = (request: Request) => request.secure || request.get('x-forwarded-proto') === 'https';

/** What is pasted would cross a network as it is. */
function isPlain(request: Request): boolean {
  const isHere = /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '');
  return !isHttps(request) && !(isHere && request.get('x-forwarded-for') === undefined);
}

/** `__Host-` binds the cookie to this host alone; browsers keep one of that name only over https. */
function setCookie(request: Request, response: Response, session: string): void {
  const name = isHttps(request) ? `__Host-${COOKIE}` : COOKIE;
  response.cookie(name, session, { httpOnly: true, sameSite: 'strict', secure: isHttps(request), path: '/' });
}

function sessionOf(request: Request): string {
  const name = isHttps(request) ? `__Host-${COOKIE}` : COOKIE;
  const parts = (request.get('cookie') ?? '').split(/;\s*/);
  return parts.find(part => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** Beside the cookie's SameSite: what browsers say themselves of where a form was. */
const sameSite: RequestHandler = (request, response, next) => {
  const from = request.get('sec-fetch-site');
  if (from === undefined || from === 'same-origin' || from === 'none') return next();
  send(response, 403, codePage('That came from another site. Open this page itself.', isPlain(request)));
};

const LONGEST_CHALLENGE = 200;

/** Slack's check of the request address, before there is a secret to verify it with; for the rest it is too early. */
function answerSlack(service: SetUpService): RequestHandler {
  return async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const challenge = challengeIn(body);
    if (challenge === undefined) {
      response.status(503).set('retry-after', '60').type('text').send('Baton is not set up yet.');
      return;
    }
    const timestamp = Number(request.get('x-slack-request-timestamp'));
    await service.heard({ body, signature: request.get('x-slack-signature') ?? '', timestamp });
    response.type('text').send(challenge);
  };
}

function challengeIn(body: string): string | undefined {
  try {
    const { type, challenge } = JSON.parse(body) as Record<string, unknown>;
    if (type !== 'url_verification' || typeof challenge !== 'string') return undefined;
    return challenge.length <= LONGEST_CHALLENGE ? challenge : undefined;
  } catch {
    return undefined;
  }
}
