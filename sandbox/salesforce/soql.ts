import { Refusal } from './errors.ts';

/** A small SOQL reader: what integrations send, and the platform's refusal of everything else. */

export type Literal =
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null'; value: null }
  | { kind: 'date' | 'datetime'; value: string };

type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=' | 'LIKE' | 'IN' | 'NOT IN';

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; path: string[]; operator: Operator; values: Literal[] }
  | { kind: 'semijoin'; path: string[]; isAnti: boolean; select: string[]; from: string; where?: Condition };

export type Selected =
  | { kind: 'path'; path: string[] }
  | { kind: 'typeof'; path: string[]; when: Map<string, string[][]>; otherwise?: string[][] };

export interface Query {
  select: Selected[] | 'count';
  from: string;
  where?: Condition;
  orderBy: { path: string[]; descending: boolean; nullsLast: boolean }[];
  limit?: number;
  offset: number;
}

interface Token {
  kind: 'word' | 'string' | 'number' | 'date' | 'datetime' | 'sign' | 'end';
  text: string;
  at: number;
}

const PATTERNS: [Token['kind'], RegExp][] = [
  ['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/y],
  ['date', /\d{4}-\d\d-\d\d/y],
  ['number', /-?\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z_][A-Za-z0-9_.]*/y],
  ['sign', /<=|>=|!=|<>|[=<>(),]/y],
];

const ESCAPES: Record<string, string> = { n: '\n', N: '\n', r: '\r', R: '\r', t: '\t', T: '\t', b: '\b', B: '\b' };
Object.assign(ESCAPES, { f: '\f', F: '\f', '"': '"', "'": "'", '\\': '\\', _: '\\_', '%': '\\%' });

const malformed = (message: string): Refusal => new Refusal(400, 'MALFORMED_QUERY', message);

/** Reads a quoted string starting at `at`; answers its value and the place after it. */
function readString(soql: string, at: number): { value: string; next: number } {
  let value = '';
  for (let index = at + 1; index < soql.length; index += 1) {
    const letter = soql.charAt(index);
    if (letter === "'") return { value, next: index + 1 };
    if (letter === '\n' || letter === '\r') throw malformed('line breaks not allowed in string literals');
    if (letter !== '\\') {
      value += letter;
      continue;
    }
    index += 1;
    const escaped = ESCAPES[soql.charAt(index)];
    if (escaped === undefined)
      throw malformed(`invalid string literal: illegal character sequence '\\${soql.charAt(index)}'`);
    value += escaped;
  }
  throw malformed('unterminated string literal');
}

function tokens(soql: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < soql.length) {
    if (/\s/.test(soql.charAt(at))) {
      at += 1;
      continue;
    }
    if (soql.charAt(at) === "'") {
      const { value, next } = readString(soql, at);
      found.push({ kind: 'string', text: value, at });
      at = next;
      continue;
    }
    const token = nextToken(soql, at);
    found.push(token);
    at += token.text.length;
  }
  found.push({ kind: 'end', text: '<EOF>', at });
  return found;
}

function nextToken(soql: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(soql);
    if (match) return { kind, text: match[0], at };
  }
  throw malformed(`line 1:${at} no viable alternative at character '${soql.charAt(at)}'`);
}

class Reader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(soql: string) {
    this.#tokens = tokens(soql);
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '<EOF>', at: 0 };
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  is(text: string): boolean {
    const token = this.next;
    return (token.kind === 'word' || token.kind === 'sign') && token.text.toUpperCase() === text;
  }

  isSubselect(): boolean {
    const after = this.#tokens[this.#at + 1];
    return this.is('(') && after?.kind === 'word' && after.text.toUpperCase() === 'SELECT';
  }

  took(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at += 1;
    return true;
  }

  must(text: string): void {
    if (!this.took(text)) throw this.unexpected(text);
  }

  unexpected(wanted?: string): Refusal {
    const hint = wanted ? ` (expecting ${wanted})` : '';
    return malformed(`unexpected token: '${this.next.text}' at position ${this.next.at}${hint}`);
  }

  path(): string[] {
    if (this.next.kind !== 'word') throw this.unexpected('a field name');
    return this.take().text.split('.');
  }

  paths(): string[][] {
    const found = [this.path()];
    while (this.took(',')) found.push(this.path());
    return found;
  }
}

/** Reads one query or throws the MALFORMED_QUERY the platform would answer. */
export function parseSoql(soql: string): Query {
  if (soql.length > 100_000) throw malformed('SOQL statements cannot be longer than 100000 characters');
  const reader = new Reader(soql);
  reader.must('SELECT');
  const select = readSelect(reader);
  reader.must('FROM');
  const from = reader.path().join('.');
  const where = reader.took('WHERE') ? readCondition(reader) : undefined;
  if (where) checkSemijoins(where);
  const orderBy = reader.took('ORDER') ? readOrder(reader) : [];
  const limit = reader.took('LIMIT') ? readCount(reader) : undefined;
  const offset = reader.took('OFFSET') ? readCount(reader) : 0;
  if (reader.next.kind !== 'end') throw reader.unexpected();
  return { select, from, ...(where ? { where } : {}), orderBy, ...(limit === undefined ? {} : { limit }), offset };
}

const MOST_SEMIJOINS = 2;

