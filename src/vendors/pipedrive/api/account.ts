/** Whose account it is, and the log-in that Baton keeps of it. */
import { z } from 'zod';

/** What a log-in on Pipedrive's own page leaves Baton with. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Base of that company's API: `https://acme.pipedrive.com`. */
  apiDomain: string;
  /** ISO 8601. */
  expiresAt: string;
  companyId: string;
}

/** What a `users/me` says of whoever the log-in is. */
export const me = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  company_id: z.int(),
  company_name: z.string().nullish(),
  company_domain: z.string(),
  access: z.array(z.looseObject({ app: z.string(), admin: z.boolean() })).default([]),
});
export type Me = z.output<typeof me>;
