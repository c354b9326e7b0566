/**
 * What ActiveCampaign delivers, in two shapes: an automation's *Webhook* step (no `type`; somebody reached it) and webhooks
 * that are subscribed to events (`type`, and who started it). Neither says the score, and none is signed: the secret address
 * is the proof (https://developers.activecampaign.com/page/webhooks). Pure.
 */
import { createHash } from 'node:crypto';
import type { HookRequest } from '../../../contracts/hook.ts';
import type { ContactEvent, Signal } from '../../../contracts/source.ts';
import { HOUR } from '../../../lib/clock.ts';
import { BadInput } from '../../../lib/errors.ts';
import { textFrom } from '../../../lib/json-values.ts';
import { idFrom, timeFrom } from '../api/values.ts';
import { type Branch, parseBrackets } from './brackets.ts';

/** Somebody came onto a list: they may be new. */
const ARRIVED = ['subscribe'];
/** The contact did something, whoever else calls the API. */
const DID = ['open', 'click', 'reply', 'forward', 'share', 'sms_reply'];
/** The same where it was not the API: what Baton writes comes back as one of these. */
const CHANGED = ['contact_tag_added', 'update'];

/**
 * One signal at most: an event that says nothing of anybody's interest gives none.
 * @throws BadInput when the body is nothing that ActiveCampaign sends, with what to change there
 */
export function readHook({ body }: HookRequest, receivedAt: Date, ownScore: boolean): Signal[] {
  const text = body.toString('utf8').trim();
  if (text === '') throw new BadInput('The body is empty: the webhook has to send a POST with the contact’s data.');
  const given = parseBrackets(text);
  const contact = branchOf(given.contact);
  const [type, contactId] = [textFrom(given.type), idFrom(contact.id)];
  if (contactId === undefined) {
    if (type !== undefined && !('contact' in given)) return [];
    throw new BadInput(
      'The body names no contact: use the Webhook step of an automation, or a webhook under Settings › Developer, as they are.',
    );
  }
  const [email, company] = [textFrom(contact.email), textFrom(contact.orgname) ?? textFrom(contact.customer_acct_name)];
  const person = { contactId, via: 'webhook' as const, ...(email && { email }), ...(company && { company }) };
  if (type === undefined) {
    // It has no id: the same contact at the same step within an hour is the same delivery.
    const hour = Math.floor(receivedAt.getTime() / HOUR);
    const key = hashOf(JSON.stringify([contactId, textFrom(given.seriesid) ?? '', hour]));
    return [{ ...person, occurredAt: receivedAt.toISOString(), dedupeKey: `automation:${key}` }];
  }
  const event = eventOf(type, textFrom(given.initiated_from), ownScore);
  if (!event) return [];
  const occurredAt = timeFrom(given.date_time) ?? receivedAt.toISOString();
  return [{ ...person, occurredAt, event, dedupeKey: `${type}:${hashOf(text)}` }];
}

function eventOf(type: string, from: string | undefined, ownScore: boolean): ContactEvent | undefined {
  if (ARRIVED.includes(type)) return { kind: 'created' };
  const isTheirs = DID.includes(type) || (CHANGED.includes(type) && from !== 'api');
  return ownScore && isTheirs ? { kind: 'active' } : undefined;
}

const branchOf = (value: Branch[string] | undefined): Branch => (typeof value === 'object' ? value : {});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
