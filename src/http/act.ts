/** The page behind the links in a rep's mail: shows the lead, and does what is pressed. */
import express, { type Request, type Response, type Router } from 'express';
import { claimByMail, logCallByMail, type Opened, openMailLink } from '../handoff/actions/act-by-mail.ts';
import { CALL_OUTCOMES, type CallNotes, type CallOutcome } from '../handoff/commands.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { randomToken } from '../lib/crypto.ts';
import { actPage, refusedWords, type Tried } from './act-page.ts';

const TOKEN = /^[\w-]{20,100}$/;
/** What a form is known by when it is sent twice. */
const FORM = /^[\w-]{10,40}$/;
const STATUS: Record<Opened['kind'], number> = { unknown: 404, expired: 410, foreign: 200, closed: 200, open: 200 };

/**
 * GET shows and changes nothing, since mail scanners follow links; POST does what was pressed and leads back to GET, which
 * shows it done. The token is all the proof there is: no cookie, no log-in.
 */
export function actPages(deps: Deps): Router {
  const router = express.Router();
  router.get('/act/:token', async ({ params: { token } }, response) => {
    show(response, token, await opened(deps, token));
  });
  router.post('/act/:token', express.urlencoded({ extended: false, limit: '32kb' }), async (request, response) => {
    await act(deps, request, response, String(request.params.token));
  });
  return router;
}

const opened = async (deps: Deps, token: string): Promise<Opened> =>
  TOKEN.test(token) ? openMailLink(deps, token) : { kind: 'unknown' };

function show(response: Response, token: string, found: Opened, tried?: Tried): void {
  response
    .status(tried ? 409 : STATUS[found.kind])
    .set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
    .type('html')
    .send(actPage(found, { token, form: tried?.form ?? randomToken(12), tried }));
}

async function act(deps: Deps, { body }: Request, response: Response, token: string): Promise<void> {
  const found = await opened(deps, token);
  if (found.kind !== 'open') return show(response, token, found);
  const sent = fieldsOf(body);
  const form = FORM.test(sent.form ?? '') ? (sent.form ?? '') : randomToken(12);
  const refused = sent.do === 'claim' ? await tryClaim(deps, found) : await tryCall(deps, found, sent, form);
  if (refused === undefined) return response.redirect(303, `/act/${token}`);
  show(response, token, await opened(deps, token), { ...refused, form, sent });
}

type OpenLead = Extract<Opened, { kind: 'open' }>;
type Refused = Pick<Tried, 'why' | 'field'>;

async function tryClaim(deps: Deps, lead: OpenLead): Promise<Refused | undefined> {
  const outcome = await claimByMail(deps, lead);
  if (outcome.kind === 'claimed' || (outcome.kind === 'taken' && outcome.yours)) return undefined;
  return { why: outcome.kind === 'taken' ? `${outcome.by} claimed this lead first.` : refusedWords(outcome) };
}

async function tryCall(
  deps: Deps,
  { link }: OpenLead,
  sent: Record<string, string | undefined>,
  form: string,
): Promise<Refused | undefined> {
  if (sent.do !== 'call') return { why: 'Nothing was chosen. Press one of the buttons.' };
  const read = callIn(sent);
  if ('why' in read) return read;
  const outcome = await logCallByMail(deps, link, form, read);
  if (outcome.kind === 'done') return undefined;
  return { why: refusedWords(outcome), ...(outcome.kind === 'unfit' && { field: outcome.field }) };
}

function callIn({ outcome, minutes, notes }: Record<string, string | undefined>): CallNotes | Refused {
  if (!outcome || !Object.hasOwn(CALL_OUTCOMES, outcome)) return { why: 'Say how the call went.', field: 'outcome' };
  const long = minutes?.trim();
  if (long && !/^\d{1,4}$/.test(long)) return { why: 'Write whole minutes, such as 5.', field: 'minutes' };
  return {
    outcome: outcome as CallOutcome,
    direction: 'outbound',
    ...(long && { minutes: Number(long) }),
    ...(notes?.trim() && { notes }),
  };
}

/** A field that was sent twice, or as anything but text, was not sent. */
function fieldsOf(body: unknown): Record<string, string | undefined> {
  const given = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return Object.fromEntries(given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
