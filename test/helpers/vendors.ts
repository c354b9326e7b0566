/** The vendors' troubles, for stories: armed at the stand-ins. */

import type { FaultRequest } from '../../sandbox/faults.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import type { System } from './system.ts';

/** The next fitting calls (one, unless `times` says otherwise) go wrong. */
export async function breakCalls(baton: System, ...faults: FaultRequest[]): Promise<void> {
  for (const fault of faults) await baton.post('/_sandbox/fault', fault);
}

/** Every vendor works again. */
export async function mendCalls(baton: System): Promise<void> {
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
}

/** Each answer of this vendor takes so long from now on. */
export async function slowDown(baton: System, service: string, ms: number): Promise<void> {
  await baton.post('/_sandbox/latency', { service, ms });
}

/** Settings under which nobody marks or enriches leads: the variables of every source and enricher are blank. */
export const NOTHING_CONNECTED: Record<string, string> = Object.fromEntries(
  VENDORS.filter(({ roles }) => roles.source || roles.enricher).flatMap(({ variables }) =>
    Object.keys(variables).map(name => [name, '']),
  ),
);

export interface Mail {
  envelope: { from: string; to: string[] };
  messageId: string;
  from: string;
  fromName: string;
  replyTo: string;
  subject: string;
  text: string;
}

/** Mails that have left, oldest first. */
export const mailsSent = async (baton: System): Promise<Mail[]> =>
  (await baton.get<{ messages: Mail[] }>('/_sandbox/mail/messages')).messages;

/** A contact as HubSpot has it. */
export interface HubSpotContact extends Record<string, unknown> {
  engagements: Record<string, string>[];
}

export const contactOf = (baton: System, contactId: string): Promise<HubSpotContact> =>
  baton.get(`/_sandbox/hubspot/contacts/${contactId}`);

/** The titles of what was logged with a contact in HubSpot: calls and mails. */
export const engagementsOf = async (baton: System, contactId: string): Promise<(string | undefined)[]> =>
  (await contactOf(baton, contactId)).engagements.map(one => one.hs_call_title ?? one.hs_email_subject);
