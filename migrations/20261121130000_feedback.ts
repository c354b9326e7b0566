import type { Knex } from 'knex';

/** What Baton wrote back to the source: so that nothing is written twice and nothing of it is taken for news. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table fed_back (
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      what text not null,
      source text not null,
      contact_id text not null,
      value text not null,
      begun_at timestamptz not null,
      written_at timestamptz,
      primary key (handoff_id, what)
    );
    create index fed_back_by_contact on fed_back (workspace_id, source, contact_id) where what = 'stage';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table fed_back');
}
