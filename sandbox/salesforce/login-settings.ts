import { z } from 'zod';

/** What an admin of the org can do to the app and its users; given to `POST /_sandbox/salesforce/_org` as `login`. */
export const loginInput = z.strictObject({
  /** The External Client App requires PKCE. */
  pkceRequired: z.boolean().optional(),
  /** Every refresh gives the next refresh token; an old one that is used again kills them all. */
  rotateRefreshTokens: z.boolean().optional(),
  /** Callback addresses of the app beside Baton's own. */
  callbacks: z.array(z.string()).optional(),
  /** Blocked in Connected Apps OAuth Usage. */
  appBlocked: z.boolean().optional(),
  /** Logins are allowed from other addresses only. */
  ipRestricted: z.boolean().optional(),
  /** The org is locked or its contract has ended. */
  orgInactive: z.boolean().optional(),
  /** E-mails of users who must choose a new password. */
  passwordExpired: z.array(z.string()).optional(),
  /** So long a session lives after its last use; 0: for ever. */
  sessionMinutes: z.int().min(0).optional(),
  /** An admin presses Revoke All: sessions and refresh tokens of logins on the page are dead, new logins are welcome. */
  revokeTokens: z.literal(true).optional(),
  /** Logins lead to another organization from now on: this id. */
  organizationId: z
    .string()
    .regex(/^00D[0-9A-Za-z]{15}$/)
    .optional(),
});

export type LoginSettings = Required<Omit<z.infer<typeof loginInput>, 'revokeTokens' | 'organizationId'>> & {
  organizationId?: string;
};

export const freshLoginSettings = (): LoginSettings => ({
  pkceRequired: false,
  rotateRefreshTokens: false,
  callbacks: [],
  appBlocked: false,
  ipRestricted: false,
  orgInactive: false,
  passwordExpired: [],
  sessionMinutes: 0,
});
