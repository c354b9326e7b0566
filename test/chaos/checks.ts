/** Whether every lead came through, and came through once. */
import type { Db } from '../../src/db/connection.ts';
import { look } from '../helpers/control.ts';
import type { Lead, World } from './world.ts';

/** What waits, is due within a minute, or is under way: each as a person would look for it; none: everything is done. */
export async function leftOver(db: Db): Promise<string[]> {
  const { rows } = await db.raw(
    `select 'a signal nobody has read' as what from inbox where status = 'new'
     union all
     select format('%s, try %s, %s', task.identifier, attempts,
                   case when locked_by is null then 'due in ' || round(extract(epoch from run_at - now())) || ' s'
                        else 'with ' || locked_by end)
     from graphile_worker._private_jobs jobs join graphile_worker._private_tasks task on task.id = jobs.task_id
     where locked_by is not null or (is_available and run_at <= now() + interval '1 minute')
     union all
     select format('%s waits for %s', job, vendor) from parked_jobs
     where replayed_at is null and verdict = 'waiting_for_connection'`,
  );
  return rows.map((row: { what: string }) => row.what);
}

export interface Fates {
  lost: string[];
  doubled: string[];
  /** Work that was put aside for people to look at. */
  parked: string[];
}

/** What became of each lead: one handoff, one record, one follow-up, one card. */
export async function fates({ db, sandbox }: World, leads: readonly Lead[]): Promise<Fates> {
  const { rows } = await db.raw(
    `select l.email, h.id from leads l join handoffs h on h.lead_id = l.id where l.email = any(?)`,
    [leads.map(({ email }) => email)],
  );
  const handoffs = countBy(rows as { email: string }[], row => row.email);
  const records = countBy(await recordsOf(sandbox, 'Lead'), record => String(record.Email).toLowerCase());
  const tasks = countBy(await recordsOf(sandbox, 'Task'), task => String(task.Subject).match(/\((.*)\)/)?.[1] ?? '');
  const cards = await cardsBy(sandbox, leads);
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const { email, company } of leads) {
    const counted = {
      handoff: handoffs.get(email) ?? 0,
      record: records.get(email) ?? 0,
      'follow-up': tasks.get(company) ?? 0,
      card: cards.get(email) ?? 0,
    };
    for (const [what, count] of Object.entries(counted)) {
      if (count === 0) lost.push(`${email}: no ${what}`);
      if (count > 1) doubled.push(`${email}: ${count} × ${what}`);
    }
  }
  const parked = await db('parked_jobs').where({ replayed_at: null }).select('job', 'verdict', 'reason');
  return { lost, doubled, parked: parked.map(one => `${one.job}: ${one.verdict}: ${one.reason}`) };
}

function countBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

async function recordsOf(sandbox: World['sandbox'], object: string): Promise<Record<string, unknown>[]> {
  const answer = await look<Record<string, unknown>[] | { records: Record<string, unknown>[] }>(
    sandbox,
    `salesforce/${object}`,
  );
  return Array.isArray(answer) ? answer : answer.records;
}

/** Messages that stand somewhere in Slack and show the lead's address, by address. */
async function cardsBy(sandbox: World['sandbox'], leads: readonly Lead[]): Promise<Map<string, number>> {
  const { channels } = await look<{ channels: { id: string; message_count: number }[] }>(sandbox, 'slack/state');
  const counts = new Map<string, number>();
  for (const { id, message_count } of channels) {
    if (message_count === 0) continue;
    const { messages } = await look<{ messages: unknown[] }>(sandbox, `slack/messages?channel=${id}`);
    for (const message of messages) {
      const text = JSON.stringify(message);
      for (const { email } of leads) if (text.includes(email)) counts.set(email, (counts.get(email) ?? 0) + 1);
    }
  }
  return counts;
}
