/** A stand-in of Clearbit's company look-up: key, 202 while it "looks", quota, limit per minute, its error bodies. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { companyInput } from '../company.ts';
import { read } from '../control.ts';
import type { SandboxContext, Service, ServiceFactory } from '../service.ts';
import { clearbitCompany } from './company.ts';

const API_KEY = 'sandbox-clearbit-key';
const MINUTE_MS = 60_000;
/** Clearbit's own default. */
const PER_MINUTE = 600;

const queueInput = z.strictObject({ domain: z.string(), times: z.int().positive().default(1) });
const creditsInput = z.strictObject({ left: z.int().min(0).nullable() });
const limitInput = z.strictObject({ perMinute: z.int().min(0) });

interface State {
  companies: Map<string, Record<string, unknown>>;
  /** Domains that answer 202 so many times more. */
  queued: Map<string, number>;
  creditsLeft: number | null;
  perMinute: number;
  window: { start: number; used: number };
}

function empty(): State {
  return {
    companies: new Map(),
    queued: new Map(),
    creditsLeft: null,
    perMinute: PER_MINUTE,
    window: { start: 0, used: 0 },
  };
}

export const clearbit: ServiceFactory = (context: SandboxContext): Service => {
  let state = empty();
  const routes = Router();

  routes.get('/v2/companies/find', (req, res) => {
    if (keyOf(req) !== API_KEY) return refuse(res, 401, 'auth_invalid', 'Invalid API key provided.');
    if (!withinLimit(state, context, res)) return refuse(res, 429, 'rate_limit', 'Too many requests.');
    if (state.creditsLeft === 0) return refuse(res, 402, 'over_quota', 'Over quota.');
    const domain = String(req.query.domain ?? '').toLowerCase();
    if (!isDomain(domain)) return refuse(res, 422, 'domain_invalid', 'Domain is invalid.');
    // Clearbit counts 200, 202 and 404 against the quota alike.
    if (state.creditsLeft !== null) state.creditsLeft -= 1;
    const waits = state.queued.get(domain) ?? 0;
    if (waits > 0) {
      state.queued.set(domain, waits - 1);
      return refuse(res, 202, 'queued', 'Your request has been queued and will be available shortly.');
    }
    const company = state.companies.get(domain);
    if (!company) return refuse(res, 404, 'unknown_record', 'Unknown company.');
    res.json(company);
  });
  routes.use((req, res) => refuse(res, 404, 'unknown_route', `Unknown route: ${req.method} ${req.path}`));

  const control = Router();
  control.post('/companies', (req, res) => {
    const input = read(companyInput, req.body, res);
    if (!input) return;
    const company = clearbitCompany(input);
    state.companies.set(input.domain.toLowerCase(), company);
    res.status(201).json(company);
  });
  /** Something in a shape of its own: what a fixture holds. */
  control.post('/raw', (req, res) => {
    const input = read(z.looseObject({ domain: z.string() }), req.body, res);
    if (!input) return;
    state.companies.set(input.domain.toLowerCase(), input);
    res.status(201).json({ ok: true });
  });
  control.post('/queue', (req, res) => {
    const input = read(queueInput, req.body, res);
    if (!input) return;
    state.queued.set(input.domain.toLowerCase(), input.times);
    res.json({ ok: true });
  });
  control.post('/credits', (req, res) => {
    const input = read(creditsInput, req.body, res);
    if (!input) return;
    state.creditsLeft = input.left;
    res.json({ ok: true });
  });
  control.post('/limit', (req, res) => {
    const input = read(limitInput, req.body, res);
    if (!input) return;
    state.perMinute = input.perMinute;
    res.json({ ok: true });
  });

  return {
    name: 'clearbit',
    routes,
    control,
    reset() {
      state = empty();
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

/** Counts the call in its minute and says in headers what is left. */
function withinLimit(state: State, { clock }: SandboxContext, res: Response): boolean {
  const now = clock.now().getTime();
  const start = now - (now % MINUTE_MS);
  if (state.window.start !== start) state.window = { start, used: 0 };
  state.window.used += 1;
  const left = state.perMinute - state.window.used;
  const end = start + MINUTE_MS;
  res.set('x-ratelimit-limit', String(state.perMinute));
  res.set('x-ratelimit-remaining', String(Math.max(left, 0)));
  res.set('x-ratelimit-reset', String(end / 1_000));
  if (left < 0) res.set('retry-after', String(Math.ceil((end - now) / 1_000)));
  return left >= 0;
}

function refuse(res: Response, status: number, type: string, message: string): void {
  res.status(status).json({ error: { type, message } });
}

function isDomain(text: string): boolean {
  return /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(text) && text.length <= 253;
}
