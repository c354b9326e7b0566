import { Rejected } from '../../lib/errors.ts';
import { readErrors, SERVICE, toFailure, type VendorError } from '../salesforce-errors.ts';
import { type Attempt, recordStep, type Step, type Target } from './attempt.ts';
import { queries, type Subanswer } from './composite.ts';
import { fit } from './fit.ts';
import { to18 } from './ids.ts';
import { missingRequired } from './mapping/required.ts';
import type { Org } from './org.ts';
import { withAddress } from './record.ts';
import { list } from './soql.ts';
import type { Values } from './values.ts';

/**
 * The org refused: what can be left out or done otherwise so that the lead is not lost? Each repair answers an attempt
 * that differs from the one refused, or throws the Failure that the refusal is.
 */

type Repair = (org: Org, attempt: Attempt, error: VendorError) => Promise<Attempt | undefined> | Attempt | undefined;

/** Refusals that describe can explain: unknown or read-only columns, lengths, types, picklists. */
const LEARNABLE = new Set([
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  'INVALID_TYPE_ON_FIELD_IN_RECORD',
  'JSON_PARSER_ERROR',
  'NUMBER_OUTSIDE_VALID_RANGE',
  'STRING_TOO_LONG',
]);

/** Refusals of an owner; some say so only by naming the column. */
const ABOUT_OWNER = new Set([
  'FIELD_INTEGRITY_EXCEPTION',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'INVALID_CROSS_REFERENCE_KEY',
  'MALFORMED_ID',
]);
const ALWAYS_OWNER = new Set(['INACTIVE_OWNER_OR_USER', 'TRANSFER_REQUIRES_READ']);

/** Columns the platform insists on: leaving them out cannot help. */
const REQUIRED = new Set(['LastName', 'Company', 'Subject', 'Name', 'StageName', 'CloseDate']);

const RECORD_REPAIRS: Record<string, Repair> = {
  DUPLICATES_DETECTED: useDuplicate,
  DUPLICATE_VALUE: useOwnRecord,
  ENTITY_IS_DELETED: makeAnew,
  NOT_FOUND: makeAnew,
  CANNOT_UPDATE_CONVERTED_LEAD: makeAnew,
  INVALID_EMAIL_ADDRESS: keepAddressAsText,
};

/** The record was refused: another attempt, or the Failure. */
export async function repairRecord(org: Org, attempt: Attempt, answer: Subanswer): Promise<Attempt> {
  const errors = readErrors(answer.status, answer.body);
  for (const error of errors) {
    checkKeyField(org, attempt, error);
    const special = await RECORD_REPAIRS[error.errorCode]?.(org, attempt, error);
    if (special) return special;
    const repaired = await repairStep(org, attempt.record, error, isNew(attempt.target));
    if (repaired)
      return withoutOwner(attempt, { ...attempt, record: repaired.step, notes: [...attempt.notes, ...repaired.notes] });
  }
  throw toFailure(answer.status, errors, { clock: org.clock });
}

/** The follow-up was refused, the record is in: another attempt for the task alone, or the Failure. */
export async function repairTask(org: Org, attempt: Attempt, task: Step, answer: Subanswer): Promise<Attempt> {
  const repaired = await repairActivity(org, task, answer);
  return { ...attempt, task: repaired.step, notes: [...attempt.notes, ...repaired.notes] };
}

/** A task was refused: what is left of it that the org may take, or the Failure. */
export async function repairActivity(
  org: Org,
  task: Step,
  answer: Subanswer,
): Promise<{ step: Step; notes: string[] }> {
  const errors = readErrors(answer.status, answer.body);
  for (const error of errors) {
    if (isMissingKey(error)) throw missingKey(org, 'Task', error);
    const repaired = await repairStep(org, task, error, true);
    if (repaired) return repaired;
  }
  throw toFailure(answer.status, errors, { clock: org.clock });
}

const isNew = (target: Target): boolean => target.kind === 'upsert';

