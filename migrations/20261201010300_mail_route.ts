import type { Knex } from 'knex';

/** A mail that left through a person's own mailbox is never sent twice: which one it was is known before it leaves. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table emails add column via text`);
}

/** The release before would send what was begun once more. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update emails set state = 'refused' where via is not null and state = 'begun';
    alter table emails drop column via;
  `);
}
