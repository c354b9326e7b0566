/** Buttons: what people do in Zoho CRM. `?org=` says in whose, by its zgid; the first one's when left out. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import { Refusal } from './errors.ts';
import { isModule } from './fields.ts';
import { convert, merge } from './moves.ts';
import type { createOauth } from './oauth.ts';
import type { Org, OrgOptions } from './org.ts';
import { type Doer, must } from './rows.ts';
import type { createWatch } from './watch.ts';

const settingsInput = z.strictObject({
  readOnly: z.boolean().optional(),
  pageSize: z.int().positive().optional(),
  /** Milliseconds until a search finds what was written. */
  searchLagMs: z.int().min(0).optional(),
  creditsLeft: z.int().min(-1).optional(),
  creditsOfDay: z.int().positive().optional(),
  watchHours: z.number().positive().optional(),
  customFields: z.int().min(0).optional(),
});
const orgInput = z.strictObject({
  zgid: z.string().regex(/^\d{5,12}$/),
  name: z.string().min(1),
  dc: z.string().default('com'),
  mailDomain: z.string().default('example.com'),
});
const hooksInput = z.strictObject({ hold: z.boolean() });
const releaseInput = z.strictObject({
  twice: z.boolean().optional(),
  reversed: z.boolean().optional(),
  lose: z.boolean().optional(),
});
const fieldInput = z.looseObject({ field_label: z.string(), data_type: z.string() });
const mergeInput = z.strictObject({ stays: z.string(), goes: z.string() });
const convertInput = z.strictObject({ deal: z.record(z.string(), z.unknown()).optional() });
const values = z.record(z.string(), z.unknown());

export interface Buttons {
  orgs: ReadonlyMap<string, Org>;
  open(input: OrgOptions): Org;
  oauth: ReturnType<typeof createOauth>;
  watch: ReturnType<typeof createWatch>;
}

export function controlRoutes({ orgs, open, oauth, watch }: Buttons): Router {
  const router = Router();
  const on = (work: (org: Org, req: Request, res: Response) => unknown) => (req: Request, res: Response) => {
    const { org: zgid } = req.query;
    const org = zgid === undefined ? [...orgs.values()][0] : orgs.get(String(zgid));
    try {
      const answer = org && work(org, req, res);
      if (res.headersSent) return;
      res.status(answer === undefined ? 404 : 200).json(answer ?? { error: 'there is no such thing' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      res.status(error.status).json(error.body);
    }
  };
  const withInput = <T>(schema: z.ZodType<T>, work: (org: Org, input: T, req: Request) => unknown) =>
    on((org, req, res) => {
      const input = read(schema, req.body ?? {}, res);
      return input === undefined ? undefined : work(org, input, req);
    });
  const table = (org: Org, req: Request) => {
    const name = String(req.params.module);
    return isModule(name) ? { name, rows: org.tables[name] } : undefined;
  };

  router.post(
    '/_orgs',
    withInput(orgInput, (_first, input) => ({ zgid: open(input).zgid })),
  );
  router.post(
    '/_settings',
    withInput(settingsInput, (org, input) => Object.assign(org.settings, input)),
  );
  router.post(
    '/_hooks',
    withInput(hooksInput, (_org, { hold }) => {
      watch.hold(hold);
      return { hold };
    }),
  );
  router.post(
    '/_release',
    withInput(releaseInput, (_org, input) => ({ released: watch.release(input) })),
  );
  router.post(
    '/_expire',
    on(() => {
      oauth.expire();
      return { ok: true };
    }),
  );
  router.post(
    '/_revoke',
    on((org, req) => {
      oauth.drop({ org, user: req.query.as === undefined ? org.owner : doer(org, req).user });
      return {};
    }),
  );
  router.get(
    '/_logins',
    on(() => ({ logins: oauth.logins() })),
  );
  router.get(
    '/_channels',
    on(org => watch.channelsOf(org)),
  );
  router.get(
    '/_members',
    on(org => [...org.members].flatMap(([campaign, of]) => [...of].map(([id, status]) => ({ campaign, id, status })))),
  );
  router.get(
    '/_users',
    on(org => org.users),
  );
  router.get(
    '/_fields',
    on(org => org.fields),
  );
  router.post(
    '/_fields/:module',
    withInput(fieldInput, (org, input, req) => {
      const found = table(org, req);
      return found && org.addField(found.name, input as Parameters<Org['addField']>[1]);
    }),
  );
  router.post(
    '/_users/:email',
    withInput(values, (org, input, req) => {
      const user = org.users.find(one => one.email === req.params.email);
      return user && Object.assign(user, input);
    }),
  );
  router.post(
    '/_merge/:module',
    withInput(mergeInput, (org, { stays, goes }, req) =>
      merge(
        org,
        req.params.module === 'Contacts' ? 'Contacts' : 'Leads',
        { master: stays, child: goes },
        doer(org, req),
      ),
    ),
  );
  router.post(
    '/_convert/:lead',
    withInput(convertInput, (org, { deal }, req) => convert(org, String(req.params.lead), doer(org, req), deal)),
  );
  router.get(
    '/:module',
    on((org, req) => [...(table(org, req)?.rows.values() ?? [])]),
  );
  router.post(
    '/:module',
    withInput(values, (org, input, req) => {
      const found = table(org, req);
      return found && must(org.insert(found.name, withNames(org, found.name, input), doer(org, req)));
    }),
  );
  router.post(
    '/:module/:id',
    withInput(values, (org, input, req) => {
      const found = table(org, req);
      return (
        found && must(org.update(found.name, String(req.params.id), withNames(org, found.name, input), doer(org, req)))
      );
    }),
  );
  router.delete(
    '/:module/:id',
    on((org, req) => {
      const found = table(org, req);
      return found && org.remove(found.name, String(req.params.id), doer(org, req)) ? {} : undefined;
    }),
  );
  return router;
}

/** `?as=` an address: somebody in the app; Dana when left out. `?rule=` the name of an automation that does it. */
function doer({ users, owner }: Org, req: Request): Doer {
  const email = String(req.query.as ?? '');
  const user = users.find(one => (email ? one.email === email : one.full_name === 'Dana Ruiz')) ?? owner;
  return { user, source: 'crm_ui', ...(req.query.rule !== undefined && { rule: String(req.query.rule) }) };
}

/** People write fields by their labels, too. */
function withNames(org: Org, module: Parameters<Org['insert']>[0], { fields, ...input }: Record<string, unknown>) {
  if (fields === undefined) return input;
  const named = Object.entries(fields as object).map(([label, value]) => {
    const name = org.fields[module].find(one => one.field_label === label)?.api_name;
    if (!name)
      throw new Refusal(400, { code: 'INVALID_DATA', details: {}, message: `no field ${label}`, status: 'error' });
    return [name, value] as const;
  });
  return { ...input, ...Object.fromEntries(named) };
}
