/** What a CRM record says about a handoff, in words and in the playbook's fields. Pure. */
import type { Playbook } from '../../config/playbook.ts';
import type { CrmFields } from '../../contracts/crm.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { type ActivityGroup, activityGroups, groupWords } from '../../domain/activity-words.ts';
import { answersOf } from '../../domain/form/answers.ts';
import { type Activity, displayName, isIntent } from '../../domain/lead.ts';
import { handedOffBy } from '../../domain/manual.ts';
import { serviceName } from '../../domain/service-name.ts';
import { oneLine } from '../../lib/text.ts';
import type { Facts, PromiseValues } from '../core/facts.ts';

const MOST_IN_SUMMARY = 10;

/** Days and moments as the CRM's readers know them; records have no reader whose zone would count. */
const DATE = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' });
const MOMENT = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });

/** "Monday, November 30, 2026 at 6:00 PM UTC". */
const momentWords = (at: Date): string => `${MOMENT.format(at).replaceAll('\u202f', ' ')} UTC`;

/** "Nov 30, 2026: Pricing page ×3 in 24 hours", the newest first. */
function activityLines(activities: readonly Activity[]): string {
  const line = (group: ActivityGroup) => {
    const at = new Date(group.latest.at);
    return `${Number.isNaN(at.getTime()) ? '' : `${DATE.format(at)}: `}${groupWords(group)}`;
  };
  return activityGroups(activities).slice(0, MOST_IN_SUMMARY).map(line).join('\n');
}

/** What the record says of the promise, by the playbook's names: as it stands, and empty where nothing is so far. */
export function promiseValues({
  dueAt,
  breachedAt,
  contactedAt,
}: Pick<Handoff, 'dueAt' | 'breachedAt' | 'contactedAt'>): PromiseValues {
  const late = dueAt !== null && contactedAt !== null && contactedAt > dueAt;
  return {
    sla_due: dueAt?.toISOString() ?? null,
    sla_breached: breachedAt !== null || late,
    first_touch: contactedAt?.toISOString() ?? null,
  };
}

/** Values of the playbook's crm.fields; absent = unknown, and then nothing is written. */
export function fieldValues(handoff: Handoff<Facts>) {
  const { facts, judgement } = handoff;
  const [intent] = activityGroups(facts.contact.activities.filter(isIntent));
  return {
    lead_score: handoff.score ?? undefined,
    mql_score: handoff.score ?? undefined,
    icp_fit_score: judgement.fit.score,
    icp_priority: judgement.fit.priority,
    // A date: nobody knows before the first write whether the column would take a moment, and a refusal costs calls.
    mql_date: handoff.crossedAt.toISOString().slice(0, 10),
    employees: facts.company.employees,
    industry: facts.company.industry,
    revenue: facts.company.revenue,
    activity_summary: activityLines(facts.contact.activities) || undefined,
    recent_intent: intent && groupWords(intent),
    tech_stack: facts.company.tech?.join(', ') || undefined,
    ...promiseValues(handoff),
  } satisfies CrmFields;
}

function sourceText({ source, facts }: Handoff<Facts>): string {
  const by = handedOffBy(facts.contact);
  if (!by) return `Marketing-qualified lead from ${serviceName(source)}, handed off by Baton`;
  return `Lead handed off by hand by ${by.name}${by.origin ? `, from ${by.origin},` : ''} through Baton`;
}

/** Description and follow-up of the record. */
export function timelineForCrm(
  handoff: Handoff<Facts>,
  playbook: Playbook,
  now: Date,
): { description: string; taskSubject: string; taskDescription: string } {
  const { facts, judgement, decision } = handoff;
  const name = displayName(facts.contact);
  const lines = [
    ...(handoff.isTest ? ['TEST: made by Baton to try the way of a lead. It is removed again.'] : []),
    `${sourceText(handoff)} on ${momentWords(now)}.`,
    ...(handedOffBy(facts.contact) ? [] : [`MQL since ${momentWords(handoff.crossedAt)}.`]),
    ...answersOf(facts.contact).map(({ question, answer }) => `${question}: ${answer}`),
    `Score ${handoff.score ?? 'unknown'}, fit ${judgement.fit.score} of 100, priority ${judgement.fit.priority}.`,
    judgement.reason,
    decision ? `Routing: ${decision.reason}` : '',
    facts.contact.activities.length > 0 ? `\nRecent activity:\n${activityLines(facts.contact.activities)}` : '',
  ];
  const promise = playbook.sla[handoff.priority]?.respond_within;
  const isCall = playbook.follow_up[handoff.priority] === 'call_list';
  const phone = facts.contact.phone ?? facts.person?.phone;
  return {
    description: lines.filter(Boolean).join('\n'),
    taskSubject: `${isCall ? 'Call' : 'Contact'} ${name}${judgement.company.name ? ` (${judgement.company.name})` : ''}: ${judgement.fit.priority} MQL`,
    taskDescription: [
      isCall ? `Phone: ${phone ? oneLine(phone) : 'no number is known'}` : '',
      promise ? `Promised: first contact within ${Math.round(promise / 60_000)} minutes.` : '',
      ...lines,
    ]
      .filter(Boolean)
      .join('\n'),
  };
}
