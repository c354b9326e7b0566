import { Refusal } from './errors.ts';
import { normaliseId } from './ids.ts';
import { type Field, isFilterable, type ObjectSchema } from './schema.ts';
import type { Condition, Literal, Query, Selected } from './soql.ts';
import type { SfRecord, Store, Value } from './store.ts';

/** Fields that a polymorphic relationship (Owner, Who, What) offers without TYPEOF: the Name object. */
const NAME_OBJECT = new Set([
  'Id',
  'Name',
  'Type',
  'Email',
  'Username',
  'FirstName',
  'LastName',
  'Alias',
  'Title',
  'Phone',
]);

/** Where a checked path leads: hops over references, then a field. */
interface Path {
  hops: Field[];
  leaf: string;
  field?: Field;
}

/** Answers parsed queries over the store. */
export class Querying {
  readonly #schema: Map<string, ObjectSchema>;
  readonly #store: Store;
  readonly #version: string;

  constructor(schema: Map<string, ObjectSchema>, store: Store, version: string) {
    this.#schema = schema;
    this.#store = store;
    this.#version = version;
  }

  /** Every row of the answer, rendered; or the number of them for COUNT(). `all`: with those in the bin. */
  run(query: Query, all = false): object[] | number {
    const object = this.#object(query.from);
    const where = query.where ? this.#predicate(object, query.where) : () => true;
    const render = query.select === 'count' ? undefined : this.#renderer(object, query.select);
    const compare = query.orderBy.map(order => this.#comparison(object, order));
    const candidates = (query.where && this.#candidates(object, query.where)) ?? [...this.#store.all(object.name)];
    const rows = candidates.filter(row => (all || row.IsDeleted !== true) && where(row));
    rows.sort((a, b) => compare.reduce((sum, by) => sum || by(a, b), 0));
    if (!render) return rows.length;
    const end = query.limit === undefined ? undefined : query.offset + query.limit;
    return rows.slice(query.offset, end).map(render);
  }

  #object(name: string): ObjectSchema {
    for (const object of this.#schema.values()) if (object.name.toLowerCase() === name.toLowerCase()) return object;
    throw new Refusal(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
  }

  #path(object: ObjectSchema, path: string[]): Path {
    const hops: Field[] = [];
    let at = object;
    let isName = false;
    for (const step of path.slice(0, -1)) {
      // `FROM Lead WHERE Lead.Email = …` may name its own object first.
      if (at === object && hops.length === 0 && step.toLowerCase() === object.name.toLowerCase()) continue;
      const hop = [...at.fields.values()].find(one => one.relationship?.toLowerCase() === step.toLowerCase());
      const target = hop && this.#schema.get(hop.referenceTo[0] ?? '');
      if (!hop || !target || isName) {
        const message = `Didn't understand relationship '${step}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.`;
        throw new Refusal(400, 'INVALID_FIELD', message);
      }
      hops.push(hop);
      isName = hop.referenceTo.length > 1;
      at = target;
    }
    return this.#leaf(at, hops, path.at(-1) ?? '', isName);
  }

  #leaf(at: ObjectSchema, hops: Field[], name: string, isName: boolean): Path {
    const field = at.byLower.get(name.toLowerCase());
    const known = isName ? [...NAME_OBJECT].find(one => one.toLowerCase() === name.toLowerCase()) : field?.name;
    if (known === undefined) {
      const entity = isName ? 'Name' : at.name;
      throw new Refusal(400, 'INVALID_FIELD', `No such column '${name}' on entity '${entity}'.`);
    }
    return { hops, leaf: known, ...(field && !isName ? { field } : {}) };
  }

  /** Record a hop leads to, whatever of its possible types it has. */
  #follow(record: SfRecord | undefined, hop: Field): { type: string; record: SfRecord } | undefined {
    const id = record?.[hop.name];
    if (id === null || id === undefined) return undefined;
    for (const type of hop.referenceTo) {
      const found = this.#store.get(type, id);
      if (found) return { type, record: found };
    }
    return undefined;
  }

