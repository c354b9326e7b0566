/** What this account has: properties, pipelines, kinds of associations, owners. Read once, and again after a while. */
import { type Clock, MINUTE } from '../../../lib/clock.ts';
import { Unavailable } from '../../../lib/errors.ts';
import { isObject, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from '../api/api.ts';
import { SERVICE } from '../api/errors.ts';
import { nextPage } from '../api/values.ts';
import type { ObjectType } from './ids.ts';

export interface Property {
  name: string;
  label: string;
  type: string;
  options: { value: string; label: string }[];
  unique: boolean;
  readOnly: boolean;
}

/** A stage with the pipeline that it is of. */
export interface Stage {
  id: string;
  label: string;
  pipeline: { id: string; label: string };
  /** A deal there is over. */
  result?: 'won' | 'lost';
  /** A lead there: nobody works on it yet, is worked on, or is over. */
  leadState?: string;
}

/** Somebody who owns records. `userId` is how histories and messages name them. */
export interface Owner {
  id: string;
  email: string;
  name: string;
  userId?: string;
  active: boolean;
}

export interface Association {
  associationCategory: string;
  associationTypeId: number;
  /** Absent: the plain one. */
  label?: string;
}

export interface Schema {
  properties(type: ObjectType): Promise<readonly Property[]>;
  /** In the order of pipelines and stages; none for leads: the account, or Baton's token, has no leads. */
  stages(of: 'deals' | 'leads'): Promise<readonly Stage[]>;
  hasLeads(): Promise<boolean>;
  associations(from: ObjectType, to: ObjectType): Promise<readonly Association[]>;
  owners(): Promise<readonly Owner[]>;
  account(): Promise<{ portalId: string; uiDomain: string }>;
  /** Something was refused that is only there for accounts with leads: they have none from now on, for a while. */
  withoutLeads(): void;
  /** Somebody changed something there: all is read anew. */
  forget(): void;
}

/** People add properties and stages now and then; a call each, at most so often. */
const KNOWN_FOR = 10 * MINUTE;
const OWNERS_A_PAGE = '100';

export function openSchema(api: Api, clock: Clock): Schema {
  const known = new Map<string, { until: number; value: Promise<unknown> }>();

  function remembered<T>(key: string, read: () => Promise<T>): Promise<T> {
    const now = clock.now().getTime();
    const found = known.get(key);
    if (found && found.until > now) return found.value as Promise<T>;
    const value = read();
    known.set(key, { until: now + KNOWN_FOR, value });
    value.catch(() => {
      if (known.get(key)?.value === value) known.delete(key);
    });
    return value;
  }

  const stages = (of: 'deals' | 'leads') => remembered(`stages of ${of}`, () => readStages(api, of));
  return {
    properties: type => remembered(`properties of ${type}`, () => readProperties(api, type)),
    stages,
    hasLeads: async () => (await stages('leads')).length > 0,
    associations: (from, to) => remembered(`${from} to ${to}`, () => readAssociations(api, from, to)),
    owners: () => remembered('owners', () => readOwners(api)),
    account: () => remembered('account', () => readAccount(api)),
    withoutLeads() {
      known.set('stages of leads', { until: clock.now().getTime() + KNOWN_FOR, value: Promise.resolve([]) });
    },
    forget: () => known.clear(),
  };
}

/** @throws Unavailable when it is no list: an answer of something else is no account without anything */
function listIn({ results }: Json): Json[] {
  if (Array.isArray(results)) return objectsIn(results);
  throw new Unavailable('HubSpot answered with something that is no list', { service: SERVICE, code: 'UNREADABLE' });
}

async function readProperties(api: Api, type: ObjectType): Promise<Property[]> {
  return listIn(await api.get(api.paths.propertiesOf(type))).map(one => ({
    name: textFrom(one.name) ?? '',
    label: textFrom(one.label) ?? textFrom(one.name) ?? '',
    type: textFrom(one.type) ?? '',
    options: objectsIn(one.options).flatMap(option => {
      const value = textFrom(option.value);
      return value === undefined ? [] : [{ value, label: textFrom(option.label) ?? value }];
    }),
    unique: one.hasUniqueValue === true,
    readOnly:
      one.calculated === true ||
      (isObject(one.modificationMetadata) && one.modificationMetadata.readOnlyValue === true),
  }));
}

/** Accounts without Sales Hub have no leads, and a token may lack their scope: both are answered with 403. */
async function readStages(api: Api, of: 'deals' | 'leads'): Promise<Stage[]> {
  const path = api.paths.pipelines(of);
  const answer = await api.ask('GET', path);
  if (of === 'leads' && (answer.status === 403 || answer.status === 404)) return [];
  if (answer.status !== 200 || !isObject(answer.body)) throw api.failure(answer, `GET ${path}`);
  return inOrder(listIn(answer.body)).flatMap(one => {
    const pipeline = { id: textFrom(one.id) ?? '', label: textFrom(one.label) ?? '' };
    return inOrder(one.stages).map(stage => stageFrom(stage, pipeline));
  });
}

const inOrder = (given: unknown): Json[] =>
  objectsIn(given).toSorted(
    (one, other) => (numberFrom(one.displayOrder) ?? 0) - (numberFrom(other.displayOrder) ?? 0),
  );

/** What a stage's metadata says: `isClosed` with a `probability` for deals, `leadState` for leads. */
function stageFrom(one: Json, pipeline: Stage['pipeline']): Stage {
  const metadata = isObject(one.metadata) ? one.metadata : {};
  const isOver = textFrom(metadata.isClosed) === 'true';
  const leadState = textFrom(metadata.leadState);
  return {
    id: textFrom(one.id) ?? '',
    label: textFrom(one.label) ?? '',
    pipeline,
    ...(isOver && { result: (numberFrom(metadata.probability) ?? 0) > 0 ? ('won' as const) : ('lost' as const) }),
    ...(leadState && { leadState }),
  };
}

async function readAssociations(api: Api, from: ObjectType, to: ObjectType): Promise<Association[]> {
  return listIn(await api.get(api.paths.labels(from, to))).flatMap(one => {
    const [typeId, label] = [numberFrom(one.typeId), textFrom(one.label)];
    if (typeId === undefined) return [];
    const category = textFrom(one.category) ?? 'HUBSPOT_DEFINED';
    return [{ associationCategory: category, associationTypeId: typeId, ...(label && { label }) }];
  });
}

/** People who left own records, too. Two calls for up to a hundred of each. */
async function readOwners(api: Api): Promise<Owner[]> {
  const [active, archived] = [await readAll(api, 'false'), await readAll(api, 'true')];
  return [...active, ...archived];
}

async function readAll(api: Api, archived: string): Promise<Owner[]> {
  const owners: Owner[] = [];
  let after: string | undefined;
  do {
    const query = { limit: OWNERS_A_PAGE, archived, ...(after && { after }) };
    const page: Json = await api.get(api.paths.owners, query);
    owners.push(...listIn(page).flatMap(one => ownerFrom(one, archived === 'false')));
    after = nextPage(page);
  } while (after !== undefined);
  return owners;
}

/** A queue owns records and is nobody. */
function ownerFrom(one: Json, active: boolean): Owner[] {
  const [id, email] = [textFrom(one.id), textFrom(one.email)?.toLowerCase()];
  if (id === undefined || email === undefined || textFrom(one.type) === 'QUEUE') return [];
  const userId = textFrom(one.userId) ?? textFrom(one.userIdIncludingInactive);
  const name = [textFrom(one.firstName), textFrom(one.lastName)].filter(Boolean).join(' ') || email;
  return [{ id, email, name, active, ...(userId && { userId }) }];
}

async function readAccount(api: Api): Promise<{ portalId: string; uiDomain: string }> {
  const answer = await api.get(api.paths.account);
  return { portalId: textFrom(answer.portalId) ?? '', uiDomain: textFrom(answer.uiDomain) ?? 'app.hubspot.com' };
}

/** Names are compared as people do: in any case, whatever the blanks. */
export const sameName = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
