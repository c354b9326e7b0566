import type { ConnectionKey, Role } from '../contracts/role.ts';
import type { Db } from '../db/connection.ts';
import { currentName, type JobName, type Jobs, workWords } from './catalogue.ts';
import { enqueueMany, type NewJob } from './queue.ts';

export interface ParkedJob {
  workspaceId: string;
  job: JobName;
  payload: Jobs[JobName];
  reason: string;
  verdict: 'waiting_for_connection' | 'refused' | 'bug';
  /** Whose refusal it was; in which role, where that is known. */
  vendor?: string;
  role?: Role;
  code?: string;
  /** It was a HIGH lead's: it is replayed before others. */
  urgent?: boolean;
  /** Shown to people and written in the log: ties the two together. */
  reference: string;
  at: Date;
}

/** Puts work aside with its reason: visible to admins, replayable, never lost. */
export async function parkJob(trx: Db, parked: ParkedJob): Promise<void> {
  await trx('parked_jobs').insert({
    workspace_id: parked.workspaceId,
    job: parked.job,
    payload: JSON.stringify(parked.payload),
    reason: parked.reason,
    verdict: parked.verdict,
    vendor: parked.vendor ?? null,
    role: parked.role ?? null,
    code: parked.code ?? null,
    urgent: parked.urgent ?? false,
    reference: parked.reference,
    parked_at: parked.at,
  });
  if (parked.verdict === 'waiting_for_connection') return;
  await trx('notices')
    .insert({
      workspace_id: parked.workspaceId,
      key: `parked:${parked.job}:${parked.code ?? parked.reason.slice(0, 80)}:${parked.at.toISOString().slice(0, 13)}`,
      text: noticeText(parked),
      created_at: parked.at,
    })
    .onConflict()
    .ignore();
}

/** An error of ours says nothing to people: its words, which may be a statement with everything in it, are in the log. */
function noticeText({ job, verdict, reason, reference }: ParkedJob): string {
  const work = workWords(job);
  if (verdict === 'bug') {
    return `${work} failed: an error inside Baton. Whoever hosts it finds it in the log by reference ${reference}; press Replay on Home once it is fixed.`;
  }
  return `${work} failed: ${reason}. Fix the cause, then press Replay on Home (reference ${reference}).`;
}

/** Was this very job put aside before? Its reference is the same on each of its tries. */
export async function isParked(trx: Db, payload: NewJob['payload'], reference: string): Promise<boolean> {
  const row = await trx('parked_jobs')
    .where({ workspace_id: payload.workspaceId, reference })
    .whereRaw('payload = ?::jsonb', [JSON.stringify(payload)])
    .first('id');
  return row !== undefined;
}

/** A job that is taken to be replayed. */
export interface ParkedRow {
  id: number;
  job: string;
  payload: NewJob['payload'];
  vendor: string | null;
  role: Role | null;
  urgent: boolean;
}

/** Starts everything that waited for this connection. */
export async function replayWaiting(
  trx: Db,
  workspaceId: string,
  { vendor, role }: ConnectionKey,
  at: Date,
): Promise<number> {
  const rows: ParkedRow[] = await trx('parked_jobs')
    .where({ workspace_id: workspaceId, vendor, role, verdict: 'waiting_for_connection', replayed_at: null })
    .update({ replayed_at: at })
    .returning(['id', 'job', 'payload', 'vendor', 'role', 'urgent']);
  return replayRows(trx, rows, { probe: false });
}

/** Starts every parked job of the workspace again, whatever put it aside. */
export async function replayParked(trx: Db, workspaceId: string, at: Date): Promise<number> {
  const rows: ParkedRow[] = await trx('parked_jobs')
    .where({ workspace_id: workspaceId, replayed_at: null })
    .update({ replayed_at: at })
    .returning(['id', 'job', 'payload', 'vendor', 'role', 'urgent']);
  return replayRows(trx, rows, { probe: false });
}

