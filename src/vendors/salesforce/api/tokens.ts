/** What a log-in on Salesforce's own page leaves Baton with, and how it is kept: by whoever opens the session. */

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Base of the API: `https://acme.my.salesforce.com`. */
  instanceUrl: string;
  /** Identity address, `…/id/<organization>/<user>`. */
  identity: string;
}

/** One kept log-in: the workspace's own or a person's. Shared by every process; the vendor never sees where it lies. */
export interface TokenKeeper {
  /** The tokens; undefined when nobody logged in or when the log-in was refused since. */
  read(): Promise<Tokens | undefined>;
  /**
   * Trades the refresh token, one process at a time. When somebody else renewed since `used` (an access token) was read,
   * theirs are answered and `refresh` is not called. What `refresh` answers is stored before the next may look.
   * A `CredentialsRejected` out of `refresh` is remembered, so that the dead token is not tried again, and thrown on;
   * one that is not about this log-in (`forAll`) is only thrown on.
   * @throws CredentialsRejected also when there is nothing to renew any more
   */
  renew(refresh: (stored: Tokens) => Promise<Tokens>, used: string): Promise<Tokens>;
}

/** The organization of an identity address; undefined when it names none. */
export function organizationOf(identity: string): string | undefined {
  return /\/id\/(00D[0-9A-Za-z]{12,15})\//.exec(identity)?.[1];
}

/** The user of an identity address; undefined when it names none. */
export function userOf(identity: string): string | undefined {
  return /\/(005[0-9A-Za-z]{12,15})$/.exec(identity)?.[1];
}
