/**
 * `npm run bench`: the budgets of the design, measured and printed as ratios. The app runs in processes of its own,
 * exactly as in production; this process holds the stand-ins and PostgreSQL's parent, and a thread of it sends the load.
 */
import { cpus, totalmem } from 'node:os';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { startTemporary } from '../src/db/embedded/temporary.ts';
import { asksForHelp, endBecause, refuseOthers } from '../src/ending.ts';
import { burst, loads, paced } from './bursts.ts';
import { crms } from './crms.ts';
import { forms } from './forms.ts';
import { hosted } from './hosted.ts';
import { installed } from './installed.ts';
import { stepsFired, sweepCost } from './ladder.ts';
import { leads, warmUp } from './leads.ts';
import { many } from './many.ts';
import { neighbour } from './neighbour.ts';
import { oneCompany } from './one-company.ts';
import { outage } from './outage.ts';
import { pageParts } from './page.ts';
import { sources } from './sources.ts';
import { COUNTING_FLAGS } from './statements.ts';
import { type Row, table } from './table.ts';

const PARTS = [
  ...(['leads', 'load', 'apart', 'neighbour', 'forms', 'outage', 'ladder'] as const),
  ...(['sources', 'crms', 'page', 'hosted', 'installed'] as const),
] as const;
/** What is measured only when it is asked for by name. */
const LONG_PARTS = ['many'] as const;
type Part = (typeof PARTS)[number] | (typeof LONG_PARTS)[number];

const HELP = `npm run bench           measures the budgets, about 35 minutes, and prints them as ratios
npm run bench -- PART…  measures some of them:
  leads      what one lead takes and costs: time, statements, commits, flushes, jobs, calls
  load       bursts and a steady pace on one process: leads a second, hooks, processor
  apart      the same with web and worker in processes of their own
  neighbour  a lone lead while another workspace has a burst of 3,000
  sources, crms, forms, outage, ladder, page, hosted, installed
  many       10,000 workspaces and 58 signals a second, for ten minutes; only when it is named
npm run bench -- --help this text

  BENCH_MINUTES     minutes that \`many\` is watched for; 10 when unset
  BENCH_WORKSPACES  workspaces of \`many\`; 10000 when unset
  BENCH_NODE_ARGS   arguments of Node for the app's processes, such as --cpu-prof`;

interface Measured {
  rows: Row[];
  texts: string[];
}

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  refuseOthers(args, [...PARTS, ...LONG_PARTS], HELP);
  const wanted = new Set<Part>(args.length > 0 ? (args as Part[]) : PARTS);
  const database = await startTemporary({ flags: COUNTING_FLAGS });
  const sandbox = await startSandbox({});
  const measured: Measured = { rows: [], texts: [] };
  try {
    await ofOneCompany(wanted, database, sandbox, measured);
    if (wanted.has('sources')) measured.rows.push(...(await sources()));
    if (wanted.has('crms')) measured.rows.push(...(await crms()));
    if (wanted.has('page')) measured.rows.push(...(await pageParts(database.url)));
    if (wanted.has('hosted')) add(measured, await hosted(sandbox, database.url), 'Statements of idle workspaces');
    if (wanted.has('many')) add(measured, await many(sandbox, database.url), 'Statements of many workspaces');
    if (wanted.has('installed')) measured.rows.push(...(await installed()));
  } finally {
    // Also of what was measured before something failed.
    print(measured);
    await sandbox.close();
    await database.stop();
  }
}

function print({ rows, texts }: Measured): void {
  const cpu = cpus();
  console.log(
    `\n${cpu.length} × ${cpu[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; stand-ins, PostgreSQL and load on the same cores\n`,
  );
  console.log([table(rows), ...texts].join('\n\n'));
}

function add(measured: Measured, { rows, statements }: { rows: Row[]; statements: string }, title: string): void {
  measured.rows.push(...rows);
  measured.texts.push(`${title}:\n\n${statements}`);
}

const OF_ONE_COMPANY = ['leads', 'load', 'apart', 'neighbour', 'forms', 'outage', 'ladder'] as const;

/** What is measured over one company's database. */
async function ofOneCompany(
  wanted: ReadonlySet<Part>,
  database: { url: string; dir: string },
  sandbox: Sandbox,
  measured: Measured,
): Promise<void> {
  if (!OF_ONE_COMPANY.some(part => wanted.has(part))) return;
  const company = await oneCompany(database, sandbox);
  const { db, hooks, appUrl } = company;
  try {
    await company.running('together', async processors => {
      await warmUp(db, hooks);
      if (wanted.has('leads')) add(measured, await leads(db, hooks, sandbox), 'Statements a lead');
      if (wanted.has('load')) measured.rows.push(...(await loads({ db, hooks, processors, what: 'one process' })));
      if (wanted.has('neighbour')) measured.rows.push(...(await neighbour({ ...company, sandbox })));
      if (wanted.has('forms')) measured.rows.push(...(await forms(sandbox, appUrl)));
    });
    if (wanted.has('apart')) {
      await company.running('apart', async processors => {
        const loaded = { db, hooks, processors, what: 'web and worker' };
        await warmUp(db, hooks, 'warm-apart');
        measured.rows.push(...(await burst(loaded, 50)), ...(await paced(loaded, 150)));
      });
    }
    if (!wanted.has('outage') && !wanted.has('ladder')) return;
    await company.running('together', async () => {
      if (wanted.has('outage')) measured.rows.push(...(await outage(db, hooks, sandbox)));
      if (wanted.has('ladder')) measured.rows.push(await stepsFired(db), await sweepCost(database.url));
    });
  } finally {
    await company.close();
  }
}

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
