import type { Knex } from 'knex';

/**
 * Mails that leave by themselves stand in the outbox beside those that reps wrote: at most one a handoff, and an outcome
 * that nobody knows ends it. Addresses that must not be mailed are kept with the reason.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table emails
      add column kind text not null default 'rep' check (kind in ('rep', 'first_answer')),
      add column unsubscribe_token text unique,
      drop constraint emails_state_check,
      add constraint emails_state_check
        check (state in ('waiting', 'begun', 'sent', 'refused', 'unknown', 'cancelled'));
    create index emails_first_answers on emails (workspace_id, created_at) where kind = 'first_answer';
    create index emails_by_handoff on emails (handoff_id);
    create unique index emails_one_answer on emails (handoff_id)
      where kind = 'first_answer' and state not in ('refused', 'cancelled');

    create table unmailable_addresses (
      workspace_id uuid not null references workspaces on delete cascade,
      address text not null,
      why text not null check (why in ('unsubscribed', 'bounced')),
      note text,
      at timestamptz not null,
      primary key (workspace_id, address, why)
    );
  `);
}

/** The release before knows two ends of a mail, and sends whatever waits as a rep's: what waits to leave by itself does not. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table unmailable_addresses;
    update emails set state = 'refused' where state in ('unknown', 'cancelled')
      or (kind = 'first_answer' and state in ('waiting', 'begun'));
    drop index emails_first_answers;
    drop index emails_by_handoff;
    drop index emails_one_answer;
    alter table emails
      drop column kind,
      drop column unsubscribe_token,
      drop constraint emails_state_check,
      add constraint emails_state_check check (state in ('waiting', 'begun', 'sent', 'refused'));
  `);
}