  #value(record: SfRecord, path: Path): Value {
    let at: { type: string; record: SfRecord } | undefined = { type: '', record };
    for (const hop of path.hops) at = at && this.#follow(at.record, hop);
    if (!at) return null;
    return path.leaf === 'Type' && !path.field && path.hops.length > 0 ? at.type : (at.record[path.leaf] ?? null);
  }

  #predicate(object: ObjectSchema, condition: Condition): (record: SfRecord) => boolean {
    if (condition.kind === 'not') {
      const inner = this.#predicate(object, condition.part);
      return record => !inner(record);
    }
    if (condition.kind === 'semijoin') return this.#semijoin(object, condition);
    if (condition.kind !== 'compare') {
      const parts = condition.parts.map(part => this.#predicate(object, part));
      return condition.kind === 'and'
        ? record => parts.every(is => is(record))
        : record => parts.some(is => is(record));
    }
    const path = this.#path(object, condition.path);
    const wanted = condition.values.map(value => literal(path, value));
    const isId = path.field?.type === 'id' || path.field?.type === 'reference';
    return matcher(condition.operator, wanted, record => this.#value(record, path), isId);
  }

  /** Ids of another query's column; what is empty there or here never matches. */
  #semijoin(object: ObjectSchema, join: Condition & { kind: 'semijoin' }): (record: SfRecord) => boolean {
    const path = this.#path(object, join.path);
    const inner = this.#object(join.from);
    const column = this.#path(inner, join.select);
    for (const { field } of [path, column]) {
      if (field?.type === 'id' || field?.type === 'reference') continue;
      const message = `The selected field '${field?.name ?? ''}' in a semi join must be an id or a reference field`;
      throw new Refusal(400, 'MALFORMED_QUERY', message);
    }
    const where = join.where ? this.#predicate(inner, join.where) : () => true;
    const candidates = (join.where && this.#candidates(inner, join.where)) ?? [...this.#store.all(inner.name)];
    const rows = candidates.filter(row => row.IsDeleted !== true && where(row));
    const ids = new Set(rows.map(row => this.#value(row, column)).filter(id => id !== null));
    return record => {
      const id = this.#value(record, path);
      return id !== null && ids.has(id) !== join.isAnti;
    };
  }

  /** Rows an index can name; undefined = every row must be looked at. */
  #candidates(object: ObjectSchema, condition: Condition): SfRecord[] | undefined {
    if (condition.kind === 'not' || condition.kind === 'semijoin') return undefined;
    if (condition.kind === 'compare') {
      if ((condition.operator !== '=' && condition.operator !== 'IN') || condition.path.length > 1) return undefined;
      const field = object.byLower.get((condition.path[0] ?? '').toLowerCase());
      return (
        field &&
        this.#store.lookup(
          object.name,
          field.name,
          condition.values.map(one => one.value),
        )
      );
    }
    const parts = condition.parts.map(part => this.#candidates(object, part));
    if (condition.kind === 'and') {
      return parts.filter(part => part !== undefined).sort((a, b) => a.length - b.length)[0];
    }
    if (parts.some(part => part === undefined)) return undefined;
    return [...new Set(parts.flatMap(part => part ?? []))];
  }

  #comparison(object: ObjectSchema, order: Query['orderBy'][number]): (a: SfRecord, b: SfRecord) => number {
    const path = this.#path(object, order.path);
    const sign = order.descending ? -1 : 1;
    return (a, b) => {
      const [left, right] = [this.#value(a, path), this.#value(b, path)];
      if (left === null || right === null) {
        if (left === right) return 0;
        return (left === null) === order.nullsLast ? 1 : -1;
      }
      return sign * (left < right ? -1 : left > right ? 1 : 0);
    };
  }

  #renderer(object: ObjectSchema, select: Selected[]): (record: SfRecord) => object {
    const writers = select.map(one =>
      one.kind === 'path' ? this.#pathWriter(object, one.path) : this.#typeofWriter(object, one),
    );
    return record => {
      const out = this.#attributes(object.name, record);
      for (const write of writers) write(record, out);
      return out;
    };
  }

  #attributes(type: string, record: SfRecord): Record<string, unknown> {
    return { attributes: { type, url: `/services/data/${this.#version}/sobjects/${type}/${record.Id}` } };
  }

  #pathWriter(object: ObjectSchema, names: string[]): (record: SfRecord, out: Record<string, unknown>) => void {
    const path = this.#path(object, names);
    return (record, out) => {
      let at: { type: string; record: SfRecord } | undefined = { type: object.name, record };
      let into = out;
      for (const hop of path.hops) {
        at = at && this.#follow(at.record, hop);
        const name = hop.relationship ?? hop.name;
        if (!at) {
          into[name] = null;
          return;
        }
        const shownType = hop.referenceTo.length > 1 ? 'Name' : at.type;
        into[name] ??= this.#attributes(shownType, at.record);
        into = into[name] as Record<string, unknown>;
      }
      into[path.leaf] = this.#value(record, path);
    };
  }

  #typeofWriter(object: ObjectSchema, one: Selected & { kind: 'typeof' }) {
    const hop = [...object.fields.values()].find(
      field => field.relationship?.toLowerCase() === one.path.join('.').toLowerCase(),
    );
    if (!hop || hop.referenceTo.length < 2) {
      throw new Refusal(
        400,
        'INVALID_FIELD',
        `TYPEOF can only be used with polymorphic relationships: ${one.path.join('.')}`,
      );
    }
    const writers = new Map<string, ReturnType<Querying['renderAs']>>();
    for (const type of hop.referenceTo) {
      const fields = one.when.get(type.toLowerCase()) ?? one.otherwise;
      if (fields) writers.set(type, this.renderAs(type, fields));
    }
    const name = hop.relationship ?? hop.name;
    return (record: SfRecord, out: Record<string, unknown>) => {
      const target = this.#follow(record, hop);
      const render = target && writers.get(target.type);
      out[name] = target && render ? render(target.record) : null;
    };
  }

  renderAs(type: string, fields: string[][]): (record: SfRecord) => object {
    return this.#renderer(
      this.#object(type),
      fields.map(path => ({ kind: 'path', path })),
    );
  }
}

