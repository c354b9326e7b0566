/** Lists as version 5 answers them: `fields`, filters of at most three fields, an order, pages by token. */
import type { Request } from 'express';
import { invalidFields, invalidParameter, missing, Refusal } from './errors.ts';
import type { Values } from './prospect.ts';
import type { Unit } from './unit.ts';

export interface Queried {
  /** Fields that may be asked for. */
  fields: readonly string[];
  filters: readonly string[];
  orders: readonly string[];
}

interface Wish {
  query: Record<string, string>;
  offset: number;
}

const [USUAL, MOST, MOST_FILTERS] = [200, 1_000, 3];
const TOKEN_LIVES_MS = 4 * 3_600_000;
const ASIDE = new Set(['fields', 'limit', 'orderBy', 'deleted', 'nextPageToken']);
const COMPARED = [
  ['GreaterThanOrEqualTo', (a: number) => a >= 0],
  ['LessThanOrEqualTo', (a: number) => a <= 0],
  ['AfterOrEqualTo', (a: number) => a >= 0],
  ['BeforeOrEqualTo', (a: number) => a <= 0],
  ['GreaterThan', (a: number) => a > 0],
  ['LessThan', (a: number) => a < 0],
  ['After', (a: number) => a > 0],
  ['Before', (a: number) => a < 0],
  ['', (a: number) => a === 0],
] as const;

export function paramsOf(req: Request): Record<string, string> {
  return Object.fromEntries(new URL(req.originalUrl, 'http://localhost').searchParams);
}

/** Names that the call asks for; without any it is refused. */
export function fieldsAsked(req: Request, allowed: readonly string[]): string[] {
  const asked = (paramsOf(req).fields ?? '').split(',').filter(Boolean);
  if (asked.length === 0) throw missing('fields');
  const unknown = asked.filter(name => !allowed.includes(name));
  if (unknown.length > 0) throw invalidFields(unknown);
  return asked;
}

/** A record with the fields that were asked for, and no others; what it has not is null. `campaign.name` is an object's. */
export function shown(values: Values, asked: readonly string[]): Values {
  const row: Values = {};
  for (const name of asked) {
    const [head = name, inner] = name.split('.');
    row[head] = inner === undefined ? (values[name] ?? null) : { [inner]: values[name] ?? null };
  }
  return row;
}

/** One page, the body of its answer, and what its `Pardot-Warning` says. */
export function page(
  unit: Unit,
  req: Request,
  all: readonly Values[],
  queried: Queried,
): { body: object; warning?: string } {
  const asked = fieldsAsked(req, queried.fields);
  const { query, offset } = wishOf(unit, req);
  const found = ordered(filtered(all, query, queried), query.orderBy, queried);
  const limit = query.limit === undefined ? USUAL : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new Refusal(400, 23, 'Invalid value specified for limit');
  const values = found.slice(offset, offset + limit).map(one => shown(one, asked));
  const end = offset + limit;
  const hasMore = end < found.length;
  const isCut = hasMore && end >= unit.settings.sequence;
  const token = hasMore && !isCut ? tokenOf({ query, offset: end }, unit.now()) : null;
  const url = token && `https://pi.pardot.com${req.path}?fields=${asked.join(',')}&nextPageToken=${token}`;
  const body = { nextPageToken: token, nextPageUrl: url, values };
  return isCut ? { body, warning: '203;Record count for nextPageToken sequence has been exceeded.' } : { body };
}

const tokenOf = (wish: Wish, at: Date): string =>
  Buffer.from(JSON.stringify({ ...wish, at: at.getTime() })).toString('base64url');

function wishOf(unit: Unit, req: Request): Wish {
  const { fields: _fields, ...query } = paramsOf(req);
  const { nextPageToken, ...others } = query;
  if (nextPageToken === undefined) return { query: others, offset: 0 };
  const [beside] = Object.keys(others);
  if (beside !== undefined) throw invalidParameter(beside);
  const known = parsed(nextPageToken);
  if (!known) throw new Refusal(400, 211, 'Page token is invalid.');
  if (unit.now().getTime() - known.at > TOKEN_LIVES_MS) throw new Refusal(400, 210, 'Page token has expired.');
  return known;
}

function parsed(token: string): (Wish & { at: number }) | undefined {
  try {
    const known = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Wish & { at: number };
    return typeof known.at === 'number' ? known : undefined;
  } catch {
    return undefined;
  }
}

function filtered(all: readonly Values[], query: Record<string, string>, { filters }: Queried): Values[] {
  const named = Object.entries(query).flatMap(([name, value]) =>
    ASIDE.has(name) ? [] : [filterOf(name, value, filters)],
  );
  if (new Set(named.map(one => one.field)).size > MOST_FILTERS) {
    const words =
      'Too many fields have filters: The max number of 3 distinct fields with filters was exceeded for this query.';
    throw new Refusal(400, 209, words);
  }
  return all.filter(one => named.every(({ field, fits }) => fits(one[field])));
}

function filterOf(name: string, wanted: string, filters: readonly string[]) {
  for (const [suffix, fits] of COMPARED) {
    const field = name.slice(0, name.length - suffix.length);
    if (!name.endsWith(suffix) || !filters.includes(field)) continue;
    return { field, fits: (value: unknown) => value !== null && value !== undefined && fits(compare(value, wanted)) };
  }
  throw invalidParameter(name);
}

function compare(one: unknown, other: unknown): number {
  const numbers = [Number(one), Number(other)] as const;
  if (!numbers.some(Number.isNaN)) return numbers[0] - numbers[1];
  const times = [Date.parse(String(one)), Date.parse(String(other))] as const;
  if (!times.some(Number.isNaN)) return times[0] - times[1];
  return String(one).toLowerCase().localeCompare(String(other).toLowerCase());
}

function ordered(rows: Values[], orderBy: string | undefined, { orders }: Queried): Values[] {
  const [name = 'id', direction = 'ASC'] = (orderBy ?? 'id').split(' ');
  if (!orders.includes(name) || !['ASC', 'DESC'].includes(direction)) {
    throw new Refusal(400, 19, 'Invalid value specified for orderBy');
  }
  const sign = direction === 'DESC' ? -1 : 1;
  return rows.toSorted((a, b) => sign * (compare(a[name], b[name]) || Number(a.id) - Number(b.id)));
}
