/**
 * Reading contacts in few calls. A handful are read one by one (contact, history and associations in one answer); more
 * than that travel in batches: one read of contacts and one of associations for each kind of engagement.
 */
import { type Clock, MINUTE } from '../../../lib/clock.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { Unavailable } from '../../../lib/errors.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import { partialFailure, SERVICE, saysNotFound } from './errors.ts';
import { nextPage } from './values.ts';

/** The kinds of engagement a contact can have. */
export const ENGAGEMENTS = ['calls', 'emails', 'meetings', 'notes', 'tasks'] as const;
export type Engagement = (typeof ENGAGEMENTS)[number];

/** A contact as HubSpot has it. */
export interface RawContact {
  id: string;
  properties: Record<string, string>;
  /** Values of the score property as HubSpot keeps them, newest first. */
  history: { value: unknown; timestamp: unknown }[];
  engagements: Record<Engagement, string[]>;
}

/** HubSpot reads at most this many contacts at once when their history comes along. */
const MOST_WITH_HISTORY = 50;
/** Up to here one call a contact is no more than a batch with its five reads of associations. */
const FEW = 1 + ENGAGEMENTS.length;
/** Single reads under way; what arrives while they are travels together. */
const WIDTH = 8;
/** A query longer than this may be cut off on the way: then names go in a body. */
const LONGEST_QUERY = 7_000;
const NAMES_LAST = 10 * MINUTE;
const ASSOCIATIONS_A_PAGE = 500;

/** Reads contacts by id, alone or together; null when HubSpot has none. */
export function contactReader(
  api: Api,
  clock: Clock,
  scoreProperty: string,
): (id: string) => Promise<RawContact | null> {
  const names = propertyNames(api, clock, scoreProperty);
  const read = coalesce<string, RawContact | null>({
    most: MOST_WITH_HISTORY,
    width: WIDTH,
    async call(ids) {
      const properties = await names();
      if (ids.length > FEW) return readMany(api, ids, properties, scoreProperty);
      const settled = await Promise.allSettled(ids.map(id => readOne(api, id, properties, scoreProperty)));
      return settled.map(one => (one.status === 'fulfilled' ? one.value : asError(one.reason)));
    },
  });
  return read;
}

/** The contact of an address, the current one or one it had before a merge; undefined when HubSpot has none. */
export async function contactIdOf(api: Api, email: string): Promise<string | undefined> {
  const address = email.trim().toLowerCase();
  // A path cannot hold a dot segment, whatever is encoded.
  if (!address.includes('@')) return undefined;
  const path = `${api.paths.contacts}/${encodeURIComponent(address)}`;
  const answer = await api.ask('GET', path, { idProperty: 'email', properties: 'hs_object_id' });
  if (answer.status === 404 && saysNotFound(answer.body)) return undefined;
  if (answer.status !== 200 || !isObject(answer.body)) throw api.failure(answer, 'GET a contact by its address');
  return textFrom(answer.body.id);
}

/** HubSpot gives only the properties asked for by name, so all names are asked for, once in ten minutes. */
function propertyNames(api: Api, clock: Clock, scoreProperty: string): () => Promise<string[]> {
  let known: { names: string[]; at: number } | undefined;
  let coming: Promise<string[]> | undefined;

  async function fetchNames(): Promise<string[]> {
    const answer = await api.get(api.paths.properties);
    const names = objectsIn(answer.results).flatMap(one => textFrom(one.name) ?? []);
    if (names.length === 0) throw new Unavailable('HubSpot listed no contact properties', { service: SERVICE });
    known = { names: [...new Set([...names, scoreProperty])], at: clock.now().getTime() };
    return known.names;
  }

  return async () => {
    if (known && Math.abs(clock.now().getTime() - known.at) < NAMES_LAST) return known.names;
    coming ??= fetchNames().finally(() => {
      coming = undefined;
    });
    if (!known) return coming;
    // Old names still read contacts: nobody waits for new ones, and a failure shows in the read that follows.
    coming.catch(() => undefined);
    return known.names;
  };
}

/** One call; two at once when the names are too many for a query. */
async function readOne(api: Api, id: string, names: string[], scoreProperty: string): Promise<RawContact | null> {
  const properties = names.join(',');
  const fits = encodeURIComponent(properties).length <= LONGEST_QUERY;
  const path = `${api.paths.contacts}/${encodeURIComponent(id)}`;
  const [answer, [apart]] = await Promise.all([
    api.ask('GET', path, {
      properties: fits ? properties : 'hs_object_id',
      ...(fits && { propertiesWithHistory: scoreProperty }),
      associations: ENGAGEMENTS.join(','),
    }),
    fits ? [undefined] : readContacts(api, [id], names, scoreProperty),
  ]);
  if (answer.status === 404 && saysNotFound(answer.body)) return null;
  if (answer.status !== 200 || !isObject(answer.body)) throw api.failure(answer, `GET ${path}`);
  if (apart instanceof Error) throw apart;
  if (apart === null) return null;
  const contact = apart ?? contactFrom(answer.body, scoreProperty);
  await addAssociations(api, contact, answer.body);
  return contact;
}

