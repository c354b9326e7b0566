/** COQL, as far as Baton asks it: one module, a where that is mandatory, lookups joined by a dot, order, limit. */
import { Refusal, told } from './errors.ts';
import { type FieldRow, isModule, type ModuleName } from './fields.ts';
import type { Org } from './org.ts';
import { isConverted, type Row } from './rows.ts';

type Test = (row: Row) => boolean;

const syntax = (near: string) =>
  new Refusal(400, told('SYNTAX_ERROR', 'error occured while parsing the query', { near }));
const badQuery = (message: string, details: Record<string, unknown>) =>
  new Refusal(400, told('INVALID_QUERY', message, details));

/** Most rows of one answer, and conditions of one query (page "Query API"). */
const [MOST_ROWS, MOST_CONDITIONS] = [200, 25];
const TOKEN = /\s*('(?:[^'\\]|\\.)*'|[(),]|<=|>=|!=|[=<>]|[^\s(),=<>!']+)/gy;

function tokensOf(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    found.push(match[1] ?? '');
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== '') throw syntax(text.slice(end, end + 20));
  return found;
}

export interface CoqlAnswer {
  data: Record<string, unknown>[];
  info: { count: number; more_records: boolean };
}

/** Undefined: nothing fits. @throws Refusal */
export function runCoql(org: Org, query: string): CoqlAnswer | undefined {
  const tokens = tokensOf(query);
  let at = 0;
  const peek = () => (tokens[at] ?? '').toLowerCase();
  const take = (wanted?: string): string => {
    const token = tokens[at];
    if (token === undefined || (wanted && token.toLowerCase() !== wanted)) throw syntax(token ?? query.slice(-20));
    at += 1;
    return token;
  };
  take('select');
  const columns = [take()];
  while (peek() === ',') {
    at += 1;
    columns.push(take());
  }
  take('from');
  const module = take();
  if (!isModule(module)) throw new Refusal(400, told('INVALID_MODULE', 'the module name given seems to be invalid'));
  if (peek() !== 'where') throw syntax('missing clause: where');
  at += 1;
  let conditions = 0;
  for (const column of columns) fieldAt(org, module, column);

  function expression(): Test {
    const left = operand();
    const joint = peek();
    if (joint !== 'and' && joint !== 'or') return left;
    at += 1;
    const right = operand();
    // A third one wants parentheses around two.
    if (peek() === 'and' || peek() === 'or') throw syntax(peek());
    return joint === 'and' ? row => left(row) && right(row) : row => left(row) || right(row);
  }
  function operand(): Test {
    if (peek() === '(') {
      at += 1;
      const inner = expression();
      take(')');
      return inner;
    }
    return condition();
  }
  function condition(): Test {
    conditions += 1;
    if (conditions > MOST_CONDITIONS) throw badQuery('too many conditions', { limit: MOST_CONDITIONS });
    const column = take();
    const field = fieldAt(org, module as ModuleName, column);
    if (field?.data_type === 'textarea') throw badQuery('column does not support criteria', { column_name: column });
    const value = (row: Row) => valueAt(org, row, column);
    const word = take().toLowerCase();
    if (word === 'is') {
      const isNot = peek() === 'not';
      if (isNot) at += 1;
      take('null');
      return row => (value(row) == null) !== isNot;
    }
    const isNot = word === 'not';
    const operator = isNot ? take().toLowerCase() : word;
    if (operator === 'in') {
      const values = list();
      return row => values.some(one => same(value(row), one)) !== isNot;
    }
    const wanted = literal(take());
    if (operator === 'like') return row => like(value(row), wanted) !== isNot;
    return compared(operator, wanted, value);
  }
  function list(): string[] {
    take('(');
    const values = [literal(take())];
    while (peek() === ',') {
      at += 1;
      values.push(literal(take()));
    }
    take(')');
    if (values.length > 50) throw badQuery('too many values', { limit: 50 });
    return values;
  }

  const test = expression();
  const order = orderOf();
  const { offset, limit } = windowOf();
  if (at < tokens.length) throw syntax(tokens[at] ?? '');
  if (limit > MOST_ROWS || limit < 1) throw badQuery('invalid limit', { limit: String(limit) });
  const rows = [...org.tables[module].values()].filter(row => !isConverted(row) && test(row));
  const sorted = order
    ? rows.toSorted(
        (one, other) =>
          order.sign * text(valueAt(org, one, order.by)).localeCompare(text(valueAt(org, other, order.by))),
      )
    : rows;
  const end = offset + Math.min(limit, org.settings.pageSize);
  const shown = sorted.slice(offset, end).map(row => shownRow(org, row, columns));
  return shown.length === 0
    ? undefined
    : { data: shown, info: { count: shown.length, more_records: end < sorted.length } };

  function orderOf(): { by: string; sign: number } | undefined {
    if (peek() !== 'order') return undefined;
    at += 1;
    take('by');
    const by = take();
    fieldAt(org, module as ModuleName, by);
    if (peek() !== 'asc' && peek() !== 'desc') return { by, sign: 1 };
    return { by, sign: take().toLowerCase() === 'desc' ? -1 : 1 };
  }
  function windowOf(): { offset: number; limit: number } {
    if (peek() !== 'limit') return { offset: 0, limit: MOST_ROWS };
    at += 1;
    const first = Number(take());
    if (peek() !== ',') return { offset: 0, limit: first };
    at += 1;
    return { offset: first, limit: Number(take()) };
  }
}

