/** The append-only timeline of a handoff. */

export type TimelineKind =
  | 'crossed'
  | 'not_crossed'
  | 'history_ignored'
  /** Watch mode: what would have become of it. */
  | 'watched'
  /** The lead filled in a form while somebody has them, or a platform confirmed that they did. */
  | 'form_filled'
  /** Leads turned out to be one person. */
  | 'joined'
  /** Its contact was merged or deleted where it came from. */
  | 'source_changed'
  | 'facts_gathered'
  | 'enriched'
  | 'enrichment_missed'
  | 'crm_matched'
  | 'judged'
  | 'routed'
  | 'assigned'
  | 'pooled'
  | 'nurtured'
  | 'held'
  | 'record_written'
  | 'record_warning'
  | 'record_pending'
  | 'record_parked'
  | 'open_deal'
  | 'lead_linked'
  | 'card_posted'
  | 'card_updated'
  | 'card_failed'
  | 'claimed'
  | 'claim_refused'
  | 'reassigned'
  | 'rejected'
  | 'reopened'
  | 'released'
  | 'snoozed'
  /** Somebody took back what they had done. */
  | 'undone'
  /** Somebody changed the record's fields from Slack. */
  | 'record_edited'
  | 'woken'
  | 'touched'
  | 'touch_ignored'
  | 'touch_logged'
  /** A meeting that was agreed upon was moved, or called off. */
  | 'meeting_moved'
  | 'meeting_cancelled'
  | 'touch_parked'
  | 'feedback_written'
  | 'feedback_parked'
  | 'email_waiting'
  | 'email_sent'
  | 'email_refused'
  /** Its mailbox gave no answer: the writer is asked. */
  | 'email_unknown'
  /** The first answer that a lead gets by itself. */
  | 'answer_withheld'
  | 'answer_sent'
  | 'answer_unknown'
  | 'answer_refused'
  /** A mail to the lead was not delivered, as its server told later. */
  | 'mail_bounced'
  /** With the link in a mail. */
  | 'unsubscribed'
  /** The rep asked to add the lead to a sequence, or to end it. */
  | 'sequence_asked'
  | 'sequence_begun'
  | 'sequence_refused'
  /** The tool gave no answer: the rep is asked. */
  | 'sequence_unknown'
  | 'sequence_ended'
  | 'nudged'
  | 'reminded'
  | 'escalated'
  | 'breached'
  | 'asked_idle'
  | 'cold'
  | 'step_skipped'
  | 'more_time'
  | 'asked'
  | 'crm_changed'
  | 'owner_changed'
  | 'owner_decided'
  | 'stage'
  | 'replayed';

export interface TimelineEntry {
  /** ISO 8601. */
  at: string;
  kind: TimelineKind;
  /** Who or what did it: `baton`, `slack:U123`, a vendor's name, a rep's e-mail. */
  actor: string;
  /** One sentence for people. */
  text: string;
  /** The decision, ids, codes: whatever a machine or a curious admin needs. */
  detail: Record<string, unknown>;
}
