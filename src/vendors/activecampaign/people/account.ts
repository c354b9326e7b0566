/** What an account is made of: its scores, its contacts' own fields, its tags. Contacts name them by number. */
import { type Clock, HOUR } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import { textFrom } from '../../../lib/json-values.ts';
import { type ActiveCampaign, everyOne } from '../api/client.ts';
import { SERVICE } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';

export interface Named {
  id: string;
  /** As playbooks say it. */
  name: string;
  /** As people read it there. */
  label: string;
}

export interface Account {
  /** Scores of contacts that are in use. */
  scores(): Promise<readonly Named[]>;
  /** Fields of contacts by their number; their names are the personalization tags, in small letters. */
  fields(): Promise<ReadonlyMap<string, Named>>;
  /** Names of tags by their number. */
  tags(): Promise<ReadonlyMap<string, string>>;
}

const KEPT_FOR = HOUR;

/** Each is asked for once an hour: one call for each hundred. */
export function accountReader(api: ActiveCampaign, clock: Clock): Account {
  return {
    scores: keptFor(clock, () => scoresOf(api)),
    fields: keptFor(clock, () => fieldsOf(api)),
    tags: keptFor(clock, () => tagsOf(api)),
  };
}

function keptFor<T>(clock: Clock, fetchIt: () => Promise<T>): () => Promise<T> {
  let known: { value: Promise<T>; at: number } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (known && Math.abs(now - known.at) < KEPT_FOR) return known.value;
    const value = fetchIt();
    known = { value, at: now };
    value.catch(() => {
      if (known?.value === value) known = undefined;
    });
    return value;
  };
}

async function scoresOf(api: ActiveCampaign): Promise<Named[]> {
  const all = await everyOne(api, '/scores', 'scores', 'urgent');
  return all.flatMap(one => {
    const [id, name] = [idFrom(one.id), textFrom(one.name)];
    const isInUse = textFrom(one.reltype) === 'contact' && textFrom(one.status) !== '0';
    return id !== undefined && isInUse ? [{ id, name: name ?? id, label: name ?? id }] : [];
  });
}

async function fieldsOf(api: ActiveCampaign): Promise<Map<string, Named>> {
  const all = await everyOne(api, '/fields', 'fields', 'urgent');
  return new Map(
    all.flatMap(one => {
      const id = idFrom(one.id);
      if (id === undefined) return [];
      const label = textFrom(one.title) ?? id;
      const name = (textFrom(one.perstag) ?? label).toLowerCase();
      return [[id, { id, name, label }] as const];
    }),
  );
}

async function tagsOf(api: ActiveCampaign): Promise<Map<string, string>> {
  const all = await everyOne(api, '/tags', 'tags', 'urgent');
  return new Map(
    all.flatMap(one => {
      const [id, tag] = [idFrom(one.id), textFrom(one.tag)];
      return id !== undefined && tag !== undefined ? [[id, tag] as const] : [];
    }),
  );
}

/** What a playbook says that names no score of its own. */
export const ANY_SCORE = 'score';

/**
 * The score that a playbook means, by number or name; where it names none, the only one there is. Undefined: it cannot be
 * told. Pure.
 */
export function scoreNamed(scores: readonly Named[], wanted: string): Named | undefined {
  const same = (one: Named) => one.id === wanted || one.name.toLowerCase() === wanted.toLowerCase();
  const [found = wanted === ANY_SCORE && scores.length === 1 ? scores[0] : undefined] = scores.filter(same);
  return found;
}

/** The field that a playbook means, however it is written: `lead_source`, `%LEAD_SOURCE%`, its title or number. Pure. */
export function fieldNamed(fields: ReadonlyMap<string, Named>, wanted: string): Named | undefined {
  const plain = wanted.replaceAll('%', '').trim().toLowerCase();
  return [...fields.values()].find(one => [one.id, one.name, one.label.toLowerCase()].includes(plain));
}

/** @throws Rejected with the scores there are */
export function noSuchScore(scores: readonly Named[], wanted: string): Rejected {
  const there =
    scores.length > 0 ? `Scores there: ${scores.map(one => one.name).join(', ')}` : 'It has no score at all';
  const what = wanted === ANY_SCORE ? 'not one score that could be meant' : `no score "${wanted}"`;
  const message = `ActiveCampaign has ${what}: name it under mql.score_property.activecampaign. ${there}`;
  return new Rejected(message, { service: SERVICE, code: 'NO_SUCH_SCORE', fields: [wanted] });
}
