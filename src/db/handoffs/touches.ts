/** What people did about a lead: evidence that somebody reached out. */
import { indexKey } from '../../lib/text.ts';
import type { Db } from '../connection.ts';

export type TouchKind = 'call' | 'email' | 'meeting' | 'task';

export interface Touch {
  id: string;
  workspaceId: string;
  handoffId: string;
  kind: TouchKind;
  /** Where it was told: `slack`, or a vendor's name. */
  origin: string;
  /** Of the playbook; null: nobody Baton knows. */
  byEmail: string | null;
  at: Date;
  /** Outcome, direction, minutes, subject …: what the kind has. */
  detail: Record<string, unknown>;
  crmState: 'pending' | 'written' | 'parked' | 'skipped';
  crmId: string | null;
  createdAt: Date;
}

/** A row for a new touch; nothing happens until it is awaited. */
export function insertTouch(trx: Db, touch: Touch): ReturnType<Db['queryBuilder']> {
  return trx('touches').insert({
    id: touch.id,
    workspace_id: touch.workspaceId,
    handoff_id: touch.handoffId,
    kind: touch.kind,
    origin: touch.origin,
    by_email: touch.byEmail,
    at: touch.at,
    detail: JSON.stringify(touch.detail),
    crm_state: touch.crmState,
    crm_id: touch.crmId,
    created_at: touch.createdAt,
  });
}

export async function touchById(db: Db, workspaceId: string, id: string): Promise<Touch | undefined> {
  const row = await db('touches').where({ workspace_id: workspaceId, id }).first();
  return row && toTouch(row);
}

/** Of a handoff, the earliest first. */
export async function touchesOf(db: Db, workspaceId: string, handoffId: string): Promise<Touch[]> {
  const rows = await db('touches').where({ workspace_id: workspaceId, handoff_id: handoffId }).orderBy(['at', 'id']);
  return rows.map(toTouch);
}

export async function updateTouch(
  trx: Db,
  workspaceId: string,
  id: string,
  changes: Pick<Touch, 'crmState'> & { crmId?: string },
): Promise<void> {
  await trx('touches')
    .where({ workspace_id: workspaceId, id })
    .update({ crm_state: changes.crmState, ...(changes.crmId && { crm_id: changes.crmId }) });
}

function toTouch(row: {
  id: string;
  workspace_id: string;
  handoff_id: string;
  kind: TouchKind;
  origin: string;
  by_email: string | null;
  at: Date;
  detail: Record<string, unknown>;
  crm_state: Touch['crmState'];
  crm_id: string | null;
  created_at: Date;
}): Touch {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    handoffId: row.handoff_id,
    kind: row.kind,
    origin: row.origin,
    byEmail: row.by_email,
    at: row.at,
    detail: row.detail,
    crmState: row.crm_state,
    crmId: row.crm_id,
    createdAt: row.created_at,
  };
}

/** The touch that a record of the CRM, or a booking, told of. */
export async function touchOfCrm(db: Db, workspaceId: string, crmId: string): Promise<Touch | undefined> {
  const row = await db('touches').where({ workspace_id: workspaceId, crm_id: crmId }).first();
  return row && toTouch(row);
}

/** It proved nothing after all. */
export async function deleteTouch(trx: Db, workspaceId: string, id: string): Promise<void> {
  await trx('touches').where({ workspace_id: workspaceId, id }).delete();
}

/** Is there a touch for this record of the CRM, whoever told of it? */
export async function hasTouchOf(db: Db, workspaceId: string, crmId: string): Promise<boolean> {
  const row = await db('touches').where({ workspace_id: workspaceId, crm_id: crmId }).first('id');
  return row !== undefined;
}

/** Is this meeting known by another record of it? Calendars give everybody who is invited one of their own. */
export async function hasMeetingLike(
  db: Db,
  workspaceId: string,
  handoffId: string,
  { as, subject, startsAt }: { as: string; subject: string; startsAt?: string },
): Promise<boolean> {
  if (as !== 'meeting' || startsAt === undefined) return false;
  const row = await db('touches')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, kind: 'meeting' })
    .whereRaw(`detail->>'startsAt' = ? and detail->>'subject' = ?`, [startsAt, subject])
    .first('id');
  return row !== undefined;
}

/** A booking of a lead's, by the scheduler's own id. */
export interface Meeting {
  workspaceId: string;
  scheduler: string;
  bookingId: string;
  handoffId: string;
  touchId: string | null;
  state: 'booked' | 'cancelled' | 'moved';
  startsAt: Date | null;
  at: Date;
}

type BookingKey = Pick<Meeting, 'workspaceId' | 'scheduler' | 'bookingId'>;

const atBooking = ({ workspaceId, scheduler, bookingId }: BookingKey) => ({
  workspace_id: workspaceId,
  scheduler,
  booking_id: bookingId,
});

export async function meetingOf(db: Db, key: BookingKey): Promise<Meeting | undefined> {
  const row = await db('meetings').where(atBooking(key)).first();
  return (
    row && {
      ...key,
      handoffId: row.handoff_id,
      touchId: row.touch_id,
      state: row.state,
      startsAt: row.starts_at,
      at: row.at,
    }
  );
}

/** Keeps how a booking stands now. */
export async function saveMeeting(trx: Db, meeting: Meeting): Promise<void> {
  const standing = {
    handoff_id: meeting.handoffId,
    touch_id: meeting.touchId,
    state: meeting.state,
    starts_at: meeting.startsAt,
    at: meeting.at,
  };
  await trx('meetings')
    .insert({ ...atBooking(meeting), ...standing })
    .onConflict(['workspace_id', 'scheduler', 'booking_id'])
    .merge(standing);
}

/** The touch is of the meeting at its new time from now on. */
export async function moveTouch(
  trx: Db,
  workspaceId: string,
  id: string,
  { crmId, startsAt }: { crmId: string; startsAt: string },
): Promise<void> {
  await trx('touches')
    .where({ workspace_id: workspaceId, id })
    .update({ crm_id: crmId, detail: trx.raw(`detail || ?::jsonb`, [JSON.stringify({ startsAt })]) });
}

/** The handoff of this id while it is open, else the open one of whoever has this address. One round trip. @param address as `addressKey` has it */
export async function openHandoffBy(
  db: Db,
  workspaceId: string,
  { address, handoffId }: { address: string; handoffId: string | undefined },
): Promise<string | undefined> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select handoffs.id from handoffs
     left join lead_identities on lead_identities.workspace_id = handoffs.workspace_id
       and lead_identities.lead_id = handoffs.lead_id and lead_identities.kind = 'address'
       and lead_identities.value = :address
     where handoffs.workspace_id = :workspaceId and not handoffs.is_test
       and handoffs.state in ('held', 'assigned', 'claimed', 'contacted')
       and (handoffs.id::text = :handoffId or lead_identities.lead_id is not null)
     order by handoffs.id::text = :handoffId desc, handoffs.opened_at desc limit 1`,
    { workspaceId, address: indexKey(address), handoffId: handoffId ?? '' },
  );
  return rows[0]?.id;
}
