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
  const lines = entries.map(({ at, text }) => {
    const when = moment(at);
    return `• ${when ? `${when}: ` : ''}${mrkdwn(text, SENTENCE)}`;
  });
  return clipLines([leadLine(lead), ...lines], SECTION);
}

/** `/mql why`: the rule, the line of candidates, and everybody who was passed over. */
export function whyText(lead: HandoffSummary, { decision }: { decision: RoutingDecision | null }): string {
  if (!decision) return clipLines([leadLine(lead), 'It has not been routed.'], SECTION);
  const candidates = decision.candidates
    .slice(0, MOST_PEOPLE)
    .map(({ email, standing }) => `• ${mrkdwn(email, SHORT)}: ${mrkdwn(standing, SHORT)}`);
  const skipped = decision.skipped
    .slice(0, MOST_PEOPLE)
    .map(({ email, reason }) => `• ${mrkdwn(email, SHORT)}: ${mrkdwn(reason, SHORT)}`);
  return clipLines(
    [
      leadLine(lead),
      `*Rule:* ${mrkdwn(decision.rule, SHORT)}`,
      `*Why:* ${mrkdwn(decision.reason, SENTENCE)}`,
      ...(candidates.length > 0 ? ['*In line:*', ...candidates] : []),
      ...(skipped.length > 0 ? ['*Passed over:*', ...skipped] : []),
    ],
    SECTION,
  );
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
