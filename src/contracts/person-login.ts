/** Slack says who somebody is. Throws only the Failures of lib/errors.ts. */
export interface PersonLogin {
  /** Slack's page that asks; what it is given comes back, or must be known again. One call in the life of a process. */
  address(given: LoginSecrets & { redirectUri: string }): Promise<string>;
  /**
   * Trades what the browser came back with, at this address, for whoever pressed Allow. Two calls.
   * @throws Rejected when the code, state or nonce is not what it must be
   */
  exchange(cameBack: URL, secrets: LoginSecrets): Promise<{ slackUserId: string; slackTeamId: string }>;
}

/** What binds a journey to itself and to the browser that began it. */
export interface LoginSecrets {
  state: string;
  nonce: string;
  verifier: string;
}
