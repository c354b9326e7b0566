/** Salesloft's cadences: people are added to one for a user (POST /v2/cadence_memberships). */
import { z } from 'zod';
import type { Enrolment, SequencePerson, Sequencer } from '../../contracts/sequencer.ts';
import { Rejected, Unavailable } from '../../lib/errors.ts';
import { addressKey } from '../../lib/text.ts';
import { sequencerOf } from '../sequence-tool.ts';
import { type Api, type SalesloftOptions, SERVICE, salesloftApi } from './api.ts';

const id = z.union([z.number(), z.string()]).transform(String);
const cadence = z.object({
  id,
  name: z.string().nullish(),
  archived_at: z.string().nullish(),
  current_state: z.string().nullish(),
});
const user = z.object({ id, email: z.string().nullish(), active: z.boolean().nullish() });
const person = z.object({ id, email_address: z.string().nullish() });
const membership = z.object({
  id,
  person: z.object({ id }).nullish(),
  currently_on_cadence: z.boolean().nullish(),
  counts: z.object({ replies: z.number().nullish() }).nullish(),
});
const many = <T extends z.ZodType>(shape: T) =>
  z.object({
    data: z.array(shape),
    metadata: z.object({ paging: z.object({ next_page: z.number().nullish() }).nullish() }).nullish(),
  });
const one = <T extends z.ZodType>(shape: T) => z.object({ data: shape });

const A_PAGE = '100';
const MOST_PAGES = 10;

/** @param options `webUrl`: where people open it, `https://app.salesloft.com` */
export function salesloftSequencer({ webUrl, ...options }: SalesloftOptions & { webUrl: string }): Sequencer {
  const api = salesloftApi(options);
  const found = (at: z.output<typeof membership>, personId: string): Enrolment => ({
    id: [at.id, personId].join('|'),
    state: standOf(at),
    url: `${webUrl.replace(/\/+$/, '')}/app/people/${personId}`,
  });
  return sequencerOf({
    name: SERVICE,
    label: 'Salesloft',
    async prove() {
      await api({ path: '/me' }, one(z.object({ id })));
    },
    sequences: () => cadences(api),
    rep: email => userOf(api, email),
    person: email => personOf(api, email),
    makePerson: lead => makePerson(api, lead),
    async membership(person_id, cadence_id) {
      const query = { person_id, cadence_id, per_page: A_PAGE };
      const { data = [] } = (await api({ path: '/cadence_memberships', query }, many(membership))) ?? {};
      const running = data.find(at => at.currently_on_cadence === true);
      return running && found(running, person_id);
    },
    async enrol({ sequence = '', person: personId = '', rep = '' }) {
      const json = { person_id: Number(personId), cadence_id: Number(sequence), user_id: Number(rep) };
      const made = await api({ method: 'POST', path: '/cadence_memberships', json }, one(membership));
      if (!made) throw new Unavailable('Salesloft answered nothing', { service: SERVICE });
      return found(made.data, personId);
    },
    async look(id) {
      const [membershipId = '', personId = ''] = id.split('|');
      const answer = await api({ path: `/cadence_memberships/${encodeURIComponent(membershipId)}` }, one(membership));
      return answer ? found(answer.data, personId) : { id, state: 'over' };
    },
    async stop(id) {
      const [membershipId = ''] = id.split('|');
      // One that is gone is as good.
      await api({ method: 'DELETE', path: `/cadence_memberships/${encodeURIComponent(membershipId)}` }, z.unknown());
    },
  });
}

function standOf({ currently_on_cadence: isOn, counts }: z.output<typeof membership>): Enrolment['state'] {
  if ((counts?.replies ?? 0) > 0) return 'answered';
  return isOn === true ? 'active' : 'over';
}

async function cadences(api: Api): Promise<{ id: string; name: string }[]> {
  const all: { id: string; name: string }[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { per_page: A_PAGE, page: String(page) };
    const { data = [], metadata } = (await api({ path: '/cadences', query }, many(cadence))) ?? {};
    const running = data.filter(at => !at.archived_at && (at.current_state ?? 'active') === 'active');
    all.push(...running.map(({ id, name }) => ({ id, name: name ?? id })));
    if (!metadata?.paging?.next_page) break;
  }
  return all;
}

async function userOf(api: Api, email: string): Promise<string | undefined> {
  const { data = [] } =
    (await api({ path: '/users', query: { 'emails[]': email, per_page: A_PAGE } }, many(user))) ?? {};
  return data.find(at => at.active !== false && at.email?.toLowerCase() === email.toLowerCase())?.id;
}

async function personOf(api: Api, email: string): Promise<string | undefined> {
  const query = { 'email_addresses[]': email, per_page: A_PAGE };
  const { data = [] } = (await api({ path: '/people', query }, many(person))) ?? {};
  return data.find(at => addressKey(at.email_address ?? '') === addressKey(email))?.id;
}

/** An address is one person's there: whoever is refused for it was made meanwhile. */
async function makePerson(api: Api, lead: SequencePerson): Promise<string> {
  const { email, firstName, lastName, title, company, phone } = lead;
  const json = {
    email_address: email,
    first_name: firstName,
    last_name: lastName,
    title,
    person_company_name: company,
    phone,
  };
  try {
    const made = await api({ method: 'POST', path: '/people', json }, one(person));
    if (made) return made.data.id;
  } catch (error) {
    const isTaken = error instanceof Rejected && error.fields.includes('email_address');
    const known = isTaken ? await personOf(api, email) : undefined;
    if (known === undefined) throw error;
    return known;
  }
  throw new Unavailable('Salesloft made nobody', { service: SERVICE, code: 'UNREADABLE' });
}
