/** What is asked of PostgreSQL, counted by PostgreSQL: statements by kind, commits, flushes of its log. */
import type { Db } from '../src/db/connection.ts';

export const COUNTING_FLAGS = ['shared_preload_libraries=pg_stat_statements'];

/** Counting costs some per cent of each statement: from now on nothing is counted but what `counting` is asked for. */
export const stopCounting = (db: Db): Promise<void> => track(db, 'none');

export interface Counted {
  statements: number;
  commits: number;
  /** Times that PostgreSQL waited for its log to be on disk. */
  flushes: number;
  jobs: number;
  kinds: Kind[];
}

interface Kind {
  /** Verb, first table, and the beginning of the text. */
  what: string;
  count: number;
}

/** Counts all that this database is asked for while the work goes on, our own questions left out. */
export async function counting(db: Db, work: () => Promise<unknown>): Promise<Counted> {
  await db.raw('create extension if not exists pg_stat_statements');
  await track(db, 'top');
  await db.raw('select pg_stat_statements_reset()');
  const before = await totals(db);
  await work();
  const after = await totals(db);
  const kinds = await kindsOf(db);
  await track(db, 'none');
  return {
    statements: kinds.reduce((sum, { count }) => sum + count, 0),
    commits: after.commits - before.commits,
    flushes: after.flushes - before.flushes,
    jobs: after.jobs - before.jobs,
    kinds,
  };
}

async function track(db: Db, which: 'top' | 'none'): Promise<void> {
  await db.raw(`alter system set pg_stat_statements.track = '${which}'`);
  await db.raw('select pg_reload_conf()');
  // Sessions hear of it between two statements.
  await new Promise(resolve => setTimeout(resolve, 500));
}

async function totals(db: Db): Promise<Record<'commits' | 'flushes' | 'jobs', number>> {
  // Sessions tell what they counted once a second at most, and only when they have something to do.
  await new Promise(resolve => setTimeout(resolve, 1_500));
  const { rows } = await db.raw(
    `select (select xact_commit from pg_stat_database where datname = current_database())::float8 as commits,
       (select sum(fsyncs) from pg_stat_io where object = 'wal')::float8 as flushes,
       (select coalesce(last_value, 0) from pg_sequences where schemaname = 'graphile_worker' and sequencename like '%jobs%id%' limit 1)::float8 as jobs`,
  );
  return rows[0];
}

const OWN = /pg_stat|pg_reload_conf|pg_sequences|alter system|bench/i;

async function kindsOf(db: Db): Promise<Kind[]> {
  const { rows } = await db.raw(
    `select query, calls::float8 as calls from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database())`,
  );
  const kinds = new Map<string, number>();
  for (const { query, calls } of rows as { query: string; calls: number }[]) {
    if (OWN.test(query)) continue;
    const what = kindOf(query);
    kinds.set(what, (kinds.get(what) ?? 0) + calls);
  }
  return [...kinds].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count);
}

const LONGEST = 90;

/** One line that says which statement it is; `|` would end a cell of the table. */
function kindOf(query: string): string {
  return query.replaceAll(/\s+/g, ' ').replaceAll('"', '').replaceAll('|', '¦').trim().slice(0, LONGEST);
}

const SHOWN = 24;

/** Those that are asked most, by lead or whatever else there were `units` of, as a Markdown table. */
export function statementTable({ kinds }: Counted, units: number, each = 'a lead'): string {
  const line = (count: number, what: string) => `| ${(count / units).toFixed(2)} | ${what} |`;
  const lines = kinds.slice(0, SHOWN).map(({ what, count }) => line(count, `\`${what}\``));
  const rest = kinds.slice(SHOWN).reduce((sum, { count }) => sum + count, 0);
  return [`| ${each} | statement |`, '|---|---|', ...lines, line(rest, 'all others')].join('\n');
}
