/** Salesforce is away while leads come, and is back: how fast what waited drains, and with how many calls. */
import type { Sandbox } from '../sandbox/server.ts';
import type { Db } from '../src/db/connection.ts';
import { callsSince } from './calls.ts';
import type { Hooks } from './hooks.ts';
import { together } from './leads.ts';
import type { Row } from './table.ts';

const LEADS = 5_000;
/** One probe and what comes after it: an hour's outage of this size is over in this time. */
const DRAINED_WITHIN_S = 120;

export async function outage(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Row[]> {
  const leads = await hooks.prepare(LEADS, { name: 'outage' });
  sandbox.fault({ service: 'salesforce', status: 503, body: 'We are down for maintenance.', times: 1_000_000 });
  await together(hooks, leads, 16);
  await none(db, 'under way');
  await fetch(`${sandbox.url}/_sandbox/fault?service=salesforce`, { method: 'DELETE' });
  const [since, from] = [new Date(), performance.now()];
  await none(db, 'not written');
  const seconds = (performance.now() - from) / 1_000;
  const calls = callsSince(sandbox, 'salesforce', since);
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

/** A lead whose company could not be looked up in time may be left to nurture: it has no record. */
const LEFT = {
  'under way': `
    select (select count(*) from inbox where status = 'new')::int + (
      select count(*) from handoffs where record_state = 'pending' and id::text not in (
        select payload->>'handoffId' from parked_jobs where replayed_at is null and job = 'handoff.record')
    )::int as count`,
  'not written': `select count(*)::int as count from handoffs where record_state = 'pending'`,
};

async function none(db: Db, left: keyof typeof LEFT): Promise<void> {
  const deadline = performance.now() + 600_000;
  for (;;) {
    const { rows } = await db.raw(LEFT[left]);
    if (rows[0].count === 0) return;
    if (performance.now() > deadline) throw new Error(`${rows[0].count} leads ${left} after 600 s`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
