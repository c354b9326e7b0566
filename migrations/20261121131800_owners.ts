import type { Knex } from 'knex';

/** Whose a record is in the CRM as far as Baton knows, who changed that against Baton's word, and what people said to it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table record_owners (
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      record_id text not null,
      object text not null,
      owner_id text,
      ours text,
      rep_email text,
      given_at timestamptz not null,
      written_at timestamptz not null,
      primary key (handoff_id, record_id)
    );
    create index record_owners_by_record on record_owners (workspace_id, record_id);

    create table owner_changes (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      record_id text not null,
      object text not null,
      rep_email text,
      ours text,
      theirs text not null,
      theirs_name text not null,
      by_id text,
      by_name text not null,
      by_kind text not null,
      given_at timestamptz not null,
      changed_at timestamptz not null,
      seen_at timestamptz not null,
      state text not null,
      why text,
      decided_by text,
      decided_at timestamptz
    );
    create index owner_changes_by_record on owner_changes (workspace_id, record_id, id);

    create table owner_answers (
      workspace_id uuid not null references workspaces on delete cascade,
      changer_id text not null,
      changer_name text not null,
      decided_by text not null,
      decided_at timestamptz not null,
      until timestamptz not null,
      primary key (workspace_id, changer_id)
    );

    alter table handoffs add column owner_change bigint;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table handoffs drop column owner_change;
    drop table owner_answers, owner_changes, record_owners;
  `);
}
