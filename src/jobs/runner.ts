import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Metrics } from '../contracts/metrics.ts';
import type { ConnectionKey } from '../contracts/role.ts';
import { isPassing } from '../db/conflict.ts';
import type { Db } from '../db/connection.ts';
import {
  connectionKeyOf,
  isAway,
  markAway,
  pauseConnection,
  resumeConnection,
  takeUnprovenIntoUse,
} from '../db/connections/connections.ts';
import { failureReason } from '../domain/failure-words.ts';
import { after, type Clock, SECOND, systemClock } from '../lib/clock.ts';
import { Failure, RateLimited, toError, WorkerDied } from '../lib/errors.ts';
import { hidingValues } from '../lib/hidden-values.ts';
import type { Logger } from '../lib/log.ts';
import { currentName, FORMER_NAMES, JOB_PRIORITY, type JobName, type Jobs } from './catalogue.ts';
import { isParked, parkJob, probeNext, replayWaiting } from './parked.ts';
import { BUG_TRIES, enqueue, MOST_TRIES, type NewJob } from './queue.ts';
import { beginRun, type Lease, type QueuedJob } from './queue-run.ts';
import { notifyAdmins } from './requests.ts';
import { type SupervisedRunner, superviseRunner, type Times } from './supervised-runner.ts';
import { type Verdict, verdictOn } from './verdict.ts';

export interface JobContext {
  /** How often this work was put off because somebody outside was away. */
  postponed: number;
  /** Tries of this work so far, 1 at first: more than one means an earlier try may have had effects. */
  attempt: number;
  /** The same on every try of one piece of work, put off and replayed ones too; another once it was asked for anew. */
  run: string;
}

/** What to do, and what else to write down (in the parking transaction) when the work is given up for now. */
export interface JobHandler<N extends JobName> {
  run(payload: Jobs[N], context: JobContext): Promise<void>;
  /** Called inside the transaction that parks the job: the place to tell the handoff's timeline. */
  parked?(trx: Db, payload: Jobs[N], reason: string, reference: string): Promise<void>;
  /** Called inside the transaction that puts the job off, or leaves it waiting for a service that is away. */
  postponed?(trx: Db, payload: Jobs[N], error: Error): Promise<void>;
  /** A tick asks anew anyway: while the service is away nothing is kept. */
  perishable?: boolean;
}

/** From the moment a service is known to be away to its first probe. */
const FIRST_PROBE = 5 * SECOND;

export type JobTable = { [N in JobName]: JobHandler<N> };

export interface RunnerOptions {
  db: Db;
  url: string;
  jobs: JobTable;
  clock: Clock;
  log: Logger;
  metrics?: Metrics | undefined;
  /** Calls that a connection has answered to this process: a probe during which there were none proved nothing. */
  answers(workspaceId: string, key: ConnectionKey): number;
  /** Jobs under way at once in this process; one workspace has half of them at most. */
  concurrency: number;
  /** Shorter in tests. */
  times?: Times;
}

/** Starts working on jobs; `stop` waits for those under way, but not for ever. @throws when the database is away */
export async function startRunner(options: RunnerOptions): Promise<SupervisedRunner> {
  const { url, log, concurrency, jobs, times } = options;
  const run = () =>
    beginRun({
      url,
      log,
      concurrency,
      // Every job by its name, and by what it was called before.
      jobs: [...Object.keys(jobs), ...FORMER_NAMES.keys()],
      work: (name, payload, job, lease) => work(options, currentName(name), payload as NewJob['payload'], job, lease),
    });
  return superviseRunner(run, { log, ...(times && { times }) });
}

/** In the same place, where it met others and not a database that was away; then the queue waits longer and longer. */
const TRIES_AT_ONCE = 5;

/** Does the work, again while nothing but the database stands in its way: that is no try, and no reason to wait for long. */
async function work(
  options: RunnerOptions,
  name: JobName,
  given: NewJob['payload'],
  job: QueuedJob,
  lease: Lease,
): Promise<void> {
  for (let tries = 0, met = 0; ; tries += 1) {
    try {
      return await hidingValues(() => workOnce(options, name, given, job, { lease, before: tries }));
    } catch (thrown) {
      if (lease.isLost() || !isPassing(toError(thrown))) throw thrown;
      const found = await lease.recovered();
      if (found === 'lost') throw thrown;
      if (found === 'there') met += 1;
      if (met === TRIES_AT_ONCE) throw thrown;
      await pause(50 * 2 ** met);
    }
  }
}

/** `before`: how often it was tried in this place already. */
async function workOnce(
  options: RunnerOptions,
  name: JobName,
  given: NewJob['payload'],
  { id, revision, attempts, priority, run_at: dueAt }: QueuedJob,
  { lease, before }: { lease: Lease; before: number },
): Promise<void> {
  const handler = options.jobs[name] as JobHandler<typeof name>;
  const self = `${id}.${revision}`;
  const { postponed = 0, run = self, probe, ...payload } = given;
  const { metrics } = options;
  const begun = performance.now();
  const count = (outcome: string) => metrics?.job(name, outcome, (performance.now() - begun) / SECOND);
  // The queue lives by the database's clock.
  const waited = systemClock.now().getTime() - new Date(dueAt).getTime();
  if (before === 0) metrics?.jobWaited(priorityOf(priority), Math.max(0, waited / SECOND));
  const earlier = before + (given.run === undefined ? postponed : Math.max(postponed, 1));
  try {
    if (attempts >= MOST_TRIES) throw new WorkerDied(`the process ended ${attempts - 1} times before this was done`);
    const answered = () => (probe ? options.answers(payload.workspaceId, probe) : 0);
    const answersBefore = answered();
    await handler.run(payload as never, { postponed, attempt: attempts + earlier, run });
    count('done');
    if (probe) await probed(options, payload.workspaceId, probe, answered() !== answersBefore);
  } catch (thrown) {
    const error = toError(thrown);
    if (lease.isLost()) {
      options.log.warn({ err: error, job: name, payload }, 'a job was taken over by another process; it goes on there');
      throw error;
    }
    const verdict = verdictOn(error, postponed, attempts >= BUG_TRIES, options.clock.now());
    count(verdict.kind);
    const reference = createHash('sha256').update(self).digest('hex').slice(0, 8);
    options.log.warn({ err: error, job: name, payload, verdict, reference }, 'job did not finish');
    if (verdict.kind === 'retry') throw error;
    const kept = { ...payload, postponed, run } as Failed['kept'];
    const failed = { name, payload, kept, error, verdict, reference, priority: priorityOf(priority) };
    await options.db.transaction(async trx => {
      // By a process that died before the queue knew.
      if (attempts + before === 1 || !(await isParked(trx, kept, reference))) await giveUp(options, trx, failed);
    });
  }
}

