/** Log-ins under way: a ticket for a person, a browser, one journey to the vendor's page and back. Each step once. */
import type { Db } from '../connection.ts';
import type { CredentialKey } from './credentials.ts';

export interface Attempt extends CredentialKey {
  id: number;
  /** E-mail of the person who asked for the ticket. */
  askedBy: string;
  expiresAt: Date;
  openedAt: Date | null;
  browserHash: string | null;
  sealedVerifier: string | null;
  returnedAt: Date | null;
  sealedTokens: string | null;
}

interface Row {
  id: number;
  workspace_id: string;
  vendor: string;
  holder: string;
  asked_by: string;
  expires_at: Date;
  opened_at: Date | null;
  browser_hash: string | null;
  sealed_verifier: string | null;
  returned_at: Date | null;
  sealed_tokens: string | null;
}

function toAttempt(row: Row): Attempt {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    vendor: row.vendor,
    holder: row.holder,
    askedBy: row.asked_by,
    expiresAt: row.expires_at,
    openedAt: row.opened_at,
    browserHash: row.browser_hash,
    sealedVerifier: row.sealed_verifier,
    returnedAt: row.returned_at,
    sealedTokens: row.sealed_tokens,
  };
}

/** Makes a ticket; only its hash is kept. What is older than `forgetBefore` is forgotten with what it held. */
export async function openAttempt(
  trx: Db,
  { workspaceId, vendor, holder }: CredentialKey,
  given: { askedBy: string; ticketHash: string; at: Date; expiresAt: Date; forgetBefore: Date },
): Promise<void> {
  await trx('connect_attempts')
    .where({ workspace_id: workspaceId })
    .where('expires_at', '<', given.forgetBefore)
    .delete();
  await trx('connect_attempts').insert({
    workspace_id: workspaceId,
    vendor,
    holder,
    asked_by: given.askedBy,
    ticket_hash: given.ticketHash,
    asked_at: given.at,
    expires_at: given.expiresAt,
  });
}

/** How many tickets somebody asked for since then. */
export async function ticketsSince(db: Db, workspaceId: string, askedBy: string, since: Date): Promise<number> {
  const row = await db('connect_attempts')
    .where({ workspace_id: workspaceId, asked_by: askedBy })
    .where('asked_at', '>=', since)
    .count('* as all')
    .first();
  return Number(row?.all);
}

/** By the hash of a secret that only one browser should have; the workspace is whichever the secret belongs to. */
export async function attemptBy(
  db: Db,
  which: 'ticket_hash' | 'state_hash' | 'confirm_hash',
  hash: string,
): Promise<Attempt | undefined> {
  const row: Row | undefined = await db('connect_attempts')
    .where({ [which]: hash })
    .first();
  return row && toAttempt(row);
}

/** The ticket is used: the browser leaves for the vendor's page. False when somebody was faster. */
export async function leave(
  db: Db,
  { workspaceId, id }: Attempt,
  given: { at: Date; browserHash: string; stateHash: string; sealedVerifier: string },
): Promise<boolean> {
  const left = await db('connect_attempts').where({ workspace_id: workspaceId, id, opened_at: null }).update({
    opened_at: given.at,
    browser_hash: given.browserHash,
    state_hash: given.stateHash,
    sealed_verifier: given.sealedVerifier,
  });
  return left === 1;
}

/** The state is used: the browser is back, and the verifier is needed no more. False when it was back before. */
export async function comeBack(db: Db, { workspaceId, id }: Attempt, at: Date): Promise<boolean> {
  const back = await db('connect_attempts')
    .where({ workspace_id: workspaceId, id, returned_at: null })
    .update({ returned_at: at, sealed_verifier: null });
  return back === 1;
}

/** What was logged in waits for the person to say that they mean it. */
export async function awaitConfirmation(
  db: Db,
  { workspaceId, id }: Attempt,
  given: { confirmHash: string; sealedTokens: string },
): Promise<void> {
  await db('connect_attempts')
    .where({ workspace_id: workspaceId, id })
    .update({ confirm_hash: given.confirmHash, sealed_tokens: given.sealedTokens });
}

/** The person answered. False when they had answered before. */
export async function settleConfirmation(db: Db, { workspaceId, id }: Attempt): Promise<boolean> {
  const settled = await db('connect_attempts')
    .where({ workspace_id: workspaceId, id })
    .whereNotNull('sealed_tokens')
    .update({ sealed_tokens: null });
  return settled === 1;
}

/** Log-ins that nobody answered for since then, of every workspace: their tokens are still good at the vendor. */
export async function unanswered(db: Db, openedBefore: Date): Promise<Attempt[]> {
  const rows: Row[] = await db('connect_attempts')
    .whereNotNull('sealed_tokens')
    .where('opened_at', '<=', openedBefore)
    .orderBy('id')
    .limit(MOST_AT_ONCE);
  return rows.map(toAttempt);
}

const MOST_AT_ONCE = 100;
