/** Webhooks v2, as they come: known by the password that Baton's set-up gave them (page "Guide for webhooks v2"). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { CrmEvent, CrmMessage } from '../../../contracts/crm-events.ts';
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import { BadInput } from '../../../lib/errors.ts';
import { idOf, kindOfEntity } from '../api/ids.ts';
import { activityRow } from '../api/rows.ts';
import { aboutOf } from './parse.ts';

export const HOOK_USER = 'baton';

const text = z.union([z.string(), z.number()]).transform(String);
const delivery = z.object({
  meta: z.object({
    id: z.string().min(1),
    action: z.string(),
    entity: z.string(),
    entity_id: text,
    company_id: text,
    user_id: text.nullish(),
    timestamp: text.nullish(),
    change_source: z.string().nullish(),
    merged_to_id: text.nullish(),
  }),
  data: z.record(z.string(), z.unknown()).nullish(),
  previous: z.record(z.string(), z.unknown()).nullish(),
});
type Delivery = z.output<typeof delivery>;

/**
 * The password of one hook address: nobody needs keep it, since whoever sets up and whoever receives have the same secret
 * (the app's, or the API token).
 */
export function hookPassword(secret: string, address: string): string {
  const path = URL.parse(address)?.pathname ?? address;
  return createHmac('sha256', secret).update(`pipedrive webhook ${path}`).digest('base64url');
}

export function verifyDelivery({ headers, url }: HookRequest, secret: string): Verdict {
  const right = Buffer.from(`${HOOK_USER}:${hookPassword(secret, url)}`).toString('base64');
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Basic ${right}`)];
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return { ok: true };
  return { ok: false, why: 'the password is not the one of this address: set up Pipedrive again from Home' };
}

/** @throws BadInput when it is no delivery of Pipedrive's webhooks v2 */
export function readDelivery({ body }: HookRequest): CrmMessage {
  const read = delivery.safeParse(jsonOf(body));
  if (!read.success) throw new BadInput("The body must be that of one of Pipedrive's webhooks, version 2.0.");
  return { tenant: read.data.meta.company_id, events: eventOf(read.data) };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The same event has one key, however often it is delivered. */
function eventOf({ meta, data, previous }: Delivery): CrmEvent[] {
  const kind = kindOfEntity(meta.entity);
  if (!kind) return [];
  const row = data ?? previous ?? {};
  const id = kind === 'lead' ? meta.entity_id.toLowerCase() : idOf(kind, Number(meta.entity_id));
  const at = momentOf(meta.timestamp);
  const about = kind === 'activity' ? activityRow.safeParse(row).data : undefined;
  return [
    {
      key: `webhook:${meta.id}`,
      record: { kind, id },
      ...(about && { about: aboutOf(about) }),
      fields: {
        row: JSON.stringify(row),
        action: meta.action,
        ...(meta.user_id && { by: meta.user_id }),
        ...(meta.change_source && { source: meta.change_source }),
        ...(at && { at }),
        ...(previous && data && 'owner_id' in previous && { ownerChanged: 'true' }),
        ...(meta.merged_to_id && { mergedTo: idOf('contact', Number(meta.merged_to_id)) }),
      },
    },
  ];
}

/** ISO 8601, or seconds since 1970: the guide shows one and says the other. */
function momentOf(timestamp: string | null | undefined): string | undefined {
  if (!timestamp) return undefined;
  const moment = /^\d{10}$/.test(timestamp) ? new Date(Number(timestamp) * 1_000) : new Date(timestamp);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
