import type { Knex } from 'knex';

/** Where the alarms of the ladder stand, so that they are redrawn when what they say is over. Older ones stay as they are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table alerts (
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      key text not null,
      message jsonb not null,
      channel text not null,
      ts text not null,
      ended_at timestamptz,
      primary key (workspace_id, key)
    );
    create index alerts_standing on alerts (handoff_id) where ended_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table alerts');
}
