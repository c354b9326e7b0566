import type { Knex } from 'knex';

/** A sequence ends as well when its lead asked not to be mailed any more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table enrolments drop constraint enrolments_stop_why_check;
    alter table enrolments add constraint enrolments_stop_why_check
      check (stop_why in ('answered', 'unsubscribed', 'closed', 'handed_on', 'person'));
  `);
}

/** The release before ends it as if a person had asked. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update enrolments set stop_why = 'person' where stop_why = 'unsubscribed';
    alter table enrolments drop constraint enrolments_stop_why_check;
    alter table enrolments add constraint enrolments_stop_why_check
      check (stop_why in ('answered', 'closed', 'handed_on', 'person'));
  `);
}
