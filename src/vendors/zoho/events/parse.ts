/** What Zoho tells of its records, in Baton's words. Pure. */
import { z } from 'zod';
import type { CrmActivity, CrmEvent, CrmOwnership, ParsedEvent } from '../../../contracts/crm-events.ts';
import { type ActivityRow, activityRow, anyRow, dealRow, leadRow } from '../api/rows.ts';
import { keyIn } from '../records/activity.ts';

/**
 * `row` is the record as JSON, where its teller knew it: a notification says which record it is, and no more. The other
 * fields: `operation` of a notification; `converted`, what a lead became; `self`, Baton's own user changed it last;
 * `result`, what its stage means.
 */
export function parseEvent({ record, fields }: CrmEvent): ParsedEvent {
  const row: unknown = JSON.parse(fields.row || '{}');
  const isGone = fields.operation === 'delete';
  switch (record?.kind) {
    case 'lead':
      return isGone ? { kind: 'removed' } : leadNow(row, fields);
    case 'contact':
      return isGone ? { kind: 'removed' } : { kind: 'person', ...ownership(row, fields) };
    case 'deal':
      return isGone ? { kind: 'other' } : dealNow(row, fields);
    case 'activity':
      return isGone ? { kind: 'other' } : activityNow(record.id, row);
    default:
      return { kind: 'other' };
  }
}

const converted = z.object({ contact: z.string(), deal: z.string().optional() });

/** Heard of, without what it became: only its look knows. */
export const CONVERTED = 'heard';

function leadNow(row: unknown, fields: Record<string, string>): ParsedEvent {
  if (fields.converted === CONVERTED) return { kind: 'person', became: [] };
  if (fields.converted) {
    const { contact, deal } = converted.parse(JSON.parse(fields.converted));
    return { kind: 'person', became: [contact, ...(deal ? [deal] : [])], now: { kind: 'contact', id: contact } };
  }
  const status = leadRow.safeParse(row).data?.Lead_Status;
  return { kind: 'person', ...(status && { status }), ...ownership(row, fields) };
}

function dealNow(row: unknown, fields: Record<string, string>): ParsedEvent {
  const stage = dealRow.safeParse(row).data?.Stage;
  const result = z.enum(['won', 'lost']).safeParse(fields.result).data;
  return { kind: 'deal', ...(stage && { stage }), ...(result && { result }), ...ownership(row, fields) };
}

/** Whoever saved it last need not have changed its owner: its timeline knows. */
function ownership(row: unknown, { self }: Record<string, string>): CrmOwnership {
  const { Owner: owner, Modified_By: by, Modified_Time: at } = anyRow.safeParse(row).data ?? {};
  if (!owner) return {};
  const changedAt = isoOf(at);
  return {
    ownerId: owner.id,
    ...(owner.name && { ownerName: owner.name }),
    ...(by && {
      changedBy: {
        id: by.id,
        ...(by.name && { name: by.name }),
        kind: self === 'true' ? 'self' : 'user',
        certain: false,
      },
    }),
    ...(changedAt && { changedAt }),
  };
}

function activityNow(id: string, row: unknown): ParsedEvent {
  const known = activityRow.safeParse(row).data;
  // A notification names no more than the activity: it may be about anybody.
  if (!known) return { kind: 'activity', as: 'task', about: [], aboutAll: false, own: false, subject: '' };
  const [module] = id.split('/');
  const common = {
    kind: 'activity' as const,
    about: aboutOf(known),
    aboutAll: true,
    own: keyIn(known.Description) !== undefined,
    ...(notesOf(known) && { notes: notesOf(known) }),
    ...(known.Owner && { ownerId: known.Owner.id }),
  };
  if (module === 'Calls') return { ...common, ...callNow(known) };
  if (module === 'Events') return { ...common, ...meetingNow(known) };
  const at = isoOf(known.Closed_Time ?? known.Modified_Time);
  return {
    ...common,
    as: 'task',
    done: known.Status === 'Completed',
    subject: known.Subject ?? '',
    ...(at && { at }),
  };
}

type Of = Pick<CrmActivity, 'as' | 'done' | 'subject' | 'at' | 'enteredAt' | 'startsAt' | 'seconds' | 'direction'>;

/** One that is planned, or that nobody took, reached nobody. */
const NOT_HELD: readonly string[] = ['Scheduled', 'Overdue', 'Cancelled'];

function callNow(row: ActivityRow): Of {
  const seconds = secondsOf(row);
  const [at, entered] = [isoOf(row.Call_Start_Time), isoOf(row.Created_Time)];
  const isHeld = row.Call_Type !== 'Missed' && !NOT_HELD.includes(row.Outgoing_Call_Status ?? '');
  return {
    as: 'call',
    done: isHeld,
    subject: row.Subject ?? '',
    direction: row.Call_Type === 'Inbound' ? 'inbound' : 'outbound',
    ...(seconds !== undefined && { seconds }),
    ...(at && { at }),
    // Whoever logs a call types when it began.
    ...(entered && { enteredAt: entered }),
  };
}

/** Agreed upon when somebody entered it. */
function meetingNow(row: ActivityRow): Of {
  const [at, startsAt] = [isoOf(row.Created_Time), isoOf(row.Start_DateTime)];
  return {
    as: 'meeting',
    done: true,
    subject: row.Event_Title ?? row.Subject ?? '',
    ...(at && { at }),
    ...(startsAt && { startsAt }),
  };
}

const notesOf = ({ Description: text }: ActivityRow): string | undefined => text?.trim() || undefined;

/** Ids of everything it is about, for its handoff to be found by any of them. */
export function aboutOf({ What_Id: what, Who_Id: who }: ActivityRow): string[] {
  return [what?.id, who?.id].filter(id => id !== undefined);
}

/** `04:10`, or the seconds beside it; none, and one of nothing: the length is not known. */
function secondsOf({ Call_Duration: text, Call_Duration_in_seconds: whole }: ActivityRow): number | undefined {
  if (whole != null && Number(whole) > 0) return Number(whole);
  const [, minutes = '0', seconds = '0'] = /^(\d{1,4}):(\d{2})$/.exec(text ?? '') ?? [];
  return Number(minutes) * 60 + Number(seconds) || undefined;
}

/** Zoho's times have an offset. */
function isoOf(text: string | null | undefined): string | undefined {
  const moment = new Date(text ?? '');
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