/** Work put aside for one and the same reason. */
export interface ParkedGroup {
  /** Its newest job, by which the group is known. */
  id: string;
  job: JobName;
  verdict: ParkedJob['verdict'];
  vendor: string | null;
  reason: string;
  /** Of the newest. */
  reference: string;
  jobs: number;
  since: Date;
  last: Date;
}

const SAME_REASON = ['job', 'verdict', 'vendor', 'code', 'reason'] as const;

/** What was put aside and not yet replayed, by reason, the newest first; a page of it. */
export async function parkedGroups(
  db: Db,
  workspaceId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: ParkedGroup[]; total: number }> {
  const { rows } = await db.raw(
    `with groups as (
       select job, verdict, vendor, reason, max(id) as id, count(*)::int as jobs, min(parked_at) as since, max(parked_at) as last
       from parked_jobs where workspace_id = ? and replayed_at is null
       group by job, verdict, vendor, code, reason
     )
     select groups.*, parked_jobs.reference, (count(*) over ())::int as total
     from groups join parked_jobs using (id) order by id desc limit ? offset ?`,
    [workspaceId, limit, offset],
  );
  return {
    rows: rows.map((row: ParkedGroup) => ({
      id: String(row.id),
      job: currentName(row.job),
      verdict: row.verdict,
      vendor: row.vendor,
      reason: row.reason,
      reference: row.reference,
      jobs: row.jobs,
      since: row.since,
      last: row.last,
    })),
    total: rows[0]?.total ?? 0,
  };
}

/** Starts again what was put aside for the same reason as this job; answers how many. */
export async function replayGroup(trx: Db, workspaceId: string, id: string, at: Date): Promise<number> {
  const sample = await trx('parked_jobs')
    .where({ workspace_id: workspaceId, id })
    .first(...SAME_REASON);
  if (!sample) return 0;
  const rows: ParkedRow[] = await trx('parked_jobs')
    .where({ workspace_id: workspaceId, replayed_at: null, ...sample })
    .update({ replayed_at: at })
    .returning(['id', 'job', 'payload', 'vendor', 'role', 'urgent']);
  return replayRows(trx, rows, { probe: false });
}

/** Sends the oldest waiting job of each paused connection ahead, to find out whether the connection works again. */
export function probePaused(db: Db, at: Date): Promise<number> {
  return db.transaction(async trx => {
    const { rows } = await trx.raw<{ rows: ParkedRow[] }>(
      `update parked_jobs set replayed_at = ? where id in (
         select min(parked_jobs.id) from parked_jobs
         join connections using (workspace_id, vendor, role)
         where connections.status = 'paused' and parked_jobs.replayed_at is null and verdict = 'waiting_for_connection'
         group by workspace_id, vendor, role
       ) and replayed_at is null returning id, job, payload, vendor, role, urgent`,
      [at],
    );
    return replayRows(trx, rows, { probe: true });
  });
}

/**
 * Sends the oldest job ahead that waits for a connection, when the one before proved nothing; answers how many went, 0 when
 * none is left or the connection is in use.
 */
export async function probeNext(
  trx: Db,
  workspaceId: string,
  { vendor, role }: ConnectionKey,
  at: Date,
): Promise<number> {
  const { rows } = await trx.raw<{ rows: ParkedRow[] }>(
    `update parked_jobs set replayed_at = :at where id = (
       select min(parked_jobs.id) from parked_jobs
       join connections using (workspace_id, vendor, role)
       where workspace_id = :workspaceId and vendor = :vendor and role = :role
         and connections.status <> 'active' and replayed_at is null and verdict = 'waiting_for_connection'
     ) and replayed_at is null returning id, job, payload, vendor, role, urgent`,
    { at, workspaceId, vendor, role },
  );
  return replayRows(trx, rows, { probe: true });
}

/**
 * Starts what waits for a connection that is in use: put aside in the very moment in which somebody else took the
 * connection into use again, it would wait for ever.
 */
