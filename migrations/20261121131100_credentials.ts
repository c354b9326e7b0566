import type { Knex } from 'knex';

/** Tokens people gave Baton by logging in somewhere, and the log-ins under way. Both hold secrets only sealed or hashed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table credentials (
      workspace_id uuid not null references workspaces on delete cascade,
      service text not null,
      holder text not null default '',
      sealed text not null,
      status text not null default 'active' check (status in ('active', 'refused')),
      reason text,
      account text not null,
      tenant text not null,
      connected_by text not null,
      connected_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (workspace_id, service, holder)
    );

    create table connect_attempts (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      service text not null,
      holder text not null default '',
      asked_by text not null,
      ticket_hash text not null unique,
      asked_at timestamptz not null,
      expires_at timestamptz not null,
      opened_at timestamptz,
      browser_hash text,
      state_hash text unique,
      sealed_verifier text,
      returned_at timestamptz,
      confirm_hash text unique,
      sealed_tokens text
    );
    create index connect_attempts_by_asker on connect_attempts (workspace_id, asked_by, asked_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table connect_attempts; drop table credentials;');
}
