/**
 * What a refusal of a log-in means, and what mends it. Codes of the OAuth endpoints (help.salesforce.com, "OAuth 2.0
 * Error Codes and Authorization Errors"); what an admin sees in Salesforce's own words is quoted beside it.
 */
type Advice = string | ((redirectUri: string) => string);

const ADVICE: Record<string, Advice> = {
  redirect_uri_mismatch: uri =>
    `In the External Client App, enter exactly this callback address, and wait some minutes until Salesforce knows it: ${uri}`,
  OAUTH_APP_BLOCKED:
    'An admin of the org has blocked the app. Unblock it in Salesforce under Set-up, Connected Apps OAuth Usage, or External Client App Manager.',
  OAUTH_APP_ACCESS_DENIED:
    'This user may not use the app. Give the user a permission set or profile that its policies allow (External Client App Manager, Policies).',
  OAUTH_APPROVAL_ERROR_GENERIC:
    'Salesforce could not finish the approval. Look at Login History in Set-up for this user, then try once more.',
  OAUTH_AUTHORIZATION_BLOCKED:
    'The app is not approved in this org. An admin approves it in Set-up, Connected Apps OAuth Usage.',
  OAUTH_EC_APP_NOT_FOUND:
    'Salesforce does not know the app in this org. Check SALESFORCE_CLIENT_ID, and that the log-in was in the org that has the External Client App (sandbox or production).',
  invalid_client_id:
    'Salesforce does not know this consumer key. Check SALESFORCE_CLIENT_ID, and that SALESFORCE_LOGIN_URL is the right host (login, test or your My Domain).',
  invalid_client: 'Check SALESFORCE_CLIENT_SECRET: it is not the secret of this External Client App.',
  invalid_scope:
    'Allow these scopes in the External Client App: api (Manage user data via APIs), refresh_token (Perform requests at any time), id (Access the identity URL service).',
  invalid_app_access: 'The app’s policies do not let this user in: pre-authorise their profile or permission set.',
  inactive_user: 'The user is deactivated or frozen in Salesforce. Activate the user, or log in as another one.',
  inactive_org: 'The org is locked, closed or suspended. Talk to whoever holds the Salesforce contract.',
  IP_RESTRICTED:
    'The user may not log in from the address of Baton’s server. Add it to the profile’s login ranges, or relax IP restrictions in the app’s policies.',
  PASSWORD_CHANGE_REQUIRED:
    'The user’s password has run out. Log in to Salesforce as that user, choose a new password, then connect again.',
  NO_REFRESH_TOKEN:
    'Allow the scope refresh_token (Perform requests at any time) in the External Client App, then connect again.',
  access_denied: 'Allow was not pressed. Start again when you are ready.',
};

/** invalid_grant says several things; which one stands in its description. */
const IN_WORDS: readonly (readonly [RegExp, keyof typeof ADVICE | { words: string }])[] = [
  [/ip restricted/i, 'IP_RESTRICTED'],
  [/password/i, 'PASSWORD_CHANGE_REQUIRED'],
  [/inactive user|user is inactive/i, 'inactive_user'],
  [/inactive org/i, 'inactive_org'],
  [/app blocked/i, 'OAUTH_APP_BLOCKED'],
  [
    /hasn't approved/i,
    { words: 'Pre-authorise the user for the app (Policies: admin approved users are pre-authorized).' },
  ],
  [/authorization code/i, { words: 'The log-in took too long. Start again.' }],
  [
    /expired access\/refresh token|token validity expired|inactive refresh|reuse/i,
    {
      words:
        'The access was taken back in Salesforce, ran out by the app’s refresh token policy, or was used twice. Connect again.',
    },
  ],
];

/** What to do about a refusal; undefined when it says nothing more than its own words. */
export function advice({ code, message }: { code: string; message: string }, redirectUri: string): string | undefined {
  const found = ADVICE[code] ?? fromWords(message);
  return typeof found === 'function' ? found(redirectUri) : found;
}

function fromWords(message: string): Advice | undefined {
  const found = IN_WORDS.find(([pattern]) => pattern.test(message))?.[1];
  return typeof found === 'object' ? found.words : found && ADVICE[found];
}
