/** What Webflow sends of a form (webhook `form_submission`, API v2), and how it is signed. Pure. */
import { createHmac } from 'node:crypto';
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import { fieldsOf, type Json } from '../../../domain/form/body.ts';
import { MINUTE } from '../../../lib/clock.ts';
import { constantTimeEqual } from '../../../lib/crypto.ts';
import { objectIn, type Told, textIn } from './told.ts';

/** Older is taken for a replay. */
const VALID_FOR = 5 * MINUTE;

/**
 * `x-webflow-signature` is the hex HMAC of `timestamp:body` with the webhook's secret key, or with the client secret of
 * the app that made the webhook. Webhooks made by hand in a site's settings are not signed: they go to the form address.
 */
export function verifyWebflow({ headers, body }: HookRequest, secret: string, now: Date): Verdict {
  const [time, given] = [headers['x-webflow-timestamp'], headers['x-webflow-signature']];
  if (!time || !given)
    return { ok: false, why: 'it is not signed: make the webhook with the API, or use the form address' };
  const right = createHmac('sha256', secret).update(`${time}:`).update(body).digest('hex');
  if (!constantTimeEqual(given, right)) return { ok: false, why: 'the signature is of another secret' };
  const age = Math.abs(now.getTime() - Number(time));
  return age <= VALID_FOR ? { ok: true } : { ok: false, why: 'it was signed more than five minutes ago' };
}

/** Undefined: it is no delivery of Webflow. */
export function readWebflow(given: Json): Told | undefined {
  const payload = objectIn(given.payload);
  const data = objectIn(payload?.data);
  if (given.triggerType !== 'form_submission' || !payload || !data) return undefined;
  return {
    fields: fieldsOf(data),
    form: textIn(payload.name),
    id: textIn(payload.id),
    at: textIn(payload.submittedAt),
  };
}
