import type { Knex } from 'knex';

/**
 * `books`: one comparison of the sources, Baton, the CRM and Slack; `night` is the lock of the nightly one, `progress` what
 * was read so far, so that a vendor that refuses a call costs no page twice. `book_gaps`: one lead that is not equal
 * everywhere, from when it was first seen until something closed it. The index finds what became of a contact's signals.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table books (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      night date,
      asked_by text,
      from_at timestamptz not null,
      to_at timestamptz not null,
      begun_at timestamptz not null,
      done_at timestamptz,
      progress jsonb not null default '{}',
      receipts jsonb,
      unique (workspace_id, night)
    );
    create index books_newest on books (workspace_id, begun_at desc);

    create table book_gaps (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      side text not null check (side in ('source', 'crm', 'slack', 'unequal')),
      class text not null,
      source text not null,
      contact_id text not null,
      handoff_id uuid references handoffs on delete cascade,
      inbox_id bigint,
      at timestamptz not null,
      why text,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      replayed_at timestamptz,
      seen_after_replay integer not null default 0,
      parked_at timestamptz,
      closed_at timestamptz,
      closed_by text
    );
    create unique index book_gaps_open
      on book_gaps (workspace_id, side, source, contact_id, (coalesce(handoff_id::text, '')), (case side when 'unequal' then class else '' end))
      where closed_at is null;
    create index book_gaps_newest on book_gaps (workspace_id, id desc);
    create index book_gaps_of_handoff on book_gaps (handoff_id);

    create index inbox_by_contact on inbox (workspace_id, source, (signal->>'contactId'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index inbox_by_contact; drop table book_gaps, books;');
}
