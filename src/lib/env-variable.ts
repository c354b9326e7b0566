/** How an environment variable is declared: by Baton itself in config/env.ts, by each vendor in its manifest. */
import { z } from 'zod';

export interface EnvVariable {
  schema: z.ZodType<string | undefined>;
  /** One sentence for `.env.example` and error messages: what it is and where to find it. */
  help: string;
  /** Shown as a value in `.env.example`; it works as it stands. */
  example?: string;
  /** Shown there as well, and refused: whoever leaves it has not put in their own. */
  placeholder?: string;
  /** It holds for every workspace of an installation: an address, or Baton's own app at the vendor. */
  shared?: true;
}

export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
  .refine(isBare, 'must be an address alone: paths are put behind it, so no ?, # or log-in');
export const filledText = z.string().min(1);
/** What travels in a header or a signature: a sign that was lost or added in copying makes it another. */
export const secretText = z.string().regex(/^[\x21-\x7e]+$/, 'holds a blank or a sign that no key has: copy it again');

/** Nothing but a host, and perhaps a path. */
function isBare(given: string): boolean {
  const url = URL.parse(given);
  return url !== null && !/[?#]/.test(given) && url.username === '' && url.password === '';
}
