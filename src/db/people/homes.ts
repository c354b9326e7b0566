/** Which drawing of a person's Home in Slack is the newest: drawings of two processes may reach Slack in either order. */
import type { Db } from '../connection.ts';

/** What a drawing of Home is to show: which part of it, and what is said above. */
export interface WantedHome {
  state: string;
  notice: string | null;
}

/** A drawing begins. Answers how many drawings had reached Slack. */
export async function beginHome(db: Db, workspaceId: string, slackUserId: string, wanted: WantedHome): Promise<number> {
  const [row] = await db('homes')
    .insert({ workspace_id: workspaceId, slack_user_id: slackUserId, ...wanted })
    .onConflict(['workspace_id', 'slack_user_id'])
    .merge(['state', 'notice'])
    .returning('landed');
  return row.landed;
}

/** A drawing has reached Slack, or may have. Answers how many have by now, and what was wanted last. */
export async function landHome(
  db: Db,
  workspaceId: string,
  slackUserId: string,
): Promise<WantedHome & { landed: number }> {
  const [row] = await db('homes')
    .where({ workspace_id: workspaceId, slack_user_id: slackUserId })
    .update({ landed: db.raw('landed + 1') })
    .returning(['landed', 'state', 'notice']);
  return row;
}
