/** Which drawing of a person's Home in Slack is the newest: drawings of two processes may reach Slack in either order. */
import type { Db } from './connection.ts';

/** A drawing begins: what shows which part of Home is wanted. Answers how many drawings had reached Slack. */
export async function beginHome(db: Db, workspaceId: string, slackUserId: string, state: string): Promise<number> {
  const [row] = await db('homes')
    .insert({ workspace_id: workspaceId, slack_user_id: slackUserId, state })
    .onConflict(['workspace_id', 'slack_user_id'])
    .merge(['state'])
    .returning('landed');
  return row.landed;
}

/** A drawing has reached Slack, or may have. Answers how many have by now, and what was wanted last. */
export async function landHome(
  db: Db,
  workspaceId: string,
  slackUserId: string,
): Promise<{ landed: number; state: string }> {
  const [row] = await db('homes')
    .where({ workspace_id: workspaceId, slack_user_id: slackUserId })
    .update({ landed: db.raw('landed + 1') })
    .returning(['landed', 'state']);
  return row;
}
