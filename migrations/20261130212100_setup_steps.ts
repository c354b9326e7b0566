import type { Knex } from 'knex';

/**
 * Steps of the set-up whose end no other table tells, and who was asked to do one. `set_up_at`: when all of them were done
 * for the first time; a workspace that was there before is set up.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces add column set_up_at timestamptz default now();
    update workspaces set set_up_at = created_at;
    create table setup_steps (
      workspace_id uuid not null references workspaces on delete cascade,
      step text not null,
      done_at timestamptz,
      done_by text,
      skipped boolean not null default false,
      asked_of text,
      asked_by text,
      asked_at timestamptz,
      primary key (workspace_id, step)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table setup_steps;
    alter table workspaces drop column set_up_at;
  `);
}
