import type { Knex } from 'knex';

/** A request that comes twice is one deed; and which drawing of somebody's Home is the newest. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table deeds (
      workspace_id uuid not null references workspaces on delete cascade,
      key text not null,
      at timestamptz not null,
      outcome jsonb,
      primary key (workspace_id, key)
    );
    create index deeds_by_age on deeds (at);

    create table homes (
      workspace_id uuid not null references workspaces on delete cascade,
      slack_user_id text not null,
      state text not null,
      notice text,
      landed bigint not null default 0,
      primary key (workspace_id, slack_user_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table deeds, homes;');
}
