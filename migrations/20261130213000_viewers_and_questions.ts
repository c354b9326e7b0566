import type { Knex } from 'knex';

/**
 * Viewers need not be among the playbook's people, so their name and zone come from Slack. Questions are kept as objects,
 * never as the words somebody typed: what a thread's next words go on from, what its buttons mean, and whether the answer
 * was right. Standing ones are asked again when they are due.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table people add column slack_name text, add column slack_zone text;
    create table questions (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      slack_user_id text not null,
      place text not null,
      object jsonb not null,
      verdict text,
      asked_at timestamptz not null
    );
    create index questions_of_place on questions (workspace_id, place, slack_user_id, asked_at desc);
    create index questions_by_time on questions (asked_at);
    create table standing_questions (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      slack_user_id text not null,
      object jsonb not null,
      next_at timestamptz not null,
      created_at timestamptz not null,
      unique (workspace_id, slack_user_id, object)
    );
    create index standing_questions_due on standing_questions (next_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table standing_questions, questions;
    alter table people drop column slack_name, drop column slack_zone;
  `);
}
