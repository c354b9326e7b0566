/** Which drawing of a person's Home in Slack is the newest: drawings of two processes may reach Slack in either order. */
import type { Db } from '../connection.ts';

/** What a drawing of Home is to show: which part of it, and what is said above. */
export interface WantedHome {
  state: string;
  notice: string | null;
}

/**
 * A drawing begins. Answers how many drawings had reached Slack, and what it is to show.
 * @param from what was shown when whoever draws was asked: if another part was gone to since, that one stays, and what was
 * said there unless there is something newer to say; left out, `wanted` counts in any case
 */
export async function beginHome(
  db: Db,
  workspaceId: string,
  slackUserId: string,
  wanted: WantedHome,
  from?: readonly string[],
): Promise<WantedHome & { landed: number }> {
  const unlessGone = (wantedThere: string, orElse: string) =>
    db.raw(`case when homes.state = any(?) then ${wantedThere} else ${orElse} end`, [[...(from ?? [])]]);
  const merged = from
    ? {
        state: unlessGone('excluded.state', 'homes.state'),
        notice: unlessGone('excluded.notice', 'coalesce(excluded.notice, homes.notice)'),
      }
    : wanted;
  const [row] = await db('homes')
    .insert({ workspace_id: workspaceId, slack_user_id: slackUserId, ...wanted })
    .onConflict(['workspace_id', 'slack_user_id'])
    .merge(merged)
    .returning(['landed', 'state', 'notice']);
  return row;
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
