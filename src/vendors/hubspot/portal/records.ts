/**
 * Making, changing and reading records in few calls: what is asked for at once travels together, and one bad record never
 * takes its neighbours along.
 */
import { coalesce } from '../../../lib/coalesce.ts';
import { Rejected, toError } from '../../../lib/errors.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from '../api/api.ts';
import { SERVICE, saysNotFound } from '../api/errors.ts';
import type { ObjectType } from './ids.ts';
import { KEY, OWNER } from './names.ts';
import { type Row, rowFrom } from './rows.ts';

/** What a record is to be associated with: the other's id, and the type of the association. */
export interface Link {
  to: { id: string };
  types: { associationCategory: string; associationTypeId: number }[];
}

export interface NewRecord {
  type: ObjectType;
  /** A property that no two records have the same value of, and its value: what was made under it is found again. */
  key: { name: string; value: string };
  properties: Readonly<Record<string, string>>;
  links?: readonly Link[];
}

export interface Made {
  id: string;
  created: boolean;
  /** Properties that HubSpot would not take, with what it said of them: it was made without. */
  refused: Refused[];
}

export interface Refused {
  name: string;
  why: string;
}

export interface Changed {
  row: Row;
  refused: Refused[];
}

export interface Reading {
  properties: readonly string[];
  associations?: readonly ObjectType[];
  /** Properties that are wanted with who set them. */
  history?: readonly string[];
  /** What `id` is a value of; absent: it is the record's own id. */
  by?: string;
}

export interface Records {
  /**
   * Makes a record once under its key. One call, shared by what is made at once; one or two more where HubSpot refuses:
   * it has it already, or will not have some of its values.
   * @throws Rejected when HubSpot will not have it at all
   */
  make(record: NewRecord): Promise<Made>;
  /** Changes a record. One call, shared. Undefined: there is no such record any more. A merged one answers as the one that stayed. */
  change(type: ObjectType, id: string, properties: Readonly<Record<string, string>>): Promise<Changed | undefined>;
  /** One call. Undefined: there is none. */
  read(type: ObjectType, id: string, reading: Reading): Promise<Row | undefined>;
  /** One call; gone already is as good. */
  archive(type: ObjectType, id: string): Promise<void>;
}

const MOST = 100;
const WIDTH = 4;

export function openRecords(api: Api): Records {
  const makers = new Map<ObjectType, (record: NewRecord) => Promise<Made>>();
  const changers = new Map<ObjectType, (change: Change) => Promise<Changed | undefined>>();
  const of = <K, V>(
    all: Map<ObjectType, (key: K) => Promise<V>>,
    type: ObjectType,
    call: (keys: readonly K[]) => Promise<(V | Error)[]>,
  ) => {
    const known = all.get(type) ?? coalesce<K, V>({ most: MOST, width: WIDTH, call });
    all.set(type, known);
    return known;
  };
  return {
    make: record => of(makers, record.type, some => makeAll(api, some))(record),
    change: (type, id, properties) => of(changers, type, some => changeAll(api, type, some))({ id, properties }),
    read: (type, id, reading) => readOne(api, type, id, reading),
    async archive(type, id) {
      const path = pathTo(api, type, id);
      const answer = await api.ask('DELETE', path);
      if (answer.status >= 300 && answer.status !== 404) throw api.failure(answer, `DELETE ${path}`);
    },
  };
}

const pathTo = (api: Api, type: ObjectType, id: string): string =>
  `${api.paths.objects(type)}/${encodeURIComponent(id)}`;

export async function readOne(api: Api, type: ObjectType, id: string, reading: Reading): Promise<Row | undefined> {
  const { properties, associations = [], history = [], by } = reading;
  const path = pathTo(api, type, id);
  const answer = await api.ask('GET', path, {
    properties: properties.join(','),
    ...(associations.length > 0 && { associations: associations.join(',') }),
    ...(history.length > 0 && { propertiesWithHistory: history.join(',') }),
    ...(by && { idProperty: by }),
  });
  if (answer.status === 404 && saysNotFound(answer.body)) return undefined;
  if (answer.status !== 200) throw api.failure(answer, `GET ${path}`);
  return rowFrom(answer.body);
}

const bodyOf = ({ key, properties, links = [] }: NewRecord) => ({
  properties: { ...properties, [key.name]: key.value },
  associations: links,
});

/** All in one call; where that is refused as a whole, each by itself. */
async function makeAll(api: Api, records: readonly NewRecord[]): Promise<(Made | Error)[]> {
  const [first, ...more] = records;
  if (!first) return [];
  if (more.length === 0) return [await makeOne(api, first)];
  const path = `${api.paths.objects(first.type)}/batch/create`;
  const made = await batchOf(api, path, records.map(bodyOf));
  return eachSettled(records, async record => {
    const row = made.find(({ properties }) => properties[record.key.name] === record.key.value);
    return row ? { id: row.id, created: true, refused: [] } : makeOne(api, record);
  });
}

