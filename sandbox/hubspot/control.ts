/** Buttons for tests and the demo page. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Account, AccountKeys } from './account.ts';
import { type ActivityInput, activityInput, record } from './activities.ts';
import { recordRoutes } from './crm/control.ts';
import { sequenceControls, sequenceLook } from './crm/sequences.ts';
import type { StoredRecord } from './crm/stored.ts';
import { Refusal } from './errors.ts';
import type { Oauth } from './oauth.ts';
import { type PublicApp, publicAppInput } from './public-app.ts';
import { property } from './schema.ts';
import { settingsInput } from './settings.ts';
import { releaseInput, webhookInput } from './webhooks.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const contactInput = z.looseObject({
  /** Made with all its values in one go, as by an import or another app: HubSpot tells of its creation alone. */
  atOnce: z.boolean().default(false),
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  activities: z.array(activityInput).default([]),
});
const bulkInput = z.strictObject({
  count: z.int().min(1).max(100_000),
  /** `{n}` in a text is the number of the contact. */
  properties: z.record(z.string(), value).default({}),
});
const companyInput = z.strictObject({
  /** Id of a contact. */
  contact: z.string().optional(),
  properties: z.record(z.string(), value),
});
const ownerInput = z.strictObject({
  email: z.string(),
  firstName: z.string().default(''),
  lastName: z.string().default(''),
  archived: z.boolean().default(false),
});

const propertyInput = z.strictObject({
  name: z.string().min(1),
  type: z.enum(['string', 'number', 'datetime', 'bool']).default('string'),
  options: z.record(z.string(), z.string()).optional(),
});

const portalInput = z.strictObject({
  id: z.int().positive().optional(),
  token: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  /** Where its webhooks go; the hook of the first account when left out. */
  url: z.url().optional(),
});

/** What a button does to an account. */
type Press = (account: Account, req: Request, res: Response) => void;

/** Every button is of one account: `portal=` says which, the first one when left out. */
export function controlRoutes(
  accounts: ReadonlyMap<number, Account>,
  first: AccountKeys,
  add: (keys: AccountKeys) => void,
  oauth: Pick<Oauth, 'expire' | 'remove'> & { app: Pick<PublicApp, 'configure' | 'show'> },
): Router {
  const router = Router();
  const of =
    (press: Press): RequestHandler =>
    (req, res) => {
      const account = accounts.get(Number(req.query.portal ?? first.id));
      if (account) press(account, req, res);
      else res.status(404).json({ error: `no portal ${String(req.query.portal)}` });
    };
  const asked = (req: Request) =>
    [...accounts.values()].filter(one => req.query.portal === undefined || one.id === Number(req.query.portal));

  router.post('/portals', (req, res) => {
    const body = read(portalInput, req.body ?? {}, res);
    if (!body) return;
    const { id = first.id + accounts.size, token = `pat-na1-sandbox-${id}`, clientSecret = first.clientSecret } = body;
    if (accounts.has(id)) return void res.status(400).json({ error: `${id} is there already` });
    add({ id, accessToken: token, clientSecret });
    if (body.url !== undefined) accounts.get(id)?.webhooks.configure({ url: body.url });
    res.status(201).json({ id, token, clientSecret });
  });
  /** Access tokens of the app that all accounts install run out. */
  router.post('/expire', (_req, res) => {
    oauth.expire();
    res.json({});
  });
  /** How that app's webhooks come to be. */
  router.post('/app', (req, res) => {
    const body = read(publicAppInput, req.body, res);
    if (!body) return;
    oauth.app.configure(body);
    res.json(oauth.app.show());
  });
  router.get('/app', (_req, res) => void res.json(oauth.app.show()));
  /** Somebody removes that app in the account: HubSpot tells nobody, refresh tokens are refused. */
  router.post(
    '/uninstall',
    of((account, _req, res) => {
      oauth.remove(account);
      res.json({});
    }),
  );
  for (const [path, press] of Object.entries(LOOKS)) router.get(path, of(press));
  for (const [path, press] of Object.entries(BUTTONS)) router.post(path, of(press));
  /** Without `portal=` of all of them. */
  router.post('/retry', (req, res) => {
    res.json({ retried: asked(req).reduce((sum, { webhooks }) => sum + webhooks.retryNow(), 0) });
  });
  router.get('/deliveries', (req, res) => {
    const states = asked(req).map(({ webhooks }) => webhooks.state());
    const sum = (what: 'waiting' | 'underWay' | 'retrying') => states.reduce((so, one) => so + one[what], 0);
    const outcomes = states.flatMap(one => one.outcomes);
    res.json({ waiting: sum('waiting'), underWay: sum('underWay'), retrying: sum('retrying'), outcomes });
  });
  // Last: whatever is none of the above is a kind of record.
  for (const [path, press] of Object.entries(recordRoutes.looks)) router.get(path, of(press));
  for (const [path, press] of Object.entries(recordRoutes.buttons)) router.post(path, of(press));
  return router;
}

const ACTIVITIES = ['calls', 'emails', 'meetings', 'notes', 'tasks'] as const;

const LOOKS: Record<string, Press> = {
  '/sequences': sequenceLook,
  '/contacts': ({ portal }, _req, res) => {
    res.json({ contacts: [...portal.all('contacts')].map(one => ({ id: one.id, ...one.properties })) });
  },
  '/contacts/:id': ({ portal }, req, res) => {
    const found = portal.find('contacts', String(req.params.id));
    if (!found) return void res.status(404).json({ error: 'no such contact' });
    const { id } = found;
    const engagements = ACTIVITIES.flatMap(type =>
      portal.associated('contacts', id, type).map(one => portal.find(type, one.toObjectId)?.properties ?? {}),
    );
    res.json({ id, ...found.properties, events: portal.events(id), engagements });
  },
  '/engagements/:type': ({ portal }, req, res) => {
    const type = z.enum(ACTIVITIES).safeParse(req.params.type);
    if (!type.success) return void res.status(404).json({ error: 'calls, emails, meetings, notes or tasks' });
    res.json({ records: [...portal.all(type.data)].map(one => ({ id: one.id, ...one.properties })) });
  },
};

