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
      add column last_touch_at timestamptz,
      add column ladder_from timestamptz,
      add column ladder_passed bigint not null default 0;
    create index handoffs_by_rung on handoffs (rung_at) where rung_at is not null;
    create index handoffs_without_rung on handoffs (id)
      where rung_at is null and state in ('assigned', 'claimed', 'contacted');

    create table ticks (
      name text primary key,
      at timestamptz not null
    );

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

    create index handoffs_by_record on handoffs (workspace_id, record_id);
    create index touches_by_crm on touches (workspace_id, crm_id);
    create table crm_links (
      workspace_id uuid not null references workspaces on delete cascade,
      record_id text not null,
      handoff_id uuid not null references handoffs on delete cascade,
      primary key (workspace_id, record_id, handoff_id)
    );

    create table reports (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      week text,
      from_at timestamptz not null,
      to_at timestamptz not null,
      time_zone text not null,
      asked_by text,
      created_at timestamptz not null,
      unique (workspace_id, week)
    );

    create table report_posts (
      workspace_id uuid not null references workspaces on delete cascade,
      report_id uuid not null references reports on delete cascade,
      place text not null,
      begun_at timestamptz,
      channel text,
      ts text,
      pictured boolean not null default false,
      done_at timestamptz,
      primary key (report_id, place)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table report_posts, reports;
    drop table ticks, crm_news, crm_links;
    drop index handoffs_by_record, touches_by_crm;
    drop index handoffs_without_rung;
    alter table handoffs
      drop column rung_at, drop column steps_fired, drop column breached_at, drop column idle_asked_at,
      drop column cold_told_at, drop column last_touch_at, drop column ladder_from, drop column ladder_passed;
  `);
}
