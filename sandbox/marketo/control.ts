/** Buttons for tests and the demo page. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Account, AccountKeys } from './account.ts';
import { logOf } from './activities-api.ts';
import { type ActivityInput, activityInput, record } from './did.ts';
import { Refusal } from './errors.ts';
import type { Identity } from './identity.ts';
import { type Instance, kept, type Lead, misfit, type Value } from './instance.ts';
import { settingsInput } from './settings.ts';
import { webhookInput } from './webhook.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const contactInput = z.looseObject({
  id: z.coerce.number().int().optional(),
  activities: z.array(activityInput).default([]),
  /** How a score changes: by a campaign's flow step (activity 22), or as any other value does (13). */
  by: z.enum(['flow step', 'api', 'person']).default('flow step'),
});
const bulkInput = z.strictObject({
  count: z.int().min(1).max(100_000),
  /** `{n}` in a text is the number of the person. */
  properties: z.record(z.string(), value).default({}),
});
const instanceInput = z.strictObject({
  munchkin: z.string().min(1).optional(),
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  /** Where its webhook goes; the hook of the first instance when left out. */
  url: z.url().optional(),
  webhookKey: z.string().min(1).optional(),
});
const fieldInput = z.strictObject({
  name: z.string().min(1),
  label: z.string().min(1),
  type: z.enum(['string', 'integer', 'boolean', 'score']).default('string'),
});

export interface Accounts {
  /** By client id. */
  all: ReadonlyMap<string, Account>;
  first: string;
  add(keys: AccountKeys, webhookKey?: string): Account;
  identity: Identity;
}

/** Every button is of one instance: `instance=` names its munchkin id, the first one when left out. */
export function controlRoutes({ all, first, add, identity }: Accounts): Router {
  const router = Router();
  const named = (req: Request) =>
    [...all.values()].find(one => one.munchkin === String(req.query.instance ?? all.get(first)?.munchkin));
  const of =
    (press: Press): RequestHandler =>
    (req, res) => {
      const account = named(req);
      if (!account) return void res.status(404).json({ error: `no instance ${String(req.query.instance)}` });
      try {
        press(account, req, res);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        res.status(400).json({ error: error.message });
      }
    };

  router.post('/instances', (req, res) => {
    const body = read(instanceInput, req.body ?? {}, res);
    if (!body) return;
    const number = all.size + 1;
    const munchkin = body.munchkin ?? `00${number}-SAN-BOX`;
    const keys = {
      munchkin,
      clientId: body.clientId ?? `client-${munchkin}`,
      clientSecret: body.clientSecret ?? `secret-${munchkin}`,
    };
    if (all.has(keys.clientId)) return void res.status(400).json({ error: `${keys.clientId} is there already` });
    const { webhook } = add(keys, body.webhookKey);
    if (body.url !== undefined) webhook.configure({ url: body.url });
    res.status(201).json(keys);
  });
  /** Tokens that were given out are not accepted any more. */
  router.post('/tokens', (req, res) => {
    const body = read(z.strictObject({ now: z.enum(['expired', 'unknown']) }), req.body, res);
    if (!body) return;
    identity.invalidate(body.now);
    res.json({ ok: true });
  });
  for (const [path, press] of Object.entries(LOOKS)) router.get(path, of(press));
  for (const [path, press] of Object.entries(BUTTONS)) router.post(path, of(press));
  return router;
}

/** What a button does to an instance. */
type Press = (account: Account, req: Request, res: Response) => void;

const LOOKS: Record<string, Press> = {
  '/contacts': ({ instance }, _req, res) => {
    res.json({ contacts: [...instance.leads.values()].map(({ id, values }) => ({ id: String(id), ...values })) });
  },
  '/contacts/:id': ({ instance }, req, res) => {
    const lead = instance.leads.get(Number(req.params.id));
    if (!lead) return void res.status(404).json({ error: 'no such person' });
    const lists = [...instance.lists.values()].filter(one => one.members.has(lead.id)).map(one => one.id);
    const campaigns = [...instance.campaigns.values()].flatMap(one =>
      one.requests.filter(id => id === lead.id).map(() => one.name),
    );
    res.json({ id: String(lead.id), ...lead.values, lists, campaigns, log: logOf(instance, lead.id) });
  },
  '/deliveries': ({ webhook }, _req, res) => res.json(webhook.state()),
  '/custom-types': ({ instance }, _req, res) => res.json({ types: [...instance.customTypes.values()] }),
};

