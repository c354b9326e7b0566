/** Which handoffs' ladders are to be looked at, and what a look found. */
import type { Knex } from 'knex';
import { OPEN_STATES } from '../../domain/handoff.ts';
import type { Db } from '../connection.ts';
import { type Absence, toAbsence } from '../people/people.ts';
import { columnsOf, DUE_NOW, type Handoff } from './handoffs.ts';
import { storable } from './storable.ts';

const FIELDS = [
  'id',
  'workspaceId',
  'leadId',
  'state',
  'playbookVersion',
  'assignedAt',
  'claimedAt',
  'priority',
  'team',
  'repEmail',
  'dueAt',
  'contactedAt',
  'snoozedUntil',
  'isTest',
  'nextStepAt',
  'stepsFired',
  'breachedAt',
  'idleAskedAt',
  'coldNotifiedAt',
  'lastTouchAt',
  'ladderFrom',
  'ladderPassed',
] as const satisfies readonly (keyof Handoff)[];

/** A handoff as far as its ladder is concerned. */
export interface DueHandoff extends Pick<Handoff, (typeof FIELDS)[number]> {
  /** The turn that runs; null: nobody's. */
  stint: RunningStint | null;
}

export interface RunningStint {
  id: number;
  /** ISO 8601. */
  from: string;
  due: string | null;
  touched: boolean;
}

const STINT = `(select json_build_object('id', stints.id, 'from', from_at, 'due', stints.due_at, 'touched', touched_at is not null)
  from stints where handoff_id = handoffs.id and ended_at is null) as stint`;

const OPEN = OPEN_STATES.map(state => `'${state}'`).join(', ');

/** What one round of looks leaves out, since it cannot be looked at. */
export interface LeftOut {
  /** Ids. */
  handoffs: string[];
  /** Whatever runs by them; version null: every version, since it is the newest that cannot be read. */
  playbooks: { workspaceId: string; version: number | null }[];
}

/**
 * Handoffs to look at, those that have waited longest in front, locked until the transaction ends; those that another
 * process is looking at are left to it. However much is left out, the statement has two values more at most: a value an
 * id, and PostgreSQL would refuse it at 65,535.
 */
export async function lockDueHandoffs(
  trx: Db,
  now: Date,
  most: number,
  { handoffs: ids, playbooks }: LeftOut,
): Promise<DueHandoff[]> {
  const query = trx('handoffs').where('next_step_at', '<=', now).orderBy('next_step_at').limit(most);
  if (ids.length > 0) query.whereRaw('id <> all(?::uuid[])', [ids]);
  if (playbooks.length > 0) {
    query.whereRaw(
      `not exists (select from jsonb_to_recordset(?) as unread("workspaceId" uuid, version integer)
        where unread."workspaceId" = handoffs.workspace_id
          and (unread.version is null or unread.version = handoffs.playbook_version))`,
      [JSON.stringify(playbooks)],
    );
  }
  return query.forUpdate().skipLocked().select(columnsOf(FIELDS), trx.raw(STINT));
}

/** What a look changes. */
export type SlaUpdate = Pick<
  DueHandoff,
  'id' | 'nextStepAt' | 'dueAt' | 'stepsFired' | 'breachedAt' | 'idleAskedAt' | 'coldNotifiedAt'
>;

/** Writes down what was found, all in one statement; nothing happens until it is awaited. */
export function saveSlaUpdates(trx: Db, looked: readonly SlaUpdate[]): Knex.Raw {
  return trx.raw(
    `update handoffs set next_step_at = found."nextStepAt", due_at = found."dueAt", steps_fired = found."stepsFired",
            breached_at = found."breachedAt", idle_asked_at = found."idleAskedAt", cold_notified_at = found."coldNotifiedAt"
     from jsonb_to_recordset(?) as found(id uuid, "nextStepAt" timestamptz, "dueAt" timestamptz, "stepsFired" integer,
          "breachedAt" timestamptz, "idleAskedAt" timestamptz, "coldNotifiedAt" timestamptz)
     where handoffs.id = found.id`,
    [storable(looked)],
  );
}

