/** What Baton needs of a vendor on whose own page people log in. */

/** What a log-in left Baton with: the secrets, and whose they are. */
export interface LoggedIn {
  /** Kept sealed; only the vendor reads what is inside. */
  tokens: object;
  /** The organization there. */
  tenant: string;
  /** The user there. */
  account: string;
  /** Of that user, as the vendor says. */
  name: string;
  email: string;
  userName: string;
}

/** Throws only the Failures of lib/errors.ts. */
export interface LoginPage {
  /** Is the workspace's own connection made by logging in, or only people's? */
  readonly forWorkspace: boolean;
  /** Where the browser is sent. `challenge` is PKCE's, S256. */
  address(given: { state: string; challenge: string; redirectUri: string }): string;
  /** Trades what the browser came back with. */
  exchange(given: { code: string; verifier: string; redirectUri: string }): Promise<LoggedIn>;
  /** Makes tokens worthless. Those that are worthless already are as good. */
  revoke(tokens: object): Promise<void>;
  /** What a refusal means and what to do, for people; undefined when the code says nothing more than the vendor did. */
  advice(refusal: { code: string; message: string }, redirectUri: string): string | undefined;
}
