import type { Clock } from '../../src/lib/clock.ts';
import { makeId, normaliseId } from './ids.ts';
import type { ObjectSchema } from './schema.ts';

export type Value = string | number | boolean | null;
export type SfRecord = Record<string, Value>;

/** A committed change; outbound messages hang here later. */
export interface Change {
  object: string;
  record: SfRecord;
  before: SfRecord | undefined;
  by: 'api' | 'person';
  /** By a rule, within the save before it. */
  inSave?: boolean;
}

/** Who makes a change, and how. */
type Actor = { userId: string } & Pick<Change, 'by' | 'inSave'>;

interface Table {
  rows: Map<string, SfRecord>;
  /** field → value in lower case → ids */
  indexes: Map<string, Map<string, Set<string>>>;
  sequence: number;
}

const keyOf = (value: Value | undefined): string => String(value ?? '').toLowerCase();

/** The org's records, indexed as the platform indexes them, with an undo log for all-or-none calls. */
export class Store {
  readonly #clock: Clock;
  readonly #schema: Map<string, ObjectSchema>;
  readonly #instance: string | undefined;
  readonly #tables = new Map<string, Table>();
  readonly #watchers: ((change: Change) => void)[] = [];
  readonly #fillers: ((object: string, record: SfRecord) => void)[] = [];
  #undo: (() => void)[] | undefined;
  #pending: Change[] = [];

  /** @param instance the part of every id that is the org's own */
  constructor(schema: Map<string, ObjectSchema>, clock: Clock, instance?: string) {
    this.#schema = schema;
    this.#instance = instance;
    this.#clock = clock;
    for (const [name, object] of schema) {
      const indexed = [...object.fields.values()].filter(one => one.indexed && one.name !== 'Id');
      const indexes = new Map(indexed.map(one => [one.name, new Map<string, Set<string>>()]));
      this.#tables.set(name, { rows: new Map(), indexes, sequence: 0 });
    }
  }

  /** A column came that values are looked up by. */
  addIndex(object: string, field: string): void {
    const table = this.#table(object);
    if (table.indexes.has(field)) return;
    const index = new Map<string, Set<string>>();
    table.indexes.set(field, index);
    for (const [id, record] of table.rows) {
      const key = keyOf(record[field]);
      index.set(key, (index.get(key) ?? new Set()).add(id));
    }
  }

  /** Called with every record before it is saved, to change it. */
  beforeSave(fill: (object: string, record: SfRecord) => void): void {
    this.#fillers.push(fill);
  }

  /** Called after every committed change. */
  onChange(watch: (change: Change) => void): void {
    this.#watchers.push(watch);
  }

  get(object: string, id: unknown): SfRecord | undefined {
    const id18 = normaliseId(id);
    return id18 === undefined ? undefined : this.#table(object).rows.get(id18);
  }

  all(object: string): IterableIterator<SfRecord> {
    return this.#table(object).rows.values();
  }

  count(object: string): number {
    return this.#table(object).rows.size;
  }

  /** Records with one of these values, through an index; undefined when the field has none. */
  lookup(object: string, field: string, values: readonly Value[]): SfRecord[] | undefined {
    const table = this.#table(object);
    const ids = new Set<string>();
    const index = table.indexes.get(field);
    for (const value of values) {
      if (field === 'Id') ids.add(normaliseId(value) ?? '');
      else if (!index) return undefined;
      // Reference columns hold 18 characters; a filter may give 15.
      else for (const id of index.get(keyOf(this.#filterKey(object, field, value))) ?? []) ids.add(id);
    }
    return [...ids].map(id => table.rows.get(id)).filter(row => row !== undefined);
  }

  insert(object: string, values: SfRecord, actor: Actor): SfRecord {
    const table = this.#table(object);
    table.sequence += 1;
    const at = this.stamp();
    const record: SfRecord = {};
    for (const name of this.#object(object).fields.keys()) record[name] = null;
    Object.assign(
      record,
      { IsDeleted: false, CreatedDate: at, LastModifiedDate: at, SystemModstamp: at },
      { CreatedById: actor.userId, LastModifiedById: actor.userId },
      values,
      { Id: makeId(this.#object(object).prefix, table.sequence, this.#instance) },
    );
    for (const fill of this.#fillers) fill(object, record);
    this.#put(table, record);
    this.#undo?.push(() => this.#drop(table, record));
    this.#changed({ object, record, before: undefined, by: actor.by });
    return record;
  }

  update(object: string, id: string, values: SfRecord, actor: Actor): SfRecord {
    const table = this.#table(object);
    const before = table.rows.get(id);
    if (!before) throw new Error(`no ${object} ${id}`);
    const at = this.stamp();
    const record: SfRecord = {
      ...before,
      LastModifiedDate: at,
      SystemModstamp: at,
      LastModifiedById: actor.userId,
      ...values,
    };
    for (const fill of this.#fillers) fill(object, record);
    this.#drop(table, before);
    this.#put(table, record);
    this.#undo?.push(() => {
      this.#drop(table, record);
      this.#put(table, before);
    });
    this.#changed({ object, record, before, by: actor.by, ...(actor.inSave && { inSave: true }) });
    return record;
  }

  delete(object: string, id: string): void {
    const table = this.#table(object);
    const before = table.rows.get(id);
    if (!before) return;
    this.#drop(table, before);
    this.#undo?.push(() => this.#put(table, before));
  }

  /** Runs `work`; when it answers false or throws, everything it wrote is taken back. */
  allOrNone(work: () => boolean): boolean {
    const undo: (() => void)[] = [];
    this.#undo = undo;
    let isKept = false;
    try {
      isKept = work();
    } finally {
      this.#undo = undefined;
      const pending = this.#pending;
      this.#pending = [];
      if (isKept) for (const change of pending) this.#tell(change);
      else for (const step of undo.reverse()) step();
    }
    return isKept;
  }

  #filterKey(object: string, field: string, value: Value): Value {
    return this.#object(object).fields.get(field)?.type === 'reference' ? (normaliseId(value) ?? value) : value;
  }

  /** The platform's spelling of a moment, in whole seconds: `2026-11-21T09:00:00.000+0000`. */
  stamp(): string {
    return this.#clock
      .now()
      .toISOString()
      .replace(/\.\d{3}Z$/, '.000+0000');
  }

  #changed(change: Change): void {
    if (this.#undo) this.#pending.push(change);
    else this.#tell(change);
  }

  #tell(change: Change): void {
    for (const watch of this.#watchers) watch(change);
  }

  #put(table: Table, record: SfRecord): void {
    const id = String(record.Id);
    table.rows.set(id, record);
    for (const [field, index] of table.indexes) {
      const key = keyOf(record[field]);
      const ids = index.get(key);
      if (ids) ids.add(id);
      else index.set(key, new Set([id]));
    }
  }

  #drop(table: Table, record: SfRecord): void {
    const id = String(record.Id);
    table.rows.delete(id);
    for (const [field, index] of table.indexes) {
      const key = keyOf(record[field]);
      const ids = index.get(key);
      ids?.delete(id);
      if (ids?.size === 0) index.delete(key);
    }
  }

  #object(object: string): ObjectSchema {
    const found = this.#schema.get(object);
    if (!found) throw new Error(`no object ${object}`);
    return found;
  }

  #table(object: string): Table {
    const found = this.#tables.get(object);
    if (!found) throw new Error(`no object ${object}`);
    return found;
  }
}
