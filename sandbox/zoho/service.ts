/** A stand-in of Zoho CRM: API v8, OAuth over data centres, notifications, one organization or as many as are made. */
import type { Request, Response } from 'express';
import type { Handler, Handlers, Sample, ServiceFactory } from '../service.ts';
import { controlRoutes } from './control.ts';
import { coverage } from './coverage.ts';
import { badScope, badToken, noSuchPath, Refusal, told } from './errors.ts';
import { CLIENT_ID, CLIENT_SECRET, createOauth, type Grant, REFRESH_TOKEN } from './oauth.ts';
import { type Org, type OrgOptions, openOrg } from './org.ts';
import * as records from './records.ts';
import * as related from './related.ts';
import { nameOf } from './rows.ts';
import * as settings from './settings-api.ts';
import { createWatch } from './watch.ts';

const FIRST: OrgOptions = { zgid: '4150868', name: 'Acme Sales', dc: 'com', mailDomain: 'example.com' };
/** Deals have another name in addresses. */
const TABS: Readonly<Record<string, string>> = { Potentials: 'Deals' };

/** Endpoint → what it needs, and who does it. A scope that ends in ALL has all of its kind. */
const works = (
  watch: ReturnType<typeof createWatch>['handlers'],
): Record<string, [scope: string, work: records.Work]> => ({
  'GET /crm/v8/org': ['ZohoCRM.org.READ', settings.organization],
  'GET /crm/v8/users': ['ZohoCRM.users.READ', settings.users],
  'GET /crm/v8/settings/fields': ['ZohoCRM.settings.fields.READ', settings.fields],
  'POST /crm/v8/settings/fields': ['ZohoCRM.settings.fields.CREATE', settings.makeField],
  'PATCH /crm/v8/settings/fields/:field': ['ZohoCRM.settings.fields.UPDATE', settings.changeField],
  'GET /crm/v8/settings/layouts': ['ZohoCRM.settings.layouts.READ', settings.layouts],
  'GET /crm/v8/settings/pipeline': ['ZohoCRM.settings.pipeline.READ', settings.pipelines],
  'GET /crm/v8/actions/watch': ['ZohoCRM.notifications.READ', watch.list],
  'POST /crm/v8/actions/watch': ['ZohoCRM.notifications.CREATE', watch.make],
  'PATCH /crm/v8/actions/watch': ['ZohoCRM.notifications.UPDATE', watch.change],
  'DELETE /crm/v8/actions/watch': ['ZohoCRM.notifications.DELETE', watch.remove],
  'POST /crm/v8/coql': ['ZohoCRM.coql.READ', records.coql],
  'GET /crm/v8/:module/search': ['ZohoSearch.securesearch.READ', records.search],
  'GET /crm/v8/:module/deleted': ['ZohoCRM.modules.READ', records.deletedOnes],
  'POST /crm/v8/:module/upsert': ['ZohoCRM.modules.CREATE', records.upsert],
  'GET /crm/v8/:module/:id/Campaigns': ['ZohoCRM.modules.READ', related.campaignsOf],
  'PUT /crm/v8/:module/:id/Campaigns/:campaign': ['ZohoCRM.modules.UPDATE', related.join],
  'GET /crm/v8/:module/:id/__timeline': ['ZohoCRM.modules.READ', related.timeline],
  'POST /crm/v8/:module/:id/actions/convert': ['ZohoCRM.modules.CREATE', related.convert],
  'GET /crm/v8/:module/:id': ['ZohoCRM.modules.READ', records.one],
  'PUT /crm/v8/:module/:id': ['ZohoCRM.modules.UPDATE', records.change],
  'DELETE /crm/v8/:module/:id': ['ZohoCRM.modules.DELETE', records.remove],
  'GET /crm/v8/:module': ['ZohoCRM.modules.READ', records.list],
  'POST /crm/v8/:module': ['ZohoCRM.modules.CREATE', records.make],
  'PUT /crm/v8/:module': ['ZohoCRM.modules.UPDATE', records.change],
});

const isGranted = ({ scopes }: Grant, needed: string): boolean =>
  scopes.some(scope => scope === needed || scope === needed.replace(/\.[A-Z]+$/, '.ALL'));

