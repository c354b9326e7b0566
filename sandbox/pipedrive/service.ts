/** A stand-in of Pipedrive: API v2 and v1, OAuth, webhooks v2, one company or as many as are made. */
import type { Request, Response } from 'express';
import type { Handler, Handlers, Sample, ServiceFactory } from '../service.ts';
import { hostOf } from '../service.ts';
import { type Company, type CompanyOptions, openCompany } from './company.ts';
import { controlRoutes } from './control.ts';
import { coverage } from './coverage.ts';
import { notFound, Refusal, unauthorized } from './errors.ts';
import { createLimits } from './limits.ts';
import { API_TOKEN, CLIENT_ID, CLIENT_SECRET, createOauth } from './oauth.ts';
import { records, search, type Work } from './records.ts';
import * as api from './settings-api.ts';
import { createWebhooks } from './webhooks.ts';

/** The company there is from the start. */
const FIRST: CompanyOptions = { id: 900, domain: 'acme', mailDomain: 'example.com', apiToken: API_TOKEN };

const recordHandlers = (path: string, table: Parameters<typeof records>[0]): Record<string, Work> => {
  const { list, one, make, change, remove } = records(table);
  return {
    [`GET ${path}`]: list,
    [`GET ${path}/:id`]: one,
    [`POST ${path}`]: make,
    [`PATCH ${path}/:id`]: change,
    [`DELETE ${path}/:id`]: remove,
  };
};
const fieldHandlers = (table: Parameters<typeof api.fields>[0]): Record<string, Work> => {
  const { list, make, options } = api.fields(table);
  const path = `/api/v2/${table}`;
  return { [`GET ${path}`]: list, [`POST ${path}`]: make, [`POST ${path}/:code/options`]: options };
};

const apiHandlers = (now: () => Date): Record<string, Work> => ({
  'GET /v1/users/me': api.me,
  'GET /v1/users': api.users,
  'GET /v1/leadLabels': api.labels,
  'GET /v1/activityTypes': api.activityTypes,
  'GET /v1/webhooks': api.webhookList,
  'POST /v1/webhooks': api.webhookMake,
  'DELETE /v1/webhooks/:id': api.webhookRemove,
  ...recordHandlers('/v1/leads', 'leads'),
  'GET /api/v2/persons/search': search('persons', now),
  'GET /api/v2/organizations/search': search('organizations', now),
  ...recordHandlers('/api/v2/persons', 'persons'),
  ...recordHandlers('/api/v2/organizations', 'organizations'),
  ...recordHandlers('/api/v2/deals', 'deals'),
  ...recordHandlers('/api/v2/activities', 'activities'),
  ...fieldHandlers('personFields'),
  ...fieldHandlers('organizationFields'),
  ...fieldHandlers('dealFields'),
  'GET /api/v2/pipelines': api.pipelines,
  'GET /api/v2/stages': api.stages,
});

export const pipedrive: ServiceFactory = context => {
  const { clock, appUrl } = context;
  /** By domain. */
  const companies = new Map<string, Company>();
  const webhooks = createWebhooks(clock);
  const limits = createLimits(clock);
  const oauth = createOauth(context, companies);
  const open = (options: CompanyOptions): Company => {
    const company = openCompany(options, clock, webhooks.tell);
    companies.set(options.domain, company);
    return company;
  };
  open(FIRST);

  /** The token, then the company's own host, then what it may ask, then what is asked for. */
  const admitted =
    (work: Work): Handler =>
    (req, res) =>
      refusing(res, () => {
        const grant = oauth.grantOf(req);
        if (!grant) throw unauthorized();
        const { company, user } = grant;
        const host = hostOf(req);
        if (host !== undefined && host !== company.domain) throw unauthorized();
        limits.admit(company, req, res);
        if (company.settings.readOnly && req.method !== 'GET') {
          throw new Refusal(503, 'Service is temporarily unavailable');
        }
        const { status = 200, ...answer } = work(company, req, { user: user.id, source: 'api' });
        res.status(status).json({ success: true, ...answer });
      });

  const pages: Handlers = Object.fromEntries(
    (
      [
        ['GET /person/:id', 'persons'],
        ['GET /organization/:id', 'organizations'],
        ['GET /deal/:id', 'deals'],
        ['GET /leads/inbox/:id', 'leads'],
      ] as const
    ).map(([endpoint, table]): [string, Handler] => [
      endpoint,
      (req, res) => {
        const found = [...companies.values()].map(one => one.tables[table].get(String(req.params.id))).find(Boolean);
        res
          .status(found ? 200 : 404)
          .type('text')
          .send(found ? String(found.name ?? found.title) : 'not found');
      },
    ]),
  );

  async function uninstall(company: Company, user: number): Promise<number> {
    const known = company.users.find(one => one.id === user) ?? company.owner;
    oauth.drop({ company, user: known });
    const answer = await fetch(`${appUrl()}/connect/pipedrive/callback`, {
      method: 'DELETE',
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        client_id: CLIENT_ID,
        company_id: company.id,
        user_id: known.id,
        timestamp: clock.now().toISOString(),
      }),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  return {
    name: 'pipedrive',
    coverage,
    handlers: {
      ...oauth.handlers,
      ...pages,
      ...Object.fromEntries(
        Object.entries(apiHandlers(() => clock.now())).map(([endpoint, work]) => [endpoint, admitted(work)]),
      ),
    },
    otherwise: (_req: Request, res: Response) =>
      refusing(res, () => {
        throw notFound('Route');
      }),
    sample: () => sampleOf(companies.get(FIRST.domain) as Company),
    control: controlRoutes({ companies, open, oauth, webhooks, uninstall }),
    reset() {
      webhooks.reset();
      companies.clear();
      oauth.clear();
      limits.clear();
      open(FIRST);
    },
    env: base => ({
      PIPEDRIVE_API_TOKEN: API_TOKEN,
      PIPEDRIVE_API_URL: base,
      PIPEDRIVE_OAUTH_URL: base,
      PIPEDRIVE_WEB_URL: base,
      // It takes any number of calls, unless it is told otherwise.
      PIPEDRIVE_CALLS_PER_2_SECONDS: '0',
      PIPEDRIVE_CLIENT_ID: CLIENT_ID,
      PIPEDRIVE_CLIENT_SECRET: CLIENT_SECRET,
    }),
    undelivered: () => webhooks.undelivered(),
    close: () => webhooks.close(),
  };
};

function sampleOf({ insert, owner, apiToken, addField }: Company): Sample {
  const { id } = insert('persons', { name: 'Somebody' }, { user: owner.id, source: 'app' });
  const { field_code: code } = addField('personFields', 'List', 'enum', [{ label: 'One' }]);
  return { headers: { 'x-api-token': apiToken }, params: { id: String(id), code } };
}

function refusing(res: Response, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    res.status(error.status).json(error.body);
  }
}
