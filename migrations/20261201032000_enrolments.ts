import type { Knex } from 'knex';

/**
 * Adding leads to sequences is a role of its own. `enrolments`: one press of a rep's. `begun`: it was sent off and must not be
 * sent again; `external_id`: the tool's own; `stop_why`: somebody, or something that happened, wants it ended.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table connections drop constraint connections_role_check;
    alter table connections add constraint connections_role_check
      check (role in ('source', 'crm', 'enricher', 'mailer', 'scheduler', 'sequencer', 'chat'));

    create table enrolments (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      tool text not null,
      sequence text not null,
      rep_email text not null,
      state text not null default 'asked'
        check (state in ('asked', 'begun', 'active', 'ended', 'refused', 'unknown', 'cancelled')),
      external_id text,
      url text,
      note text,
      stop_why text check (stop_why in ('answered', 'closed', 'handed_on', 'person')),
      asked_at timestamptz not null,
      enrolled_at timestamptz,
      ended_at timestamptz,
      look_at timestamptz
    );
    create unique index enrolments_under_way on enrolments (handoff_id) where state in ('asked', 'begun', 'active');
    create index enrolments_of_handoff on enrolments (handoff_id, asked_at);
    create index enrolments_to_follow on enrolments (look_at) where state = 'active';
  `);
}

/** The release before knows no such connections. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table enrolments;
    delete from connections where role = 'sequencer';
    alter table connections drop constraint connections_role_check;
    alter table connections add constraint connections_role_check
      check (role in ('source', 'crm', 'enricher', 'mailer', 'scheduler', 'chat'));
  `);
}
