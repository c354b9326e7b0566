/** SOQL over REST: pages, cursors, and the set-up objects that the data API has. */
import type { ApiAnswer, ApiCall } from './call.ts';
import { Refusal } from './errors.ts';
import type { Org } from './org.ts';
import { Querying } from './query.ts';
import { type Condition, parseSoql } from './soql.ts';
import { setUpQuery } from './tooling.ts';

/** The platform keeps a handful of cursors a user; the oldest goes. */
const MOST_CURSORS = 50;

export class Queries {
  readonly #org: Org;
  readonly #cursors = new Map<string, object[]>();
  #cursor = 0;

  constructor(org: Org) {
    this.#org = org;
  }

  /** @param all with what lies in the bin */
  run(call: ApiCall, all: boolean): ApiAnswer {
    const soql = call.query.get('q');
    if (!soql) throw new Refusal(400, 'MALFORMED_QUERY', 'SOQL statements cannot be empty or null');
    const query = parseSoql(soql);
    if (this.#org.isUntracked(query.from)) {
      throw new Refusal(400, 'INVALID_TYPE', `sObject type '${query.from}' is not supported.`);
    }
    const rows =
      setUpQuery(this.#org, query) ??
      new Querying(this.#org.schema, this.#org.store, this.#org.version).run(query, all);
    // What is malformed or names unknown fields is refused before anything is read.
    const { where } = query;
    if (this.#org.settings.manyAccounts && where && readsAllAccounts(this.#org, query.from, where)) {
      throw new Refusal(400, 'QUERY_TIMEOUT', 'Your query request was running for too long.');
    }
    if (typeof rows === 'number') return { status: 200, body: { totalSize: rows, done: true, records: [] } };
    return { status: 200, body: this.#page(rows, 0, rows.length, call) };
  }

  /** SOSL over accounts: whole words of the name and the website, in any order of fields. */
  search(call: ApiCall): ApiAnswer {
    const sosl = call.query.get('q') ?? '';
    const read = /^FIND \{(.+)\} IN ALL FIELDS RETURNING Account\(([\w., ]+?) LIMIT (\d+)\)$/.exec(sosl);
    const [, find = '', fields = '', limit = ''] = read ?? [];
    const phrases = find.split(' OR ').map(one => /^"([^"\\{}]{2,})"$/.exec(one)?.[1]);
    if (!read || phrases.some(one => one === undefined)) {
      throw new Refusal(400, 'MALFORMED_SEARCH', `this stand-in does not read the search ${sosl}`);
    }
    const wanted = phrases.map(one => ` ${tokens(one).join(' ')} `);
    const ids = [...this.#org.store.all('Account')]
      .filter(row => row.IsDeleted !== true)
      .filter(row =>
        [row.Name, row.Website].some(text => wanted.some(one => ` ${tokens(text).join(' ')} `.includes(one))),
      )
      .map(row => `'${String(row.Id)}'`);
    if (ids.length === 0) return { status: 200, body: { searchRecords: [] } };
    const query = parseSoql(`SELECT ${fields} FROM Account WHERE Id IN (${ids.join(',')}) LIMIT ${limit}`);
    const rows = new Querying(this.#org.schema, this.#org.store, this.#org.version).run(query);
    return { status: 200, body: { searchRecords: rows } };
  }

  nextPage(locator: string, call: ApiCall): ApiAnswer {
    const rows = this.#cursors.get(locator);
    if (!rows) throw new Refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return { status: 200, body: this.#page(rows, Number(locator.split('-')[1]), rows.length, call) };
  }

  #page(rows: object[], from: number, totalSize: number, call: ApiCall): object {
    const asked = /batchSize=(\d+)/.exec(call.headers['sforce-query-options'] ?? '')?.[1];
    const size = asked ? Math.min(2_000, Math.max(200, Number(asked))) : this.#org.settings.pageSize;
    const records = rows.slice(from, from + size);
    const next = from + records.length;
    if (next >= rows.length) return { totalSize, done: true, records };
    this.#cursor += 1;
    const locator = `01gHs${String(this.#cursor).padStart(13, '0')}-${next}`;
    if (this.#cursors.size >= MOST_CURSORS) this.#cursors.delete(this.#cursors.keys().next().value ?? '');
    this.#cursors.set(locator, rows);
    return { totalSize, done: false, nextRecordsUrl: `/services/data/${this.#org.version}/query/${locator}`, records };
  }
}

const tokens = (text: unknown): string[] =>
  String(text ?? '')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);

/** Does a query of accounts, or of what hangs on them, look at every one? Only an index keeps it from that. */
function readsAllAccounts(org: Org, from: string, where: Condition): boolean {
  const columnOf = (path: readonly string[]): { object: string; name: string } => {
    const isParent = path.length === 2 && path[0]?.toLowerCase() === 'account';
    return { object: isParent ? 'Account' : from, name: path.at(-1) ?? '' };
  };
  const touches = (part: Condition): boolean => {
    if ('parts' in part) return part.parts.some(touches);
    if (part.kind === 'not') return touches(part.part);
    return columnOf(part.path).object.toLowerCase() === 'account';
  };
  const isSelective = (part: Condition): boolean => {
    if ('parts' in part) return part.kind === 'and' ? part.parts.some(isSelective) : part.parts.every(isSelective);
    if (part.kind === 'not') return false;
    if (part.kind === 'semijoin') return !part.isAnti;
    const { object, name } = columnOf(part.path);
    return hasIndex(org, object, name) && isServed(part);
  };
  return touches(where) && !isSelective(where);
}

/** No standard org has an index on the website. */
const hasIndex = (org: Org, object: string, name: string): boolean =>
  name.toLowerCase() !== 'website' && org.object(object)?.byLower.get(name.toLowerCase())?.indexed === true;

/** Comparisons that an index answers. */
function isServed({ operator, values }: Extract<Condition, { kind: 'compare' }>): boolean {
  if (['!=', 'NOT IN'].includes(operator) || values.some(one => one.kind === 'null')) return false;
  return operator !== 'LIKE' || values.every(one => !/^[%_]/.test(String(one.value)));
}
