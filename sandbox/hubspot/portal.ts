/** One HubSpot account in memory: records with their history, associations, events. Everything is found by key. */
import type { Clock } from '../../src/lib/clock.ts';
import { badProperty, invalid, notFound, Refusal } from './errors.ts';
import { mergedEvents, mergedValues } from './merge.ts';
import {
  associationTypeId,
  modifiedProperty,
  type ObjectType,
  type Property,
  property,
  STAGES,
  standardProperties,
  TYPES,
} from './schema.ts';

export interface Version {
  value: string;
  timestamp: string;
  sourceType: string;
}

export interface Snapshot {
  properties: Readonly<Record<string, string>>;
  changedAt: number;
}

export interface StoredRecord extends Snapshot {
  id: string;
  type: ObjectType;
  createdAt: string;
  /** Newest first. */
  history: Map<string, Version[]>;
  /** What the search index may still show. */
  before?: Snapshot;
}

/** A property that got another value. */
export interface Change {
  record: StoredRecord;
  name: string;
  value: string;
  at: Date;
  source: string;
}

export interface StoredEvent {
  id: string;
  eventType: string;
  objectType: 'CONTACT';
  objectId: string;
  occurredAt: string;
  properties: Record<string, string>;
}

export interface Association {
  toObjectId: string;
  associationTypes: { category: string; typeId: number; label: string | null }[];
}

export interface Owner {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  userId: number;
  archived: boolean;
}

export interface Listener {
  created(record: StoredRecord, source: string): void;
  changed(change: Change): void;
  merged(record: StoredRecord, into: StoredRecord): void;
  deleted(record: StoredRecord, forPrivacy: boolean): void;
}

export type Portal = ReturnType<typeof createPortal>;

/** `CRM_UI`: a person or HubSpot itself, who may set what is read-only over the API. */
export type Source = 'API' | 'CRM_UI';

const FIRST_ID = 1_000;

