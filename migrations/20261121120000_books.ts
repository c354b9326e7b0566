import type { Knex } from 'knex';

/**
 * The rotation's lock and its books in one round trip. Inside a volatile function every query sees what was committed
 * when it began: the books are read as they are once the lock is held, not as they were when the caller asked for it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function rotation_books(ws uuid, at timestamptz, out turns json, out people json, out absences json)
    language plpgsql volatile as $$
    begin
      perform pg_advisory_xact_lock(${0x6262}, hashtext(ws::text));
      select coalesce(json_agg(r), '[]') into turns
        from (select team, email, lag from rotation where workspace_id = ws) r;
      select coalesce(json_agg(p), '[]') into people
        from (select email, slack_id, slack_active, slack_checked_at, crm_user_id, crm_active, crm_checked_at
              from people where workspace_id = ws) p;
      select coalesce(json_agg(a), '[]') into absences
        from (select email, starts_at, ends_at, note from absences
              where workspace_id = ws and (ends_at is null or ends_at > at)) a;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function rotation_books(uuid, timestamptz)');
}
