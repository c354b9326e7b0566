/** Calendly's webhooks: how they are signed, and what they say (its API reference, "Webhook signatures", "Webhook payload"). Pure. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { HookRequest, Verdict } from '../../contracts/hook.ts';
import type { BookingEvent } from '../../contracts/scheduler.ts';
import { MINUTE, SECOND } from '../../lib/clock.ts';
import { constantTimeEqual } from '../../lib/crypto.ts';
import { BadInput } from '../../lib/errors.ts';
import { isoMoment } from '../../lib/iso-moment.ts';

/** Older is taken for a replay. */
const VALID_FOR = 5 * MINUTE;

/** `Calendly-Webhook-Signature: t=<seconds>,v1=<hex HMAC of "t.body">`. */
export function verifyCalendly({ headers, body }: HookRequest, key: string, now: Date): Verdict {
  const given = headers['calendly-webhook-signature'];
  if (given === undefined) return { ok: false, why: 'no header Calendly-Webhook-Signature' };
  const parts = given.split(',').map(part => part.trim().split('=', 2) as [string, string | undefined]);
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  const right = createHmac('sha256', key).update(`${time}.`).update(body).digest('hex');
  const isRight = parts.some(([name, value]) => name === 'v1' && constantTimeEqual(value ?? '', right));
  if (!isRight) return { ok: false, why: 'the signature is of another key: connect Calendly again' };
  const age = Math.abs(now.getTime() - Number(time) * SECOND);
  return age <= VALID_FOR ? { ok: true } : { ok: false, why: 'it was signed more than five minutes ago' };
}

const invitee = z.object({
  uri: z.string().min(1).max(500),
  email: z.string(),
  rescheduled: z.boolean().default(false),
  old_invitee: z.string().nullish(),
  updated_at: isoMoment,
  created_at: isoMoment,
  tracking: z.object({ utm_content: z.string().nullish() }).nullish(),
  scheduled_event: z.object({
    name: z.string().nullish(),
    start_time: isoMoment,
    event_memberships: z.array(z.object({ user_email: z.string().nullish() })).default([]),
  }),
});
const delivery = z.object({ event: z.string(), payload: z.unknown().optional() });

/** @throws BadInput when it is no delivery of Calendly */
export function readCalendly({ body }: HookRequest): BookingEvent[] {
  const { event, payload } = parsed(delivery, jsonOf(body));
  if (event !== 'invitee.created' && event !== 'invitee.canceled') return [];
  const told = parsed(invitee, payload);
  const content = told.tracking?.utm_content;
  const handoffId = content ? { handoffId: content } : {};
  if (event === 'invitee.canceled') {
    const { uri: bookingId, rescheduled: isMoved, email, updated_at: at } = told;
    return [{ kind: 'cancelled', bookingId, isMoved, ...handoffId, email, at }];
  }
  return [
    {
      kind: 'booked',
      bookingId: told.uri,
      ...(told.old_invitee && { replaces: told.old_invitee }),
      ...handoffId,
      email: told.email,
      title: told.scheduled_event.name ?? '',
      startsAt: told.scheduled_event.start_time,
      at: told.created_at,
      hosts: told.scheduled_event.event_memberships.flatMap(({ user_email: email }) => email ?? []),
    },
  ];
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadInput('The body is not valid JSON.');
  }
}

function parsed<T>(shape: z.ZodType<T>, value: unknown): T {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw new BadInput('This is no delivery of Calendly’s webhooks.');
}
