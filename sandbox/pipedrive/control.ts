/** Buttons: what people do in Pipedrive. `?company=` says in whose, by its domain; the first one's when left out. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Company, CompanyOptions, Doer, Table } from './company.ts';
import { Refusal } from './errors.ts';
import type { createOauth } from './oauth.ts';
import type { createWebhooks } from './webhooks.ts';

const settingsInput = z.strictObject({
  readOnly: z.boolean().optional(),
  pageSize: z.int().positive().optional(),
  /** Milliseconds until a search finds what was written. */
  searchLagMs: z.int().min(0).optional(),
  /** Calls in two seconds; 0: as many as anybody likes. */
  burst: z.int().min(0).optional(),
  dailyTokens: z.int().min(0).optional(),
});
const companyInput = z.strictObject({
  id: z.int(),
  domain: z.string().min(1),
  mailDomain: z.string().default('example.com'),
  apiToken: z.string().min(1),
});
const hooksInput = z.strictObject({ hold: z.boolean() });
const releaseInput = z.strictObject({
  twice: z.boolean().optional(),
  reversed: z.boolean().optional(),
  lose: z.boolean().optional(),
});
const values = z.record(z.string(), z.unknown());
const mergeInput = z.strictObject({ stays: z.int(), goes: z.int() });
const TABLES: readonly string[] = ['persons', 'organizations', 'deals', 'leads', 'activities'];

export interface Buttons {
  companies: ReadonlyMap<string, Company>;
  open(input: CompanyOptions): Company;
  oauth: ReturnType<typeof createOauth>;
  webhooks: ReturnType<typeof createWebhooks>;
  /** Pipedrive tells the app that somebody removed it: where to, and whose. */
  uninstall(company: Company, user: number): Promise<number>;
}

export function controlRoutes({ companies, open, oauth, webhooks, uninstall }: Buttons): Router {
  const router = Router();
  const on =
    (work: (company: Company, req: Request, res: Response) => unknown) => async (req: Request, res: Response) => {
      const { company: domain } = req.query;
      const company = domain === undefined ? [...companies.values()][0] : companies.get(String(domain));
      try {
        const answer = company && (await work(company, req, res));
        if (res.headersSent) return;
        res.status(answer === undefined ? 404 : 200).json(answer ?? { error: 'there is no such thing' });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        res.status(error.status).json(error.body);
      }
    };
  const withInput = <T>(schema: z.ZodType<T>, work: (company: Company, input: T, req: Request) => unknown) =>
    on((company, req, res) => {
      const input = read(schema, req.body ?? {}, res);
      return input === undefined ? undefined : work(company, input, req);
    });

  router.post(
    '/_companies',
    withInput(companyInput, (_first, input) => ({ domain: open(input).domain })),
  );
  router.post(
    '/_settings',
    withInput(settingsInput, (company, input) => Object.assign(company.settings, input)),
  );
  router.post(
    '/_hooks',
    withInput(hooksInput, (_company, { hold }) => {
      webhooks.hold(hold);
      return { hold };
    }),
  );
  router.post(
    '/_release',
    withInput(releaseInput, (_company, input) => ({ released: webhooks.release(input) })),
  );
  router.post(
    '/_expire',
    on(() => {
      oauth.expire();
      return { ok: true };
    }),
  );
  router.get(
    '/_webhooks',
    on(company => company.webhooks),
  );
  router.get(
    '/_fields',
    on(company => company.fields),
  );
  router.get(
    '/_users',
    on(company => company.users),
  );
  router.get(
    '/_labels',
    on(company => company.labels),
  );
  router.post(
    '/_fields/:table',
    withInput(values, (company, input, req) => {
      const table = z.enum(['personFields', 'organizationFields', 'dealFields']).parse(req.params.table);
      const options = z
        .array(z.object({ label: z.string() }))
        .optional()
        .parse(input.options);
      return company.addField(table, String(input.field_name), String(input.field_type), options);
    }),
  );
  router.post(
    '/_users/:email',
    withInput(values, (company, input, req) => {
      const user = company.users.find(one => one.email === req.params.email);
      return user && Object.assign(user, input);
    }),
  );
  router.post(
    '/_merge',
    withInput(mergeInput, (company, { stays, goes }, req) =>
      company.merge(String(stays), String(goes), doer(company, req)),
    ),
  );
  router.post(
    '/_convert/:lead',
    on((company, req) => company.convert(String(req.params.lead), doer(company, req))),
  );
  router.post(
    '/_revoke',
    on((company, req) => {
      const { user } = doer(company, req);
      oauth.drop({ company, user: company.users.find(one => one.id === user) ?? company.owner });
      return {};
    }),
  );
  router.post(
    '/_uninstall',
    on(async (company, req) => ({ status: await uninstall(company, doer(company, req).user) })),
  );
  router.get(
    '/:table',
    on((company, req) => tableOf(req) && [...company.tables[tableOf(req) as Table].values()]),
  );
  router.post(
    '/:table',
    withInput(values, (company, input, req) => {
      const table = tableOf(req);
      return table && company.insert(table, withNames(company, table, input), doer(company, req));
    }),
  );
  router.post(
    '/:table/:id',
    withInput(values, (company, input, req) => {
      const table = tableOf(req);
      return (
        table && company.update(table, String(req.params.id), withNames(company, table, input), doer(company, req))
      );
    }),
  );
  router.delete(
    '/:table/:id',
    on((company, req) => {
      const table = tableOf(req);
      return table && company.remove(table, String(req.params.id), doer(company, req));
    }),
  );
  return router;
}

const tableOf = (req: Request): Table | undefined => {
  const name = String(req.params.table);
  return TABLES.includes(name) ? (name as Table) : undefined;
};

/** `?as=` an address: somebody in the app; Dana when left out. */
function doer({ users, owner }: Company, req: Request): Doer {
  const email = String(req.query.as ?? '');
  const user = users.find(one => (email ? one.email === email : one.name === 'Dana Ruiz')) ?? owner;
  return { user: user.id, source: 'app' };
}

/** People write fields by their names. */
function withNames(company: Company, table: Table, { fields, ...input }: Record<string, unknown>) {
  if (fields === undefined) return input;
  const known = company.fieldsOf(table);
  const custom = Object.entries(fields as object).map(([name, value]) => {
    const code = known.find(one => one.field_name === name)?.field_code;
    if (!code) throw new Refusal(400, `no field ${name}`);
    return [code, value] as const;
  });
  return { ...input, custom_fields: Object.fromEntries(custom) };
}
