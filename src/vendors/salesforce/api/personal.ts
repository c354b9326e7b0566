/** Sessions of people who logged in to Salesforce themselves: what they do from Slack is theirs there, too. */
import { openSession, type Session, type SessionOptions } from './session.ts';
import type { TokenKeeper } from './tokens.ts';

/** People's own log-ins, through the same app as the workspace's. */
export interface PersonalLogins {
  clientId: string;
  /** Left out when the app asks for none. */
  clientSecret?: string;
  keeperOf(email: string): TokenKeeper;
}

/** The session of a person; undefined when they have no log-in, or one that was refused. */
export type SessionOf = (email: string) => Promise<Session | undefined>;

/** More people than this at once log in anew now and then, which costs nothing but a row of the store. */
const MOST_SESSIONS = 200;

/** Opens a session when somebody's first deed comes, and keeps those used last. */
export function personalSessions(logins: PersonalLogins, options: Omit<SessionOptions, 'auth'>): SessionOf {
  const sessions = new Map<string, Session>();
  return async email => {
    const keeper = logins.keeperOf(email);
    const known = sessions.get(email);
    sessions.delete(email);
    // Asked every time: a log-in that was given up in another process must not be used for a moment longer.
    if (!(await keeper.read())) return undefined;
    const { clientId, clientSecret } = logins;
    const auth = { kind: 'tokens' as const, clientId, ...(clientSecret && { clientSecret }), keeper };
    const session = known ?? sessions.get(email) ?? openSession({ ...options, auth });
    sessions.delete(email);
    sessions.set(email, session);
    const [eldest] = sessions.keys();
    if (sessions.size > MOST_SESSIONS && eldest !== undefined) sessions.delete(eldest);
    return session;
  };
}
