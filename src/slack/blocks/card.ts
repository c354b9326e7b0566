/**
 * The card of a lead: who, what is due and when, why now, how to reach them, and what to press. Everything else is under
 * Details. At most a dozen lines on a phone; closed or handed on, it is a line or two. Pure: domain → Block Kit.
 */
import type { Button, KnownBlock, Overflow } from '@slack/types';
import type { Card } from '../../contracts/notifier.ts';
import { type CardFact, USUAL_FACTS } from '../../domain/card-facts.ts';
import { isOpen } from '../../domain/handoff.ts';
import { numbersIn } from '../../domain/phone.ts';
import { spanWords } from '../../domain/time-split.ts';
import { MINUTE } from '../../lib/clock.ts';
import { clip, link, mrkdwn, oneLine } from '../escape.ts';
import { actions, context, HEADER, header, overflow, section } from './block-parts.ts';
import { dated, flagWords, vendorName, wallClock } from './block-words.ts';
import { leadButton, recordUrl } from './buttons.ts';
import { promiseWords, stateLines } from './card-state.ts';
import { answerLines, companyFact, whyNow } from './facts.ts';
import { answerLinesOfCard, firstAnswerButtons } from './first-answer.ts';
import { ownerButtons, ownerLines } from './owner.ts';
import { sequenceButtons, sequenceLines } from './sequence.ts';
import { undoButton } from './undo.ts';

/** What chat.postMessage and chat.update take. */
export interface CardMessage {
  /** For notifications, screen readers and clients without blocks. */
  text: string;
  blocks: KnownBlock[];
}

const SHORT = 200;
const TITLE = 80;
const SENTENCE = 400;
const MOST_URL = 3_000;
const MOST_FLAGS = 2;
const MOST_ANSWERS = 4;

/** Slack draws this; nothing in it is longer than Slack takes, whatever the lead typed. */
export function cardMessage(card: Card): CardMessage {
  if (card.erasedAt !== undefined) return erasedMessage(card.erasedAt);
  const blocks = isOver(card) ? overBlocks(card) : openBlocks(card);
  return { text: summary(card), blocks: blocks.filter(block => block !== undefined) };
}

function erasedMessage(at: string): CardMessage {
  const text = 'This lead was erased for privacy';
  return { text: `${text}.`, blocks: [section(dated(at, `${text} {day} at {time}`) ?? text)] };
}

/** Nothing is left to do for whoever reads it. */
const isOver = ({ handedOn, state }: Card) => handedOn === true || (!isOpen(state) && state !== 'held');

function overBlocks(card: Card): (KnownBlock | undefined)[] {
  const { name, company } = whoIs(card);
  const who = `*${mrkdwn(name, TITLE)}*${company ? ` · ${mrkdwn(company, TITLE)}` : ''}`;
  return [
    section(card.isTest ? `Test: ${who}` : who, ...stateLines(card)),
    sectionOf(ownerLines(card)),
    buttonsOf(card),
  ];
}

function openBlocks(card: Card): (KnownBlock | undefined)[] {
  return [
    header(titleOf(card, HEADER)),
    section(aboutLine(card), ...stateLines(card), ...whyNow(card)),
    sectionOf(reachLines(card)),
    sectionOf(answerLines(card, MOST_ANSWERS)),
    smallPrint(card),
    sectionOf(ownerLines(card)),
    sectionOf(sequenceLines(card)),
    ownerActions(card),
    answerActions(card),
    sequenceActions(card),
    buttonsOf(card),
    card.first ? context(FIRST_LEAD) : undefined,
  ];
}

/** Once, and gone when the card is drawn again. */
const FIRST_LEAD = 'Your first lead: *Claim* says it’s yours, *Log call* or *Email* counts as first contact.';

/** Quiet while it is snoozed: only what to know before calling. */
function smallPrint(card: Card): KnownBlock | undefined {
  const isAsleep = card.snoozedUntil !== undefined && !card.contacted;
  const lines = [...(isAsleep ? [] : factLines(card)), ...mindLines(card)];
  return lines.length > 0 ? context(lines.join('\n')) : undefined;
}

/** The playbook's choice, a line after the other; of what is late the first says what comes if nobody acts. */
function factLines(card: Card): string[] {
  const { reassignedAt, due, rep, facts = USUAL_FACTS } = card;
  const lines = facts.map(line => line.flatMap(fact => factWords(card, fact) ?? []).join(' · ')).filter(Boolean);
  const next =
    due?.breached && reassignedAt && dated(reassignedAt, 'If nobody acts, reassigned {day} at {time}', rep?.timeZone);
  return next ? [next, ...lines.slice(1)] : lines;
}

/** Safe; undefined for what nobody knows. */
function factWords(card: Card, fact: CardFact): string | undefined {
  if (fact === 'score') return scoreWords(card);
  return fact === 'record' ? recordWords(card) : companyFact(card, fact);
}

