/** A moment in a text from outside, as ISO 8601 in UTC. */
import { z } from 'zod';

/** What PostgreSQL and people read alike: later and earlier years are written with a sign, and nobody means them. */
const [EARLIEST, LATEST] = [Date.UTC(1970, 0), Date.UTC(9999, 11, 31)];

/** Undefined: it is no moment, or one that nobody means. */
export function momentIn(given: string): string | undefined {
  const at = Date.parse(given);
  return at >= EARLIEST && at <= LATEST ? new Date(at).toISOString() : undefined;
}

export const isoMoment = z.string().transform((given, context) => {
  const at = momentIn(given);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is no moment' });
  return z.NEVER;
});
