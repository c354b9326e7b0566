import type { Knex } from 'knex';

/**
 * `handoffs.record_crm`: the CRM that the record is in, which is another than the workspace's own after that has moved. Of
 * records from before it is known where the workspace has had one CRM alone; null counts as the CRM there is.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table handoffs add column record_crm text;
    with one as (
      select workspace_id, min(vendor) as vendor from connections where role = 'crm'
      group by workspace_id having count(*) = 1
    )
    update handoffs set record_crm = one.vendor from one
    where one.workspace_id = handoffs.workspace_id and record_id is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table handoffs drop column record_crm');
}
