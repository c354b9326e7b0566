/** One HubSpot account in memory: records with their history, associations, events. Everything is found by key. */
import type { Clock } from '../../src/lib/clock.ts';
import { createLabels } from './crm/labels.ts';
import { defaultPipelines } from './crm/pipelines.ts';
import type { Association, Change, Listener, Owner, Source, StoredEvent, StoredRecord } from './crm/stored.ts';
import { hostIn, iso, whyWrong } from './crm/values.ts';
import { badProperty, invalid, notFound, Refusal } from './errors.ts';
import { mergedEvents, mergedValues } from './merge.ts';
import {
  associationTypeId,
  modifiedProperty,
  type ObjectType,
  type Property,
  primaryTypeId,
  property,
  STAGES,
  standardProperties,
  TYPES,
} from './schema.ts';

export type Portal = ReturnType<typeof createPortal>;

const FIRST_ID = 1_000;

/** @param id of the account, which names the events of its own */
export function createPortal(clock: Clock, listener: Listener, id: number) {
  const pipelines = defaultPipelines();
  const definitions = new Map(TYPES.map(type => [type, standardProperties(type, pipelines)]));
  const groups = new Map(TYPES.map(type => [type, new Set([GROUPS[type] ?? `${type}information`])]));
  const labels = createLabels();
  /** Records by the values of the properties that are no two records'. */
  const byUnique = new Map<string, StoredRecord>();
  /** Whose deed is under way; undefined: HubSpot's own, or of somebody who does not matter. */
  let doer: number | undefined;
  const records = new Map(TYPES.map(type => [type, new Map<string, StoredRecord>()]));
  const byEmail = new Map<string, StoredRecord>();
  /** Contacts that were merged away, by what they are now. */
  const mergedInto = new Map<string, string>();
  const associations = new Map<string, Map<string, Association>>();
  const events = new Map<string, StoredEvent[]>();
  const owners = new Map<string, Owner>();
  const lists = new Map<string, Set<string>>();
  /** Of lists that have one. */
  const listNames = new Map<string, string>();
  /** Those that fill themselves. */
  const activeLists = new Set<string>();
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
    if (schema(type).get(idProperty)?.unique) return byUnique.get(uniqueKey(type, idProperty, id));
    throw invalid(`Property ${idProperty} is not a unique identifier of ${type}`);
  }

  function need(type: ObjectType, id: string, idProperty?: string): StoredRecord {
    const found = find(type, id, idProperty);
    if (!found) throw notFound();
    return found;
  }

  /** Refuses what HubSpot refuses; a person's unknown property is a custom one they just made. */
  function check(
    type: ObjectType,
    given: Record<string, unknown>,
    source: Source,
    of?: StoredRecord,
  ): Record<string, string> {
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
      const holder = known.unique && text !== '' ? byUnique.get(uniqueKey(type, name, text)) : undefined;
      if (holder && holder !== of) throw taken({ type, name, value: text }, of, holder);
      if (source === 'API' && name === 'hubspot_owner_id' && text !== '') needOwner(type, text);
      checked[name] = known.type === 'datetime' && text !== '' ? iso(text) : text;
    }
    if (type === 'companies' && checked.domain) checked.domain = hostIn(checked.domain);
    return checked;
  }

  /** Nothing new is given to somebody who is not there. */
  function needOwner(type: ObjectType, id: string): void {
    const owner = owners.get(id);
    if (owner && !owner.archived) return;
    throw badProperty(
      'hubspot_owner_id',
      type,
      'INVALID_OWNER_ID',
      `Owner with id ${id} does not exist or is inactive`,
    );
  }

  function taken(
    { type, name, value }: { type: string; name: string; value: string },
    of: StoredRecord | undefined,
    holder: StoredRecord,
  ) {
    return invalid(
      `Cannot set PropertyValueCoordinates{portalId=${id}, objectTypeId=${type}, objectId=${of?.id ?? 'new'}, propertyName=${name}, value=${value}}. ${holder.id} already has that value.`,
    );
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
    const first = { hs_object_id: id, [created]: now.toISOString(), ...defaults, ...firstPlace(type), ...values };
    const changes = put(record, first, source, now);
    listener.created(record, source, doer);
    if (!quietly) for (const change of changes) listener.changed(change);
    return record;
  }

  /** What is in no pipeline begins at the first stage of the first. */
  function firstPlace(type: ObjectType): Record<string, string> {
    if (type !== 'deals' && type !== 'leads') return {};
    const [pipeline] = pipelines[type];
    const names =
      type === 'deals' ? (['pipeline', 'dealstage'] as const) : (['hs_pipeline', 'hs_pipeline_stage'] as const);
    return { [names[0]]: pipeline?.id ?? '', [names[1]]: pipeline?.stages[0]?.id ?? '' };
  }

  function update(record: StoredRecord, given: Record<string, unknown>, source: Source): StoredRecord {
    const values = check(record.type, given, source, record);
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
      const byUser = doer !== undefined && { sourceId: `userId:${doer}`, updatedByUserId: doer };
      versions.unshift({ value, timestamp: at.toISOString(), sourceType: source, ...byUser });
      record.history.set(name, versions);
      changes.push({ record, name, value, at, source, userId: doer });
    }
    next[modified] = at.toISOString();
    const old = record.properties.email?.toLowerCase();
    if (record.properties.hs_object_id) record.before = { properties: record.properties, changedAt: record.changedAt };
    record.properties = next;
    record.changedAt = at.getTime();
    for (const { name } of changes) {
      if (!schema(record.type).get(name)?.unique) continue;
      const before = record.before?.properties[name];
      if (before) byUnique.delete(uniqueKey(record.type, name, before));
      if (next[name]) byUnique.set(uniqueKey(record.type, name, next[name]), record);
    }
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
    for (const [name, definition] of schema(record.type)) {
      const value = definition.unique && record.properties[name];
      if (value) byUnique.delete(uniqueKey(record.type, name, value));
    }
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
    link(to, from, labels.inverse(to.type, from.type, there) ?? associationTypeId(to.type, from.type) ?? there);
  }

  function link(from: StoredRecord, to: StoredRecord, typeId: number): void {
    const at = key(from.type, from.id, to.type);
    const found = associations.get(at) ?? new Map<string, Association>();
    const label = labels.named(from.type, to.type, typeId);
    const type = { category: label ? 'USER_DEFINED' : 'HUBSPOT_DEFINED', typeId, label: label ?? null };
    const others = (found.get(to.id)?.associationTypes ?? []).filter(one => one.typeId !== typeId);
    // Labels come beside the plain association, which stays.
    const kept = label || others.some(one => one.label) ? others : [];
    found.set(to.id, { toObjectId: to.id, associationTypes: [...kept, type] });
    associations.set(at, found);
    // HubSpot keeps the primary company's id on the contact; the first one becomes it by itself.
    const isFirst = typeId === primaryTypeId(from.type, to.type);
    if (from.type === 'contacts' && to.type === 'companies' && (isFirst || !from.properties.associatedcompanyid)) {
      from.properties = { ...from.properties, associatedcompanyid: to.id };
    }
  }

  /** Would it be taken? Throws what HubSpot would refuse it with. */
  function validate(type: ObjectType, given: Record<string, unknown>): void {
    const { email } = check(type, given, 'API');
    const existing = type === 'contacts' && email ? byEmail.get(email.toLowerCase()) : undefined;
    if (existing) throw new Refusal(409, 'CONFLICT', `Contact already exists. Existing ID: ${existing.id}`);
  }

  /** A user of HubSpot does this. */
  function doneBy<T>(userId: number | undefined, work: () => T): T {
    doer = userId;
    try {
      return work();
    } finally {
      doer = undefined;
    }
  }

  return {
    id,
    pipelines,
    groups: (type: ObjectType) => groups.get(type) ?? new Set<string>(),
    labels,
    validate,
    doneBy,
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
    listNames,
    activeLists,
    nextId,
  };
}

function key(type: ObjectType, id: string, to: ObjectType): string {
  return `${type}:${id}:${to}`;
}

const uniqueKey = (type: ObjectType, name: string, value: string): string => `${type}:${name}:${value}`;

/** The groups of properties that there are from the start. */
const GROUPS: Partial<Record<ObjectType, string>> = {
  contacts: 'contactinformation',
  companies: 'companyinformation',
  deals: 'dealinformation',
};

/** A stage only moves forward; going back takes clearing it first. */
function goesBack(from: string | undefined, to: string | undefined): boolean {
  return from !== undefined && !!to && STAGES.indexOf(to) < STAGES.indexOf(from);
}