function whoIs({ lead }: Card): { name: string; company: string } {
  return {
    name: oneLine(lead.name) || oneLine(lead.email) || 'Unknown person',
    company: oneLine(lead.company ?? ''),
  };
}

function titleOf(card: Card, most: number): string {
  const { name, company } = whoIs(card);
  const test = card.isTest ? 'Test: ' : '';
  const room = most - test.length;
  if (!company) return `${test}${clip(name, room)}`;
  // Both stay visible: neither a very long name nor a very long company pushes the other off the card.
  const half = Math.floor((room - 3) / 2);
  const shortName = clip(name, Math.max(half, room - 3 - company.length));
  return `${test}${shortName} · ${clip(company, room - 3 - shortName.length)}`;
}

/** "VP Operations · *HIGH* · for Marcus Chen". */
function aboutLine(card: Card): string {
  const title = card.lead.title && mrkdwn(card.lead.title, TITLE);
  return [title, `*${card.priority}*`, holder(card)].filter(Boolean).join(' · ');
}

function holder({ claimed, pool, rep, own }: Card): string | undefined {
  if (own) return claimed ? 'yours' : undefined;
  if (claimed) return `claimed by ${claimed.name === rep?.name ? mentioned(rep) : mrkdwn(claimed.name, SHORT)}`;
  if (rep) return `for ${mentioned(rep)}`;
  return pool && mrkdwn(pool.team, SHORT);
}

/** Where others read it, whoever has the lead is notified of it; one that Slack does not know is named. */
function mentioned({ slackId, name }: NonNullable<Card['rep']>): string {
  return slackId && /^[A-Z0-9]+$/.test(slackId) ? `<@${slackId}>` : mrkdwn(name, SHORT);
}

/** Only whoever has the lead calls them: in a pool nobody does yet. */
function reachLines(card: Card): string[] {
  if (isUnclaimedPool(card)) return [];
  return [phoneLink(card.lead), emailLink(card.lead.email)].filter(line => line !== undefined);
}

/** Whoever claims it first has it. */
export const isUnclaimedPool = ({ pool, claimed }: Card) => pool !== undefined && claimed === undefined;

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

/** "Score 63, fit 100"; once somebody reached out, how that went. */
function scoreWords(card: Card): string {
  return spent(card) ?? (card.score === null ? `Fit ${card.fit}` : `Score ${card.score}, fit ${card.fit}`);
}

/** "In time, after 18 m", once somebody reached out: what the system took is nobody's, and said where it was long. */
function spent({ split, contacted }: Card): string | undefined {
  if (!split?.person || !contacted) return undefined;
  const system = split.systemMs >= MINUTE ? ` · Baton took ${spanWords(split.systemMs)}` : '';
  return `${contacted.late ? 'Late' : 'In time'}, after ${spanWords(split.person.ms)}${system}`;
}

function recordWords({ crm }: Card): string | undefined {
  const name = mrkdwn(vendorName(crm.name), SHORT);
  const url = recordUrl(crm);
  if (url) return link(url, vendorName(crm.name), SENTENCE);
  return crm.state === 'pending' ? `${name} pending, saved as soon as it answers` : undefined;
}

