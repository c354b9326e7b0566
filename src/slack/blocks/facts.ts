/** What a card says of the company, the fit and the lead's recent doings. Pure; answers safe mrkdwn. */

import type { Card } from '../../contracts/notifier.ts';
import {
  type ActivityGroup,
  activityGroups,
  activityName,
  groupWords,
  readableCode,
  timesWords,
} from '../../domain/activity-words.ts';
import type { CardFact } from '../../domain/card-facts.ts';
import type { Activity } from '../../domain/lead.ts';
import { mrkdwn, oneLine } from '../escape.ts';
import { ACTIVITY, count, countryName, dated, moment, money, NUMBER, vendorName } from './block-words.ts';

const SHORT = 200;
const PLACE = 80;
const ANSWER = 600;
const WHY = 90;
/** A rep reads the first few on a phone; the CRM has the rest. */
const MOST_INTENT = 6;
const MOST_STACK = 3;

/** "Acme Corp (acmecorp.com)" and, below, "750 employees · Technology · $50M revenue" and the place. */
export function companyLine({ company, lead }: Card): string | undefined {
  const name = lead.company || company.name;
  const domain = company.domain ? `(${mrkdwn(company.domain, PLACE)})` : '';
  const facts = [
    isAmount(company.employees) && count(Math.round(company.employees), 'employee'),
    company.industry && mrkdwn(company.industry, PLACE),
    isAmount(company.revenue) && `${money(company.revenue)} revenue`,
  ];
  const place = [company.city, company.state, company.country && countryName(company.country)];
  const lines = [
    [name && mrkdwn(name, SHORT), domain].filter(Boolean).join(' '),
    facts.filter(Boolean).join('  ·  '),
    place
      .map(part => part && mrkdwn(part, PLACE))
      .filter(Boolean)
      .join(', '),
  ];
  return lines.filter(Boolean).join('\n') || undefined;
}

/** One fact of the company or the person in a word or two, "750 people"; undefined where nobody knows it. Safe. */
export function companyFact({ company, lead, leadSource, source }: Card, fact: CardFact): string | undefined {
  const place = company.city ?? company.state ?? (company.country ? countryName(company.country) : '');
  const words: Partial<Record<CardFact, string | undefined | false>> = {
    size: isAmount(company.employees) && `${NUMBER.format(Math.round(company.employees))} people`,
    industry: company.industry,
    place,
    revenue: isAmount(company.revenue) && `${money(company.revenue)} revenue`,
    funding: company.funding,
    stack: company.tech && `Uses ${company.tech.slice(0, MOST_STACK).join(', ')}`,
    seniority: lead.seniority && `${lead.seniority.replaceAll('_', ' ')} level`,
    source: readableCode(leadSource ?? '') || vendorName(source),
  };
  return mrkdwn(words[fact] || '', PLACE) || undefined;
}

/** What they said to a form or to whoever handed them off: the first `most` answers, and how many more there are. */
export function answerLines({ answers }: Card, most = Number.POSITIVE_INFINITY): string[] {
  const lines = answers
    .slice(0, most)
    .map(({ question, answer }) => `• ${mrkdwn(question, PLACE)}: ${mrkdwn(answer, ANSWER)}`);
  const more = answers.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${count(more, 'more answer')} under Details`] : [])];
}

/** "Pricing page ×3 in 24 hours, today at 6:04 PM, after Webinar: Product webinar": the newest, and what came before it. */
export function whyNow({ activities, rep }: Card): string[] {
  const groups = activityGroups(activities);
  const deliberate = groups.filter(({ latest }) => !isOpen(latest));
  const [newest, before] = deliberate.length > 0 ? deliberate : groups;
  if (!newest) return [];
  // The comma stands within Slack's token: a day at its start would be written large.
  const when = dated(newest.latest.at, ', {day} at {time}', rep?.timeZone) ?? '';
  const after = before && mrkdwn(groupWords({ ...before, times: 1 }), WHY);
  const first = `${mrkdwn(groupWords(newest), WHY)}${when}`;
  return [after ? `${first}, after ${after.charAt(0).toLowerCase()}${after.slice(1)}` : first];
}

/** "Fit 100 of 100: industry 30, employees 25, …", a fact nobody knows told apart from one that does not match. */
export function fitLine({ judgement }: Card): string {
  const { fit } = judgement;
  const parts = fit.parts
    .filter(part => part.possible > 0)
    .map(part => (part.match === 'unknown' ? `${part.part} unknown` : `${part.part} ${part.points}`));
  return `*Fit ${fit.score} of 100*${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/**
 * Newest first, the same within a day as one, each with its date in the reader's own zone. Opened mails are one line with their number: a webinar
 * must not be pushed off the card by newsletters.
 */
export function intentLines(card: Card): string[] {
  const groups = activityGroups(card.activities);
  const opens = card.activities.filter(isOpen);
  const newestOpen = groups.find(({ latest }) => isOpen(latest));
  const shownGroups = groups.filter(group => !isOpen(group.latest) || group === newestOpen);
  const lines = shownGroups.slice(0, MOST_INTENT).map(group => {
    if (group !== newestOpen) return intentLine(group, card.rep?.timeZone);
    const line = intentLine({ ...group, times: 1 }, card.rep?.timeZone);
    return opens.length > 1 ? `${line}, ${opens.length} e-mails in all` : line;
  });
  const more = shownGroups.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more before`] : lines;
}

const isOpen = ({ type }: Activity) => type === 'email_open';

function intentLine({ latest, times }: ActivityGroup, timeZone: string | undefined): string {
  const what = oneLine(activityName(latest));
  const when = moment(latest.at, timeZone);
  const often = timesWords(times);
  return `• ${ACTIVITY[latest.type]}${what ? `: ${mrkdwn(what, SHORT)}` : ''}${often}${when ? ` (${when})` : ''}`;
}

/** Vendors say 0 when they do not know. */
function isAmount(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 1;
}
