/** The card of a lead: everything a rep needs for the first call. Pure: domain → Block Kit. */
import type { Button, KnownBlock, Overflow } from '@slack/types';
import type { Card } from '../../contracts/notifier.ts';
import { readableCode } from '../../domain/activity-words.ts';
import { isOpen } from '../../domain/handoff.ts';
import { numbersIn } from '../../domain/phone.ts';
import { spanWords } from '../../domain/time-split.ts';
import { clip, link, mrkdwn, oneLine } from '../escape.ts';
import { actions, context, fields, HEADER, header, overflow, section } from './block-parts.ts';
import { duration, flagWords, moment, PRIORITY, STATE, vendorName, wallClock } from './block-words.ts';
import { leadButton, recordButtons } from './buttons.ts';
import { answerLines, companyLine, fitLine, intentLines } from './facts.ts';
import { ownerButtons, ownerLines } from './owner.ts';

/** What chat.postMessage and chat.update take. */
export interface CardMessage {
  /** For notifications, screen readers and clients without blocks. */
  text: string;
  blocks: KnownBlock[];
}

const SHORT = 200;
const SENTENCE = 400;
const MOST_FLAGS = 8;

/** Slack draws this; nothing in it is longer than Slack takes, whatever the lead typed. */
export function cardMessage(card: Card): CardMessage {
  const blocks = [
    titleBlock(card),
    { ...section(...headline(card)), accessory: aboutMenu(card) },
    contactFields(card),
    sectionOf(answerLines(card)),
    sectionOf(intent(card)),
    sectionOf(stack(card)),
    sectionOf(status(card)),
    sectionOf(ownerLines(card)),
    ownerActions(card),
    contextOf(background(card)),
    leadActions(card),
  ];
  return { text: summary(card), blocks: blocks.filter(block => block !== undefined) };
}

function titleOf({ lead }: Card, most: number): string {
  const name = oneLine(lead.name) || oneLine(lead.email) || 'Unknown person';
  const company = lead.company && oneLine(lead.company);
  if (!company) return clip(name, most);
  // Both stay visible: neither a very long name nor a very long company pushes the other off the card.
  const half = Math.floor((most - 3) / 2);
  const shortName = clip(name, Math.max(half, most - 3 - company.length));
  return `${shortName} — ${clip(company, most - 3 - shortName.length)}`;
}

function titleBlock(card: Card): KnownBlock {
  return header(card.isTest ? `TEST: ${titleOf(card, HEADER - 6)}` : titleOf(card, HEADER));
}

function headline(card: Card): string[] {
  const title = card.lead.title && mrkdwn(card.lead.title, SHORT);
  const numbers = [
    PRIORITY[card.priority],
    card.score === null ? undefined : `score ${card.score}`,
    `fit ${card.fit}`,
  ].filter(part => part !== undefined);
  return [...(title ? [`*${title}*`] : []), numbers.join('  ·  '), ...promise(card)];
}

/** What was promised to the lead, and how it stands. */
function promise({ respondWithinMs, state, contacted, due, rep }: Card): string[] {
  if (contacted || (state !== 'assigned' && state !== 'claimed')) return [];
  const when = due && moment(due.at, rep?.timeZone);
  if (due?.breached) return [`:rotating_light: *Overdue*${when ? ` since ${when}` : ''}: contact this lead now`];
  if (!respondWithinMs) return [];
  return [`:alarm_clock: *Contact within ${duration(respondWithinMs)}*${when ? `, by ${when}` : ''}`];
}

function contactFields(card: Card): KnownBlock | undefined {
  const shown = [
    labelled('Email', emailLink(card.lead.email)),
    labelled('Phone', phoneLink(card.lead)),
    labelled('Company', companyLine(card)),
    labelled('Source', sourceLine(card)),
  ];
  return fields(shown.filter(field => field !== undefined));
}

function labelled(label: string, value: string | undefined): string | undefined {
  return value ? `*${label}*\n${value}` : undefined;
}

