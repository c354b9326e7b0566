import type { Knex } from 'knex';

/** Work that was put aside is replayed once by itself when its cause may be gone: this says that it was. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table parked_jobs add column replayed_by_itself boolean not null default false;
    create index parked_jobs_replayed on parked_jobs (replayed_at) where replayed_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index parked_jobs_replayed; alter table parked_jobs drop column replayed_by_itself;');
}
