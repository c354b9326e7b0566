import type { Knex } from 'knex';

/**
 * People sign in to the shared page. `web_tickets`: links that somebody asked for in Slack, good once. `web_sessions`: browsers
 * that are signed in. Of every secret only a hash is kept.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table web_tickets (
      ticket_hash text primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      slack_user text not null,
      path text not null,
      asked_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index web_tickets_of_person on web_tickets (workspace_id, slack_user, asked_at);
    create table web_sessions (
      session_hash text primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      slack_user text not null,
      created_at timestamptz not null,
      seen_at timestamptz not null,
      expires_at timestamptz not null
    );
    create index web_sessions_of_person on web_sessions (workspace_id, slack_user);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table web_sessions, web_tickets');
}
