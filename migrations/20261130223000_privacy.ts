import type { Knex } from 'knex';

/**
 * A person can be erased. `erasures`: who was asked to be, by whom, and what was done; whom it was about stands in
 * `subject` until it is done. `tombstones`: by what an erased person would be known again, as hashes keyed by the
 * workspace's own `tombstone_key`. `handoffs.erased_at`: nobody knows any more whose it was.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces add column tombstone_key bytea not null
      default sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
    alter table handoffs add column erased_at timestamptz;
    create index handoffs_to_forget on handoffs (workspace_id, coalesce(closed_at, opened_at)) where erased_at is null;
    create table erasures (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      why text not null check (why in ('admin', 'operator', 'source')),
      asked_by text not null,
      subject jsonb,
      counts jsonb,
      asked_at timestamptz not null,
      done_at timestamptz
    );
    create table tombstones (
      workspace_id uuid not null references workspaces on delete cascade,
      hash bytea not null,
      erasure_id uuid not null references erasures on delete cascade,
      erased_at timestamptz not null,
      primary key (workspace_id, hash)
    );
    create index tombstones_of_erasure on tombstones (erasure_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table tombstones, erasures;
    drop index handoffs_to_forget;
    alter table handoffs drop column erased_at;
    alter table workspaces drop column tombstone_key;
  `);
}
