/** What people ask for and what they are answered: the words that decisions and the Slack room share. */
import type { HandoffState } from '../../domain/handoff.ts';
import type { Repeated } from './idempotency.ts';
import type { Requester } from './rights.ts';

export interface HandoffRequest extends Requester {
  handoffId: string;
}

/** Why something was not done; the Slack room puts it into words where the person is. */
export type Refusal =
  | { kind: 'not_found' }
  /** The same request came a moment ago and is not at its end. */
  | { kind: 'under_way' }
  /** `who`: those who may, in words. */
  | { kind: 'not_allowed'; who: string }
  /** The handoff has moved on: what happened since, by whom (a name) and when. */
  | { kind: 'closed'; state: HandoffState; by?: string; at?: Date; reason?: string }
  /** Something given cannot be used; `field` is the input's own name. */
  | { kind: 'unfit'; field: string; why: string };

/** `repeated`: the same request was done and answered before. */
export type Outcome<T = unknown> = ({ kind: 'done' } & T & Repeated) | Refusal;

export type ClaimOutcome =
  /** `undo`: by what it is taken back. */
  | { kind: 'claimed'; undo?: string }
  /** `by` is the winner's name; the same person pressing twice is told so by `yours`. */
  | { kind: 'taken'; by: string; at: Date; yours: boolean }
  | Exclude<Refusal, { kind: 'unfit' }>;

export type ReassignTo = { kind: 'person'; email: string } | { kind: 'team'; team: string } | { kind: 'next' };

/** How a call went, by the names that sources and CRMs are told; in words as their reports commonly count them. */
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
