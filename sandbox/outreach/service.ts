/** A stand-in of Outreach: logging in, and prospects that are added to sequences. JSON:API, and no other content type. */
import type { Request, Response } from 'express';
import { people as loggedIn } from '../mailboxes.ts';
import { emptyTool, type Member, memberOf, nextId, sequenceControl } from '../sequence-tool.ts';
import { type Handler, type Handlers, rawBody, type ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';

/** A story that wants it sets OUTREACH_CLIENT_ID and OUTREACH_CLIENT_SECRET to these. */
export const OUTREACH_APP = {
  OUTREACH_CLIENT_ID: 'sandbox-outreach',
  OUTREACH_CLIENT_SECRET: 'sandbox-outreach-secret',
};
/** Good without a log-in. */
export const OUTREACH_TOKEN = 'sandbox-outreach-token';
const TYPE = 'application/vnd.api+json';
const PAGE = 50;

export const outreach: ServiceFactory = context => {
  const all = loggedIn(context);
  let tool = emptyTool();

  const known =
    (work: Handler): Handler =>
    (req, res) => {
      const isGood = req.get('authorization') === `Bearer ${OUTREACH_TOKEN}` || all.grantOf(req) !== undefined;
      if (!isGood) return refuse(res, 401, 'unauthenticated', 'The access token is not valid.');
      if (req.method === 'POST' && req.get('content-type') !== TYPE) {
        return refuse(res, 415, 'unsupportedMediaType', `Expected Content-Type header to be '${TYPE}'.`);
      }
      return work(req, res);
    };

  const stateOf = ({ id, isOver, repliedAt }: Member) => ({
    type: 'sequenceState',
    id: Number(id),
    attributes: { state: isOver ? 'finished' : 'active', repliedAt: repliedAt ?? null },
  });
  const prospectOf = ({ id, ...attributes }: { id: string; email: string }) => ({
    type: 'prospect',
    id: Number(id),
    attributes: { emails: [attributes.email], ...attributes },
  });
  const memberNamed = (req: Request, res: Response): Member | undefined => {
    const member = tool.members.find(({ id }) => id === req.params.id);
    if (!member) refuse(res, 404, 'resourceNotFound', `Could not find 'sequenceState' with ID '${req.params.id}'.`);
    return member;
  };

  const handlers: Handlers = {
    'GET /oauth/authorize': (req, res) => {
      const { client_id: client, user = 'dana@example.com', scope = '' } = req.query;
      if (client !== OUTREACH_APP.OUTREACH_CLIENT_ID) return res.status(401).send('Unknown application');
      res.redirect(302, all.back(req, { user: String(user), scope: String(scope) }));
    },
    'POST /oauth/token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      if (form.client_secret !== OUTREACH_APP.OUTREACH_CLIENT_SECRET) {
        return res.status(401).json({ error: 'invalid_client', error_description: 'Client authentication failed' });
      }
      const granted = all.granted(form, () => ({}), true);
      if (granted) return res.json(granted);
      res.status(400).json({ error: 'invalid_grant', error_description: 'The grant is invalid, expired or revoked' });
    },
    'GET /api/v2': known((req, res) => {
      const email = all.grantOf(req)?.user ?? 'dana@example.com';
      const user = { id: 9, email, firstName: 'Dana', lastName: 'Ruiz' };
      document(res, { meta: { user, org: { id: 1, name: 'Example' } } });
    }),
    'GET /api/v2/sequences': known((req, res) => {
      const shown = tool.sequences.filter(({ active }) => active || req.query['filter[enabled]'] === undefined);
      const from = Number(req.query['page[after]'] ?? 0);
      const next = from + PAGE;
      const url = `${context.baseUrl()}/api/v2/sequences?page%5Bafter%5D=${next}`;
      document(res, {
        data: shown
          .slice(from, next)
          .map(({ id, name, active }) => ({ type: 'sequence', id: Number(id), attributes: { name, enabled: active } })),
        links: next < shown.length ? { next: url } : {},
      });
    }),
    'GET /api/v2/mailboxes': known((req, res) => {
      const of = tool.users.filter(({ email }) => email === filter(req, 'filter[email]'));
      const data = of.map(({ id, email, active }) => ({
        type: 'mailbox',
        id: Number(id),
        attributes: { email, sendDisabled: !active },
      }));
      document(res, { data });
    }),
    'GET /api/v2/prospects': known((req, res) => {
      const of = tool.people.filter(({ email }) => email === filter(req, 'filter[emails]'));
      document(res, { data: of.map(prospectOf) });
    }),
    'POST /api/v2/prospects': known((req, res) => {
      const { emails = [], ...attributes } = dataIn(req)?.attributes ?? {};
      if (!Array.isArray(emails) || emails.length === 0) return invalid(res, 'Emails must be given.');
      const made = { ...attributes, id: nextId(tool.people), email: String(emails[0]) };
      tool.people.push(made);
      document(res.status(201), { data: prospectOf(made) });
    }),
    'GET /api/v2/sequenceStates': known((req, res) => {
      const [prospect, sequence] = [filter(req, 'filter[prospect][id]'), filter(req, 'filter[sequence][id]')];
      const of = tool.members.filter(one => one.person === prospect && one.sequence === sequence);
      document(res, { data: of.map(stateOf) });
    }),
    'POST /api/v2/sequenceStates': known((req, res) => {
      const { prospect, sequence, mailbox } = dataIn(req)?.relationships ?? {};
      const [person, of, sender] = [prospect, sequence, mailbox].map(one => String(one?.data?.id ?? ''));
      if (!tool.people.some(({ id }) => id === person)) return invalid(res, 'Prospect must exist.');
      if (!tool.sequences.some(({ id, active }) => id === of && active))
        return invalid(res, 'Sequence must be enabled.');
      if (!tool.users.some(({ id }) => id === sender)) return invalid(res, 'Mailbox must exist.');
      if (memberOf(tool, String(person), String(of))) {
        return invalid(res, 'Prospect is already active in this sequence.');
      }
      const made: Member = {
        id: nextId(tool.members),
        person: String(person),
        sequence: String(of),
        sender: String(sender),
        isOver: false,
      };
      tool.members.push(made);
      document(res.status(201), { data: stateOf(made) });
    }),
    'GET /api/v2/sequenceStates/:id': known((req, res) => {
      const member = memberNamed(req, res);
      if (member) document(res, { data: stateOf(member) });
    }),
    'POST /api/v2/sequenceStates/:id/actions/finish': known((req, res) => {
      const member = memberNamed(req, res);
      if (!member) return;
      if (member.isOver) return invalid(res, 'The sequence state is finished.');
      member.isOver = true;
      document(res, { data: stateOf(member) });
    }),
  };

  return {
    name: 'outreach',
    coverage,
    handlers,
    otherwise: known((_req, res) => refuse(res, 404, 'resourceNotFound', 'No such path.')),
    sample: () => ({
      headers: { authorization: `Bearer ${OUTREACH_TOKEN}`, 'content-type': TYPE },
      params: { id: 'none' },
    }),
    control: sequenceControl(() => tool, { now: () => context.clock.now() }).use(all.control()),
    reset() {
      tool = emptyTool();
      all.reset();
    },
    // Without an app nobody logs in: a story that wants it sets one.
    env: base => ({ OUTREACH_API_URL: base, OUTREACH_WEB_URL: base }),
  };
};

const filter = ({ query }: Request, name: string): string => String(query[name] ?? '');

type Related = { data?: { id?: unknown } };
interface Data {
  attributes?: Record<string, unknown>;
  relationships?: Record<string, Related>;
}

/** The sandbox reads JSON alone; this type it leaves as text. */
function dataIn(req: Request): Data | undefined {
  try {
    return (JSON.parse(rawBody(req).toString('utf8')) as { data?: Data }).data;
  } catch {
    return undefined;
  }
}

function document(res: Response, body: object): void {
  res.type(TYPE).send(JSON.stringify(body));
}

function refuse(res: Response, status: number, id: string, detail: string): void {
  document(res.status(status), { errors: [{ id, title: id, detail }] });
}

const invalid = (res: Response, detail: string) => refuse(res, 422, 'validationError', detail);
