/** What the system says of other processes. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When a process began, in words that no later process of the same number shares; undefined when there is none, or only
 * what is left of one that has ended. Process numbers come again, in containers at every start.
 */
export async function beginningOf(pid: number): Promise<string | undefined> {
  if (!isRunning(pid)) return undefined;
  if (process.platform === 'win32') return 'running';
  if (process.platform !== 'linux') return ps(pid, 'lstart');
  const [boot, stat] = await Promise.all([text('/proc/sys/kernel/random/boot_id'), text(`/proc/${pid}/stat`)]);
  // proc(5): the name stands in brackets and may hold any character; after it come the state (3rd) and the start (22nd).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z') return undefined;
  return `${boot?.trim()}:${fields[19]}`;
}

/** The program a process runs and its arguments, blanks between them; undefined when that cannot be known. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') return ps(pid, 'command');
  return (await text(`/proc/${pid}/cmdline`))?.replaceAll('\0', ' ');
}

/** Whether a process of this number runs, ours or not. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function ps(pid: number, field: string): Promise<string | undefined> {
  const { stdout } = await run('ps', ['-o', `${field}=`, '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

const text = (file: string) => readFile(file, 'utf8').catch(() => undefined);
