/** Who Baton is to Pipedrive: an API token, or a log-in of the app; and where that company's API is. */
import type { Keeper } from '../../../contracts/login.ts';
import type { Clock } from '../../../lib/clock.ts';
import { CredentialsRejected } from '../../../lib/errors.ts';
import type { Tokens } from './account.ts';
import { SERVICE } from './errors.ts';
import { type OAuthApp, refreshed } from './oauth.ts';

export type PipedriveAuth =
  | { kind: 'token'; token: string }
  /** `keeper`: where the workspace's own log-in, or a person's, is kept. */
  | { kind: 'login'; app: OAuthApp; keeper: Keeper<Tokens> };

/** What a call needs: where to, as whom, and how to go on when the token has run out. */
export interface Credentials {
  baseUrl: string;
  headers: Record<string, string>;
  /** After a 401: other headers, once; undefined: there are none. */
  renew?(): Promise<Credentials>;
  companyId?: string;
}

/** A token is renewed a little before it runs out: an answer of 401 costs a call. */
const EARLY_MS = 60_000;

/** @throws CredentialsRejected when nobody is logged in, or the log-in is not accepted any more */
export async function credentialsOf(auth: PipedriveAuth, apiUrl: string, clock: Clock): Promise<Credentials> {
  if (auth.kind === 'token') return { baseUrl: apiUrl, headers: { 'x-api-token': auth.token } };
  const tokens = await auth.keeper.read();
  if (!tokens) throw new CredentialsRejected('nobody is logged in', { service: SERVICE, code: 'NOT_CONNECTED' });
  const renewed = async (used: string) => auth.keeper.renew(stored => refreshed(auth.app, stored), used);
  const isOver = Date.parse(tokens.expiresAt) - EARLY_MS <= clock.now().getTime();
  const usable = isOver ? await renewed(tokens.accessToken) : tokens;
  return {
    ...credentialsWith(usable),
    ...(!isOver && { renew: async () => credentialsWith(await renewed(usable.accessToken)) }),
  };
}

const credentialsWith = ({ accessToken, apiDomain, companyId }: Tokens): Credentials => ({
  baseUrl: apiDomain,
  headers: { authorization: `Bearer ${accessToken}` },
  companyId,
});