/** @throws Refusal for what no such module has; only lookups are joined */
function fieldAt(org: Org, module: ModuleName, column: string): FieldRow | undefined {
  if (column === 'id' || column === 'Full_Name') return undefined;
  const [name = '', ...rest] = column.split('.');
  const field = org.fieldOf(module, name);
  if (!field) throw badQuery('column given seems to be invalid', { column_name: column });
  if (rest.length === 0) return field;
  const to = field.lookup.module?.api_name;
  if (!to || !isModule(to) || rest.length > 1) throw badQuery('invalid join', { column_name: column });
  return fieldAt(org, to, rest[0] ?? '');
}

function valueAt(org: Org, row: Row, column: string): unknown {
  const [name = '', rest] = column.split('.');
  const value = row[name];
  if (rest === undefined) return value;
  const to = (value as { id?: string } | null | undefined)?.id;
  const other = Object.values(org.tables)
    .map(table => table.get(String(to)))
    .find(Boolean);
  return other && valueAt(org, other, rest);
}

/** Of whatever is linked COQL shows the id alone. */
function shownRow(org: Org, row: Row, columns: readonly string[]): Record<string, unknown> {
  const shown = columns.map(column => {
    const value = valueAt(org, row, column) ?? null;
    const id = (value as { id?: string } | null)?.id;
    return [column, typeof id === 'string' ? { id } : value];
  });
  return { ...Object.fromEntries(shown), id: row.id };
}

function literal(token: string): string {
  if (!token.startsWith("'")) {
    if (!/^[\w.:+-]+$/.test(token)) throw syntax(token);
    return token;
  }
  return token.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}

const text = (value: unknown): string => {
  const id = (value as { id?: string } | null | undefined)?.id;
  return typeof id === 'string' ? id : String(value ?? '');
};
const same = (value: unknown, wanted: string): boolean => text(value).toLowerCase() === wanted.toLowerCase();

/** `%` at either end alone. */
function like(value: unknown, pattern: string): boolean {
  const [is, wanted] = [text(value).toLowerCase(), pattern.toLowerCase()];
  const bare = wanted.replace(/^%/, '').replace(/%$/, '');
  if (wanted.startsWith('%') && wanted.endsWith('%')) return is.includes(bare);
  if (wanted.startsWith('%')) return is.endsWith(bare);
  return wanted.endsWith('%') ? is.startsWith(bare) : is === bare;
}

function compared(operator: string, wanted: string, value: (row: Row) => unknown): Test {
  const isTime = /^\d{4}-\d{2}-\d{2}T/.test(wanted);
  const number = (one: unknown) => (isTime ? Date.parse(text(one)) : Number(text(one)));
  const to = number(wanted);
  switch (operator) {
    case '=':
      return row => (isTime ? number(value(row)) === to : same(value(row), wanted));
    case '!=':
      return row => !same(value(row), wanted);
    case '>':
      return row => number(value(row)) > to;
    case '>=':
      return row => number(value(row)) >= to;
    case '<':
      return row => number(value(row)) < to;
    case '<=':
      return row => number(value(row)) <= to;
    default:
      throw syntax(operator);
  }
}
