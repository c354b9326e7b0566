/** What a check of one service is, and answers. */
import type { Env } from '../../config/env.ts';
import type { Playbook } from '../../config/playbook.ts';
import { toError } from '../../lib/errors.ts';

export interface Result {
  /** Heading inside the service: "Fields"; empty: the service itself. */
  about: string;
  level: 'fine' | 'warning' | 'problem';
  what: string;
  fix?: string;
}

/** Everything a check may look at. */
export interface Patient {
  env: Env;
  playbook: Playbook;
  /** The app's database, where it can be reached. */
  databaseUrl?: string;
}

export interface Check {
  service: string;
  run(patient: Patient): Promise<Result[]>;
}

export interface Examined {
  service: string;
  results: Result[];
}

export const fine = (what: string): Result => ({ about: '', level: 'fine', what });
export const warning = (what: string, fix?: string): Result => ({
  about: '',
  level: 'warning',
  what,
  ...(fix && { fix }),
});
export const problem = (what: string, fix?: string): Result => ({
  about: '',
  level: 'problem',
  what,
  ...(fix && { fix }),
});

/** One part of a check: what it throws is a problem, and the other parts go on. */
export async function part(work: () => Promise<Result | Result[]>, fix?: string): Promise<Result[]> {
  try {
    return [await work()].flat();
  } catch (thrown) {
    return [problem(toError(thrown).message, fix)];
  }
}

/** Runs every check, whatever the others find. */
export async function examine(checks: readonly Check[], patient: Patient): Promise<Examined[]> {
  const all: Examined[] = [];
  for (const { service, run } of checks) all.push({ service, results: await part(() => run(patient)) });
  return all;
}
