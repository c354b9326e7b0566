/**
 * HubSpot's sequences (its page "Sequences API", 2026-03): a contact is added in the name of a user with a Sales or Service seat,
 * whose connected inbox sends. Nobody but a person ends one; HubSpot does when the contact replies or books a meeting.
 */
import type { Enrolment, EnrolmentTicket, SequencePerson, Sequencer } from '../../contracts/sequencer.ts';
import type { CallBudget } from '../../contracts/shared-calls.ts';
import { type Clock, SECOND } from '../../lib/clock.ts';
import { Rejected, Unavailable } from '../../lib/errors.ts';
import { isObject, objectsIn, textFrom } from '../../lib/json-values.ts';
import { sequencerOf } from '../sequence-tool.ts';
import { type Api, api, type Json } from './api/api.ts';
import { contactIdOf } from './api/contacts.ts';
import { SERVICE, saysNotFound } from './api/errors.ts';
import { nextPage } from './api/values.ts';
import { pathOf, recordOf } from './portal/ids.ts';
import { openSchema, type Schema } from './portal/schema.ts';

export interface HubspotSequencerOptions {
  apiUrl: string;
  apiVersion: string;
  /** As the CRM's. */
  webUrl: string;
  accessToken: () => Promise<string>;
  renewed?: (used: string) => Promise<string>;
  clock: Clock;
  timeoutMs?: number;
  budget?: CallBudget;
}

interface Account {
  calls: Api;
  schema: Schema;
  webUrl: string;
}

const A_PAGE = '100';
const MOST_PAGES = 10;
/** When a reply to a sales mail came last (HubSpot's default contact properties). */
const REPLIED = 'hs_sales_email_last_replied';

export function hubspotSequencer({ webUrl, timeoutMs = 10 * SECOND, ...options }: HubspotSequencerOptions): Sequencer {
  const calls = api({ ...options, timeoutMs });
  const account: Account = { calls, schema: openSchema(calls, options.clock), webUrl };
  return sequencerOf({
    name: SERVICE,
    label: 'HubSpot',
    async prove() {
      await anybodysSequences(account);
    },
    sequences: rep => (rep === undefined ? anybodysSequences(account) : sequencesOf(calls, rep)),
    rep: email => userOf(account.schema, email),
    person: email => contactIdOf(calls, email),
    makePerson: lead => makeContact(calls, lead),
    membership: (contactId, sequenceId) => membership(account, contactId, sequenceId),
    enrol: ticket => enrol(account, ticket),
    look: id => look(account, id),
  });
}

/** As the first user sees them: what is shared with nobody is somebody else's. */
async function anybodysSequences({ calls, schema }: Account): Promise<{ id: string; name: string }[]> {
  const user = (await schema.owners()).find(({ active, userId }) => active && userId !== undefined);
  if (!user?.userId) throw new Rejected('HubSpot has no user who could use sequences', { service: SERVICE });
  return sequencesOf(calls, user.userId);
}

async function sequencesOf(calls: Api, userId: string): Promise<{ id: string; name: string }[]> {
  const found: { id: string; name: string }[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { userId, limit: A_PAGE, ...(after && { after }) };
    const answer = await asked(calls, 'GET', calls.paths.sequences, query);
    for (const one of objectsIn(answer.results)) {
      const id = textFrom(one.id);
      if (id) found.push({ id, name: textFrom(one.name) ?? id });
    }
    after = nextPage(answer);
    if (!after) break;
  }
  return found;
}

/** Without a seat or a scope this user is refused, or this app; others and other roles are not. */
async function asked(
  calls: Api,
  method: 'GET' | 'POST',
  path: string,
  query: Record<string, string>,
  body?: unknown,
): Promise<Json> {
  const answer = await calls.ask(method, path, query, body);
  if (answer.status < 300 && isObject(answer.body)) return answer.body;
  if (answer.status < 300) throw new Unavailable('HubSpot answered something that is no JSON', { service: SERVICE });
  const failure = calls.failure(answer, `${method} ${path}`);
  if (answer.status !== 403) throw failure;
  throw new Rejected(
    `${failure.message}. Sequences need a Sales Hub or Service Hub Professional seat for the rep, and the scopes automation.sequences.read and automation.sequences.enrollments.write for Baton`,
    { service: SERVICE, code: 'NO_SEAT_OR_SCOPE', cause: failure },
  );
}

