import { Rejected } from '../../../lib/errors.ts';
import { SERVICE, type VendorError } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { type Attempt, onceMore, recordStep, retarget, type Target } from './attempt.ts';
import { dropNamed } from './columns.ts';
import { type Found, personAmong } from './person.ts';
import { recordWithKey } from './retarget-write.ts';

/** The org has something like it already. Which record is the person's is decided by the address, never by likeness. */

/**
 * A duplicate rule refused. Records of the same address are written to; those that only look alike (the platform's
 * standard rules compare names and companies, too) are left alone, and the record is saved beside them where the rule
 * lets one (`allowSave`). Report-only rules refuse nothing.
 */
export async function useDuplicate(org: Org, attempt: Attempt, error: VendorError): Promise<Attempt | undefined> {
  const isBlocked = attempt.allowDuplicates || error.allowSave === false;
  // Our record exists already; the rule only minds that another looks like it.
  if (attempt.target.kind === 'update') return isBlocked ? undefined : { ...attempt, allowDuplicates: true };
  const found = await personAmong(org, error.duplicates ?? [], attempt.write.person.email);
  if (found.best) {
    const which = found.count > 1 ? `the best of ${found.count} that it names` : 'the one it names';
    const note = `A duplicate rule refused a second record: the ${found.best.object}, ${which}, was updated; its owner was kept.`;
    return retarget(org, attempt, found.best, note);
  }
  return isBlocked ? besideNone(org, attempt, found, error) : beside(org, attempt, found);
}

/** Saved although the rule minds. */
function beside(org: Org, attempt: Attempt, found: Found): Attempt | undefined {
  const isHidden = !found.closed && found.others.length === 0;
  if (isHidden && org.hiddenDuplicates === 'reject') return undefined;
  const what = isHidden
    ? 'records Baton may not see: saved nevertheless'
    : found.closed
      ? 'a closed lead of the same person: a new one was made beside it'
      : `${found.others.length === 1 ? 'a record' : `${found.others.length} records`} of another address: a lead of its own was made`;
  return { ...attempt, allowDuplicates: true, notes: [...attempt.notes, `A duplicate rule found ${what}.`] };
}

/** The rule lets nobody save: a closed lead of the person is opened again, anything else is a person's decision. */
function besideNone(org: Org, attempt: Attempt, found: Found, error: VendorError): Attempt {
  if (found.closed) {
    const target: Target = { kind: 'update', ...found.closed };
    const note = 'A duplicate rule lets nobody make a second record: the closed lead was opened again.';
    return { ...attempt, target, record: recordStep(org, attempt.write, target), notes: [...attempt.notes, note] };
  }
  const which = found.others.map(one => `${one.object} ${one.id}`).join(', ');
  const why = which
    ? `because of ${which}, of another address. Merge or mend them, or let the rule be overridden, and replay`
    : "because of records that Baton's user may not see. Let Baton's user see them, or let the rule be overridden, and replay";
  throw new Rejected(`Salesforce: a duplicate rule refuses the lead ${why}.`, {
    service: SERVICE,
    code: error.errorCode,
  });
}

/** A value that may stand in one record only stands in another. */
export async function useHolder(org: Org, attempt: Attempt, error: VendorError): Promise<Attempt | undefined> {
  if (!isOwnKey(org, error)) return useUnique(org, attempt, error);
  const { target, write } = attempt;
  if (target.kind === 'upsert') {
    // Another process made the record in the same moment: by now it is found by its key.
    const record = onceMore(attempt.record);
    return record && { ...attempt, record };
  }
  // Another record carries this handoff's key already: an earlier try made it.
  const id = idIn(error) ?? (await recordWithKey(org, target.object, write.handoffId));
  if (!id || id === target.id) return undefined;
  const note = `This handoff was written to another ${target.object} before: that record was used.`;
  return retarget(org, attempt, { object: target.object, id }, note);
}

/** Is it our own key that stands in another record? */
export function isOwnKey(org: Org, { errorCode, message }: VendorError): boolean {
  if (errorCode !== 'DUPLICATE_VALUE') return false;
  // Racing inserts are told `<unknown>` for the column.
  return message.includes(org.externalIdField) || /found: <unknown>/.test(message);
}

/** A unique column of the org's own: the record that has the value is the person's, or the value is left out. */
async function useUnique(org: Org, attempt: Attempt, error: VendorError): Promise<Attempt | undefined> {
  const id = idIn(error);
  const object = objectOf(id);
  if (id && object && attempt.target.kind === 'upsert') {
    const { best, closed } = await personAmong(org, [{ object, id }], attempt.write.person.email);
    const who = best ?? closed;
    const note = 'The org lets a value stand in one record only: the record that has it was updated.';
    if (who) return retarget(org, attempt, who, note);
  }
  const column = /duplicate value found: (\S+) duplicates/.exec(error.message)?.[1];
  const dropped = dropNamed(attempt.record, { ...error, fields: [...error.fields, ...(column ? [column] : [])] });
  return dropped && { ...attempt, record: dropped.step, notes: [...attempt.notes, ...dropped.notes] };
}

function idIn({ message }: VendorError): string | undefined {
  const id = /record with id: ([0-9A-Za-z]{15,18})/.exec(message)?.[1];
  return id === undefined ? undefined : to18(id);
}

function objectOf(id: string | undefined): Who['object'] | undefined {
  if (id?.startsWith('00Q')) return 'Lead';
  return id?.startsWith('003') ? 'Contact' : undefined;
}
