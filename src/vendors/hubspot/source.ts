import type { CallBudget } from '../../contracts/shared-calls.ts';
import type { Source } from '../../contracts/source.ts';
import { failureReason } from '../../domain/failure-words.ts';
import type { Contact } from '../../domain/lead.ts';
import type { Clock } from '../../lib/clock.ts';
import { SECOND } from '../../lib/clock.ts';
import { Rejected } from '../../lib/errors.ts';
import { api } from './api/api.ts';
import { companyReader } from './api/companies.ts';
import { contactIdOf, contactReader } from './api/contacts.ts';
import { crossingsPage } from './api/crossings.ts';
import { engagementReader } from './api/engagements.ts';
import { eventReader } from './api/events.ts';
import { feedbackTo } from './api/feedback.ts';
import { fieldsOf } from './api/fields.ts';
import { glancer } from './api/glance.ts';
import { hookSetup } from './api/hook-setup.ts';
import { readHook } from './api/hooks.ts';
import { inspectAccount } from './api/inspect.ts';
import { contactOf } from './api/map.ts';
import { nurtureBy } from './api/nurture.ts';
import { pollPage } from './api/poll.ts';
import { verifySignature } from './api/signature.ts';

export interface HubspotOptions {
  /** Default https://api.hubapi.com. */
  apiUrl?: string;
  /** The version in the paths; default 2026-03, `v3` for the old forms. */
  apiVersion?: string;
  /** Asked for before every call: the token may have been renewed meanwhile. */
  accessToken: () => Promise<string>;
  /** After a 401: see `api/oauth.ts`. */
  renewed?: ((used: string) => Promise<string>) | undefined;
  /** Client secret of the app that sends the webhooks. Without one (a workflow without an app) the hook key is the proof. */
  clientSecret?: string;
  /** The webhooks are set up by hand in an app of this account alone. */
  isPrivateApp?: boolean;
  /** The contact property that holds the score. */
  scoreProperty: string;
  /** Default lifecyclestage. */
  stageProperty?: string;
  /** Contacts without a score are scored by what they do: polls and webhooks tell of every contact that changed. */
  ownScore?: boolean;
  clock: Clock;
  budget?: CallBudget;
  /** How long one call may take; default 10 s. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT = 10 * SECOND;

/**
 * HubSpot as a source, for one account. A lone lead costs a contact, its events and (when it has any) its company and a
 * read of each kind of engagement; leads that come together share all but the events.
 */
export function hubspot(options: HubspotOptions): Source {
  const { clock, clientSecret, scoreProperty, stageProperty = 'lifecyclestage', ownScore = false } = options;
  const watched = { scoreProperty, stageProperty, ownScore };
  const calls = api({
    apiUrl: options.apiUrl ?? 'https://api.hubapi.com',
    apiVersion: options.apiVersion ?? '2026-03',
    accessToken: options.accessToken,
    renewed: options.renewed,
    clock,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT,
    ...(options.budget && { budget: options.budget }),
  });
  const readContact = contactReader(calls, clock, scoreProperty);
  const glance = glancer(calls, watched);
  const readEvents = eventReader(calls, clock);
  const readEngagements = engagementReader(calls);
  const readCompany = companyReader(calls, clock);

  /** The contact, then at once what only it can name: its engagements and its company. */
  async function readWhole(id: string, unread: Unread) {
    const raw = await readContact(id);
    if (!raw) return null;
    const [engagements, employer] = await Promise.all([
      unlessRefused(readEngagements(raw), 'what sales did so far', unread),
      unlessRefused(readCompany(raw), 'its company', unread),
    ]);
    return { raw, engagements: engagements ?? [], employer };
  }

  async function contact(id: string): Promise<Contact | null> {
    if (!/^\d+$/.test(id)) return null;
    const unread: Unread = [];
    // Both are waited for, so that nothing of a failed look-up is still under way when it is tried again.
    const [reading, watching] = await Promise.allSettled([
      readWhole(id, unread),
      unlessRefused(readEvents(id), 'its website visits', unread),
    ]);
    if (reading.status === 'rejected') throw reading.reason;
    if (watching.status === 'rejected') throw watching.reason;
    const [found, events] = [reading.value, watching.value];
    if (!found) return null;
    const seen = contactOf(found.raw, { scoreProperty, stageProperty }, events, found.engagements);
    return {
      ...seen,
      ...(found.employer && { employer: found.employer }),
      ...(unread.length > 0 && { unread }),
    };
  }

  return {
    name: 'hubspot',
    verify: (request, now) => (clientSecret === undefined ? { ok: true } : verifySignature(request, clientSecret, now)),
    read: (request, receivedAt, refuse) => readHook(request, receivedAt, watched, refuse),
    contact,
    glance: async id => (/^\d+$/.test(id) ? glance(id) : null),
    async contactByEmail(email) {
      const id = await contactIdOf(calls, email);
      return id === undefined ? null : contact(id);
    },
    ...(options.isPrivateApp && { hookSetup: async (address: string) => hookSetup(address, watched) }),
    fields: () => fieldsOf(calls, { stageProperty }),
    inspect: wishes => inspectAccount(calls, watched, wishes),
    poll: (cursor, since) => pollPage(calls, watched, cursor, since),
    // By HubSpot's own score: what the playbook's model makes of a contact without one, nobody there knows.
    crossingsBetween: (asked, cursor) => crossingsPage(calls, scoreProperty, asked, cursor),
    nurture: nurtureBy(calls),
    ...feedbackTo(calls, stageProperty),
  };
}

type Unread = NonNullable<Contact['unread']>;

/**
 * Only the contact itself is indispensable: what HubSpot refuses beside it would be refused again, and the lead be put
 * aside for it. Undefined then, and noted.
 */
async function unlessRefused<T>(work: Promise<T>, what: string, unread: Unread): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    unread.push({ what, why: failureReason(error) });
    return undefined;
  }
}
