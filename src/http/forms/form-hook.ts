/**
 * Forms on their way in: from pages, with the form key that everybody can read, and from servers and tools, with the hook
 * key. And the script that pages load.
 */
import express, { type Express, type Request, type Response, type Router } from 'express';
import { fieldsOf, parseBody } from '../../domain/form/body.ts';
import { CONTROL } from '../../domain/form/submission.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { MINUTE } from '../../lib/clock.ts';
import { BadInput } from '../../lib/errors.ts';
import { hookRequest } from '../hook-request.ts';
import type { Door } from '../hooks.ts';
import { tellRefusedDelivery } from '../refused-delivery.ts';
import { appBehind } from '../server.ts';
import type { SignalIntake } from '../signal-intake.ts';
import { refuse, tooMany, wayBack } from './answer.ts';
import { type FormKeys, formKeys } from './form-keys.ts';
import { allowOrigin, fromPage } from './from-page.ts';
import { limiter, signedTime, visitorAt } from './guard.ts';
import { keepForms, plainBody, SENDER } from './receive.ts';
import { type PageEmbed, snippet } from './snippet.ts';

/** A long form with long answers; files have no place in it. */
const LARGEST_FORM = '100kb';
/** Of one network address, each minute: an office behind one address fills in fewer. */
const MOST_OF_ADDRESS = 20;
/** Of one workspace's pages, each minute and process: a launch brings fewer, a flood more. */
const MOST_OF_KEY = 300;
/** Seconds after which browsers ask for the script again. */
const SCRIPT_KEPT = 300;

export interface FormHookOptions extends Door {
  /** Vendors whose embedded forms the script hears. */
  embeds: readonly PageEmbed[];
  /** Addresses or networks of proxies outside the private ones, with commas between. */
  proxies?: string | undefined;
}

/**
 * POST /hooks/:key/form and GET /form.js?key=. A form that counts costs one round trip, for what is stored; one too many
 * from an address costs none.
 */
export function formHooks(deps: Deps, { embeds, proxies = '', intake, keys: hookKeys }: FormHookOptions): Router {
  const app = appBehind(proxies);
  const keys = formKeys(deps);
  pageRoutes(app, { deps, keys, embeds });
  const raw = express.raw({ type: () => true, limit: LARGEST_FORM });
  const { clock } = deps;
  const perAddress = limiter({ most: MOST_OF_ADDRESS, within: MINUTE, clock });
  const perKey = limiter({ most: MOST_OF_KEY, within: MINUTE, clock });

  app.post('/hooks/:key/form', async (request, response, next) => {
    const key = String(request.params.key);
    if (!perAddress.admits(visitorAt(`${request.ip}`)) && (await isOfPages(key))) return tooMany(request, response);
    const formKey = await keys.of(key);
    if (!formKey) return next();
    const given = { deps, intake, admits: () => perKey.admits(key) };
    raw(request, response, error => {
      if (error) next(error);
      else void fromPage(given, formKey, request, response).catch(next);
    });
  });
  app.post('/hooks/:key/form', raw, async (request, response) => {
    const workspace = await hookKeys.of(String(request.params.key));
    if (workspace) return fromServer({ deps, intake }, workspace.id, request, response);
    refuse(request, response, 401, 'This form address is not known. Copy it again from the set-up.');
  });
  return app;

  /** Tools deliver many forms from one address: only pages are counted by it. A key that is not known is nobody's. */
  async function isOfPages(key: string): Promise<boolean> {
    return keys.isKnown(key) || !(await hookKeys.of(key));
  }
}

/** What a page asks for before it sends anything. */
function pageRoutes(app: Express, given: { deps: Deps; keys: FormKeys; embeds: readonly PageEmbed[] }): void {
  const { deps, keys, embeds } = given;
  app.get('/form.js', async (request, response) => {
    const key = String(request.query.key ?? '');
    const formKey = await keys.of(key);
    // Without it browsers keep other sites from loading it.
    response.type('text/javascript').set('cross-origin-resource-policy', 'cross-origin');
    if (!formKey) return void response.status(404).send('// This form key is not known. Copy the snippet again.\n');
    const address = `${deps.publicUrl}/hooks/${encodeURIComponent(key)}/${SENDER}`;
    const time = signedTime(deps.clock.now(), formKey.signingKey);
    response.set('cache-control', `public, max-age=${SCRIPT_KEPT}`).send(snippet({ address, time, embeds }));
  });
  app.options('/hooks/:key/form', async (request, response) => {
    const formKey = await keys.of(String(request.params.key));
    if (formKey) await allowOrigin(deps, formKey.workspaceId, request, response);
    response.set({ 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': 'POST' });
    response.set('access-control-max-age', '600').status(204).end();
  });
}

/** Whoever knows the hook key is trusted; no browser should. */
async function fromServer(
  { deps, intake }: { deps: Deps; intake: SignalIntake },
  workspaceId: string,
  request: Request,
  response: Response,
): Promise<void> {
  const now = deps.clock.now();
  const [{ playbook }, { sources }] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  try {
    const body = await plainBody(request);
    const signals = sources[SENDER]?.read({ ...hookRequest(request, deps.publicUrl), body }, now) ?? [];
    const stored = await keepForms(intake, workspaceId, signals, now);
    const fields = fieldsOf(parseBody(body, request.get('content-type')));
    const to = wayBack(fields[CONTROL.redirect], request.get('origin'), playbook.capture.allowed_origins);
    if (to !== undefined) return response.redirect(303, to);
    response.status(200).json({ received: signals.length, new: stored });
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    await tellRefusedDelivery(deps, workspaceId, { vendor: SENDER, kind: 'unreadable', why: error.message });
    refuse(request, response, 400, error.message);
  }
}
