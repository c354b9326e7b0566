/** Baton's commands as an operator runs them: a process of their own. */
import { spawn } from 'node:child_process';
import { CHILD_ENV } from './child-env.ts';

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a command of src/cli with this environment and no other; a variable that is undefined is not set. */
export function runCommand(
  name: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Ran> {
  const given = Object.entries({ ...CHILD_ENV, ...env }).filter(([, value]) => value !== undefined);
  const child = spawn(process.execPath, [`src/cli/${name}.ts`, ...args], {
    cwd: new URL('../..', import.meta.url),
    env: Object.fromEntries(given),
  });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.on('data', data => (ran.out += data));
  child.stderr.on('data', data => (ran.err += data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ ...ran, code }));
  });
}
