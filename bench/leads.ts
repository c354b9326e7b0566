/** Leads one by one and in bursts: how long they take, how many there can be, and what each costs. */
import type { Sandbox } from '../sandbox/server.ts';
import type { Db } from '../src/db/connection.ts';
import { BY_ACCOUNT } from './company.ts';
import { burst, type Hooks } from './hooks.ts';
import { counting, statementTable } from './statements.ts';
import type { Row } from './table.ts';

const UPSTREAM_MS = 80;
/** Contact ‖ enrichment ‖ match, then the CRM write, then Slack. */
const LONGEST_CHAIN_MS = 3 * UPSTREAM_MS;
const ONE_BY_ONE = 40;
const BURST = 1_500;
const COUNTED = 300;
const ACCOUNTS = 240;
const WARM_UP = 200;

export interface Measured {
  rows: Row[];
  /** Statements a lead by kind, as a Markdown table. */
  statements: string;
}

export async function leads(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Measured> {
  await warmUp(db, hooks);
  const rows = [await latency(db, hooks, sandbox), ...(await throughput(db, hooks, sandbox))];
  const counted = await statements(db, hooks);
  return { rows: [...rows, ...counted.rows, await byAccount(db, hooks, sandbox)], statements: counted.statements };
}

/** The same burst again, smaller, while PostgreSQL counts. */
async function statements(db: Db, hooks: Hooks): Promise<Measured> {
  const some = await hooks.prepare(COUNTED, 'counted');
  const already = await delivered(db);
  const counted = await counting(db, async () => {
    await burst(hooks, some, 16);
    await waitForDelivered(db, already + COUNTED);
  });
  const row = (what: string, count: number, target: number): Row => ({
    ...{ what, measured: count / COUNTED, unit: '', target, better: 'lower' },
  });
  return {
    rows: [
      row('statements a lead', counted.statements, 14),
      row('commits a lead', counted.commits, 14),
      row('flushes of the log a lead', counted.flushes, 5),
      row('jobs a lead', counted.jobs, 3),
    ],
    statements: statementTable(counted, COUNTED),
  };
}

async function delivered(db: Db): Promise<number> {
  const { rows } = await db.raw('select count(*)::int as count from handoffs where delivered_at is not null');
  return rows[0].count;
}

/** Looking costs the database time that is measured: the more leads, the less often. */
async function waitForDelivered(db: Db, wanted: number, everyMs = 250): Promise<void> {
  const deadline = performance.now() + 180_000;
  while ((await delivered(db)) < wanted) {
    if (performance.now() > deadline) throw new Error(`only ${await delivered(db)} of ${wanted} cards after 180 s`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}

/** Fills caches and lets the compiler see the hot paths, as in any process that has run for a minute. */
async function warmUp(db: Db, hooks: Hooks): Promise<void> {
  await burst(hooks, await hooks.prepare(WARM_UP, 'warm'), 8);
  await waitForDelivered(db, WARM_UP);
}

async function latency(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Row> {
  const leads = await hooks.prepare(ONE_BY_ONE, 'single');
  const already = await delivered(db);
  for (const service of ['hubspot', 'clearbit', 'salesforce', 'slack']) sandbox.latency(service, UPSTREAM_MS);
  for (const [index, lead] of leads.entries()) {
    await hooks.send(lead);
    await waitForDelivered(db, already + index + 1, 20);
  }
  for (const service of ['hubspot', 'clearbit', 'salesforce', 'slack']) sandbox.latency(service, 0);
  const { rows } = await db.raw(
    `select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.95) within group (order by ms) as p95
     from (select extract(epoch from delivered_at - seen_at) * 1000 as ms from handoffs order by opened_at desc limit ?) last`,
    [ONE_BY_ONE],
  );
  return {
    what: `webhook accepted → Slack card, upstreams ${UPSTREAM_MS} ms (p50; p95 ${Math.round(rows[0].p95)} ms)`,
    measured: Number(rows[0].p50),
    unit: 'ms',
    target: LONGEST_CHAIN_MS * 1.25,
    better: 'lower',
  };
}

async function throughput(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Row[]> {
  const leads = await hooks.prepare(BURST, 'burst');
  const already = await delivered(db);
  const before = callCounts(sandbox);
  const from = performance.now();
  const answers = await burst(hooks, leads, 16);
  await waitForDelivered(db, already + BURST);
  const seconds = (performance.now() - from) / 1_000;
  const spent = callCounts(sandbox);
  const perLead = (service: string) => ((spent[service] ?? 0) - (before[service] ?? 0)) / BURST;
  const sorted = answers.sort((a, b) => a - b);
  return [
    {
      what: `MQLs a second, one process, upstreams 0 ms (${BURST} leads)`,
      measured: BURST / seconds,
      unit: '/s',
      target: 100,
      better: 'higher',
    },
    {
      what: 'hook answer meanwhile, p99',
      measured: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      unit: 'ms',
      target: 50,
      better: 'lower',
    },
    { what: 'Salesforce calls a lead', measured: perLead('salesforce'), unit: '', target: 2, better: 'lower' },
    { what: 'Slack calls a lead', measured: perLead('slack'), unit: '', target: 2, better: 'lower' },
    { what: 'HubSpot calls a lead', measured: perLead('hubspot'), unit: '', target: 3, better: 'lower' },
    {
      what: 'enrichment calls a lead (each lead another company)',
      measured: perLead('clearbit'),
      unit: '',
      target: 1,
      better: 'lower',
    },
  ];
}

/** Account, contact, opportunity and follow-up of each lead, every lead of a company that the org does not know. */
async function byAccount(db: Db, hooks: Hooks, sandbox: Sandbox): Promise<Row> {
  const leads = await hooks.prepare(ACCOUNTS, 'account', BY_ACCOUNT);
  const already = await delivered(db);
  const before = callCounts(sandbox);
  await burst(hooks, leads, 16);
  await waitForDelivered(db, already + ACCOUNTS);
  const answer = await fetch(`${sandbox.url}/_sandbox/salesforce/Opportunity`);
  const made = (await answer.json()) as unknown[] | { records: unknown[] };
  const count = (Array.isArray(made) ? made : made.records).length;
  if (count !== ACCOUNTS) throw new Error(`${count} opportunities for ${ACCOUNTS} leads`);
  const calls = (callCounts(sandbox).salesforce ?? 0) - (before.salesforce ?? 0);
  const what = 'Salesforce calls a lead, account_based';
  return { what, measured: calls / ACCOUNTS, unit: '', target: 2, better: 'lower' };
}

function callCounts(sandbox: Sandbox): Record<string, number> {
  return Object.fromEntries(
    ['salesforce', 'slack', 'hubspot', 'clearbit'].map(name => [name, sandbox.calls(name).length]),
  );
}
