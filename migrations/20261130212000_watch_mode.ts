import type { Knex } from 'knex';

/**
 * A workspace watches before it goes live: leads are decided about, and nothing comes of it. Those that were there before
 * are live, and so is one that an older process makes meanwhile.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces
      add column mode text not null default 'live' check (mode in ('watch', 'live')),
      add column mode_since timestamptz,
      add column mode_by text,
      add column rotation_before jsonb;
    create index timeline_watched on timeline (workspace_id, id) where kind = 'watched';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index timeline_watched;
    alter table workspaces
      drop column mode,
      drop column mode_since,
      drop column mode_by,
      drop column rotation_before;
  `);
}
