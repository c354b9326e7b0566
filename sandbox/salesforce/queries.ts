/** SOQL over REST: pages, cursors, and the set-up objects that the data API has. */
import type { ApiAnswer, ApiCall } from './call.ts';
import { Refusal } from './errors.ts';
import type { Org } from './org.ts';
import { Querying } from './query.ts';
import { parseSoql } from './soql.ts';
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
    if (typeof rows === 'number') return { status: 200, body: { totalSize: rows, done: true, records: [] } };
    return { status: 200, body: this.#page(rows, 0, rows.length, call) };
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
