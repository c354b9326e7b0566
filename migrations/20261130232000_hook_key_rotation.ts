import type { Knex } from 'knex';

/**
 * A hook key can be replaced: the one before is taken until a day that is named, so that every service has time to be told.
 * Those that were there have none before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces
      add column previous_hook_key_hash text unique,
      add column previous_hook_key_until timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces
      drop column previous_hook_key_hash,
      drop column previous_hook_key_until;
  `);
}
