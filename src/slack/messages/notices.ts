/** Words that are not a card: refusals, help, how to reach a lead. Everything answered is safe mrkdwn. */
import type { KnownBlock } from '@slack/types';
import type { ClaimOutcome } from '../../handoff/claims.ts';
import type { Card } from '../../handoff/notifier.ts';
import { link, mrkdwn, oneLine } from '../escape.ts';
import { ago, STATE, vendorName } from './words.ts';

const SECTION = 3_000;
const SHORT = 200;

type Contact = Pick<Card, 'lead' | 'crm'>;

/** Safe text as a message; Slack adds no links or mentions of its own to it. */
export function words(text: string): { text: string; blocks: KnownBlock[] } {
  if (text.length > SECTION) throw new RangeError(`${text.length} characters are more than a section takes`);
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }] };
}

/** The same as an answer that only the person who pressed or typed sees. */
export function onlyYou(text: string) {
  return { response_type: 'ephemeral' as const, replace_original: false, ...words(text) };
}

/** Why a press on Claim did not win. */
export function claimRefusal(outcome: Exclude<ClaimOutcome, { kind: 'claimed' }>, now: Date): string {
  switch (outcome.kind) {
    case 'taken':
      if (outcome.yours) return `You claimed this ${ago(outcome.at, now)}: it is yours.`;
      return `*${mrkdwn(outcome.by, SHORT)}* claimed this ${ago(outcome.at, now)}.`;
    case 'closed':
      return `This lead is ${STATE[outcome.state]}, so it cannot be claimed.`;
    case 'not_found':
      return 'Baton does not know this lead any more. It may have been erased.';
    case 'not_allowed':
      return `Only ${mrkdwn(outcome.who, SHORT)} can claim this lead.`;
  }
}

const GONE = 'Baton does not know this lead any more. It may have been erased.';

/** What [Email] answers: a link into the rep's own mail program. */
export function emailHelp(contact: Contact | undefined): string {
  if (!contact) return GONE;
  const address = oneLine(contact.lead.email);
  if (!address) return `Baton has no e-mail address of ${mrkdwn(contact.lead.name, SHORT)}.`;
  const first = oneLine(contact.lead.name).split(' ')[0] ?? '';
  const greeting = first && !first.includes('@') ? `?body=${encodeURIComponent(`Hi ${first},\n\n`)}` : '';
  const plainAddress = /^[\w.+'-]+@[\w.-]+$/.test(address);
  const target = plainAddress ? link(`mailto:${address}${greeting}`, address, 1_000) : mrkdwn(address, SHORT);
  return `:email: Write to ${mrkdwn(contact.lead.name, SHORT)}: ${target}\n${notYet('The mail is', contact)}`;
}

/** What [Log call] answers: the number, and where to log. */
export function logCallHelp(contact: Contact | undefined): string {
  if (!contact) return GONE;
  const phone = contact.lead.phone && oneLine(contact.lead.phone);
  const name = mrkdwn(contact.lead.name, SHORT);
  const number = phone
    ? `:telephone_receiver: ${name}: ${mrkdwn(phone, SHORT)}`
    : `Baton has no phone number of ${name}.`;
  return `${number}\n${notYet('The call is', contact)}`;
}

/** Honest about what is not built: Baton does not write touches to the CRM from Slack yet. */
function notYet(what: string, { crm }: Contact): string {
  const name = vendorName(crm.name);
  const place = crm.url ? link(crm.url, `on the record in ${name}`, 1_000) : `in ${mrkdwn(name, SHORT)}`;
  return `${what} not logged from Slack yet: please log it ${place}.`;
}

/** What Baton is and what one can ask it. */
export function helpText(): string {
  return [
    '*Baton* brings each marketing-qualified lead to the right person, here in Slack.',
    'A lead of yours arrives as a card in this app’s Messages tab, or in your team’s channel. *Claim* says you have it; *View* opens its record.',
    '',
    '• /mql show LEAD: the story of a lead, by name, e-mail or company',
    '• /mql why LEAD: why a lead went where it went',
    '• /mql help: this',
    '',
    'Your open leads are on the Home tab. Questions about rules and teams: ask your Baton admin.',
  ].join('\n');
}

/** `/mql hepl`. */
export function unknownWordText(word: string, meant: string | undefined): string {
  const suggestion = meant ? ` Did you mean */mql ${meant}*?` : '';
  return `Baton does not know “${mrkdwn(word, SHORT)}”.${suggestion}\n\n${helpText()}`;
}

/** Leads are shown to the playbook's people only. */
export function strangerText(): string {
  return 'Only people of Baton’s playbook can look leads up. Ask your Baton admin to add you.';
}