/** What to know before calling: flags, a record that is missing, an open deal. */
function mindLines(card: Card): string[] {
  const flags = card.flags.map(flag => mrkdwn(flagWords(flag), SHORT)).filter(Boolean);
  const more = flags.length - MOST_FLAGS;
  const said = [...flags.slice(0, MOST_FLAGS), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return [
    ...(said ? [`:warning: ${said}`] : []),
    ...recordTrouble(card),
    ...answerLinesOfCard(card),
    ...beforeLine(card),
  ];
}

function recordTrouble({ crm }: Card): string[] {
  const name = mrkdwn(vendorName(crm.name), SHORT);
  if (crm.gone) return [`:warning: The record was deleted in ${name}; the lead is yours to contact all the same`];
  if (crm.state === 'written' && crm.account) return [`:office: ${mrkdwn(crm.account, SENTENCE)}`];
  if (crm.state !== 'parked') return [];
  const note = crm.note && mrkdwn(crm.note, SENTENCE);
  return [
    `:warning: Not in ${name} yet${note ? `: ${note}` : ''}. An admin has been told; the lead is yours to contact.`,
  ];
}

const beforeLine = ({ previously }: Card) => (previously ? [`Before: ${mrkdwn(previously.name, SHORT)}`] : []);

function ownerActions(card: Card): KnownBlock | undefined {
  const elements = ownerButtons(card);
  return elements.length > 0 ? actions(elements, 'baton_owner') : undefined;
}

function answerActions(card: Card): KnownBlock | undefined {
  const elements = firstAnswerButtons(card);
  return elements.length > 0 ? actions(elements, 'baton_answer') : undefined;
}

function sequenceActions(card: Card): KnownBlock | undefined {
  const elements = sequenceButtons(card);
  return elements.length > 0 ? actions(elements, 'baton_sequence') : undefined;
}

function buttonsOf(card: Card): KnownBlock | undefined {
  const shown = card.handedOn ? [] : withCleanUp(card, deeds(card));
  const elements: (Button | Overflow)[] = [...withUndo(card, shown), ...(card.handedOn ? [] : moreMenu(card))];
  return elements.length > 0 ? actions(elements, 'baton_actions') : undefined;
}

/**
 * For ten minutes in place of what is least wanted: three buttons are all that stay in a row on a phone. In a channel the
 * others are somebody else's, who needs them.
 */
function withUndo({ undo, state, own }: Card, shown: Button[]): Button[] {
  if (undo === undefined) return shown;
  const most = own ? 2 : shown.length;
  const rest = isOpen(state) ? shown.slice(0, most) : shown.filter(({ action_id: id }) => !own || id !== 'reopen');
  return isOpen(state) ? [...rest, undoButton(undo)] : [undoButton(undo), ...rest];
}

const primary = (button: Button): Button => ({ ...button, style: 'primary' });

/** The next deed first; none stands out where nothing is urgent. */
export function deeds(card: Card): Button[] {
  const details = leadButton(card, 'details', 'Details');
  const { state } = card;
  if (state === 'rejected' || state === 'nurture') return [leadButton(card, 'reopen', 'Reopen'), details];
  if (state === 'held') {
    return [primary(leadButton(card, 'release', 'Release')), leadButton(card, 'nurture', 'Nurture'), details];
  }
  if (!isOpen(state)) return [details];
  const claim = state === 'assigned' && !card.claimed ? [leadButton(card, 'claim', 'Claim')] : [];
  if (isUnclaimedPool(card)) return [...claim.map(primary), details];
  const call = leadButton(card, 'log_call', 'Log call');
  const email = oneLine(card.lead.email) ? [leadButton(card, 'email', 'Email')] : [];
  if (card.meeting) return [call, ...email];
  const book = bookButton(card);
  if (card.contacted) return [...book.map(primary), call, ...email];
  if (card.snoozedUntil !== undefined) return [call, ...email, leadButton(card, 'wake', 'Wake')];
  // The call claims as well, and what is late is called or handed on.
  if (card.due?.breached) return [primary(call), ...email, leadButton(card, 'reassign', 'Reassign')];
  return claim.length > 0 ? [...claim.map(primary), call, ...email] : [primary(call), ...email, ...book];
}

/** Where whoever has the lead takes bookings; none where that is no address. */
function bookButton(card: Card): Button[] {
  const { bookingUrl: url } = card;
  if (!card.own || !url || url.length > MOST_URL || !/^https?:\/\//.test(url)) return [];
  return [{ ...leadButton(card, 'book', 'Book'), url }];
}

/** In place of the last of three: more would not stay in a row. */
const withCleanUp = (card: Card, shown: Button[]): Button[] =>
  card.isTest ? [...shown.slice(0, 2), leadButton(card, 'test_cleanup', 'Clean up')] : shown;

/** Slack takes five lines. */
function moreMenu(card: Card): Overflow[] {
  if (!isOpen(card.state) || isUnclaimedPool(card)) return [];
  const lines = {
    details: 'Details',
    ...(!card.due?.breached && { reassign: 'Reassign…' }),
    snooze: 'Snooze…',
    ...(card.crm.state === 'written' && !card.crm.gone && { edit: 'Edit record…' }),
    reject: 'Reject…',
  };
  return [
    overflow(
      'more',
      Object.entries(lines).map(([verb, words]) => [`${verb}:${card.handoffId}`, words]),
    ),
  ];
}

/** The card in a line, safe to show: what a notification and a screen reader say. */
export function summary(card: Card): string {
  const { rep, claimed } = card;
  const { name, company } = whoIs(card);
  const title = card.lead.title && mrkdwn(card.lead.title, TITLE);
  const who = [mrkdwn(name, SHORT), [title, company && mrkdwn(company, SHORT)].filter(Boolean).join(' at ')];
  const words = [
    `${card.isTest ? 'Test: ' : ''}${card.priority} lead: ${who.filter(Boolean).join(', ')}`,
    card.handedOn && rep && `with ${mrkdwn(rep.name, SHORT)} now`,
    claimed && card.own && 'yours',
    claimed && !card.own && `claimed by ${mrkdwn(claimed.name, SHORT)} at ${claimedAt(claimed.at, rep?.timeZone)}`,
    !claimed && card.pool && 'first to claim has it',
    !card.handedOn && promiseWords(card),
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
