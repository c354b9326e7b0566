import { type ProfileConditions, type Scoring, VISITS_PATTERN } from '../../config/playbook.ts';
import type { ScoreVerdict } from '../../domain/decision.ts';
import type { Activity, Contact } from '../../domain/lead.ts';
import { DAY, MINUTE } from '../../lib/clock.ts';
import { type ConditionFacts, meets } from './conditions.ts';

type Part = ScoreVerdict['parts'][number];

/** Views this close together are one visit. */
const VISIT_GAP = 30 * MINUTE;

/** Which activities a behaviour counts. Whole words, in what the source calls the page, form or mail. */
const BEHAVIOURS: Record<string, (activity: Activity) => boolean> = {
  email_opened: one => one.type === 'email_open',
  email_clicked: one => one.type === 'email_click',
  pricing_page_visited: one => one.type === 'page_view' && mentions(one, /\b(pricing|prices?)\b/i),
  // Signing up is not attending.
  webinar_attended: one => one.type === 'webinar' && !(mentions(one, /\bregister/i) && !mentions(one, /\battend/i)),
  demo_requested: one => ['form', 'meeting'].includes(one.type) && mentions(one, /\bdemo\b/i),
  guide_downloaded: one =>
    one.type === 'download' || (one.type === 'form' && mentions(one, /\b(guide|e-?book|white ?paper|download)\b/i)),
};

/**
 * The playbook's own score, rule by rule, for a contact whose source sends activities but no score. The same thing on
 * the same day counts once: reopening a mail five times is not five times the interest.
 */
export function ownScore(
  scoring: Scoring,
  activities: readonly Activity[],
  facts: ConditionFacts,
  now: Date,
): ScoreVerdict {
  const past = activities.filter(one => Date.parse(one.at) <= now.getTime());
  const parts = [
    ...Object.entries(scoring.behaviour).flatMap(([rule, points]) => behaviourPart(rule, points ?? 0, past, now)),
    ...[...scoring.profile, ...scoring.negative]
      .filter(rule => meets(rule.when, facts))
      .map(rule => ({ rule: describe(rule.when), points: rule.points, reason: `matches ${describe(rule.when)}` })),
  ];
  return { score: parts.reduce((sum, part) => sum + part.points, 0), parts };
}

/** What the score would have been after each thing the contact did, oldest first. */
export function ownScoreHistory(
  scoring: Scoring,
  activities: readonly Activity[],
  facts: ConditionFacts,
  now: Date,
): Contact['scoreHistory'] {
  const moments = activities.map(one => Date.parse(one.at)).filter(at => at <= now.getTime());
  return [...new Set(moments)]
    .sort((one, other) => one - other)
    .map(at => ({ score: ownScore(scoring, activities, facts, new Date(at)).score, at: new Date(at).toISOString() }));
}

function behaviourPart(rule: string, points: number, activities: readonly Activity[], now: Date): Part[] {
  const visits = VISITS_PATTERN.exec(rule);
  if (visits !== null) return visitsPart(rule, points, activities, Number(visits[1]), Number(visits[2]), now);
  const counts = Object.hasOwn(BEHAVIOURS, rule) ? BEHAVIOURS[rule] : undefined;
  if (counts === undefined) return [];
  const distinct = new Set(activities.filter(counts).map(one => `${dayOf(one)} ${one.url ?? one.detail}`));
  if (distinct.size === 0) return [];
  return [{ rule, points: points * distinct.size, reason: `${rule.replaceAll('_', ' ')}, ${times(distinct.size)}` }];
}

function visitsPart(
  rule: string,
  points: number,
  all: readonly Activity[],
  most: number,
  days: number,
  now: Date,
): Part[] {
  const since = now.getTime() - days * DAY;
  const views = all
    .filter(one => one.type === 'page_view')
    .map(one => Date.parse(one.at))
    .filter(at => at >= since)
    .sort((one, other) => one - other);
  const visits = views.filter((at, index) => index === 0 || at - (views[index - 1] ?? 0) > VISIT_GAP).length;
  return visits < most ? [] : [{ rule, points, reason: `${visits} website visits in ${days} days` }];
}

function mentions(activity: Activity, pattern: RegExp): boolean {
  // Addresses write words with dashes and underscores; the latter would count as letters.
  return pattern.test(`${activity.detail} ${activity.url ?? ''}`.slice(0, 2_000).replaceAll('_', ' '));
}

function dayOf(activity: Activity): string {
  return new Date(activity.at).toISOString().slice(0, 10);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function describe(when: ProfileConditions): string {
  return Object.entries(when)
    .map(([name, wanted]) => `${name} ${wording(wanted)}`)
    .join(', ');
}

function wording(wanted: unknown): string {
  if (Array.isArray(wanted)) return wanted.join(' or ');
  if (typeof wanted !== 'object' || wanted === null) return String(wanted);
  return Object.entries(wanted)
    .map(([name, value]) => `${name} ${wording(value)}`)
    .join(' ');
}
