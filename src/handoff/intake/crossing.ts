/**
 * Is this signal a crossing? Pure. A crossing takes a lead from below the threshold (or from unknown) to it or above,
 * once per lead until `requalify_after`, and never rests on history from before Baton was connected. What a person
 * hands off by hand always counts: they decided.
 */
import type { Playbook } from '../../config/playbook.ts';
import type { Signal } from '../../contracts/source.ts';
import type { Contact, SourceName } from '../../domain/lead.ts';
import { handedOffBy } from '../../domain/manual.ts';
import type { Asked } from '../judge/capture.ts';

/** What was known of the contact before the signal: score and stage, each as told last and when. */
export interface Before {
  /** Null with a time: the source said that there is none, which is below any threshold. Null without: unknown. */
  score: number | null;
  at: Date | null;
  /** Null: unknown. */
  stage?: string | null;
  stageAt?: Date | null;
  /** When its lead was handed off last. */
  crossedAt?: Date | null;
}

export type FirstLook =
  | { kind: 'no'; code: 'stale' | 'below' | 'above_before'; reason: string }
  /** `historyNeeded`: nothing was known before, so the contact's own history decides. */
  | { kind: 'maybe'; historyNeeded: boolean };

/** The quick answer from what is known here, before anything outside is asked. */
export function firstLook(
  signal: Signal,
  source: SourceName,
  before: Before | undefined,
  mql: Playbook['mql'],
): FirstLook {
  // What a form's answers come to is not said by any score.
  if (signal.via === 'manual' || signal.via === 'form') return { kind: 'maybe', historyNeeded: false };
  // It was made before its score was told: what came of that stands.
  if (signal.event?.kind === 'created' && before?.at) return stale(signal);
  const news = freshNews(signal, before);
  if (news === 'stale') return stale(signal);
  const { score } = news;
  // Whoever was merged into it is this lead now, whatever its score.
  if (signal.event?.kind === 'merged') return { kind: 'maybe', historyNeeded: isUnknown(before) };
  if (score !== undefined && (score === null || score < mql.threshold)) return below(score, mql.threshold);
  if (wasMql(before, source, mql) && !mayHaveDipped(signal, before, mql)) return aboveBefore(before, mql.threshold);
  // A stage alone, or a contact named without its score: only the contact can tell.
  return { kind: 'maybe', historyNeeded: isUnknown(before) };
}

/** What the signal tells that is newer than what is known; score and stage have their own times. */
function freshNews(signal: Signal, before: Before | undefined): Pick<Signal, 'score' | 'lifecycleStage'> | 'stale' {
  const { score, lifecycleStage } = signal;
  const occurredAt = new Date(signal.occurredAt);
  const isFresh = (known: Date | null | undefined) => !known || occurredAt >= known;
  const told = {
    ...(score !== undefined && isFresh(before?.at) && { score }),
    ...(lifecycleStage !== undefined && isFresh(before?.stageAt) && { lifecycleStage }),
  };
  const toldAnything = score !== undefined || lifecycleStage !== undefined;
  return toldAnything && Object.keys(told).length === 0 ? 'stale' : told;
}

const isUnknown = (before: Before | undefined) => !before?.at;

/** At or above the threshold, and at a stage that counts: then there is nothing to cross. */
function wasMql(before: Before | undefined, source: SourceName, mql: Playbook['mql']): before is Before {
  if (before?.score == null || before.score < mql.threshold) return false;
  // A stage that was never told is taken for the one that counts: what was above before must not cross again for that.
  return before.stage == null || isMqlStage(before.stage, source, mql);
}

/**
 * Might it have been below since, unseen? Polls see a contact now and then, and a score of the playbook's own changes
 * without a word. It only matters once the lead may be handed off again.
 */
function mayHaveDipped({ via, event, occurredAt }: Signal, { crossedAt }: Before, mql: Playbook['mql']): boolean {
  if (via !== 'poll' && event?.kind !== 'active') return false;
  return crossedAt != null && Date.parse(occurredAt) - crossedAt.getTime() >= mql.requalify_after;
}

/** Was the score below, or none, at some time since it was known? The contact's own history says so. */
function dippedSince({ at }: Before, { scoreHistory }: Contact, threshold: number): boolean {
  return scoreHistory.some(one => (one.score ?? -Infinity) < threshold && at !== null && new Date(one.at) > at);
}

/** Does the playbook take this stage of the source for an MQL's? Any, unless it asks for some. */
function isMqlStage(stage: string | null | undefined, source: SourceName, mql: Playbook['mql']): boolean {
  const wanted = stagesWanted(source, mql);
  return wanted === undefined || (stage != null && wanted.some(one => one.toLowerCase() === stage.toLowerCase()));
}

/** Undefined: the playbook asks for none, or the source keeps none. */
function stagesWanted(source: SourceName, mql: Playbook['mql']): readonly string[] | undefined {
  return mql.require_lifecycle === false ? undefined : mql.require_lifecycle[source];
}

