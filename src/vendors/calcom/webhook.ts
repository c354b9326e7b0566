/** Cal.com's webhooks: how they are signed, and what they say (its documentation, "Webhooks"). Pure. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { HookRequest, Verdict } from '../../contracts/hook.ts';
import type { BookingEvent } from '../../contracts/scheduler.ts';
import { constantTimeEqual } from '../../lib/crypto.ts';
import { BadInput } from '../../lib/errors.ts';
import { isoMoment } from '../../lib/iso-moment.ts';

/** `X-Cal-Signature-256` is the hex HMAC of the body. It says no time: a booking that is told again changes nothing. */
export function verifyCalcom({ headers, body }: HookRequest, secret: string): Verdict {
  const given = headers['x-cal-signature-256'];
  if (given === undefined) return { ok: false, why: 'no header X-Cal-Signature-256' };
  const right = createHmac('sha256', secret).update(body).digest('hex');
  return constantTimeEqual(given, right)
    ? { ok: true }
    : { ok: false, why: 'the signature is of another secret: connect Cal.com again' };
}

const booking = z.object({
  uid: z.string().min(1).max(500),
  /** The booking that was moved here. */
  rescheduleUid: z.string().nullish(),
  title: z.string().nullish(),
  startTime: isoMoment,
  organizer: z.object({ email: z.string() }).nullish(),
  attendees: z.array(z.object({ email: z.string() })).default([]),
  responses: z.object({ email: z.object({ value: z.unknown() }).nullish() }).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
/** Triggers about meetings that begin or end are flat, without a payload. */
const delivery = z.object({
  triggerEvent: z.string(),
  createdAt: isoMoment.nullish(),
  payload: z.unknown().optional(),
});

const BOOKED = new Set(['BOOKING_CREATED', 'BOOKING_RESCHEDULED']);
const CALLED_OFF = new Set(['BOOKING_CANCELLED', 'BOOKING_REJECTED']);
export const TRIGGERS = [...BOOKED, ...CALLED_OFF];

/** @throws BadInput when it is no delivery of Cal.com */
export function readCalcom({ body }: HookRequest): BookingEvent[] {
  const { triggerEvent, createdAt, payload } = parsed(delivery, jsonOf(body));
  if (!BOOKED.has(triggerEvent) && !CALLED_OFF.has(triggerEvent)) return [];
  const told = parsed(booking, payload);
  const at = createdAt ?? told.startTime;
  const asked = told.responses?.email?.value;
  const email = typeof asked === 'string' ? asked : told.attendees[0]?.email;
  const handoff = told.metadata?.handoff;
  const handoffId = typeof handoff === 'string' && { handoffId: handoff };
  if (CALLED_OFF.has(triggerEvent)) {
    return [{ kind: 'cancelled', bookingId: told.uid, isMoved: false, ...handoffId, ...(email && { email }), at }];
  }
  if (!email) throw new BadInput('The booking names nobody who booked.');
  return [
    {
      kind: 'booked',
      bookingId: told.uid,
      ...(told.rescheduleUid && { replaces: told.rescheduleUid }),
      ...handoffId,
      email,
      title: told.title ?? '',
      startsAt: told.startTime,
      at,
      hosts: told.organizer ? [told.organizer.email] : [],
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
  throw new BadInput('This is no delivery of Cal.com’s webhooks, or a template of its own changes its shape.');
}
