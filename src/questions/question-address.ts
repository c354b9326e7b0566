/** A question as the query of an address, field by field, and back through the one schema. Pure. */
import { type Measured, measured, type WhereObject } from './question-object.ts';

/** Fields of `where` with any number of values, each a parameter of its own. */
const LISTS = [
  'status',
  'rep',
  'team',
  'lead_source',
  'campaign',
  'source',
  'priority',
  'reason',
  'country',
  'region',
  'industry',
  'rule',
  'flag',
] as const satisfies readonly (keyof WhereObject)[];
const RANGES = ['employees', 'score'] as const satisfies readonly (keyof WhereObject)[];
const ENDS = ['from', 'to', 'above', 'below'] as const;
const FIELDS = ['measure', 'show', 'stat', 'within', 'period', 'compare', 'sort', 'limit'] as const;

/** Names of parameters that no question has; those that are empty, as a form sends them, say nothing. */
export function questionIn(
  query: URLSearchParams,
  given: Partial<Pick<Measured, 'measure' | 'show' | 'by' | 'period'>> = {},
): { question: Measured } | { unread: string[] } {
  const known = new Set<string>([...FIELDS, ...LISTS, ...RANGES.flatMap(endsOf), 'by', 'older']);
  const unread = [...new Set(query.keys())].filter(name => !known.has(name));
  if (unread.length > 0) return { unread };
  const values = (name: string) => query.getAll(name).filter(Boolean);
  const single = FIELDS.flatMap(name => entry(name, one(values(name), name === 'limit')));
  const where = {
    ...Object.fromEntries(LISTS.flatMap(name => entry(name, some(values(name))))),
    ...Object.fromEntries(entry('older', one(values('older')))),
    ...Object.fromEntries(RANGES.flatMap(name => entry(name, rangeIn(name, values)))),
  };
  const read = measured.safeParse({
    ...Object.fromEntries(entry('by', some(values('by')))),
    ...Object.fromEntries(single),
    ...withoutEmpty(given),
    ...(Object.keys(where).length > 0 && { where }),
  });
  if (read.success) return { question: read.data };
  return { unread: [...new Set(read.error.issues.map(({ path }) => nameOf(path)))] };
}

/** The query that `questionIn` reads as this question; fields that `without` names are left out. */
export function addressOf(question: Measured, without: readonly string[] = []): string {
  const { where = {}, by = [], every: _every, ...single } = question;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(single)) if (value !== undefined) query.append(name, String(value));
  for (const name of by) query.append('by', name);
  for (const name of LISTS) for (const value of where[name] ?? []) query.append(name, value);
  if (where.older) query.append('older', where.older);
  for (const name of RANGES) {
    for (const end of ENDS) {
      const value = where[name]?.[end];
      if (value !== undefined) query.append(`${name}_${end}`, String(value));
    }
  }
  for (const name of without) query.delete(name);
  return query.toString();
}

const endsOf = (name: string) => ENDS.map(end => `${name}_${end}`);
const entry = <T>(name: string, value: T | undefined): [string, T][] => (value === undefined ? [] : [[name, value]]);
const some = (values: readonly string[]) => (values.length > 0 ? values : undefined);

/** Twice the same name is none that the schema takes. */
function one(values: readonly string[], isNumber = false): unknown {
  const [value] = values;
  if (value === undefined || values.length > 1) return value === undefined ? undefined : values;
  return isNumber ? numberIn(value) : value;
}

const numberIn = (text: string) => (/^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text);

function rangeIn(name: string, values: (name: string) => string[]): object | undefined {
  const ends = ENDS.flatMap(end => entry(end, one(values(`${name}_${end}`), true)));
  return ends.length > 0 ? Object.fromEntries(ends) : undefined;
}

const withoutEmpty = (given: object) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

function nameOf(path: readonly PropertyKey[]): string {
  const [first, second, third] = path.map(String);
  if (first !== 'where') return first ?? '';
  return third !== undefined && (RANGES as readonly string[]).includes(second ?? '')
    ? `${second}_${third}`
    : (second ?? '');
}