const BUTTONS: Record<string, Press> = {
  '/contacts': ({ instance }, req, res) => {
    const body = read(contactInput, req.body, res);
    if (!body) return;
    const { id, activities, by, ...rest } = body;
    const values = read(z.record(z.string(), value), rest, res);
    if (values) res.json({ id: String(save(instance, { id, values, activities, by }).id) });
  },
  /** Many people at once, without telling anybody: an import from before. */
  '/bulk': ({ instance, webhook }, req, res) => {
    const body = read(bulkInput, req.body, res);
    if (!body) return;
    const { mode } = webhook.options();
    webhook.configure({ mode: 'off' });
    const ids = Array.from(
      { length: body.count },
      (_, n) => save(instance, { values: numbered(body.properties, n) }).id,
    );
    webhook.configure({ mode });
    res.json({ first: ids[0], last: ids.at(-1), count: ids.length });
  },
  '/fields': ({ instance }, req, res) => {
    const body = read(fieldInput, req.body, res);
    if (body) res.json(instance.addField(body.name, body.label, body.type));
  },
  '/lists': ({ instance }, req, res) => {
    res.json({ id: instance.addList(String(req.body?.name ?? 'Sales is on it')) });
  },
  '/campaigns': ({ instance }, req, res) => {
    const input = z.strictObject({
      name: z.string(),
      type: z.enum(['trigger', 'batch']),
      active: z.boolean().default(true),
    });
    const body = read(input, req.body, res);
    if (body) res.json({ id: instance.addCampaign(body) });
  },
  '/delete': ({ instance }, req, res) => {
    instance.remove(Number(req.body?.id));
    res.json({ ok: true });
  },
  '/merge': ({ instance }, req, res) => {
    const body = read(z.strictObject({ winner: z.coerce.number(), losers: z.array(z.coerce.number()) }), req.body, res);
    if (!body) return;
    instance.merge(body.winner, body.losers);
    res.json({ ok: true });
  },
  '/settings': ({ settings }, req, res) => {
    const body = read(settingsInput, req.body, res);
    if (body) res.json(Object.assign(settings, body));
  },
  '/webhook': ({ webhook }, req, res) => {
    const body = read(webhookInput, req.body, res);
    if (body) res.json(webhook.configure(body));
  },
};

interface Saved {
  id?: number | undefined;
  values: Record<string, Value>;
  activities?: readonly ActivityInput[];
  by?: 'flow step' | 'api' | 'person';
}

/** A person by id or address, made when there is none; what they did is there before the score that rests on it. */
function save(instance: Instance, { id, values, activities = [], by = 'flow step' }: Saved): Lead {
  const checked = Object.fromEntries(
    Object.entries(values).map(([name, one]) => [name, checkedValue(instance, name, one)]),
  );
  const known = id === undefined ? instance.byEmail(String(values.email ?? ''))[0] : instance.leads.get(id);
  if (id !== undefined && !known) throw new Refusal('1004', `Lead '${id}' not found`);
  const scores = Object.entries(checked).filter(([name]) => instance.fields.get(name)?.type === 'score');
  const rest = Object.fromEntries(
    Object.entries(checked).filter(([name]) => !scores.some(([score]) => score === name)),
  );
  const lead = known ?? instance.create(rest, 'Web page visit');
  if (known) instance.change(known, rest, { kind: by === 'flow step' ? 'person' : by });
  for (const activity of activities) record(instance, lead, activity);
  instance.change(lead, Object.fromEntries(scores), { kind: by });
  return lead;
}

function checkedValue({ fields }: Instance, name: string, given: Value): Value {
  const field = fields.get(name);
  if (!field) throw new Refusal('1006', `Field '${name}' not found`);
  const wrong = misfit(field, given);
  if (wrong) throw new Refusal('1001', wrong);
  return kept(field, given);
}

function numbered(properties: Record<string, Value>, n: number): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [
      name,
      typeof one === 'string' ? one.replaceAll('{n}', String(n)) : one,
    ]),
  );
}
