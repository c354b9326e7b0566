import type { Knex } from 'knex';

/** What people were told about logging in themselves, and said to it: nobody is asked twice. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table own_login_words (
      workspace_id uuid not null references workspaces on delete cascade,
      service text not null,
      email text not null,
      offered_at timestamptz,
      declined_at timestamptz,
      lapse_told_of timestamptz,
      primary key (workspace_id, service, email)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table own_login_words');
}
