import type { Knex } from 'knex';

/**
 * Every call to some vendors writes its row: nothing of it is worth a write to the log. After a crash of PostgreSQL the
 * table is empty, and a bucket is full once more.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table call_rates set unlogged');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table call_rates set logged');
}
