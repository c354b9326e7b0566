/** What Baton needs of a vendor on whose own page people log in. */

/** What a log-in left Baton with: the secrets, and whose they are. */
export interface LoggedIn {
  /** Kept sealed; only the vendor reads what is inside. */
  tokens: object;
  /** What is the customer's at the vendor, whoever logs in: its portal, instance or company. */
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
  /** False: people have no log-in of their own there, only the workspace. Absent: they may. */
  readonly forPeople?: boolean;
  /** Where the browser is sent. `challenge` is PKCE's, S256. */
  address(given: { state: string; challenge: string; redirectUri: string }): string;
  /**
   * Trades what the browser came back with. `returned`: all that stood in the address beside it, which anybody can have
   * written.
   */
  exchange(given: {
    code: string;
    verifier: string;
    redirectUri: string;
    returned?: Readonly<Record<string, string>>;
  }): Promise<LoggedIn>;
  /**
   * What `revoke` ends there: this log-in alone (`token`), every log-in of that user (`user`), or of anybody in that
   * organization (`tenant`), also those that were made for another workspace.
   */
  readonly revokes: 'token' | 'user' | 'tenant';
  /** Makes tokens worthless. Those that are worthless already are as good. */
  revoke(tokens: object): Promise<void>;
  /** What a refusal means and what to do, for people; undefined when the code says nothing more than the vendor did. */
  advice(refusal: { code: string; message: string }, redirectUri: string): string | undefined;
  /**
   * Whose log-ins are worth nothing any more, where the vendor tells the callback address so with a DELETE; `refused`:
   * it is not the vendor who says so. Absent: it tells nobody. Pure; constant time.
   */
  uninstalled?(request: UninstallRequest): Uninstalled | 'refused';
}

/** Whose log-ins are worth nothing any more. */
export interface Uninstalled extends Pick<LoggedIn, 'tenant' | 'account'> {
  /** When it was taken away there; what was logged in later is good. Undefined: the vendor does not say. */
  at: Date | undefined;
}

/** The vendor says that somebody took Baton away there. */
export interface UninstallRequest {
  authorization: string;
  /** Parsed JSON. */
  body: unknown;
}

/**
 * One kept log-in, the workspace's own or a person's. Every process that opens the same key shares it; the vendor never
 * sees where it lies.
 */
export interface Keeper<T> {
  /** What is kept; undefined when nobody logged in, or when the log-in was refused since. */
  read(): Promise<T | undefined>;
  /**
   * Trades the refresh token, one process at a time. When somebody else renewed since `used` (an access token) was read,
   * theirs are answered and `refresh` is not called. What `refresh` answers is stored before the next may look.
   * A `CredentialsRejected` out of `refresh` is remembered, so that the dead token is not tried again, and thrown on;
   * one that is not about this log-in (`forAll`) is only thrown on.
   * @throws CredentialsRejected also when there is nothing to renew any more
   */
  renew(refresh: (stored: T) => Promise<T>, used: string): Promise<T>;
}

/** Kept log-ins of one workspace at one vendor by holder: '' is the workspace's own, else a person's e-mail. */
export type KeeperOf = <T extends { accessToken: string }>(holder: string) => Keeper<T>;
