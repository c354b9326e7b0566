/** Who may look at the shared page: links from Slack, each for one person and one use, and the sessions they lead to. */
import { nameOf, personOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import {
  endSession,
  forgetOldSessions,
  saveSession,
  saveTicket,
  seeSession,
  ticketBy,
  useTicket,
  type WebSession,
  type WebTicket,
  webTicketsSince,
} from '../db/people/web-sessions.ts';
import { workspaceById } from '../db/workspaces/workspaces.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { type Actor, onlookerOf, type Requester } from '../handoff/core/rights.ts';
import { after, DAY, HOUR, MINUTE } from '../lib/clock.ts';
import { randomToken } from '../lib/crypto.ts';
import { hashOf } from './login-journey.ts';

/** Long enough to change to the browser, short enough that a link left lying about is worth nothing. */
const TICKET_MINUTES = 10;
const MOST_TICKETS_AN_HOUR = 60;
/** Nobody was there for so long, or signed in so long ago: they sign in again. */
const IDLE = 12 * HOUR;
const LONGEST = 7 * DAY;

export type PageLink =
  | { kind: 'link'; url: string; minutes: number; name: string }
  | { kind: 'stranger' }
  | { kind: 'too_many'; minutes: number };

/** Somebody who is signed in, with the rights they have at this moment. */
export interface Visitor {
  requester: Requester;
  actor: Actor;
  playbook: Playbook;
  zone: string;
  /** Of their workspace. */
  workspace: string;
}

export type Visit =
  | { kind: 'visitor'; visitor: Visitor }
  /** Signed in, but neither of the playbook's people nor of its viewers. `admins`: names of those who can change that. */
  | { kind: 'outsider'; workspace: string; admins: string[] }
  | { kind: 'nobody' };

/** What a link is worth just now. */
export type TicketLooked =
  | { kind: 'ready'; name: string; workspace: string }
  | { kind: 'used' | 'expired' | 'unknown' };

export interface PageAccess {
  /** A link to a path below `/page/` that signs whoever asks in. Three round trips. */
  link(requester: Requester, path: string): Promise<PageLink>;
  /** Uses nothing up: link scanners only look. */
  look(ticket: string): Promise<TicketLooked>;
  /** Uses the ticket: the secret of a new session, and where it leads. */
  enter(
    ticket: string,
  ): Promise<{ kind: 'entered'; secret: string; path: string } | Exclude<TicketLooked, { kind: 'ready' }>>;
  /** Signs in somebody whom Slack vouched for; answers the secret. */
  begin(session: WebSession): Promise<string>;
  /** Whose browser this is, with rights read anew. Three round trips, two of them at once. */
  visit(secret: string): Promise<Visit>;
  end(secret: string): Promise<void>;
}

export function pageAccess(deps: Deps): PageAccess {
  const { db, clock } = deps;
  return {
    link: (requester, path) => link(deps, requester, path),
    async look(ticket) {
      const found = await ticketBy(db, hashOf(ticket));
      const problem = problemWith(found, clock.now());
      if (problem || !found) return problem ?? { kind: 'unknown' };
      const [workspace, actor] = await Promise.all([workspaceById(db, found.workspaceId), onlookerOf(deps, found)]);
      return { kind: 'ready', name: actor?.name ?? 'you', workspace: workspace?.name ?? '' };
    },
    async enter(ticket) {
      const now = clock.now();
      const found = await ticketBy(db, hashOf(ticket));
      const problem = problemWith(found, now);
      if (problem || !found) return problem ?? { kind: 'unknown' };
      const secret = await db.transaction(async trx =>
        (await useTicket(trx, hashOf(ticket), now)) ? signIn(trx, found, now) : undefined,
      );
      return secret ? { kind: 'entered', secret, path: found.path } : { kind: 'used' };
    },
    begin: session => signIn(db, session, clock.now()),
    visit: secret => visit(deps, secret),
    end: secret => endSession(db, hashOf(secret)),
  };
}

async function link(deps: Deps, requester: Requester, path: string): Promise<PageLink> {
  const { db, clock, publicUrl } = deps;
  const now = clock.now();
  const actor = await onlookerOf(deps, requester);
  if (!actor) return { kind: 'stranger' };
  if ((await webTicketsSince(db, requester, after(now, -HOUR))) >= MOST_TICKETS_AN_HOUR) {
    return { kind: 'too_many', minutes: TICKET_MINUTES };
  }
  const ticket = randomToken();
  const { workspaceId, slackUserId } = requester;
  const expiresAt = after(now, TICKET_MINUTES * MINUTE);
  await saveTicket(db, hashOf(ticket), { workspaceId, slackUserId, path, at: now, expiresAt });
  return { kind: 'link', url: `${publicUrl}/page/enter?ticket=${ticket}`, minutes: TICKET_MINUTES, name: actor.name };
}

function problemWith(ticket: WebTicket | undefined, now: Date) {
  if (!ticket) return { kind: 'unknown' } as const;
  if (ticket.usedAt) return { kind: 'used' } as const;
  return ticket.expiresAt <= now ? ({ kind: 'expired' } as const) : undefined;
}

async function signIn(db: Deps['db'], { workspaceId, slackUserId }: WebSession, now: Date): Promise<string> {
  const secret = randomToken();
  await saveSession(db, hashOf(secret), { workspaceId, slackUserId, at: now, expiresAt: after(now, LONGEST) });
  return secret;
}

async function visit(deps: Deps, secret: string): Promise<Visit> {
  const now = deps.clock.now();
  const session = secret
    ? await seeSession(deps.db, hashOf(secret), { at: now, seenSince: after(now, -IDLE) })
    : undefined;
  if (!session) return { kind: 'nobody' };
  const { workspaceId } = session;
  const [actor, { playbook }, found] = await Promise.all([
    onlookerOf(deps, session),
    deps.playbook(workspaceId),
    workspaceById(deps.db, workspaceId),
  ]);
  const workspace = found?.name ?? '';
  if (!actor) return { kind: 'outsider', workspace, admins: playbook.admins.map(one => nameOf(playbook, one)) };
  const zone = personOf(playbook, actor.email)?.time_zone ?? actor.zone ?? 'UTC';
  return { kind: 'visitor', visitor: { requester: session, actor, playbook, zone, workspace } };
}

/** Sessions that are over, and links and journeys that nobody comes back to. */
export function forgetSessions({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const at = clock.now();
  return forgetOldSessions(db, { at, seenSince: after(at, -IDLE), before: after(at, -DAY) });
}
