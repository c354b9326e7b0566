/** Waits that are longer than any lead is: refused where a playbook is written, clipped where one was saved before. */
import { LONGEST_WAIT } from '../../domain/ladder.ts';
import { formatDuration } from '../duration.ts';
import type { FoundProblem } from './problems.ts';
import type { Readable } from './readable.ts';
import type { Playbook } from './schema.ts';

/** What of the SLA would wait for more than a year. */
export function tooLongProblems(sla: Readable<Playbook['sla']> | undefined): FoundProblem[] {
  const { HIGH, MEDIUM, LOW, claimed_but_idle, cold_after } = sla ?? {};
  const waits: [path: string, wait: number | undefined][] = [
    ['sla.claimed_but_idle', claimed_but_idle],
    ['sla.cold_after', cold_after],
    ...Object.entries({ HIGH, MEDIUM, LOW }).flatMap(([priority, ladder]): [string, number | undefined][] => [
      [`sla.${priority}.respond_within`, ladder?.respond_within],
      ...(ladder?.steps ?? []).map((step, at): [string, number | undefined] => [
        `sla.${priority}.steps[${at}].at`,
        step?.at,
      ]),
    ]),
  ];
  return waits.flatMap(([path, wait = 0]) =>
    wait > LONGEST_WAIT ? [{ path, message: `must be at most ${formatDuration(LONGEST_WAIT)}` }] : [],
  );
}
