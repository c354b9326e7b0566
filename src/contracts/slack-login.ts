/** What Baton needs of Slack to come into a workspace and to stay there. Throws only the Failures of lib/errors.ts. */

/** What Slack accepts of the bot. A token that rotates has a refresh token, which is good for one use. */
export interface BotTokens {
  accessToken: string;
  refreshToken?: string;
  /** When the access token runs out; absent: it does not. */
  expiresAt?: Date;
}

/** Whoever pressed Allow. */
export interface Installer {
  slackId: string;
  email: string;
  name: string;
  timeZone: string;
}

/** Where Baton was allowed: one workspace, or an organization, which then chooses its workspaces. */
export interface SlackPlace {
  id: string;
  name: string;
  isOrganization: boolean;
}

/** What Slack answers to a code. */
export interface Granted {
  place: SlackPlace;
  tokens: BotTokens;
  appId: string;
  botUserId: string;
  scopes: string[];
  /** Slack's id of whoever pressed Allow. */
  installerId: string;
}

export interface SlackLogin {
  /** Slack's page that asks whoever installs. `team`: chosen beforehand. */
  address(given: { state: string; redirectUri: string; team?: string | undefined }): string;
  /** Of these, those that Baton cannot do without and was not given. */
  missing(scopes: readonly string[]): string[];
  /**
   * Trades what the browser came back with. One call.
   * @throws Rejected with the code `invalid_code` when the code was used or has expired
   */
  exchange(code: string, redirectUri: string): Promise<Granted>;
  /** One call. @throws CredentialsRejected when Slack takes the refresh token no more */
  refresh(refreshToken: string): Promise<BotTokens>;
  /** The bot's id. One call. */
  botId(token: string): Promise<string>;
  /** Undefined: Slack shows no e-mail address of them. One call. */
  person(token: string, slackId: string): Promise<Installer | undefined>;
  /** The organization's workspaces that may use Baton. One call for every hundred. */
  teams(token: string): Promise<{ id: string; name: string }[]>;
  /** Where Baton opens in Slack. */
  home(given: { appId: string; teamId: string }): string;
  /** Where an organization adds workspaces. */
  addWorkspaces(given: { appId: string; enterpriseId: string }): string;
}
