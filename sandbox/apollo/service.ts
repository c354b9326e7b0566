/** A stand-in of Apollo's enrichment: `x-api-key` only, query parameters only, three windows of limits, credits. */
import type { Request, Response } from 'express';
import { type Handler, rawBody, type ServiceFactory } from '../service.ts';
import { apolloControl } from './control.ts';
import { coverage } from './coverage.ts';
import { type PersonInput, personOf } from './records.ts';
import { sequenceHandlers } from './sequences.ts';
import { type Account, API_KEY, emptyState, type State } from './state.ts';

export const apollo: ServiceFactory = ({ clock }) => {
  let state = emptyState(clock);

  const matchPerson: Handler = (req, res) => {
    const account = admit(state, req, res, 'api/v1/people/match');
    if (!account) return;
    const email = String(req.query.email ?? '').toLowerCase();
    if (email === '' && !(req.query.first_name && req.query.last_name && req.query.organization_name)) {
      return refuse(res, 'an email, or a name with an organization, is required by this stand-in');
    }
    if (email !== '' && !/^[^\s@\\]+@[^\s@]+\.[^\s@]+$/.test(email)) return refuse(res, 'Invalid email.');
    if (req.query.reveal_phone_number === 'true' && !req.query.webhook_url) {
      return refuse(res, "Please add a valid 'webhook_url' parameter when using 'reveal_phone_number'");
    }
    const known = email === '' ? byName(state, req) : state.people.get(email);
    if (!known) return res.json({ person: null });
    charge(account);
    const domain = known.domain ?? known.email.split('@')[1] ?? '';
    res.json({ person: personOf(known, state.organizations.get(domain.toLowerCase())) });
  };

  const enrichOrganization: Handler = (req, res) => {
    const account = admit(state, req, res, 'api/v1/organizations/enrich');
    if (!account) return;
    const domain = String(req.query.domain ?? '').toLowerCase();
    if (!/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(domain)) return refuse(res, 'Invalid domain.');
    const organization = state.organizations.get(domain);
    if (organization) charge(account);
    res.json({ organization: organization ?? null });
  };

  /** Calls beyond enrichment, which take a master key. */
  const admitted =
    (endpoint: string, work: Handler): Handler =>
    (req, res) => {
      const account = admit(state, req, res, endpoint);
      if (!account) return;
      if (account.isMaster) return work(req, res);
      const error = `This API key is not authorized to access ${endpoint}.`;
      res.status(403).json({ error, error_code: 'API_INACCESSIBLE' });
    };

  return {
    name: 'apollo',
    coverage,
    handlers: {
      'POST /people/match': matchPerson,
      'GET /organizations/enrich': enrichOrganization,
      ...sequenceHandlers(() => state.tool, admitted),
    },
    otherwise: (req, res) => res.status(404).json({ error: `no ${req.method} ${req.path}` }),
    sample: () => ({ headers: { 'x-api-key': API_KEY }, params: { id: 'none' } }),
    control: apolloControl(clock, () => state),
    reset() {
      state = emptyState(clock);
    },
    env: base => ({ APOLLO_API_URL: base, APOLLO_WEB_URL: base, APOLLO_API_KEY: API_KEY }),
  };
};

/** What every endpoint checks, in Apollo's order: key, limits, parameters, credits. */
function admit(state: State, req: Request, res: Response, endpoint: string): Account | undefined {
  // A key sent as a bearer token is no OAuth token, so it is refused like any other.
  const account = state.accounts.get(req.get('x-api-key') ?? '');
  if (!account) {
    res.status(401).type('text/plain').send('Invalid access credentials.');
    return undefined;
  }
  const passed = account.meter.pass(endpoint, res);
  if (passed !== true) res.status(429).json({ message: passed });
  else if (rawBody(req).length > 0) refuse(res, 'parameters belong in the query string');
  else if (account.creditsLeft === 0) refuse(res, 'You have insufficient credits.');
  else return account;
  return undefined;
}

/** First name, last name and the name of the organization, whatever their case. */
function byName({ people, organizations }: State, { query }: Request): PersonInput | undefined {
  const same = (one: unknown, other: unknown) => String(one ?? '').toLowerCase() === String(other ?? '').toLowerCase();
  return [...people.values()].find(
    one =>
      same(one.first_name, query.first_name) &&
      same(one.last_name, query.last_name) &&
      same(organizations.get((one.domain ?? '').toLowerCase())?.name, query.organization_name),
  );
}

function charge(account: Account): void {
  if (account.creditsLeft !== null) account.creditsLeft -= 1;
}

function refuse(res: Response, error: string): void {
  res.status(422).json({ error });
}
