import { checkDuplicates } from './duplicates.ts';
import { badJson, Refusal } from './errors.ts';
import { derivedOfMember, derivedOfPerson, forbiddenOf, memberAlready, requiredOf } from './features.ts';
import { normaliseId } from './ids.ts';
import type { Org } from './org.ts';
import type { Field, ObjectSchema } from './schema.ts';
import type { SfRecord, Value } from './store.ts';

export interface WriteContext {
  org: Org;
  object: ObjectSchema;
  /** The record as it is, when this is an update. */
  before?: SfRecord;
  allowDuplicates: boolean;
}

/** What a body may contain, checked in the order the platform checks; answers the values to store. */
export function checkWrite(context: WriteContext, body: unknown): SfRecord {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badJson('Unexpected character: the body must be a JSON object');
  }
  context.org.trouble.checkWritable();
  const values = readValues(context.object, body as Record<string, unknown>, !context.before);
  requireFields(context, values);
  for (const [name, value] of Object.entries(values)) {
    const field = context.object.fields.get(name);
    if (field) checkValue(context, field, value);
  }
  const record = { ...context.before, ...values };
  checkActivity(context.object, record);
  checkUnique(context, values);
  checkRules(context, record, values);
  checkDuplicates(context.org, context.object.name, { ...context, record });
  return { ...values, ...derived(context.org, context.object, record) };
}

