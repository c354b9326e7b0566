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

export type AnswerText = Pick<Playbook['reply'], 'subject' | 'body'>;

/**
 * The first template that is for this lead, filled in; else the playbook's one text, else the introduction of Baton's.
 * @param bookingLink where this lead books; left out: the rep's page
 */
export function composeAnswer(handoff: Handoff<Facts>, rep: Person, { reply }: Playbook, bookingLink?: string): Filled {
  const template = reply.templates.find(({ when }) => isForLead(when, handoff));
  return fillAnswer(template ?? reply, handoff, rep, bookingLink);
}

/** One text of the first answer, filled in for this lead and signed. */
export function fillAnswer(
  { subject, body }: AnswerText,
  lead: Pick<Handoff<Facts>, 'facts' | 'judgement'>,
  rep: Person,
  bookingLink = rep.scheduling_url ?? '',
): Filled {
  const text = { subject, body: body.trim() ? body : INTRO_BODY };
  const filled = fillMail(text, { ...valuesFor(lead, rep), booking_link: bookingLink });
  if (!filled.ok) return filled;
  if (filled.subject === '' || filled.body.trim() === '') return { ok: false, why: 'it says nothing for this lead' };
  return { ...filled, body: signed(filled.body, rep.name) };
}

type When = Playbook['reply']['templates'][number]['when'];

/** Is a text with this condition for this lead? */
export function isForLead(when: When, { priority, team, facts }: Pick<Handoff<Facts>, 'priority' | 'team' | 'facts'>) {
  if (when.priority && !when.priority.includes(priority)) return false;
  if (when.team && (team === null || !when.team.includes(team))) return false;
  const language = answersIn(facts.contact).language?.trim().toLowerCase() ?? '';
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
  const subject = encodeURIComponent(unsubscribeSubject(answer.unsubscribeToken));
  const byMail = returnAddress ? [`<mailto:${returnAddress}?subject=${subject}>`] : [];
  return {
    messageId: answer.messageId,
    from,
    replyTo: { name: rep.name, address: rep.email },
    to: answer.recipient,
    ...(returnAddress && { returnTo: returnAddress }),
    subject: answer.subject,
    text: withFooter(answer.body, playbook, unsubscribeUrl),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Baton-Handoff': handoff.id,
      'List-Unsubscribe': [`<${unsubscribeUrl}>`, ...byMail].join(', '),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  };
}

/** The text with what laws on commercial mail ask for below it. */
export function withFooter(body: string, { reply }: Playbook, unsubscribeUrl: string): string {
  const footer = [...(reply.postal_address ? [reply.postal_address] : []), `No more mails from us: ${unsubscribeUrl}`];
  return `${body}\n\n-- \n${footer.join('\n')}\n`;
}
