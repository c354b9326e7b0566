/**
 * Everything people do to handoffs, as the Slack room sees it. Each is a decision about one handoff under its row lock:
 * state, timeline, rotation credits and jobs change in one transaction. None throws for what a person can get wrong: that is an
 * outcome.
 */

import type { Priority } from '../domain/decision.ts';
import type { ManualLead } from '../domain/manual.ts';
import type { RejectReason } from '../domain/reject-reasons.ts';
import { away, back } from './actions/absence.ts';
import { claim } from './actions/claim.ts';
import { draftEmail, sendEmail } from './actions/email.ts';
import { greet } from './actions/greet.ts';
import { logCall } from './actions/log-call.ts';
import { askRep, handBack, moreTime, takeOver } from './actions/manage.ts';
import { moveAll, reassign } from './actions/reassign.ts';
import { reject, reopen } from './actions/reject.ts';
import { leaveToNurture, release } from './actions/release.ts';
import { snooze, wakeNow } from './actions/snooze.ts';
import { endTest } from './actions/test-cleanup.ts';
import { undo } from './actions/undo.ts';
import type { Deps } from './core/deps.ts';
import type { CallNotes, ClaimOutcome, EmailDraft, HandoffRequest, Outcome, ReassignTo } from './core/outcomes.ts';
import type { Requester } from './core/rights.ts';
import { handOff } from './intake/hand-off.ts';
import { testLead } from './intake/test-lead.ts';
import { type KeptOwner, keepOwner, restoreOwner } from './ownership/keep-or-restore.ts';
import { editRecord, type PartChange } from './record/edit-record.ts';
import { moveOpenRecords } from './record/move-crm.ts';
import { sendFirstAnswer } from './reply/answer-now.ts';
import { addToSequence, endSequence } from './sequences/add.ts';

export { REJECT_REASONS, type RejectReason } from '../domain/reject-reasons.ts';
export type {
  CallNotes,
  CallOutcome,
  EmailDraft,
  HandoffRequest,
  Outcome,
  ReassignTo,
  Refusal,
} from './core/outcomes.ts';
export { CALL_OUTCOMES } from './core/outcomes.ts';
export type { Elsewhere } from './record/move-crm.ts';

