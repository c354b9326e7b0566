import type { Knex } from 'knex';

/** Every table carries workspace_id: tenancy is a column, not a convention. docs/data-model.md explains each table. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table workspaces (
      id uuid primary key,
      name text not null,
      slack_team_id text unique,
      hook_key_hash text not null unique,
      created_at timestamptz not null
    );

    create table playbooks (
      workspace_id uuid not null references workspaces on delete cascade,
      version integer not null,
      yaml text not null,
      author text not null,
      note text not null default '',
      created_at timestamptz not null,
      primary key (workspace_id, version)
    );

    create table connections (
      workspace_id uuid not null references workspaces on delete cascade,
      service text not null,
      status text not null default 'active' check (status in ('active', 'paused')),
      paused_reason text,
      paused_at timestamptz,
      connected_at timestamptz not null,
      cursor jsonb,
      last_signal_at timestamptz,
      primary key (workspace_id, service)
    );

    create table people (
      workspace_id uuid not null references workspaces on delete cascade,
      email text not null,
      slack_id text,
      slack_active boolean,
      slack_checked_at timestamptz,
      crm_user_id text,
      crm_active boolean,
      crm_checked_at timestamptz,
      primary key (workspace_id, email)
    );
    create index people_by_slack_id on people (workspace_id, slack_id);

    create table absences (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      email text not null,
      starts_at timestamptz not null,
      ends_at timestamptz,
      note text not null default ''
    );
    create index absences_by_person on absences (workspace_id, email);

    create table rotation (
      workspace_id uuid not null references workspaces on delete cascade,
      team text not null,
      email text not null,
      lag double precision not null default 0,
      given bigint not null default 0,
      primary key (workspace_id, team, email)
    );

    create table inbox (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      source text not null,
      dedupe_key text not null,
      signal jsonb not null,
      received_at timestamptz not null,
      status text not null default 'new' check (status in ('new', 'done', 'parked')),
      outcome text,
      done_at timestamptz,
      unique (workspace_id, source, dedupe_key)
    );
    create index inbox_waiting on inbox (workspace_id, received_at) where status <> 'done';

    create table leads (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      email text not null,
      name text not null,
      last_crossed_at timestamptz,
      created_at timestamptz not null,
      unique (workspace_id, email)
    );

    create table source_contacts (
      workspace_id uuid not null references workspaces on delete cascade,
      source text not null,
      contact_id text not null,
      lead_id uuid references leads on delete cascade,
      score double precision,
      score_at timestamptz,
      primary key (workspace_id, source, contact_id)
    );
    create index source_contacts_by_lead on source_contacts (lead_id);

    create table handoffs (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      lead_id uuid not null references leads on delete cascade,
      source text not null,
      contact_id text not null,
      state text not null,
      playbook_version integer not null,
      crossed_at timestamptz not null,
      seen_at timestamptz not null,
      opened_at timestamptz not null,
      assigned_at timestamptz,
      claimed_at timestamptz,
      closed_at timestamptz,
      score double precision,
      priority text not null,
      team text,
      rep_email text,
      claimed_by text,
      facts jsonb not null,
      judgement jsonb not null,
      decision jsonb,
      record_state text not null check (record_state in ('pending', 'written', 'parked', 'skipped')),
      record_object text,
      record_id text,
      record_note text,
      recorded_at timestamptz,
      delivered_at timestamptz
    );
    create index handoffs_by_lead on handoffs (lead_id, opened_at desc);
    create index handoffs_open_by_rep on handoffs (workspace_id, rep_email)
      where state in ('assigned', 'claimed', 'contacted');
    create index handoffs_newest on handoffs (workspace_id, opened_at desc);

    create table cards (
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      place text not null,
      channel text,
      ts text,
      posted_at timestamptz,
      primary key (handoff_id, place)
    );

    create table timeline (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      lead_id uuid references leads on delete cascade,
      handoff_id uuid references handoffs on delete cascade,
      at timestamptz not null,
      kind text not null,
      actor text not null,
      text text not null,
      detail jsonb not null default '{}'
    );
    create index timeline_by_handoff on timeline (handoff_id, id);
    create index timeline_by_lead on timeline (lead_id, id);

    create table company_facts (
      workspace_id uuid not null references workspaces on delete cascade,
      provider text not null,
      domain text not null,
      answer jsonb not null,
      fetched_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (workspace_id, provider, domain)
    );

    create table parked_jobs (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      job text not null,
      payload jsonb not null,
      reason text not null,
      verdict text not null check (verdict in ('waiting_for_connection', 'refused', 'bug')),
      service text,
      code text,
      reference text not null,
      parked_at timestamptz not null,
      replayed_at timestamptz
    );
    create index parked_jobs_open on parked_jobs (workspace_id, parked_at) where replayed_at is null;

    create table notices (
      workspace_id uuid not null references workspaces on delete cascade,
      key text not null,
      text text not null,
      created_at timestamptz not null,
      told_at timestamptz,
      primary key (workspace_id, key)
    );

    create table deliveries_seen (
      workspace_id uuid not null references workspaces on delete cascade,
      key text not null,
      seen_at timestamptz not null,
      primary key (workspace_id, key)
    );
    create index deliveries_seen_by_age on deliveries_seen (seen_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table deliveries_seen, notices, parked_jobs, company_facts, timeline, cards, handoffs, source_contacts, leads,
      inbox, rotation, absences, people, connections, playbooks, workspaces;
  `);
}
