import type { Knex } from 'knex';

/**
 * A row for each person's turn with a handoff, so that handing a lead over no longer erases what was promised. What went
 * before is told again from the timeline: who had it from when until when, and which promises were broken. When an
 * earlier turn was due is known only where it was broken; the others count neither as kept nor as broken.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table stints (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      rep_email text,
      team text,
      from_at timestamptz not null,
      due_at timestamptz,
      breached_at timestamptz,
      touched_at timestamptz,
      ended_at timestamptz,
      ended_how text
    );
    create index stints_by_handoff on stints (handoff_id, id);
    create unique index stints_running on stints (handoff_id) where ended_at is null;
    create index stints_by_time on stints (workspace_id, from_at);
  `);
  await knex.raw(TURNS);
  await knex.raw(FIRST_PROMISE);
}

/** Every entry of a story that gave the lead to somebody begins a turn, which ends with the next or with the handoff. */
const TURNS = `
  with moves as (
    select timeline.workspace_id, handoff_id, timeline.id, timeline.at, kind,
           case when kind = 'claimed' then jsonb_build_object('kind', 'person', 'email', actor, 'claimed', true)
                when kind = 'routed' then detail #> '{decision,to}'
                else detail->'to' end as given
    from timeline join handoffs on handoffs.id = handoff_id
    where handoffs.assigned_at is not null
      and (kind in ('routed', 'reassigned', 'reopened', 'rejected')
           or (kind = 'claimed' and detail->'from' is not null and detail->>'from' is distinct from actor))
  ), turns as (
    select moves.*, lead(at) over following as next_at, lead(kind) over following as next_kind
    from moves window following as (partition by handoff_id order by id)
  ), known as (
    select turns.*, handoffs.closed_at, handoffs.state, handoffs.due_at as last_due, handoffs.breached_at as last_breach,
           coalesce(next_at, case when handoffs.state in ('won', 'lost', 'rejected', 'nurture') then handoffs.closed_at end) as ended_at,
           (select min((detail->>'due')::timestamptz) from timeline as told
            where told.handoff_id = turns.handoff_id and told.kind = 'breached' and detail->>'due' is not null
              and told.at >= turns.at and (next_at is null or told.at <= next_at)) as broken_at
    from turns join handoffs on handoffs.id = turns.handoff_id
    where given->>'kind' in ('person', 'pool')
  )
  insert into stints (workspace_id, handoff_id, rep_email, team, from_at, due_at, breached_at, touched_at, ended_at, ended_how)
  select workspace_id, handoff_id, given->>'email', coalesce(given->>'team', case when (given->>'claimed')::boolean then
           (select team from handoffs where handoffs.id = known.handoff_id) end),
         at,
         coalesce(broken_at, case when next_at is null then last_due end),
         coalesce(broken_at, case when next_at is null then last_breach end),
         (select min(touches.at) from touches where touches.handoff_id = known.handoff_id and touches.at >= known.at
          and (known.ended_at is null or touches.at < known.ended_at)),
         ended_at,
         case when ended_at is null then null when next_at is not null then next_kind else state end
  from known order by id`;

/** The lead's own promise is the first that was made, and its breach the first. */
const FIRST_PROMISE = `
  update handoffs set due_at = first.due_at, breached_at = first.due_at
  from (select distinct on (handoff_id) handoff_id, due_at from stints where breached_at is not null
        order by handoff_id, id) as first
  where handoffs.id = first.handoff_id and handoffs.breached_at is distinct from first.due_at`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table stints');
}
