/**
 * `npm run bench`: the budgets of the design, measured and printed as ratios. The app runs in a process of its own,
 * exactly as in production; this process holds the stand-ins and PostgreSQL's parent.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../sandbox/server.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { startTemporary } from '../src/db/embedded/temporary.ts';
import { freePort } from '../src/db/embedded.ts';
import { asksForHelp, endBecause, refuseOthers } from '../src/ending.ts';
import { BY_ACCOUNT, hire, writePlaybook } from './company.ts';
import { burst, type Hooks, makeHooks } from './hooks.ts';
import { stepsFired, sweepCost } from './ladder.ts';
import { outage } from './outage.ts';
import { type Row, table } from './table.ts';

const UPSTREAM_MS = 80;
/** Contact ‖ enrichment ‖ match, then the CRM write, then Slack. */
const LONGEST_CHAIN_MS = 3 * UPSTREAM_MS;
const ONE_BY_ONE = 40;
const BURST = 1_500;
const ACCOUNTS = 240;
const WARM_UP = 200;

const HELP = `npm run bench           measures the budgets, about 10 minutes, and prints them as ratios
npm run bench -- --help this text

  BENCH_NODE_ARGS   arguments of Node for the app's process, such as --cpu-prof`;

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  refuseOthers(args, [], HELP);
  const database = await startTemporary({});
  const sandbox = await startSandbox({});
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  sandbox.setAppUrl(appUrl);
  await liftLimit(sandbox);
  await hire(sandbox);
  const playbook = join(database.dir, 'playbook.yaml');
  await writePlaybook(new URL('playbook.yaml', import.meta.url), playbook);
  const app = await startApp(
    {
      ...sandbox.env(),
      PORT: String(port),
      PUBLIC_URL: appUrl,
      DATABASE_URL: database.url,
      LOG_LEVEL: 'error',
      PLAYBOOK: playbook,
    },
    appUrl,
  );
  const db = connect(database.url, 2);
  const hooks = makeHooks(sandbox, appUrl);
  const rows: Row[] = [];
  try {
    await warmUp(db, hooks);
    rows.push(await latency(db, hooks, sandbox));
    rows.push(...(await throughput(db, hooks, sandbox)));
    rows.push(await byAccount(db, hooks, sandbox));
    rows.push(...(await outage(db, hooks, sandbox)));
    rows.push(await stepsFired(db), await sweepCost(database.url));
  } finally {
    app.kill('SIGTERM');
    await once(app, 'exit');
    await db.destroy();
    await sandbox.close();
    await database.stop();
  }
  const cpu = cpus();
  console.log(
    `\n${cpu.length} × ${cpu[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; stand-ins, PostgreSQL and load on the same cores\n`,
  );
  console.log(table(rows));
}

/** Clearbit takes 600 look-ups a minute: beyond them leads go on without, which would flatter the figures. */
async function liftLimit(sandbox: Awaited<ReturnType<typeof startSandbox>>): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/clearbit/limit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ perMinute: 1_000_000 }),
  });
  if (!answer.ok) throw new Error(`the limit stayed: ${await answer.text()}`);
}

async function startApp(env: Record<string, string>, url: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), script], {
    env: { ...env, PATH: process.env.PATH },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.once('exit', code => code && console.error(`the app ended with ${code}`));
  for (;;) {
    const ready = await fetch(`${url}/health/ready`).then(
      answer => answer.ok,
      () => false,
    );
    if (ready) return child;
    if (child.exitCode !== null) throw new Error('the app did not start');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
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

async function latency(db: Db, hooks: Hooks, sandbox: Awaited<ReturnType<typeof startSandbox>>): Promise<Row> {
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

async function throughput(db: Db, hooks: Hooks, sandbox: Awaited<ReturnType<typeof startSandbox>>): Promise<Row[]> {
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
async function byAccount(db: Db, hooks: Hooks, sandbox: Awaited<ReturnType<typeof startSandbox>>): Promise<Row> {
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

function callCounts(sandbox: Awaited<ReturnType<typeof startSandbox>>): Record<string, number> {
  return Object.fromEntries(
    ['salesforce', 'slack', 'hubspot', 'clearbit'].map(name => [name, sandbox.calls(name).length]),
  );
}

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
