/** Buttons for tests and the demo page. */
import { Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import { type ActivityInput, activityInput, record } from './activities.ts';
import { Refusal } from './errors.ts';
import type { Portals } from './http.ts';
import type { StoredRecord } from './portal.ts';
import { settingsInput } from './settings.ts';
import { type Webhooks, webhookInput } from './webhooks.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const contactInput = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  activities: z.array(activityInput).default([]),
});
const bulkInput = z.strictObject({
  count: z.int().min(1).max(100_000),
  /** `{n}` in a text is the number of the contact. */
  properties: z.record(z.string(), value).default({}),
});
const ownerInput = z.strictObject({
  email: z.string(),
  firstName: z.string().default(''),
  lastName: z.string().default(''),
  archived: z.boolean().default(false),
});

export function controlRoutes(
  on: Portals,
  webhooks: Webhooks,
  apply: (change: z.infer<typeof settingsInput>) => void,
): Router {
  const router = Router();

  router.post('/contacts', (req, res) => {
    const body = read(contactInput, req.body, res);
    if (!body) return;
    const { id, activities, ...rest } = body;
    const properties = read(z.record(z.string(), value), rest, res);
    if (!properties) return;
    try {
      res.json({ id: save(on, id, properties, activities).id });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      res.status(error.status).json({ error: error.message });
    }
  });
  router.get('/contacts', (_req, res) => {
    res.json({ contacts: [...on.portal.all('contacts')].map(one => ({ id: one.id, ...one.properties })) });
  });
  router.get('/contacts/:id', (req, res) => {
    const found = on.portal.find('contacts', String(req.params.id));
    if (!found) return void res.status(404).json({ error: 'no such contact' });
    const { id } = found;
    const engagements = (['calls', 'emails', 'meetings', 'notes', 'tasks'] as const).flatMap(type =>
      on.portal.associated('contacts', id, type).map(one => on.portal.find(type, one.toObjectId)?.properties ?? {}),
    );
    res.json({ id, ...found.properties, events: on.portal.events(id), engagements });
  });
  /** Many contacts at once, without telling anybody: an import from before. */
  router.post('/bulk', (req, res) => {
    const body = read(bulkInput, req.body, res);
    if (!body) return;
    const mode = webhooks.options().mode;
    webhooks.configure({ mode: 'off' });
    const ids = Array.from(
      { length: body.count },
      (_, n) => on.portal.create('contacts', numbered(body.properties, n), 'CRM_UI').id,
    );
    webhooks.configure({ mode });
    res.json({ first: ids[0], last: ids.at(-1), count: ids.length });
  });
  router.get('/engagements/:type', (req, res) => {
    const type = z.enum(['calls', 'emails', 'meetings', 'notes', 'tasks']).safeParse(req.params.type);
    if (!type.success) return void res.status(404).json({ error: 'calls, emails, meetings, notes or tasks' });
    res.json({ records: [...on.portal.all(type.data)].map(one => ({ id: one.id, ...one.properties })) });
  });
  router.post('/owners', (req, res) => {
    const body = read(ownerInput, req.body, res);
    if (!body) return;
    const id = on.portal.nextId();
    on.portal.owners.set(id, { id, userId: Number(id) + 1_000_000, ...body });
    res.json({ id });
  });
  router.post('/lists', (_req, res) => {
    const id = on.portal.nextId();
    on.portal.lists.set(id, new Set());
    res.json({ id });
  });
  router.post('/settings', (req, res) => {
    const body = read(settingsInput, req.body, res);
    if (!body) return;
    apply(body);
    res.json(on.settings);
  });
  router.post('/webhooks', (req, res) => {
    const body = read(webhookInput, req.body, res);
    if (body) res.json(webhooks.configure(body));
  });
  router.post('/retry', (_req, res) => void res.json({ retried: webhooks.retryNow() }));
  router.get('/deliveries', (_req, res) => void res.json(webhooks.state()));
  return router;
}

/** A contact by id or address, made when there is none; activities are there before the score that rests on them. */
function save(
  on: Portals,
  id: string | undefined,
  properties: Record<string, unknown>,
  activities: ActivityInput[],
): StoredRecord {
  const { portal } = on;
  const email = typeof properties.email === 'string' ? properties.email : undefined;
  const existing =
    id !== undefined ? portal.need('contacts', id) : email ? portal.find('contacts', email, 'email') : undefined;
  if (existing) {
    const along = activities.map(one => record(portal, existing, one));
    return portal.update(existing, Object.assign({}, ...along, properties), 'CRM_UI');
  }
  // Made empty first: the change that people are told of comes last, when everything else is in place.
  const { hubspotscore, lifecyclestage, ...rest } = properties;
  const made = portal.create('contacts', rest, 'CRM_UI');
  const along = activities.map(one => record(portal, made, one));
  const last = {
    ...(hubspotscore !== undefined && { hubspotscore }),
    ...(lifecyclestage !== undefined && { lifecyclestage }),
  };
  return portal.update(made, Object.assign({}, ...along, last), 'CRM_UI');
}

function numbered(properties: Record<string, unknown>, n: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [
      name,
      typeof one === 'string' ? one.replaceAll('{n}', String(n)) : one,
    ]),
  );
}
