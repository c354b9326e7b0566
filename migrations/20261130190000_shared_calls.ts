import type { Knex } from 'knex';

/** What processes share about calling an account at a vendor: its token, and how many calls there are just now. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table app_tokens (
      workspace_id uuid not null references workspaces (id) on delete cascade,
      vendor text not null,
      sealed text not null,
      primary key (workspace_id, vendor)
    );
    create table call_rates (
      workspace_id uuid not null references workspaces (id) on delete cascade,
      vendor text not null,
      full_at timestamptz not null,
      primary key (workspace_id, vendor)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table call_rates; drop table app_tokens;');
}
