import type { Knex } from 'knex';

/** Mails that came back are found by their Message-ID, and told of once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table emails add column bounced_at timestamptz;
    create index emails_by_message on emails (workspace_id, message_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index emails_by_message;
    alter table emails drop column bounced_at;
  `);
}