/** Absences of these people that were not over at `since`, by workspace. */
export async function absencesSince(
  db: Db,
  workspaces: readonly string[],
  emails: readonly string[],
  since: Date,
): Promise<Map<string, Absence[]>> {
  if (emails.length === 0) return new Map();
  const rows = await db('absences')
    .whereIn('workspace_id', workspaces)
    .whereIn('email', emails)
    .andWhere(query => query.whereNull('ends_at').orWhere('ends_at', '>', since))
    .orderBy('starts_at');
  const grouped = Map.groupBy(rows, row => String(row.workspace_id));
  return new Map([...grouped].map(([id, own]) => [id, own.map(toAbsence)]));
}

/** Has the ladders of one person's open leads looked at: when they work has changed. */
export async function recheckLeadsOf(trx: Db, workspaceId: string, email: string): Promise<void> {
  await trx('handoffs')
    .where({ workspace_id: workspaceId, rep_email: email })
    .whereIn('state', OPEN_STATES)
    .update({ next_step_at: DUE_NOW });
}

/** The same of the next open leads of the workspace after this id; answers the last one's, undefined at the end. */
export async function recheckNextBatch(
  db: Db,
  workspaceId: string,
  after: string | undefined,
  most: number,
): Promise<string | undefined> {
  const { rows } = await db.raw(
    `with next as (
       select id from handoffs where workspace_id = :workspace and state in (${OPEN}) and id > :after
       order by id limit :most for update
     ), marked as (update handoffs set next_step_at = :look from next where handoffs.id = next.id)
     select max(id::text) as last, count(*)::int as found from next`,
    { workspace: workspaceId, after: after ?? '00000000-0000-0000-0000-000000000000', most, look: DUE_NOW },
  );
  const [{ last, found }] = rows;
  return found === most ? last : undefined;
}

/** Open handoffs without anything to come, in the order of their ids, locked; those somebody else holds are left out. */
export async function lockWithoutNextStep(trx: Db, after: string | undefined, most: number): Promise<DueHandoff[]> {
  const query = trx('handoffs').whereNull('next_step_at').whereIn('state', OPEN_STATES).orderBy('id').limit(most);
  if (after !== undefined) query.where('id', '>', after);
  return query.forUpdate().skipLocked().select(columnsOf(FIELDS), trx.raw(STINT));
}

/** Handoffs of one workspace that nobody has looked at. */
export interface OverdueHandoffs {
  workspaceId: string;
  handoffs: number;
  /** Those of them whose time had come; the others were only to be looked at anew. */
  late: number;
  oldest: Date | null;
}

/** What should have been looked at before then, by workspace. */
export async function overdueHandoffs(db: Db, before: Date): Promise<OverdueHandoffs[]> {
  const { rows } = await db.raw(
    `select workspace_id as "workspaceId", count(*)::int as handoffs,
            count(*) filter (where next_step_at > :look)::int as late, min(next_step_at) filter (where next_step_at > :look) as oldest
     from handoffs where next_step_at < :before group by workspace_id`,
    { before, look: DUE_NOW },
  );
  return rows;
}

const SWEEP = 'sweep';

/**
 * Is the time of any handoff come? Where it is not, the look is recorded at once. One round trip: this
 * is asked every other second, and the answer is nearly always no.
 */
export async function anyDue(db: Db, now: Date): Promise<boolean> {
  const { rows } = await db.raw(
    `with due as materialized (select 1 from handoffs where next_step_at <= :now limit 1),
       swept as (
         insert into ticks as known (name, at) select :name, :now where not exists (select from due)
         on conflict (name) do update set at = greatest(known.at, excluded.at)
       )
     select exists (select from due) as due`,
    { name: SWEEP, now },
  );
  return rows[0].due;
}

/** Some process has looked at everything that was due. */
export async function recordSweep(db: Db, at: Date): Promise<void> {
  await db.raw(
    `insert into ticks as known (name, at) values (?, ?)
     on conflict (name) do update set at = greatest(known.at, excluded.at)`,
    [SWEEP, at],
  );
}

/** When some process last did; null: never. */
export async function lastSweep(db: Db): Promise<Date | null> {
  const row = await db('ticks').where({ name: SWEEP }).first('at');
  return row?.at ?? null;
}
