/**
 * Apollo's sequences ("emailer campaigns"): contacts are added to one with an email account that sends. All of it takes a master key.
 * People whom Apollo knows are no contacts: whoever is none yet is made one.
 */
import { z } from 'zod';
import type { Effects } from '../../contracts/effects.ts';
import type { Enrolment, SequencePerson, Sequencer } from '../../contracts/sequencer.ts';
import { after, type Clock, MINUTE } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../lib/http.ts';
import { addressKey } from '../../lib/text.ts';
import { inShape } from '../in-shape.ts';
import { sequencerOf } from '../sequence-tool.ts';

export interface ApolloSequencerOptions {
  /** `https://api.apollo.io/api/v1`. */
  apiUrl: string;
  apiKey: string;
  /** Where people open it: `https://app.apollo.io`. */
  webUrl: string;
  clock: Clock;
  timeoutMs?: number;
  /** Contacts have no key: made twice they are two. Absent: nobody is made. */
  effects?: Effects;
}

const service = 'apollo';
const A_PAGE = '100';
const MOST_PAGES = 10;

const campaigns = z.object({
  emailer_campaigns: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullish(),
      active: z.boolean().nullish(),
      archived: z.boolean().nullish(),
    }),
  ),
  pagination: z.object({ total_pages: z.number().nullish() }).nullish(),
});
const accounts = z.object({
  email_accounts: z.array(z.object({ id: z.string(), email: z.string().nullish(), active: z.boolean().nullish() })),
});
const contact = z.object({
  id: z.string(),
  email: z.string().nullish(),
  contact_campaign_statuses: z
    .array(
      z.object({
        emailer_campaign_id: z.string(),
        status: z.string().nullish(),
        inactive_reason: z.string().nullish(),
      }),
    )
    .nullish(),
});
const contacts = z.object({ contacts: z.array(contact) });
const oneContact = z.object({ contact });
/** By contact: why Apollo left them out. */
const added = z.object({ skipped_contact_ids: z.unknown().optional() });

type Call = Parameters<ReturnType<typeof httpClient>>[0];
type Api = <T>(call: Call, shape: z.ZodType<T>) => Promise<T | undefined>;

export function apolloSequencer(options: ApolloSequencerOptions): Sequencer {
  const api = apiOf(options);
  const { effects } = options;
  const found = (person: string, sequence: string, stand: Enrolment['state']): Enrolment => ({
    id: [person, sequence].join('|'),
    state: stand,
    url: `${options.webUrl.replace(/\/+$/, '')}/#/contacts/${person}`,
  });
  const person = (email: string) => contactOf(api, email);
  const standNow = async (id: string, sequence: string) => {
    const answer = await api({ path: `/contacts/${encodeURIComponent(id)}` }, oneContact);
    return answer && standIn(answer.contact, sequence);
  };
  return sequencerOf({
    name: service,
    label: 'Apollo',
    async prove() {
      await api({ path: '/email_accounts' }, accounts);
    },
    sequences: () => sequences(api),
    async rep(email) {
      const { email_accounts: all = [] } = (await api({ path: '/email_accounts' }, accounts)) ?? {};
      return all.find(one => one.active !== false && one.email?.toLowerCase() === email.toLowerCase())?.id;
    },
    person,
    async makePerson(lead) {
      if (!effects) throw new Rejected('Apollo does not know them yet', { service, code: 'NO_PERSON' });
      const key = `contact:${addressKey(lead.email)}`;
      const effect = { make: () => makeContact(api, lead), find: () => person(lead.email), rememberedFor: MINUTE };
      return (await effects.once(key, effect)).id;
    },
    async membership(id, sequence) {
      const stand = await standNow(id, sequence);
      return stand === 'active' ? found(id, sequence, stand) : undefined;
    },
    async enrol({ sequence = '', person: id = '', rep = '' }) {
      const query = {
        emailer_campaign_id: sequence,
        'contact_ids[]': id,
        send_email_from_email_account_id: rep,
        sequence_active_in_other_campaigns: 'false',
      };
      const path = `/emailer_campaigns/${encodeURIComponent(sequence)}/add_contact_ids`;
      const answer = await api({ method: 'POST', path, query }, added);
      const why = skippedFor(answer?.skipped_contact_ids, id);
      if (why !== undefined) throw new Rejected(`Apollo left them out: ${why}`, { service, code: 'SKIPPED' });
      return found(id, sequence, 'active');
    },
    async look(id) {
      const [personId = '', sequence = ''] = id.split('|');
      return found(personId, sequence, (await standNow(personId, sequence)) ?? 'over');
    },
    async stop(id) {
      const [personId = '', sequence = ''] = id.split('|');
      const query = { 'emailer_campaign_ids[]': sequence, 'contact_ids[]': personId, mode: 'stop' };
      await api({ method: 'POST', path: '/emailer_campaigns/remove_or_stop_contact_ids', query }, z.unknown());
    },
  });
}

