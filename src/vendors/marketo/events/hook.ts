/** What a smart campaign's webhook brings. Pure. */
import { createHash } from 'node:crypto';
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import type { Signal } from '../../../contracts/source.ts';
import { HOUR } from '../../../lib/clock.ts';
import { constantTimeEqual } from '../../../lib/crypto.ts';
import { BadInput } from '../../../lib/errors.ts';
import { isObject, type Json, numberFrom, textFrom } from '../../../lib/json-values.ts';
import { idFrom } from '../api/values.ts';
import { KEY_HEADER, QUOTES_EXPLAINED } from './template.ts';

/** Marketo signs nothing: a secret header is all there is to know it by. */
export function verifyKey({ headers }: HookRequest, key: string): Verdict {
  const given = headers[KEY_HEADER.toLowerCase()];
  if (given === undefined)
    return { ok: false, why: `no header ${KEY_HEADER}: set it with Webhooks Actions › Set Custom Header` };
  return constantTimeEqual(given, key)
    ? { ok: true }
    : { ok: false, why: `the header ${KEY_HEADER} holds another key` };
}

/** Names that templates give, whoever wrote them. */
const NAMES = {
  id: ['id', 'leadId', 'lead_id', 'lead id', 'Id', 'marketoId'],
  email: ['email', 'emailAddress', 'email_address', 'Email Address'],
  company: ['company', 'companyName', 'company_name', 'Company Name'],
  score: ['score', 'leadScore', 'lead_score', 'Lead Score'],
  campaign: ['campaign', 'campaignId', 'campaign_id', 'campaignName'],
};

/**
 * The one person a call is about, as JSON or as a form. It has no id of its own: the same person, campaign and score within an hour are
 * the same call. Its time is in the instance's zone without saying so, so that it counts as happening when it arrives.
 * @throws BadInput when the body cannot be read, with what to change in Marketo
 */
export function readHook({ body, headers }: HookRequest, receivedAt: Date): Signal[] {
  const given = parse(body.toString('utf8'), headers['content-type'] ?? '');
  const first = (names: readonly string[]) => names.flatMap(name => textFrom(given[name]) ?? [])[0];
  const [id, email, company] = [first(NAMES.id), first(NAMES.email), first(NAMES.company)];
  const unfilled = [id, email, first(NAMES.score)].find(one => one?.includes('{{'));
  if (unfilled !== undefined)
    throw new BadInput(`Marketo did not fill in ${unfilled}: check the token's spelling in the template.`);
  const contactId = idFrom(id);
  if (contactId === undefined) {
    throw new BadInput('The body names no person: the template needs "id": {{lead.Id}}.');
  }
  const score = numberFrom(first(NAMES.score));
  const hour = Math.floor(receivedAt.getTime() / HOUR);
  const same = JSON.stringify([contactId, first(NAMES.campaign) ?? '', score ?? null, hour]);
  return [
    {
      contactId,
      occurredAt: receivedAt.toISOString(),
      via: 'webhook',
      ...(score !== undefined && { score }),
      ...(email !== undefined && { email }),
      ...(company !== undefined && { company }),
      dedupeKey: `webhook:${createHash('sha256').update(same).digest('hex').slice(0, 32)}`,
    },
  ];
}

function parse(text: string, contentType: string): Json {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new BadInput('The body is empty: set the payload template of the webhook, and its Request Type to POST.');
  if (!trimmed.startsWith('{') && (contentType.includes('form') || /^[\w. -]+=/.test(trimmed))) {
    return Object.fromEntries(new URLSearchParams(trimmed));
  }
  const read = jsonOf(trimmed) ?? jsonOf(withoutGaps(trimmed));
  if (isObject(read)) return read;
  if (trimmed.includes('""')) throw new BadInput(`The body is not valid JSON. ${QUOTES_EXPLAINED}`);
  throw new BadInput(
    read === undefined
      ? 'The body is not valid JSON: set Request Token Encoding to JSON, so that quotes and line ends in names do no harm.'
      : 'The body must be a JSON object.',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A number that a person does not have may come as nothing at all: `"score": ,`. */
const withoutGaps = (text: string): string => text.replaceAll(/":\s*(?=[,}])/g, '":null');
