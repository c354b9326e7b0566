/** The first answer that a lead gets by itself: how it stands, and why there is none. Kept with the lead's facts. Pure. */

export const WITHHELD_WORDS = {
  test: 'this is a test lead',
  closed: 'nobody works this lead any more',
  held: 'the lead is on hold',
  rep_faster: 'the rep was faster',
  no_address: 'there is no e-mail address anybody can write to',
  role_address: 'the address is not one person’s',
  own_domain: 'the address is of our own domain',
  competitor: 'a competitor',
  robot: 'a robot may be behind it',
  opted_out: 'they asked not to be mailed',
  bounced: 'mail to this address came back',
  customer: 'an existing customer',
  open_deal: 'there is an open deal',
  no_consent: 'no consent, which their region asks for',
  again: 'they got one not long ago',
  unfillable: 'its template cannot be filled in',
  no_mail_server: 'no mail server is connected',
  unchecked: 'not everybody could be asked in time whether they are a customer or opted out',
  nobody: 'nobody had the lead yet',
  moved: 'the lead went to somebody else first',
  late: 'it could not leave in time',
  off: 'first answers were turned off',
} as const;
export type WithheldReason = keyof typeof WITHHELD_WORDS;

/** A rep may send it all the same: nothing speaks against it but time, or what nobody could be asked. */
const REP_MAY: ReadonlySet<WithheldReason> = new Set(['held', 'unchecked', 'nobody', 'moved', 'late']);

export type FirstAnswer =
  | { state: 'waiting' | 'sent' | 'unknown'; at: string }
  /** The mail server took it for no mailbox or text of its liking: its words. Raw. */
  | { state: 'refused'; at: string; note: string }
  /** It left and came back: the other mail server's words. Raw. */
  | { state: 'bounced'; at: string; note: string }
  | { state: 'withheld'; at: string; reason: WithheldReason };

/** May whoever has the lead send it with a button? */
export function mayBeSent(answer: FirstAnswer | undefined): boolean {
  return answer?.state === 'withheld' && REP_MAY.has(answer.reason);
}