/** An owner the org does not take on the record will not do for the task either. */
function withoutOwner(before: Attempt, after: Attempt): Attempt {
  const owner = before.record.values.OwnerId;
  if (!after.task || owner === undefined || after.record.values.OwnerId !== undefined) return after;
  if (after.task.values.OwnerId !== owner) return after;
  return { ...after, task: { ...after.task, values: without(after.task.values, ['OwnerId']) } };
}

/** One record was refused: the step without what the org does not take; undefined when nothing of it can be mended. */
export async function repairStep(
  org: Org,
  step: Step,
  error: VendorError,
  isNewRecord: boolean,
): Promise<{ step: Step; notes: string[] } | undefined> {
  if (isAboutOwner(step, error)) {
    const note = `Salesforce did not take the owner of the ${step.object} (${error.errorCode}): left to its own rules.`;
    return { step: { ...step, values: without(step.values, ['OwnerId']) }, notes: [note] };
  }
  const place = placeFields(step, error);
  if (place.length > 0) {
    const given = place.map(name => `${name} "${String(step.values[name])}"`).join(', ');
    return {
      step: { ...step, values: without(step.values, place) },
      notes: [`Salesforce does not know ${given}: left out.`],
    };
  }
  if (error.errorCode === 'REQUIRED_FIELD_MISSING') {
    throw missingRequired(step.object, error, step.sent?.warnings ?? []);
  }
  if (!LEARNABLE.has(error.errorCode)) return undefined;
  const facts = await org.schema.learn(step.object, step.facts);
  const refitted = fit(step.object, step.values, facts, isNewRecord, step.defaults);
  if (JSON.stringify(refitted.values) !== JSON.stringify(step.sent?.values)) {
    return { step, notes: [] };
  }
  return dropNamed(step, error);
}

function isAboutOwner(step: Step, error: VendorError): boolean {
  if (step.values.OwnerId === undefined) return false;
  if (ALWAYS_OWNER.has(error.errorCode)) return true;
  if (!ABOUT_OWNER.has(error.errorCode)) return false;
  return error.fields.includes('OwnerId') || /\bowner\b/i.test(error.message);
}

/** State and country picklists refuse as a pair: one hangs on the other. */
function placeFields(step: Step, error: VendorError): string[] {
  if (error.errorCode !== 'FIELD_INTEGRITY_EXCEPTION' || !/\b(state|country|territory)\b/i.test(error.message))
    return [];
  return ['State', 'Country', 'MailingState', 'MailingCountry'].filter(name => name in step.values);
}

/** Describe knew no better than we did: the columns the refusal names are left out. */
function dropNamed(step: Step, error: VendorError): { step: Step; notes: string[] } | undefined {
  const column = /No such column '([^']+)'/.exec(error.message)?.[1];
  const named = new Set([...error.fields, ...(column ? [column] : [])].map(name => name.toLowerCase()));
  const { values, defaults } = step;
  const given = [...Object.keys(values), ...Object.keys(defaults ?? {})];
  const refused = [...new Set(given)].filter(name => named.has(name.toLowerCase()) && !REQUIRED.has(name));
  if (refused.length === 0) return undefined;
  return {
    step: { ...step, values: without(values, refused), ...(defaults && { defaults: without(defaults, refused) }) },
    notes: refused.map(name => `Salesforce refused ${name} (${error.errorCode}): left out.`),
  };
}

/** A duplicate rule refused: the record it names is the one to work with. */
async function useDuplicate(org: Org, attempt: Attempt, error: VendorError): Promise<Attempt | undefined> {
  if (attempt.allowDuplicates) return undefined;
  const saveAnyway = { ...attempt, allowDuplicates: true };
  // Our record exists already; the rule only minds that another looks like it.
  if (attempt.target.kind === 'update') return saveAnyway;
  const found = (error.duplicates ?? []).filter(one => one.object === 'Lead' || one.object === 'Contact');
  const target = found.length === 1 && found[0] ? asTarget(found[0]) : await newest(org, found);
  if (target) {
    const hint = found.length > 1 ? `the newest of ${found.length}` : 'the one it names';
    const note = `A duplicate rule refused a second record: ${target.object} ${target.id}, ${hint}, was updated; its owner was kept.`;
    return retarget(org, attempt, target, note);
  }
  if (org.hiddenDuplicates === 'reject') return undefined;
  return {
    ...saveAnyway,
    notes: [...attempt.notes, 'A duplicate rule found records Baton may not see: saved nevertheless.'],
  };
}

