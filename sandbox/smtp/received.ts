/** A mail as it arrived. */
import PostalMime from 'postal-mime';
import type { SMTPServerSession } from 'smtp-server';

export interface Received {
  at: string;
  /** As whom the sender had logged in. */
  login: string;
  envelope: { from: string; to: string[] };
  messageId: string | undefined;
  from: string | undefined;
  fromName: string | undefined;
  replyTo: string | undefined;
  to: string[];
  subject: string | undefined;
  text: string | undefined;
  headers: { key: string; value: string }[];
  /** As it came over the wire. */
  raw: string;
}

export async function received(raw: Buffer, { envelope, user }: SMTPServerSession, at: Date): Promise<Received> {
  const parsed = await PostalMime.parse(raw);
  return {
    at: at.toISOString(),
    login: String(user),
    envelope: {
      from: envelope.mailFrom ? envelope.mailFrom.address : '',
      to: envelope.rcptTo.map(({ address }) => address),
    },
    messageId: parsed.messageId,
    from: parsed.from?.address,
    fromName: parsed.from?.name,
    replyTo: parsed.replyTo?.[0]?.address,
    to: (parsed.to ?? []).flatMap(({ address }) => (address ? [address] : [])),
    subject: parsed.subject,
    text: parsed.text,
    headers: parsed.headers.map(({ key, value }) => ({ key, value })),
    raw: raw.toString('utf8'),
  };
}
