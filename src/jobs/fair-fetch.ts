/**
 * Which jobs a process fetches: in the queue's order, but none of a workspace that has its share of the places already
 * (`places.ts`). The queue's own way around, flags, would fetch jobs one by one.
 */
import { JOB_SCHEMA } from '../db/connection.ts';
import { type Places, places } from './places.ts';

export interface FetchedJob {
  id: string;
  payload: { workspaceId?: string };
}

type Row = Partial<FetchedJob> & { seen: number };
type Ask = (statement: { name: string; text: string; values: unknown[] }) => Promise<Row[]>;

/** `left`: some that are due were left. `more`: another round may find some that can begin. */
interface Round {
  jobs: FetchedJob[];
  left: boolean;
  more: boolean;
}

export interface FairFetch {
  /**
   * Takes what may begin now. No round trip while all places are taken, one as a rule, up to five when workspaces that have
   * their share have many due.
   * @param poolId whose jobs they are from then on
   * @param tasks numbers of the kinds of jobs that are known here
   */
  take(ask: Ask, poolId: string, tasks: readonly number[]): Promise<FetchedJob[]>;
  /** A job is not under way here any more. */
  ended(jobId: string): void;
  /** Jobs of some workspace may have to wait although nobody else needs the places. */
  isFull(): boolean;
  stop(): void;
}

/** Due jobs that are looked through, each time, for some of workspaces that have less than their share. */
const FRONT = 200;
/** Looking through all of them takes this part of the time at most. */
const DEEP_SHARE = 1 / 20;
/** While jobs wait for places they are asked for so often, in milliseconds, or when this part of the places was left. */
const ASK_EVERY = 20;
const REFILL = 1 / 6;
const MOST_ROUNDS = 5;

/** @param wake makes the queue fetch again */
export function fairFetch({ concurrency, wake }: { concurrency: number; wake: () => void }): FairFetch {
  const seats = places(concurrency);
  const refill = Math.max(1, Math.floor(concurrency * REFILL));
  /** Some that are due were left. */
  let anyLeft = false;
  let endedSince = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let deepAfter = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function wakeIn(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      wake();
    }, ms);
  }

  async function taken(ask: Ask, statement: Parameters<Ask>[0]): Promise<{ seen: number; jobs: FetchedJob[] }> {
    const rows = await ask(statement);
    const jobs = rows.flatMap(({ seen: _seen, ...job }) => (job.id ? [job as FetchedJob] : []));
    for (const { id, payload } of jobs) seats.take(String(id), String(payload.workspaceId));
    return { seen: Number(rows[0]?.seen ?? 0), jobs };
  }

  /** Past those that have their share. Through everything that is due only now and then: it takes the longer the more that is. */
  async function past(ask: Ask, poolId: string, tasks: readonly number[]): Promise<Round> {
    const front = await taken(ask, pastStatement(seats, poolId, tasks));
    const isAll = front.seen < FRONT;
    if (isAll || front.jobs.length > 0) return { ...front, left: front.seen > front.jobs.length, more: !isAll };
    const begun = performance.now();
    if (begun < deepAfter) {
      wakeIn(deepAfter - begun);
      return { jobs: [], left: true, more: false };
    }
    const { jobs } = await taken(ask, deepStatement(seats, poolId, tasks));
    const now = performance.now();
    deepAfter = now + (now - begun) / DEEP_SHARE;
    return { jobs, left: true, more: jobs.length > 0 };
  }

  async function round(ask: Ask, poolId: string, tasks: readonly number[]): Promise<Round> {
    if (seats.full().length > 0) return past(ask, poolId, tasks);
    const most = Math.ceil(seats.free() / 2);
    const { seen, jobs } = await taken(ask, nextStatement(seats, most, poolId, tasks));
    return { jobs, left: seen === most, more: seen === most };
  }

  return {
    async take(ask, poolId, tasks) {
      const isEarly = performance.now() - askedAt < ASK_EVERY && endedSince < refill;
      if (anyLeft && isEarly) {
        wakeIn(ASK_EVERY);
        return [];
      }
      endedSince = 0;
      const jobs: FetchedJob[] = [];
      for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
        if (seats.free() === 0) {
          anyLeft = true;
          break;
        }
        // What was taken already begins, whatever becomes of the rest.
        const answer = await round(ask, poolId, tasks).catch(thrown => {
          if (jobs.length === 0) throw thrown;
          return undefined;
        });
        if (!answer) break;
        jobs.push(...answer.jobs);
        anyLeft = answer.left;
        if (!answer.more) break;
      }
      askedAt = performance.now();
      return jobs;
    },
    ended(jobId) {
      if (!seats.leave(jobId) || !anyLeft) return;
      endedSince += 1;
      if (endedSince >= refill) wake();
      else wakeIn(ASK_EVERY);
    },
    isFull: () => seats.free() === 0 || seats.full().length > 0,
    stop: () => clearTimeout(timer),
  };
}

