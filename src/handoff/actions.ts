/**
 * Everything people do to handoffs, as the Slack room sees it. Each is a decision about one handoff under its row lock:
 * state, timeline, books and jobs change in one transaction. None throws for what a person can get wrong: that is an
 * outcome.
 */

import type { Priority } from '../domain/decision.ts';
import type { HandoffState } from '../domain/handoff.ts';
import { away, back } from './absence.ts';
import { type ClaimOutcome, claim } from './claims.ts';
import type { Deps } from './deps.ts';
import { moveAll, reassign } from './reassign.ts';
import { reject, reopen } from './reject.ts';
import type { RejectReason } from './reject-reasons.ts';
import { release } from './release.ts';
import type { By } from './rights.ts';
import { snooze } from './snooze.ts';

export interface On extends By {
  handoffId: string;
}

/** Why something was not done; the Slack room puts it into words where the person is. */
export type Refusal =
  | { kind: 'not_found' }
  /** `who`: those who may, in words. */
  | { kind: 'not_allowed'; who: string }
  /** The handoff has moved on: what happened since, by whom (a name) and when. */
  | { kind: 'closed'; state: HandoffState; by?: string; at?: Date; reason?: string }
  /** Something given cannot be used; `field` is the input's own name. */
  | { kind: 'unfit'; field: string; why: string };

export type Outcome<T = unknown> = ({ kind: 'done' } & T) | Refusal;

export type ReassignTo = { kind: 'person'; email: string } | { kind: 'team'; team: string } | { kind: 'next' };

export { REJECT_REASONS, type RejectReason } from './reject-reasons.ts';

/** HubSpot's default call dispositions, which Salesforce's CallDisposition takes as text. */
export const CALL_OUTCOMES = {
  connected: 'Connected',
  left_voicemail: 'Left voicemail',
  left_live_message: 'Left live message',
  no_answer: 'No answer',
  busy: 'Busy',
  wrong_number: 'Wrong number',
} as const;
export type CallOutcome = keyof typeof CALL_OUTCOMES;

export interface CallNotes {
  outcome: CallOutcome;
  direction: 'outbound' | 'inbound';
  /** Whole minutes; absent when nobody counted. */
  minutes?: number;
  /** When the call was; now unless given. Not in the future. */
  at?: Date;
  notes?: string;
  /** `on` is YYYY-MM-DD in the rep's zone. */
  nextStep?: { what: string; on: string };
}

/** A mail to the lead as the rep finds it, filled in for this lead. */
export interface EmailDraft {
  template: string;
  templates: { id: string; name: string }[];
  to: string;
  subject: string;
  body: string;
  /** False: no mailbox and no SMTP is connected, so the rep's own mail program must send it. */
  canSend: boolean;
  /** What the lead's answer goes to. */
  replyTo: string;
}

/** A lead that a person hands off by hand, with what they asked them. */
export interface ManualLead {
  email: string;
  firstName?: string;
  lastName?: string;
  company?: string;
  title?: string;
  phone?: string;
  budget?: string;
  timeline?: string;
  companySize?: string;
  useCase?: string;
  /** Where it came from, for the story: a permalink of the message, or nothing. */
  origin?: string;
}

export interface Actions {
  claim(on: On): Promise<ClaimOutcome>;
  /** To a person, a team or the next in line; the rotation's books, the record's owner and the cards follow. */
  reassign(on: On & { to: ReassignTo; note?: string }): Promise<Outcome<{ to: string; from?: string }>>;
  /** Back to nurture, or on to the next in line, with the reason; the rep's turn is credited back. */
  reject(
    on: On & { reason: RejectReason; note?: string; then: 'nurture' | 'next' },
  ): Promise<Outcome<{ next?: string }>>;
  /** Undoes a rejection or a nurture: the lead goes back to whoever had it, else to whoever asks. */
  reopen(on: On): Promise<Outcome<{ to: string }>>;
  /** Quiet until then; the rep hears of it again at that time. */
  snooze(on: On & { until: Date; note?: string }): Promise<Outcome<{ until: Date }>>;
  /** A held lead goes on to routing although judging held it. Managers and admins. */
  release(on: On): Promise<Outcome<{ to: string }>>;
  logCall(on: On & CallNotes): Promise<Outcome>;
  draftEmail(on: On & { template?: string }): Promise<Outcome<{ draft: EmailDraft }>>;
  sendEmail(on: On & { subject: string; body: string; template?: string }): Promise<Outcome<{ to: string }>>;
  /** Out of the rotation; `email` is somebody else's for managers and admins. Until further notice without `until`. */
  away(
    by: By & { email?: string; from?: Date; until?: Date; note?: string },
  ): Promise<Outcome<{ name: string; openLeads: number }>>;
  back(by: By & { email?: string }): Promise<Outcome<{ name: string; wasAway: boolean }>>;
  /** Every open, untouched lead of one person to the next in line (or to one person), in one go. */
  moveAll(by: By & { from: string; to: ReassignTo; note?: string }): Promise<Outcome<{ moved: number; left: number }>>;
  /** A manual crossing, judged and routed like any other. */
  handOff(by: By & { lead: ManualLead }): Promise<Outcome<{ email: string }>>;
  /** A marked test lead through the whole path, removed again afterwards. */
  testLead(by: By & { priority: Priority }): Promise<Outcome<{ email: string }>>;
}

/** The actions bound to one Baton. */
export function actionsOf(deps: Deps): Actions {
  return {
    claim: on => claim(deps, on),
    reassign: on => reassign(deps, on),
    reject: on => reject(deps, on),
    reopen: on => reopen(deps, on),
    snooze: on => snooze(deps, on),
    release: on => release(deps, on),
    away: by => away(deps, by),
    back: by => back(deps, by),
    moveAll: by => moveAll(deps, by),
  };
}
