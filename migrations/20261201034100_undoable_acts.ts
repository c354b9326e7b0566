import type { Knex } from 'knex';

/**
 * `undoable_acts`: the newest thing a person did about a lead, or about their own absence, with what was before, for the ten
 * minutes in which it can be taken back. `subject`: the lead's handoff, or `away:` and an address. `entry_id`: the last entry
 * of the handoff's timeline by then; a person's entry after it means that somebody has acted since.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table undoable_acts (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      subject text not null,
      handoff_id uuid references handoffs on delete cascade,
      kind text not null check (kind in ('claim', 'reassign', 'reject', 'snooze', 'away')),
      actor text not null,
      at timestamptz not null,
      before jsonb not null,
      after jsonb not null,
      entry_id bigint,
      unique (workspace_id, subject)
    );
    create index undoable_acts_of_handoff on undoable_acts (handoff_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table undoable_acts');
}