const JOBS = `${JOB_SCHEMA}._private_jobs`;

/** What is said of a job that is taken; as the queue itself does, whose named queues are not used here. */
const BEGIN = (chosen: string) => `
  begun as (
    update ${JOBS} as jobs set attempts = jobs.attempts + 1, locked_by = $1::text, locked_at = now()
    from ${chosen} as chosen where jobs.id = chosen.id returning jobs.*
  )
  select begun.*, counted.seen from (select count(*)::int as seen from due) as counted left join begun on true
  order by priority, run_at`;

/** Of each workspace the first due jobs, as many as it may have. */
const CHOOSE = `
  chosen as (
    select id from (
      select id, priority, run_at, coalesce(taken.places, 0) as places,
        row_number() over (partition by workspace_id order by priority, run_at) as nth
      from due left join unnest($3::text[], $4::int[]) as taken(workspace_id, places) using (workspace_id)
    ) as ranked
    where 2 * nth <= $5::int - places + 1 order by priority, run_at limit ceil($5::int / 2.0)
  )`;

const DUE = (whose = '') => `
  select id, priority, run_at, payload->>'workspaceId' as workspace_id from ${JOBS}
  where is_available and run_at <= now() and task_id = any($2::int[]) ${whose} order by priority, run_at`;

const valuesOf = (seats: Places, poolId: string, tasks: readonly number[]) => {
  const taken = [...seats.taken()];
  return [poolId, tasks, taken.map(([id]) => id), taken.map(([, has]) => has), seats.free()];
};

/** The limit stands in the text: PostgreSQL plans for it. */
function nextStatement(seats: Places, most: number, poolId: string, tasks: readonly number[]) {
  return {
    name: `baton_next_${most}`,
    text: `with due as (${DUE()} limit ${most} for update skip locked), ${CHOOSE}, ${BEGIN('chosen')}`,
    values: valuesOf(seats, poolId, tasks),
  };
}

/** Locks nothing that it does not take: a lock is a write, and most of what it sees is not taken. */
const TAKE_FREE = `
  free as (select id from ${JOBS} where id in (select id from chosen) and is_available for update skip locked),
  ${BEGIN('free')}`;

function pastStatement(seats: Places, poolId: string, tasks: readonly number[]) {
  return {
    name: 'baton_past',
    text: `with due as materialized (${DUE()} limit ${FRONT}), ${CHOOSE}, ${TAKE_FREE}`,
    values: valuesOf(seats, poolId, tasks),
  };
}

function deepStatement(seats: Places, poolId: string, tasks: readonly number[]) {
  const others = "and (payload->>'workspaceId' = any($6::text[])) is not true";
  return {
    name: 'baton_deep',
    text: `with due as materialized (${DUE(others)} limit ${FRONT}), ${CHOOSE}, ${TAKE_FREE}`,
    values: [...valuesOf(seats, poolId, tasks), seats.full()],
  };
}
