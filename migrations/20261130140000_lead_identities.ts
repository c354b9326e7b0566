import type { Knex } from 'knex';

/**
 * A lead is known by every contact of a source, every address and every person record of the CRM, each of one lead at
 * most; what was one lead by its address alone so far keeps it. A lead that turned out to be another is kept and points
 * there (`joined_into`), since work under way may still name it. Of a contact score and stage have a time each, and
 * `gone_at` says that its source deleted it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table lead_identities (
      workspace_id uuid not null references workspaces on delete cascade,
      kind text not null check (kind in ('contact', 'address', 'record')),
      value text not null,
      lead_id uuid not null references leads on delete cascade,
      known_since timestamptz not null,
      primary key (workspace_id, kind, value)
    );
    create index lead_identities_by_lead on lead_identities (lead_id);

    insert into lead_identities (workspace_id, kind, value, lead_id, known_since)
      select workspace_id, 'address', email, id, created_at from leads
      where email like '%_@_%' and length(email) <= 320;
    insert into lead_identities (workspace_id, kind, value, lead_id, known_since)
      select s.workspace_id, 'contact', s.source || ':' || s.contact_id, l.id, l.created_at
      from source_contacts s join leads l on l.id = s.lead_id where s.source <> 'manual';
    insert into lead_identities (workspace_id, kind, value, lead_id, known_since)
      select distinct on (h.workspace_id, h.record_id) h.workspace_id, 'record', h.record_id, h.lead_id, h.opened_at
      from handoffs h where h.record_id is not null and not h.is_test
      order by h.workspace_id, h.record_id, h.opened_at;

    alter table leads
      drop constraint leads_workspace_id_email_key,
      add column joined_into uuid references leads on delete set null;
    create index leads_by_email on leads (workspace_id, email);
    create index leads_joined on leads (joined_into) where joined_into is not null;

    alter table source_contacts
      add column stage text,
      add column stage_at timestamptz,
      add column gone_at timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table source_contacts drop column stage, drop column stage_at, drop column gone_at;
    delete from leads where joined_into is not null;
    delete from leads using leads as older
      where older.workspace_id = leads.workspace_id and older.email = leads.email
        and (older.created_at, older.id) < (leads.created_at, leads.id)
        and not exists (select 1 from handoffs where lead_id = leads.id);
    drop index leads_by_email;
    alter table leads drop column joined_into, add constraint leads_workspace_id_email_key unique (workspace_id, email);
    drop table lead_identities;
  `);
}
