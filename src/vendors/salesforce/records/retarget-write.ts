import { Rejected } from '../../../lib/errors.ts';
import { queries } from '../api/composite.ts';
import { SERVICE } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { type Attempt, onceMore, recordStep, retarget, type Target } from './attempt.ts';
import { personByEmail } from './person.ts';
import { currentRecord } from './relocated.ts';

/** The record to write to was merged, converted or deleted: where the person is kept now is written to instead. */
export async function retargetWrite(org: Org, attempt: Attempt): Promise<Attempt | undefined> {
  const known = await recordOf(org, attempt);
  // Somebody else is at it this very moment: it is there again, or it is free.
  const now = known && (await currentRecord(org, known));
  if (!known || now?.id === known.id) {
    const record = onceMore(attempt.record);
    return record && { ...attempt, record };
  }
  if (now) {
    const note = `The ${known.object} was merged or converted meanwhile: the ${now.object} it became was updated.`;
    return retarget(org, attempt, now, note);
  }
  if (attempt.target.kind === 'update') return replace(org, attempt, known);
  // Its key cannot be given to another lead: the converted one keeps it.
  throw new Rejected('Salesforce: the lead of this handoff was converted, and its contact deleted', {
    service: SERVICE,
    code: 'ENTITY_IS_DELETED',
  });
}

async function recordOf(org: Org, { target, write }: Attempt): Promise<Who | undefined> {
  if (target.kind === 'update') return { object: target.object, id: target.id };
  const id = await recordWithKey(org, target.object, write.handoffId);
  return id === undefined ? undefined : { object: target.object, id };
}

/** The record that carries a handoff's key. */
export async function recordWithKey(org: Org, object: Who['object'], handoffId: string): Promise<string | undefined> {
  const soql = `SELECT Id FROM ${object} WHERE ${org.externalIdField} = ${quote(handoffId)} LIMIT 1`;
  const [[row] = []] = await queries(org, [soql]);
  return typeof row?.Id === 'string' ? to18(row.Id) : undefined;
}

/** Deleted for good: another record of the same address, else a new lead. */
async function replace(org: Org, attempt: Attempt, gone: Who): Promise<Attempt> {
  const { write } = attempt;
  const { best } = await personByEmail(org, write.person.email);
  if (best && best.id !== gone.id) {
    const note = `The ${gone.object} was deleted meanwhile: the ${best.object} of the same address was updated.`;
    return retarget(org, attempt, best, note);
  }
  const target: Target = { kind: 'upsert', object: 'Lead' };
  // An existing record was to keep its owner; a new one belongs to whoever is to do the follow-up.
  const ownerId = write.ownerId ?? write.newOwnerId ?? write.followUp?.ownerId;
  const record = recordStep(org, { ...write, ...(ownerId !== undefined && { ownerId }) }, target);
  const note = `The ${gone.object} was deleted meanwhile: a new lead was made.`;
  return { ...attempt, target, record, notes: [...attempt.notes, note] };
}