/** Where the platform takes sub-selects: joined with AND at the top, two at most, and none inside another. */
function checkSemijoins(where: Condition): void {
  const parts = where.kind === 'and' ? where.parts : [where];
  if (parts.filter(part => part.kind === 'semijoin').length > MOST_SEMIJOINS) {
    throw malformed(`The maximum number of semi join sub-selects is ${MOST_SEMIJOINS}`);
  }
  for (const part of parts) {
    if (part.kind === 'semijoin' ? part.where && holdsSemijoin(part.where) : holdsSemijoin(part)) {
      throw malformed(
        'Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions',
      );
    }
  }
}

function holdsSemijoin(where: Condition): boolean {
  if (where.kind === 'semijoin') return true;
  if (where.kind === 'not') return holdsSemijoin(where.part);
  return where.kind !== 'compare' && where.parts.some(holdsSemijoin);
}

function readSelect(reader: Reader): Selected[] | 'count' {
  if (reader.is('COUNT')) {
    reader.take();
    reader.must('(');
    reader.must(')');
    return 'count';
  }
  const selected: Selected[] = [];
  do selected.push(reader.took('TYPEOF') ? readTypeof(reader) : { kind: 'path', path: reader.path() });
  while (reader.took(','));
  return selected;
}

function readTypeof(reader: Reader): Selected {
  const path = reader.path();
  const when = new Map<string, string[][]>();
  while (reader.took('WHEN')) {
    const type = reader.path().join('.');
    reader.must('THEN');
    when.set(type.toLowerCase(), reader.paths());
  }
  if (when.size === 0) throw reader.unexpected('WHEN');
  const otherwise = reader.took('ELSE') ? reader.paths() : undefined;
  reader.must('END');
  return { kind: 'typeof', path, when, ...(otherwise ? { otherwise } : {}) };
}

/** AND and OR may not be mixed without brackets: the platform refuses it, so we do. */
function readCondition(reader: Reader): Condition {
  const first = readPart(reader);
  const word = reader.is('AND') ? 'AND' : reader.is('OR') ? 'OR' : undefined;
  if (!word) return first;
  const parts = [first];
  while (reader.took(word)) parts.push(readPart(reader));
  if (reader.is('AND') || reader.is('OR')) throw reader.unexpected();
  return { kind: word === 'AND' ? 'and' : 'or', parts };
}

function readPart(reader: Reader): Condition {
  if (reader.took('NOT')) return { kind: 'not', part: readPart(reader) };
  if (reader.took('(')) {
    const inner = readCondition(reader);
    reader.must(')');
    return inner;
  }
  const path = reader.path();
  const operator = readOperator(reader);
  const isList = operator === 'IN' || operator === 'NOT IN';
  if (isList && reader.isSubselect()) return readSemijoin(reader, path, operator === 'NOT IN');
  return { kind: 'compare', path, operator, values: isList ? readList(reader) : [readLiteral(reader)] };
}

/** `IN (SELECT AccountId FROM Contact WHERE …)`: one column, no order, no limit. */
function readSemijoin(reader: Reader, path: string[], isAnti: boolean): Condition {
  reader.must('(');
  reader.must('SELECT');
  const select = reader.path();
  reader.must('FROM');
  const from = reader.path().join('.');
  const where = reader.took('WHERE') ? readCondition(reader) : undefined;
  reader.must(')');
  return { kind: 'semijoin', path, isAnti, select, from, ...(where ? { where } : {}) };
}

function readOperator(reader: Reader): Operator {
  if (reader.took('IN')) return 'IN';
  if (reader.took('NOT')) {
    reader.must('IN');
    return 'NOT IN';
  }
  if (reader.took('LIKE')) return 'LIKE';
  const sign = reader.next.text === '<>' ? '!=' : reader.next.text;
  if (reader.next.kind !== 'sign' || !['=', '!=', '<', '>', '<=', '>='].includes(sign)) throw reader.unexpected();
  reader.take();
  return sign as Operator;
}

function readList(reader: Reader): Literal[] {
  reader.must('(');
  const values = [readLiteral(reader)];
  while (reader.took(',')) values.push(readLiteral(reader));
  reader.must(')');
  return values;
}

function readLiteral(reader: Reader): Literal {
  const token = reader.take();
  if (token.kind === 'string') return { kind: 'string', value: token.text };
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
  if (token.kind === 'date' || token.kind === 'datetime') return { kind: token.kind, value: token.text };
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
  if (word === 'null') return { kind: 'null', value: null };
  throw malformed(`unexpected token: '${token.text}' at position ${token.at}`);
}

function readOrder(reader: Reader): Query['orderBy'] {
  reader.must('BY');
  const orders: Query['orderBy'] = [];
  do {
    const path = reader.path();
    const descending = reader.took('DESC') || (reader.took('ASC') && false);
    let nullsLast = false;
    if (reader.took('NULLS')) {
      nullsLast = reader.took('LAST');
      if (!nullsLast) reader.must('FIRST');
    }
    orders.push({ path, descending, nullsLast });
  } while (reader.took(','));
  return orders;
}

function readCount(reader: Reader): number {
  if (reader.next.kind !== 'number') throw reader.unexpected('a number');
  return Number(reader.take().text);
}
