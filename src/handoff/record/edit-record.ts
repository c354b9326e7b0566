/** A person sees and changes the record's fields from Slack: status, stage, and whatever the playbook maps to it. */
import type { Crm } from '../../contracts/crm.ts';
import type { EditableField, RecordEditor } from '../../contracts/crm-edit.ts';
import type { CrmRecord } from '../../contracts/crm-records.ts';
import { type Handoff, handoffById } from '../../db/handoffs/handoffs.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCardsNow } from '../../jobs/requests.ts';
import { Failure, Rejected } from '../../lib/errors.ts';
import { type ActingPerson, actingPerson } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { mayAct } from '../core/rights.ts';
import { isElsewhere } from './move-crm.ts';

/** One record of a lead, person or deal, as it is now. */
export interface RecordPart {
  record: CrmRecord;
  fields: EditableField[];
}

export type RecordToEdit = { kind: 'open'; crm: string; parts: RecordPart[] } | { kind: 'closed'; why: string };

/** Changes of one part: field → value, as `EditableField` has it. */
export interface PartChange {
  record: CrmRecord;
  values: Readonly<Record<string, string>>;
}

/** Asks the CRM: one call for the person, one for a deal. Never throws for what the CRM does: that is said. */
export async function recordToEdit(deps: Deps, workspaceId: string, handoffId: string): Promise<RecordToEdit> {
  const found = await placeOf(deps, workspaceId, handoffId);
  if ('why' in found) return { kind: 'closed', why: found.why };
  const { crm, editor, records } = found;
  try {
    const parts = await Promise.all(
      records.map(async record => ({ record, fields: (await editor.read(record)) ?? [] })),
    );
    const shown = parts.filter(({ fields }) => fields.length > 0);
    if (shown.length > 0) return { kind: 'open', crm: crm.name, parts: shown };
    return { kind: 'closed', why: `${serviceName(crm.name)} has no field of this lead that can be changed from here.` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'closed', why: `${failureReason(error)}. Nothing was changed: try again in a minute.` };
  }
}

interface Place {
  handoff: Handoff<Facts>;
  crm: Crm;
  editor: RecordEditor;
  records: CrmRecord[];
}

async function placeOf(deps: Deps, workspaceId: string, handoffId: string): Promise<Place | { why: string }> {
  const [handoff, { crm }] = await Promise.all([
    handoffById<Facts>(deps.db, workspaceId, handoffId),
    deps.vendors(workspaceId),
  ]);
  if (!handoff || handoff.erasedAt) return { why: 'Baton does not know this lead any more. It may have been erased.' };
  if (!crm?.editor) return { why: 'No CRM is connected, so there is no record to change.' };
  const { recordId: id, recordKind: kind } = handoff;
  const name = serviceName(crm.name);
  if (!id || !kind) return { why: `This lead is not in ${name} yet. It is saved as soon as ${name} answers.` };
  if (isElsewhere(handoff, crm)) return { why: `This lead’s record is in another CRM than ${name}.` };
  return { handoff, crm, editor: crm.editor, records: [{ kind, id }, ...dealOf(handoff)] };
}

function dealOf({ facts }: Handoff<Facts>): CrmRecord[] {
  const id = facts.accountBased?.deal?.id ?? facts.accountBased?.openDeal?.id;
  return id ? [{ kind: 'deal', id }] : [];
}

/**
 * Writes what was changed, as the person where they connected their own log-in, else as Baton, with their name on the
 * timeline. A refused value is answered as `unfit` with its field, in the CRM's words; what was written before it stays.
 */
export async function editRecord(
  deps: Deps,
  request: HandoffRequest & { changes: readonly PartChange[] },
): Promise<Outcome<{ as: 'self' | 'baton'; crm: string }>> {
  const person = await actingPerson(deps, request);
  if ('kind' in person) return person;
  const { workspaceId, handoffId } = request;
  const found = await placeOf(deps, workspaceId, handoffId);
  if ('why' in found) return unfit('', found.why);
  const { handoff, crm, editor, records } = found;
  const may = mayAct(person.actor, handoff, person.playbook);
  if (!may.ok) return { kind: 'not_allowed', who: may.who };
  let as: 'self' | 'baton' = 'baton';
  for (const { record, values } of request.changes) {
    // Only what is this lead's: the form was in other hands meanwhile.
    if (!records.some(one => one.kind === record.kind && one.id === record.id)) return { kind: 'not_found' };
    try {
      const edited = await editor.save(record, values, person.actor.email);
      if (!edited) return unfit('', `The record was deleted in ${serviceName(crm.name)}.`);
      as = edited.as;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const fields = error instanceof Rejected ? error.fields : [];
      return unfit(fields.find(name => name in values) ?? '', failureReason(error));
    }
    await tell(person, handoff, crm, values, as);
  }
  return { kind: 'done', as, crm: crm.name };
}

const unfit = (field: string, why: string) => ({ kind: 'unfit' as const, field, why });

async function tell(
  { deps, actor, workspaceId, now }: ActingPerson,
  handoff: Handoff<Facts>,
  crm: Crm,
  values: PartChange['values'],
  as: 'self' | 'baton',
): Promise<void> {
  const what = Object.entries(values).map(([name, value]) => `${name}: ${value || 'empty'}`);
  const whose = as === 'self' ? '' : ', written by Baton';
  await deps.db.transaction(async trx => {
    await recordForThreads(
      trx,
      { workspaceId, leadId: handoff.leadId, handoffId: handoff.id },
      {
        kind: 'record_edited',
        at: now,
        actor: actor.email,
        text: `${actor.name} changed the record in ${serviceName(crm.name)} (${what.join(', ')}${whose})`,
        detail: { as, values },
      },
    );
    await enqueue(trx, redrawCardsNow(handoff));
  });
}
