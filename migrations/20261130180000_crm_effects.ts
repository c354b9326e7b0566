import type { Knex } from 'knex';

/**
 * What was made at a vendor that takes no key with its writes: under which key, and as what. `held_until` in the future:
 * a process is at it (`holder`), or an earlier try ended without an answer and cannot be looked for yet (no `holder`).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table effects (
      workspace_id uuid not null references workspaces on delete cascade,
      vendor text not null,
      key text not null,
      record_id text,
      holder uuid,
      held_until timestamptz not null,
      at timestamptz not null,
      primary key (workspace_id, vendor, key)
    );
    create index effects_by_age on effects (at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table effects');
}