export interface Actions {
  claim(request: HandoffRequest): Promise<ClaimOutcome>;
  /** To a person, a team or the next in the rotation; the rotation credits, the record's owner and the cards follow. */
  reassign(
    request: HandoffRequest & { to: ReassignTo; note?: string },
  ): Promise<Outcome<{ to: string; from?: string; undo?: string }>>;
  /** Back to nurture, or on by the rules past everybody who had it, with the reason; the rep's turn is credited back. */
  reject(
    request: HandoffRequest & { reason: RejectReason; note?: string; then: 'nurture' | 'next' },
  ): Promise<Outcome<{ next?: string; undo?: string }>>;
  /** Takes back a claim, reassignment, rejection, snooze or absence, within ten minutes and if nobody acted since. */
  undo(requester: Requester & { actId: string }): Promise<Outcome<{ what: string }>>;
  /** Undoes a rejection or a nurture: the lead goes back to whoever had it, else to whoever asks. */
  reopen(request: HandoffRequest): Promise<Outcome<{ to: string }>>;
  /** Quiet until then; the rep hears of it again at that time. */
  snooze(request: HandoffRequest & { until: Date; note?: string }): Promise<Outcome<{ until: Date; undo?: string }>>;
  /** Ends the quiet before its time. */
  wake(request: HandoffRequest): Promise<Outcome<object>>;
  /** A held or nurtured lead goes on to routing although judging kept it back. Managers and admins. */
  release(request: HandoffRequest): Promise<Outcome<{ to: string }>>;
  /** A held lead stays with marketing. Managers and admins. */
  leaveToNurture(request: HandoffRequest): Promise<Outcome<object>>;
  /** A manager takes the lead for themselves, from whoever has it, claimed or not. */
  takeOver(request: HandoffRequest): Promise<Outcome<{ from?: string }>>;
  /** A manager gives whoever has it 30 minutes more; after them the manager hears of it again. */
  moreTime(request: HandoffRequest): Promise<Outcome<{ rep: string; until: Date }>>;
  /** A manager's words reach whoever has the lead. */
  askRep(request: HandoffRequest & { note: string }): Promise<Outcome<{ rep: string }>>;
  /** Whoever has it cannot do it: on by the rules past everybody who had it, then to the fallback. */
  handBack(request: HandoffRequest): Promise<Outcome<{ to: string }>>;
  /** The owner somebody made in the CRM stays, and the lead goes with it. */
  keepOwner(request: HandoffRequest): Promise<Outcome<KeptOwner>>;
  /** The record is given back to whom Baton had given it. */
  restoreOwner(request: HandoffRequest): Promise<Outcome<{ to: string }>>;
  /** Fields of the lead's record in the CRM; a refused value is `unfit` with its field. */
  editRecord(
    request: HandoffRequest & { changes: readonly PartChange[] },
  ): Promise<Outcome<{ as: 'self' | 'baton'; crm: string }>>;
  logCall(request: HandoffRequest & CallNotes): Promise<Outcome>;
  draftEmail(request: HandoffRequest & { template?: string }): Promise<Outcome<{ draft: EmailDraft }>>;
  sendEmail(
    request: HandoffRequest & { subject: string; body: string; template?: string },
  ): Promise<Outcome<{ to: string }>>;
  /** The first answer that Baton did not send by itself. */
  sendFirstAnswer(request: HandoffRequest): Promise<Outcome<{ to: string }>>;
  /** The sequence that the playbook names for the lead, in the name of whoever has it and asks. */
  addToSequence(request: HandoffRequest): Promise<Outcome<{ sequence: string; tool: string }>>;
  endSequence(request: HandoffRequest): Promise<Outcome<{ sequence: string; tool: string }>>;
  /** Out of the rotation; `email` is somebody else's for managers and admins. Until further notice without `until`. */
  away(
    requester: Requester & { email?: string; from?: Date; until?: Date; note?: string },
  ): Promise<Outcome<{ name: string; openLeads: number; undo?: string }>>;
  back(requester: Requester & { email?: string }): Promise<Outcome<{ name: string; wasAway: boolean }>>;
  /** Every open, untouched lead of one person to the next in the rotation (or to one person), in one go. */
  moveAll(
    requester: Requester & { from: string; to: ReassignTo; note?: string },
  ): Promise<Outcome<{ moved: number; left: number }>>;
  /** A manual crossing, judged and routed like any other. The same `key` again is the same request made twice. */
  handOff(requester: Requester & { lead: ManualLead; key: string }): Promise<Outcome<{ email: string }>>;
  /** A marked test lead through the whole path, removed again afterwards. */
  testLead(requester: Requester & { priority: Priority }): Promise<Outcome<{ email: string }>>;
  /** Takes a test lead away now, rather than after its ten minutes. */
  endTest(request: HandoffRequest): Promise<Outcome>;
  /** Open leads that are recorded in a CRM the company has left are written anew. `expected`: how many. Admins. */
  moveOpenRecords(requester: Requester & { expected: number }): Promise<Outcome<{ count: number }>>;
  /** Remembers that this person was welcomed; `first`: they were not before. */
  greet(requester: Requester): Promise<{ first: boolean }>;
}

/** The actions bound to one Baton. */
export function actionsOf(deps: Deps): Actions {
  return {
    claim: on => claim(deps, on),
    reassign: on => reassign(deps, on),
    reject: on => reject(deps, on),
    reopen: on => reopen(deps, on),
    undo: by => undo(deps, by),
    snooze: on => snooze(deps, on),
    wake: on => wakeNow(deps, on),
    release: on => release(deps, on),
    leaveToNurture: on => leaveToNurture(deps, on),
    takeOver: on => takeOver(deps, on),
    moreTime: on => moreTime(deps, on),
    askRep: on => askRep(deps, on),
    handBack: on => handBack(deps, on),
    keepOwner: on => keepOwner(deps, on),
    restoreOwner: on => restoreOwner(deps, on),
    editRecord: on => editRecord(deps, on),
    logCall: on => logCall(deps, on),
    draftEmail: on => draftEmail(deps, on),
    sendEmail: on => sendEmail(deps, on),
    sendFirstAnswer: on => sendFirstAnswer(deps, on),
    addToSequence: on => addToSequence(deps, on),
    endSequence: on => endSequence(deps, on),
    away: by => away(deps, by),
    back: by => back(deps, by),
    moveAll: by => moveAll(deps, by),
    handOff: by => handOff(deps, by),
    testLead: by => testLead(deps, by),
    endTest: on => endTest(deps, on),
    moveOpenRecords: by => moveOpenRecords(deps, by),
    greet: by => greet(deps, by),
  };
}
