/** What a log-in on Salesforce's own page leaves Baton with, and how it is kept: by whoever opens the session. */

import type { Keeper } from '../../../contracts/login.ts';

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Base of the API: `https://acme.my.salesforce.com`. */
  instanceUrl: string;
  /** Identity address, `…/id/<organization>/<user>`. */
  identity: string;
}

/** A kept log-in at this vendor. */
export type TokenKeeper = Keeper<Tokens>;

/** The organization of an identity address; undefined when it names none. */
export function organizationOf(identity: string): string | undefined {
  return /\/id\/(00D[0-9A-Za-z]{12,15})\//.exec(identity)?.[1];
}

/** The user of an identity address; undefined when it names none. */
export function userOf(identity: string): string | undefined {
  return /\/(005[0-9A-Za-z]{12,15})$/.exec(identity)?.[1];
}
