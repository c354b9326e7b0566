import type { Knex } from 'knex';

/**
 * `signal_hours`: how many signals a source sent in a quarter of an hour, for eight weeks: what is usual. `heard_sources`: the
 * last of them with any. `silences`: what was asked and told since then. The index finds the inbox's newest rows: they come in
 * order of time.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table signal_hours (
      workspace_id uuid not null references workspaces on delete cascade,
      source text not null,
      at timestamptz not null,
      signals integer not null,
      primary key (workspace_id, source, at)
    );
    create index signal_hours_at on signal_hours (at);

    create table heard_sources (
      workspace_id uuid not null references workspaces on delete cascade,
      source text not null,
      at timestamptz not null,
      primary key (workspace_id, source)
    );

    create table silences (
      workspace_id uuid not null references workspaces on delete cascade,
      source text not null,
      since timestamptz not null,
      asked_at timestamptz not null,
      told_at timestamptz,
      ended_at timestamptz,
      primary key (workspace_id, source, since)
    );

    create index inbox_by_time on inbox using brin (received_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index inbox_by_time; drop table silences, heard_sources, signal_hours');
}
