/** The text and the headers of a first answer. Pure. */
import { INTRO_BODY, type Person, type Playbook } from '../../config/playbook.ts';
import type { Mail } from '../../contracts/mailer.ts';
import type { Answer } from '../../db/handoffs/emails.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { answersIn } from '../../domain/form/answers.ts';
import { unsubscribeSubject } from '../../domain/returned-mail.ts';
import type { Facts } from '../core/facts.ts';
import { senderOf } from '../core/mail-sender.ts';
import { type Filled, fillMail, valuesFor } from '../core/templates.ts';

/**
 * The first template that is for this lead, filled in; else the playbook's one text, else the introduction of Baton's.
 * @param bookingLink where this lead books; left out: the rep's page
 */
export function composeAnswer(
  handoff: Handoff<Facts>,
  rep: Person,
  { reply }: Playbook,
  bookingLink = rep.scheduling_url ?? '',
): Filled {
  const language = answersIn(handoff.facts.contact).language?.trim().toLowerCase() ?? '';
  const own = { subject: reply.subject, body: reply.body.trim() ? reply.body : INTRO_BODY };
  const template = reply.templates.find(({ when }) => isFor(when, handoff, language)) ?? own;
  const filled = fillMail(template, { ...valuesFor(handoff, rep), booking_link: bookingLink });
  if (!filled.ok) return filled;
  if (filled.subject === '' || filled.body.trim() === '') return { ok: false, why: 'it says nothing for this lead' };
  return { ...filled, body: signed(filled.body, rep.name) };
}

type When = Playbook['reply']['templates'][number]['when'];

function isFor(when: When, { priority, team }: Handoff, language: string): boolean {
  if (when.priority && !when.priority.includes(priority)) return false;
  if (when.team && (team === null || !when.team.includes(team))) return false;
  return !when.language || when.language.some(one => isLanguage(language, one.toLowerCase()));
}

/** `de` is `de-AT` too. */
const isLanguage = (spoken: string, wanted: string) =>
  spoken === wanted || (/^[-_]/.test(spoken.slice(wanted.length)) && spoken.startsWith(wanted));

/** A text without its writer's name gets it. */
function signed(body: string, name: string): string {
  const text = body.trimEnd();
  return text.includes(name) ? text : `${text}\n\n${name}`;
}

/**
 * The mail as it leaves. RFC 3834: nobody's machine answers it; RFC 8058: one click ends mails, for which the mail server
 * must sign these headers (DKIM); programs that know no click write a mail instead (RFC 2369). The postal address and a way out in the text are what laws on commercial mail ask for.
 */
export function mailOf(
  answer: Answer,
  {
    handoff,
    rep,
    playbook,
    unsubscribeUrl,
    returnAddress,
  }: {
    handoff: Handoff<Facts>;
    rep: Person;
    playbook: Playbook;
    unsubscribeUrl: string;
    returnAddress?: string | undefined;
  },
): Mail {
  const from = senderOf(playbook, rep, valuesFor(handoff, rep));
  const { postal_address: address } = playbook.reply;
  const footer = [...(address ? [address] : []), `No more mails from us: ${unsubscribeUrl}`].join('\n');
  const subject = encodeURIComponent(unsubscribeSubject(answer.unsubscribeToken));
  const byMail = returnAddress ? [`<mailto:${returnAddress}?subject=${subject}>`] : [];
  return {
    messageId: answer.messageId,
    from,
    replyTo: { name: rep.name, address: rep.email },
    to: answer.recipient,
    ...(returnAddress && { returnTo: returnAddress }),
    subject: answer.subject,
    text: `${answer.body}\n\n-- \n${footer}\n`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Baton-Handoff': handoff.id,
      'List-Unsubscribe': [`<${unsubscribeUrl}>`, ...byMail].join(', '),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  };
}
