/** Enhanced mail system status codes (RFC 3463), as mail servers and their notices say them. Pure. */

/**
 * No such mailbox, host or address, it has moved, or it takes nothing any more; 5.4.1 is what one of
 * the largest hosts of mailboxes says of an address it does not know.
 */
const NO_MAILBOX = /\b5\.(1\.(1|2|3|6|10)|2\.1|4\.1)\b/;

/** Will no mail ever reach the address? A full mailbox, a refused text or a server that was away say nothing of that. */
export const saysNoMailbox = (text: string): boolean => NO_MAILBOX.test(text);
