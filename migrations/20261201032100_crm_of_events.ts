import type { Knex } from 'knex';

/** `crm_events.crm`: which CRM told it, as the one that a company left goes on telling; null: the one there is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table crm_events add column crm text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table crm_events drop column crm');
}
