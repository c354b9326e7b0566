import type { Knex } from 'knex';

/** The last comparison of each workspace's CRM with its playbook: asked for by an admin, read page by page. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table crm_inspections (
      workspace_id uuid primary key references workspaces on delete cascade,
      asked_by text not null,
      asked_at timestamptz not null,
      done_at timestamptz,
      findings jsonb,
      failure text
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table crm_inspections');
}
