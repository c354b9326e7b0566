/** How long the processors worked for the app and for PostgreSQL, as Linux counts it; elsewhere nobody is asked. */
import { readdir, readFile } from 'node:fs/promises';
import type { Db } from '../src/db/connection.ts';

/** Milliseconds since each began, its ended processes among them. */
export interface ProcessorTime {
  app: number;
  postgres: number;
}

export interface Processors {
  now(): Promise<ProcessorTime>;
}

/** A hundredth of a second, as everywhere but on some old machines. */
const TICK_MS = 10;

/** Undefined where `/proc` is not there. @param apps processes of the app */
export async function processors(db: Db, apps: readonly number[]): Promise<Processors | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { rows } = await db.raw('select pg_backend_pid() as pid');
  const server = (await statOf(rows[0].pid))?.parent;
  if (server === undefined) return undefined;
  return {
    async now() {
      const all = (await Promise.all((await processIds()).map(statOf))).filter(one => one !== undefined);
      const ofApp = all.filter(({ pid }) => apps.includes(pid));
      const ofServer = all.filter(({ pid, parent }) => pid === server || parent === server);
      const ended = all.find(({ pid }) => pid === server)?.ended ?? 0;
      return { app: sum(ofApp), postgres: sum(ofServer) + ended };
    },
  };
}

const sum = (stats: readonly { worked: number }[]) => stats.reduce((all, { worked }) => all + worked, 0);

const processIds = async () => (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);

/** One process; undefined when it is gone. Fields after the name, which may hold anything: man 5 proc_pid_stat. */
async function statOf(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (...places: number[]) => places.reduce((all, place) => all + Number(fields[place]), 0) * TICK_MS;
  return { pid, parent: Number(fields[1]), worked: ticks(11, 12), ended: ticks(13, 14) };
}
