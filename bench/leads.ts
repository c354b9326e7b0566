/** What a lead takes and costs: how long until its card, how many statements, commits and jobs, and how many calls. */
import type { Sandbox } from '../sandbox/server.ts';
import type { Db } from '../src/db/connection.ts';
import { callsSince, slowedDown, UPSTREAMS, untilCardSent } from './calls.ts';
import { BY_ACCOUNT } from './company.ts';
import { delivered, untilDelivered } from './delivered.ts';
import type { BenchLead, Hooks } from './hooks.ts';
import { send, within } from './load.ts';
import { counting, statementTable } from './statements.ts';
import type { Row } from './table.ts';

const UPSTREAM_MS = 80;
/** Calls that must follow one another before the card leaves: contact ‖ enrichment ‖ match, then the CRM write. */
const CHAIN_OF_KNOWN = 2;
/** One that was never seen is read with its history before any credit is spent on it. */
const CHAIN_OF_NEW = 3;
const MOST_OVER_CHAIN = 1.15;
const ONE_BY_ONE = 40;
const COUNTED = 600;
const ACCOUNTS = 240;
const WARM_UP = 200;

export interface Measured {
  rows: Row[];
  /** Statements a lead by kind, as a Markdown table. */
  statements: string;
}

/** Fills caches and lets the compiler see the hot paths, as in any process that has run for a minute. */
export async function warmUp(db: Db, hooks: Hooks, name = 'warm'): Promise<void> {
  const already = await delivered(db);
  await together(hooks, await hooks.prepare(WARM_UP, { name }), 8);
  await untilDelivered(db, already + WARM_UP);
}

/** So many in flight; how long each took to be answered. */
export const together = (hooks: Hooks, leads: readonly BenchLead[], width: number): Promise<number[]> =>
  send(leads.map(hooks.delivery), { width });

export async function leads(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Measured> {
  const counted = await costs(db, hooks, sandbox);
  return {
    rows: [
      await latency(db, hooks, sandbox, { isNew: false, chain: CHAIN_OF_KNOWN }),
      await latency(db, hooks, sandbox, { isNew: true, chain: CHAIN_OF_NEW }),
      ...counted.rows,
      await byAccount(db, hooks, sandbox),
    ],
    statements: counted.statements,
  };
}

async function latency(
  db: Db,
  hooks: Hooks,
  sandbox: Sandbox,
  { isNew, chain }: { isNew: boolean; chain: number },
): Promise<Row> {
  const some = await hooks.prepare(ONE_BY_ONE, { name: isNew ? 'never-seen' : 'known', isNew });
  const already = await delivered(db);
  const times: number[] = [];
  await slowedDown(sandbox, UPSTREAMS, UPSTREAM_MS, async () => {
    for (const [index, lead] of some.entries()) {
      const from = new Date();
      await hooks.send(lead);
      times.push(await untilCardSent(sandbox, from));
      await untilDelivered(db, already + index + 1, 20);
    }
  });
  times.sort((one, other) => one - other);
  const who = isNew ? 'contact never seen' : 'known contact';
  const p95 = Math.round(within(times, 0.95));
  return {
    what: `hook → Slack call, ${who}, upstreams ${UPSTREAM_MS} ms, ${chain} calls in a row (p50; p95 ${p95} ms)`,
    measured: within(times, 0.5),
    unit: 'ms',
    target: chain * UPSTREAM_MS * MOST_OVER_CHAIN,
    better: 'lower',
  };
}

const each = (what: string, measured: number, target: number): Row => ({
  ...{ what, measured, unit: '', target, better: 'lower' },
});

/** A burst while PostgreSQL counts: counting costs some per cent, so it is no measure of speed. */
async function costs(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Measured> {
  const some = await hooks.prepare(COUNTED, { name: 'counted' });
  const already = await delivered(db);
  const from = new Date();
  const counted = await counting(db, async () => {
    await together(hooks, some, 16);
    await untilDelivered(db, already + COUNTED);
  });
  const calls = (service: string) => callsSince(sandbox, service, from) / COUNTED;
  return {
    rows: [
      each('statements a lead', counted.statements / COUNTED, 14),
      each('commits a lead', counted.commits / COUNTED, 14),
      each('flushes of the log a lead', counted.flushes / COUNTED, 5),
      each('jobs a lead', counted.jobs / COUNTED, 3),
      each('Salesforce calls a lead', calls('salesforce'), 2),
      each('Slack calls a lead', calls('slack'), 2),
      each('HubSpot calls a lead', calls('hubspot'), 3),
      each('enrichment calls a lead (each lead another company)', calls('clearbit'), 1),
    ],
    statements: statementTable(counted, COUNTED),
  };
}

/** Account, contact, opportunity and follow-up of each lead, every lead of a company that the org does not know. */
async function byAccount(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Row> {
  const some = await hooks.prepare(ACCOUNTS, { name: 'account', source: BY_ACCOUNT });
  const already = await delivered(db);
  const from = new Date();
  await together(hooks, some, 16);
  await untilDelivered(db, already + ACCOUNTS);
  const answer = await fetch(`${sandbox.url}/_sandbox/salesforce/Opportunity`);
  const made = (await answer.json()) as unknown[] | { records: unknown[] };
  const count = (Array.isArray(made) ? made : made.records).length;
  if (count !== ACCOUNTS) throw new Error(`${count} opportunities for ${ACCOUNTS} leads`);
  return each('Salesforce calls a lead, account_based', callsSince(sandbox, 'salesforce', from) / ACCOUNTS, 2);
}
