/** Leads that reps added to sequences: each sent off once, followed while it runs. */
import type { Db } from '../connection.ts';

export type StopWhy = 'answered' | 'unsubscribed' | 'closed' | 'handed_on' | 'person';

export interface EnrolmentRow {
  id: string;
  workspaceId: string;
  handoffId: string;
  /** The vendor that works through it. */
  tool: string;
  /** By its name or id there. */
  sequence: string;
  /** Of the playbook: in whose name. */
  repEmail: string;
  /** `begun`: it was sent off, and nobody knows yet; `unknown`: nobody will; `cancelled`: it was not sent off. */
  state: 'asked' | 'begun' | 'active' | 'ended' | 'refused' | 'unknown' | 'cancelled';
  /** The tool's own. */
  externalId: string | null;
  url: string | null;
  /** Why it was refused, or could not be ended. */
  note: string | null;
  /** Why it ended, or is to as soon as it runs; null: it came to its end. */
  stopWhy: StopWhy | null;
  askedAt: Date;
  enrolledAt: Date | null;
}

type Column = { [K in keyof EnrolmentRow]: string };

const COLUMNS: Column = {
  id: 'id',
  workspaceId: 'workspace_id',
  handoffId: 'handoff_id',
  tool: 'tool',
  sequence: 'sequence',
  repEmail: 'rep_email',
  state: 'state',
  externalId: 'external_id',
  url: 'url',
  note: 'note',
  stopWhy: 'stop_why',
  askedAt: 'asked_at',
  enrolledAt: 'enrolled_at',
};

const FIELDS = Object.fromEntries(Object.entries(COLUMNS).map(([field, column]) => [field, `enrolments.${column}`]));

export type NewEnrolment = Pick<
  EnrolmentRow,
  'id' | 'workspaceId' | 'handoffId' | 'tool' | 'sequence' | 'repEmail' | 'askedAt'
>;

/** One of a handoff is under way at most: a second one fails. */
export async function insertEnrolment(trx: Db, given: NewEnrolment): Promise<void> {
  await trx('enrolments').insert({
    id: given.id,
    workspace_id: given.workspaceId,
    handoff_id: given.handoffId,
    tool: given.tool,
    sequence: given.sequence,
    rep_email: given.repEmail,
    asked_at: given.askedAt,
  });
}

export async function enrolmentById(db: Db, workspaceId: string, id: string): Promise<EnrolmentRow | undefined> {
  return db('enrolments').where({ workspace_id: workspaceId, id }).first(FIELDS);
}

/** The newest of a handoff, whatever became of it. */
export async function enrolmentOf(db: Db, workspaceId: string, handoffId: string): Promise<EnrolmentRow | undefined> {
  return db('enrolments')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .orderBy('asked_at', 'desc')
    .first(FIELDS);
}

/** Whose press added them, where the tool's enrolment is one of somebody else's of the same handoff. */
export async function enrolledFor(
  db: Db,
  { workspaceId, handoffId, repEmail }: Pick<EnrolmentRow, 'workspaceId' | 'handoffId' | 'repEmail'>,
  externalId: string,
): Promise<string | undefined> {
  const row = await db('enrolments')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, external_id: externalId })
    .whereNot({ rep_email: repEmail })
    .first('rep_email as repEmail');
  return row?.repEmail;
}

/** Of these handoffs, those that the tool may be working through. */
export async function enrolmentsSentOff(
  db: Db,
  workspaceId: string,
  handoffIds: readonly string[],
): Promise<EnrolmentRow[]> {
  return db('enrolments')
    .where({ workspace_id: workspaceId })
    .whereIn('handoff_id', [...handoffIds])
    .whereIn('state', ['begun', 'active', 'unknown'])
    .orderBy('asked_at')
    .select(FIELDS);
}

