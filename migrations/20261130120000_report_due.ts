import type { Knex } from 'knex';

/**
 * When a workspace's next weekly report is due: whoever looks every minute asks for those alone, however many workspaces
 * there are. Null: not known yet, or the playbook changed since.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces add column report_due_at timestamptz;
    create index workspaces_report_due on workspaces (report_due_at nulls first);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table workspaces drop column report_due_at');
}
