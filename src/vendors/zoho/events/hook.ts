/** Notifications, as they come: known by the token that Baton's set-up gave their channel. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { CrmEvent, CrmMessage } from '../../../contracts/crm-events.ts';
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import { BadInput } from '../../../lib/errors.ts';
import { type ActivityModule, activityId, kindOf } from '../api/ids.ts';

const text = z.union([z.string(), z.number()]).transform(String);
const notification = z.looseObject({
  module: z.string(),
  operation: z.string(),
  ids: z.array(text).max(1_000),
  channel_id: text,
  token: z.string().nullish(),
  server_time: text.nullish(),
});

const pathOf = (address: string): string => URL.parse(address)?.pathname ?? address;

/**
 * The token of one hook address, 43 signs of the 50 a channel takes: nobody needs keep it, since whoever sets up and
 * whoever receives have the app's secret.
 */
export function hookToken(secret: string, address: string): string {
  return createHmac('sha256', secret)
    .update(`zoho notification ${pathOf(address)}`)
    .digest('base64url');
}

/** A channel's number is ours to choose: one for each address. */
export function channelId(address: string): string {
  const hex = createHash('sha256')
    .update(`baton ${pathOf(address)}`)
    .digest('hex')
    .slice(0, 12);
  return String(Number.parseInt(hex, 16));
}

export function verifyNotification({ body, url }: HookRequest, secret: string): Verdict {
  const token = z.looseObject({ token: z.string() }).safeParse(jsonOf(body)).data?.token ?? '';
  const [given, wanted] = [Buffer.from(token), Buffer.from(hookToken(secret, url))];
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return { ok: true };
  return { ok: false, why: 'the token is not the one of this address: set up Zoho CRM again from Home' };
}

/** @throws BadInput when it is no notification of Zoho CRM */
export function readNotification({ body }: HookRequest): CrmMessage {
  const read = notification.safeParse(jsonOf(body));
  if (!read.success) throw new BadInput("The body must be that of one of Zoho CRM's notifications.");
  const { module, operation, ids, channel_id: channel, server_time: at } = read.data;
  const kind = kindOf(module);
  if (!kind) return { events: [] };
  return {
    events: ids.map((id): CrmEvent => {
      const record = { kind, id: kind === 'activity' ? activityId(module as ActivityModule, id) : id };
      return {
        key: ['watch', channel, operation, record.id, at ?? ''].join(':'),
        record,
        fields: { operation },
      };
    }),
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