export function replayStranded(db: Db, at: Date): Promise<number> {
  return db.transaction(async trx => {
    const { rows } = await trx.raw<{ rows: ParkedRow[] }>(
      `update parked_jobs set replayed_at = ? from connections
       where connections.workspace_id = parked_jobs.workspace_id and connections.vendor = parked_jobs.vendor
         and connections.role = parked_jobs.role and connections.status = 'active' and replayed_at is null and verdict = 'waiting_for_connection'
       returning parked_jobs.id, job, payload, parked_jobs.vendor, parked_jobs.role, urgent`,
      [at],
    );
    return replayRows(trx, rows, { probe: false });
  });
}

/** The longest time between two probes of a service that is away. */
const LONGEST_PROBE_SECONDS = 30;

/**
 * Sends one waiting job ahead for each service that is away, when its time has come: the oldest, and the next one when
 * that comes back, so that a job which fails for a reason of its own holds up nobody. A service that nothing waits for is
 * taken into use.
 */
export function probeAway(db: Db, at: Date): Promise<number> {
  return db.transaction(async trx => {
    const { rows } = await trx.raw<{ rows: ParkedRow[] }>(
      `with due as (
         update connections set probes = probes + 1,
                probe_at = :at::timestamptz + least(:longest, 5 * power(2, least(probes, 10))) * interval '1 second'
         where status = 'away' and probe_at <= :at returning workspace_id, vendor, role
       ), oldest as (
         select min(parked_jobs.id) as id from parked_jobs join due using (workspace_id, vendor, role)
         where replayed_at is null and verdict = 'waiting_for_connection' group by workspace_id, vendor, role
       )
       update parked_jobs set replayed_at = :at from oldest
       where parked_jobs.id = oldest.id and replayed_at is null
       returning parked_jobs.id, job, payload, vendor, role, urgent`,
      { at, longest: LONGEST_PROBE_SECONDS },
    );
    await takeUnawaitedIntoUse(trx);
    return replayRows(trx, rows, { probe: true });
  });
}

async function takeUnawaitedIntoUse(trx: Db): Promise<void> {
  await trx.raw(
    `update connections set status = 'active', paused_reason = null, paused_at = null, probe_at = null, probes = 0
     where status = 'away' and probes > 1 and not exists (
       select from parked_jobs where parked_jobs.workspace_id = connections.workspace_id
         and parked_jobs.vendor = connections.vendor and parked_jobs.role = connections.role and replayed_at is null and verdict = 'waiting_for_connection')`,
  );
}

/** In the transaction that takes the rows: a process that dies in between must lose none. */
export async function replayRows(
  trx: Db,
  rows: readonly ParkedRow[],
  { probe, delayMs = 0 }: { probe: boolean; delayMs?: number },
): Promise<number> {
  const jobs = rows.map(
    row =>
      ({
        name: currentName(row.job),
        payload: {
          ...row.payload,
          postponed: 0,
          probe: probe && row.vendor && row.role ? { vendor: row.vendor, role: row.role } : undefined,
        },
        // What is new goes first, and of what waited the HIGH leads do.
        priority: row.urgent ? 'catch_up_high' : 'catch_up',
        delayMs,
      }) as NewJob,
  );
  await enqueueMany(trx, jobs);
  return rows.length;
}

/** What was replayed long ago tells nobody anything. */
export async function forgetReplayedJobs(db: Db, before: Date): Promise<number> {
  return db('parked_jobs').where('replayed_at', '<', before).delete();
}

/** Work put aside and not yet replayed, newest first. */
export async function parkedJobs(
  db: Db,
  workspaceId: string,
): Promise<{ job: JobName; reason: string; reference: string; parkedAt: Date; verdict: string }[]> {
  const rows = await db('parked_jobs')
    .where({ workspace_id: workspaceId, replayed_at: null })
    .orderBy('id', 'desc')
    .limit(200);
  return rows.map(row => ({
    job: currentName(row.job),
    reason: row.reason,
    reference: row.reference,
    parkedAt: row.parked_at,
    verdict: row.verdict,
  }));
}
