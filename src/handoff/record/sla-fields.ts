/** What a lead's record says of the promise: when it is due, whether it was broken, when the lead was first reached. */

import { isDeepStrictEqual } from 'node:util';
import type { Playbook } from '../../config/playbook.ts';
import type { Crm, CrmFields } from '../../contracts/crm.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { updateSlaFields } from '../../jobs/requests.ts';
import { crmOfRecord } from '../core/crm-of-record.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { moveRecord } from './move-record.ts';
import { promiseValues } from './text.ts';

type RecordedSla = NonNullable<Facts['promise']>;
const NAMES = ['sla_due', 'sla_breached', 'first_touch'] as const;

/** Does the playbook want any of it written? */
export function tellsPromise({ crm: { fields } }: Playbook): boolean {
  return NAMES.some(name => fields[name]);
}

/** What a write of `fields` made this record say. */
export function recordedSlaOf(record: string, fields: CrmFields, { crm }: Playbook): { promise?: RecordedSla } {
  const values = Object.fromEntries(NAMES.filter(name => crm.fields[name]).map(name => [name, fields[name]]));
  return Object.keys(values).length > 0 ? { promise: { record, values } } : {};
}

/** What the record is to say now, when that is something else than was written there last. */
function news(handoff: Handoff<Facts>, playbook: Playbook): RecordedSla | undefined {
  const { recordId, recordState, facts } = handoff;
  if (recordState !== 'written' || !recordId) return undefined;
  const { promise } = recordedSlaOf(recordId, { ...promiseValues(handoff) }, playbook);
  return isDeepStrictEqual(promise, facts.promise) ? undefined : promise;
}

/** The CRM that has the record, if it is connected, and the rules that are for it. */
async function rulesFor(deps: Deps, handoff: Handoff): Promise<{ playbook: Playbook; crm: Crm | undefined }> {
  const [{ playbook }, vendors] = await Promise.all([
    deps.playbook(handoff.workspaceId),
    deps.vendors(handoff.workspaceId),
  ]);
  const used = crmOfRecord(vendors, handoff);
  return { playbook: used?.formerRules ?? playbook, crm: used?.crm };
}

/** What changed while the record was being written follows by a job of its own. */
export async function followPromise(deps: Deps, handoff: Handoff<Facts>): Promise<void> {
  const { playbook } = await rulesFor(deps, handoff);
  if (news(handoff, playbook)) await enqueue(deps.db, updateSlaFields(handoff));
}

/**
 * Brings the record up to date: those columns alone, and nothing when they are already. A record that is not written yet
 * says all of it when it is. One CRM call, shared with the others of the moment.
 */
export async function recordPromise(deps: Deps, ref: HandoffRef): Promise<void> {
  const { workspaceId, handoffId } = ref;
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff) return;
  const { playbook, crm } = await rulesFor(deps, handoff);
  const now = news(handoff, playbook);
  const kind = handoff.recordKind;
  if (!now || !crm?.setFields || !kind) return;
  const done = await crm.setFields({ kind, id: now.record }, now.values);
  await deps.db.transaction(async trx => {
    const still = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    // Written anew meanwhile: what was said to the old record counts no more.
    if (!still || still.recordId !== now.record) return;
    const promise = { ...now, record: done?.record?.id ?? now.record };
    await updateHandoff(trx, workspaceId, handoffId, {}, { promise });
    if (done?.record) await moveRecord(trx, still, done.record);
    const text = newly(done?.warnings ?? [], handoff).join(' ');
    if (text) {
      const at = deps.clock.now();
      await recordEntries(trx, timelineKeyOf(handoff), { kind: 'record_warning', at, actor: crm.name, text });
    }
  });
  // It may have changed while it was being told.
  const after = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (after) await followPromise(deps, after);
}

/** What the first write said is not said again with every change. */
const newly = (warnings: readonly string[], { recordNote }: Handoff) =>
  warnings.filter(warning => !recordNote?.includes(warning));

const timelineKeyOf = ({ workspaceId, leadId, id: handoffId }: Handoff) => ({ workspaceId, leadId, handoffId });

/** The CRM refused it, or its connection must be renewed: the timeline says so. */
export async function promiseParked(
  deps: Deps,
  trx: Db,
  ref: HandoffRef,
  reason: string,
  reference: string,
): Promise<void> {
  const handoff = await lockHandoff(trx, ref.workspaceId, ref.handoffId);
  if (!handoff) return;
  await recordEntries(trx, timelineKeyOf(handoff), {
    kind: 'record_warning',
    at: deps.clock.now(),
    text: `The SLA fields of the CRM record could not be updated: ${reason} (reference ${reference}). It can be replayed once the cause is fixed.`,
    detail: { reference },
  });
}
