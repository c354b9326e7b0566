/** Lines about a lead: who it is, its timeline, its routing. Safe mrkdwn. */
import { accountBasedWords, type CrmWords } from '../../contracts/crm-traits.ts';
import type { HandoffSummary } from '../../db/handoffs/handoff-list.ts';
import type { RoutingDecision } from '../../domain/decision.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { withArticle } from '../../lib/english.ts';
import { mrkdwn } from '../escape.ts';
import { moment, PRIORITY, STATE } from './block-words.ts';

const SHORT = 120;
const SENTENCE = 400;

/** One line that tells leads apart. */
export function leadLine(lead: HandoffSummary): string {
  const name = mrkdwn(lead.name || lead.email, SHORT);
  const company = lead.company ? ` — ${mrkdwn(lead.company, SHORT)}` : '';
  const score = lead.score === null ? '' : `  ·  score ${lead.score}`;
  return `*${name}*${company}  ·  ${PRIORITY[lead.priority]}${score}  ·  ${STATE[lead.state]}`;
}

/** A line for each thing that happened, in the reader's own zone; `timeZone` is for texts that Slack does not draw. */
export function timelineLines(entries: readonly TimelineEntry[], timeZone?: string): string[] {
  return entries.map(({ at, text }) => {
    const when = moment(at, timeZone);
    return `• ${when ? `${when}: ` : ''}${mrkdwn(text, SENTENCE)}`;
  });
}

/** Why it went where it went, line by line, with at most so many people of each kind, called by their names if given. */
export function whyLines(
  { repEmail }: Pick<HandoffSummary, 'repEmail'>,
  decision: RoutingDecision | null,
  most: number,
  crmWords: CrmWords,
  nameOf: (email: string) => string = email => email,
): string[] {
  if (!decision) return ['It has not been routed.'];
  const { rule, reason, candidates, skipped } = decision;
  const next = candidates.find(({ email }) => email !== repEmail);
  const facts = Object.entries(decision.facts).filter(([, value]) => value !== undefined && value !== null);
  return [
    `*Rule:* ${mrkdwn(rule, SHORT)}`,
    `*Why:* ${mrkdwn(reason, SENTENCE)}`,
    ...(decision.crm ? [`*In the CRM:* ${recordsOf(decision.crm, crmWords)}, as the rule says`] : []),
    ...(facts.length > 0 ? [`*It saw:* ${facts.map(([name, value]) => factWords(name, value)).join('; ')}`] : []),
    ...some(
      '*In line:*',
      candidates.map(({ email, standing }) => person(nameOf(email), standing)),
      most,
    ),
    ...(next ? [`*Next in line then:* ${mrkdwn(nameOf(next.email), SHORT)}`] : []),
    ...some(
      '*Passed over:*',
      skipped.map(one => person(nameOf(one.email), one.reason)),
      most,
    ),
  ];
}

const recordsOf = (mode: 'lead' | 'account_based', words: CrmWords): string =>
  mode === 'lead' ? withArticle(words.lead.one) : accountBasedWords(words);

const person = (name: string, words: string) => `• ${mrkdwn(name, SHORT)}: ${mrkdwn(words, SHORT)}`;

function factWords(name: string, value: unknown): string {
  const shown = Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
  return `${mrkdwn(name.replaceAll('_', ' '), SHORT)} ${mrkdwn(shown, SHORT)}`;
}

function some(heading: string, lines: readonly string[], most: number): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - most;
  return [heading, ...lines.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])];
}
