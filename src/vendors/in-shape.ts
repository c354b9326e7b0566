/** What a vendor answered, in the shape that is expected of it. */
import type { z } from 'zod';
import { Unavailable } from '../lib/errors.ts';

/** @throws Unavailable (code `UNREADABLE`) for anything else: a proxy's page, half an answer */
export function inShape<T>(shape: z.ZodType<T>, body: unknown, service: string, label: string): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  throw new Unavailable(`${label} answered something that cannot be read`, { service, code: 'UNREADABLE' });
}
