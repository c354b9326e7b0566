/** The shared page at /page/: who may come in, which part is asked for, and what is answered. */
import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import { isPassing } from '../db/conflict.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Queries } from '../handoff/queries/queries.ts';
import { toError } from '../lib/errors.ts';
import { html } from '../lib/markup.ts';
import type { AskedBy } from '../reports/compile.ts';
import { askedBy, type Questions } from '../reports/questions.ts';
import type { PageAccess, Visitor } from '../workspaces/page-access.ts';
import type { PageLogin } from '../workspaces/page-login.ts';
import { framed, MARK, STYLE, shortMain } from './frame.ts';
import { formToken, pacer, pageHeaders, tooMany } from './guard.ts';
import { chart, FILES, PARTS } from './page-parts.ts';
import { zoneWords } from './pieces/page-words.ts';
import { notSignedIn, outsiderPage, send, sessionCookie, signInRoutes } from './sign-in.ts';
import { type File, keeper, type Shown, type Visiting } from './visiting.ts';

export interface SharedPageOptions {
  deps: Deps;
  access: PageAccess;
  queries: Queries;
  questions: Questions;
  /** Sign in with Slack; absent where Baton has no id and secret there. */
  login?: PageLogin | undefined;
}

const PAGES_A_MINUTE = 60;
/** A page may have two. */
const CHARTS_A_MINUTE = 2 * PAGES_A_MINUTE;
/** What changes with Baton's version alone has its version in its address. */
const FOR_A_YEAR = 'public, max-age=31536000, immutable';

export function sharedPage(options: SharedPageOptions): Router {
  const { deps, access } = options;
  const router = express.Router();
  const page = express.Router();
  router.use('/page', page);
  page.use(pageHeaders(deps.publicUrl));
  page.get('/page.css', (_request, response) => {
    response.set('cache-control', FOR_A_YEAR).type('css').send(STYLE);
  });
  page.get('/mark.svg', (_request, response) => {
    response.set('cache-control', FOR_A_YEAR).set('content-security-policy', PICTURE).type('svg').send(MARK);
  });
  page.use(signInRoutes({ access, publicUrl: deps.publicUrl, login: options.login }));
  page.use(visits(options));
  page.use(failed(deps));
  return router;
}

/** A picture brings its own style, runs nothing and loads nothing. */
const PICTURE = "default-src 'none'; style-src 'unsafe-inline'";

interface Came {
  visitor: Visitor;
  secret: string;
}

function visits(options: SharedPageOptions): Router {
  const { deps, access } = options;
  const router = express.Router();
  const cookie = sessionCookie(deps.publicUrl);
  const pace = pacer(deps.clock, PAGES_A_MINUTE);
  const drawing = pacer(deps.clock, CHARTS_A_MINUTE);
  const keep = keeper(deps.clock);
  const making = new Set<string>();

  /** Undefined: it was answered. */
  async function come(request: Request, response: Response, counted = pace): Promise<Came | undefined> {
    const secret = cookie.read(request);
    const visit = await access.visit(secret);
    if (visit.kind === 'nobody') {
      send(response, 401, notSignedIn(options.login, request.originalUrl));
      return undefined;
    }
    if (visit.kind === 'outsider') {
      send(response, 403, outsiderPage(visit.workspace, visit.admins));
      return undefined;
    }
    const wait = counted(secret);
    if (wait > 0) {
      const seconds = tooMany(response, wait);
      response.type('html').send(framed(slowDown(seconds)));
      return undefined;
    }
    const { requester } = visit.visitor;
    deps.log.info(
      { workspaceId: requester.workspaceId, slackUserId: requester.slackUserId, path: request.path },
      'the shared page is looked at',
    );
    return { visitor: visit.visitor, secret };
  }

  function visitingOf(request: Request, { visitor }: Came): Visiting {
    const { actor, playbook, requester } = visitor;
    const by: AskedBy = askedBy(deps, requester.workspaceId, actor, playbook);
    const { searchParams: query } = new URL(request.originalUrl, 'http://page');
    return { ...options, visitor, by, query, kept: keep(by) };
  }

  function show(response: Response, came: Came, visiting: Visiting, shown: Shown): void {
    const { title, main, place, filters, query, status = 200 } = shown;
    const zoneName = zoneWords(visiting.by.zone, visiting.by.now);
    const token = formToken(came.secret);
    const whole = framed({ title, main, visitor: came.visitor, token, place, kept: query, filters, zoneName });
    response.status(status).type('html').send(whole);
  }

  router.get('/chart.svg', async (request, response) => {
    const came = await come(request, response, drawing);
    if (!came) return;
    const svg = await chart(visitingOf(request, came));
    if (svg === undefined) return void response.status(404).end();
    response.set('content-security-policy', PICTURE).type('svg').send(svg);
  });
  for (const [path, part] of Object.entries(PARTS)) {
    router.get(path, async (request, response) => {
      const came = await come(request, response);
      if (!came) return;
      const visiting = visitingOf(request, came);
      show(response, came, visiting, (await part(visiting, paramsOf(request))) ?? NOT_HERE);
    });
  }
  for (const [path, file] of Object.entries(FILES)) {
    router.get(path, async (request, response) => {
      const came = await come(request, response);
      if (!came) return;
      // A file may be of fifty thousand leads: one at a time for whoever asks.
      if (making.has(came.secret))
        return void response.status(429).set('retry-after', '5').type('html').send(framed(OTHER_FILE));
      making.add(came.secret);
      try {
        const visiting = visitingOf(request, came);
        const made = await file(visiting);
        if ('bytes' in made) sendFile(response, made);
        else show(response, came, visiting, made);
      } finally {
        making.delete(came.secret);
      }
    });
  }
  router.use(async (request, response) => {
    const came = await come(request, response);
    if (came) show(response, came, visitingOf(request, came), NOT_HERE);
  });
  return router;
}

const paramsOf = ({ params }: Request): Record<string, string> => params as Record<string, string>;

function sendFile(response: Response, { name, bytes }: File): void {
  response
    .set('content-disposition', `attachment; filename="${name}"`)
    .type('text/csv; charset=utf-8')
    .send(Buffer.from(bytes));
}

/** The same words for what never was, and for what is somebody else's. */
const NOT_HERE: Shown = {
  title: 'There is nothing here for you',
  main: shortMain(
    'There is nothing here for you',
    ['The link may be old, or the lead another team’s.'],
    html`<p class="acts"><a class="btn" href="/page/">Overview</a></p>`,
  ),
  status: 404,
};

const OTHER_FILE = {
  title: 'Your other file comes first',
  main: shortMain('Your other file comes first', ['It is still being made. Try again in a few seconds.']),
};

function slowDown(seconds: number) {
  const title = 'That was a lot at once';
  return { title, main: shortMain(title, [`Try again in ${seconds} s.`]) };
}

/** The last word on a part that failed: what it means for whoever reads it, and a reference that is in the log too. */
function failed({ log }: Deps): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = toError(thrown);
    const reference = randomUUID().slice(0, 8);
    const isPassed = isPassing(error);
    log.error({ err: error, reference, path: request.path }, 'a part of the shared page failed');
    const title = isPassed ? 'Baton cannot show this just now' : 'That went wrong here, not with you';
    const sentence = isPassed
      ? 'Try again in a moment.'
      : 'It was noted. Try again; if it stays so, tell whoever runs Baton the reference below.';
    if (isPassed) response.set('retry-after', '5');
    const main = shortMain(title, [sentence], html`<p><small>Reference ${reference}</small></p>`);
    response
      .status(isPassed ? 503 : 500)
      .type('html')
      .send(framed({ title, main }));
  };
}
