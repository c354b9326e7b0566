/** A mail as a message that travels (RFC 5322), whichever way it leaves. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { oneLine } from '../lib/text.ts';
import type { Mail, MailAddress } from './mailer.ts';

/** In the words of nodemailer. */
export function messageOf(mail: Mail) {
  return {
    messageId: mail.messageId,
    from: addressOf(mail.from),
    replyTo: addressOf(mail.replyTo),
    // As an object it is taken for one address, whatever commas it holds.
    to: addressOf({ name: '', address: mail.to }),
    ...(mail.returnTo && { envelope: { from: oneLine(mail.returnTo), to: oneLine(mail.to) } }),
    subject: oneLine(mail.subject),
    text: mail.text,
    ...(mail.headers && { headers: { ...mail.headers } }),
  };
}

/** No header is ever begun inside another. */
const addressOf = ({ name, address }: MailAddress): MailAddress => ({ name: oneLine(name), address: oneLine(address) });

/** The whole message, as mailboxes take it. A text never makes it read a file or fetch a page. */
export function mimeOf(mail: Mail): Promise<Buffer> {
  const composer = new MailComposer({ ...messageOf(mail), disableFileAccess: true, disableUrlAccess: true });
  return composer.compile().build();
}