const asTarget = (one: { object: string; id: string }): Target & { kind: 'update' } => ({
  kind: 'update',
  object: one.object === 'Contact' ? 'Contact' : 'Lead',
  id: to18(one.id),
});

/** The newest lead still open, else the newest contact; undefined when none can be seen. */
async function newest(
  org: Org,
  found: { object: string; id: string }[],
): Promise<(Target & { kind: 'update' }) | undefined> {
  if (found.length === 0) return undefined;
  const ids = (object: string) => list(found.filter(one => one.object === object).map(one => to18(one.id)));
  const wanted = (['Lead', 'Contact'] as const).filter(object => found.some(one => one.object === object));
  const rows = await queries(
    org,
    wanted.map(object => {
      const open = object === 'Lead' ? ' AND IsConverted = false' : '';
      return `SELECT Id FROM ${object} WHERE Id IN ${ids(object)}${open} ORDER BY CreatedDate DESC, Id DESC LIMIT 1`;
    }),
  );
  for (const [index, object] of wanted.entries()) {
    const id = rows[index]?.[0]?.Id;
    if (typeof id === 'string') return asTarget({ object, id });
  }
  return undefined;
}

/** Turns the attempt to an existing record: its owner and status are the business of whoever works it. */
function retarget(org: Org, attempt: Attempt, target: Target, note: string): Attempt {
  const step = recordStep(org, attempt.write, target);
  return {
    ...attempt,
    target,
    record: { ...step, values: without(step.values, ['OwnerId', 'Status']) },
    notes: [...attempt.notes, note],
  };
}

/** Another record carries this handoff's key already: an earlier try made it. */
function useOwnRecord(org: Org, attempt: Attempt, error: VendorError): Attempt | undefined {
  const id = /record with id: ([0-9A-Za-z]{15,18})/.exec(error.message)?.[1];
  if (!id || attempt.target.kind !== 'update' || to18(id) === attempt.target.id) return undefined;
  const target: Target = { ...attempt.target, id: to18(id) };
  return retarget(
    org,
    attempt,
    target,
    `This handoff was written to ${target.object} ${target.id} before: that record was used.`,
  );
}

/** The record to update is gone: a new one takes its place. */
function makeAnew(org: Org, attempt: Attempt): Attempt | undefined {
  if (attempt.target.kind !== 'update') return undefined;
  const target: Target = { kind: 'upsert', object: 'Lead' };
  const note = `${attempt.target.object} ${attempt.target.id} was deleted or converted meanwhile: a new lead was made.`;
  return { ...attempt, target, record: recordStep(org, attempt.write, target), notes: [...attempt.notes, note] };
}

/** The platform takes fewer addresses than the world has: the address stays readable in the description. */
function keepAddressAsText(_org: Org, attempt: Attempt): Attempt | undefined {
  const { Email: email, ...values } = attempt.record.values;
  if (email === undefined) return undefined;
  const description = withAddress(String(values.Description ?? ''), String(email));
  return {
    ...attempt,
    record: { ...attempt.record, values: { ...values, Description: description } },
    notes: [...attempt.notes, 'Salesforce does not accept the e-mail address as one: it stands in the description.'],
  };
}

export const isMissingKey = (error: VendorError): boolean => /external ID field does not exist/i.test(error.message);

function checkKeyField(org: Org, { target, record }: Attempt, error: VendorError): void {
  if (target.kind === 'upsert' && isMissingKey(error)) throw missingKey(org, record.object, error);
}

export function missingKey(org: Org, object: string, error: VendorError): Rejected {
  const message = `Salesforce has no external-id field ${org.externalIdField} on ${object}, or Baton's user may not see it. Make it (Text 64, External ID, Unique; the folder salesforce/ deploys it), give Baton's permission set access, and replay.`;
  return new Rejected(message, { service: SERVICE, code: error.errorCode, fields: [org.externalIdField] });
}

function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