async function userOf(schema: Schema, rep: string): Promise<string | undefined> {
  return (await schema.owners()).find(({ email, active }) => active && email === rep.toLowerCase())?.userId;
}

/** By their address: twice is once. */
async function makeContact(calls: Api, lead: SequencePerson): Promise<string> {
  const { email, firstName, lastName, title, company, phone } = lead;
  const given = { email, firstname: firstName, lastname: lastName, jobtitle: title, company, phone };
  const properties = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const inputs = [{ idProperty: 'email', id: email, properties }];
  const answer = await calls.post(`${calls.paths.contacts}/batch/upsert`, { inputs });
  const id = textFrom(objectsIn(answer.results)[0]?.id);
  if (id) return id;
  throw new Unavailable('HubSpot made no contact', { service: SERVICE, code: 'UNREADABLE' });
}

/** A contact is in one sequence at most. */
async function membership(account: Account, contactId: string, sequenceId: string): Promise<Enrolment | undefined> {
  const now = await enrolledIn(account.calls, contactId);
  if (!now) return undefined;
  if (now.sequenceId === sequenceId) return enrolmentOf(account, contactId, now);
  throw new Rejected(`they are in the sequence “${now.sequenceName}” already, and HubSpot takes one at a time`, {
    service: SERVICE,
    code: 'IN_ANOTHER',
  });
}

interface Enrolled {
  sequenceId: string;
  sequenceName: string;
  at: string;
}

async function enrolledIn(calls: Api, contactId: string): Promise<Enrolled | undefined> {
  const path = `${calls.paths.sequences}/enrollments/contact/${encodeURIComponent(contactId)}`;
  const answer = await calls.ask('GET', path);
  // None is told as not found, or as nothing at all.
  if (answer.status === 204 || (answer.status === 404 && saysNotFound(answer.body))) return undefined;
  if (answer.status !== 200 || !isObject(answer.body)) throw calls.failure(answer, `GET ${path}`);
  const sequenceId = textFrom(answer.body.sequenceId);
  if (!sequenceId) return undefined;
  const { sequenceName, enrolledAt } = answer.body;
  return { sequenceId, sequenceName: textFrom(sequenceName) ?? sequenceId, at: textFrom(enrolledAt) ?? '' };
}

async function enrol(account: Account, ticket: EnrolmentTicket): Promise<Enrolment> {
  const { calls } = account;
  const { sequence: sequenceId = '', person: contactId = '', rep: userId = '', email: senderEmail = '' } = ticket;
  const body = { sequenceId, contactId, senderEmail };
  const answer = await asked(calls, 'POST', `${calls.paths.sequences}/enrollments`, { userId }, body);
  return enrolmentOf(account, contactId, { sequenceId, at: textFrom(answer.enrolledAt) ?? '' });
}

async function enrolmentOf(
  { schema, webUrl }: Account,
  contactId: string,
  { sequenceId, at }: Pick<Enrolled, 'sequenceId' | 'at'>,
): Promise<Enrolment> {
  const { portalId, uiDomain } = await schema.account();
  const where = webUrl.replace('{domain}', uiDomain).replace(/\/+$/, '');
  const path = pathOf(portalId, recordOf('contacts', contactId));
  return { id: [contactId, sequenceId, at].join('|'), state: 'active', url: `${where}${path}` };
}

/** HubSpot does not say why one is over: a reply since then does. One call while it runs, two at its end. */
async function look({ calls }: Account, id: string): Promise<Enrolment> {
  const [contactId = '', sequenceId = '', at = ''] = id.split('|');
  const now = await enrolledIn(calls, contactId);
  if (now?.sequenceId === sequenceId) return { id, state: 'active' };
  const answer = await calls.ask('GET', `${calls.paths.contacts}/${encodeURIComponent(contactId)}`, {
    properties: REPLIED,
  });
  if (answer.status === 404 && saysNotFound(answer.body)) return { id, state: 'over' };
  if (answer.status !== 200 || !isObject(answer.body)) throw calls.failure(answer, 'GET a contact');
  const properties = isObject(answer.body.properties) ? answer.body.properties : {};
  const replied = Date.parse(textFrom(properties[REPLIED]) ?? '');
  return { id, state: replied >= Date.parse(at) ? 'answered' : 'over' };
}
