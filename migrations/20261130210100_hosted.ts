import type { Knex } from 'knex';

/** Many workspaces install Baton by OAuth: whose token answers where, who began an installation, and who has left. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces
      add column slack_enterprise_id text,
      add column installed_at timestamptz,
      add column uninstalled_at timestamptz;
    create index workspaces_by_enterprise on workspaces (slack_enterprise_id) where slack_enterprise_id is not null;
    create index workspaces_uninstalled on workspaces (uninstalled_at) where uninstalled_at is not null;

    create table slack_installations (
      slack_id text primary key,
      is_organization boolean not null,
      name text not null,
      sealed text not null,
      expires_at timestamptz,
      app_id text not null,
      bot_id text not null,
      bot_user_id text not null,
      scopes text not null,
      installer text not null,
      installed_at timestamptz not null,
      removed_at timestamptz
    );
    create index slack_installations_removed on slack_installations (removed_at) where removed_at is not null;

    create table slack_install_states (
      state_hash text primary key,
      browser_hash text not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index slack_install_states_by_age on slack_install_states (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table slack_install_states, slack_installations;
    alter table workspaces drop column slack_enterprise_id, drop column installed_at, drop column uninstalled_at;
  `);
}