const stale = ({ occurredAt }: Signal) => ({
  kind: 'no' as const,
  code: 'stale' as const,
  reason: `happened at ${occurredAt}, but later news of the same is known already`,
});

const below = (score: number | null, threshold: number) => ({
  kind: 'no' as const,
  code: 'below' as const,
  reason: score === null ? 'there is no score any more' : `score ${score} is below the threshold of ${threshold}`,
});

const aboveBefore = ({ score }: Pick<Before, 'score'>, threshold: number) => ({
  kind: 'no' as const,
  code: 'above_before' as const,
  reason: `was at ${score} before, already at or above ${threshold}`,
});

export type Crossing =
  | { kind: 'crossing'; score: number | null; before: number | null; at: Date; reason: string }
  | {
      kind: 'no';
      code: 'below' | 'above_before' | 'no_score' | 'lifecycle' | 'history' | 'repeated' | 'open' | 'form';
      reason: string;
    };

export interface CrossingInput {
  signal: Signal;
  before: Before | undefined;
  contact: Contact;
  /** The score that counts: the contact's own, or the playbook's model for sources that keep none. */
  score: number | null;
  mql: Playbook['mql'];
  /** When the source was connected: crossings before it (less the backfill) are history. */
  connectedAt: Date;
  lastCrossedAt: Date | null;
  /** Who has the lead already, in words; read for hand-offs by hand alone, as the others are kept apart by time. */
  hasIt?: string;
  /** What a form's answers come to, where the signal is one. */
  asked?: Asked;
}

/** The full answer, once the contact has been read and its lead is locked. */
export function crossing(input: CrossingInput): Crossing {
  const { mql, score, before } = input;
  if (input.signal.via === 'manual') return byHand(input);
  if (input.asked) return byForm(input, input.asked);
  // Another signal of the same contact may have been decided since the first look.
  const { source } = input.contact;
  if (wasMql(before, source, mql) && !dippedSince(before, input.contact, mql.threshold)) {
    return aboveBefore(before, mql.threshold);
  }
  if (score === null) return { kind: 'no', code: 'no_score', reason: 'the source gives no score for this contact' };
  if (score < mql.threshold) return below(score, mql.threshold);
  if (!isMqlStage(input.contact.lifecycleStage, source, mql)) {
    const wanted = stagesWanted(source, mql)?.join(' or ');
    const stage = input.contact.lifecycleStage ?? 'none';
    return {
      kind: 'no',
      code: 'lifecycle',
      reason: `the playbook asks for the stage ${wanted}, the source says ${stage}`,
    };
  }
  const { scoreBefore } = input.signal;
  const knowsNoBetter = (before?.score ?? null) === null && input.contact.scoreHistory.length === 0;
  if (knowsNoBetter && scoreBefore !== undefined && scoreBefore >= mql.threshold) {
    return aboveBefore({ score: scoreBefore }, mql.threshold);
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
  const repeated = repeatedAt(when.at, input.lastCrossedAt, mql);
  if (repeated) return repeated;
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

/** Whoever asked is an MQL by their answers, whatever their score; but one person is one lead, with one clock. */
function byForm({ signal, score, mql, lastCrossedAt }: CrossingInput, { isMql, reason }: Asked): Crossing {
  if (!isMql) return { kind: 'no', code: 'form', reason };
  const at = new Date(signal.occurredAt);
  return repeatedAt(at, lastCrossedAt, mql) ?? { kind: 'crossing', score, before: null, at, reason };
}

/** It was handed off a short while ago. */
function repeatedAt(at: Date, last: Date | null, mql: Playbook['mql']): (Crossing & { kind: 'no' }) | undefined {
  if (!last || at.getTime() - last.getTime() >= mql.requalify_after) return undefined;
  const days = Math.round(mql.requalify_after / 86_400_000);
  return {
    kind: 'no',
    code: 'repeated',
    reason: `was handed off at ${last.toISOString()}; counts as new again after ${days} ${days === 1 ? 'day' : 'days'}`,
  };
}

/** When the lead went over, and from where: the known score before, else the source's own history of the score. */
function crossedAt({ before, contact, signal, mql }: CrossingInput): { at: Date; before: number | null } {
  const occurredAt = new Date(signal.occurredAt);
  if (before && !isUnknown(before)) return { at: occurredAt, before: before.score };
  // Its stage became the one that counts just now, however long the score has been enough.
  const toldStage = signal.via === 'webhook' && signal.score === undefined ? signal.lifecycleStage : undefined;
  if (toldStage !== undefined && stagesWanted(contact.source, mql) && isMqlStage(toldStage, contact.source, mql)) {
    return { at: occurredAt, before: null };
  }
  const isAbove = (entry: Contact['scoreHistory'][number] | undefined) =>
    entry?.score != null && entry.score >= mql.threshold;
  const history = contact.scoreHistory;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const entry = history[index];
    const earlier = history[index - 1];
    if (entry && isAbove(entry) && !isAbove(earlier)) return { at: new Date(entry.at), before: earlier?.score ?? null };
  }
  return { at: occurredAt, before: signal.scoreBefore ?? null };
}
