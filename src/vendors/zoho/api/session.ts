/** Who Baton is to Zoho: a refresh token of the environment's, or a log-in; and where that data centre's API is. */
import type { Keeper } from '../../../contracts/login.ts';
import type { Clock } from '../../../lib/clock.ts';
import { CredentialsRejected } from '../../../lib/errors.ts';
import type { Tokens } from './account.ts';
import { SERVICE } from './errors.ts';
import { type OAuthApp, refreshed } from './oauth.ts';

export type ZohoAuth =
  /** `refreshToken`: a self client's, known at the app's own accounts server. */
  | { kind: 'token'; app: OAuthApp; refreshToken: string }
  /** `keeper`: where the workspace's own log-in, or a person's, is kept. */
  | { kind: 'login'; app: OAuthApp; keeper: Keeper<Tokens> };

/** What a call needs: where to, as whom, and how to go on when the token has run out. */
export interface Credentials {
  baseUrl: string;
  headers: Record<string, string>;
  /** After a 401: others, once; undefined: these are new already. */
  renew?(): Promise<Credentials>;
}

/** A token is renewed a little before it runs out: an answer of 401 costs a credit. */
const EARLY_MS = 60_000;

/** @returns asks for credentials, each time a call is made */
export function sessionOf(auth: ZohoAuth, clock: Clock): () => Promise<Credentials> {
  const keeper = auth.kind === 'login' ? auth.keeper : memoryOf(auth);
  return async () => {
    const tokens = await keeper.read();
    if (!tokens) throw new CredentialsRejected('nobody is logged in', { service: SERVICE, code: 'NOT_CONNECTED' });
    const renewed = (used: string) => keeper.renew(stored => refreshed(auth.app, stored), used);
    const isOver = Date.parse(tokens.expiresAt) - EARLY_MS <= clock.now().getTime();
    const usable = isOver ? await renewed(tokens.accessToken) : tokens;
    return {
      ...credentialsWith(usable),
      ...(!isOver && { renew: async () => credentialsWith(await renewed(usable.accessToken)) }),
    };
  };
}

const credentialsWith = ({ accessToken, apiDomain }: Tokens): Credentials => ({
  baseUrl: apiDomain,
  headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
});

/** The refresh token stands in the environment; the access token is this process's own, renewed for all callers at once. */
function memoryOf({ app, refreshToken }: Extract<ZohoAuth, { kind: 'token' }>): Keeper<Tokens> {
  let kept: Tokens = {
    accessToken: '',
    refreshToken,
    apiDomain: '',
    accountsUrl: app.accountsUrl.replace(/\/+$/, ''),
    expiresAt: new Date(0).toISOString(),
  };
  let underWay: Promise<Tokens> | undefined;
  return {
    read: async () => kept,
    async renew(refresh, used) {
      if (kept.accessToken !== used) return kept;
      underWay ??= refresh(kept).finally(() => {
        underWay = undefined;
      });
      kept = await underWay;
      return kept;
    },
  };
}
