/** A stand-in of Cal.com: links that can be booked once, and signed webhooks about who booked. */
import { createHmac, randomUUID } from 'node:crypto';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Handler, Handlers, ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';

/** A story that wants it sets CALCOM_API_KEY to this. */
export const CALCOM_KEY = 'cal_live_sandbox';
const KNOWN_TRIGGERS = new Set(['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED', 'BOOKING_REJECTED']);

interface Webhook {
  id: string;
  subscriberUrl: string;
  active: boolean;
  triggers: string[];
  secret: string;
}

const bookingInput = z.strictObject({
  trigger: z.string(),
  uid: z.string().optional(),
  rescheduleUid: z.string().optional(),
  email: z.string(),
  host: z.string(),
  start: z.string(),
  /** The link that was booked through. */
  link: z.string().optional(),
});

export const calcom: ServiceFactory = context => {
  let types: { id: number; slug: string; username: string }[] = [];
  let webhooks: Webhook[] = [];
  let links = new Set<string>();
  const reset = () => {
    [types, webhooks, links] = [[], [], new Set()];
  };

  const handlers: Handlers = {
    'GET /me': known((_req, res) => void res.json({ status: 'success', data: { id: 7, email: 'marcus@example.com' } })),
    'GET /event-types': known((req, res) => {
      if (req.get('cal-api-version') !== '2024-06-14')
        return refuse(res, 400, 'BadRequestException', 'cal-api-version is needed');
      const { username, eventSlug } = req.query;
      const data = types.filter(one => one.username === username && one.slug === eventSlug);
      res.json({ status: 'success', data });
    }),
    'POST /event-types/:id/private-links': known(({ params }, res) => {
      const type = types.find(({ id }) => String(id) === params.id);
      if (!type) return refuse(res, 404, 'NotFoundException', 'Event type not found');
      const linkId = randomUUID().slice(0, 8);
      const bookingUrl = `https://cal.com/d/${linkId}/${type.slug}`;
      links.add(bookingUrl);
      res.status(201).json({
        status: 'success',
        data: { linkId, eventTypeId: type.id, isExpired: false, bookingUrl, maxUsageCount: 1 },
      });
    }),
    'GET /webhooks': known((_req, res) => {
      res.json({ status: 'success', data: webhooks.map(({ secret: _hidden, ...one }) => one) });
    }),
    'POST /webhooks': known(({ body }, res) => {
      const { subscriberUrl, triggers, secret, active } = body ?? {};
      if (!subscriberUrl || !triggers?.every((one: string) => KNOWN_TRIGGERS.has(one))) {
        return refuse(res, 400, 'BadRequestException', 'triggers must be known ones');
      }
      const webhook = { id: randomUUID(), subscriberUrl, triggers, secret, active };
      webhooks.push(webhook);
      res.status(201).json({ status: 'success', data: webhook });
    }),
    'DELETE /webhooks/:id': known(({ params }, res) => {
      const found = webhooks.find(({ id }) => id === params.id);
      if (!found) return refuse(res, 404, 'NotFoundException', 'Webhook not found');
      webhooks = webhooks.filter(one => one !== found);
      res.json({ status: 'success', data: found });
    }),
  };

  return {
    name: 'calcom',
    coverage,
    handlers,
    otherwise: (_req, res) => refuse(res, 404, 'NotFoundException', 'Cannot find this path'),
    sample: () => ({ headers: { authorization: `Bearer ${CALCOM_KEY}` }, params: { id: 'none' } }),
    control: control(),
    reset,
    // Without a key nobody books: a story that wants it sets one.
    env: base => ({ CALCOM_API_URL: base }),
  };

  function control(): Router {
    const router = Router();
    router.post('/event-types', (req, res) => {
      const given = read(z.strictObject({ username: z.string(), slug: z.string() }), req.body, res);
      if (!given) return;
      types.push({ id: 120 + types.length, ...given });
      res.json(types.at(-1));
    });
    router.get('/state', (_req, res) => void res.json({ webhooks, links: [...links] }));
    /** Whatever happens to a booking, told as Cal.com tells it. */
    router.post('/bookings', async (req, res) => {
      const given = read(bookingInput, req.body, res);
      if (!given) return;
      const { trigger, uid = randomUUID(), rescheduleUid, email, host, start, link } = given;
      const handoff = link && new URL(link).searchParams.get('metadata[handoff]');
      if (link && !links.delete(link.split('?')[0] ?? ''))
        return void res.status(400).json({ error: 'an unknown link' });
      const payload = {
        uid,
        ...(rescheduleUid && { rescheduleUid }),
        title: 'Intro',
        startTime: start,
        organizer: { id: 7, name: 'Host', email: host },
        attendees: [{ name: 'Lee Thompson', email }],
        responses: { email: { label: 'email', value: email } },
        metadata: handoff ? { handoff } : {},
      };
      const body = JSON.stringify({ triggerEvent: trigger, createdAt: context.clock.now().toISOString(), payload });
      const heard = webhooks.filter(({ active, triggers }) => active && triggers.includes(trigger));
      const answers = await Promise.all(heard.map(one => deliver(one, body)));
      res.json({ uid, answers });
    });
    return router;
  }
};

async function deliver({ subscriberUrl, secret }: Webhook, body: string): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-cal-signature-256': signature };
  return (await fetch(subscriberUrl, { method: 'POST', headers, body })).status;
}

const known =
  (handler: Handler): Handler =>
  (req, res) =>
    req.get('authorization') === `Bearer ${CALCOM_KEY}`
      ? handler(req, res)
      : refuse(res, 401, 'UnauthorizedException', 'Your api key is not valid');

function refuse(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ status: 'error', error: { code, message } });
}
