import type { Knex } from 'knex';

/** Alarms wait for their manager before they are posted, and many become one message. Those that stand stay alone. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table alerts
      alter column channel drop not null,
      alter column ts drop not null,
      add column place text,
      add column waiting_since timestamptz,
      add column begun_at timestamptz,
      add column digest_id uuid,
      add column ending jsonb;
    create index alerts_waiting on alerts (workspace_id) where ts is null and ended_at is null;
    create index alerts_of_place on alerts (workspace_id, place, waiting_since) where place is not null;
    create index alerts_of_digest on alerts (digest_id) where digest_id is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from alerts where ts is null or channel is null;
    drop index alerts_waiting, alerts_of_place, alerts_of_digest;
    alter table alerts
      alter column channel set not null,
      alter column ts set not null,
      drop column place,
      drop column waiting_since,
      drop column begun_at,
      drop column digest_id,
      drop column ending;
  `);
}
