/**
 * Is this signal a crossing? Pure. A crossing takes a lead from below the threshold (or from unknown) to it or above,
 * once per lead until `requalify_after`, and never rests on history from before Baton was connected. What a person
 * hands off by hand always counts: they decided.
 */
import type { MqlRules } from '../../config/playbook/source-rules.ts';
import type { Signal } from '../../contracts/source.ts';
import type { Contact } from '../../domain/lead.ts';
import { handedOffBy } from '../../domain/manual.ts';

/** What was known of the contact's score before the signal. */
export interface Before {
  score: number | null;
  at: Date | null;
}

export type FirstLook =
  | { kind: 'no'; code: 'stale' | 'below' | 'above_before'; reason: string }
  /** `historyNeeded`: nothing was known before, so the contact's own history decides. */
  | { kind: 'maybe'; historyNeeded: boolean };

/** The quick answer from what is known here, before anything outside is asked. */
export function firstLook(signal: Signal, before: Before | undefined, mql: MqlRules): FirstLook {
  if (signal.via === 'manual') return { kind: 'maybe', historyNeeded: false };
  const occurredAt = new Date(signal.occurredAt);
  if (before?.at && occurredAt < before.at) {
    return {
      kind: 'no',
      code: 'stale',
      reason: `happened at ${signal.occurredAt}, but a later score is known already`,
    };
  }
  const known = before?.score ?? null;
  if (signal.score === undefined) {
    // A stage alone, or a contact named without its score: only the contact can tell.
    return known !== null && known >= mql.threshold
      ? aboveBefore(known, mql.threshold)
      : { kind: 'maybe', historyNeeded: known === null };
  }
  if (signal.score < mql.threshold) {
    return { kind: 'no', code: 'below', reason: `score ${signal.score} is below the threshold of ${mql.threshold}` };
  }
  if (known !== null && known >= mql.threshold) return aboveBefore(known, mql.threshold);
  return { kind: 'maybe', historyNeeded: known === null };
}

function aboveBefore(known: number, threshold: number): FirstLook {
  return { kind: 'no', code: 'above_before', reason: aboveBeforeWords(known, threshold) };
}

const aboveBeforeWords = (known: number, threshold: number): string =>
  `was at ${known} before, already at or above ${threshold}`;

export type Crossing =
  | { kind: 'crossing'; score: number | null; before: number | null; at: Date; reason: string }
  | {
      kind: 'no';
      code: 'below' | 'above_before' | 'no_score' | 'lifecycle' | 'history' | 'repeated' | 'open';
      reason: string;
    };

export interface CrossingInput {
  signal: Signal;
  before: Before | undefined;
  contact: Contact;
  /** The score that counts: the contact's own, or the playbook's model for sources that keep none. */
  score: number | null;
  mql: MqlRules;
  /** When the source was connected: crossings before it (less the backfill) are history. */
  connectedAt: Date;
  lastCrossedAt: Date | null;
  /** Who has the lead already, in words; read for hand-offs by hand alone, as the others are kept apart by time. */
  hasIt?: string;
}

/** The full answer, once the contact has been read and its lead is locked. */
export function crossing(input: CrossingInput): Crossing {
  const { mql, score, before } = input;
  if (input.signal.via === 'manual') return byHand(input);
  // Another signal of the same contact may have been decided since the first look.
  if (before && before.score !== null && before.score >= mql.threshold) {
    return { kind: 'no', code: 'above_before', reason: aboveBeforeWords(before.score, mql.threshold) };
  }
  if (score === null) return { kind: 'no', code: 'no_score', reason: 'the source gives no score for this contact' };
  if (score < mql.threshold) {
    return { kind: 'no', code: 'below', reason: `score ${score} is below the threshold of ${mql.threshold}` };
  }
  const stage = input.contact.lifecycleStage ?? 'none';
  if (mql.require_lifecycle && !mql.mqlStages.includes(stage)) {
    return { kind: 'no', code: 'lifecycle', reason: `the playbook asks for the MQL stage, the source says ${stage}` };
  }
  const { scoreBefore } = input.signal;
  const knowsNoBetter = (before?.score ?? null) === null && input.contact.scoreHistory.length === 0;
  if (knowsNoBetter && scoreBefore !== undefined && scoreBefore >= mql.threshold) {
    return { kind: 'no', code: 'above_before', reason: aboveBeforeWords(scoreBefore, mql.threshold) };
  }
  const when = crossedAt(input);
  const newsFrom = new Date(input.connectedAt.getTime() - mql.backfill);
  if (when.at < newsFrom) {
    return {
      kind: 'no',
      code: 'history',
      reason: `crossed ${mql.threshold} at ${when.at.toISOString()}, before Baton was connected: noted, not handed off`,
    };
  }
  const again = input.lastCrossedAt && when.at.getTime() - input.lastCrossedAt.getTime() < mql.requalify_after;
  if (again && input.lastCrossedAt) {
    const days = Math.round(mql.requalify_after / 86_400_000);
    return {
      kind: 'no',
      code: 'repeated',
      reason: `was handed off at ${input.lastCrossedAt.toISOString()}; counts as new again after ${days} ${days === 1 ? 'day' : 'days'}`,
    };
  }
  const from = when.before === null ? 'unknown' : String(when.before);
  return {
    kind: 'crossing',
    score,
    before: when.before,
    at: when.at,
    reason: `score ${from} → ${score}, threshold ${mql.threshold}`,
  };
}

/** A person's word counts, whatever the score; but a lead that somebody works on is not opened a second time. */
function byHand({ signal, contact, score, hasIt }: CrossingInput): Crossing {
  if (hasIt) return { kind: 'no', code: 'open', reason: hasIt };
  const by = handedOffBy(contact);
  const reason = `${by?.name ?? 'somebody'} handed the lead off by hand`;
  return { kind: 'crossing', score, before: null, at: new Date(signal.occurredAt), reason };
}

/** When the lead went over, and from where: the known score before, else the source's own history of the score. */
function crossedAt({ before, contact, signal, mql }: CrossingInput): { at: Date; before: number | null } {
  const occurredAt = new Date(signal.occurredAt);
  if (before && before.score !== null) return { at: occurredAt, before: before.score };
  const history = contact.scoreHistory;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const entry = history[index];
    const earlier = history[index - 1];
    if (!entry || entry.score < mql.threshold) continue;
    if (!earlier || earlier.score < mql.threshold) return { at: new Date(entry.at), before: earlier?.score ?? null };
  }
  return { at: occurredAt, before: signal.scoreBefore ?? null };
}