/** How they stand in the sequence; undefined: they are not in it. `replied` may stand as the status or as its reason. */
function standIn({ contact_campaign_statuses: all }: z.output<typeof contact>, sequence: string) {
  const at = all?.find(one => one.emailer_campaign_id === sequence);
  if (!at) return undefined;
  if (/repl(y|ied)/i.test(`${at.status} ${at.inactive_reason ?? ''}`)) return 'answered';
  return at.status === 'active' || at.status === 'paused' ? 'active' : 'over';
}

/** A list of ids, or reasons by id. */
function skippedFor(skipped: unknown, id: string): string | undefined {
  if (Array.isArray(skipped)) return skipped.includes(id) ? 'they were skipped' : undefined;
  if (typeof skipped !== 'object' || skipped === null || !Object.hasOwn(skipped, id)) return undefined;
  return String(Object.entries(skipped).find(([one]) => one === id)?.[1]).replaceAll('_', ' ');
}

async function sequences(api: Api): Promise<{ id: string; name: string }[]> {
  const all: { id: string; name: string }[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { page: String(page), per_page: A_PAGE };
    const answer = await api({ method: 'POST', path: '/emailer_campaigns/search', query }, campaigns);
    const running = (answer?.emailer_campaigns ?? []).filter(one => one.active !== false && one.archived !== true);
    all.push(...running.map(({ id, name }) => ({ id, name: name ?? id })));
    if (page >= (answer?.pagination?.total_pages ?? 1)) break;
  }
  return all;
}

async function contactOf(api: Api, email: string): Promise<string | undefined> {
  const query = { q_keywords: email, per_page: A_PAGE };
  const { contacts: all = [] } = (await api({ method: 'POST', path: '/contacts/search', query }, contacts)) ?? {};
  return all.find(one => addressKey(one.email ?? '') === addressKey(email))?.id;
}

async function makeContact(api: Api, { email, firstName, lastName, title, company, phone }: SequencePerson) {
  const query = {
    email,
    first_name: firstName,
    last_name: lastName,
    title,
    organization_name: company,
    direct_phone: phone,
    run_dedupe: 'true',
  };
  const made = await api({ method: 'POST', path: '/contacts', query }, oneContact);
  if (!made) throw new Unavailable('Apollo made no contact', { service, code: 'UNREADABLE' });
  return made.contact.id;
}

/** The answer that fits the shape; undefined for 404. Parameters travel in the query. */
function apiOf({ apiUrl, apiKey, clock, timeoutMs }: ApolloSequencerOptions): Api {
  const headers = { 'x-api-key': apiKey, 'cache-control': 'no-cache' };
  const http = httpClient({ service, baseUrl: apiUrl, headers, ...(timeoutMs && { timeoutMs }) });
  return async (call, shape) => {
    const answer = await http(call);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw failure(answer, clock.now());
    return inShape(shape, answer.body, service, 'Apollo');
  };
}

const refusal = z.object({
  error: z.string().optional(),
  message: z.string().optional(),
  error_code: z.string().optional(),
});

/** A key that may look companies up may not be allowed this: the other role goes on. */
function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const { error, message, error_code } = refusal.safeParse(body).data ?? {};
  const words = error ?? message ?? 'it gave no reason';
  const detail = { service, code: error_code ?? `HTTP ${status}` };
  if (status === 401) return new CredentialsRejected('Apollo does not accept the API key', detail);
  if (status === 403) return new CredentialsRejected('Apollo’s sequences need a master API key', detail);
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, MINUTE);
    return new RateLimited('Apollo asks to wait', { ...detail, retryAt });
  }
  if (status >= 400 && status < 500) return new Rejected(`Apollo refused it: ${words}`, detail);
  return new Unavailable(`Apollo does not take it just now: ${words}`, { ...detail, outage: true });
}
