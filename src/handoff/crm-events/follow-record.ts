/** A person's record was merged, converted or deleted: the handoff follows, or says that there is none any more. */
import type { Crm } from '../../contracts/crm.ts';
import type { CrmEvent } from '../../contracts/crm-events.ts';
import type { CrmPerson, CrmRecord } from '../../contracts/crm-records.ts';
import type { Db } from '../../db/connection.ts';
import { type EventOutcome, handoffOfRecords } from '../../db/handoffs/crm-events.ts';
import { type Handoff, handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { isOpen } from '../../domain/handoff.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards } from '../../jobs/requests.ts';
import { capital } from '../../lib/english.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { moveRecord } from '../record/move-record.ts';

interface MissingRecord {
  deps: Deps;
  crm: Crm;
  workspaceId: string;
  record: CrmRecord;
  heard: CrmEvent;
}

/**
 * Looks where the person is kept now, and lets the open handoff follow; said once. Whether it was merged or deleted, and
 * whether it is out of the bin again, only the CRM knows: so it is asked, for records that are an open handoff's.
 */
export async function followRecord(
  { deps, crm, workspaceId, record, heard }: MissingRecord,
  settle: (db: Db, outcome: EventOutcome) => Promise<void>,
): Promise<void> {
  const { kind, id } = record;
  if (!crm.findRelocated || (kind !== 'lead' && kind !== 'contact')) return settle(deps.db, 'no_record');
  const handoffId = await handoffOfRecords(deps.db, workspaceId, [id]);
  const known = handoffId && (await handoffById<Facts>(deps.db, workspaceId, handoffId));
  if (!known) return settle(deps.db, 'unknown');
  const why = notConcerned(known, id);
  if (why) return settle(deps.db, why);
  const now = await crm.findRelocated({ kind, id }, heard, known.facts.contact.email);
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, known.id);
    const outcome =
      handoff &&
      (notConcerned(handoff, id) ?? (await markRelocatedOrDeleted(deps, trx, crm, handoff, { kind, id }, now)));
    await settle(trx, outcome ?? 'unknown');
  });
}

/** It went elsewhere before, nobody works with it any more, or it was said already. */
function notConcerned({ recordId, state, facts }: Handoff<Facts>, id: string): EventOutcome | undefined {
  if (recordId !== id || facts.deletedRecord === id) return 'nothing_new';
  return isOpen(state) ? undefined : 'closed';
}

async function markRelocatedOrDeleted(
  deps: Deps,
  trx: Db,
  { name: crmName, traits }: Crm,
  handoff: Handoff<Facts>,
  was: CrmPerson,
  now: CrmPerson | undefined,
): Promise<EventOutcome> {
  // Out of the bin again.
  if (now?.id === was.id) return 'nothing_new';
  const { workspaceId, id: handoffId, leadId } = handoff;
  const base = { kind: 'crm_changed' as const, at: deps.clock.now(), actor: crmName };
  const where = serviceName(crmName);
  const called = ({ kind }: CrmPerson) => capital(traits.words[kind].one);
  if (now) {
    await moveRecord(trx, handoff, now);
    const text = `The ${called(was)} was merged into another in ${where}: Baton goes on with the ${called(now)} that stayed.`;
    await recordEntries(
      trx,
      { workspaceId, leadId, handoffId },
      { ...base, text, detail: { was: was.id, now: now.id } },
    );
    return 'changed';
  }
  await updateHandoff(trx, workspaceId, handoffId, {}, { deletedRecord: was.id } satisfies Partial<Facts>);
  const text = `The ${called(was)} was deleted in ${where}. The lead stays with whoever has it here.`;
  await recordEntries(trx, { workspaceId, leadId, handoffId }, { ...base, text, detail: { was: was.id } });
  if (handoff.deliveredAt) await enqueue(trx, redrawCards(handoff));
  return 'changed';
}
