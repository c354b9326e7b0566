import type { Knex } from 'knex';

/** What people do to handoffs from Slack: touches, mail, decisions, and cards that wait their turn. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table handoffs
      add column due_at timestamptz,
      add column contacted_at timestamptz,
      add column snoozed_until timestamptz,
      add column closed_by text,
      add column closed_reason text,
      add column closed_note text,
      add column passed_by text[] not null default '{}',
      add column turn_team text,
      add column turn_email text,
      add column is_test boolean not null default false;
    create index handoffs_open_by_due on handoffs (workspace_id, due_at)
      where state in ('assigned', 'claimed') and contacted_at is null;
    create index handoffs_by_assigned on handoffs (workspace_id, assigned_at);
    create index timeline_rejections on timeline (workspace_id, at) where kind = 'rejected';

    create table touches (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      kind text not null check (kind in ('call', 'email', 'meeting', 'task')),
      origin text not null,
      by_email text,
      at timestamptz not null,
      detail jsonb not null default '{}',
      crm_state text not null check (crm_state in ('pending', 'written', 'parked', 'skipped')),
      crm_id text,
      created_at timestamptz not null
    );
    create index touches_by_handoff on touches (handoff_id, at);

    create table emails (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      by_email text not null,
      recipient text not null,
      subject text not null,
      body text not null,
      message_id text not null,
      state text not null default 'waiting' check (state in ('waiting', 'begun', 'sent', 'refused')),
      note text,
      created_at timestamptz not null,
      sent_at timestamptz
    );

    alter table cards
      add column rank integer not null default 0,
      add column begun_at timestamptz,
      add column waiting_since timestamptz,
      add column digest_id uuid;
    create index cards_by_digest on cards (digest_id) where digest_id is not null;
    create index cards_waiting on cards (workspace_id, place, rank, waiting_since) where waiting_since is not null;

    create table places (
      workspace_id uuid not null references workspaces on delete cascade,
      place text not null,
      next_at timestamptz not null,
      primary key (workspace_id, place)
    );

    create table playbook_drafts (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      author text not null,
      based_on integer not null,
      yaml text not null,
      created_at timestamptz not null
    );

    create table thread_posts (
      workspace_id uuid not null references workspaces on delete cascade,
      timeline_id bigint not null references timeline on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      place text not null,
      begun_at timestamptz,
      ts text,
      primary key (timeline_id, place)
    );

    create index thread_posts_by_handoff on thread_posts (handoff_id, timeline_id);

    create table manual_leads (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      key text not null,
      lead jsonb not null,
      by_email text not null,
      by_name text not null,
      by_slack_id text not null,
      test_priority text check (test_priority in ('HIGH', 'MEDIUM', 'LOW')),
      handoff_id uuid references handoffs on delete set null,
      outcome text,
      created_at timestamptz not null,
      told_at timestamptz,
      unique (workspace_id, key)
    );
    create index manual_leads_by_handoff on manual_leads (handoff_id);

    create table greeted (
      workspace_id uuid not null references workspaces on delete cascade,
      slack_user_id text not null,
      at timestamptz not null,
      primary key (workspace_id, slack_user_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index handoffs_by_assigned, timeline_rejections;
    drop table playbook_drafts, greeted, manual_leads, thread_posts, places, emails, touches;
    alter table cards drop column digest_id, drop column waiting_since, drop column begun_at, drop column rank;
    alter table handoffs
      drop column due_at, drop column contacted_at, drop column snoozed_until, drop column closed_by,
      drop column closed_reason, drop column closed_note, drop column passed_by, drop column turn_team,
      drop column turn_email, drop column is_test;
  `);
}
