/** How one handoff stands in the CRM and in Slack, and what is not equal: nothing, or a class. Pure. */
import type { CrmStanding } from '../../contracts/crm-records.ts';
import type { BookedHandoff } from '../../db/reports/booked.ts';
import type { BookClass } from '../../domain/books.ts';
import { isOpen } from '../../domain/handoff.ts';
import { isPosting, isRecording } from '../../jobs/catalogue.ts';
import { DAY } from '../../lib/clock.ts';

/** What is known beside the handoff itself. */
export interface Known {
  now: Date;
  /** The CRM that is connected, by name. */
  crm: string | undefined;
  /** As the CRM says; undefined: it was not asked for this one. */
  standing: CrmStanding | undefined;
  /** Its message is not there any more. */
  isCardGone: boolean;
  /** The playbook lets its card wait for the shift of whoever has it. */
  waitsForShift: boolean;
  /** Touches are shown at its source. */
  tellsSource: boolean;
}

export type Sided<S extends 'crm' | 'slack' | 'unequal'> = { class: BookClass<S>; why?: string };

/** What is on its way for longer than this is not on its way. */
const LOST_AFTER = DAY;

/** Undefined: its record is there. */
export function crmClass(handoff: BookedHandoff, { now, crm, standing }: Known): Sided<'crm'> | undefined {
  const { record, isErased, openedAt, parked } = handoff;
  if (isErased) return { class: 'by_rule' };
  if (record.state === 'skipped') return { class: isOpen(handoff.state) ? 'no_crm' : 'by_rule' };
  if (record.state === 'parked') return { class: 'parked', ...(record.note && { why: record.note }) };
  if (record.state === 'pending') {
    const [job] = parked.filter(one => isRecording(one.job));
    if (job?.verdict === 'waiting_for_connection') return { class: 'waiting', why: job.reason };
    if (job) return { class: 'parked', why: job.reason };
    return { class: now.getTime() - openedAt.getTime() < LOST_AFTER ? 'waiting' : 'never_recorded' };
  }
  if (record.crm !== null && record.crm !== crm) return { class: 'other_crm' };
  if (standing?.kind === 'deleted') return { class: 'deleted' };
  if (standing?.kind === 'moved' && standing.by === 'merge') return { class: 'merged' };
  return undefined;
}

/** Undefined: its card is there. */
export function slackClass(handoff: BookedHandoff, known: Known): Sided<'slack'> | undefined {
  const { deliveredAt, isErased, isQueued, isMailed, state, wasRefused, parked } = handoff;
  // People take messages of closed leads away: nobody misses them.
  if (deliveredAt) return known.isCardGone && isOpen(state) && !isErased ? { class: 'not_found' } : undefined;
  if (isErased) return { class: 'by_rule' };
  if (isMailed) return { class: 'by_mail' };
  if (isQueued) return { class: 'pace' };
  const [job] = parked.filter(one => isPosting(one.job));
  if (job) return { class: job.verdict === 'waiting_for_connection' ? 'waiting' : 'parked', why: job.reason };
  if (wasRefused) return { class: 'refused' };
  if ((!isOpen(state) && state !== 'held') || known.waitsForShift) return { class: 'by_rule' };
  const isYoung = known.now.getTime() - handoff.openedAt.getTime() < LOST_AFTER / 24;
  return { class: isYoung ? 'waiting' : 'never_posted' };
}

/** Of a handoff that is in the CRM: each value that differs there, and touches the source does not know of. */
export function unequal(handoff: BookedHandoff, { standing, tellsSource }: Known): Sided<'unequal'>[] {
  const { record, score, untold, isErased } = handoff;
  if (isErased) return [];
  const here = standing?.kind === 'here' ? standing : undefined;
  const isOthers = here?.ownerId !== undefined && record.ownerId !== null && here.ownerId !== record.ownerId;
  const isScored = here?.score !== undefined && score !== null && !record.isShared;
  return [
    ...(isOthers ? [{ class: 'owner' as const }] : []),
    ...(isScored && here.score !== Math.round(score) && here.score !== score ? [{ class: 'score' as const }] : []),
    ...(tellsSource && untold > 0 ? [{ class: 'touch' as const }] : []),
  ];
}
