import type { Request, Response } from 'express';
import { keyBelow } from '../coverage.ts';
import type { Handler, Sample, ServiceFactory } from '../service.ts';
import { type Account, createAccount } from './account.ts';
import { accountHandlers } from './account-api.ts';
import { contactHandlers } from './contacts-api.ts';
import { controlRoutes } from './control.ts';
import { coverage } from './coverage.ts';
import { forbidden, Refusal, send } from './errors.ts';
import type { AccountHandler } from './http.ts';

const FIRST = { name: 'sandbox', key: 'sandbox-activecampaign-key' };

/** ActiveCampaign: API v3, an automation's webhook and one that is subscribed to events, of one account or as many as are made. */
export const activecampaign: ServiceFactory = context => {
  const accounts = new Map<string, Account>();
  const add = (name: string, key: string): Account => {
    const account = createAccount(context, name, key);
    accounts.set(key, account);
    return account;
  };
  add(FIRST.name, FIRST.key);

  /** Key, then limit, then rights. */
  const admitted =
    (work: AccountHandler): Handler =>
    (req, res) => {
      try {
        const account = accounts.get(String(req.headers['api-token'] ?? ''));
        if (!account) throw forbidden();
        account.admit(res);
        if (account.settings.denied.some(part => req.path.split('/').includes(part))) {
          throw forbidden(`You do not have permission to use ${req.path}.`);
        }
        work(account, req, res);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        send(res, error);
      }
    };

  const api = Object.entries({ ...contactHandlers, ...accountHandlers });
  return {
    name: 'activecampaign',
    coverage,
    handlers: Object.fromEntries(api.map(([endpoint, work]) => [keyBelow('/api/3', endpoint), admitted(work)])),
    otherwise: admitted((_account: Account, req: Request, res: Response) => {
      res.status(404).json({ message: `No route for ${req.method} ${req.path}` });
    }),
    sample: () => sampleOf(accounts.get(FIRST.key) as Account),
    control: controlRoutes({ all: accounts, first: FIRST.name, add }),
    reset() {
      // What they still have to deliver is nobody's any more.
      for (const { webhook } of accounts.values()) void webhook.close();
      accounts.clear();
      add(FIRST.name, FIRST.key);
    },
    env: base => ({ ACTIVECAMPAIGN_API_URL: base, ACTIVECAMPAIGN_API_KEY: FIRST.key }),
    undelivered: () =>
      [...accounts.values()].reduce((sum, { webhook }) => sum + webhook.state().waiting + webhook.state().underWay, 0),
    async close() {
      await Promise.all([...accounts.values()].map(({ webhook }) => webhook.close()));
    },
  };
};

/** A contact that is there, and an account that may be called as often as somebody likes. */
function sampleOf(account: Account): Sample {
  account.settings.callsPerSecond = null;
  const { id } = account.create('sample@example.com');
  return { headers: { 'api-token': FIRST.key }, params: { id: String(id) } };
}
