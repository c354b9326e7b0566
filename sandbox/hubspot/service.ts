import type { Request, Response } from 'express';
import type { Handler, Sample, ServiceFactory } from '../service.ts';
import { type Account, type AccountKeys, createAccount } from './account.ts';
import { accountHandlers, eventHandlers } from './account-api.ts';
import { associationHandlers } from './associations.ts';
import { controlRoutes } from './control.ts';
import { coverage, withOldPaths } from './coverage.ts';
import { pageHandlers } from './crm/pages.ts';
import { propertyHandlers } from './crm/properties.ts';
import { sequenceHandlers } from './crm/sequences.ts';
import { Refusal, send } from './errors.ts';
import { type AccountHandler, needType } from './http.ts';
import { ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, createOauth, type Oauth } from './oauth.ts';
import { objectHandlers } from './objects.ts';
import { createPublicApp } from './public-app.ts';
import { typeNamed } from './schema.ts';
import { searchHandlers } from './search.ts';
import type { Webhooks } from './webhooks.ts';

const API_VERSION = '2026-03';
const VERSIONS = new Set(['2026-03', '2026-09']);
/** Where dated paths carry their version. */
const VERSIONED =
  /^\/(?:crm\/(?:objects|associations|properties|pipelines|owners|lists)|automation\/sequences|events\/event-occurrences)\/([^/]+)/;
/** The account there is from the start. */
const FIRST: AccountKeys = { id: 62515, accessToken: ACCESS_TOKEN, clientSecret: CLIENT_SECRET };

const FIRST_EVENT = 3_816_279_340;

/** Everything an account may be asked, once it is known which one asks. */
const API: Record<string, AccountHandler> = withOldPaths({
  ...associationHandlers,
  ...searchHandlers,
  ...objectHandlers,
  ...eventHandlers,
  ...propertyHandlers,
  ...accountHandlers,
  ...sequenceHandlers,
});

/** HubSpot: CRM, events, lists, OAuth and webhooks of one account, or of as many as are made. */
export const hubspot: ServiceFactory = context => {
  const accounts = new Map<number, Account>();
  let event = FIRST_EVENT;
  const nextEvent = () => ++event;
  const add = (keys: AccountKeys) => void accounts.set(keys.id, createAccount(context, keys, nextEvent));
  add(FIRST);
  const app = createPublicApp(context);
  const oauth = createOauth(context, accounts, app);

  /** Token, then limits, then version: HubSpot looks at the endpoint last. */
  const admitted =
    (work: AccountHandler): Handler =>
    (req, res) =>
      refusing(res, () => work(admit(oauth, req, res), req, res));

  return {
    name: 'hubspot',
    coverage,
    handlers: {
      ...oauth.handlers,
      ...app.handlers,
      ...pageHandlers(accounts),
      ...Object.fromEntries(Object.entries(API).map(([endpoint, work]) => [endpoint, admitted(work)])),
    },
    otherwise: admitted((_account, _req, res) => {
      res.status(404).type('html').send('<html><body><h1>404: resource not found</h1></body></html>');
    }),
    sample: () => sampleOf(accounts.get(FIRST.id) as Account),
    control: controlRoutes(accounts, FIRST, add, { ...oauth, app }),
    reset() {
      // What they still have to deliver is nobody's any more.
      for (const account of accounts.values()) void account.webhooks.close();
      accounts.clear();
      add(FIRST);
      oauth.clear();
      app.clear();
    },
    env: envOf,
    undelivered: () => [...accounts.values()].reduce((sum, { webhooks }) => sum + left(webhooks.state()), 0),
    async close() {
      await Promise.all([...accounts.values()].map(account => account.webhooks.close()));
    },
  };
};

const left = ({ waiting, underWay, retrying }: ReturnType<Webhooks['state']>) => waiting + underWay + retrying;

/** A company: nobody is told of a new one. */
function sampleOf({ portal, accessToken }: Account): Sample {
  const { id } = portal.create('companies', { name: 'Acme' }, 'CRM_UI');
  const params = { version: API_VERSION, type: 'companies', id, to: 'contacts', toId: '1', name: 'domain' };
  return { headers: { authorization: `Bearer ${accessToken}` }, params };
}

function admit(oauth: Oauth, req: Request, res: Response): Account {
  const account = oauth.accountOf(req);
  if (!account) {
    throw new Refusal(
      401,
      'INVALID_AUTHENTICATION',
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    );
  }
  account.limits.calls(req, res);
  const version = VERSIONED.exec(req.path)?.[1];
  if (version !== undefined && !VERSIONS.has(version)) {
    throw new Refusal(404, 'NOT_FOUND', `There is no API version ${version}`);
  }
  if (account.settings.readOnly && isWrite(req)) throw new Refusal(503, 'UNAVAILABLE', 'HubSpot is read-only for now');
  for (const name of [req.params.type, req.params.to]) {
    const type = typeNamed(String(name));
    if (type) needType(account, type);
  }
  return account;
}

const isWrite = ({ method, path }: Request): boolean => method !== 'GET' && !/\/(search|batch\/read)$/.test(path);

function refusing(res: Response, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(res, error);
  }
}

function envOf(base: string): Record<string, string> {
  return {
    HUBSPOT_API_URL: base,
    HUBSPOT_WEB_URL: base,
    HUBSPOT_APP_URL: base,
    HUBSPOT_ACCESS_TOKEN: ACCESS_TOKEN,
    HUBSPOT_CLIENT_ID: CLIENT_ID,
    HUBSPOT_CLIENT_SECRET: CLIENT_SECRET,
    HUBSPOT_API_VERSION: API_VERSION,
    // It takes any number of calls, unless it is told otherwise.
    HUBSPOT_CALLS_PER_10_SECONDS: '0',
  };
}