const BUTTONS: Record<string, Press> = {
  ...sequenceControls,
  '/contacts': (account, req, res) => {
    const body = read(contactInput, req.body, res);
    if (!body) return;
    const { id, activities, atOnce, ...rest } = body;
    const properties = read(z.record(z.string(), value), rest, res);
    if (!properties) return;
    try {
      res.json({ id: save(account, { id, properties, activities, atOnce }).id });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      res.status(error.status).json({ error: error.message });
    }
  },
  /** Into the contact of the id `into`. */
  '/contacts/:id/merge': ({ portal }, req, res) => {
    const body = read(z.strictObject({ into: z.string() }), req.body, res);
    const [one, other] = [String(req.params.id), body?.into ?? ''].map(id => portal.find('contacts', id));
    if (!body) return;
    if (!one || !other || one === other) return void res.status(404).json({ error: 'no two such contacts' });
    portal.merge(one, other);
    res.json({ id: other.id });
  },
  /** `privacy`: because the person asked to be forgotten. */
  '/contacts/:id/delete': ({ portal }, req, res) => {
    const body = read(z.strictObject({ privacy: z.boolean().default(false) }), req.body ?? {}, res);
    const found = portal.find('contacts', String(req.params.id));
    if (!body) return;
    if (!found) return void res.status(404).json({ error: 'no such contact' });
    portal.archive(found, body.privacy);
    res.json({ id: found.id });
  },
  /** Many contacts at once, without telling anybody: an import from before. */
  '/bulk': ({ portal, webhooks }, req, res) => {
    const body = read(bulkInput, req.body, res);
    if (!body) return;
    const mode = webhooks.options().mode;
    webhooks.configure({ mode: 'off' });
    const ids = Array.from(
      { length: body.count },
      (_, n) => portal.create('contacts', numbered(body.properties, n), 'CRM_UI').id,
    );
    webhooks.configure({ mode });
    res.json({ first: ids[0], last: ids.at(-1), count: ids.length });
  },
  /** A company, and the contact it is the primary one of. */
  '/companies': ({ portal }, req, res) => {
    const body = read(companyInput, req.body, res);
    if (!body) return;
    const { contact, properties } = body;
    const made = portal.create('companies', properties, 'CRM_UI');
    if (contact !== undefined) portal.associate(portal.need('contacts', contact), made, 1);
    res.json({ id: made.id });
  },
  '/owners': ({ portal }, req, res) => {
    const body = read(ownerInput, req.body, res);
    if (!body) return;
    const id = portal.nextId();
    portal.owners.set(id, { id, userId: Number(id) + 1_000_000, ...body });
    res.json({ id });
  },
  '/lists': ({ portal }, req, res) => {
    const id = portal.nextId();
    portal.lists.set(id, new Set());
    if (req.body?.name !== undefined) portal.listNames.set(id, String(req.body.name));
    if (req.body?.processingType === 'DYNAMIC') portal.activeLists.add(id);
    res.json({ id });
  },
  '/settings': ({ settings }, req, res) => {
    const body = read(settingsInput, req.body, res);
    if (body) res.json(Object.assign(settings, body));
  },
  /** A property of contacts, new or with other options (by value: its label). */
  '/properties': ({ portal }, req, res) => {
    const body = read(propertyInput, req.body, res);
    if (!body) return;
    const { name, type, options } = body;
    const known = portal.schema('contacts').get(name) ?? property(name, type);
    const enumerated = options && {
      type: 'enumeration' as const,
      options: Object.keys(options),
      optionLabels: options,
    };
    portal.schema('contacts').set(name, { ...known, ...enumerated });
    res.json({ name });
  },
  /** Any body at all, signed as HubSpot's own; answers what the app said. */
  '/deliver': ({ webhooks }, req, res) => {
    const body = read(z.strictObject({ body: z.string() }), req.body, res);
    if (body) void webhooks.send(body.body).then(status => res.json({ status }));
  },
  '/release': ({ webhooks }, req, res) => {
    const body = read(releaseInput, req.body ?? {}, res);
    if (body) res.json({ released: webhooks.release(body) });
  },
  '/webhooks': ({ webhooks }, req, res) => {
    const body = read(webhookInput, req.body, res);
    if (body) res.json(webhooks.configure(body));
  },
};

interface Saving {
  id: string | undefined;
  properties: Record<string, unknown>;
  activities: ActivityInput[];
  atOnce: boolean;
}

/** A contact by id or address, made when there is none; activities are there before the score that rests on them. */
function save({ portal }: Account, { id, properties, activities, atOnce }: Saving): StoredRecord {
  const email = typeof properties.email === 'string' ? properties.email : undefined;
  const existing =
    id !== undefined ? portal.need('contacts', id) : email ? portal.find('contacts', email, 'email') : undefined;
  if (existing) {
    const along = activities.map(one => record(portal, existing, one));
    return portal.update(existing, Object.assign({}, ...along, properties), 'CRM_UI');
  }
  if (atOnce) {
    const made = portal.create('contacts', properties, 'CRM_UI', true);
    for (const one of activities) portal.update(made, record(portal, made, one), 'CRM_UI');
    return made;
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
