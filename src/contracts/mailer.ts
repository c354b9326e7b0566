/** What Baton needs of a mail server. A vendor is a function from options to this object. */

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
  subject: string;
  /** Plain text, lines ended by `\n`. */
  text: string;
}

/** Throws only the Failures of lib/errors.ts: Rejected when this mail will never be taken as it is. */
export interface Mailer {
  readonly name: string;
  /** Hands the mail over; answers the Message-ID it went out with. */
  send(mail: Mail): Promise<{ messageId: string }>;
}
