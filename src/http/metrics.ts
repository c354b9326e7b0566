/** Figures for Prometheus: what this process counts itself, and, where it has a worker part, what the database knows. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../contracts/metrics.ts';
import type { Db } from '../db/connection.ts';
import { leastCallsLeft } from '../db/connections/api-usage.ts';
import { lastSweep, overdueHandoffs } from '../db/handoffs/ladder.ts';
import { backlogOf, parkedByVerdict } from '../db/reports/backlog.ts';
import { openGapCounts } from '../db/reports/book-gaps.ts';
import { type Clock, SECOND } from '../lib/clock.ts';
import { RELEASE } from '../lib/version.ts';

/** What a process counts, and where it is read. */
export interface ProcessMetrics extends Metrics {
  registry: Registry;
}

const DELIVERY = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 600];
const CALL = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20];
const JOB = [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 120];
const WAIT = [0.01, 0.05, 0.2, 1, 5, 30, 120, 600, 3_600];
/** Up to two working days. */
const FIRST_TOUCH = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800];

/** Counters of one process; nothing is read from the database. */
export function processMetrics(): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], labelNames: L[] = []) =>
    new Histogram({ name, help, buckets, labelNames, registers });
  const signals = counter('baton_signals_total', 'Signals read', ['source', 'outcome']);
  const handoffs = counter('baton_handoffs_total', 'Handoffs opened', ['priority', 'outcome']);
  const delivery = histogram('baton_delivery_seconds', 'From crossing to the first card', DELIVERY);
  const touch = histogram('baton_first_touch_seconds', 'From crossing to the first touch', FIRST_TOUCH);
  const job = histogram('baton_job_seconds', 'How long a try of a job took', JOB, ['job', 'outcome']);
  const wait = histogram('baton_job_wait_seconds', 'From when a job was due until it began', WAIT, ['priority']);
  const call = histogram('baton_call_seconds', 'Calls to others', CALL, ['service', 'operation', 'outcome']);
  new Gauge({ name: 'baton_build_info', help: 'Always 1', labelNames: ['version'], registers }).set(
    { version: RELEASE },
    1,
  );
  return {
    registry,
    signal: (source, outcome) => signals.inc({ source, outcome }),
    handoff: (priority, outcome) => handoffs.inc({ priority, outcome }),
    delivered: seconds => delivery.observe(seconds),
    touched: seconds => touch.observe(seconds),
    job: (name, outcome, seconds) => job.observe({ job: name, outcome }, seconds),
    jobWaited: (priority, seconds) => wait.observe({ priority }, seconds),
    call: (service, operation, outcome, seconds) => call.observe({ service, operation, outcome }, seconds),
  };
}

/**
 * Figures of the whole installation, measured anew each time: every worker tells the same, so they are aggregated by `max`.
 * Five round trips, each over an index.
 */
export function databaseGauges(registry: Registry): (db: Db, clock: Clock) => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const labelled = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  const jobs = gauge('baton_jobs_waiting', 'Jobs due and not yet done');
  const signals = gauge('baton_inbox_waiting', 'Signals accepted and not yet read');
  const oldest = gauge('baton_inbox_oldest_seconds', 'Age of the oldest unread signal');
  const late = gauge('baton_ladder_late_seconds', 'How late the most overdue look at a ladder is');
  const swept = gauge('baton_ladder_swept_timestamp_seconds', 'When the ladders were last looked after; 0: never');
  const parked = labelled('baton_parked_jobs', 'Jobs put aside and not replayed', ['verdict']);
  const gaps = labelled('baton_book_gaps', 'Leads that are not equal everywhere', ['side', 'class']);
  const left = labelled('baton_calls_left_ratio', 'Of the calls of a day, what the account with the least has left', [
    'service',
  ]);
  return async (db, clock) => {
    const now = clock.now();
    const [backlog, byVerdict, open, calls, last, behind] = await Promise.all([
      ...([backlogOf(db, now), parkedByVerdict(db), openGapCounts(db)] as const),
      ...([leastCallsLeft(db, now), lastSweep(db), overdueHandoffs(db, now)] as const),
    ]);
    jobs.set(backlog.jobs);
    signals.set(backlog.signals);
    oldest.set(backlog.oldestSignalSeconds);
    late.set(Math.max(0, ...behind.map(one => (one.oldest ? (now.getTime() - one.oldest.getTime()) / SECOND : 0))));
    swept.set(last ? last.getTime() / SECOND : 0);
    parked.reset();
    for (const one of byVerdict) parked.set({ verdict: one.verdict }, one.jobs);
    gaps.reset();
    for (const one of open) gaps.set({ side: one.side, class: one.class }, one.gaps);
    left.reset();
    for (const one of calls) left.set({ service: one.service }, one.left);
  };
}
