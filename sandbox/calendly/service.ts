/** A stand-in of Calendly: links that can be booked once, and signed webhooks about who booked. */
import { createHmac, randomUUID } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Handler, Handlers, SandboxContext, ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';

/** A story that wants it sets CALENDLY_TOKEN to this. */
export const CALENDLY_TOKEN = 'sandbox-calendly-token';
const HOST = 'https://api.calendly.com';
const ORGANIZATION = `${HOST}/organizations/ORG1`;
const PAGE = 2;

interface Subscription {
  uri: string;
  callback_url: string;
  state: 'active' | 'disabled';
  events: string[];
  signingKey: string;
}

interface Invitee {
  uri: string;
  email: string;
  name: string;
  start: string;
  host: string;
  content: string | null;
}

const bookInput = z.strictObject({
  email: z.string(),
  name: z.string().default('Lee Thompson'),
  host: z.string(),
  start: z.string(),
  /** The link that was booked through; without one somebody came to the public page. */
  link: z.string().optional(),
});
const eventTypeInput = z.strictObject({ scheduling_url: z.string(), name: z.string().default('Intro') });

export const calendly: ServiceFactory = context => {
  let types: { uri: string; scheduling_url: string; name: string }[] = [];
  let subscriptions: Subscription[] = [];
  let links = new Set<string>();
  let invitees = new Map<string, Invitee>();
  let isPaid = true;
  const reset = () => {
    [types, subscriptions, links, invitees, isPaid] = [[], [], new Set(), new Map(), true];
  };

  const handlers: Handlers = {
    'GET /users/me': known(
      (_req, res) => void res.json({ resource: { uri: `${HOST}/users/AAAA`, current_organization: ORGANIZATION } }),
    ),
    'GET /event_types': known(({ query }, res) => {
      if (query.organization !== ORGANIZATION)
        return refuse(res, 403, 'Permission Denied', 'You do not have permission');
      const from = Number(query.page_token ?? 0);
      const next = from + PAGE < types.length ? String(from + PAGE) : null;
      res.json({ collection: types.slice(from, from + PAGE), pagination: { count: PAGE, next_page_token: next } });
    }),
    'POST /scheduling_links': known(({ body }, res) => {
      const type = types.find(({ uri }) => uri === body?.owner);
      if (body?.max_event_count !== 1 || body.owner_type !== 'EventType') {
        return refuse(res, 400, 'Invalid Argument', 'max_event_count must be 1');
      }
      if (!type) return refuse(res, 404, 'Resource Not Found', 'The server could not find the requested resource.');
      const link = `https://calendly.com/d/${randomUUID().slice(0, 7)}/intro`;
      links.add(link);
      res.status(201).json({ resource: { booking_url: link, owner: body.owner, owner_type: 'EventType' } });
    }),
    'GET /webhook_subscriptions': known(({ query }, res) => {
      if (query.organization !== ORGANIZATION || query.scope !== 'organization') {
        return refuse(res, 400, 'Invalid Argument', 'organization and scope are needed');
      }
      const collection = subscriptions.map(({ signingKey: _secret, ...one }) => one);
      res.json({ collection, pagination: { count: collection.length, next_page_token: null } });
    }),
    'POST /webhook_subscriptions': known(({ body }, res) => {
      if (!isPaid) return refuse(res, 403, 'Permission Denied', 'Please upgrade your Calendly account to Standard');
      const { url, events, organization, scope, signing_key: signingKey } = body ?? {};
      if (organization !== ORGANIZATION || scope !== 'organization' || !events?.length || !signingKey) {
        return refuse(res, 400, 'Invalid Argument', 'The supplied parameters are invalid.');
      }
      if (subscriptions.some(one => one.callback_url === url)) {
        return refuse(res, 409, 'Already Exists', 'Hook with this url already exists');
      }
      const uri = `${HOST}/webhook_subscriptions/${randomUUID()}`;
      subscriptions.push({ uri, callback_url: url, state: 'active', events, signingKey });
      res.status(201).json({ resource: { uri, callback_url: url, state: 'active', events } });
    }),
    'DELETE /webhook_subscriptions/:uuid': known(({ params }, res) => {
      const found = subscriptions.find(({ uri }) => uri.endsWith(`/${params.uuid}`));
      if (!found) return refuse(res, 404, 'Resource Not Found', 'The server could not find the requested resource.');
      subscriptions = subscriptions.filter(one => one !== found);
      res.status(204).end();
    }),
  };

  return {
    name: 'calendly',
    coverage,
    handlers,
    otherwise: (_req, res) => refuse(res, 404, 'Resource Not Found', 'The requested path does not exist'),
    sample: () => ({ headers: { authorization: `Bearer ${CALENDLY_TOKEN}` }, params: { uuid: 'none' } }),
    control: control(),
    reset,
    // Without a token nobody books: a story that wants it sets one.
    env: base => ({ CALENDLY_API_URL: base }),
  };

  function control(): Router {
    const router = Router();
    router.post('/event-types', (req, res) => {
      const given = read(eventTypeInput, req.body, res);
      if (!given) return;
      const type = { uri: `${HOST}/event_types/TYPE${types.length + 1}`, ...given };
      types.push(type);
      res.json(type);
    });
    router.post('/plan', (req, res) => {
      const given = read(z.strictObject({ paid: z.boolean() }), req.body, res);
      if (given) isPaid = given.paid;
      if (given) res.json({ ok: true });
    });
    router.get('/state', (_req, res) => void res.json({ subscriptions, links: [...links] }));
    /** Somebody books: through a link, which is worth nothing afterwards, or at the public page. */
    router.post('/book', async (req, res) => {
      const given = read(bookInput, req.body, res);
      if (!given) return;
      const { link, ...of } = given;
      const page = link?.split('?')[0] ?? '';
      if (link && !links.delete(page))
        return void res.status(400).json({ error: 'this link was booked, or is unknown' });
      const content = link ? new URL(link).searchParams.get('utm_content') : null;
      const invitee = { ...of, uri: uriOf(), content };
      invitees.set(invitee.uri, invitee);
      res.json({ invitee: invitee.uri, answers: await tell('invitee.created', invitee) });
    });
    /** They call it off; or choose another time, which Calendly tells as both, in either order. */
    router.post('/cancel', (req, res) =>
      change(req, res, z.strictObject({ invitee: z.string() }), one => [() => tell('invitee.canceled', one)]),
    );
    router.post('/move', (req, res) =>
      change(
        req,
        res,
        z.strictObject({
          invitee: z.string(),
          start: z.string(),
          first: z.enum(['created', 'canceled']).default('canceled'),
        }),
        (one, { start, first }) => {
          const now = { ...one, uri: uriOf(), start: start ?? one.start };
          invitees.set(now.uri, now);
          const both = [
            () => tell('invitee.canceled', one, { rescheduled: true, new_invitee: now.uri }),
            () => tell('invitee.created', now, { old_invitee: one.uri }),
          ];
          return first === 'canceled' ? both : both.toReversed();
        },
      ),
    );
    return router;
  }

  async function change<T extends { invitee: string; start?: string; first?: string }>(
    req: Request,
    res: Response,
    shape: z.ZodType<T>,
    deliveries: (one: Invitee, given: T) => (() => Promise<number[]>)[],
  ): Promise<void> {
    const given = read(shape, req.body, res);
    if (!given) return;
    const one = invitees.get(given.invitee);
    if (!one) return void res.status(404).json({ error: 'nobody booked that' });
    const answers: number[] = [];
    for (const deliver of deliveries(one, given)) answers.push(...(await deliver()));
    res.json({ answers, invitee: [...invitees.keys()].at(-1) });
  }

  async function tell(event: string, one: Invitee, more: object = {}): Promise<number[]> {
    const now = context.clock.now();
    const body = JSON.stringify({
      event,
      created_at: now.toISOString(),
      created_by: `${HOST}/users/AAAA`,
      payload: { ...payloadOf(one, now), ...more },
    });
    const heard = subscriptions.filter(({ state, events }) => state === 'active' && events.includes(event));
    return Promise.all(heard.map(({ callback_url: url, signingKey }) => deliver(context, { url, signingKey, body })));
  }
};

