/** What the source should say of a lead, by the playbook. Pure. */
import type { Playbook } from '../config/playbook.ts';
import type { WrittenFeedback } from '../db/handoffs/feedback.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import { isOpen } from '../domain/handoff.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import type { Facts } from '../handoff/core/facts.ts';

export type WantedFeedback = { what: 'stage' | 'reason' | 'owner' | 'list' | 'nurture'; value: string };

export interface KnownFeedback {
  handoff: Handoff<Facts>;
  feedback: Playbook['feedback'];
  /** The newest stage of what the lead became in the CRM. */
  crmStage: string | undefined;
  /** What was written back so far. */
  before: readonly WrittenFeedback[];
  nurture?: NurtureNow;
}

/** How it stands with the source's own nurture. */
export interface NurtureNow {
  /** What the playbook says, as it is remembered; absent: nothing. */
  place?: string | undefined;
  /** Another handoff put the same contact there, and nobody took it out. */
  isThere: boolean;
  /** The lead went to sales since, by another handoff. */
  wentToSales: boolean;
}

/** All that is to be there, in the order in which it is written. */
export function wanted(known: KnownFeedback): WantedFeedback[] {
  const { handoff, feedback } = known;
  const owner = feedback.mirror_owner && isOpen(handoff.state) ? handoff.repEmail : null;
  const list = handoff.state === 'won' ? feedback.won.suppression_list : null;
  return [
    ...given('reason', reasonOf(known)),
    ...given('stage', stageOf(known)),
    ...given('owner', owner),
    ...given('list', list),
    ...given('nurture', nurtureOf(known)),
  ];
}

function given(what: WantedFeedback['what'], value: string | null | undefined): WantedFeedback[] {
  return value === null || value === undefined ? [] : [{ what, value }];
}

/** Addresses that nobody reads. */
const UNREAD = ['disposable', 'malformed'];

/** Before the place that somebody is to be out of again. */
export const OUT_OF = '-';

/** Once, whatever the playbook says later; with `-` before it: out again, as sales has the lead. */
function nurtureOf({ handoff, before, nurture }: KnownFeedback): string | undefined {
  const written = before.find(one => one.what === 'nurture');
  const isSales = handoff.state !== 'nurture' || nurture?.wentToSales === true;
  if (written && !written.value.startsWith(OUT_OF)) return isSales ? `${OUT_OF}${written.value}` : written.value;
  if (written && isSales) return written.value;
  const isLeft = isSales || nurture === undefined || nurture.isThere;
  return isLeft || UNREAD.includes(handoff.judgement.email.kind) ? undefined : nurture.place;
}

function stageOf({ handoff, feedback, crmStage, before }: KnownFeedback): string | null | undefined {
  if (handoff.state === 'won') return feedback.won.lifecycle ?? mapped(feedback, crmStage);
  if (handoff.state === 'lost' || handoff.state === 'rejected') return feedback.lost.lifecycle;
  const stage = mapped(feedback, crmStage);
  if (stage) return stage;
  // Somebody took a rejection back: what was written for it no longer holds.
  const last = before.find(one => one.what === 'stage');
  const first = handoff.facts.contact.lifecycleStage;
  const begun = last?.writtenAt === null && last.value === first;
  return last && (last.value === feedback.lost.lifecycle || begun) ? first : undefined;
}

function mapped({ stages }: Playbook['feedback'], crmStage: string | undefined): string | undefined {
  return crmStage !== undefined && Object.hasOwn(stages, crmStage) ? stages[crmStage] : undefined;
}

/** Empty clears what an earlier rejection wrote. */
function reasonOf({ handoff, feedback, crmStage, before }: KnownFeedback): string | undefined {
  if (!feedback.lost.reason_property) return undefined;
  if (handoff.state === 'rejected' && handoff.closedReason)
    return rejectionText(handoff.closedReason, handoff.closedNote);
  if (handoff.state === 'lost') return crmStage ?? 'Lost';
  return before.some(one => one.what === 'reason') ? '' : undefined;
}
