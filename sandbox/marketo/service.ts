import type { Request, Response } from 'express';
import type { Handler, Sample, ServiceFactory } from '../service.ts';
import { type Account, type AccountKeys, createAccount } from './account.ts';
import { activityHandlers } from './activities-api.ts';
import { controlRoutes } from './control.ts';
import { coverage } from './coverage.ts';
import { allowed, customHandlers, listHandlers } from './custom-api.ts';
import { notFound, Refusal, send } from './errors.ts';
import type { AccountHandler } from './http.ts';
import { createIdentity } from './identity.ts';
import { leadHandlers } from './leads-api.ts';

/** The instance there is from the start. */
const FIRST: AccountKeys = {
  munchkin: '123-ABC-456',
  clientId: 'sandbox-marketo-client',
  clientSecret: 'sandbox-marketo-secret',
};
/** The custom header of its webhook. */
const WEBHOOK_KEY = 'sandbox-marketo-webhook-key';
const LONGEST_ADDRESS = 8_192;

/** What a role must allow, by the keys of the coverage table; the handlers ask for what depends on more. */
const NEEDS: Readonly<Record<string, string>> = {
  'GET /rest/v1/activities.json': 'Read-Only Activity',
  'GET /rest/v1/activities/leadchanges.json': 'Read-Only Activity',
  'GET /rest/v1/leads/describe.json': 'Read-Only Person',
};

const API: Record<string, AccountHandler> = {
  ...leadHandlers,
  ...activityHandlers,
  ...customHandlers,
  ...listHandlers,
};

/** Marketo: the lead database's REST API and a campaign's webhook, of one instance or of as many as are made. */
export const marketo: ServiceFactory = context => {
  const accounts = new Map<string, Account>();
  const add = (keys: AccountKeys, webhookKey = WEBHOOK_KEY): Account => {
    const account = createAccount(context, keys, webhookKey);
    accounts.set(keys.clientId, account);
    return account;
  };
  const identity = createIdentity(context.clock, accounts);
  add(FIRST);

  /** Length, then token, then limits, then rights. */
  const admitted =
    (endpoint: string, work: AccountHandler): Handler =>
    (req, res) => {
      if (req.originalUrl.length > LONGEST_ADDRESS) return void res.status(414).send('Request-URI Too Long');
      refusing(res, () => work(admit(endpoint, req), req, res));
    };

  function admit(endpoint: string, req: Request): Account {
    const account = identity.accountOf(req);
    account.limits.admit();
    const needed = NEEDS[endpoint];
    if (needed !== undefined) allowed(account, needed);
    if (endpoint === 'GET|POST /rest/v1/leads.json' && req.method === 'POST' && req.query._method !== 'GET') {
      allowed(account, 'Read-Write Person');
    }
    return account;
  }

  return {
    name: 'marketo',
    coverage,
    handlers: {
      'GET|POST /identity/oauth/token': identity.handle,
      ...Object.fromEntries(Object.entries(API).map(([endpoint, work]) => [endpoint, admitted(endpoint, work)])),
    },
    otherwise: admitted('', () => {
      throw notFound();
    }),
    sample: () => sampleOf(accounts.get(FIRST.clientId) as Account, identity.handle),
    control: controlRoutes({ all: accounts, first: FIRST.clientId, add, identity }),
    reset() {
      // What they still have to deliver is nobody's any more.
      for (const { webhook } of accounts.values()) void webhook.close();
      accounts.clear();
      identity.clear();
      add(FIRST);
    },
    env: base => ({
      MARKETO_API_URL: base,
      MARKETO_CLIENT_ID: FIRST.clientId,
      MARKETO_CLIENT_SECRET: FIRST.clientSecret,
      MARKETO_WEBHOOK_KEY: WEBHOOK_KEY,
    }),
    undelivered: () =>
      [...accounts.values()].reduce((sum, { webhook }) => sum + webhook.state().waiting + webhook.state().underWay, 0),
    async close() {
      await Promise.all([...accounts.values()].map(({ webhook }) => webhook.close()));
    },
  };
};

function refusing(res: Response, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(res, error);
  }
}

/** A person, a list and a custom activity type that are there, and a token to ask for them. */
function sampleOf({ instance }: Account, token: Handler): Sample {
  const { id } = instance.create({ email: 'sample@example.com' }, 'Web page visit');
  const name = 'sampleType';
  const primary = { apiName: 'what', name: 'What' };
  const words = { name: 'Sample', description: '', triggerName: 'Samples', filterName: 'Sampled' };
  instance.customTypes.set(name, {
    id: instance.nextCustomType(),
    apiName: name,
    ...words,
    primary,
    attributes: [],
    status: 'draft',
  });
  const list = String(instance.addList('Sample'));
  let value = '';
  const query = { grant_type: 'client_credentials', client_id: FIRST.clientId, client_secret: FIRST.clientSecret };
  const answer = {
    json: (body: { access_token: string }) => {
      value = body.access_token;
    },
  };
  token({ query } as unknown as Request, answer as unknown as Response);
  const ofList = { id: list };
  const except = Object.fromEntries(
    [
      'GET /rest/v1/lists/:id.json',
      'GET /rest/v1/lists/:id/leads.json',
      'POST|DELETE /rest/v1/lists/:id/leads.json',
    ].map(endpoint => [endpoint, ofList]),
  );
  return {
    headers: { authorization: `Bearer ${value}` },
    params: { id: String(id), name },
    except,
    refusesWith200: true,
  };
}