const uriOf = () => `${HOST}/scheduled_events/${randomUUID()}/invitees/${randomUUID()}`;

function payloadOf({ uri, email, name, start, host, content }: Invitee, now: Date) {
  return {
    uri,
    email,
    name,
    status: 'active',
    rescheduled: false,
    old_invitee: null,
    new_invitee: null,
    tracking: { utm_source: content ? 'baton' : null, utm_content: content },
    scheduled_event: {
      uri: uri.split('/invitees')[0],
      name: 'Intro',
      start_time: start,
      event_memberships: [{ user: `${HOST}/users/AAAA`, user_email: host }],
    },
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
}

async function deliver(
  { clock }: SandboxContext,
  { url, signingKey, body }: { url: string; signingKey: string; body: string },
) {
  const time = Math.floor(clock.now().getTime() / 1_000);
  const v1 = createHmac('sha256', signingKey).update(`${time}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'calendly-webhook-signature': `t=${time},v1=${v1}` };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

const known =
  (handler: Handler): Handler =>
  (req, res) =>
    req.get('authorization') === `Bearer ${CALENDLY_TOKEN}`
      ? handler(req, res)
      : refuse(res, 401, 'Unauthenticated', 'The access token is invalid');

function refuse(res: Response, status: number, title: string, message: string): void {
  res.status(status).json({ title, message });
}
