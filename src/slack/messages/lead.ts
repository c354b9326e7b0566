/** Answers about a lead: its story, its routing, the list to choose from. Safe mrkdwn, short enough for one section. */
import type { HandoffSummary } from '../../db/handoffs.ts';
import type { RoutingDecision } from '../../domain/decision.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { clipLines, mrkdwn, oneLine } from '../escape.ts';
import { moment, PRIORITY, STATE } from './words.ts';

const SECTION = 3_000;
const SHORT = 120;
const SENTENCE = 400;
const MOST_LEADS = 10;
const MOST_PEOPLE = 12;

/** One line that tells leads apart. */
export function leadLine(lead: HandoffSummary): string {
  const name = mrkdwn(lead.name || lead.email, SHORT);
  const company = lead.company ? ` — ${mrkdwn(lead.company, SHORT)}` : '';
  const score = lead.score === null ? '' : `  ·  score ${lead.score}`;
  return `*${name}*${company}  ·  ${PRIORITY[lead.priority]}${score}  ·  ${STATE[lead.state]}`;
}

/** `/mql show`: everything that happened, oldest first. */
export function storyText(lead: HandoffSummary, { entries }: { entries: TimelineEntry[] }): string {
  return clipLines([leadLine(lead), ...storyLines(entries)], SECTION);
}

/** A line for each thing that happened, in the reader's own zone; `timeZone` is for texts that Slack does not draw. */
export function storyLines(entries: readonly TimelineEntry[], timeZone?: string): string[] {
  return entries.map(({ at, text }) => {
    const when = moment(at, timeZone);
    return `• ${when ? `${when}: ` : ''}${mrkdwn(text, SENTENCE)}`;
  });
}

/** `/mql why`: the rule, the line of candidates, and everybody who was passed over. */
export function whyText(lead: HandoffSummary, { decision }: { decision: RoutingDecision | null }): string {
  return clipLines([leadLine(lead), ...whyLines(lead, decision, MOST_PEOPLE)], SECTION);
}

/** The same line by line, with at most so many people of each kind. */
export function whyLines(
  { repEmail }: Pick<HandoffSummary, 'repEmail'>,
  decision: RoutingDecision | null,
  most: number,
): string[] {
  if (!decision) return ['It has not been routed.'];
  const { rule, reason, candidates, skipped } = decision;
  const next = candidates.find(({ email }) => email !== repEmail);
  const facts = Object.entries(decision.facts).filter(([, value]) => value !== undefined && value !== null);
  return [
    `*Rule:* ${mrkdwn(rule, SHORT)}`,
    `*Why:* ${mrkdwn(reason, SENTENCE)}`,
    ...(facts.length > 0 ? [`*It saw:* ${facts.map(([name, value]) => factWords(name, value)).join('; ')}`] : []),
    ...some(
      '*In line:*',
      candidates.map(({ email, standing }) => person(email, standing)),
      most,
    ),
    ...(next ? [`*Next in line then:* ${mrkdwn(next.email, SHORT)}`] : []),
    ...some(
      '*Passed over:*',
      skipped.map(one => person(one.email, one.reason)),
      most,
    ),
  ];
}

const person = (email: string, words: string) => `• ${mrkdwn(email, SHORT)}: ${mrkdwn(words, SHORT)}`;

function factWords(name: string, value: unknown): string {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return `${mrkdwn(name.replaceAll('_', ' '), SHORT)} ${mrkdwn(shown, SHORT)}`;
}

function some(heading: string, lines: readonly string[], most: number): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - most;
  return [heading, ...lines.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** Several people fit: which one? */
export function candidatesText(found: readonly HandoffSummary[], word: string): string {
  const first = [...new Map(found.map(lead => [lead.email, lead])).values()].slice(0, MOST_LEADS);
  const lines = first.map(lead => `• ${leadLine(lead)}  ·  ${mrkdwn(lead.email, SHORT)}`);
  return clipLines([`Several leads fit. Ask again with an address: /mql ${word} ADDRESS`, ...lines], SECTION);
}

export function noLeadText(about: string): string {
  return `Baton knows no lead that fits “${mrkdwn(oneLine(about), SHORT)}”.`;
}
