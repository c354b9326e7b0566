import type { Knex } from 'knex';

/** Where leads book meetings is a role of its own, and each booking of a lead is known: told twice it counts once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table connections drop constraint connections_role_check;
    alter table connections add constraint connections_role_check
      check (role in ('source', 'crm', 'enricher', 'mailer', 'scheduler', 'chat'));

    create table meetings (
      workspace_id uuid not null references workspaces on delete cascade,
      scheduler text not null,
      booking_id text not null,
      handoff_id uuid not null references handoffs on delete cascade,
      touch_id uuid references touches on delete set null,
      state text not null check (state in ('booked', 'cancelled', 'moved')),
      starts_at timestamptz,
      at timestamptz not null,
      primary key (workspace_id, scheduler, booking_id)
    );
    create index meetings_by_handoff on meetings (handoff_id);
  `);
}

/** The release before knows no such connections. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table meetings;
    delete from connections where role = 'scheduler';
    alter table connections drop constraint connections_role_check;
    alter table connections add constraint connections_role_check
      check (role in ('source', 'crm', 'enricher', 'mailer', 'chat'));
  `);
}
