import { Rejected } from '../../../lib/errors.ts';
import type { Subanswer } from '../api/composite.ts';
import { readErrors, SERVICE, toFailure, type VendorError } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { without } from '../api/values.ts';
import { type Attempt, onceMore, recordStep, type Step, type Target } from './attempt.ts';
import { type Repaired, repairColumns } from './columns.ts';
import { isOwnKey, useDuplicate, useHolder } from './duplicate.ts';
import { isDeletedOrConverted } from './relocated.ts';
import { retargetWrite } from './retarget-write.ts';

/**
 * The org refused: what can be left out or done otherwise so that the lead is not lost? Each repair answers an attempt
 * that differs from the one refused, or throws the Failure that the refusal is.
 */

type Repair = (org: Org, attempt: Attempt, error: VendorError) => Promise<Attempt | undefined>;

/** Refusals of the record as such: it is there already, or not any more. */
const RECORD_REPAIRS: Record<string, Repair> = {
  DUPLICATES_DETECTED: useDuplicate,
  DUPLICATE_VALUE: useHolder,
  ENTITY_IS_DELETED: retargetWrite,
  NOT_FOUND: retargetWrite,
  CANNOT_UPDATE_CONVERTED_LEAD: retargetWrite,
  INSUFFICIENT_ACCESS: leaveAlone,
  INSUFFICIENT_ACCESS_OR_READONLY: leaveAlone,
};

/**
 * Sharing keeps the person's record from Baton's user. A second record would be a duplicate: it stays as it is, and the
 * follow-up on it, which needs no more than to see it, says what Baton knows.
 */
async function leaveAlone(_org: Org, attempt: Attempt, error: VendorError): Promise<Attempt | undefined> {
  const { target, notes } = attempt;
  if (target.kind !== 'update') return undefined;
  return { ...attempt, done: { id: target.id, created: false }, notes: [...notes, leftAlone(target.object, error)] };
}

/** What is said of a record that Baton's user may see and not change. */
export const leftAlone = (object: string, { errorCode }: VendorError): string =>
  `Baton's user may not change this ${object} (${errorCode}): it was left as it is.`;

/** The record was refused: another attempt, or the Failure. */
export async function repairRecord(org: Org, attempt: Attempt, answer: Subanswer): Promise<Attempt> {
  const errors = readErrors(answer.status, answer.body);
  const failure = toFailure(answer.status, errors, { clock: org.clock });
  // What passes by itself needs no repair.
  if (!(failure instanceof Rejected)) throw failure;
  for (const error of errors) {
    checkKeyField(org, attempt, error);
    const special = await RECORD_REPAIRS[error.errorCode]?.(org, attempt, error);
    if (special) return special;
  }
  const repaired = await repairColumns(org, attempt.record, errors, attempt.target.kind === 'upsert');
  if (!repaired) throw failure;
  return withoutOwner(attempt, { ...attempt, record: repaired.step, notes: [...attempt.notes, ...repaired.notes] });
}

/** The follow-up was refused, the record is in: another attempt for what is left, or the Failure. */
export async function repairTask(org: Org, attempt: Attempt, task: Step, answer: Subanswer): Promise<Attempt> {
  const { done, ...rest } = attempt;
  if (done && isDeletedOrConverted(readErrors(answer.status, answer.body))) {
    // Merged, converted or deleted since: the record says so itself when it is written to once more.
    const target: Target = { kind: 'update', object: attempt.target.object, id: done.id };
    return { ...rest, target, record: recordStep(org, attempt.write, target) };
  }
  const repaired = await repairActivity(org, task, answer);
  return { ...attempt, task: repaired.step, notes: [...attempt.notes, ...repaired.notes] };
}

/** A task was refused: what is left of it that the org may take, or the Failure. */
export async function repairActivity(org: Org, task: Step, answer: Subanswer): Promise<Repaired> {
  const errors = readErrors(answer.status, answer.body);
  const failure = toFailure(answer.status, errors, { clock: org.clock });
  if (!(failure instanceof Rejected)) throw failure;
  const known = withoutSubtype(task, errors);
  if (known) return { step: known, notes: [] };
  for (const error of errors) {
    if (isMissingKey(error)) throw missingKey(org, 'Task', error.errorCode);
    const step = isOwnKey(org, error) ? onceMore(task) : undefined;
    if (step) return { step, notes: [] };
  }
  const repaired = await repairColumns(org, task, errors, true);
  if (!repaired) throw failure;
  return repaired;
}

/** An earlier try made the task and its answer was lost: the subtype is given only once. */
export function withoutSubtype(task: Step, errors: readonly VendorError[]): Step | undefined {
  const { TaskSubtype: subtype, ...values } = task.values;
  const refused = errors.some(
    error => error.errorCode === 'INVALID_FIELD_FOR_INSERT_UPDATE' && error.fields.includes('TaskSubtype'),
  );
  return refused && subtype !== undefined ? { object: task.object, values } : undefined;
}

/** An owner the org does not take on the record will not do for the task either. */
function withoutOwner(before: Attempt, after: Attempt): Attempt {
  const owner = before.record.values.OwnerId;
  if (!after.task || owner === undefined || after.record.values.OwnerId !== undefined) return after;
  if (after.task.values.OwnerId !== owner) return after;
  return { ...after, task: { ...after.task, values: without(after.task.values, ['OwnerId']) } };
}

/** Does the org lack the external-id field of our keys? */
export const isMissingKey = (error: VendorError): boolean => /external ID field does not exist/i.test(error.message);

function checkKeyField(org: Org, { target, record }: Attempt, error: VendorError): void {
  if (target.kind === 'upsert' && isMissingKey(error)) throw missingKey(org, record.object, error.errorCode);
}

/** The key of our writes is not there: only an admin can help. */
export function missingKey(org: Org, object: string, code: string): Rejected {
  const message = `Salesforce has no external-id field ${org.externalIdField} on ${object}, or Baton's user may not see it. Make it (Text 64, External ID, Unique; the folder salesforce/ deploys it), give Baton's permission set access, and replay.`;
  return new Rejected(message, { service: SERVICE, code, fields: [org.externalIdField] });
}