/** Safe mrkdwn that opens the mail program, where the address is one. */
export function emailLink(email: string): string | undefined {
  const shown = oneLine(email);
  if (!shown) return undefined;
  // Only an address that needs no encoding becomes a link: anything else is shown for a person to judge.
  return /^[\w.+'-]+@[\w.-]+$/.test(shown) ? link(`mailto:${shown}`, shown, SHORT * 2) : mrkdwn(shown, SHORT);
}

/** Safe mrkdwn that dials, where what was typed is a number of that country or names its own. */
export function phoneLink({ phone, country }: Pick<Card['lead'], 'phone' | 'country'>): string | undefined {
  const shown = phone && oneLine(phone);
  if (!shown) return undefined;
  return numbersIn(shown, country)
    .map(({ text, uri }) => (uri ? link(uri, text, SHORT) : mrkdwn(text, SHORT)))
    .join(', ');
}

function sourceLine({ source, leadSource }: Card): string {
  const parts = [vendorName(source), readableCode(leadSource ?? '')].map(part => mrkdwn(part, SHORT)).filter(Boolean);
  return parts.join(', ');
}

function intent(card: Card): string[] {
  const lines = intentLines(card);
  return lines.length > 0 ? ['*Recent intent*', ...lines] : [];
}

function stack({ company }: Card): string[] {
  const tech = [...new Set((company.tech ?? []).map(oneLine))].filter(Boolean);
  return tech.length > 0 ? [`*Tech stack*  ${mrkdwn(tech.join(', '), SENTENCE)}`] : [];
}

/** Who has it, what they did, and where it stands. */
function status(card: Card): string[] {
  return [...holder(card), ...progress(card), ...ending(card)];
}

function holder({ claimed, state, pool, rep, previously, handedOn }: Card): string[] {
  const before = previously ? `, before that with ${mrkdwn(previously.name, SHORT)}` : '';
  const name = rep && mrkdwn(rep.name, SHORT);
  if (handedOn && name) return [`:arrow_right: *This lead is with ${name} now*`];
  if (claimed) {
    const at = moment(claimed.at, rep?.timeZone);
    return [`:white_check_mark: *Claimed by ${mrkdwn(claimed.name, SHORT)}*${at ? ` ${at}` : ''}${before}`];
  }
  if (state === 'assigned' && pool) return [`*First to claim has it* (${mrkdwn(pool.team, SHORT)})`];
  return isOpen(state) && name ? [`Assigned to *${name}*${before}`] : [];
}

function progress({ contacted, split, snoozedUntil, rep }: Card): string[] {
  const lines: string[] = [];
  if (contacted) {
    const at = moment(contacted.at, rep?.timeZone);
    const how = mrkdwn(contacted.how, SHORT);
    lines.push(`:speech_balloon: *Contacted by ${mrkdwn(contacted.name, SHORT)}*${at ? ` ${at}` : ''} (${how})`);
  }
  if (split?.person) {
    const who = mrkdwn(contacted?.name || rep?.name || 'sales', SHORT);
    lines.push(`:stopwatch: System ${spanWords(split.systemMs)} · ${who} ${spanWords(split.person.ms)}`);
  }
  const until = snoozedUntil && moment(snoozedUntil, rep?.timeZone);
  if (until) lines.push(`:zzz: Snoozed until ${until}`);
  return lines;
}

function ending({ state, closed, rep }: Card): string[] {
  if (isOpen(state)) return [];
  const at = closed && moment(closed.at, rep?.timeZone);
  const who = closed?.name ? ` by ${mrkdwn(closed.name, SHORT)}` : '';
  const why = closed?.reason ? `: ${mrkdwn(closed.reason, SENTENCE)}` : '';
  return [`This lead is *${STATE[state]}*${who}${at ? ` ${at}` : ''}${why}`];
}

/** The small print: why this rep, why this score, what to mind, how the CRM stands. */
function background(card: Card): string[] {
  const reason = mrkdwn(card.decision.reason, SENTENCE);
  const flags = card.flags
    .map(flag => mrkdwn(flagWords(flag), SHORT))
    .filter(Boolean)
    .slice(0, MOST_FLAGS);
  return [
    ...(reason ? [`*Why ${card.rep ? mrkdwn(card.rep.name, SHORT) : 'here'}:* ${reason}`] : []),
    fitLine(card),
    ...(flags.length > 0 ? [`:warning: *Mind:* ${flags.join('; ')}`] : []),
    ...crmLine(card),
  ];
}

function crmLine({ crm }: Card): string[] {
  const name = mrkdwn(vendorName(crm.name), SHORT);
  if (crm.gone) return [`:warning: The record was deleted in ${name}; the lead is yours to contact all the same`];
  if (crm.state === 'written' && crm.account) return [`:office: ${mrkdwn(crm.account, SENTENCE)}`];
  if (crm.state === 'pending') return [`:hourglass_flowing_sand: ${name} pending: the record will be filled in`];
  if (crm.state !== 'parked') return [];
  const note = crm.note && mrkdwn(crm.note, SENTENCE);
  return [
    `:warning: Not in ${name} yet${note ? `: ${note}` : ''}. An admin has been told; the lead is yours to contact.`,
  ];
}

function ownerActions(card: Card): KnownBlock | undefined {
  const elements = card.handedOn ? [] : ownerButtons(card);
  return elements.length > 0 ? actions(elements, 'baton_owner') : undefined;
}

function leadActions(card: Card): KnownBlock | undefined {
  const elements: (Button | Overflow)[] = card.handedOn ? [] : actionButtons(card);
  elements.push(...recordButtons(card));
  if (card.isTest) elements.push(leadButton(card, 'test_cleanup', 'Clean up'));
  if (isOpen(card.state) && !card.handedOn) elements.push(decisionMenu(card));
  return elements.length > 0 ? actions(elements, 'baton_actions') : undefined;
}

function actionButtons(card: Card): Button[] {
  const { state } = card;
  if (state === 'rejected' || state === 'nurture') return [leadButton(card, 'reopen', 'Reopen')];
  if (state === 'held') {
    return [{ ...leadButton(card, 'release', 'Release'), style: 'primary' }, leadButton(card, 'nurture', 'Nurture')];
  }
  if (!isOpen(state)) return [];
  const claimable = state === 'assigned' && !card.claimed;
  return [
    ...(claimable ? [{ ...leadButton(card, 'claim', 'Claim'), style: 'primary' as const }] : []),
    leadButton(card, 'log_call', 'Log call'),
    ...(oneLine(card.lead.email) ? [leadButton(card, 'email', 'Email')] : []),
  ];
}

/** What a rep decides about the lead. */
function decisionMenu(card: Card): Overflow {
  return menu(card, { reassign: 'Reassign…', reject: 'Reject…', snooze: 'Snooze…', away: 'Not now / out of office…' });
}

/** What a reader may ask about it, whoever they are. */
function aboutMenu(card: Card): Overflow {
  return menu(card, { why: card.rep ? 'Why me?' : 'Why here?', timeline: 'Timeline' });
}

/** Slack takes five lines in one menu: what is decided and what is asked have one each. */
function menu({ handoffId }: Card, lines: Record<string, string>): Overflow {
  return overflow(
    'more',
    Object.entries(lines).map(([verb, words]) => [`${verb}:${handoffId}`, words]),
  );
}

/** The card in a line, safe to show. */
export function summary(card: Card): string {
  const { rep, claimed } = card;
  const words = [
    `${card.isTest ? 'TEST: ' : ''}${card.priority} lead: ${mrkdwn(titleOf(card, SENTENCE), SENTENCE)}`,
    card.lead.title && mrkdwn(card.lead.title, SHORT),
    card.score === null ? undefined : `score ${card.score}`,
    `fit ${card.fit}`,
    card.handedOn && rep && `with ${mrkdwn(rep.name, SHORT)} now`,
    claimed && `claimed by ${mrkdwn(claimed.name, SHORT)} at ${claimedAt(claimed.at, rep?.timeZone)}`,
    !claimed && card.pool && 'first to claim has it',
    ...promise(card).map(() =>
      card.due?.breached ? 'overdue' : `contact within ${duration(card.respondWithinMs ?? 0)}`,
    ),
  ];
  return words.filter(Boolean).join(', ');
}

function claimedAt(iso: string, timeZone: string | undefined): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? 'an unknown time' : wallClock(at, timeZone);
}

/** Nothing where there is nothing to say. */
function sectionOf(lines: readonly string[]): KnownBlock | undefined {
  return lines.length > 0 ? section(...lines) : undefined;
}

function contextOf(lines: readonly string[]): KnownBlock | undefined {
  return lines.length > 0 ? context(...lines) : undefined;
}
