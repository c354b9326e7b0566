/** Sign in with Slack, by OpenID Connect (https://docs.slack.dev/authentication/sign-in-with-slack). */
import * as openid from 'openid-client';
import { z } from 'zod';
import type { PersonLogin } from '../contracts/person-login.ts';
import { type Clock, SECOND, systemClock } from '../lib/clock.ts';
import { CredentialsRejected, Failure, Rejected, toError, Unavailable } from '../lib/errors.ts';

export interface PersonLoginOptions {
  clientId: string;
  clientSecret: string;
  /** Base of the Web API; Slack's own unless given. Its sign-in stands beside it. */
  apiUrl?: string | undefined;
  clock: Clock;
}

const SERVICE = 'slack';
const SCOPE = 'openid profile email';
/** Seconds that Slack may take to answer. */
const PATIENCE = 10;
/** Names of claims as Slack's pages have them; the address among them is proved by nobody and chooses nobody. */
const claims = z.looseObject({ 'https://slack.com/user_id': z.string(), 'https://slack.com/team_id': z.string() });

export function personLogin({ clientId, clientSecret, apiUrl, clock }: PersonLoginOptions): PersonLogin {
  const issuer = new URL(apiUrl === undefined ? 'https://slack.com' : new URL('..', apiUrl).href.replace(/\/$/, ''));
  const insecure = issuer.protocol === 'http:';
  const authentication = openid.ClientSecretPost(clientSecret);
  let known: Promise<openid.ServerMetadata> | undefined;

  /** What Slack says of itself, asked for once; a failure is forgotten. */
  function server(): Promise<openid.ServerMetadata> {
    known ??= openid
      .discovery(issuer, clientId, undefined, authentication, {
        timeout: PATIENCE,
        ...(insecure && { execute: [openid.allowInsecureRequests] }),
      })
      .then(found => found.serverMetadata());
    known.catch(() => {
      known = undefined;
    });
    return known;
  }

  async function configuration(): Promise<openid.Configuration> {
    // The library looks at the machine's own clock.
    const skew = Math.round((clock.now().getTime() - systemClock.now().getTime()) / SECOND);
    const made = new openid.Configuration(await server(), clientId, { [openid.clockSkew]: skew }, authentication);
    made.timeout = PATIENCE;
    if (insecure) openid.allowInsecureRequests(made);
    // The token came straight from Slack over TLS; its signature is looked at all the same.
    openid.enableNonRepudiationChecks(made);
    return made;
  }

  return {
    address: given =>
      asked(async () => {
        const { state, nonce, verifier, redirectUri } = given;
        const challenge = await openid.calculatePKCECodeChallenge(verifier);
        const query = {
          scope: SCOPE,
          redirect_uri: redirectUri,
          state,
          nonce,
          // Slack names PKCE nowhere: whether it looks at this or not, the state and nonce do without.
          code_challenge: challenge,
          code_challenge_method: 'S256',
        };
        return openid.buildAuthorizationUrl(await configuration(), query).href;
      }),
    exchange: (cameBack, { state, nonce, verifier }) =>
      asked(async () => {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await openid.authorizationCodeGrant(await configuration(), cameBack, checks);
        const read = claims.safeParse(tokens.claims());
        if (!read.success)
          throw new Rejected('Slack did not say who signed in', { service: SERVICE, code: 'no_claims' });
        return {
          slackUserId: read.data['https://slack.com/user_id'],
          slackTeamId: read.data['https://slack.com/team_id'],
        };
      }),
  };
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw classed(toError(thrown));
  }
}

/** As for an installation: https://docs.slack.dev/reference/methods/openid.connect.token. */
const NOT_OUR_APP = ['invalid_client_id', 'bad_client_secret', 'bad_redirect_uri', 'invalid_client'];

function classed(error: Error): Failure {
  if (error instanceof Failure) return error;
  const code = slackCodeIn(error) ?? codeOf(error);
  const detail = { service: SERVICE, cause: error, ...(code && { code }) };
  if (code && NOT_OUR_APP.includes(code)) {
    return new CredentialsRejected(
      `Slack does not take SLACK_CLIENT_ID, SLACK_CLIENT_SECRET or the redirect address (${code})`,
      detail,
    );
  }
  const isAnswer = error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError;
  if (isAnswer || slackCodeIn(error) || error instanceof openid.ClientError) {
    return isOutage(error)
      ? new Unavailable('Slack does not answer', detail)
      : new Rejected('Slack did not sign anybody in', detail);
  }
  return new Unavailable('Slack does not answer', detail);
}

/** Slack refuses with status 200: `{ok: false, error}`, which no OpenID client takes for an answer. */
function slackCodeIn({ cause }: Error): string | undefined {
  const read = z.looseObject({ body: z.looseObject({ ok: z.literal(false), error: z.string() }) }).safeParse(cause);
  return read.success ? read.data.body.error : undefined;
}

const codeOf = (error: Error): string | undefined =>
  'error' in error && typeof error.error === 'string' ? error.error : 'code' in error ? String(error.code) : undefined;

/** A status that is none of success, or no answer in time. */
const isOutage = (error: Error): boolean =>
  ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'].includes(codeOf(error) ?? '');