interface Failed {
  name: JobName;
  payload: Jobs[JobName];
  /** What the queue has to know to go on with it. */
  kept: NewJob['payload'] & { postponed: number; run: string };
  error: Error;
  verdict: Exclude<Verdict, { kind: 'retry' }>;
  reference: string;
  priority: Priority;
}

/** For now: put off, left waiting for a service, or put aside with its reason. */
async function giveUp(options: RunnerOptions, trx: Db, failed: Failed): Promise<void> {
  const { name, payload, error, verdict } = failed;
  const handler = options.jobs[name] as JobHandler<typeof name>;
  if (verdict.kind === 'postpone' || verdict.kind === 'wait_for_service') {
    if (handler.perishable && error instanceof Failure && error.outage) return;
    await handler.postponed?.(trx, payload as never, error);
    if (await isLeftWaiting(options, trx, failed)) return park(options, trx, failed, 'waiting_for_connection');
    return enqueue(trx, again(failed, verdict.delayMs));
  }
  const waiting = verdict.kind === 'wait_for_connection';
  await park(options, trx, failed, waiting ? 'waiting_for_connection' : verdict.why);
  const now = options.clock.now();
  if (waiting) {
    const key = await connectionKeyOf(trx, payload.workspaceId, error);
    if (key) await pauseConnection(trx, payload.workspaceId, key, failureReason(error), now);
  }
  await handler.parked?.(trx, payload as never, failureReason(error), failed.reference);
  // While the chat itself is refused nobody can be told, and asking would be refused again, without end.
  if (!(waiting && isOfChat(error))) await enqueue(trx, notifyAdmins(payload.workspaceId));
}

const isOfChat = (error: Error): boolean => error instanceof Failure && error.role === 'chat';

/** The whole service is away, by this failure or by what others found: then one probe asks for all. */
async function isLeftWaiting({ clock }: RunnerOptions, trx: Db, { payload, error, verdict }: Failed): Promise<boolean> {
  if (!(error instanceof Failure) || !error.outage) return false;
  const { workspaceId } = payload;
  const key = await connectionKeyOf(trx, workspaceId, error);
  if (!key) return false;
  if (verdict.kind !== 'wait_for_service') return isAway(trx, workspaceId, key);
  const now = clock.now();
  const probeAt = error instanceof RateLimited ? error.retryAt : after(now, FIRST_PROBE);
  return markAway(trx, workspaceId, key, { reason: failureReason(error), probeAt }, now);
}

async function park(
  { clock }: RunnerOptions,
  trx: Db,
  { name: job, kept: payload, error, reference, priority }: Failed,
  verdict: 'waiting_for_connection' | 'refused' | 'bug',
): Promise<void> {
  const { service, code } = error instanceof Failure ? error : {};
  const connection = await connectionKeyOf(trx, payload.workspaceId, error);
  await parkJob(trx, {
    workspaceId: payload.workspaceId,
    job,
    payload,
    reason: failureReason(error),
    verdict,
    ...(service && { vendor: service }),
    ...(connection && { role: connection.role }),
    ...(code && { code }),
    urgent: priority === 'high' || priority === 'catch_up_high',
    reference,
    at: clock.now(),
  });
}

/** Under a key of the work's own: put off by two processes it still waits once. */
function again({ name, kept, priority }: Failed, delayMs: number): NewJob {
  const payload = { ...kept, postponed: kept.postponed + 1 };
  return { name, payload, key: `again:${name}:${kept.run}`, delayMs, priority } as NewJob;
}

type Priority = keyof typeof JOB_PRIORITY;

/** The name of a priority by its number, as the queue keeps it. */
function priorityOf(number: number): Priority {
  const names = Object.keys(JOB_PRIORITY) as Priority[];
  return names.find(name => JOB_PRIORITY[name] === number) ?? 'normal';
}

/**
 * A probe came to its end. Where the connection answered, it works again and everything that waited for it goes on. Where
 * nothing was asked of it the next that waits is the probe; the last one leaves nothing to find out with.
 */
async function probed(
  { db, clock }: RunnerOptions,
  workspaceId: string,
  key: ConnectionKey,
  isProven: boolean,
): Promise<void> {
  const at = clock.now();
  await db.transaction(async trx => {
    if (!isProven && (await probeNext(trx, workspaceId, key, at)) > 0) return;
    const takeIntoUse = isProven ? resumeConnection : takeUnprovenIntoUse;
    if (!(await takeIntoUse(trx, workspaceId, key, at))) return;
    await replayWaiting(trx, workspaceId, key, at);
    await enqueue(trx, notifyAdmins(workspaceId));
  });
}