interface Changes {
  to: EnrolmentRow['state'];
  externalId?: string;
  url?: string | undefined;
  note?: string;
  stopWhy?: StopWhy;
  enrolledAt?: Date;
  endedAt?: Date;
  lookAt?: Date;
}

/** Moves it on from one of these states; answers whether it was there. */
export async function moveEnrolment(
  trx: Db,
  workspaceId: string,
  id: string,
  from: readonly EnrolmentRow['state'][],
  { to, externalId, url, note, stopWhy, enrolledAt, endedAt, lookAt }: Changes,
): Promise<boolean> {
  const moved = await trx('enrolments')
    .where({ workspace_id: workspaceId, id })
    .whereIn('state', from)
    .update({
      state: to,
      ...(externalId !== undefined && { external_id: externalId }),
      ...(url !== undefined && { url }),
      ...(note !== undefined && { note }),
      ...(stopWhy && { stop_why: stopWhy }),
      ...(enrolledAt && { enrolled_at: enrolledAt }),
      ...(endedAt && { ended_at: endedAt }),
      ...(lookAt && { look_at: lookAt }),
    });
  return moved > 0;
}

/** Wants the one under way ended, for the reason that came first; answers its id where that is news. */
export async function wantEnded(
  trx: Db,
  workspaceId: string,
  handoffId: string,
  why: StopWhy,
): Promise<string | undefined> {
  const [row] = await trx('enrolments')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .whereIn('state', ['asked', 'begun', 'active'])
    .whereNull('stop_why')
    .update({ stop_why: why })
    .returning('id');
  return row?.id;
}

/** The lead booked, called, or was reached by phone since the press. */
const ANSWERED = `exists (
  select from touches
  where touches.handoff_id = enrolments.handoff_id and touches.at >= enrolments.asked_at
    and (touches.kind = 'meeting' or touches.detail ->> 'direction' = 'inbound' or touches.detail ->> 'outcome' = 'connected')
)`;

/** Is it to be ended before it was sent off, as the lead answered meanwhile? */
export async function isAnswered(trx: Db, workspaceId: string, id: string): Promise<boolean> {
  const row = await trx('enrolments')
    .where({ workspace_id: workspaceId, id })
    .andWhereRaw(`(enrolments.stop_why = 'answered' or ${ANSWERED})`)
    .first('id');
  return row !== undefined;
}

/**
 * Of every workspace: wants those ended whose lead is closed, is somebody else's, asked not to be mailed, or answered: booked,
 * called, or was reached by phone. One statement, which costs what runs, whatever there is beside.
 */
export async function wantFollowedEnded(db: Db): Promise<{ workspaceId: string; id: string }[]> {
  const { rows } = await db.raw(
    `update enrolments set stop_why = found.why
     from (
       select enrolments.id,
         case when handoffs.state not in ('assigned', 'claimed', 'contacted') then 'closed'
              when handoffs.rep_email is distinct from enrolments.rep_email then 'handed_on'
              when handoffs.judgement -> 'flags' @> '"unsubscribed"' then 'unsubscribed'
              when ${ANSWERED} then 'answered'
         end as why
       from enrolments join handoffs on handoffs.id = enrolments.handoff_id
       where enrolments.state = 'active' and enrolments.stop_why is null
     ) as found
     where enrolments.id = found.id and found.why is not null
     returning enrolments.workspace_id as "workspaceId", enrolments.id`,
  );
  return rows;
}

/** Of every workspace: those to look at by now, each then again at `next`. */
export async function takeToLookAt(
  db: Db,
  now: Date,
  next: Date,
  most: number,
): Promise<{ workspaceId: string; id: string }[]> {
  const due = db('enrolments')
    .where({ state: 'active' })
    .andWhere('look_at', '<=', now)
    .orderBy('look_at')
    .limit(most)
    .forUpdate()
    .skipLocked()
    .select('id');
  return db('enrolments').whereIn('id', due).update({ look_at: next }).returning(['workspace_id as workspaceId', 'id']);
}