const TEXT = new Set(['string', 'textarea', 'email', 'phone', 'url', 'picklist', 'reference', 'id']);

/** The literal as the column's type, or the refusal the platform gives for the wrong kind. */
function literal(path: Path, given: Literal): Value {
  const { field } = path;
  if (field && !isFilterable(field)) {
    throw new Refusal(400, 'INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
  }
  if (!field || given.kind === 'null') return given.value;
  if (TEXT.has(field.type) !== (given.kind === 'string')) {
    const quotes = TEXT.has(field.type) ? 'should be enclosed in quotes' : 'should not be enclosed in quotes';
    const message = `value of filter criterion for field '${field.name}' must be of type ${field.type} and ${quotes}`;
    throw new Refusal(400, 'INVALID_FIELD', message);
  }
  if (field.type === 'id' || field.type === 'reference') {
    const id = normaliseId(given.value);
    if (!id) throw new Refusal(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${given.value}`);
    return id;
  }
  return given.kind === 'datetime' ? new Date(given.value).toISOString().replace('Z', '+0000') : given.value;
}

const fold = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value);

function matcher(
  operator: string,
  wanted: Value[],
  read: (record: SfRecord) => Value,
  isId: boolean,
): (record: SfRecord) => boolean {
  if (operator === 'LIKE') {
    const pattern = likePattern(String(wanted[0] ?? ''));
    return record => pattern.test(String(read(record) ?? ''));
  }
  const folded = new Set(wanted.map(fold));
  if (operator === '=' || operator === 'IN') return record => folded.has(fold(read(record)));
  if (operator === '!=' || operator === 'NOT IN') return record => !folded.has(fold(read(record)));
  // Ids are sorted with regard to case, text is not.
  const sortable = isId ? (value: Value) => value : fold;
  const limit = sortable(wanted[0] ?? null);
  return record => {
    const value = sortable(read(record));
    if (value === null || limit === null) return false;
    if (operator === '<') return value < limit;
    if (operator === '>') return value > limit;
    return operator === '<=' ? value <= limit : value >= limit;
  };
}

/** `%` and `_` are wild unless escaped; everything else is itself. */
function likePattern(like: string): RegExp {
  let source = '';
  for (let index = 0; index < like.length; index += 1) {
    const letter = like.charAt(index);
    if (letter === '\\' && /[%_]/.test(like.charAt(index + 1))) {
      index += 1;
      source += like.charAt(index);
    } else if (letter === '%') source += '[\\s\\S]*';
    else if (letter === '_') source += '[\\s\\S]';
    else source += letter.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 'i');
}
