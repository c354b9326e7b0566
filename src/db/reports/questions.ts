/** Questions that were answered, as objects: what a thread goes on from, and those that are asked again by themselves. */
import { randomUUID } from 'node:crypto';
import type { Db } from '../connection.ts';

/** Where somebody asked: a conversation and, where there is one, its thread. */
export interface AskedIn {
  workspaceId: string;
  slackUserId: string;
  place: string;
}

/** Keeps an answered question; answers its id. One round trip. */
export async function keepQuestion(db: Db, where: AskedIn, object: object, at: Date): Promise<string> {
  const id = randomUUID();
  await db('questions').insert({
    id,
    workspace_id: where.workspaceId,
    slack_user_id: where.slackUserId,
    place: where.place,
    object: JSON.stringify(object),
    asked_at: at,
  });
  return id;
}

/** What this person asked there last, not before `since`. */
export async function lastQuestion(
  db: Db,
  { workspaceId, slackUserId, place }: AskedIn,
  since: Date,
): Promise<unknown> {
  const row = await db('questions')
    .where({ workspace_id: workspaceId, slack_user_id: slackUserId, place })
    .andWhere('asked_at', '>=', since)
    .orderBy('asked_at', 'desc')
    .first('object');
  return row?.object;
}

/** A question by its id, of whoever asked it. */
export async function questionById(
  db: Db,
  { workspaceId, slackUserId }: Omit<AskedIn, 'place'>,
  id: string,
): Promise<unknown> {
  const row = await db('questions')
    .where({ workspace_id: workspaceId, slack_user_id: slackUserId, id })
    .first('object');
  return row?.object;
}

/** Whether the answer was what was meant. */
export async function noteVerdict(
  db: Db,
  { workspaceId, slackUserId }: Omit<AskedIn, 'place'>,
  id: string,
  verdict: 'right' | 'wrong',
): Promise<void> {
  await db('questions').where({ workspace_id: workspaceId, slack_user_id: slackUserId, id }).update({ verdict });
}

export async function forgetQuestions(db: Db, before: Date): Promise<void> {
  await db('questions').where('asked_at', '<', before).delete();
}

export interface StandingQuestion {
  id: string;
  workspaceId: string;
  slackUserId: string;
  object: unknown;
  nextAt: Date;
}

/** Asks again from `nextAt` on; the same question of the same person stays one. Answers its id. */
export async function addStanding(
  db: Db,
  { workspaceId, slackUserId, object, nextAt }: Omit<StandingQuestion, 'id'>,
  at: Date,
): Promise<string> {
  const [row] = await db('standing_questions')
    .insert({
      id: randomUUID(),
      workspace_id: workspaceId,
      slack_user_id: slackUserId,
      object: JSON.stringify(object),
      next_at: nextAt,
      created_at: at,
    })
    .onConflict(['workspace_id', 'slack_user_id', 'object'])
    .merge(['next_at'])
    .returning('id');
  return row.id;
}

/** Ends one of this person's; true when there was one. */
export async function endStanding(
  db: Db,
  { workspaceId, slackUserId }: Omit<AskedIn, 'place'>,
  id: string,
): Promise<boolean> {
  return (
    (await db('standing_questions').where({ workspace_id: workspaceId, slack_user_id: slackUserId, id }).delete()) > 0
  );
}

const toStanding = (row: Record<string, unknown>): StandingQuestion => ({
  id: String(row.id),
  workspaceId: String(row.workspace_id),
  slackUserId: String(row.slack_user_id),
  object: row.object,
  nextAt: row.next_at as Date,
});

/** Those that are due, locked until the transaction ends: whoever is second passes them by. */
export async function dueStanding(trx: Db, now: Date, limit: number): Promise<StandingQuestion[]> {
  const rows = await trx('standing_questions')
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  return rows.map(toStanding);
}

export async function standingById(db: Db, workspaceId: string, id: string): Promise<StandingQuestion | undefined> {
  const row = await db('standing_questions').where({ workspace_id: workspaceId, id }).first();
  return row && toStanding(row);
}

export async function standingAgain(trx: Db, id: string, nextAt: Date): Promise<void> {
  await trx('standing_questions').where({ id }).update({ next_at: nextAt });
}
