import type { Knex } from 'knex';

/** A service that is away is probed by one job; and how many of an organization's calls Baton has used. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table connections drop constraint connections_status_check;
    alter table connections add constraint connections_status_check check (status in ('active', 'paused', 'away'));
    alter table connections add column probe_at timestamptz;
    alter table connections add column probes integer not null default 0;
    alter table parked_jobs add column urgent boolean not null default false;
    create index parked_jobs_waiting on parked_jobs (workspace_id, service, id)
      where replayed_at is null and verdict = 'waiting_for_connection';

    create table api_usage (
      workspace_id uuid not null references workspaces on delete cascade,
      service text not null,
      started_at timestamptz not null,
      allowed integer not null,
      calls integer not null,
      org_used integer not null,
      org_limit integer not null,
      warned integer not null default 0,
      primary key (workspace_id, service)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table api_usage;
    drop index parked_jobs_waiting;
    alter table parked_jobs drop column urgent;
    update connections set status = 'active' where status = 'away';
    alter table connections drop column probe_at, drop column probes;
    alter table connections drop constraint connections_status_check;
    alter table connections add constraint connections_status_check check (status in ('active', 'paused'));
  `);
}
