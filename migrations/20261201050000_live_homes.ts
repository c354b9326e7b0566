import type { Knex } from 'knex';

/** Who looks at Home, what it shows, and whether something of theirs has changed since. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table homes
      add column looked_at timestamptz,
      add column drawn_at timestamptz,
      add column shown text,
      add column stale boolean not null default false;
    create index homes_looked_at on homes (looked_at) where looked_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index homes_looked_at;
    alter table homes drop column looked_at, drop column drawn_at, drop column shown, drop column stale;
  `);
}
