import type { Knex } from 'knex';

/** Where the questions about a record's owner were asked, so that what is decided takes their buttons away. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table owner_asks (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      change_id bigint not null references owner_changes on delete cascade,
      state text not null,
      channel text not null,
      ts text not null,
      shown text not null,
      asked_at timestamptz not null,
      ended_at timestamptz,
      unique (workspace_id, channel, ts)
    );
    create index owner_asks_open on owner_asks (handoff_id) where ended_at is null;
    create index owner_asks_by_change on owner_asks (change_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table owner_asks');
}
