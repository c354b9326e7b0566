/** The way to the shared page through Slack's own sign-in: each journey ends in one of the ways below. */
import type { PersonLogin } from '../contracts/person-login.ts';
import { loginBy, saveLogin, useLogin } from '../db/people/web-sessions.ts';
import { tenancyOfTeam } from '../db/workspaces/tenancies.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { after, MINUTE } from '../lib/clock.ts';
import { constantTimeEqual, derivedSecret, randomToken } from '../lib/crypto.ts';
import { CredentialsRejected, Failure, Rejected, toError } from '../lib/errors.ts';
import { hashOf } from './login-journey.ts';
import type { PageAccess } from './page-access.ts';

export type PageLoginEnd =
  | { kind: 'entered'; secret: string; path: string }
  /** `no_workspace`: that Slack has no Baton here. */
  | { kind: 'unknown' | 'used' | 'expired' | 'wrong_browser' | 'denied' | 'no_workspace' | 'refused' | 'no_answer' };

export interface PageLogin {
  /** Where the browser is sent; what it begins is good for ten minutes and one use. One round trip. */
  begin(browser: string, path: string): Promise<string>;
  /** `cameBack`: the whole address that Slack sent the browser to. */
  comeBack(cameBack: URL, browser: string): Promise<PageLoginEnd>;
}

/** As long as Slack's code. */
const GOOD_FOR = 10 * MINUTE;

export function pageLogin(deps: Deps, access: PageAccess, slack: PersonLogin): PageLogin {
  const redirectUri = `${deps.publicUrl}/page/sign-in/callback`;
  return {
    async begin(browser, path) {
      const state = randomToken();
      const now = deps.clock.now();
      const to = await slack.address({ ...secretsOf(browser, state), redirectUri });
      await saveLogin(deps.db, {
        stateHash: hashOf(state),
        browserHash: hashOf(browser),
        path,
        at: now,
        expiresAt: after(now, GOOD_FOR),
      });
      return to;
    },
    comeBack: (cameBack, browser) => comeBack({ deps, access, slack }, cameBack, browser),
  };
}

interface Journey {
  deps: Deps;
  access: PageAccess;
  slack: PersonLogin;
}

/** Nonce and verifier follow from the browser's secret: nothing of them is kept, and no other browser has them. */
const secretsOf = (browser: string, state: string) => ({
  state,
  nonce: derivedSecret(browser, `nonce ${state}`),
  verifier: derivedSecret(browser, `verifier ${state}`),
});

async function comeBack({ deps, access, slack }: Journey, cameBack: URL, browser: string): Promise<PageLoginEnd> {
  const now = deps.clock.now();
  const state = cameBack.searchParams.get('state') ?? '';
  const login = await loginBy(deps.db, hashOf(state));
  if (!login) return { kind: 'unknown' };
  // Before anything is used up: a stranger's browser must not spoil the journey of the right one.
  if (!browser || !constantTimeEqual(login.browserHash, hashOf(browser))) return { kind: 'wrong_browser' };
  if (login.usedAt) return { kind: 'used' };
  if (login.expiresAt <= now) return { kind: 'expired' };
  if (!(await useLogin(deps.db, hashOf(state), now))) return { kind: 'used' };
  if (cameBack.searchParams.has('error')) return { kind: 'denied' };
  const who = await exchanged({ deps, slack }, cameBack, secretsOf(browser, state));
  if ('kind' in who) return who;
  const tenancy = await tenancyOfTeam(deps.db, who.slackTeamId);
  if (!tenancy || tenancy.uninstalledAt) return { kind: 'no_workspace' };
  const { workspaceId } = tenancy;
  const secret = await access.begin({ workspaceId, slackUserId: who.slackUserId });
  return { kind: 'entered', secret, path: login.path };
}

async function exchanged(
  { deps, slack }: Pick<Journey, 'deps' | 'slack'>,
  cameBack: URL,
  secrets: ReturnType<typeof secretsOf>,
) {
  try {
    return await slack.exchange(cameBack, secrets);
  } catch (thrown) {
    const error = toError(thrown);
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error }, 'somebody could not sign in to the shared page');
    const isRefusal = error instanceof Rejected || error instanceof CredentialsRejected;
    return { kind: isRefusal ? ('refused' as const) : ('no_answer' as const) };
  }
}
