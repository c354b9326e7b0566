/** Companies by their id, exact host or name, in calls that look-ups share. */
import { coalesce } from '../../../lib/coalesce.ts';
import { objectsIn } from '../../../lib/json-values.ts';
import { oneLine } from '../../../lib/text.ts';
import type { Api, Json } from '../api/api.ts';
import { partialFailure, saysNotFound } from '../api/errors.ts';
import { nextPage } from '../api/values.ts';
import { OWNER } from '../portal/names.ts';
import { type Row, rowsIn } from '../portal/rows.ts';
import { sameName } from '../portal/schema.ts';

export interface CompanyQuery {
  domain?: string;
  name?: string;
}

export interface Companies {
  /** Undefined: it is gone. */
  byId(id: string): Promise<Row | undefined>;
  /** Those of the host before those of the name, each the eldest first. */
  search(query: CompanyQuery): Promise<{ byDomain: Row[]; byName: Row[] }>;
}

const PROPERTIES = ['name', 'domain', 'lifecyclestage', OWNER];
const MOST_A_READ = 100;
/** A search's body may have 3,000 characters (page "CRM search"): so many look-ups share one. */
const MOST_A_SEARCH = 15;
const LONGEST_TERM = 80;
const A_PAGE = 200;
const MOST_PAGES = 10;
/** Searches are limited to a few a second: never two at once. */
const [SEARCHES, READS] = [1, 4];

export function companiesOf(api: Api): Companies {
  const read = coalesce<string, Row | undefined>({ most: MOST_A_READ, width: READS, call: ids => readBatch(api, ids) });
  const search = coalesce<CompanyQuery, Row[]>({
    most: MOST_A_SEARCH,
    width: SEARCHES,
    call: async queries => {
      const rows = await searchFor(api, queries);
      return queries.map(() => rows);
    },
  });
  return {
    byId: read,
    async search({ domain, name }) {
      const query = {
        ...(domain && isHost(hostOf(domain)) && { domain: hostOf(domain) }),
        ...(name && isTerm(name) && { name: oneLine(name).toLowerCase() }),
      };
      if (!query.domain && !query.name) return { byDomain: [], byName: [] };
      const rows = await search(query);
      const eldest = rows.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
      return {
        byDomain: eldest.filter(one => query.domain && hostOf(one.properties.domain ?? '') === query.domain),
        byName: eldest.filter(one => query.name && sameName(one.properties.name ?? '', query.name)),
      };
    },
  };
}

/** `acme.com` of `https://www.acme.com/about`. */
export function hostOf(text: string): string {
  const bare = oneLine(text).trim().toLowerCase();
  const url = URL.parse(/^[a-z]+:\/\//.test(bare) ? bare : `https://${bare}`);
  return (url?.hostname ?? bare).replace(/^www\./, '');
}

const isHost = (host: string): boolean => host.length <= 253 && /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(host);
const isTerm = (name: string): boolean => name.trim() !== '' && name.length <= LONGEST_TERM;

async function searchFor(api: Api, queries: readonly CompanyQuery[]): Promise<Row[]> {
  const domains = queries.flatMap(({ domain }) => (domain ? [domain, `www.${domain}`] : []));
  const names = queries.flatMap(({ name }) => name ?? []);
  const among = (propertyName: string, values: readonly string[]) =>
    values.length > 0 ? [{ filters: [{ propertyName, operator: 'IN', values: [...new Set(values)] }] }] : [];
  const filterGroups = [...among('domain', domains), ...among('name', names)];
  const rows: Row[] = [];
  let after: string | undefined = '0';
  for (let pages = 0; after !== undefined && pages < MOST_PAGES; pages += 1) {
    const body: Json = { filterGroups, properties: PROPERTIES, sorts: ['createdate'], limit: A_PAGE, after };
    const page: Json = await api.post(`${api.paths.objects('companies')}/search`, body);
    rows.push(...rowsIn(page));
    after = nextPage(page);
  }
  return rows;
}

async function readBatch(api: Api, ids: readonly string[]): Promise<(Row | undefined | Error)[]> {
  const inputs = [...new Set(ids)].map(id => ({ id }));
  const answer = await api.post(`${api.paths.objects('companies')}/batch/read`, {
    properties: PROPERTIES,
    propertiesWithHistory: [],
    inputs,
  });
  const rows = new Map(rowsIn(answer).map(row => [row.id, row]));
  const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
  return ids.map(id => rows.get(id) ?? (broken ? partialFailure(broken, 'a read of companies') : undefined));
}
