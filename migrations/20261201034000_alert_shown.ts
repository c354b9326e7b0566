import type { Knex } from 'knex';

/** `alerts.shown`: what an alarm's message says by now, so that it is drawn anew only when that has changed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table alerts add column shown text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table alerts drop column shown');
}
