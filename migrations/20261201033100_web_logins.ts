import type { Knex } from 'knex';

/** Journeys to Slack's own sign-in page and back, each good once; of no tenant: there is none yet. Secrets as hashes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table web_logins (
      state_hash text primary key,
      browser_hash text not null,
      path text not null,
      begun_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table web_logins');
}
