/** Buttons for tests and the demo page. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import { connectorInput } from './connector.ts';
import type { Prospect } from './prospect.ts';
import { settingsInput } from './settings.ts';
import type { Unit } from './unit.ts';

const activityInput = z.strictObject({
  /** The vendor's number, and its words. */
  type: z.int(),
  typeName: z.string().default(''),
  details: z.string().default(''),
  at: z.iso.datetime({ offset: true }).transform(at => new Date(at)),
});

/** Anything else is a field by the vendor's own name. */
const contactInput = z
  .object({
    id: z.coerce.number().int().optional(),
    email: z.string().min(3).optional(),
    score: z.number().optional(),
    activities: z.array(activityInput).default([]),
  })
  .catchall(z.unknown());

const bulkInput = z.strictObject({
  count: z.int().min(1).max(10_000),
  email: z.string(),
  score: z.number().default(0),
});

export interface Units {
  all: ReadonlyMap<string, Unit>;
  add(id: string): Unit;
  expire(everything: boolean): void;
}

/** What a button does to a business unit. */
type Press = (unit: Unit, req: Request, res: Response) => void;

/** Every button is of one business unit: `unit=` names it, the first one when left out. */
export function controlRoutes({ all, add, expire }: Units): Router {
  const router = Router();
  const of =
    (press: Press): RequestHandler =>
    (req, res) => {
      const unit = req.query.unit === undefined ? [...all.values()][0] : all.get(String(req.query.unit));
      if (!unit) return void res.status(404).json({ error: 'no such business unit' });
      press(unit, req, res);
    };
  router.post('/units', (req, res) => {
    const body = read(
      z.strictObject({ id: z.string().regex(/^0Uv[0-9A-Za-z]{15}$/), url: z.url().optional() }),
      req.body,
      res,
    );
    if (!body) return;
    const unit = add(body.id);
    if (body.url !== undefined) unit.connector.configure({ url: body.url });
    res.status(201).json({ id: unit.id });
  });
  /** Sessions end; `everything`: an admin takes the app's access back. */
  router.post('/expire', (req, res) => {
    expire(req.body?.everything === true);
    res.json({ ok: true });
  });
  for (const [path, press] of Object.entries(LOOKS)) router.get(path, of(press));
  for (const [path, press] of Object.entries(BUTTONS)) router.post(path, of(press));
  return router;
}

function shown(unit: Unit, { id, values, isDeleted, tags }: Prospect) {
  const lists = unit.memberships.filter(one => one.prospectId === id).map(one => String(one.listId));
  const external = unit.external.filter(one => one.prospectId === id);
  return { ...values, id: String(id), isDeleted, tags: [...tags], lists, external };
}

const LOOKS: Record<string, Press> = {
  '/contacts': (unit, _req, res) => {
    res.json({ contacts: [...unit.prospects.values()].map(one => shown(unit, one)) });
  },
  '/contacts/:id': (unit, req, res) => {
    const found = unit.prospects.get(Number(req.params.id));
    if (!found) return void res.status(404).json({ error: 'no such prospect' });
    res.json(shown(unit, found));
  },
  '/deliveries': ({ connector }, _req, res) => res.json(connector.state()),
};

const BUTTONS: Record<string, Press> = {
  '/contacts': (unit, req, res) => {
    const body = read(contactInput, req.body, res);
    if (!body) return;
    const { id, activities, ...values } = body;
    const known = id === undefined ? unit.byEmail(values.email ?? '') : unit.prospects.get(id);
    if (!known && values.email === undefined) return void res.status(400).json({ error: 'an e-mail is needed' });
    const prospect = known ?? unit.create({ email: values.email });
    // What they did is there before the score that rests on it.
    for (const { at, ...activity } of activities) unit.did(prospect, { ...activity, createdAt: unit.iso(at) });
    unit.change(prospect, values);
    res.json({ id: String(prospect.id) });
  },
  /** An import: many at once, which the connector has not synced yet. */
  '/bulk': (unit, req, res) => {
    const body = read(bulkInput, req.body, res);
    if (!body) return;
    const made = Array.from({ length: body.count }, (_, n) =>
      unit.create({ email: body.email.replaceAll('{n}', String(n)), score: body.score }),
    );
    res.json({ first: String(made[0]?.id), last: String(made.at(-1)?.id), count: made.length });
  },
  '/fields': (unit, req, res) => {
    const input = z.strictObject({ name: z.string(), fieldId: z.string(), type: z.string().default('Text') });
    const body = read(input, req.body, res);
    if (!body) return;
    const field = { id: unit.nextId(), ...body };
    unit.fields.push(field);
    res.json(field);
  },
  '/delete': (unit, req, res) => {
    const found = unit.prospects.get(Number(req.body?.id));
    if (found) unit.setDeleted(found, true);
    res.json({ ok: found !== undefined });
  },
  /** Emptied out of the recycle bin at once. */
  '/purge': ({ prospects }, req, res) => {
    res.json({ ok: prospects.delete(Number(req.body?.id)) });
  },
  '/merge': (unit, req, res) => {
    const body = read(z.strictObject({ winner: z.coerce.number(), loser: z.coerce.number() }), req.body, res);
    const [winner, loser] = [unit.prospects.get(body?.winner ?? 0), unit.prospects.get(body?.loser ?? 0)];
    if (!body) return;
    if (!winner || !loser) return void res.status(400).json({ error: 'no such prospect' });
    unit.setDeleted(loser, true);
    unit.change(winner, { email: loser.values.email });
    res.json({ ok: true });
  },
  '/settings': ({ settings }, req, res) => {
    const body = read(settingsInput, req.body, res);
    if (body) res.json(Object.assign(settings, body));
  },
  '/connector': ({ connector }, req, res) => {
    const body = read(connectorInput, req.body, res);
    if (body) res.json(connector.configure(body));
  },
};
