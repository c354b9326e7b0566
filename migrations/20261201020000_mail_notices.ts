import type { Knex } from 'knex';

/**
 * `mail_notices`: what a rep without Slack, or of a playbook with `notify.assigned: email`, is told by mail of one lead: its
 * card, and the steps of its SLA. `link_hash`: of the token that its links carry; whoever has the mail has the token, nobody
 * else. `stint`: when they were given the lead, since the same lead may come back to them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table mail_notices (
      id uuid primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      handoff_id uuid not null references handoffs on delete cascade,
      key text not null,
      kind text not null,
      recipient text not null,
      stint timestamptz not null,
      state text not null default 'waiting'
        check (state in ('waiting', 'begun', 'sent', 'unknown', 'refused', 'overtaken')),
      note text,
      link_hash bytea,
      link_until timestamptz,
      created_at timestamptz not null,
      sent_at timestamptz,
      unique (workspace_id, key)
    );
    create index mail_notices_of_handoff on mail_notices (handoff_id);
    create unique index mail_notices_by_link on mail_notices (link_hash);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table mail_notices');
}
