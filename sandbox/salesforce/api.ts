import type { ApiAnswer, ApiCall } from './call.ts';
import { describe } from './describe.ts';
import { badJson, notFound, Refusal } from './errors.ts';
import { afterInsert } from './features.ts';
import { normaliseId } from './ids.ts';
import type { Org } from './org.ts';
import { Querying } from './query.ts';
import { goesWith, onePrimary } from './related.ts';
import { checkWrite } from './rules.ts';
import type { ObjectSchema } from './schema.ts';
import { parseSoql } from './soql.ts';
import type { SfRecord } from './store.ts';
import { setUpQuery, tooling } from './tooling.ts';

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

/** The REST API of one org, without HTTP. */
export class Api {
  readonly #org: Org;
  readonly #cursors = new Map<string, object[]>();
  #cursor = 0;

  constructor(org: Org) {
    this.#org = org;
  }

  /** Answers a call; undefined when there is no such endpoint. */
  call(call: ApiCall): ApiAnswer | undefined {
    try {
      return this.#route(call);
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  #route(call: ApiCall): ApiAnswer | undefined {
    const parts = call.path.split('/').slice(1).map(decodePart);
    const [resource, ...rest] = parts;
    if (resource === 'query' || resource === 'queryAll') {
      return this.#query(call, rest[0], resource === 'queryAll');
    }
    if (resource === 'limits' && call.method === 'GET') return { status: 200, body: this.#limits() };
    if (resource === 'tooling') return tooling(this.#org, rest, call);
    if (resource === 'sobjects') return this.#sobjects(call, rest);
    if (resource === 'composite' && rest[0] === 'sobjects') return this.#collections(call, rest.slice(1));
    return undefined;
  }

  #limits(): object {
    const { dailyLimit } = this.#org.settings;
    const { storage } = this.#org.parts;
    return {
      DailyApiRequests: { Max: dailyLimit, Remaining: Math.max(0, dailyLimit - this.#org.callsToday) },
      DailyWorkflowEmails: { Max: 1_000, Remaining: 1_000 },
      DataStorageMB: { Max: storage.max, Remaining: Math.max(0, storage.max - storage.used) },
      FileStorageMB: { Max: 1_024, Remaining: 1_024 },
    };
  }

  #query(call: ApiCall, locator: string | undefined, all: boolean): ApiAnswer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    if (locator !== undefined) return this.#nextPage(locator, call);
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

  #page(rows: object[], from: number, totalSize: number, call: ApiCall): object {
    const asked = /batchSize=(\d+)/.exec(call.headers['sforce-query-options'] ?? '')?.[1];
    const size = asked ? Math.min(2_000, Math.max(200, Number(asked))) : this.#org.settings.pageSize;
    const records = rows.slice(from, from + size);
    const next = from + records.length;
    if (next >= rows.length) return { totalSize, done: true, records };
    this.#cursor += 1;
    const locator = `01gHs${String(this.#cursor).padStart(13, '0')}-${next}`;
    // The platform keeps a handful of cursors a user; the oldest goes.
    if (this.#cursors.size >= 50) this.#cursors.delete(this.#cursors.keys().next().value ?? '');
    this.#cursors.set(locator, rows);
    return { totalSize, done: false, nextRecordsUrl: `/services/data/${this.#org.version}/query/${locator}`, records };
  }

  #nextPage(locator: string, call: ApiCall): ApiAnswer {
    const rows = this.#cursors.get(locator);
    if (!rows) throw new Refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return { status: 200, body: this.#page(rows, Number(locator.split('-')[1]), rows.length, call) };
  }

  #sobjects(call: ApiCall, rest: string[]): ApiAnswer | undefined {
    const [name = '', second, ...value] = rest;
    if (name === '' && call.method === 'GET') {
      const sobjects = [...this.#org.schema.values()]
        .filter(one => !this.#org.isUntracked(one.name))
        .map(one => ({ name: one.name, keyPrefix: one.prefix }));
      return { status: 200, body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects } };
    }
    const object = this.#org.object(name);
    if (!object) throw notFound();
    if (second === undefined) {
      if (call.method === 'POST') return this.#create(object, call.body, call);
      if (call.method === 'GET')
        return { status: 200, body: { objectDescribe: this.#describe(object), recentItems: [] } };
      throw methodNotAllowed(call.method);
    }
    if (second === 'describe' && call.method === 'GET') return { status: 200, body: this.#describe(object) };
    if (value.length > 0) return this.#byExternalId(object, second, value.join('/'), call);
    return this.#byId(object, second, call);
  }

  #describe(object: ObjectSchema): object {
    return describe(object, this.#org.recordTypes(object.name));
  }

  #byId(object: ObjectSchema, id: string, call: ApiCall): ApiAnswer {
    const record = this.#org.store.get(object.name, id);
    const id18 = normaliseId(id);
    if (!id18) throw notFound(`Provided external ID field does not exist or is not accessible: ${id}`);
    if (!record) throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (record.IsDeleted === true) throw new Refusal(404, 'ENTITY_IS_DELETED', 'entity is deleted', { fields: [] });
    switch (call.method) {
      case 'GET':
        return { status: 200, body: this.#shown(object, record, call) };
      case 'PATCH':
        this.#update(object, record, call.body, call);
        return { status: 204 };
      case 'DELETE':
        this.#delete(object, id18, call);
        return { status: 204 };
      default:
        throw methodNotAllowed(call.method);
    }
  }

  /** To the bin, and what hangs on the record goes with it. */
  #delete(object: ObjectSchema, id: string, call: ApiCall): void {
    const { store, trouble } = this.#org;
    trouble.checkWritable();
    for (const [type, field] of goesWith(object.name)) {
      for (const row of store.lookup(type, field, [id]) ?? []) {
        const child = this.#org.object(type);
        if (child && row.IsDeleted !== true) this.#delete(child, String(row.Id), call);
      }
    }
    store.update(object.name, id, { IsDeleted: true }, { userId: call.userId, by: 'api' });
  }

  #shown(object: ObjectSchema, record: SfRecord, call: ApiCall): object {
    const fields = call.query.get('fields')?.split(',') ?? [...object.fields.keys()];
    const render = new Querying(this.#org.schema, this.#org.store, this.#org.version).renderAs(
      object.name,
      fields.map(one => one.trim().split('.')),
    );
    return render(record);
  }

  /** GET, PATCH and DELETE under `/sobjects/Lead/Field__c/value`. */
  #byExternalId(object: ObjectSchema, fieldName: string, value: string, call: ApiCall): ApiAnswer {
    const field = object.byLower.get(fieldName.toLowerCase());
    if (!field || (!field.externalId && field.name !== 'Id')) {
      throw notFound(`Provided external ID field does not exist or is not accessible: ${fieldName}`);
    }
    const rows = (this.#org.store.lookup(object.name, field.name, [value]) ?? []).filter(row => row.IsDeleted !== true);
    if (rows.length > 1) {
      const urls = rows.map(row => `/services/data/${this.#org.version}/sobjects/${object.name}/${row.Id}`);
      return { status: 300, body: urls };
    }
    const [record] = rows;
    if (call.method === 'PATCH') return this.#upsert(object, field.name, value, record, call.body, call);
    if (!record) throw notFound();
    return this.#byId(object, String(record.Id), call);
  }

  #upsert(
    object: ObjectSchema,
    field: string,
    value: string,
    record: SfRecord | undefined,
    body: unknown,
    call: ApiCall,
  ): ApiAnswer {
    if (
      typeof body === 'object' &&
      body !== null &&
      Object.keys(body).some(key => key.toLowerCase() === field.toLowerCase())
    ) {
      const message = `The ${field} field should not be specified in the sobject data.`;
      throw new Refusal(400, 'INVALID_FIELD', message, { fields: [field] });
    }
    if (!record) return this.#create(object, { ...(body as object), [field]: value }, call, true);
    this.#update(object, record, body, call);
    return { status: 200, body: { id: record.Id, success: true, errors: [], created: false } };
  }

  #create(object: ObjectSchema, body: unknown, call: ApiCall, isUpsert = false): ApiAnswer {
    const org = this.#org;
    if (isUpsert && org.trouble.takeRival(object.name)) this.#create(object, body, call);
    const values = checkWrite({ org, object, allowDuplicates: allowsDuplicates(call) }, body);
    org.denials.check(call.userId, object, values);
    if (object.fields.has('OwnerId')) values.OwnerId ??= call.userId;
    const record = org.store.insert(object.name, values, { userId: call.userId, by: 'api' });
    afterInsert(org, object, record, call.userId);
    onePrimary(org, object, record, call.userId);
    return {
      status: 201,
      body: { id: record.Id, success: true, errors: [], ...(isUpsert ? { created: true } : {}) },
      headers: { Location: `/services/data/${org.version}/sobjects/${object.name}/${record.Id}` },
    };
  }

  #update(object: ObjectSchema, before: SfRecord, body: unknown, call: ApiCall): void {
    const values = checkWrite({ org: this.#org, object, before, allowDuplicates: allowsDuplicates(call) }, body);
    this.#org.denials.check(call.userId, object, values);
    const actor = { userId: call.userId, by: 'api' as const };
    const record = this.#org.store.update(object.name, String(before.Id), values, actor);
    onePrimary(this.#org, object, record, call.userId);
  }

  /** POST/PATCH /composite/sobjects and PATCH /composite/sobjects/Object/Field__c: up to 200 records, results in order. */
  #collections(call: ApiCall, rest: string[]): ApiAnswer {
    const body = call.body as { allOrNone?: boolean; records?: Record<string, unknown>[] } | undefined;
    const records = body?.records;
    if (!Array.isArray(records)) throw badJson('records must be an array');
    if (records.length > 200)
      throw new Refusal(400, 'INVALID_INPUT', 'record limit reached. cannot submit more than 200 records');
    const results: object[] = [];
    const save = () => {
      results.length = 0;
      for (const record of records) results.push(this.#collected(record, rest, call));
      return results.every(one => 'success' in one && one.success === true);
    };
    if (body?.allOrNone && !this.#org.store.allOrNone(save)) {
      return { status: 200, body: results.map(one => ('success' in one && one.success ? rolledBack() : one)) };
    }
    if (!body?.allOrNone) save();
    return { status: 200, body: results };
  }

  #collected(record: Record<string, unknown>, [objectName, field]: string[], call: ApiCall): object {
    const { attributes, ...values } = record;
    const type = objectName ?? (attributes as { type?: string } | undefined)?.type ?? '';
    let path = `/sobjects/${type}`;
    if (field !== undefined) {
      path += `/${field}/${encodeURIComponent(String(values[field] ?? ''))}`;
      delete values[field];
    } else if (call.method === 'PATCH') {
      path += `/${String(values.Id ?? values.id)}`;
      delete values.Id;
      delete values.id;
    }
    const answer = this.call({ ...call, path, body: values });
    if (answer && answer.status < 300) {
      const id = normaliseId(path.split('/').at(-1));
      return answer.body ? (answer.body as object) : { id, success: true, errors: [] };
    }
    const errors = (answer?.body ?? notFound().body) as { errorCode: string; message: string; fields?: string[] }[];
    return {
      success: false,
      errors: errors.map(one => ({ statusCode: one.errorCode, message: one.message, fields: one.fields ?? [] })),
    };
  }
}

function rolledBack(): object {
  const message = 'Record rolled back because not all records were valid and the request was using AllOrNone header';
  return { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message, fields: [] }] };
}

function methodNotAllowed(method: string): Refusal {
  const message = `HTTP Method '${method}' not allowed. Allowed are HEAD,GET,PATCH,DELETE`;
  return new Refusal(405, 'METHOD_NOT_ALLOWED', message);
}

function allowsDuplicates(call: ApiCall): boolean {
  return /allowSave\s*=\s*true/i.test(call.headers['sforce-duplicate-rule-header'] ?? '');
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}
