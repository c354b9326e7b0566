/** Which drawing of a person's Home in Slack is the newest: drawings of two processes may reach Slack in either order; and who looks at theirs. */
import type { Db } from '../connection.ts';

/** What a drawing of Home is to show: which part of it, and what is said above. */
export interface WantedHome {
  state: string;
  notice: string | null;
}

/**
 * Somebody looks at Home, and a drawing begins. Answers how many drawings had reached Slack, and what it is to show.
 * @param from what was shown when whoever draws was asked: if another part was gone to since, that one stays, and what was
 * said there unless there is something newer to say; left out, `wanted` counts in any case
 */
export async function beginHome(
  db: Db,
  workspaceId: string,
  slackUserId: string,
  { now, ...wanted }: WantedHome & { now: Date },
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
    .insert({ workspace_id: workspaceId, slack_user_id: slackUserId, ...wanted, looked_at: now, drawn_at: now })
    .onConflict(['workspace_id', 'slack_user_id'])
    .merge({ ...merged, looked_at: now, drawn_at: now, stale: false })
    .returning(['landed', 'state', 'notice']);
  return row;
}

/** It is drawn once more, from whatever was wanted last: what was wanted since counts. Answers as `beginHome`. */
export async function beginHomeAgain(
  db: Db,
  workspaceId: string,
  slackUserId: string,
  now: Date,
): Promise<WantedHome & { landed: number }> {
  const [row] = await db('homes')
    .where({ workspace_id: workspaceId, slack_user_id: slackUserId })
    .update({ drawn_at: now, stale: false })
    .returning(['landed', 'state', 'notice']);
  return row;
}

/** A drawing has reached Slack, or may have: then nobody knows what is shown. Answers how many have by now. */
export async function landHome(
  db: Db,
  workspaceId: string,
  slackUserId: string,
  shown: string | null,
): Promise<number> {
  const [row] = await db('homes')
    .where({ workspace_id: workspaceId, slack_user_id: slackUserId })
    .update({ landed: db.raw('landed + 1'), shown })
    .returning('landed');
  return row.landed;
}

/** Somebody who looks at Home, or did a moment ago. */
export interface HomeRef {
  workspaceId: string;
  slackUserId: string;
}

/** Everybody who looked at Home since then; the last to look in front. One round trip. */
export async function homesLookedAt(db: Db, since: Date, limit: number): Promise<HomeRef[]> {
  const rows = await db('homes')
    .where('looked_at', '>', since)
    .orderBy('looked_at', 'desc')
    .limit(limit)
    .select('workspace_id', 'slack_user_id');
  return rows.map(row => ({ workspaceId: row.workspace_id, slackUserId: row.slack_user_id }));
}

/** Something of theirs has changed since their Home was drawn. */
export async function homesStale(db: Db, refs: readonly HomeRef[]): Promise<void> {
  if (refs.length === 0) return;
  await db('homes')
    .whereIn(
      ['workspace_id', 'slack_user_id'],
      refs.map(({ workspaceId, slackUserId }) => [workspaceId, slackUserId]),
    )
    .update({ stale: true });
}

/** What Home shows, by which its drawings are told apart, and where the person is in it. */
export interface ShownHome extends WantedHome {
  landed: number;
  shown: string | null;
}

/**
 * Stale ones that may be drawn anew: those not drawn since `before`, the longest stale first, a few of each workspace. Whoever
 * is answered them draws them: nobody else is, for as long. One round trip.
 */
export async function takeStaleHomes(
  db: Db,
  { now, before, perWorkspace }: { now: Date; before: Date; perWorkspace: number },
): Promise<(HomeRef & ShownHome)[]> {
  const { rows } = await db.raw(
    `with due as (
       select workspace_id, slack_user_id, row_number() over (partition by workspace_id order by drawn_at nulls first) as nth
       from homes where stale and (drawn_at is null or drawn_at <= :before)
     ), taken as (
       select homes.workspace_id, homes.slack_user_id from homes join due using (workspace_id, slack_user_id)
       where nth <= :perWorkspace and stale and (drawn_at is null or drawn_at <= :before)
       for update of homes skip locked
     )
     update homes set stale = false, drawn_at = :now from taken
     where homes.workspace_id = taken.workspace_id and homes.slack_user_id = taken.slack_user_id
     returning homes.workspace_id as "workspaceId", homes.slack_user_id as "slackUserId", state, notice, landed, shown`,
    { now, before, perWorkspace },
  );
  return rows;
}

/** Whose leads something happened to since an entry of the timelines, by workspace; `last`: the newest entry of now. */
export interface HomeNews {
  last: string;
  of: Map<string, { people: Set<string>; teams: Set<string> }>;
}

/** Whoever has or had the leads that entries after `after` are about, and the teams where they wait. Null: from now on. One round trip. */
export async function homeNews(db: Db, after: string | null): Promise<HomeNews> {
  const { rows } = await db.raw(
    `with latest as (select coalesce(max(id), 0)::text as last from timeline),
     news as (select distinct handoff_id from timeline where id > coalesce(:after::bigint, 9223372036854775807) and handoff_id is not null),
     whose as (
       select h.workspace_id, h.rep_email, h.team from news join handoffs h on h.id = news.handoff_id
       union select s.workspace_id, s.rep_email, s.team from news join stints s on s.handoff_id = news.handoff_id
     )
     select last, workspace_id as "workspaceId", rep_email as person, team from latest left join whose on true`,
    { after },
  );
  const of: HomeNews['of'] = new Map();
  for (const { workspaceId, person, team } of rows) {
    if (!workspaceId) continue;
    const known = of.get(workspaceId) ?? { people: new Set<string>(), teams: new Set<string>() };
    of.set(workspaceId, known);
    if (person) known.people.add(person);
    else if (team) known.teams.add(team);
  }
  return { last: rows[0].last, of };
}