export const zoho: ServiceFactory = context => {
  const { clock } = context;
  /** By their zgid. */
  const orgs = new Map<string, Org>();
  const watch = createWatch(clock);
  const oauth = createOauth(context, orgs);
  const open = (options: OrgOptions): Org => {
    const org = openOrg(options, clock, watch.tell);
    orgs.set(options.zgid, org);
    return org;
  };
  open(FIRST);

  /** The token, its scopes, the day's credits, then what is asked for. */
  const admitted =
    ([scope, work]: [string, records.Work], endpoint: string): Handler =>
    (req, res) =>
      refusing(res, () => {
        const grant = oauth.grantOf(req);
        if (!grant) throw badToken();
        if (!isGranted(grant, scope)) throw badScope();
        const { org, user } = grant;
        takeCredit(org, res);
        const isWrite = /^(POST|PUT|DELETE) \/crm\/v8\/:module/.test(endpoint);
        if (org.settings.readOnly && isWrite)
          throw new Refusal(503, told('MAINTENANCE', 'the service is under maintenance'));
        const { status, body } = work(org, req, { user, source: 'crm_api' }, clock.now());
        res.status(status);
        if (body === undefined) res.end();
        else res.json(body);
      });

  const pages: Handlers = {
    'GET /crm/:org/tab/:tab/:id': (req, res) => {
      const { org: name, tab, id } = req.params;
      const org = orgs.get(String(name).replace(/^org/, ''));
      const module = TABS[String(tab)] ?? String(tab);
      const row = org?.tables[module as keyof Org['tables']]?.get(String(id));
      res
        .status(row ? 200 : 404)
        .type('text')
        .send(row ? nameOf(row) : 'not found');
    },
  };

  return {
    name: 'zoho',
    coverage,
    handlers: {
      ...oauth.handlers,
      ...pages,
      ...Object.fromEntries(
        Object.entries(works(watch.handlers)).map(([endpoint, work]) => [endpoint, admitted(work, endpoint)]),
      ),
    },
    otherwise: (_req: Request, res: Response) =>
      refusing(res, () => {
        throw noSuchPath();
      }),
    sample: () => sampleOf([...orgs.values()][0] as Org, oauth.issue()),
    control: controlRoutes({ orgs, open, oauth, watch }),
    reset() {
      watch.reset();
      orgs.clear();
      oauth.clear();
      open(FIRST);
    },
    env: base => ({
      ZOHO_CLIENT_ID: CLIENT_ID,
      ZOHO_CLIENT_SECRET: CLIENT_SECRET,
      ZOHO_REFRESH_TOKEN: REFRESH_TOKEN,
      ZOHO_ACCOUNTS_URL: base,
      ZOHO_WEB_URL: base,
    }),
    undelivered: () => watch.undelivered(),
    close: () => watch.close(),
  };
};

/** From half of the day's credits on the answers say how many are left. @throws Refusal */
function takeCredit({ settings }: Org, res: Response): void {
  if (settings.creditsLeft < 0) return;
  if (settings.creditsLeft === 0) {
    throw new Refusal(429, told('TOO_MANY_REQUESTS', 'Number of API requests for the 24 hour period is exceeded'));
  }
  settings.creditsLeft -= 1;
  if (settings.creditsLeft <= settings.creditsOfDay / 2)
    res.set('x-api-credits-remaining', String(settings.creditsLeft));
}

function sampleOf({ insert, owner, fields, layout, zgid }: Org, token: string): Sample {
  const by = { user: owner, source: 'crm_ui' } as const;
  const made = insert('Leads', { Last_Name: 'Somebody' }, by);
  const id = made.ok ? made.row.id : '';
  return {
    headers: { authorization: `Zoho-oauthtoken ${token}` },
    params: { module: 'Leads', id, field: fields.Leads[0]?.id ?? '', layout, org: `org${zgid}`, tab: 'Leads' },
    // A path of three parts below v8 is a record of some module.
    unknown: '/crm/v8/settings/nothing/here',
  };
}

function refusing(res: Response, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    res.status(error.status).json(error.body);
  }
}
