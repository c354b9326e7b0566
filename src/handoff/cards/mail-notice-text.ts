/** A lead as its rep reads it in a mail: who, by when, why now, how to reach them, and the links to press. Pure. */

import type { Person, Playbook } from '../../config/playbook.ts';
import type { Mail } from '../../contracts/mailer.ts';
import type { Card } from '../../contracts/notifier.ts';
import type { MailNotice } from '../../db/cards/mail-notices.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { activityGroups, groupWords } from '../../domain/activity-words.ts';
import { isIntent } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { momentIn } from '../../lib/moment-words.ts';
import { oneLine } from '../../lib/text.ts';
import type { Facts } from '../core/facts.ts';
import { senderOf } from '../core/mail-sender.ts';
import { valuesFor } from '../core/templates.ts';

const MOST_REASONS = 3;
const MOST_WORDS = 200;

const SUBJECTS: Record<Exclude<MailNotice['kind'], 'card' | 'pool'>, string> = {
  nudge: 'No contact yet',
  remind: 'No contact yet',
  idle: 'Claimed, no contact yet',
  cold: 'Gone quiet',
  asked: 'Your manager asks',
  more_time: 'More time',
  escalate: 'No contact yet',
  stuck: 'No contact yet',
};

interface Telling {
  card: Card;
  handoff: Handoff<Facts>;
  playbook: Playbook;
  rep: Person;
  /** Where the links lead, and until when. */
  act: string;
  until: Date;
}

/** @returns the mail; the same notice always has the same Message-ID */
export function noticeMail({ id, kind }: Pick<MailNotice, 'id' | 'kind'>, telling: Telling): Mail {
  const { handoff, playbook, rep, card } = telling;
  const { address } = senderOf(playbook, rep, valuesFor(handoff, rep));
  const test = card.isTest ? 'Test: ' : '';
  const why = whyOf(kind, card);
  return {
    messageId: `<${id}@${rep.email.split('@')[1] ?? 'baton'}>`,
    from: { name: 'Baton', address },
    replyTo: { name: 'Baton', address },
    to: rep.email,
    subject: `${test}${why}: ${lead(card)}`,
    text: textOf(kind, telling),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Baton-Handoff': handoff.id },
  };
}

function whyOf(kind: MailNotice['kind'], { priority }: Card): string {
  if (kind === 'pool') return `${priority} lead to claim`;
  return kind === 'card' ? `${priority} lead` : SUBJECTS[kind];
}

/** What a lead typed: one line, and nothing that a mail program makes a link of. */
const said = (text: string): string => oneLine(text).replaceAll('://', ': //').slice(0, MOST_WORDS);

function lead({ lead: { name, email, company } }: Card): string {
  return [said(name || email), company && said(company)].filter(Boolean).join(', ');
}

function textOf(kind: MailNotice['kind'], { card, rep, act, until }: Telling): string {
  const { title, phone, email } = card.lead;
  // Only whoever has the lead calls them: in a pool nobody does yet.
  const isHad = kind !== 'pool';
  const facts = [
    ['Title', title && said(title)],
    ['Phone', isHad && phone ? said(phone) : undefined],
    ['E-mail', isHad ? said(email) : undefined],
    ['Why now', reasons(card)],
    ['Score', card.score === null ? undefined : `${card.score}, fit ${card.fit} of 100`],
    [serviceName(card.crm.name), card.crm.url],
  ].flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  const claim = card.state === 'assigned' ? [`Claim: ${act}`] : [];
  return [
    `Hi ${rep.name},`,
    '',
    `${opening(kind, card)}${dueWords(card, rep)}`,
    '',
    ...facts,
    '',
    ...claim,
    ...(isHad ? [`Log a call: ${act}#call`] : []),
    '',
    '-- ',
    `Baton. These links are yours alone and work until ${momentIn(until, rep.time_zone)}; do not forward this mail.`,
    '',
  ].join('\n');
}

function opening(kind: MailNotice['kind'], card: Card): string {
  if (kind === 'card') return `${lead(card)} is your new ${card.priority} lead.`;
  if (kind === 'pool')
    return `${lead(card)} is a new ${card.priority} lead for ${card.pool?.team ?? 'your team'}. The first to claim it has it.`;
  if (kind === 'cold') return `${lead(card)} heard from you once, and nothing since.`;
  if (kind === 'more_time') return `You have more time for ${lead(card)}.`;
  if (kind === 'asked') return `Your manager asks how ${lead(card)} is coming along.`;
  return `Nobody has contacted ${lead(card)} yet.`;
}

function dueWords({ due, contacted }: Card, rep: Person): string {
  if (!due || contacted) return '';
  return ` First contact ${due.breached ? 'was' : 'is'} due ${momentIn(new Date(due.at), rep.time_zone)}.`;
}

function reasons({ activities, answers }: Card): string {
  const answered = answers.map(({ question, answer }) => `${said(question)}: ${said(answer)}`);
  const did = activityGroups(activities.filter(isIntent)).map(group => said(groupWords(group)));
  return [...answered, ...did].slice(0, MOST_REASONS).join('; ');
}
