/** Outreach's sequences: prospects are added to one with a mailbox that sends (POST /sequenceStates). */
import { z } from 'zod';
import type { Effects } from '../../contracts/effects.ts';
import type { Enrolment, SequencePerson, Sequencer } from '../../contracts/sequencer.ts';
import { MINUTE } from '../../lib/clock.ts';
import { Rejected } from '../../lib/errors.ts';
import { addressKey } from '../../lib/text.ts';
import { sequencerOf } from '../sequence-tool.ts';
import { type Api, type OutreachOptions, outreachApi, SERVICE } from './api.ts';

export interface OutreachSequencerOptions extends OutreachOptions {
  /** Where people open it: `https://web.outreach.io`. */
  webUrl: string;
  /** Prospects have no key: made twice they are two. Absent: nobody is made. */
  effects?: Effects;
}

const id = z.union([z.number(), z.string()]).transform(String);
const page = <T extends z.ZodType>(one: T) =>
  z.object({ data: z.array(one), links: z.object({ next: z.string().nullish() }).nullish() });
const sequence = z.object({ id, attributes: z.object({ name: z.string().nullish(), enabled: z.boolean().nullish() }) });
const mailbox = z.object({
  id,
  attributes: z.object({ email: z.string().nullish(), sendDisabled: z.boolean().nullish() }),
});
const prospect = z.object({ id, attributes: z.object({ emails: z.array(z.string()).nullish() }) });
const state = z.object({
  id,
  attributes: z.object({ state: z.string().nullish(), repliedAt: z.string().nullish() }),
});
const one = <T extends z.ZodType>(shape: T) => z.object({ data: shape });

/** Nobody has more that run. */
const MOST_PAGES = 10;
const A_PAGE = { 'page[size]': '100', count: 'false' };
/** States in which something is sent yet; `paused`: by an answer from out of the office, say. */
const RUNNING = new Set(['active', 'pending', 'paused']);

export function outreachSequencer({ webUrl, effects, ...options }: OutreachSequencerOptions): Sequencer {
  const api = outreachApi(options);
  const found = (at: z.output<typeof state>, prospectId: string): Enrolment => ({
    id: [at.id, prospectId].join('|'),
    state: standOf(at.attributes),
    url: `${webUrl.replace(/\/+$/, '')}/prospects/${prospectId}/overview`,
  });
  const person = (email: string) => prospectOf(api, email);
  return sequencerOf({
    name: SERVICE,
    label: 'Outreach',
    async prove() {
      await api.get('/sequences', { ...A_PAGE, 'page[size]': '1' }, page(sequence));
    },
    sequences: () => sequences(api),
    rep: email => mailboxOf(api, email),
    person,
    async makePerson(lead) {
      if (!effects) throw new Rejected('Outreach does not know them yet', { service: SERVICE, code: 'NO_PERSON' });
      const make = () => makeProspect(api, lead);
      const key = `prospect:${addressKey(lead.email)}`;
      return (await effects.once(key, { make, find: () => person(lead.email), rememberedFor: MINUTE })).id;
    },
    async membership(prospectId, sequenceId) {
      const query = { 'filter[prospect][id]': prospectId, 'filter[sequence][id]': sequenceId, ...A_PAGE };
      const { data = [] } = (await api.get('/sequenceStates', query, page(state))) ?? {};
      const running = data.find(({ attributes }) => RUNNING.has(attributes.state ?? ''));
      return running && found(running, prospectId);
    },
    async enrol({ sequence: sequenceId = '', person: prospectId = '', rep: mailboxId = '' }) {
      const relationships = {
        prospect: related('prospect', prospectId),
        sequence: related('sequence', sequenceId),
        mailbox: related('mailbox', mailboxId),
      };
      const { data } = await api.post('/sequenceStates', { type: 'sequenceState', relationships }, one(state));
      return found(data, prospectId);
    },
    async look(id) {
      const [stateId = '', prospectId = ''] = id.split('|');
      const answer = await api.get(`/sequenceStates/${encodeURIComponent(stateId)}`, {}, one(state));
      return answer ? found(answer.data, prospectId) : { id, state: 'over' };
    },
    async stop(id) {
      const [stateId = ''] = id.split('|');
      const path = `/sequenceStates/${encodeURIComponent(stateId)}`;
      const now = await api.get(path, {}, one(state));
      if (now && RUNNING.has(now.data.attributes.state ?? ''))
        await api.post(`${path}/actions/finish`, undefined, z.unknown());
    },
  });
}

const related = (type: string, id: string) => ({ data: { type, id: Number(id) } });

function standOf({ state: stand, repliedAt }: z.output<typeof state>['attributes']): Enrolment['state'] {
  if (repliedAt) return 'answered';
  return RUNNING.has(stand ?? '') ? 'active' : 'over';
}

async function sequences(api: Api): Promise<{ id: string; name: string }[]> {
  const all: { id: string; name: string }[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query = { ...A_PAGE, 'filter[enabled]': 'true', ...(after && { 'page[after]': after }) };
    const { data = [], links } = (await api.get('/sequences', query, page(sequence))) ?? {};
    all.push(...data.map(({ id, attributes }) => ({ id, name: attributes.name ?? id })));
    after = cursorIn(links?.next);
    if (after === undefined) break;
  }
  return all;
}

function cursorIn(next: string | null | undefined): string | undefined {
  if (!next || !URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get('page[after]') ?? undefined;
}

/** One that may send. */
async function mailboxOf(api: Api, email: string): Promise<string | undefined> {
  const { data = [] } = (await api.get('/mailboxes', { 'filter[email]': email, ...A_PAGE }, page(mailbox))) ?? {};
  const isTheirs = ({ attributes }: z.output<typeof mailbox>) =>
    attributes.sendDisabled !== true && attributes.email?.toLowerCase() === email.toLowerCase();
  return data.find(isTheirs)?.id;
}

async function prospectOf(api: Api, email: string): Promise<string | undefined> {
  const { data = [] } = (await api.get('/prospects', { 'filter[emails]': email, ...A_PAGE }, page(prospect))) ?? {};
  const isTheirs = ({ attributes: { emails } }: z.output<typeof prospect>) =>
    emails?.some(one => addressKey(one) === addressKey(email)) === true;
  return data.find(isTheirs)?.id;
}

async function makeProspect(api: Api, lead: SequencePerson): Promise<string> {
  const { email, firstName, lastName, title, company, phone } = lead;
  const attributes = {
    emails: [email],
    ...(firstName && { firstName }),
    ...(lastName && { lastName }),
    ...(title && { title }),
    ...(company && { company }),
    ...(phone && { workPhones: [phone] }),
  };
  return (await api.post('/prospects', { type: 'prospect', attributes }, one(prospect))).data.id;
}
