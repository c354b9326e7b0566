import { z } from 'zod';
import { rawBody } from '../service.ts';
import type { Account } from './account.ts';
import type { Snapshot, StoredRecord } from './crm/stored.ts';
import { badProperty, invalid } from './errors.ts';
import { type AccountHandler, input, typeOf } from './http.ts';
import { type ObjectType, type Property, typeNamed } from './schema.ts';
import { show } from './view.ts';

const OPERATORS = [
  'LT',
  'LTE',
  'GT',
  'GTE',
  'EQ',
  'NEQ',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const;
const filterInput = z.strictObject({
  propertyName: z.string(),
  operator: z.enum(OPERATORS),
  value: z.string().optional(),
  highValue: z.string().optional(),
  values: z.array(z.string()).optional(),
});
type Filter = z.infer<typeof filterInput>;
const searchInput = z.strictObject({
  filterGroups: z
    .array(z.strictObject({ filters: z.array(filterInput).max(6) }))
    .max(5)
    .default([]),
  sorts: z
    .array(
      z.union([
        z.string(),
        z.strictObject({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']) }),
      ]),
    )
    .max(1)
    .default([]),
  properties: z.array(z.string()).default([]),
  query: z.string().max(3_000).optional(),
  limit: z.int().min(0).max(200).default(10),
  after: z.union([z.string().regex(/^\d*$/), z.int()]).optional(),
});
const LONGEST_BODY = 3_000;
const MOST_FILTERS = 18;
const MOST_RESULTS = 10_000;
/** Not a property: whom a record is associated with. */
const PSEUDO = /^associations\.(\w+)$/;

export const searchHandlers: Record<string, AccountHandler> = {
  'POST /crm/objects/:version/:type/search': (account, req, res) => {
    const now = account.clock.now().getTime();
    account.limits.search();
    const type = typeOf(req);
    if (rawBody(req).length > LONGEST_BODY) throw invalid(`The request body is over ${LONGEST_BODY} characters`);
    const body = input(searchInput, req);
    const schema = account.portal.schema(type);
    const filters = body.filterGroups.flatMap(group => group.filters);
    if (filters.length > MOST_FILTERS)
      throw invalid(`There are ${filters.length} filters; the most is ${MOST_FILTERS}`);
    for (const filter of filters) checkFilter(filter, schema, type);
    const offset = Number(body.after ?? 0);
    if (offset + body.limit > MOST_RESULTS)
      throw invalid(`The offset and limit may not go past ${MOST_RESULTS} results`);

    const wanted = body.filterGroups.map(group => group.filters.map(filter => testOf(account, type, filter, schema)));
    const found: { record: StoredRecord; state: Snapshot }[] = [];
    for (const record of account.portal.all(type)) {
      const state = indexed(record, now - account.settings.indexLagMs);
      if (state && (wanted.length === 0 || wanted.some(group => group.every(test => test(state.properties, record))))) {
        found.push({ record, state });
      }
    }
    sort(found, body.sorts[0], schema, type);
    const results = found.slice(offset, offset + body.limit);
    const next = offset + results.length;
    res.json({
      total: found.length,
      results: results.map(({ record, state }) => show(record, schema, body.properties, [], state)),
      ...(next < found.length && { paging: { next: { after: String(next), link: '' } } }),
    });
  },
};

/** The newest state the index has taken in by then. */
function indexed(record: StoredRecord, until: number): Snapshot | undefined {
  if (record.changedAt <= until) return record;
  return record.before && record.before.changedAt <= until ? record.before : undefined;
}

function checkFilter(filter: Filter, schema: ReadonlyMap<string, Property>, type: string): void {
  const { propertyName: name, operator } = filter;
  if (PSEUDO.test(name)) {
    if (operator !== 'EQ') throw invalid(`The stand-in knows no ${operator} of ${name}`);
    return;
  }
  if (!schema.has(name))
    throw badProperty(
      name,
      type,
      'PROPERTY_DOESNT_EXIST',
      `There was a problem with the request. Property "${name}" does not exist`,
    );
  const missing =
    operator === 'BETWEEN'
      ? filter.value === undefined || filter.highValue === undefined
      : operator === 'IN' || operator === 'NOT_IN'
        ? !filter.values?.length
        : !operator.endsWith('HAS_PROPERTY') && filter.value === undefined;
  if (missing) throw invalid(`operator ${operator} of ${name} requires a value`);
}

type Test = (properties: Readonly<Record<string, string>>, record: StoredRecord) => boolean;

function testOf({ portal }: Account, type: ObjectType, filter: Filter, schema: ReadonlyMap<string, Property>): Test {
  const [, name] = PSEUDO.exec(filter.propertyName) ?? [];
  if (name === undefined) return matcher(filter, schema.get(filter.propertyName));
  const to = typeNamed(name);
  if (!to) throw invalid(`Unable to infer object type from: ${name}`);
  return (_, { id }) => portal.associated(type, id, to).some(one => one.toObjectId === filter.value);
}

function matcher(filter: Filter, property: Property | undefined): Test {
  const { propertyName: name, operator } = filter;
  const read = reader(property);
  const [value, high] = [read(filter.value ?? ''), read(filter.highValue ?? '')];
  const among = new Set((filter.values ?? []).map(read));
  const compare =
    (test: (own: string | number) => boolean): Test =>
    p =>
      p[name] !== undefined && test(read(p[name]));
  const tokens = (filter.value ?? '')
    .toLowerCase()
    .split(/\s+/)
    .map(one => new RegExp(`^${one.split('*').map(RegExp.escape).join('.*')}$`));
  const contains = (p: Readonly<Record<string, string>>): boolean => {
    const own = (p[name] ?? '').toLowerCase();
    const words = [own, ...own.split(/[\s@.,;:/-]+/)];
    return tokens.every(token => words.some(word => token.test(word)));
  };
  const tests: Record<(typeof OPERATORS)[number], Test> = {
    LT: compare(own => own < value),
    LTE: compare(own => own <= value),
    GT: compare(own => own > value),
    GTE: compare(own => own >= value),
    EQ: compare(own => own === value),
    NEQ: p => p[name] === undefined || read(p[name]) !== value,
    BETWEEN: compare(own => own >= value && own <= high),
    IN: compare(own => among.has(own)),
    NOT_IN: p => p[name] === undefined || !among.has(read(p[name])),
    HAS_PROPERTY: p => p[name] !== undefined,
    NOT_HAS_PROPERTY: p => p[name] === undefined,
    CONTAINS_TOKEN: contains,
    NOT_CONTAINS_TOKEN: p => !contains(p),
  };
  return tests[operator];
}

/** Numbers and times compare as numbers, text without case, options exactly as they are written. */
function reader(property: Property | undefined): (text: string) => string | number {
  if (property?.type === 'number') return Number;
  if (property?.type === 'datetime') return text => (/^-?\d+$/.test(text) ? Number(text) : Date.parse(text));
  return property?.type === 'enumeration' ? text => text : text => text.toLowerCase();
}

function sort(
  found: { record: StoredRecord; state: Snapshot }[],
  by: z.infer<typeof searchInput>['sorts'][number] | undefined,
  schema: ReadonlyMap<string, Property>,
  type: string,
): void {
  const name = typeof by === 'string' ? by.replace(/^-/, '') : (by?.propertyName ?? 'hs_object_id');
  const property = schema.get(name);
  if (!property) throw badProperty(name, type, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
  const sign = (typeof by === 'string' ? by.startsWith('-') : by?.direction === 'DESCENDING') ? -1 : 1;
  const read = reader(property);
  const keyed = found.map(one => ({ one, key: read(one.state.properties[name] ?? '') }));
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  keyed.forEach(({ one }, index) => {
    found[index] = one;
  });
}
