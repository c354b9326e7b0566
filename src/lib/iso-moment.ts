/** A moment in a text from outside, as ISO 8601 in UTC. */
import { z } from 'zod';

/** What PostgreSQL and people read alike: later and earlier years are written with a sign, and nobody means them. */
const [EARLIEST, LATEST] = [Date.UTC(1970, 0), Date.UTC(9999, 11, 31)];

export const isoMoment = z.string().transform((given, context) => {
  const at = Date.parse(given);
  if (at >= EARLIEST && at <= LATEST) return new Date(at).toISOString();
  context.addIssue({ code: 'custom', message: 'is no moment' });
  return z.NEVER;
});
