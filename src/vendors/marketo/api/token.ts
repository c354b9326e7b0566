/**
 * The access token of the custom service. Marketo gives the same one to whoever asks until it expires, so processes cannot get in
 * one another's way: the shelf only spares them the asking
 * (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/authentication).
 */
import type { AppToken, TokenShelf } from '../../../contracts/shared-calls.ts';
import { after, type Clock, SECOND } from '../../../lib/clock.ts';
import type { HttpClient } from '../../../lib/http.ts';
import { isObject, numberFrom, textFrom } from '../../../lib/json-values.ts';
import { failureOf } from './errors.ts';

/** With less left a call may arrive too late. */
const TOO_LITTLE = 5 * SECOND;

export interface TokenOptions {
  http: HttpClient;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  shelf?: TokenShelf;
}

/** Answers a token that is not `refused`. None or one call, which counts for no limit. */
export function tokenSource({ http, clientId, clientSecret, clock, shelf }: TokenOptions) {
  let known: AppToken | undefined;
  let coming: Promise<AppToken> | undefined;

  const isGood = (token: AppToken | undefined, refused: string | undefined): token is AppToken =>
    token !== undefined && token.value !== refused && Date.parse(token.expiresAt) - TOO_LITTLE > clock.now().getTime();

  async function fetchToken(): Promise<AppToken> {
    const query = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const answer = await http({ path: '/identity/oauth/token', query });
    const value = isObject(answer.body) ? textFrom(answer.body.access_token) : undefined;
    if (answer.status !== 200 || value === undefined) throw failureOf(answer, 'a token', clock.now());
    const seconds = (isObject(answer.body) && numberFrom(answer.body.expires_in)) || 0;
    return { value, expiresAt: after(clock.now(), seconds * SECOND).toISOString() };
  }

  async function fresh(refused: string | undefined): Promise<AppToken> {
    const shelved = await shelf?.read();
    if (isGood(shelved, refused)) return shelved;
    const token = await fetchToken();
    await shelf?.keep(token);
    return token;
  }

  return async (refused?: string): Promise<string> => {
    if (isGood(known, refused)) return known.value;
    coming ??= fresh(refused).finally(() => {
      coming = undefined;
    });
    known = await coming;
    return known.value;
  };
}
