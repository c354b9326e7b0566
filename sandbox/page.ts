/** The demo's page and the little API behind it: the page has one origin, and reaches no more of the sandbox than this. */
import { fileURLToPath } from 'node:url';
import express, { type Request, type Response, Router } from 'express';
import type { TimelineEntry } from '../src/domain/timeline.ts';
import { MINUTE } from '../src/lib/clock.ts';
import { CRM_NAMES, type DemoCrm, isOf, linesOf } from './demo-crm.ts';
import { burst, type CastMember, type Control, cast } from './leads.ts';

/** A line of the list of leads. */
export interface LeadSummary {
  handoffId: string;
  name: string;
  email: string;
  company?: string;
  state: string;
  priority: string;
  score?: number;
  rep?: string;
  crossedAt: string;
  seenAt: string;
  deliveredAt?: string;
  recordState: string;
}

export interface DemoDeps {
  sandboxUrl: string;
  now(): Date;
  /** Lets so many milliseconds pass at once. */
  move(milliseconds: number): void;
  leads(): Promise<LeadSummary[]>;
  story(handoffId: string): Promise<TimelineEntry[]>;
  /** Whose leads stand beside Slack; Salesforce's when left out. */
  crm?: DemoCrm;
  /** The page's own path: Baton's landing page stands at `/` where workspaces install it. `/` when left out. */
  at?: '/demo';
  /** What to do, until the first lead is handed off. */
  hint?: string;
  /** Whom the buttons send; the whole cast when left out. */
  cast?: readonly CastMember['key'][];
}

const STATIC = fileURLToPath(new URL('page/', import.meta.url));
const BURST = 50;
/** A week: further no step of the example's playbook lies ahead. */
const MOST_MINUTES = 7 * 24 * 60;
const UUID = /^[0-9a-f-]{36}$/;

/** Machines without an emoji font would draw empty boxes. */
const EMOJI_FONT = fileURLToPath(import.meta.resolve('twemoji-colr-font/twemoji.woff2'));

/** Serves the page, and its API under `/demo/api`. */
export function demoPage(deps: DemoDeps): Router {
  const router = Router();
  const at = deps.at ?? '/';
  // It has scripts and a style sheet, of its own address; Baton's own pages have none.
  router.use(at, (_request, response, next) => {
    response.set(
      'content-security-policy',
      "default-src 'self'; img-src 'self' data: http:; style-src 'self' 'unsafe-inline'",
    );
    next();
  });
  // The story has been played once when the page opens: what a button sends is somebody new.
  let round = 1;
  const post = control(deps.sandboxUrl);
  router.use(at, express.static(STATIC));
  router.get('/demo/emoji.woff2', (_request, response) => response.sendFile(EMOJI_FONT));
  router.get('/demo/api/cast', (_request, response) => {
    response.json({
      cast: castOf(deps).map(({ key, label, describe }) => ({ key, label, describe })),
      hint: deps.hint,
    });
  });
  router.get('/demo/api/state', async (request, response) => {
    response.json(await state(deps, String(request.query.place ?? ''), String(request.query.viewer ?? '')));
  });
  router.get('/demo/api/story/:id', async (request, response) => {
    const { id } = request.params;
    if (!UUID.test(id)) return void response.status(404).json({ error: 'There is no such lead.' });
    response.json({ story: await deps.story(id) });
  });
  router.post('/demo/api/lead', express.json(), async (request: Request, response: Response) => {
    round += 1;
    const person = castOf(deps, round).find(one => one.key === request.body?.which);
    if (!person) return void response.status(400).json({ error: 'There is nobody of that name in the cast.' });
    await person.seed(post);
    await person.cross(post);
    response.json({ email: person.email });
  });
  router.post('/demo/api/burst', async (_request, response) => {
    await burst(post, BURST, deps.now());
    response.json({ sent: BURST });
  });
  router.post('/demo/api/clock', express.json(), (request: Request, response: Response) => {
    const minutes: unknown = request.body?.minutes;
    if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= MOST_MINUTES)) {
      return void response.status(400).json({ error: `Let 1 to ${MOST_MINUTES} minutes pass.` });
    }
    deps.move(minutes * MINUTE);
    response.json({ now: deps.now().toISOString() });
  });
  router.post('/demo/api/act', express.json(), async (request: Request, response: Response) => {
    try {
      response.json(await post('/_sandbox/slack/act', request.body));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const [, field] = /^the form cannot be submitted: ([^/]+)\/.* is required$/.exec(error.message) ?? [];
      if (field === undefined) return void response.status(400).json({ error: error.message });
      // What Slack's own client says at the field, before anything is sent.
      response.json({ outcome: 'errors', body: { errors: { [field]: 'Please complete this required field.' } } });
    }
  });
  return router;
}

const castOf = ({ now, cast: only, crm = 'salesforce' }: DemoDeps, round?: number): CastMember[] =>
  cast(now(), round).filter(one => (only?.includes(one.key) ?? true) && isOf(crm, one));

/** What the stand-in finds cannot be done, in its words. */
class Refused extends Error {}

function control(base: string): Control {
  return async (path, body) => {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.status === 400) throw new Refused((JSON.parse(text) as { error?: string }).error ?? text);
    if (!answer.ok) throw new Error(`the sandbox refused ${path}: ${text}`);
    return JSON.parse(text || '{}') as Record<string, unknown>;
  };
}

/** Everything the page shows, in one answer, so that one moment is shown everywhere. */
async function state(deps: DemoDeps, place: string, viewer: string): Promise<Record<string, unknown>> {
  const where: Record<string, string> = place.startsWith('#') ? { channel: place, user: viewer } : { user: viewer };
  const { crm = 'salesforce', sandboxUrl } = deps;
  const ask = async <T>(path: string) => (await (await fetch(`${sandboxUrl}${path}`)).json()) as T;
  const get = (path: string) => ask<Record<string, unknown>>(path);
  const [slack, views, contacts, leads, handoffs] = await Promise.all([
    get(`/_sandbox/slack/messages?${new URLSearchParams(where)}`),
    get(`/_sandbox/slack/views?${new URLSearchParams({ user: viewer })}`),
    get('/_sandbox/hubspot/contacts'),
    linesOf[crm](ask, sandboxUrl),
    deps.leads(),
  ]);
  return {
    now: deps.now().toISOString(),
    slack,
    modal: views.modal,
    home: views.home,
    contacts,
    crm: { name: CRM_NAMES[crm], leads },
    handoffs,
  };
}
