/** What changed about a lead in the CRM without being a touch: kept in the timeline, once. */
import type { ParsedEvent } from '../../contracts/crm-events.ts';
import type { CrmRecord } from '../../contracts/crm-records.ts';
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import { type EventOutcome, linkRecords } from '../../db/handoffs/crm-events.ts';
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recordOwner } from '../../db/handoffs/owner-changes.ts';
import { endStint } from '../../db/handoffs/stints.ts';
import { type NewEntry, newestDetail, recordEntries } from '../../db/handoffs/timeline.ts';
import { mayMove } from '../../domain/handoff.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { queueFeedback, readEvents, redrawCards } from '../../jobs/requests.ts';
import { quotedNote } from '../core/act-as.ts';
import type { HandoffEvent } from '../core/crm-event.ts';
import type { Deps } from '../core/deps.ts';
import { guardOwner } from '../ownership/guard.ts';
import { moveRecord } from '../record/move-record.ts';
import { applyStatus } from './lead-status.ts';

type Meant<K extends ParsedEvent['kind']> = Extract<ParsedEvent, { kind: K }>;

/** Status, owner and conversion of the person's record. */
export async function recordPersonChange(event: HandoffEvent, person: Meant<'person'>): Promise<EventOutcome> {
  const { deps, trx, handoff, crmName, traits } = event;
  const { workspaceId, id: handoffId, leadId } = handoff;
  const entries: NewEntry[] = [];
  const base = { kind: 'crm_changed' as const, at: deps.clock.now(), actor: crmName };
  const became = person.became ?? [];
  if ((await linkRecords(trx, workspaceId, handoffId, became, readEvents)) > 0) {
    entries.push({ ...base, text: `The lead was converted in ${serviceName(crmName)}.`, detail: { became } });
  }
  if (person.now && handoff.recordId === event.recordId) await moveRecord(trx, handoff, person.now);
  const before = await newestDetail(trx, workspaceId, handoffId, 'crm_changed', 'status');
  const isNews = person.status !== undefined && person.status !== (before ?? traits.newStatus);
  if (person.status && isNews) {
    const text = `In ${serviceName(crmName)} the lead has a new status${quotedNote(person.status)}.`;
    entries.push({ ...base, text, detail: { status: person.status } });
  }
  await recordEntries(trx, { workspaceId, leadId, handoffId }, ...entries);
  const changed = !event.former && (await guardOwner(event, person));
  if (isNews && (await applyStatus(event, person)) === 'touch') return 'touch';
  return entries.length > 0 || changed ? 'changed' : 'nothing_new';
}

/** Nobody has worked with it or converted it. */
export function isAsWritten({ status, became }: Meant<'person'>, { newStatus }: CrmTraits): boolean {
  return (status === undefined || status === newStatus) && !became;
}

/**
 * Does a message say only what is known already? Then the CRM needs not be asked. A message says how the record stood
 * when it left; what changed since has a message of its own.
 */
export async function isKnownAlready(
  { db, playbook }: Deps,
  workspaceId: string,
  handoffId: string,
  { kind, id }: CrmRecord,
  heard: Meant<'person' | 'deal'>,
  { newStatus }: CrmTraits,
): Promise<boolean> {
  const known = await recordOwner(db, workspaceId, handoffId, id);
  if (!heard.ownerId || known?.ownerId !== heard.ownerId) return false;
  if (heard.kind === 'deal') {
    const stage = await newestDetail(db, workspaceId, handoffId, 'stage', id);
    return heard.stage === (stage ?? (await playbook(workspaceId)).playbook.crm.opportunity.stage);
  }
  if (heard.became) return false;
  // Contacts have no status of their work in most CRMs.
  if (kind === 'contact' && heard.status === undefined) return true;
  const status = await newestDetail(db, workspaceId, handoffId, 'crm_changed', 'status');
  return heard.status === (status ?? newStatus);
}

/** The stage of what the lead became: what goes back to the source follows from it. */
export async function recordDealChange(event: HandoffEvent, deal: Meant<'deal'>): Promise<EventOutcome> {
  const { deps, trx, handoff, crmName, traits, recordId } = event;
  const { workspaceId, id: handoffId, leadId } = handoff;
  const { stage } = deal;
  // A deal that is over is nobody's to give.
  const changed = !event.former && !deal.result && (await guardOwner(event, deal)) ? 'changed' : 'nothing_new';
  // One lead may have several: each has its own stage.
  const before = await newestDetail(trx, workspaceId, handoffId, 'stage', recordId);
  if (!stage || stage === (before ?? (await stageAsMade(event)))) return changed;
  await recordEntries(
    trx,
    { workspaceId, leadId, handoffId },
    {
      kind: 'stage',
      at: deps.clock.now(),
      actor: crmName,
      text: `The ${traits.words.deal.one} in ${serviceName(crmName)} is at a new stage${quotedNote(stage)}.`,
      detail: { deal: recordId, stage, [recordId]: stage },
    },
  );
  const own = (event.former ?? (await deps.playbook(workspaceId, handoff.playbookVersion))).playbook.crm.opportunity
    .stage;
  if (stage !== own && handoff.opportunityAt === null) {
    await updateHandoff(trx, workspaceId, handoffId, { opportunityAt: deps.clock.now() });
  }
  if (deal.result && mayMove(handoff.state, deal.result)) await close(event, deal.result);
  await enqueue(trx, ...queueFeedback(handoff));
  return 'changed';
}

/** Of a deal that Baton made: where it began, which is no news. */
async function stageAsMade({ deps, handoff, recordId, former }: HandoffEvent): Promise<string | undefined> {
  if (handoff.facts.accountBased?.deal?.id !== recordId) return undefined;
  return (former ?? (await deps.playbook(handoff.workspaceId, handoff.playbookVersion))).playbook.crm.opportunity.stage;
}

/** The lead's work is over: its cards say how it ended. */
async function close({ deps, trx, handoff }: HandoffEvent, state: 'won' | 'lost'): Promise<void> {
  const { workspaceId, id: handoffId } = handoff;
  const now = deps.clock.now();
  await updateHandoff(trx, workspaceId, handoffId, { state, closedAt: now, snoozedUntil: null });
  await endStint(trx, { workspaceId, handoffId }, now, state);
  await enqueue(trx, redrawCards(handoff));
}
