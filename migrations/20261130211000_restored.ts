import type { Knex } from 'knex';

/** Of when the backup is that was brought back last: what was to be posted then may have been posted since. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table workspaces add column restored_at timestamptz');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table workspaces drop column restored_at');
}
