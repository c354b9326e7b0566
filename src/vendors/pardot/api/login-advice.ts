/**
 * What a refusal of a log-in means, and what mends it. Codes of Salesforce's OAuth endpoints (help.salesforce.com, "OAuth 2.0
 * Error Codes and Authorization Errors"), and Baton's own.
 */
const ADVICE: Readonly<Record<string, string>> = {
  SEVERAL_UNITS:
    'Connect with keys instead, where you name the business unit, or set PARDOT_BUSINESS_UNIT_ID and connect again.',
  NO_UNIT:
    'Log in as a user who is synced to the business unit, or set PARDOT_BUSINESS_UNIT_ID (Setup › Account Engagement › Business Unit Setup).',
  NO_REFRESH_TOKEN:
    'Allow the scope refresh_token (Perform requests at any time) in the External Client App, then connect again.',
  OAUTH_APP_BLOCKED: 'An admin of the org has blocked the app. Unblock it under Setup › Connected Apps OAuth Usage.',
  OAUTH_APP_ACCESS_DENIED: 'Give the user a permission set or profile that the app’s policies allow.',
  invalid_client_id:
    'Check PARDOT_CLIENT_ID, and that PARDOT_LOGIN_URL is the right host: login, test or your My Domain.',
  invalid_client:
    'Check PARDOT_CLIENT_SECRET, and that the app allows this flow; client credentials need your My Domain as PARDOT_LOGIN_URL and a user to run as.',
  invalid_scope:
    'Allow these scopes in the External Client App: pardot_api (Manage Pardot services), api, refresh_token, id.',
  inactive_user: 'The user is deactivated or frozen in Salesforce. Activate the user, or log in as another one.',
  access_denied: 'Allow was not pressed. Start again when you are ready.',
};

/** invalid_grant says several things; which one stands in its description. */
const IN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/authorization code/i, 'The log-in took too long. Start again.'],
  [/expired access\/refresh token|reuse|inactive refresh/i, 'The access was taken back in Salesforce. Connect again.'],
  [/ip restricted/i, 'Allow the address of Baton’s server in the profile’s login ranges or the app’s policies.'],
  [/client credentials/i, 'Choose the user to run as under the app’s policies, Client Credentials Flow.'],
];

/** What to do about a refusal; undefined when it says nothing more than its own words. */
export function loginAdvice(code: string, message: string, redirectUri: string): string | undefined {
  if (code === 'redirect_uri_mismatch') {
    return `In the External Client App, enter exactly this callback address, and wait some minutes: ${redirectUri}`;
  }
  return ADVICE[code] ?? IN_WORDS.find(([pattern]) => pattern.test(message))?.[1];
}
