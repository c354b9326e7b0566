import type { Knex } from 'knex';

/** What every vendor was until now, when it could be one thing only. */
const ROLES = `(values ('hubspot', 'source'), ('salesforce', 'crm'), ('clearbit', 'enricher'), ('apollo', 'enricher'),
  ('smtp', 'mailer'), ('slack', 'chat')) as known(vendor, role)`;

/**
 * A vendor may have two roles, each with its own state, cursor and pause: the role becomes part of a connection's key.
 * A log-in may be keys that somebody typed instead of tokens; a workspace's hook key is kept sealed, to be shown again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table connections rename column service to vendor;
    alter table connections add column role text check (role in ('source', 'crm', 'enricher', 'mailer', 'chat'));
    update connections set role = known.role from ${ROLES} where known.vendor = connections.vendor;
    update connections set role = 'source' where role is null;
    alter table connections drop constraint connections_pkey, add primary key (workspace_id, vendor, role);

    alter table parked_jobs rename column service to vendor;
    alter table parked_jobs add column role text;
    update parked_jobs set role = known.role from ${ROLES} where known.vendor = parked_jobs.vendor;

    alter table credentials rename column service to vendor;
    alter table credentials add column kind text not null default 'login' check (kind in ('login', 'keys'));
    alter table connect_attempts rename column service to vendor;
    alter table own_login_words rename column service to vendor;
    alter table own_login_words rename to personal_login_notices;

    alter table workspaces add column sealed_hook_key text;
  `);
  await renameInPayloads(knex, 'service', 'vendor');
}

/** Jobs that wait, in the queue or put aside, name a vendor by the new word too. */
async function renameInPayloads(knex: Knex, from: string, to: string): Promise<void> {
  const renamed = `(payload::jsonb - :from) || jsonb_build_object(:to::text, payload->>:from)`;
  await knex.raw(`update parked_jobs set payload = ${renamed} where jsonb_exists(payload::jsonb, :from)`, { from, to });
  // A new database has no queue yet: it is made after our own tables.
  const { rows } = await knex.raw(`select to_regclass('graphile_worker._private_jobs') is not null as has_queue`);
  if (!rows[0].has_queue) return;
  await knex.raw(
    `update graphile_worker._private_jobs set payload = (${renamed})::json where jsonb_exists(payload::jsonb, :from)`,
    { from, to },
  );
}

export async function down(knex: Knex): Promise<void> {
  await renameInPayloads(knex, 'vendor', 'service');
  await knex.raw(`
    alter table workspaces drop column sealed_hook_key;

    alter table personal_login_notices rename to own_login_words;
    alter table own_login_words rename column vendor to service;
    alter table connect_attempts rename column vendor to service;
    delete from credentials where kind = 'keys';
    alter table credentials drop column kind;
    alter table credentials rename column vendor to service;

    alter table parked_jobs drop column role;
    alter table parked_jobs rename column vendor to service;

    delete from connections c using ${ROLES} where known.vendor = c.vendor and known.role <> c.role;
    alter table connections drop constraint connections_pkey, drop column role;
    alter table connections rename column vendor to service;
    alter table connections add primary key (workspace_id, service);
  `);
}