/** Column names and JSON types: the part a real org refuses before it looks at any value. */
function readValues(object: ObjectSchema, body: Record<string, unknown>, isNew: boolean): SfRecord {
  const values: SfRecord = {};
  for (const [name, given] of Object.entries(body)) {
    if (name === 'attributes') continue;
    const field = object.byLower.get(name.toLowerCase());
    if (!field) {
      throw new Refusal(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    }
    if (!field.writable || (field.createOnly && !isNew)) {
      const message = `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
      throw new Refusal(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', message, { fields: [field.name] });
    }
    values[field.name] = typed(field, given);
  }
  if (isNew) {
    for (const field of object.fields.values()) {
      if (field.initial !== undefined && (values[field.name] ?? null) === null)
        values[field.name] = field.initial as Value;
    }
  }
  return values;
}

const cannot = (type: string, value: unknown): Refusal => {
  const token =
    typeof value === 'number' ? 'VALUE_NUMBER_INT' : typeof value === 'boolean' ? 'VALUE_TRUE' : 'VALUE_STRING';
  return badJson(
    `Cannot deserialize instance of ${type} from ${token} value ${String(value)} or request may be missing a required field at [line:1, column:2]`,
  );
};

function typed(field: Field, value: unknown): Value {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'object') throw badJson(`Unexpected character at the value of ${field.name}`);
  switch (field.type) {
    case 'double':
    case 'currency':
    case 'percent':
    case 'int':
      return typedNumber(field, value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'false') return value === 'true';
      throw cannot('boolean', value);
    case 'date':
      if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) throw cannot('date', value);
      return value;
    case 'datetime':
      if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(Date.parse(value))) {
        throw cannot('datetime', value);
      }
      return new Date(value).toISOString().replace('Z', '+0000');
    default:
      if (typeof value !== 'string') throw cannot('string', value);
      // The platform stores text without blanks at its end.
      return value.trimEnd() || null;
  }
}

function typedNumber(field: Field, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw cannot(field.type === 'int' ? 'int' : 'double', value);
  if (field.type === 'int' && !Number.isInteger(number)) throw cannot('int', value);
  return number;
}

function requireFields({ org, object, before }: WriteContext, values: SfRecord): void {
  const record = { ...before, ...values };
  const forbidden = forbiddenOf(org, object, record, values);
  if (forbidden.length > 0) {
    const message = `Unable to create/update fields: ${forbidden.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
    throw new Refusal(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', message, { fields: forbidden });
  }
  const missing = requiredOf(org, object, record).filter(
    name => (before ? name in values : true) && (values[name] ?? null) === null,
  );
  if (missing.length === 0) return;
  const message = `Required fields are missing: [${missing.join(', ')}]`;
  throw new Refusal(400, 'REQUIRED_FIELD_MISSING', message, { fields: missing });
}

// The platform takes no backslash, no quotation marks and no letters outside ASCII in an address.
const EMAIL = /^[A-Za-z0-9!#$%&'*/=?^_+`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

function checkValue({ org, object }: WriteContext, field: Field, value: Value): void {
  if (value === null) return;
  const fields = [field.name];
  if (typeof value === 'number') {
    if (Math.abs(value) < 10 ** field.digits) return;
    const message = `${field.label}: value outside of valid range on numeric field: ${value}`;
    throw new Refusal(400, 'NUMBER_OUTSIDE_VALID_RANGE', message, { fields });
  }
  if (typeof value !== 'string') return;
  if (field.type === 'reference') return void checkReference(org, object, field, value);
  if (field.length > 0 && value.length > field.length) {
    const shown = value.slice(0, 255);
    const message = `${field.label}: data value too large: ${shown} (max length=${field.length})`;
    throw new Refusal(400, 'STRING_TOO_LONG', message, { fields });
  }
  if (field.type === 'email' && !EMAIL.test(value)) {
    const message = `${field.label}: invalid email address: ${value}`;
    throw new Refusal(400, 'INVALID_EMAIL_ADDRESS', message, { fields });
  }
  const picked = field.type === 'multipicklist' ? value.split(';') : [value];
  const isPick = field.type === 'picklist' || field.type === 'multipicklist';
  if (isPick && field.restricted && !picked.every(one => field.values.includes(one))) {
    const message = `${field.label}: bad value for restricted picklist field: ${value}`;
    throw new Refusal(400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, { fields });
  }
}

function checkReference(org: Org, object: ObjectSchema, field: Field, value: string): void {
  const fields = [field.name];
  const id = normaliseId(value);
  const type = id && org.objectOf(id);
  if (!id || !type || !field.referenceTo.includes(type.name)) {
    throw new Refusal(400, 'MALFORMED_ID', `${field.label}: id value of incorrect type: ${value}`, { fields });
  }
  const target = org.store.get(type.name, id);
  if (!target && (field.name === 'OwnerId' || field.name === 'RecordTypeId')) {
    throw new Refusal(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', { fields });
  }
  if (!target) {
    // What left the bin, and what one may not see, is refused alike, and no column is named.
    const message = `insufficient access rights on cross-reference id: ${id.slice(0, 15)}`;
    throw new Refusal(400, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message, { fields: [] });
  }
  if (target.IsDeleted === true) throw new Refusal(400, 'ENTITY_IS_DELETED', 'entity is deleted', { fields: [] });
  if (field.name === 'WhoId') checkPerson(target);
  if (field.name === 'RecordTypeId') checkRecordType(org, object, target);
  if (field.name !== 'OwnerId') return;
  if (type.name === 'User' && target.IsActive !== true) {
    const message = `operation performed with inactive user [${id}] as owner of ${object.name.toLowerCase()}`;
    throw new Refusal(400, 'INACTIVE_OWNER_OR_USER', message, { fields: [] });
  }
  if (type.name === 'Group' && target.Type !== 'Queue') {
    throw new Refusal(400, 'FIELD_INTEGRITY_EXCEPTION', 'Owner ID: owner must be a user or a queue', { fields });
  }
  if (type.name !== 'Group') return;
  const owns = org.store.lookup('QueueSobject', 'QueueId', [id]) ?? [];
  if (owns.some(one => one.SobjectType === object.name)) return;
  throw new Refusal(400, 'FIELD_INTEGRITY_EXCEPTION', 'Queue not associated with this SObject type', { fields });
}

/** Of this object, in use, and given to the user who asks. */
function checkRecordType(org: Org, object: ObjectSchema, target: SfRecord): void {
  const info = org.recordTypes(object.name).find(one => one.id === target.Id);
  if (info?.active && info.available) return;
  const message = `Record Type ID: this ID value isn't valid for the user: ${target.Id}`;
  throw new Refusal(400, 'INVALID_CROSS_REFERENCE_KEY', message, { fields: ['RecordTypeId'] });
}

/** Nothing more can be hung on a lead that is a contact by now. */
function checkPerson(target: SfRecord): void {
  if (target.IsConverted !== true) return;
  throw new Refusal(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', { fields: [] });
}

function checkActivity(object: ObjectSchema, record: SfRecord): void {
  if (object.name !== 'Task' && object.name !== 'Event') return;
  if (!String(record.WhoId ?? '').startsWith('00Q') || !record.WhatId) return;
  const message = 'Related To ID: a lead has no related record: WhatId must be empty when WhoId is a lead';
  throw new Refusal(400, 'FIELD_INTEGRITY_EXCEPTION', message, { fields: ['WhatId'] });
}

function checkUnique({ org, object, before }: WriteContext, values: SfRecord): void {
  if (object.name === 'CampaignMember' && memberAlready(org, { ...before, ...values }, before)) {
    throw new Refusal(400, 'DUPLICATE_VALUE', 'Already a campaign member.', { fields: [] });
  }
  for (const [name, value] of Object.entries(values)) {
    if (value === null || !object.fields.get(name)?.unique) continue;
    const holders = org.store.lookup(object.name, name, [value]);
    // What lies in the bin holds no value.
    const other = holders?.find(one => one.Id !== before?.Id && one.IsDeleted !== true);
    if (!other) continue;
    const message = `duplicate value found: ${name} duplicates value on record with id: ${String(other.Id).slice(0, 15)}`;
    throw new Refusal(400, 'DUPLICATE_VALUE', message, { fields: [] });
  }
}

function checkRules({ org, object, before }: WriteContext, record: SfRecord, values: SfRecord): void {
  if (org.takeLock()) {
    const id = before ? String(before.Id) : '';
    const message = `unable to obtain exclusive access to this record or 1 records: ${id}`;
    throw new Refusal(400, 'UNABLE_TO_LOCK_ROW', message, { fields: [] });
  }
  if (before?.IsConverted === true) {
    throw new Refusal(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', { fields: [] });
  }
  org.trouble.checkRecord(object.name, !before, values);
  const rule = org.settings.validationRule;
  if (!rule || rule.object !== object.name) return;
  if (rule.field && (record[rule.field] ?? null) !== (rule.equals ?? null)) return;
  const fields = rule.field ? [rule.field] : [];
  throw new Refusal(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, { fields });
}

/** Columns the platform computes from others. */
export function derived(org: Org, object: ObjectSchema, record: SfRecord): SfRecord {
  const out: SfRecord = {};
  if (object.fields.has('FirstName') && object.fields.has('Name') && object.name !== 'Account') {
    out.Name = [record.FirstName, record.LastName].filter(Boolean).join(' ');
  }
  if (object.name === 'Task') {
    out.IsClosed = record.Status === 'Completed';
    out.IsHighPriority = record.Priority === 'High';
    // When it was saved as done, whatever day the activity was on.
    out.CompletedDateTime = out.IsClosed ? (record.CompletedDateTime ?? org.store.stamp()) : null;
  }
  if (object.name === 'Opportunity') {
    out.IsClosed = String(record.StageName ?? '').startsWith('Closed');
    out.IsWon = record.StageName === 'Closed Won';
  }
  Object.assign(out, derivedOfMember(org, object, record), derivedOfPerson(org, object, record));
  for (const field of object.fields.values()) {
    if (field.type !== 'reference' || !record[field.name] || field.name === 'LastModifiedById') continue;
    out[field.name] = normaliseId(record[field.name]) ?? null;
  }
  return out;
}
