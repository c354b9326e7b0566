/** Everything about a lead that its card leaves out: to read before the call. */
import type { KnownBlock, ModalView } from '@slack/types';
import type { Card } from '../../../contracts/notifier.ts';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { readableCode } from '../../../domain/activity-words.ts';
import { isOpen } from '../../../domain/handoff.ts';
import type { TimelineEntry } from '../../../domain/timeline.ts';
import { link, mrkdwn, oneLine } from '../../escape.ts';
import { actions, header, SECTION, section } from '../block-parts.ts';
import { flagWords, packed, vendorName } from '../block-words.ts';
import { leadButton, named, recordUrl } from '../buttons.ts';
import { deeds, emailLink, phoneLink } from '../card.ts';
import { stateLines } from '../card-state.ts';
import { answerLines, companyLine, fitLine, intentLines } from '../facts.ts';
import { answerStateLines } from '../first-answer.ts';
import { leadLine, timelineLines } from '../lead.ts';
import { openPageButton } from '../open-page.ts';
import { reading } from './modal-parts.ts';

export const FULL_HISTORY = 'details_history';
export const FULL_WHY = 'details_why';
export const EDIT_RECORD = 'details_edit';

const SHORT = 200;
const SENTENCE = 400;
const MOST_ENTRIES = 3;

export interface DetailsGiven {
  lead: HandoffSummary;
  card: Card;
  entries: readonly TimelineEntry[];
  zone: string;
}

/** Contact, why now, what they said, company, record, why this rep, and the last things that happened. */
export function detailsModal({ lead, card, entries, zone }: DetailsGiven): ModalView {
  return reading(oneLine(card.lead.name) || oneLine(card.lead.email) || 'Lead', 'Done', { handoffId: lead.id }, [
    section(leadLine(lead), ...stateLines(card), ...answerStateLines(card), ...reach(card)),
    ...deedActions(card),
    ...part('Why now', intentLines(card)),
    ...part('What they said', answerLines(card)),
    ...part(oneLine(card.lead.company ?? '') || 'Company', companyLines(card)),
    ...recordPart(card),
    ...part(card.rep ? `Why ${oneLine(card.rep.name)}` : 'Why here', why(card)),
    ...part('History', timelineLines(entries.slice(-MOST_ENTRIES), zone)),
    actions([
      leadButton(card, FULL_WHY, 'Who was next'),
      leadButton(card, FULL_HISTORY, 'Full history'),
      // The page counts and shows no test leads.
      ...(card.isTest ? [] : [openPageButton({ kind: 'lead', id: card.handoffId })]),
    ]),
  ]);
}

function reach(card: Card): string[] {
  const { title, seniority, linkedin } = card.lead;
  const source = [vendorName(card.source), readableCode(card.leadSource ?? '')].map(one => mrkdwn(one, SHORT));
  const about = [title, seniority && `${seniority.replaceAll('_', ' ')} level`];
  const profile = linkedin && /^https:\/\/([\w-]+\.)*linkedin\.com\//i.test(linkedin);
  return [
    ...about.filter(Boolean).map(line => mrkdwn(line ?? '', SHORT)),
    ...[phoneLink(card.lead), emailLink(card.lead.email)].filter(line => line !== undefined),
    ...(profile ? [link(linkedin, 'LinkedIn', SENTENCE)] : []),
    `Came through ${source.filter(Boolean).join(', ')}`,
  ];
}

/** The card's own buttons, none of which stands out: reading comes first here. */
function deedActions(card: Card): KnownBlock[] {
  const buttons = deeds(card)
    .filter(({ action_id: id }) => id !== 'details')
    .map(({ style: _style, ...one }) => one);
  return buttons.length > 0 && !card.handedOn ? [actions(buttons)] : [];
}

function companyLines(card: Card): string[] {
  const line = companyLine(card);
  const { funding } = card.company;
  const tech = [...new Set((card.company.tech ?? []).map(oneLine))].filter(Boolean);
  return [
    ...(line ? [line] : []),
    ...(funding ? [`Funding: ${mrkdwn(funding, SHORT)}`] : []),
    ...(tech.length > 0 ? [`Uses ${mrkdwn(tech.join(', '), SENTENCE)}`] : []),
  ];
}

/** What it is there and whose, where it opens, and where it is changed. */
function recordPart(card: Card): KnownBlock[] {
  const url = recordUrl(card.crm);
  if (!url) return [];
  const name = vendorName(card.crm.name);
  const owner = card.rep && `Owner *${mrkdwn(card.rep.name, SHORT)}*`;
  const block = section(...(owner ? [owner] : []), link(url, `View in ${name}`, SENTENCE));
  const edit = named(leadButton(card, EDIT_RECORD, 'Edit'), `Edit the ${name} record`);
  const mayEdit = isOpen(card.state) && card.crm.state === 'written' && !card.handedOn;
  return [header(`In ${name}`), mayEdit ? { ...block, accessory: edit } : block];
}

function why(card: Card): string[] {
  const reason = mrkdwn(card.decision.reason, SENTENCE);
  const flags = card.flags.map(flag => mrkdwn(flagWords(flag), SHORT)).filter(Boolean);
  return [
    ...(reason ? [reason] : []),
    `${card.score === null ? '' : `Score ${card.score} · `}${fitLine(card)}`,
    ...(flags.length > 0 ? [`:warning: ${flags.join(', ')}`] : []),
  ];
}

/** Nothing where there is nothing to say. */
function part(title: string, lines: readonly string[]): KnownBlock[] {
  if (lines.length === 0) return [];
  return [header(title), ...packed(lines, SECTION).map(some => section(...some))];
}
