/** Salesforce is away while leads come, and is back: how fast what waited drains, and with how many calls. */
import type { Sandbox } from '../sandbox/server.ts';
import type { Db } from '../src/db/connection.ts';
import { burst, type Hooks } from './hooks.ts';
import type { Row } from './table.ts';

const LEADS = 5_000;
/** One probe and what comes after it: an hour's outage of this size is over in this time. */
const DRAINED_WITHIN_S = 120;

export async function outage(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Row[]> {
  const leads = await hooks.prepare(LEADS, 'outage');
  sandbox.fault({ service: 'salesforce', status: 503, body: 'We are down for maintenance.', times: 1_000_000 });
  await burst(hooks, leads, 16);
  await reached(db, 'waiting', count => count >= LEADS);
  const before = sandbox.calls('salesforce').length;
  await fetch(`${sandbox.url}/_sandbox/fault?service=salesforce`, { method: 'DELETE' });
  const from = performance.now();
  await reached(db, 'unwritten', count => count === 0);
  const seconds = (performance.now() - from) / 1_000;
  const calls = sandbox.calls('salesforce').length - before;
  return [
    {
      what: `${LEADS} leads that waited for Salesforce are written`,
      measured: seconds,
      unit: 's',
      target: DRAINED_WITHIN_S,
      better: 'lower',
    },
    { what: 'Salesforce calls a lead meanwhile', measured: calls / LEADS, unit: '', target: 2, better: 'lower' },
  ];
}

const QUESTIONS = {
  waiting: `select count(distinct payload->>'handoffId')::int as count from parked_jobs where replayed_at is null and job = 'handoff.record'`,
  unwritten: `select count(*)::int as count from handoffs where record_state <> 'written'`,
};

async function reached(db: Db, what: keyof typeof QUESTIONS, isEnough: (count: number) => boolean): Promise<void> {
  const deadline = performance.now() + 600_000;
  for (;;) {
    const { rows } = await db.raw(QUESTIONS[what]);
    if (isEnough(rows[0].count)) return;
    if (performance.now() > deadline) throw new Error(`${rows[0].count} ${what} after 600 s`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
