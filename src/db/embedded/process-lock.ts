/** A file that names the living process something belongs to. It means nothing once that process is gone. */
import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { beginningOf } from '../../lib/processes.ts';

/** Who holds a lock. */
export interface Holder {
  pid: number;
  /** When that process began: another one of the same number is somebody else. */
  began: string | undefined;
  host: string;
  /** Where its web half listens. */
  port?: number;
}

export interface ProcessLock {
  release(): Promise<void>;
}

const LOOK_AGAIN_MS = 5;

/**
 * Takes the lock for this process, or says who has it. What a process left behind that is gone is taken over.
 * @param port kept for whoever is refused
 */
export async function takeLock(file: string, port?: number): Promise<{ lock: ProcessLock } | { holder: Holder }> {
  const own = JSON.stringify({ ...(await thisProcess()), ...(port !== undefined && { port }) });
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, own, { mode: 0o600 });
  try {
    for (;;) {
      // A link is made whole or not at all, and never over another file.
      if (await linked(draft, file)) return { lock: { release: () => release(file, own) } };
      const found = await textOf(file);
      if (found === undefined) continue;
      const holder = holderIn(found);
      if (holder && (await isAlive(holder))) return { holder };
      await removeStale(file, draft);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Who has the lock; undefined when nobody that lives has it. */
export async function holderOf(file: string): Promise<Holder | undefined> {
  const holder = holderIn((await textOf(file)) ?? '');
  return holder && (await isAlive(holder)) ? holder : undefined;
}

/** True when the lock is what a process of this machine left behind that is gone. */
export async function isAbandoned(file: string): Promise<boolean> {
  const holder = holderIn((await textOf(file)) ?? '');
  return holder !== undefined && holder.host === hostname() && !(await isAlive(holder));
}

async function thisProcess(): Promise<Holder> {
  return { pid: process.pid, began: await beginningOf(process.pid), host: hostname() };
}

async function isAlive({ pid, began }: Holder): Promise<boolean> {
  return began !== undefined && (await beginningOf(pid)) === began;
}

function holderIn(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

async function release(file: string, own: string): Promise<void> {
  if ((await textOf(file)) === own) await rm(file, { force: true });
}

/** One at a time, and looked at again by whoever's turn it is: what the one before took must not be removed. */
async function removeStale(file: string, draft: string): Promise<void> {
  const turn = `${file}.turn`;
  if (await linked(draft, turn)) {
    if (!(await holderOf(file))) await rm(file, { force: true });
    await rm(turn, { force: true });
    return;
  }
  const found = await textOf(turn);
  const other = found && holderIn(found);
  // A turn takes a moment: who was killed in the middle of theirs never ends it.
  if (other && !(await isAlive(other))) await rm(turn, { force: true });
  else await pause(LOOK_AGAIN_MS);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (isCode(thrown, 'EEXIST')) return false;
    throw thrown;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (isCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
}

const isCode = (thrown: unknown, code: string) => (thrown as NodeJS.ErrnoException).code === code;
