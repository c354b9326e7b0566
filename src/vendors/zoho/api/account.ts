/** Whose account it is, and the log-in that Baton keeps of it. */
import { z } from 'zod';

/** What a log-in on Zoho's own page leaves Baton with. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Base of the data centre's API: `https://www.zohoapis.eu`. */
  apiDomain: string;
  /** Where the refresh token is known: `https://accounts.zoho.eu`. */
  accountsUrl: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** `users?type=CurrentUser`. */
export const currentUser = z.object({
  users: z.tuple([
    z.looseObject({
      id: z.string(),
      full_name: z.string(),
      email: z.string(),
      profile: z.object({ name: z.string() }).nullish(),
    }),
  ]),
});
export const organization = z.object({
  org: z.tuple([z.looseObject({ zgid: z.union([z.string(), z.int()]).transform(String), company_name: z.string() })]),
});

/** The user whose log-in Baton has, and their organization. */
export interface Account {
  userId: string;
  name: string;
  email: string;
  profile?: string;
  /** The organization's number, which stands in the addresses of its pages. */
  zgid: string;
  company: string;
}

export function accountOf(
  { users: [user] }: z.output<typeof currentUser>,
  { org: [org] }: z.output<typeof organization>,
): Account {
  return {
    userId: user.id,
    name: user.full_name,
    email: user.email.toLowerCase(),
    ...(user.profile && { profile: user.profile.name }),
    zgid: org.zgid,
    company: org.company_name,
  };
}
