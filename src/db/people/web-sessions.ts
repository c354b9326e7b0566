/** Browsers that are signed in to the shared page, and the links and journeys by which they come in. Secrets as hashes. */
import type { Db } from '../connection.ts';

/** Somebody's browser. */
export interface WebSession {
  workspaceId: string;
  slackUserId: string;
}

export interface WebTicket extends WebSession {
  /** Where it leads: a path below `/page/`. */
  path: string;
  expiresAt: Date;
  usedAt: Date | null;
}

export async function saveTicket(
  db: Db,
  ticketHash: string,
  ticket: WebSession & { path: string; at: Date; expiresAt: Date },
): Promise<void> {
  await db('web_tickets').insert({
    ticket_hash: ticketHash,
    workspace_id: ticket.workspaceId,
    slack_user: ticket.slackUserId,
    path: ticket.path,
    asked_at: ticket.at,
    expires_at: ticket.expiresAt,
  });
}

/** How many links this person asked for since then. */
export async function webTicketsSince(db: Db, { workspaceId, slackUserId }: WebSession, since: Date): Promise<number> {
  const row = await db('web_tickets')
    .where({ workspace_id: workspaceId, slack_user: slackUserId })
    .andWhere('asked_at', '>=', since)
    .count('* as all')
    .first();
  return Number(row?.all);
}

/** By the hash of a secret that only its asker should have; the workspace is whichever the secret belongs to. */
export async function ticketBy(db: Db, ticketHash: string): Promise<WebTicket | undefined> {
  const row = await db('web_tickets').where({ ticket_hash: ticketHash }).first();
  return (
    row && {
      workspaceId: row.workspace_id,
      slackUserId: row.slack_user,
      path: row.path,
      expiresAt: row.expires_at,
      usedAt: row.used_at,
    }
  );
}

/** False when it was used before. */
export async function useTicket(trx: Db, ticketHash: string, at: Date): Promise<boolean> {
  return (await trx('web_tickets').where({ ticket_hash: ticketHash, used_at: null }).update({ used_at: at })) === 1;
}

export async function saveSession(
  trx: Db,
  sessionHash: string,
  session: WebSession & { at: Date; expiresAt: Date },
): Promise<void> {
  await trx('web_sessions').insert({
    session_hash: sessionHash,
    workspace_id: session.workspaceId,
    slack_user: session.slackUserId,
    created_at: session.at,
    seen_at: session.at,
    expires_at: session.expiresAt,
  });
}

/**
 * Whose browser it is, which is here again now. Undefined: signed out, expired, not seen since then, its workspace removed
 * Baton, or Slack says that its person is gone. One round trip.
 */
export async function seeSession(
  db: Db,
  sessionHash: string,
  given: { at: Date; seenSince: Date },
): Promise<WebSession | undefined> {
  const { rows } = await db.raw(
    `update web_sessions as s set seen_at = :at from workspaces as w
     where s.session_hash = :sessionHash and s.expires_at > :at and s.seen_at > :seenSince and w.id = s.workspace_id
       and w.uninstalled_at is null and not exists (select from people as p where p.workspace_id = s.workspace_id
         and p.slack_id = s.slack_user and p.slack_active = false)
     returning s.workspace_id as "workspaceId", s.slack_user as "slackUserId"`,
    { sessionHash, ...given },
  );
  return rows[0];
}

export async function endSession(db: Db, sessionHash: string): Promise<void> {
  await db('web_sessions').where({ session_hash: sessionHash }).delete();
}

/** Everybody of the workspace is signed out, and no link leads in any more. */
export async function endSessionsOf(trx: Db, workspaceId: string): Promise<void> {
  await trx('web_sessions').where({ workspace_id: workspaceId }).delete();
  await trx('web_tickets').where({ workspace_id: workspaceId }).delete();
}

/** This person is signed out of every browser. */
export async function endSessionsOfPerson(db: Db, workspaceId: string, slackUserId: string): Promise<void> {
  await db('web_sessions').where({ workspace_id: workspaceId, slack_user: slackUserId }).delete();
}

/** Sessions that are over, and links and journeys of before then. */
export async function forgetOldSessions(db: Db, given: { at: Date; seenSince: Date; before: Date }): Promise<void> {
  await db('web_sessions').where('expires_at', '<=', given.at).orWhere('seen_at', '<=', given.seenSince).delete();
  await db('web_tickets').where('expires_at', '<=', given.before).delete();
  await db('web_logins').where('expires_at', '<=', given.before).delete();
}

/** A journey to Slack's sign-in page begins. */
export async function saveLogin(
  db: Db,
  login: { stateHash: string; browserHash: string; path: string; at: Date; expiresAt: Date },
): Promise<void> {
  await db('web_logins').insert({
    state_hash: login.stateHash,
    browser_hash: login.browserHash,
    path: login.path,
    begun_at: login.at,
    expires_at: login.expiresAt,
  });
}

export interface WebLogin {
  browserHash: string;
  path: string;
  expiresAt: Date;
  usedAt: Date | null;
}

export async function loginBy(db: Db, stateHash: string): Promise<WebLogin | undefined> {
  const row = await db('web_logins').where({ state_hash: stateHash }).first();
  return row && { browserHash: row.browser_hash, path: row.path, expiresAt: row.expires_at, usedAt: row.used_at };
}

/** False when the browser was back before. */
export async function useLogin(db: Db, stateHash: string, at: Date): Promise<boolean> {
  return (await db('web_logins').where({ state_hash: stateHash, used_at: null }).update({ used_at: at })) === 1;
}
