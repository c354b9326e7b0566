import type { Knex } from 'knex';

/** Setting up the CRM as an admin asked for it: one at a time in a workspace. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table crm_setups (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      asked_by text not null,
      asked_at timestamptz not null,
      channel text,
      ts text,
      finished_at timestamptz,
      outcome text
    );
    create unique index crm_setups_one_at_a_time on crm_setups (workspace_id) where finished_at is null;
    create index crm_setups_newest on crm_setups (workspace_id, asked_at desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table crm_setups');
}
