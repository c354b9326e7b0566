import type { Db } from '../connection.ts';

/** True the first time, however many ask at once. */
export async function rememberGreeted(db: Db, workspaceId: string, slackUserId: string, at: Date): Promise<boolean> {
  const rows = await db('greeted')
    .insert({ workspace_id: workspaceId, slack_user_id: slackUserId, at })
    .onConflict()
    .ignore()
    .returning('slack_user_id');
  return rows.length > 0;
}
