/** Buttons for tests and the demo page. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Account } from './account.ts';
import { settingsInput } from './settings.ts';
import { type Contact, perstagOf } from './stock.ts';
import { webhookInput } from './webhook.ts';

const contactInput = z.strictObject({
  id: z.coerce.number().int().optional(),
  email: z.string().min(3).optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  phone: z.string().optional(),
  /** Of the account's own fields, by their titles: `{"Job Title": "VP"}`. */
  fields: z.record(z.string(), z.string()).default({}),
  tags: z.array(z.string()).default([]),
  /** State by number of the list. */
  lists: z.record(z.string(), z.enum(['1', '2'])).default({}),
  score: z.number().optional(),
  /** Events that were tracked. */
  activities: z
    .array(
      z.strictObject({
        type: z.string(),
        value: z.string().default(''),
        at: z.iso.datetime({ offset: true }).transform(at => new Date(at)),
      }),
    )
    .default([]),
});
type ContactInput = z.output<typeof contactInput>;

const bulkInput = z.strictObject({
  count: z.int().min(1).max(10_000),
  email: z.string(),
  score: z.number().optional(),
});
const eventInput = z.strictObject({
  type: z.string(),
  id: z.coerce.number().int(),
  from: z.enum(['public', 'admin', 'api']).default('public'),
});

export interface Accounts {
  all: ReadonlyMap<string, Account>;
  first: string;
  add(name: string, key: string): Account;
}

/** What a button does to an account. */
type Press = (account: Account, req: Request, res: Response) => void;

/** Every button is of one account: `account=` names it, the first one when left out. */
export function controlRoutes({ all, first, add }: Accounts): Router {
  const router = Router();
  const of =
    (press: Press): RequestHandler =>
    (req, res) => {
      const name = String(req.query.account ?? first);
      const account = [...all.values()].find(one => one.name === name);
      if (!account) return void res.status(404).json({ error: `no account ${name}` });
      press(account, req, res);
    };
  router.post('/accounts', (req, res) => {
    const body = read(z.strictObject({ name: z.string().min(1), url: z.url().optional() }), req.body, res);
    if (!body) return;
    const key = `key-of-${body.name}`;
    const { webhook } = add(body.name, key);
    if (body.url !== undefined) webhook.configure({ url: body.url });
    res.status(201).json({ name: body.name, key });
  });
  for (const [path, press] of Object.entries(LOOKS)) router.get(path, of(press));
  for (const [path, press] of Object.entries(BUTTONS)) router.post(path, of(press));
  return router;
}

function shown(account: Account, contact: Contact) {
  const { id, fields, tags, lists, scores, ...rest } = contact;
  const named = account.fields.flatMap(one => (fields.has(one.id) ? [[one.title, fields.get(one.id)]] : []));
  return {
    ...rest,
    id: String(id),
    fields: Object.fromEntries(named),
    automations: account.entries.filter(one => one.contact === String(id)).map(one => one.automation),
    tags: [...tags].map(tag => account.tags.get(tag)),
    lists: Object.fromEntries(lists),
    scores: Object.fromEntries([...scores].map(([score, { value }]) => [score, value])),
  };
}

const LOOKS: Record<string, Press> = {
  '/contacts': (account, _req, res) => {
    res.json({ contacts: [...account.contacts.values()].map(one => shown(account, one)) });
  },
  '/contacts/:id': (account, req, res) => {
    const contact = account.contacts.get(Number(req.params.id));
    if (!contact) return void res.status(404).json({ error: 'no such contact' });
    res.json(shown(account, contact));
  },
  '/deliveries': ({ webhook }, _req, res) => res.json(webhook.state()),
};

const BUTTONS: Record<string, Press> = {
  '/contacts': (account, req, res) => {
    const body = read(contactInput, req.body, res);
    if (!body) return;
    const contact = body.id === undefined ? found(account, body.email) : account.contacts.get(body.id);
    if (!contact) return void res.status(400).json({ error: 'an e-mail is needed, or the id of somebody' });
    save(account, contact, body);
    res.json({ id: String(contact.id) });
  },
  /** An import: many at once, of which no webhook tells. */
  '/bulk': (account, req, res) => {
    const body = read(bulkInput, req.body, res);
    if (!body) return;
    const { mode, events } = account.webhook.options();
    account.webhook.configure({ mode: 'off', events: [] });
    const ids = Array.from({ length: body.count }, (_, n) => {
      const made = account.create(body.email.replaceAll('{n}', String(n)));
      if (body.score !== undefined) account.setScore(made, SCORE, body.score);
      return made.id;
    });
    account.webhook.configure({ mode, events });
    res.json({ first: String(ids[0]), last: String(ids.at(-1)), count: ids.length });
  },
  '/fields': (account, req, res) => {
    res.json(account.addField(String(req.body?.title ?? 'A field')));
  },
  '/scores': (account, req, res) => {
    const score = { id: account.nextId(), name: String(req.body?.name ?? 'Another score') };
    account.scores.push(score);
    res.json(score);
  },
  '/automations': ({ automations, inactive, nextId }, req, res) => {
    const id = nextId();
    automations.set(id, String(req.body?.name ?? 'Another automation'));
    if (req.body?.status === '2') inactive.add(id);
    res.json({ id });
  },
  '/events': (account, req, res) => {
    const body = read(eventInput, req.body, res);
    const contact = body && account.contacts.get(body.id);
    if (!body || !contact) return void (body && res.status(400).json({ error: 'no such contact' }));
    account.tell(body.type, contact, body.from);
    res.json({ ok: true });
  },
  '/delete': ({ contacts }, req, res) => {
    res.json({ ok: contacts.delete(Number(req.body?.id)) });
  },
  '/merge': (account, req, res) => {
    const body = read(z.strictObject({ winner: z.coerce.number(), loser: z.coerce.number() }), req.body, res);
    if (!body) return;
    account.merge(body.winner, body.loser);
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

/** The score that every account has. */
const SCORE = '2';

/** Whoever has the address, made when nobody has. */
function found(account: Account, email: string | undefined): Contact | undefined {
  return email === undefined ? undefined : (account.byEmail(email) ?? account.create(email));
}

/** What they did is there before the score that rests on it. */
function save(account: Account, contact: Contact, body: ContactInput): void {
  const { email, firstName, lastName, phone, fields, tags, lists, score, activities } = body;
  const own = { email, firstName, lastName, phone };
  Object.assign(contact, Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)));
  for (const [title, value] of Object.entries(fields)) {
    const field = account.fields.find(one => one.perstag === perstagOf(title)) ?? account.addField(title);
    contact.fields.set(field.id, value);
  }
  for (const tag of tags) contact.tags.add(account.tagIdOf(tag));
  for (const [list, status] of Object.entries(lists)) contact.lists.set(list, status);
  for (const { type, value, at } of activities) {
    const id = account.nextId();
    contact.logs.push({ id, type, value, tstamp: account.iso(at), hash: `hash-${id}` });
  }
  contact.udate = account.now();
  if (score !== undefined) account.setScore(contact, SCORE, score);
}
