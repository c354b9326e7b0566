/** Who Baton is to Account Engagement: somebody's log-in, or the app's own user. */
import type { Keeper } from '../../../contracts/login.ts';
import type { AppToken, TokenShelf } from '../../../contracts/shared-calls.ts';
import { after, type Clock, HOUR } from '../../../lib/clock.ts';
import { CredentialsRejected } from '../../../lib/errors.ts';
import { SERVICE } from './errors.ts';
import { type OAuthApp, ownToken, refreshed, type Tokens } from './oauth.ts';

export interface Credentials {
  accessToken: string;
  /** 18 characters, `0Uv…`. */
  unitId: string;
  /** The Salesforce org it belongs to; left out: not known yet. */
  organization?: string;
}

/** What a call needs. `refused`: the token that is not taken any more; then there is another one, or a Failure. */
export type Access = (refused?: string) => Promise<Credentials>;

/** `keeper` has one process renew for all. */
export function accessByLogin(app: OAuthApp, keeper: Keeper<Tokens>): Access {
  return async refused => {
    const kept = await keeper.read();
    if (!kept)
      throw new CredentialsRejected('nobody is logged in to Account Engagement', {
        service: SERVICE,
        code: 'NOT_CONNECTED',
      });
    const isDead = refused !== undefined && refused === kept.accessToken;
    return isDead ? keeper.renew(stored => refreshed(app, stored), refused) : kept;
  };
}

/** Nothing says how long a token is good; sessions last two hours after their last use, unless an admin chose otherwise. */
const GOOD_FOR = HOUR;

export interface OwnAccess {
  app: OAuthApp;
  unitId: string;
  clock: Clock;
  /** Spares other processes the asking. */
  shelf?: TokenShelf | undefined;
}

/** The app's own user (client credentials). None or one call. */
export function accessByApp({ app, unitId, clock, shelf }: OwnAccess): Access {
  let known: AppToken | undefined;
  let coming: Promise<AppToken> | undefined;
  const isGood = (token: AppToken | undefined, refused: string | undefined): token is AppToken =>
    token !== undefined && token.value !== refused && Date.parse(token.expiresAt) > clock.now().getTime();

  async function fresh(refused: string | undefined): Promise<AppToken> {
    const shelved = await shelf?.read();
    if (isGood(shelved, refused)) return shelved;
    const token = { ...(await ownToken(app)), expiresAt: after(clock.now(), GOOD_FOR).toISOString() };
    await shelf?.keep(token);
    return token;
  }

  return async refused => {
    if (!isGood(known, refused)) {
      coming ??= fresh(refused).finally(() => {
        coming = undefined;
      });
      known = await coming;
    }
    return { accessToken: known.value, unitId, ...(known.tenant && { organization: known.tenant }) };
  };
}
