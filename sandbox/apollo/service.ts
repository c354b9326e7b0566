/** A stand-in of Apollo's enrichment: `x-api-key` only, query parameters only, three windows of limits, credits. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { companyInput } from '../company.ts';
import { read } from '../control.ts';
import { rawBody, type SandboxContext, type Service, type ServiceFactory } from '../service.ts';
import { type Limits, Meter } from './limits.ts';
import { organizationOf, type PersonInput, personInput, personOf } from './records.ts';

const API_KEY = 'sandbox-apollo-key';

const creditsInput = z.strictObject({ left: z.int().min(0).nullable() });
const limitInput = z.strictObject({
  minute: z.int().min(0).optional(),
  hourly: z.int().min(0).optional(),
  daily: z.int().min(0).optional(),
});

type Organization = Record<string, unknown>;

export const apollo: ServiceFactory = (context: SandboxContext): Service => {
  const organizations = new Map<string, Organization>();
  const people = new Map<string, PersonInput>();
  let creditsLeft: number | null = null;
  let meter = new Meter(context.clock);
  const routes = Router();

  /** What every endpoint checks, in Apollo's order: key, limits, parameters, credits. */
  function admitted(req: Request, res: Response, endpoint: string): boolean {
    // A key sent as a bearer token is no OAuth token, so it is refused like any other.
    if (req.get('x-api-key') !== API_KEY) {
      res.status(401).type('text/plain').send('Invalid access credentials.');
      return false;
    }
    const passed = meter.pass(endpoint, res);
    if (passed !== true) {
      res.status(429).json({ message: passed });
      return false;
    }
    if (rawBody(req).length > 0) return refuse(res, 'parameters belong in the query string');
    if (creditsLeft === 0) return refuse(res, 'You have insufficient credits.');
    return true;
  }

  function charge(): void {
    if (creditsLeft !== null) creditsLeft -= 1;
  }

  routes.post('/people/match', (req, res) => {
    if (!admitted(req, res, 'api/v1/people/match')) return;
    const email = String(req.query.email ?? '').toLowerCase();
    if (email === '') return void refuse(res, 'an email is required by this stand-in');
    if (!/^[^\s@\\]+@[^\s@]+\.[^\s@]+$/.test(email)) return void refuse(res, 'Invalid email.');
    if (req.query.reveal_phone_number === 'true' && !req.query.webhook_url) {
      return void refuse(res, "Please add a valid 'webhook_url' parameter when using 'reveal_phone_number'");
    }
    const known = people.get(email);
    if (!known) return void res.json({ person: null });
    charge();
    res.json({ person: personOf(known, organizations.get((known.domain ?? email.split('@')[1] ?? '').toLowerCase())) });
  });

  routes.get('/organizations/enrich', (req, res) => {
    if (!admitted(req, res, 'api/v1/organizations/enrich')) return;
    const domain = String(req.query.domain ?? '').toLowerCase();
    if (!/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(domain)) return void refuse(res, 'Invalid domain.');
    const organization = organizations.get(domain);
    if (organization) charge();
    res.json({ organization: organization ?? null });
  });
  routes.use((req, res) => void res.status(404).json({ error: `no ${req.method} ${req.path}` }));

  const control = Router();
  control.post('/companies', (req, res) => {
    const input = read(companyInput, req.body, res);
    if (!input) return;
    const organization = organizationOf(input);
    organizations.set(input.domain.toLowerCase(), organization);
    res.status(201).json(organization);
  });
  control.post('/people', (req, res) => {
    const input = read(personInput, req.body, res);
    if (!input) return;
    people.set(input.email.toLowerCase(), input);
    res.status(201).json({ ok: true });
  });
  /** An organization in a shape of its own: what a fixture holds. */
  control.post('/raw', (req, res) => {
    const input = read(z.looseObject({ primary_domain: z.string() }), req.body, res);
    if (!input) return;
    organizations.set(input.primary_domain.toLowerCase(), input);
    res.status(201).json({ ok: true });
  });
  control.post('/credits', (req, res) => {
    const input = read(creditsInput, req.body, res);
    if (!input) return;
    creditsLeft = input.left;
    res.json({ ok: true });
  });
  control.post('/limit', (req, res) => {
    const input = read(limitInput, req.body, res);
    if (!input) return;
    meter.limits = { ...meter.limits, ...(input as Partial<Limits>) };
    res.json({ ok: true });
  });

  return {
    name: 'apollo',
    routes,
    control,
    reset() {
      organizations.clear();
      people.clear();
      creditsLeft = null;
      meter = new Meter(context.clock);
    },
    env: base => ({ APOLLO_API_URL: base, APOLLO_API_KEY: API_KEY }),
  };
};

function refuse(res: Response, error: string): false {
  res.status(422).json({ error });
  return false;
}
