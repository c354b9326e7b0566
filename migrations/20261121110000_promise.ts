import type { Knex } from 'knex';

/** Clocks, evidence from the CRM, what goes back to the source, and reports. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table handoffs
      add column rung_at timestamptz,
      add column steps_fired integer not null default 0,
      add column breached_at timestamptz,
      add column idle_asked_at timestamptz,
      add column cold_told_at timestamptz,
      add column last_touch_at timestamptz;
    create index handoffs_by_rung on handoffs (rung_at) where rung_at is not null;

    create table crm_news (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      key text not null,
      news jsonb not null,
      received_at timestamptz not null,
      done_at timestamptz,
      outcome text,
      unique (workspace_id, key)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table crm_news;
    alter table handoffs
      drop column rung_at, drop column steps_fired, drop column breached_at, drop column idle_asked_at,
      drop column cold_told_at, drop column last_touch_at;
  `);
}
