/** What Baton needs of a mail server. A vendor is a function from options to this object. */
import { Rejected, Unavailable } from '../lib/errors.ts';

export interface MailAddress {
  /** Shown beside the address; empty: none. */
  name: string;
  address: string;
}

export interface Mail {
  /** `<id@domain>`, ours: a mail sent twice after a lost answer is recognised by it. */
  messageId: string;
  from: MailAddress;
  replyTo: MailAddress;
  /** One bare address, never a list. */
  to: string;
  /** The sender that mail servers are told of, to whom they return the mail; left out, or where the mailer cannot say it: `from`. */
  returnTo?: string;
  subject: string;
  /** Plain text, lines ended by `\n`. */
  text: string;
  /** Besides; names and values of ASCII, no line breaks. */
  headers?: Readonly<Record<string, string>>;
}

/** The mail was handed over and its answer was lost: nobody knows whether it was taken. */
export class MaybeTaken extends Unavailable {}

/**
 * Mailboxes of people who logged in to them. Throws only the Failures of lib/errors.ts, with the meaning they have for a Mailer;
 * CredentialsRejected when this person must log in again.
 */
export interface Mailboxes {
  readonly name: string;
  /**
   * Hands the mail over, once: whose answer was lost is MaybeTaken, as nobody may read there whether it was sent. It leaves from
   * the mailbox's own address, whatever `from` says, and comes back there.
   * @param holder e-mail of the person, as the playbook has it
   */
  send(holder: string, mail: Mail): Promise<{ messageId: string }>;
}

/** The server knows no such mailbox: no mail will ever reach it. */
export class NoSuchMailbox extends Rejected {}

/**
 * Throws only the Failures of lib/errors.ts: Rejected when this mail will never be taken as it is. Whatever is neither
 * taken nor MaybeTaken has not left.
 */
export interface Mailer {
  readonly name: string;
  /** Hands the mail over; answers the Message-ID it went out with. */
  send(mail: Mail): Promise<{ messageId: string }>;
  /** Does the server take the log-in? No mail leaves. Absent: it cannot be asked. */
  prove?(): Promise<void>;
}