/** @param id of the account, which names the events of its own */
export function createPortal(clock: Clock, listener: Listener, id: number) {
  const definitions = new Map(TYPES.map(type => [type, standardProperties(type)]));
  const records = new Map(TYPES.map(type => [type, new Map<string, StoredRecord>()]));
  const byEmail = new Map<string, StoredRecord>();
  /** Contacts that were merged away, by what they are now. */
  const mergedInto = new Map<string, string>();
  const associations = new Map<string, Map<string, Association>>();
  const events = new Map<string, StoredEvent[]>();
  const owners = new Map<string, Owner>();
  const lists = new Map<string, Set<string>>();
  let lastId = FIRST_ID;

  function nextId(): string {
    lastId += 1;
    return String(lastId);
  }

  const of = (type: ObjectType) => records.get(type) ?? new Map<string, StoredRecord>();
  const schema = (type: ObjectType) => definitions.get(type) ?? new Map<string, Property>();

  function find(type: ObjectType, id: string, idProperty = 'hs_object_id'): StoredRecord | undefined {
    const now = type === 'contacts' ? mergedInto.get(id) : undefined;
    if (idProperty === 'hs_object_id') return now === undefined ? of(type).get(id) : find(type, now);
    if (type === 'contacts' && idProperty === 'email') return byEmail.get(id.toLowerCase());
    throw invalid(`Property ${idProperty} is not a unique identifier of ${type}`);
  }

  function need(type: ObjectType, id: string, idProperty?: string): StoredRecord {
    const found = find(type, id, idProperty);
    if (!found) throw notFound();
    return found;
  }

  /** Refuses what HubSpot refuses; a person's unknown property is a custom one they just made. */
  function check(type: ObjectType, given: Record<string, unknown>, source: Source): Record<string, string> {
    const checked: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      const known = schema(type).get(name) ?? (source === 'CRM_UI' ? define(type, name, value) : undefined);
      if (!known) throw badProperty(name, type, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
      if (known.readOnly && source === 'API') {
        throw badProperty(name, type, 'READ_ONLY_VALUE', `"${name}" is a read only property; its value cannot be set.`);
      }
      const text = value === null ? '' : String(value);
      const wrong = text === '' ? undefined : whyWrong(known, text);
      if (wrong) throw badProperty(name, type, wrong[0], wrong[1]);
      checked[name] = known.type === 'datetime' && text !== '' ? iso(text) : text;
    }
    return checked;
  }

  function define(type: ObjectType, name: string, value: unknown): Property {
    const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'bool' : 'string';
    const made = property(name, kind);
    schema(type).set(name, made);
    return made;
  }

  /** @param quietly nobody is told of its first values: HubSpot tells of the creation alone */
  function create(type: ObjectType, given: Record<string, unknown>, source: Source, quietly = false): StoredRecord {
    const values = check(type, given, source);
    const email = type === 'contacts' ? values.email?.toLowerCase() : undefined;
    const existing = email ? byEmail.get(email) : undefined;
    if (existing) throw new Refusal(409, 'CONFLICT', `Contact already exists. Existing ID: ${existing.id}`);
    const now = clock.now();
    const id = nextId();
    const record: StoredRecord = {
      id,
      type,
      createdAt: now.toISOString(),
      properties: {},
      changedAt: now.getTime(),
      history: new Map(),
    };
    of(type).set(id, record);
    const created = schema(type).has('createdate') ? 'createdate' : 'hs_createdate';
    const defaults: Record<string, string> = type === 'contacts' ? { hs_marketable_status: 'true' } : {};
    const first = { hs_object_id: id, [created]: now.toISOString(), ...defaults, ...values };
    const changes = put(record, first, source, now);
    listener.created(record, source);
    if (!quietly) for (const change of changes) listener.changed(change);
    return record;
  }

  function update(record: StoredRecord, given: Record<string, unknown>, source: Source): StoredRecord {
    const values = check(record.type, given, source);
    const email = record.type === 'contacts' ? values.email?.toLowerCase() : undefined;
    const holder = email ? byEmail.get(email) : undefined;
    if (holder && holder !== record)
      throw new Refusal(409, 'CONFLICT', `Contact already exists. Existing ID: ${holder.id}`);
    if (source === 'API' && goesBack(record.properties.lifecyclestage, values.lifecyclestage))
      delete values.lifecyclestage;
    for (const change of put(record, values, source, clock.now())) listener.changed(change);
    return record;
  }

  /** Sets values, keeps what they were, and tells which really changed. */
  function put(record: StoredRecord, values: Record<string, string>, source: Source, now: Date): Change[] {
    const modified = modifiedProperty(record.type);
    const at = new Date(values[modified] ?? now);
    const next: Record<string, string> = { ...record.properties };
    const changes: Change[] = [];
    for (const [name, value] of Object.entries(values)) {
      if ((record.properties[name] ?? '') === value) continue;
      if (value === '') delete next[name];
      else next[name] = value;
      const versions = record.history.get(name) ?? [];
      versions.unshift({ value, timestamp: at.toISOString(), sourceType: source });
      record.history.set(name, versions);
      changes.push({ record, name, value, at, source });
    }
    next[modified] = at.toISOString();
    const old = record.properties.email?.toLowerCase();
    if (record.properties.hs_object_id) record.before = { properties: record.properties, changedAt: record.changedAt };
    record.properties = next;
    record.changedAt = at.getTime();
    if (record.type === 'contacts') {
      if (old && old !== next.email?.toLowerCase()) byEmail.delete(old);
      const others = next.hs_additional_emails?.split(';') ?? [];
      for (const email of [next.email, ...others]) if (email) byEmail.set(email.toLowerCase(), record);
    }
    return changes;
  }

  function archive(record: StoredRecord, forPrivacy = false): void {
    take(record);
    listener.deleted(record, forPrivacy);
  }

  /** Into another contact, which answers to its id and its address from now on. */
  function merge(record: StoredRecord, into: StoredRecord): void {
    for (const to of TYPES) {
      for (const other of associations.get(key('contacts', record.id, to))?.keys() ?? []) {
        associate(into, need(to, other));
      }
    }
    events.set(into.id, mergedEvents(events.get(record.id), events.get(into.id), into.id));
    take(record);
    mergedInto.set(record.id, into.id);
    update(into, mergedValues(record, into), 'CRM_UI');
    listener.merged(record, into);
  }

  function take(record: StoredRecord): void {
    of(record.type).delete(record.id);
    if (record.properties.email) byEmail.delete(record.properties.email.toLowerCase());
    for (const to of TYPES) {
      for (const other of associations.get(key(record.type, record.id, to))?.keys() ?? []) {
        associations.get(key(to, other, record.type))?.delete(record.id);
        const contact = record.type === 'companies' && to === 'contacts' ? find(to, other) : undefined;
        if (contact) contact.properties = { ...contact.properties, associatedcompanyid: '' };
      }
      associations.delete(key(record.type, record.id, to));
    }
  }

  function associate(from: StoredRecord, to: StoredRecord, typeId?: number): void {
    const there = typeId ?? associationTypeId(from.type, to.type);
    if (there === undefined) throw invalid(`No association type between ${from.type} and ${to.type}`);
    link(from, to, there);
    link(to, from, associationTypeId(to.type, from.type) ?? there);
  }

  function link(from: StoredRecord, to: StoredRecord, typeId: number): void {
    const at = key(from.type, from.id, to.type);
    const found = associations.get(at) ?? new Map<string, Association>();
    found.set(to.id, { toObjectId: to.id, associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId, label: null }] });
    associations.set(at, found);
    // HubSpot keeps the primary company's id on the contact; the first one becomes it by itself.
    if (from.type === 'contacts' && to.type === 'companies' && (typeId === 1 || !from.properties.associatedcompanyid)) {
      from.properties = { ...from.properties, associatedcompanyid: to.id };
    }
  }

  return {
    id,
    schema,
    find,
    need,
    create,
    update,
    archive,
    merge,
    associate,
    all: (type: ObjectType) => of(type).values(),
    count: (type: ObjectType) => of(type).size,
    associated: (type: ObjectType, id: string, to: ObjectType) => [
      ...(associations.get(key(type, id, to))?.values() ?? []),
    ],
    addEvent(event: Omit<StoredEvent, 'id' | 'objectType'>): void {
      const list = events.get(event.objectId) ?? [];
      const added: StoredEvent = { id: `event-${nextId()}`, objectType: 'CONTACT', ...event };
      // Newest first; nearly always the new one is the newest.
      const at = list.findIndex(one => one.occurredAt <= added.occurredAt);
      list.splice(at === -1 ? list.length : at, 0, added);
      events.set(event.objectId, list);
    },
    events: (contactId: string) => events.get(contactId) ?? [],
    owners,
    lists,
    nextId,
  };
}

function key(type: ObjectType, id: string, to: ObjectType): string {
  return `${type}:${id}:${to}`;
}

function whyWrong({ type, options, name }: Property, text: string): [string, string] | undefined {
  if (type === 'number' && !Number.isFinite(Number(text))) return ['INVALID_NUMBER', `${text} was not a valid number.`];
  if (type === 'bool' && !/^(true|false)$/.test(text)) return ['INVALID_BOOLEAN', `${text} was not a boolean.`];
  if (type === 'datetime' && iso(text) === '') return ['INVALID_DATE', `${text} was not a valid long.`];
  if (options && !options.includes(text)) {
    return ['INVALID_OPTION', `${text} was not one of the allowed options: [${options.join(', ')}]`];
  }
  if (name === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) return ['INVALID_EMAIL', `Email address ${text} is invalid`];
  return undefined;
}

/** ISO 8601 or milliseconds, as ISO 8601; empty when it is neither. */
function iso(text: string): string {
  const date = new Date(/^\d+$/.test(text) ? Number(text) : text);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** A stage only moves forward; going back takes clearing it first. */
function goesBack(from: string | undefined, to: string | undefined): boolean {
  return from !== undefined && !!to && STAGES.indexOf(to) < STAGES.indexOf(from);
}
