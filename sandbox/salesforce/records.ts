/** Records over REST: by id, by external id, made, changed, deleted. */
import type { ApiAnswer, ApiCall } from './call.ts';
import { notFound, Refusal } from './errors.ts';
import { afterInsert } from './features.ts';
import { normaliseId } from './ids.ts';
import type { Org } from './org.ts';
import { Querying } from './query.ts';
import { goesWith, onePrimary } from './related.ts';
import { checkWrite } from './rules.ts';
import type { ObjectSchema } from './schema.ts';
import type { SfRecord } from './store.ts';

/** Reads, changes or deletes a record by its id, as the call's method says. */
export function recordById(org: Org, object: ObjectSchema, id: string, call: ApiCall): ApiAnswer {
  const record = org.store.get(object.name, id);
  const id18 = normaliseId(id);
  if (!id18) throw notFound(`Provided external ID field does not exist or is not accessible: ${id}`);
  if (!record) throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
  if (record.IsDeleted === true) throw new Refusal(404, 'ENTITY_IS_DELETED', 'entity is deleted', { fields: [] });
  if (call.method === 'GET') return { status: 200, body: shown(org, object, record, call) };
  if (call.method === 'PATCH') update(org, object, record, call.body, call);
  else remove(org, object, id18, call);
  return { status: 204 };
}

/** To the bin, and what hangs on the record goes with it. */
function remove(org: Org, object: ObjectSchema, id: string, call: ApiCall): void {
  const { store, trouble } = org;
  trouble.checkWritable();
  for (const [type, field] of goesWith(object.name)) {
    for (const row of store.lookup(type, field, [id]) ?? []) {
      const child = org.object(type);
      if (child && row.IsDeleted !== true) remove(org, child, String(row.Id), call);
    }
  }
  store.update(object.name, id, { IsDeleted: true }, { userId: call.userId, by: 'api' });
}

function shown(org: Org, object: ObjectSchema, record: SfRecord, call: ApiCall): object {
  const fields = call.query.get('fields')?.split(',') ?? [...object.fields.keys()];
  const render = new Querying(org.schema, org.store, org.version).renderAs(
    object.name,
    fields.map(one => one.trim().split('.')),
  );
  return render(record);
}

/** The same by a value of an external id; PATCH makes what is not there. */
export function recordByExternalId(
  org: Org,
  object: ObjectSchema,
  fieldName: string,
  value: string,
  call: ApiCall,
): ApiAnswer {
  const field = object.byLower.get(fieldName.toLowerCase());
  if (!field || (!field.externalId && field.name !== 'Id')) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${fieldName}`);
  }
  const rows = (org.store.lookup(object.name, field.name, [value]) ?? []).filter(row => row.IsDeleted !== true);
  if (rows.length > 1) {
    const urls = rows.map(row => `/services/data/${org.version}/sobjects/${object.name}/${row.Id}`);
    return { status: 300, body: urls };
  }
  const [record] = rows;
  if (call.method === 'PATCH') return upsert(org, object, field.name, value, record, call.body, call);
  if (!record) throw notFound();
  return recordById(org, object, String(record.Id), call);
}

function upsert(
  org: Org,
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
  if (!record) return create(org, object, { ...(body as object), [field]: value }, call, true);
  update(org, object, record, body, call);
  return { status: 200, body: { id: record.Id, success: true, errors: [], created: false } };
}

export function create(org: Org, object: ObjectSchema, body: unknown, call: ApiCall, isUpsert = false): ApiAnswer {
  if (isUpsert && org.trouble.takeRival(object.name)) create(org, object, body, call);
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

function update(org: Org, object: ObjectSchema, before: SfRecord, body: unknown, call: ApiCall): void {
  const values = checkWrite({ org, object, before, allowDuplicates: allowsDuplicates(call) }, body);
  org.denials.check(call.userId, object, values);
  const actor = { userId: call.userId, by: 'api' as const };
  const record = org.store.update(object.name, String(before.Id), values, actor);
  onePrimary(org, object, record, call.userId);
}

function allowsDuplicates(call: ApiCall): boolean {
  return /allowSave\s*=\s*true/i.test(call.headers['sforce-duplicate-rule-header'] ?? '');
}
