import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';

/**
 * Each workspace has a key that pages may hold, and forms of one person are found by it. Those that were there before
 * get the key that theirs would have been given.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table workspaces add column form_key text unique;
    create index inbox_forms on inbox (workspace_id, (signal->>'contactId')) where signal->>'via' = 'form';
  `);
  for (const { id, hook_key_hash: hash } of await knex('workspaces').select('id', 'hook_key_hash')) {
    const key = createHmac('sha256', hash).update('form key').digest('base64url').slice(0, 22);
    await knex('workspaces').where({ id }).update({ form_key: key });
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index inbox_forms;
    alter table workspaces drop column form_key;
  `);
}
