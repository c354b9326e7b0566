import type { Knex } from 'knex';

/** Whether somebody had a lead before, without reading all turns of the workspace. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index stints_by_rep on stints (workspace_id, rep_email)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index stints_by_rep');
}
