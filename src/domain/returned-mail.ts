/** What arrives at the address that mails to leads were sent from: notices that one came back, and wishes to get no more. Pure. */
import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { BadInput } from '../lib/errors.ts';
import { oneLine, storableText } from '../lib/text.ts';
import { saysNoMailbox } from './delivery-status.ts';

/** By what a returned mail is found again, the surest first. */
export interface SentMailKeys {
  /** `<…@…>`. Some mail servers put their own in its place. */
  messageIds: readonly string[];
  /** The header X-Baton-Handoff of the mail: of the last one that was sent to `recipients` about it. */
  handoffId?: string;
  /** Whom the notice says it did not reach, in small letters. */
  recipients: readonly string[];
}

export type ReturnedMail =
  /** It was not delivered, and nobody tries any longer. */
  | {
      kind: 'bounced';
      keys: SentMailKeys;
      /** The address takes no mail at all. */
      isMailboxUnknown: boolean;
      /** RFC 3463, `5.1.1`; empty where the notice has none. */
      status: string;
      /** The other server's words, one line; may be empty. */
      why: string;
    }
  /** A mail program's unsubscribe, where it mails instead of asking the web address. */
  | { kind: 'unsubscribe'; token: string }
  /** Whatever else people and machines send there: `what` says it for the log. */
  | { kind: 'other'; what: string };

/** The subject of a mail that ends mails to its sender; the address stands in List-Unsubscribe. */
export const unsubscribeSubject = (token: string): string => `unsubscribe ${token}`;

const UNSUBSCRIBE = /^\s*unsubscribe ([\w-]{20,100})\s*$/i;
const LONGEST_WHY = 300;
/** A notice has one part a recipient, and ours have one. */
const MOST_IDS = 10;
/**
 * How much of a message is read: mails of ours and a notice before them are smaller. The parser takes seconds and gigabytes
 * for hundreds of thousands of lines or parts, and anybody may write to the address.
 */
const MOST_BYTES = 256 * 1024;
const MOST_LINES = 5_000;

/**
 * @param raw the message as it travelled (RFC 5322)
 * @throws BadInput when it is no message
 */
export async function readReturnedMail(raw: Uint8Array): Promise<ReturnedMail> {
  const mail = await parsed(raw);
  const [, token] = UNSUBSCRIBE.exec(mail.subject ?? '') ?? [];
  if (token) return { kind: 'unsubscribe', token };
  const report = mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
  if (!report) return { kind: 'other', what: isAutomatic(mail) ? 'an automatic reply' : 'no notice of delivery' };
  // Of the notice (RFC 3464): a group of fields about the server, then one about each recipient.
  const failed = groupsIn(textOf(report)).find(({ action }) => action?.toLowerCase() === 'failed');
  if (!failed) return { kind: 'other', what: 'a notice of a delay or a delivery' };
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(failed.status ?? '')?.[0] ?? '';
  const said = storableText(oneLine((failed['diagnostic-code'] ?? '').replace(/^\s*smtp\s*;/i, '')));
  return {
    kind: 'bounced',
    keys: { ...(await keysOf(mail)), recipients: recipientsIn(failed) },
    isMailboxUnknown: saysNoMailbox(status) || (!status.startsWith('4') && saysNoMailbox(said)),
    status,
    why: said.slice(0, LONGEST_WHY),
  };
}

/** `rfc822; lee@acme.example`: as the mail server was given it, and as it wrote to. */
const recipientsIn = (group: Record<string, string | undefined>): string[] =>
  ['original-recipient', 'final-recipient'].flatMap(name => {
    const address = group[name]
      ?.split(';')
      .at(-1)
      ?.replace(/[<>\s]/g, '')
      .toLowerCase();
    return address ? [storableText(address)] : [];
  });

/** A message that was returned is looked into once, and nothing that it holds in turn. */
async function parsed(raw: Uint8Array): Promise<Email> {
  let mail: Email;
  try {
    mail = await PostalMime.parse(beginningOf(raw), {
      attachmentEncoding: 'utf8',
      maxNestingDepth: 20,
      maxHeadersSize: 64 * 1024,
      maxRfc822NestingDepth: 0,
    });
  } catch {
    throw new BadInput('The message cannot be read: send it raw, as it arrived (RFC 5322).');
  }
  if (mail.from === undefined && mail.headers.length < 2) {
    throw new BadInput('This is no mail message: send it raw, as it arrived (RFC 5322).');
  }
  return mail;
}

/** The first lines, without a copy. */
function beginningOf(raw: Uint8Array): Uint8Array {
  let end = 0;
  for (let line = 0; line < MOST_LINES && end < MOST_BYTES; line += 1) {
    const newline = raw.indexOf(NEWLINE, end);
    if (newline < 0) return raw.subarray(0, MOST_BYTES);
    end = newline + 1;
  }
  return raw.subarray(0, Math.min(end, MOST_BYTES));
}
const NEWLINE = 0x0a;

const isAutomatic = ({ headers }: Email) =>
  headers.some(({ key, value }) => key === 'auto-submitted' && value.toLowerCase() !== 'no');

const textOf = ({ content }: Attachment): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

/** Groups of header fields with empty lines between, names in small letters. */
function groupsIn(text: string): Record<string, string | undefined>[] {
  const unfolded = text.replaceAll('\r\n', '\n').replace(/\n[ \t]+/g, ' ');
  return unfolded.split('\n\n').map(group =>
    Object.fromEntries(
      group.split('\n').flatMap((line): [string, string][] => {
        const colon = line.indexOf(':');
        return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
      }),
    ),
  );
}

/** What is returned of the mail itself says which it was; else what the notice answers to. */
async function keysOf(notice: Email): Promise<Omit<SentMailKeys, 'recipients'>> {
  const part = notice.attachments.find(({ mimeType }) => /^(message|text)\/(rfc822|global)(-headers)?$/.test(mimeType));
  const returned = part && (await parsed(new TextEncoder().encode(textOf(part))));
  const handoffId = returned?.headers.find(({ key }) => key === 'x-baton-handoff')?.value.trim();
  const named = [returned?.messageId, notice.inReplyTo, notice.references].join(' ');
  // Control characters stand in none of ours, and PostgreSQL cannot be asked for NUL.
  const ids = named.match(/<[^<>\s\p{Cc}]{3,250}>/gu);
  return { messageIds: [...new Set(ids)].slice(0, MOST_IDS), ...(handoffId && { handoffId }) };
}