/** The associations that came along with the contact, and the pages that did not. */
async function addAssociations(api: Api, contact: RawContact, answer: Json): Promise<void> {
  const associations = isObject(answer.associations) ? answer.associations : {};
  await Promise.all(
    ENGAGEMENTS.map(async type => {
      const found = associations[type];
      if (!isObject(found)) return;
      const ids = objectsIn(found.results).flatMap(one => textFrom(one.id) ?? []);
      const after = nextPage(found);
      if (after) ids.push(...(await moreAssociations(api, contact.id, type, after)));
      // HubSpot names an id once for each label of the association.
      contact.engagements[type] = [...new Set(ids)];
    }),
  );
}

async function moreAssociations(api: Api, id: string, type: Engagement, from: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined = from;
  while (after) {
    const page: Json = await api.get(api.paths.associationsOf(id, type), { limit: String(ASSOCIATIONS_A_PAGE), after });
    ids.push(...objectsIn(page.results).flatMap(one => textFrom(one.toObjectId) ?? []));
    after = nextPage(page);
  }
  return ids;
}

type Read = RawContact | null | Error;

async function readMany(api: Api, ids: readonly string[], names: string[], scoreProperty: string): Promise<Read[]> {
  const [contacts, ...associations] = await Promise.all([
    readContacts(api, ids, names, scoreProperty),
    ...ENGAGEMENTS.map(type => readAssociations(api, ids, type)),
  ]);
  return contacts.map((contact, index) => {
    if (contact === null || contact instanceof Error) return contact;
    const engagements = { ...contact.engagements };
    ENGAGEMENTS.forEach((type, at) => {
      engagements[type] = [...new Set(associations[at]?.get(ids[index] ?? ''))];
    });
    return { ...contact, engagements };
  });
}

async function readContacts(api: Api, ids: readonly string[], names: string[], scoreProperty: string): Promise<Read[]> {
  const answer = await api.post(`${api.paths.contacts}/batch/read`, {
    properties: names,
    propertiesWithHistory: [scoreProperty],
    inputs: ids.map(id => ({ id })),
  });
  const byId = new Map<string, RawContact>();
  for (const result of objectsIn(answer.results)) {
    const contact = contactFrom(result, scoreProperty);
    byId.set(contact.id, contact);
    // A merged contact answers under the id of the one it was merged into.
    for (const merged of contact.properties.hs_merged_object_ids?.split(';') ?? []) byId.set(merged.trim(), contact);
  }
  const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
  return ids.map(id => byId.get(id) ?? (broken ? partialFailure(broken, 'a read of contacts') : null));
}

/** Ids of one kind of engagement for many contacts, all pages. Having none is told as an error entry, and is none. */
async function readAssociations(api: Api, ids: readonly string[], type: Engagement): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  let inputs: { id: string; after?: string }[] = ids.map(id => ({ id }));
  while (inputs.length > 0) {
    const answer: Json = await api.post(`${api.paths.associations('contacts', type)}/batch/read`, { inputs });
    const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
    if (broken) throw partialFailure(broken, `a read of ${type}`);
    inputs = [];
    for (const result of objectsIn(answer.results)) {
      const id = isObject(result.from) ? textFrom(result.from.id) : undefined;
      if (id === undefined) continue;
      const to = objectsIn(result.to).flatMap(one => textFrom(one.toObjectId) ?? []);
      found.set(id, [...(found.get(id) ?? []), ...to]);
      const after = nextPage(result);
      if (after) inputs.push({ id, after });
    }
  }
  return found;
}

function contactFrom(result: Json, scoreProperty: string): RawContact {
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(isObject(result.properties) ? result.properties : {})) {
    if (value !== null && value !== undefined && value !== '') properties[name] = String(value);
  }
  const history = isObject(result.propertiesWithHistory) ? result.propertiesWithHistory[scoreProperty] : [];
  return {
    id: String(result.id),
    properties,
    history: objectsIn(history).map(({ value, timestamp }) => ({ value, timestamp })),
    engagements: { calls: [], emails: [], meetings: [], notes: [], tasks: [] },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
