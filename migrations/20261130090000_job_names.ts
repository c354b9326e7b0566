import type { Knex } from 'knex';

/** Jobs are named for what they do to whom. What waits in the queue, or was put aside, goes on under its new name. */
const RENAMED: readonly (readonly [before: string, now: string])[] = [
  ['deal.tell', 'notify.deal_owner'],
  ['own.tell', 'notify.login'],
  ['admin.tell', 'notify.admins'],
  ['manual.tell', 'notify.manual_lead'],
  ['owner.tell', 'notify.owner_change'],
  ['ladder.tell', 'notify.ladder'],
  ['place.drain', 'post.queued'],
  ['crm.news', 'crm.event'],
  ['handoff.promise', 'handoff.record_sla'],
  ['ladder.look', 'ladder.recheck'],
];

export async function up(knex: Knex): Promise<void> {
  await rename(knex, RENAMED);
}

export async function down(knex: Knex): Promise<void> {
  await rename(
    knex,
    RENAMED.map(([before, now]) => [now, before]),
  );
}

/**
 * Two statements a table whatever its size. The former names stay known to the queue: processes of the release before go
 * on with what they add until they are replaced.
 */
async function rename(knex: Knex, names: readonly (readonly [from: string, to: string])[]): Promise<void> {
  const renamed = JSON.stringify(names.map(([from, to]) => ({ from, to })));
  const table = 'jsonb_to_recordset(?::jsonb) as renamed("from" text, "to" text)';
  await knex.raw(`update parked_jobs set job = renamed."to" from ${table} where job = renamed."from"`, [renamed]);
  // A new database has no queue yet: it is made after our own tables.
  const { rows } = await knex.raw(`select to_regclass('graphile_worker._private_jobs') is not null as has_queue`);
  if (!rows[0].has_queue) return;
  await knex.raw(
    `insert into graphile_worker._private_tasks (identifier) select renamed."to" from ${table} on conflict do nothing`,
    [renamed],
  );
  await knex.raw(
    `update graphile_worker._private_jobs as jobs set task_id = tasks_now.id
     from ${table}
     join graphile_worker._private_tasks as tasks_before on tasks_before.identifier = renamed."from"
     join graphile_worker._private_tasks as tasks_now on tasks_now.identifier = renamed."to"
     where jobs.task_id = tasks_before.id`,
    [renamed],
  );
}
