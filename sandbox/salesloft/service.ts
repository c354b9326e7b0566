/** A stand-in of Salesloft: logging in or a key, and people who are added to cadences. */
import type { Request, Response } from 'express';
import { people as loggedIn } from '../mailboxes.ts';
import { emptyTool, type Member, nextId, sequenceControl } from '../sequence-tool.ts';
import type { Handler, Handlers, ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';

/** A story that wants it sets SALESLOFT_API_KEY to this, or the app. */
export const SALESLOFT_KEY = `ak${'0'.repeat(64)}`;
export const SALESLOFT_APP = {
  SALESLOFT_CLIENT_ID: 'sandbox-salesloft',
  SALESLOFT_CLIENT_SECRET: 'sandbox-salesloft-secret',
};

export const salesloft: ServiceFactory = context => {
  const all = loggedIn(context);
  let tool = emptyTool();

  const known =
    (work: Handler): Handler =>
    (req, res) => {
      const isGood = req.get('authorization') === `Bearer ${SALESLOFT_KEY}` || all.grantOf(req) !== undefined;
      if (!isGood) return void res.status(401).json({ error: 'Invalid Bearer token' });
      res.set({ 'x-ratelimit-endpoint-cost': '1', 'x-ratelimit-remaining-minute': '599' });
      return work(req, res);
    };

  const membershipOf = ({ id, person, sequence, isOver, repliedAt }: Member) => ({
    id: Number(id),
    person: { id: Number(person) },
    cadence: { id: Number(sequence) },
    currently_on_cadence: !isOver,
    counts: { replies: repliedAt ? 1 : 0 },
  });
  const personOf = ({ id, email, ...rest }: { id: string; email: string }) => ({
    ...rest,
    id: Number(id),
    email_address: email,
  });
  const memberNamed = (req: Request, res: Response): Member | undefined => {
    const member = tool.members.find(
      ({ id, isTaken }: Member & { isTaken?: true }) => id === req.params.id && !isTaken,
    );
    if (!member) res.status(404).json({ error: 'Not Found' });
    return member;
  };

  const handlers: Handlers = {
    'GET /oauth/authorize': (req, res) => {
      const { client_id: client, user = 'dana@example.com' } = req.query;
      if (client !== SALESLOFT_APP.SALESLOFT_CLIENT_ID) return res.status(401).send('Unknown application');
      res.redirect(302, all.back(req, { user: String(user), scope: '' }));
    },
    'POST /oauth/token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      if (form.client_secret !== SALESLOFT_APP.SALESLOFT_CLIENT_SECRET) {
        return res.status(401).json({ error: 'invalid_client', error_description: 'Client authentication failed' });
      }
      const granted = all.granted(form, () => ({}), true);
      if (granted) return res.json(granted);
      res.status(400).json({ error: 'invalid_grant', error_description: 'The provided grant is invalid or expired' });
    },
    'GET /v2/me': known((req, res) => {
      const email = all.grantOf(req)?.user ?? 'dana@example.com';
      res.json({ data: { id: 9, email, name: 'Dana Ruiz', team: { id: 1, name: 'Example' } } });
    }),
    'GET /v2/cadences': known((req, res) => {
      const [page, size] = [Number(req.query.page ?? 1), Math.min(Number(req.query.per_page ?? 25), 100)];
      const shown = tool.sequences.slice((page - 1) * size, page * size);
      const data = shown.map(({ id, name, active }) => ({
        id: Number(id),
        name,
        archived_at: null,
        current_state: active ? 'active' : 'draft',
      }));
      const next_page = page * size < tool.sequences.length ? page + 1 : null;
      res.json({ data, metadata: { paging: { per_page: size, current_page: page, next_page } } });
    }),
    'GET /v2/users': known((req, res) => {
      const data = tool.users
        .filter(({ email }) => email === listed(req, 'emails'))
        .map(one => ({ ...one, id: Number(one.id) }));
      res.json({ data, metadata: {} });
    }),
    'GET /v2/people': known((req, res) => {
      const of = tool.people.filter(({ email }) => email === listed(req, 'email_addresses'));
      res.json({ data: of.map(personOf), metadata: {} });
    }),
    'POST /v2/people': known(({ body }, res) => {
      const { email_address: email, ...rest } = body ?? {};
      if (!email) return refuse(res, 'email_address', "can't be blank");
      if (tool.people.some(one => one.email === email)) return refuse(res, 'email_address', 'is already taken');
      const made = { ...rest, id: nextId(tool.people), email: String(email) };
      tool.people.push(made);
      res.json({ data: personOf(made) });
    }),
    'GET /v2/cadence_memberships': known(({ query }, res) => {
      const of = tool.members.filter(
        one => one.person === String(query.person_id) && one.sequence === String(query.cadence_id),
      );
      res.json({ data: of.map(membershipOf), metadata: {} });
    }),
    'POST /v2/cadence_memberships': known(({ body }, res) => {
      const { person_id: person, cadence_id: sequence, user_id: sender } = body ?? {};
      if (!tool.people.some(({ id }) => id === String(person))) return refuse(res, 'person_id', 'is unknown');
      if (!tool.sequences.some(({ id }) => id === String(sequence))) return refuse(res, 'cadence_id', 'is unknown');
      if (!tool.users.some(({ id }) => id === String(sender))) return refuse(res, 'user_id', 'is unknown');
      const made: Member = {
        id: nextId(tool.members),
        person: String(person),
        sequence: String(sequence),
        sender: String(sender),
        isOver: false,
      };
      tool.members.push(made);
      res.json({ data: membershipOf(made) });
    }),
    'GET /v2/cadence_memberships/:id': known((req, res) => {
      const member = memberNamed(req, res);
      if (member) res.json({ data: membershipOf(member) });
    }),
    'DELETE /v2/cadence_memberships/:id': known((req, res) => {
      const member = memberNamed(req, res);
      if (!member) return;
      Object.assign(member, { isOver: true, isTaken: true });
      res.status(204).end();
    }),
  };

  return {
    name: 'salesloft',
    coverage,
    handlers,
    otherwise: known((req, res) => void res.status(404).json({ error: `no route for ${req.method} ${req.path}` })),
    sample: () => ({ headers: { authorization: `Bearer ${SALESLOFT_KEY}` }, params: { id: 'none' } }),
    control: sequenceControl(() => tool, { now: () => context.clock.now() }).use(all.control()),
    reset() {
      tool = emptyTool();
      all.reset();
    },
    // Without a key or an app nobody is connected: a story that wants it sets one.
    env: base => ({ SALESLOFT_API_URL: base, SALESLOFT_LOGIN_URL: base, SALESLOFT_WEB_URL: base }),
  };
};

/** `emails[]=…`, as Salesloft's lists are written. */
function listed({ query }: Request, name: string): string {
  const given = query[name] ?? query[`${name}[]`];
  return String(Array.isArray(given) ? given[0] : (given ?? ''));
}

function refuse(res: Response, field: string, why: string): void {
  res.status(422).json({ errors: { [field]: [why] } });
}
