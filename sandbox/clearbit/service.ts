/** A stand-in of Clearbit's company look-up: key, 202 while it "looks", quota, limit per minute, its error bodies. */
import type { Request, Response } from 'express';
import type { Handler, ServiceFactory } from '../service.ts';
import { clearbitControl } from './control.ts';
import { coverage } from './coverage.ts';
import { API_KEY, emptyState } from './state.ts';

export const clearbit: ServiceFactory = context => {
  let state = emptyState();

  const findCompany: Handler = (req, res) => {
    const account = state.accounts.get(keyOf(req) ?? '');
    if (!account) return refuse(res, 401, 'auth_invalid', 'Invalid API key provided.');
    if (!account.count(context.clock, res)) return refuse(res, 429, 'rate_limit', 'Too many requests.');
    if (account.creditsLeft === 0) return refuse(res, 402, 'over_quota', 'Over quota.');
    const domain = String(req.query.domain ?? '').toLowerCase();
    if (!isDomain(domain)) return refuse(res, 422, 'domain_invalid', 'Domain is invalid.');
    // Clearbit counts 200, 202 and 404 against the quota alike.
    if (account.creditsLeft !== null) account.creditsLeft -= 1;
    const waits = state.queued.get(domain) ?? 0;
    if (waits > 0) {
      state.queued.set(domain, waits - 1);
      return refuse(res, 202, 'queued', 'Your request has been queued and will be available shortly.');
    }
    const company = state.companies.get(domain);
    if (!company) return refuse(res, 404, 'unknown_record', 'Unknown company.');
    res.json(company);
  };

  const findDomain: Handler = (req, res) => {
    const account = state.accounts.get(keyOf(req) ?? '');
    if (!account) return refuse(res, 401, 'auth_invalid', 'Invalid API key provided.');
    if (!account.count(context.clock, res)) return refuse(res, 429, 'rate_limit', 'Too many requests.');
    const name = String(req.query.name ?? '').trim();
    if (name === '') return refuse(res, 422, 'params_missing', 'Company name is required.');
    // The best guess: the name as it is, else one whose first word begins like it.
    const [wanted = '', start = ''] = [name.toLowerCase(), name.toLowerCase().split(/\s/)[0]];
    const all = [...state.companies.values()].map(one => ({
      name: String(one.name ?? ''),
      domain: String(one.domain),
    }));
    const found =
      all.find(one => one.name.toLowerCase() === wanted) ?? all.find(one => one.name.toLowerCase().startsWith(start));
    if (!found) return refuse(res, 404, 'unknown_record', 'Unknown company.');
    res.json({ ...found, logo: null });
  };

  return {
    name: 'clearbit',
    coverage,
    handlers: { 'GET /v2/companies/find': findCompany, 'GET /v1/domains/find': findDomain },
    otherwise: (req, res) => refuse(res, 404, 'unknown_route', `Unknown route: ${req.method} ${req.path}`),
    sample: () => ({ headers: { authorization: `Bearer ${API_KEY}` }, params: {} }),
    control: clearbitControl(() => state),
    reset() {
      state = emptyState();
    },
    env: base => ({ CLEARBIT_API_URL: base, CLEARBIT_API_KEY: API_KEY }),
  };
};

/** The key as Basic user name (`key:`) or Bearer token. */
function keyOf(req: Request): string | undefined {
  const [scheme, value = ''] = (req.get('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0];
}

function refuse(res: Response, status: number, type: string, message: string): void {
  res.status(status).json({ error: { type, message } });
}

function isDomain(text: string): boolean {
  return /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(text) && text.length <= 253;
}
