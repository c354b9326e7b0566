/** Lines about a lead: who it is, its timeline, its routing. Safe mrkdwn. */
import { accountBasedWords, type CrmWords } from '../../contracts/crm-traits.ts';
import type { HandoffSummary } from '../../db/handoffs/handoff-list.ts';
import type { FitPart, Judgement, RoutingDecision } from '../../domain/decision.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { withArticle } from '../../lib/english.ts';
import { mrkdwn } from '../escape.ts';
import { flagWords, moment, PRIORITY, STATE } from './block-words.ts';

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

/** Why it went where it went, line by line (none when it was never routed), with at most so many people of each kind, called by their names if given. */
export function whyLines(
  { repEmail }: Pick<HandoffSummary, 'repEmail'>,
  decision: RoutingDecision | null,
  most: number,
  crmWords: CrmWords,
  nameOf: (email: string) => string = email => email,
): string[] {
  if (!decision) return [];
  const { rule, reason, candidates, skipped } = decision;
  const next = candidates.find(({ email }) => email !== repEmail);
  const facts = Object.entries(decision.facts).flatMap(([name, value]) => factWords(name, value, nameOf));
  return [
    rule === BY_HAND ? '*By hand*' : `*Rule:* ${mrkdwn(rule, SHORT)}`,
    `*Why:* ${mrkdwn(reason, SENTENCE)}`,
    ...(decision.crm ? [`*In the CRM:* ${recordsOf(decision.crm, crmWords)}, as the rule says`] : []),
    ...(facts.length > 0 ? [`*What counted:* ${facts.join('; ')}`] : []),
    ...some(
      '*Rotation then, next first:*',
      candidates.map(({ email, standing }) => person(nameOf(email), standing)),
      most,
    ),
    ...(next ? [`*Next then:* ${mrkdwn(nameOf(next.email), SHORT)}`] : []),
    ...some(
      '*Skipped:*',
      skipped.map(one => person(nameOf(one.email), one.reason)),
      most,
    ),
  ];
}

const recordsOf = (mode: 'lead' | 'account_based', words: CrmWords): string =>
  mode === 'lead' ? withArticle(words.lead.one) : accountBasedWords(words);

const person = (name: string, words: string) => `• ${mrkdwn(name, SHORT)}: ${mrkdwn(words, SHORT)}`;

/** What judging said, and what spoke for and against the lead: for one that it kept from sales, or sent there. */
export function verdictLines({ state }: Pick<HandoffSummary, 'state'>, judgement: Judgement): string[] {
  const { outcome, reason, fit, flags } = judgement;
  const said = mrkdwn(reason.replace(/^[^:]*: /, ''), SENTENCE * 2);
  const heading = VERDICT[outcome];
  const isKept = state === 'held' || state === 'nurture';
  return [
    `*${heading}:* ${said.charAt(0).toUpperCase()}${said.slice(1)}`,
    `*Fit:* ${fit.score} of 100 (${fit.priority})${fit.confidence === 'low' ? ', low confidence' : ''}`,
    ...fit.parts.map(
      part => `• ${PART[part.part]}: ${mrkdwn(part.reason, SENTENCE)} (${part.points} of ${part.possible})`,
    ),
    `*E-mail:* ${mrkdwn(judgement.email.reason, SENTENCE)}`,
    ...(flags.length > 0 ? [`*Note:* ${flags.map(flag => mrkdwn(flagWords(flag), SHORT)).join('; ')}`] : []),
    ...(isKept ? ['A manager or an admin can send it to sales: `/mql release` with its name.'] : []),
  ];
}

const VERDICT: Record<Judgement['outcome'], string> = {
  nurture: 'Not sent to sales',
  hold: 'On hold',
  route: 'Sent to sales',
};

const PART: Record<FitPart['part'], string> = {
  industry: 'Industry',
  employees: 'Size',
  country: 'Country',
  title: 'Title',
};

/** The rule of decisions that a person made. */
const BY_HAND = 'manual';

/** A fact that a decision saw, in words; nothing where it says nothing. People are called by their names. */
function factWords(name: string, value: unknown, nameOf: (key: string) => string): string[] {
  if (value === undefined || value === null || value === '') return [];
  const label = mrkdwn(name.replaceAll('_', ' '), SHORT);
  if (Array.isArray(value)) return value.length > 0 ? [`${label} ${mrkdwn(value.map(String).join(', '), SHORT)}`] : [];
  if (name === 'account_owner' && value === 'none') return ['account without an owner'];
  if (name === 'account_owner' && value === 'exists') return ['account with an owner'];
  if (typeof value === 'boolean') return [`${label} ${value ? 'yes' : 'no'}`];
  if (typeof value !== 'object') return [`${label} ${mrkdwn(nameOf(String(value)).replaceAll('_', ' '), SHORT)}`];
  const parts = Object.entries(value).flatMap(([part, one]) => factWords(part, one, nameOf));
  return parts.length > 0 ? [`${label}: ${parts.join(', ')}`] : [];
}

function some(heading: string, lines: readonly string[], most: number): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - most;
  return [heading, ...lines.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])];
}
