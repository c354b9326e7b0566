import { matcherOf } from '../coverage.ts';
import type { ApiAnswer, ApiCall } from './call.ts';
import { collections } from './collections.ts';
import { RESOURCES } from './coverage.ts';
import { describe } from './describe.ts';
import { notFound, Refusal } from './errors.ts';
import type { Org } from './org.ts';
import { Queries } from './queries.ts';
import { create, recordByExternalId, recordById } from './records.ts';
import type { ObjectSchema } from './schema.ts';
import { toolingQuery, toolingRecord } from './tooling.ts';

const OLDEST_VERSION = 31;
const NEWEST_VERSION = 68;

/** What `GET /services/data` answers, the oldest first; nobody need be logged in. */
export function versions(): object[] {
  return Array.from({ length: NEWEST_VERSION - OLDEST_VERSION + 1 }, (_, index) => {
    const version = `${OLDEST_VERSION + index}.0`;
    return { label: `Release ${version}`, url: `/services/data/v${version}`, version };
  });
}

/** Splits `/services/data/v64.0/…`; refuses versions the platform does not have. */
export function splitVersion(path: string): string | undefined {
  const match = /^\/services\/data\/v(\d+)\.0(\/.*)?$/.exec(path);
  if (!match) return undefined;
  const version = Number(match[1]);
  if (version > NEWEST_VERSION) throw notFound();
  if (version < OLDEST_VERSION) {
    throw new Refusal(410, 'UNSUPPORTED_API_VERSION', 'The requested API version has been retired.');
  }
  return match[2] ?? '/';
}

const endpointOf = matcherOf(RESOURCES);
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'];

/** Answers a call of one endpoint. */
type Resource = (api: Api, call: ApiCall, params: Record<string, string>) => ApiAnswer;

/** The REST API of one org, without HTTP. */
export class Api {
  readonly org: Org;
  readonly queries: Queries;
  readonly #unknown: (what: string) => void;

  /** @param unknown hears of calls inside of others that there is no endpoint for */
  constructor(org: Org, unknown: (what: string) => void) {
    this.org = org;
    this.queries = new Queries(org);
    this.#unknown = unknown;
  }

  /** Has some method an endpoint at this path? */
  has(path: string): boolean {
    return METHODS.some(method => endpointOf(method, path));
  }

  /** Answers a call; undefined when there is no such endpoint. */
  call(call: ApiCall): ApiAnswer | undefined {
    const match = endpointOf(call.method, call.path);
    const resource = match && resources[match.endpoint];
    if (!resource) {
      this.#unknown(`${call.method} ${call.path}`);
      return undefined;
    }
    try {
      return resource(this, call, match.params);
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }
}

/** Reads and writes of one object, once it is known to be there. */
const ofObject =
  (work: (api: Api, object: ObjectSchema, call: ApiCall, params: Record<string, string>) => ApiAnswer): Resource =>
  (api, call, params) => {
    const object = api.org.object(params.object ?? '');
    if (!object) throw notFound();
    return work(api, object, call, params);
  };

const byId = ofObject(({ org }, object, call, { id = '' }) => recordById(org, object, id, call));
const byExternalId = ofObject(({ org }, object, call, { field = '', value = '' }) =>
  recordByExternalId(org, object, field, value, call),
);
const collected: Resource = (api, call, { object, field }) =>
  collections(
    { org: api.org, answer: inner => api.call(inner) },
    call,
    [object, field].filter(one => one !== undefined),
  );

/** What answers each endpoint of `RESOURCES`. */
export const resources: Readonly<Record<string, Resource>> = {
  'GET /query': ({ queries }, call) => queries.run(call, false),
  'GET /query/:locator': ({ queries }, call, { locator = '' }) => queries.nextPage(locator, call),
  'GET /queryAll': ({ queries }, call) => queries.run(call, true),
  'GET /queryAll/:locator': ({ queries }, call, { locator = '' }) => queries.nextPage(locator, call),
  'GET /search': ({ queries }, call) => queries.search(call),
  'GET /limits': ({ org }) => ({ status: 200, body: limitsOf(org) }),
  'GET /limits/recordCount': ({ org }, call) => ({ status: 200, body: recordCounts(org, call.query.get('sObjects')) }),
  'GET /tooling/query': ({ org }, call) => toolingQuery(org, call.query.get('q') ?? ''),
  'GET /tooling/sobjects/:object/:id': ({ org }, _call, { object = '', id = '' }) => toolingRecord(org, object, id),
  'GET /sobjects': ({ org }) => ({ status: 200, body: objectsOf(org) }),
  'GET /sobjects/:object': ofObject(({ org }, object) => ({
    status: 200,
    body: { objectDescribe: describe(object, org.recordTypes(object.name)), recentItems: [] },
  })),
  'POST /sobjects/:object': ofObject(({ org }, object, call) => create(org, object, call.body, call)),
  'GET /sobjects/:object/describe': ofObject(({ org }, object) => ({
    status: 200,
    body: describe(object, org.recordTypes(object.name)),
  })),
  'GET /sobjects/:object/:id': byId,
  'PATCH /sobjects/:object/:id': byId,
  'DELETE /sobjects/:object/:id': byId,
  'GET /sobjects/:object/:field/*value': byExternalId,
  'PATCH /sobjects/:object/:field/*value': byExternalId,
  'DELETE /sobjects/:object/:field/*value': byExternalId,
  'POST|PATCH /composite/sobjects': collected,
  'PATCH /composite/sobjects/:object/:field': collected,
};

function limitsOf({ settings, parts, callsToday }: Org): object {
  const { dailyLimit } = settings;
  const { storage } = parts;
  return {
    DailyApiRequests: { Max: dailyLimit, Remaining: Math.max(0, dailyLimit - callsToday) },
    DailyWorkflowEmails: { Max: 1_000, Remaining: 1_000 },
    DataStorageMB: { Max: storage.max, Remaining: Math.max(0, storage.max - storage.used) },
    FileStorageMB: { Max: 1_024, Remaining: 1_024 },
  };
}

function recordCounts(org: Org, names: string | null): object {
  const asked = (names ?? '').split(',').filter(name => org.schema.has(name));
  const countOf = (name: string) =>
    name === 'Account' && org.settings.manyAccounts ? MANY_ACCOUNTS : org.store.count(name);
  return { sObjects: asked.map(name => ({ count: countOf(name), name })) };
}

/** Accounts of an org that has many, whatever lies in this one. */
const MANY_ACCOUNTS = 1_200_000;

function objectsOf(org: Org): object {
  const sobjects = [...org.schema.values()]
    .filter(one => !org.isUntracked(one.name))
    .map(one => ({ name: one.name, keyPrefix: one.prefix }));
  return { encoding: 'UTF-8', maxBatchSize: 200, sobjects };
}
