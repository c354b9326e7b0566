/** What a source says has crossed, held against what Baton handed off: each crossing is one or the other, or of a class. Pure. */
import type { SourceCrossing } from '../../contracts/source.ts';
import type { ContactEvidence } from '../../db/reports/booked.ts';
import type { BookClass, BookGap } from '../../domain/books.ts';
import { HOUR, MINUTE } from '../../lib/clock.ts';

/** Baton's moment of a crossing may be a little before the source's own, and much after it. */
const EARLY = HOUR;
/** A signal that says of itself when it happened, by another clock. */
const CLOCKS = 2 * MINUTE;

/** One source as it answered, and what Baton goes by. */
export interface AskedSource {
  source: string;
  crossings: readonly SourceCrossing[];
  evidence: ReadonlyMap<string, ContactEvidence>;
  /** What crossed before is history. */
  newsFrom: Date;
  /** Milliseconds after which a lead counts as new again. */
  requalifyAfter: number;
  threshold: number;
  from: Date;
}

export interface SourceSide {
  /** Crossings that count: those of the margin before `from` only where they became a handoff of this time. */
  listed: number;
  /** Handoffs that the source knows of. */
  matched: Set<string>;
  gaps: BookGap[];
}

/** @param inTime handoffs of the time that is compared: a crossing just before it may be one of theirs */
export function sourceSide(asked: AskedSource, inTime: ReadonlySet<string>): SourceSide {
  const side: SourceSide = { listed: 0, matched: new Set(), gaps: [] };
  for (const crossing of asked.crossings) {
    const at = crossing.at === undefined ? undefined : new Date(crossing.at);
    const evidence = asked.evidence.get(crossing.contactId) ?? nobody(crossing.contactId);
    const handoff = handoffOf(evidence, at, asked.from);
    const isBefore = at !== undefined && at < asked.from;
    if (isBefore && !(handoff && inTime.has(handoff))) continue;
    side.listed += 1;
    if (handoff && !side.matched.has(handoff)) {
      side.matched.add(handoff);
      continue;
    }
    const found = handoff ? { class: 'same_person' as const } : classOf({ asked, evidence, at });
    const gap = { side: 'source' as const, source: asked.source, contactId: crossing.contactId, at: at ?? asked.from };
    side.gaps.push({ ...gap, ...found });
  }
  return side;
}

/** The handoff that this crossing became; of a source without history the first of the time. */
function handoffOf({ handoffs }: ContactEvidence, at: Date | undefined, from: Date): string | undefined {
  const since = (at ?? from).getTime() - EARLY;
  return handoffs.find(one => !one.isTest && one.crossedAt.getTime() >= since)?.id;
}

interface Unmatched {
  asked: AskedSource;
  evidence: ContactEvidence;
  at: Date | undefined;
}

type Found = { class: BookClass<'source'>; why?: string; inboxId?: number };

/** Why a crossing is no handoff: by what is known of the contact, then by what became of its signals. */
function classOf(one: Unmatched): Found {
  const { asked, evidence, at } = one;
  if (evidence.isErased) return { class: 'erased' };
  if (evidence.isGone) return { class: 'gone' };
  if (at && at < asked.newsFrom) return { class: 'before_connection' };
  const waiting = evidence.signals.find(({ status }) => status !== 'done');
  if (waiting?.status === 'parked') return { class: 'parked', ...whyOf(waiting.outcome), inboxId: waiting.id };
  if (waiting) return { class: 'waiting', inboxId: waiting.id };
  return bySignals(one);
}

const whyOf = (outcome: string | null) => (outcome ? { why: outcome.replace(/^parked: /, '') } : {});

const BELOW: ReadonlySet<string | null> = new Set(['below', 'no_score', 'lifecycle']);

function bySignals({ asked, evidence, at }: Unmatched): Found {
  const since = (at ?? asked.from).getTime() - CLOCKS;
  const news = evidence.signals.filter(({ occurredAt }) => occurredAt.getTime() >= since);
  const was = (outcome: string) => evidence.signals.some(one => one.outcome === outcome);
  if (isRepeated(asked, evidence, at)) return { class: 'requalify_guard' };
  if (evidence.handoffs.some(({ isTest }) => isTest)) return { class: 'test' };
  if (news.some(({ outcome }) => BELOW.has(outcome))) return { class: 'below_threshold_when_seen' };
  if (was('watched')) return { class: 'watch_mode' };
  if (was('history')) return { class: 'before_connection' };
  if (!at && wasKnown(asked, evidence)) return { class: 'known_before' };
  const [newest] = news;
  if (!newest) return { class: 'never_delivered' };
  return { class: 'unexplained', why: `Baton noted “${newest.outcome ?? 'nothing'}”`, inboxId: newest.id };
}

function isRepeated({ requalifyAfter, from }: AskedSource, { lastCrossedAt }: ContactEvidence, at: Date | undefined) {
  return lastCrossedAt !== null && (at ?? from).getTime() - lastCrossedAt.getTime() < requalifyAfter;
}

/** Over the threshold before the time that is compared: of a source without history that is all there is to know. */
function wasKnown({ threshold, from }: AskedSource, { score, scoreAt }: ContactEvidence): boolean {
  return score !== null && score >= threshold && scoreAt !== null && scoreAt < from;
}

const nobody = (contactId: string): ContactEvidence => ({
  ...{ contactId, handoffs: [], signals: [], lastCrossedAt: null, isGone: false, isErased: false },
  ...{ score: null, scoreAt: null },
});
