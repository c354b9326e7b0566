/**
 * `npm run bench`: the budgets of the design, measured and printed as ratios. The app runs in a process of its own,
 * exactly as in production; this process holds the stand-ins and PostgreSQL's parent.
 */
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { connect } from '../src/db/connection.ts';
import { startTemporary } from '../src/db/embedded/temporary.ts';
import { freePort } from '../src/db/embedded.ts';
import { asksForHelp, endBecause, refuseOthers } from '../src/ending.ts';
import { startApp } from './app-process.ts';
import { hire, writePlaybook } from './company.ts';
import { control } from './control.ts';
import { crms } from './crms.ts';
import { forms } from './forms.ts';
import { makeHooks } from './hooks.ts';
import { hosted } from './hosted.ts';
import { installed } from './installed.ts';
import { stepsFired, sweepCost } from './ladder.ts';
import { leads } from './leads.ts';
import { outage } from './outage.ts';
import { pageParts } from './page.ts';
import { COUNTING_FLAGS, stopCounting } from './statements.ts';
import { type Row, table } from './table.ts';

const HELP = `npm run bench           measures the budgets, about 18 minutes, and prints them as ratios
npm run bench -- PART…  measures some of them: leads, forms, outage, ladder, crms, page, hosted, installed
npm run bench -- --help this text

  BENCH_NODE_ARGS   arguments of Node for the app's process, such as --cpu-prof`;

const PARTS = ['leads', 'forms', 'outage', 'ladder', 'crms', 'page', 'hosted', 'installed'] as const;
type Part = (typeof PARTS)[number];

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  refuseOthers(args, PARTS, HELP);
  const wanted = new Set<Part>(args.length > 0 ? (args as Part[]) : PARTS);
  const database = await startTemporary({ flags: COUNTING_FLAGS });
  const sandbox = await startSandbox({});
  const rows: Row[] = [];
  const texts: string[] = [];
  try {
    const one = await oneCompany(wanted, database, sandbox);
    rows.push(...one.rows);
    texts.push(...one.texts);
    if (wanted.has('crms')) rows.push(...(await crms()));
    if (wanted.has('page')) rows.push(...(await pageParts(database.url)));
    if (wanted.has('hosted')) rows.push(...(await hosted(sandbox, database.url)));
    if (wanted.has('installed')) rows.push(...(await installed()));
  } finally {
    await sandbox.close();
    await database.stop();
  }
  const cpu = cpus();
  console.log(
    `\n${cpu.length} × ${cpu[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; stand-ins, PostgreSQL and load on the same cores\n`,
  );
  console.log([table(rows), ...texts].join('\n\n'));
}

/** One company with all its people, in one process. */
async function oneCompany(wanted: ReadonlySet<Part>, database: { url: string; dir: string }, sandbox: Sandbox) {
  const measured = { rows: [] as Row[], texts: [] as string[] };
  if (!(['leads', 'forms', 'outage', 'ladder'] as const).some(part => wanted.has(part))) return measured;
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  sandbox.setAppUrl(appUrl);
  // Clearbit takes 600 look-ups a minute: beyond them leads go on without, which would flatter the figures.
  await control(sandbox, '/_sandbox/clearbit/limit', { perMinute: 1_000_000 });
  await hire(sandbox);
  const playbook = join(database.dir, 'playbook.yaml');
  await writePlaybook(new URL('playbook.yaml', import.meta.url), playbook);
  const own = { PORT: String(port), PUBLIC_URL: appUrl, DATABASE_URL: database.url, PLAYBOOK: playbook };
  const app = await startApp({ ...sandbox.env(), ...own, LOG_LEVEL: 'error' }, appUrl);
  const db = connect(database.url, 2);
  const hooks = makeHooks(sandbox, appUrl);
  try {
    await stopCounting(db);
    if (wanted.has('leads')) {
      const { rows, statements } = await leads(db, hooks, sandbox);
      measured.rows.push(...rows);
      measured.texts.push(`Statements a lead:\n\n${statements}`);
    }
    if (wanted.has('forms')) measured.rows.push(...(await forms(sandbox, appUrl)));
    if (wanted.has('outage')) measured.rows.push(...(await outage(db, hooks, sandbox)));
    if (wanted.has('ladder')) measured.rows.push(await stepsFired(db), await sweepCost(database.url));
    return measured;
  } finally {
    await app.stop();
    await db.destroy();
  }
}

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
