/**
 * What stories do to the database that no person and no vendor could do: jobs that need not wait for the real clock,
 * transactions that hold Baton up at one place, and what another process would have written.
 */
import type { Db } from '../../src/db/connection.ts';
import { noticeLongAway, rememberConnection } from '../../src/db/connections/connections.ts';
import { lockHandoff } from '../../src/db/handoffs/handoffs.ts';
import { signalParked } from '../../src/handoff/intake/notify-manual.ts';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { connectWithKeys, type TypedKeys } from '../../src/workspaces/connect-keys.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import type { OverDatabase } from './database-questions.ts';
import type { System } from './system.ts';

type Connecting = Pick<System, 'app' | 'env'>;

/** For eight weeks something came from this source every half hour. */
export async function sendsAllTheTime({ app, clock }: System, source: string): Promise<void> {
  const [now, half] = [clock.now().getTime(), 30 * MINUTE];
  const quarters = Array.from({ length: (56 * DAY) / half - 1 }, (_, at) => new Date(now - (at + 1) * half));
  await app.deps.db.raw(
    `insert into signal_hours (workspace_id, source, at, signals)
     select ?, ?, date_bin('15 minutes', at, 'epoch'), 1 from unnest(?::timestamptz[]) as at on conflict do nothing`,
    [app.workspaceId, source, quarters],
  );
}

/** Jobs that wait for their time are done now. Whoever repeats this spares what is tried again its pauses. */
export async function hurry(baton: OverDatabase): Promise<void> {
  await makeDue(baton, 'true');
}

/** Cards and threads that wait for Slack's pace are posted now. */
export async function hurryCards(baton: OverDatabase): Promise<void> {
  await makeDue(
    baton,
    `task_id in (select id from graphile_worker._private_tasks
     where identifier in ('post.queued', 'handoff.notify', 'handoff.thread', 'card.refresh'))`,
  );
}

async function makeDue({ app }: OverDatabase, which: string): Promise<void> {
  // Workers look once a second, or when they are told.
  await app.deps.db.raw(
    `with due as (
       update graphile_worker._private_jobs set run_at = now()
       where locked_at is null and run_at > now() and ${which} returning 1
     )
     select pg_notify('jobs:insert', json_build_object('count', count(*))::text) from due having count(*) > 0`,
  );
}

/** The job of this key is gone, as if the process that had taken it died with it. */
export async function loseJob({ app }: OverDatabase, key: string): Promise<void> {
  await app.deps.db.raw('select graphile_worker.remove_job(?)', [key]);
}

/** Ends what holds Baton up. */
type Release = () => Promise<void>;

async function holdUp({ app }: OverDatabase, hold: (trx: Db) => PromiseLike<unknown>): Promise<Release> {
  const trx = await app.deps.db.transaction();
  await hold(trx);
  return async () => {
    await trx.rollback();
  };
}

/** Whoever writes or looks through the CRM's events waits. */
export const holdCrmEvents = (baton: OverDatabase): Promise<Release> =>
  holdUp(baton, trx => trx.raw('lock table crm_events in exclusive mode'));

/** Whoever writes down a touch waits. */
export const holdTouches = (baton: OverDatabase): Promise<Release> =>
  holdUp(baton, trx => trx.raw('lock table touches in exclusive mode'));

/** Whoever stores a signal waits. */
export const holdInbox = (baton: OverDatabase): Promise<Release> =>
  holdUp(baton, trx => trx.raw('lock table inbox in exclusive mode'));

/** Whoever changes this lead waits. */
export const holdLead = (baton: OverDatabase, handoffId: string): Promise<Release> =>
  holdUp(baton, trx => lockHandoff(trx, baton.app.workspaceId, handoffId));

/** Whoever trades a log-in's token for a new session waits. */
export const holdLogins = (baton: OverDatabase): Promise<Release> =>
  holdUp(baton, trx => trx('credentials').where({ workspace_id: baton.app.workspaceId }).forUpdate().first('status'));

/** Another process saves these rules. */
export async function rulesSavedElsewhere(
  { app, clock }: OverDatabase & { clock: { now(): Date } },
  yaml: string,
  author: string,
): Promise<void> {
  await savePlaybook(app.deps.db, app.workspaceId, { yaml, author, note: '', at: clock.now() });
}

/** The environment's keys for this CRM are found, as when Baton starts anew. */
export async function crmKeysFound(
  { app, clock }: OverDatabase & { clock: { now(): Date } },
  vendor: string,
): Promise<void> {
  await rememberConnection(app.deps.db, app.workspaceId, { vendor, role: 'crm' }, clock.now());
}

/** Baton looks for vendors that have been away for long, as its tick does. */
export async function noteLongAway({ app, clock }: OverDatabase & { clock: { now(): Date } }): Promise<void> {
  await app.deps.db.transaction(trx => noticeLongAway(trx, clock.now()));
}

/** Baton does not know any more who this is in Slack. */
export async function forgetInSlack({ app }: OverDatabase, email: string): Promise<void> {
  await app.deps.db('people').where({ email }).update({ slack_id: null });
}

/** Baton gives up reading what was handed off by hand, for this reason. */
export async function giveUpReadingByHand(
  { app, clock }: OverDatabase & { clock: { now(): Date } },
  reason: string,
): Promise<void> {
  const { db } = app.deps;
  const { id: inboxId } = await db('inbox').where({ source: 'manual' }).first('id');
  await db.transaction(trx => signalParked(trx, { workspaceId: app.workspaceId, inboxId }, reason, clock.now()));
}

/** Keys that somebody typed on Home, without the form. */
export async function connectedByKeys({ app, env }: Connecting, typed: TypedKeys): Promise<void> {
  const keyring = parseKeyring(env.ENCRYPTION_KEY ?? '');
  await app.deps.db.transaction(trx => connectWithKeys(trx, keyring, app.workspaceId, typed));
  app.deps.connectionChanged(app.workspaceId);
}