/** What of a batch went well; nothing where it is refused as a whole, since one of it may be at fault. */
async function batchOf(api: Api, path: string, inputs: readonly object[]): Promise<Row[]> {
  const answer = await api.ask('POST', path, undefined, { inputs });
  if (answer.status < 300) return isObject(answer.body) ? objectsIn(answer.body.results).map(rowFrom) : [];
  const failure = api.failure(answer, `POST ${path}`);
  if (failure instanceof Rejected) return [];
  throw failure;
}

/** One after the other: what is refused is seldom, and calls are few. */
async function eachSettled<K, V>(all: readonly K[], work: (one: K) => Promise<V>): Promise<(V | Error)[]> {
  const settled: (V | Error)[] = [];
  for (const one of all) settled.push(await work(one).catch(toError));
  return settled;
}

async function makeOne(api: Api, record: NewRecord, refused: Refused[] = []): Promise<Made> {
  const path = api.paths.objects(record.type);
  const answer = await api.ask('POST', path, undefined, bodyOf(record));
  if (answer.status < 300) return { id: rowFrom(answer.body).id, created: true, refused };
  const failure = api.failure(answer, `POST ${path}`);
  if (!(failure instanceof Rejected)) throw failure;
  if (failure.fields.includes(record.key.name)) throw notSetUp(record);
  const { type, key } = record;
  // Its words for "that value is taken" are no contract: whether it is there, it is asked.
  const known = await readOne(api, type, key.value, { properties: [], by: key.name });
  if (known) return { id: known.id, created: false, refused };
  const without = leftOut(record.properties, failure);
  if (!without) throw failure;
  return makeOne(api, { ...record, properties: without.properties }, [...refused, ...without.refused]);
}

function notSetUp({ type, key }: NewRecord): Rejected {
  const why = `HubSpot has no property ${key.name} of ${type}, which Baton needs to write nothing twice: set up HubSpot from Home`;
  return new Rejected(why, { service: SERVICE, code: 'NOT_SET_UP' });
}

interface Change {
  id: string;
  properties: Readonly<Record<string, string>>;
}

async function changeAll(
  api: Api,
  type: ObjectType,
  changes: readonly Change[],
): Promise<(Changed | undefined | Error)[]> {
  const [first, ...more] = changes;
  const ids = new Set(changes.map(({ id }) => id));
  // Two changes of one record in a batch are refused as a whole.
  if (!first || more.length === 0 || ids.size < changes.length)
    return eachSettled(changes, one => changeOne(api, type, one));
  const path = `${api.paths.objects(type)}/batch/update`;
  const rows = await batchOf(api, path, changes);
  return eachSettled(changes, async change => {
    const row = rows.find(({ id }) => id === change.id);
    return row ? { row, refused: [] } : changeOne(api, type, change);
  });
}

async function changeOne(
  api: Api,
  type: ObjectType,
  { id, properties }: Change,
  refused: Refused[] = [],
): Promise<Changed | undefined> {
  const path = pathTo(api, type, id);
  const answer = await api.ask('PATCH', path, undefined, { properties });
  if (answer.status < 300) return { row: rowFrom(answer.body), refused };
  if (answer.status === 404 && saysNotFound(answer.body)) return undefined;
  const failure = api.failure(answer, `PATCH ${path}`);
  const without = failure instanceof Rejected ? leftOut(properties, failure) : undefined;
  if (!without) throw failure;
  return changeOne(api, type, { id, properties: without.properties }, [...refused, ...without.refused]);
}

/** Without what HubSpot blames; undefined: it blames nothing that could be left out. */
function leftOut(
  properties: Readonly<Record<string, string>>,
  { fields, message }: Rejected,
): { properties: Record<string, string>; refused: Refused[] } | undefined {
  const blamed = fields.filter(name => name in properties && name !== KEY);
  if (blamed.length === 0) return undefined;
  const kept = Object.entries(properties).filter(([name]) => !blamed.includes(name));
  return {
    properties: Object.fromEntries(kept),
    refused: blamed.map(name => ({ name, why: sentenceOf(message, name) })),
  };
}

/** HubSpot's sentence holds a list of what is wrong as JSON; of that, what is said of this property. */
function sentenceOf(message: string, name: string): string {
  const list = /\[\{.*\}\]/s.exec(message)?.[0];
  const said = list === undefined ? undefined : textOf(list, name);
  return said ?? message.replace(/^HubSpot: /, '');
}

function textOf(list: string, name: string): string | undefined {
  try {
    const found = objectsIn(JSON.parse(list) as unknown).find((one: Json) => one.name === name);
    return textFrom(found?.message);
  } catch {
    // It was cut off: the whole of it is said instead.
    return undefined;
  }
}

/** What was left out, in one sentence each, and whether the owner was. */
export function refusedWords(refused: readonly Refused[], what: string): { warnings: string[]; ownerRefused?: true } {
  const isOwner = ({ name }: Refused) => name === OWNER;
  return {
    warnings: refused.map(({ name, why }) =>
      name === OWNER
        ? `HubSpot did not take the owner Baton named (${why}): the ${what} belongs to nobody.`
        : `HubSpot did not take the property ${name} of the ${what} (${why}): it was left out.`,
    ),
    ...(refused.some(isOwner) && { ownerRefused: true as const }),
  };
}
