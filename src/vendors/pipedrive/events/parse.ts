/** What Pipedrive tells of its records, in Baton's words. Pure. */
import { z } from 'zod';
import type { CrmActivity, CrmEvent, CrmOwnership, ParsedEvent } from '../../../contracts/crm-events.ts';
import { textOfHtml } from '../../../lib/html.ts';
import { idOf } from '../api/ids.ts';
import { type ActivityRow, activityRow, dealRow, leadRow, personRow } from '../api/rows.ts';
import { keyIn } from '../records/activity.ts';

/** What a lead in the archive is at: a person took it off the inbox without making a deal of it. */
export const ARCHIVED = 'Archived';

/**
 * `row` is the record as JSON, of what was deleted as it was last; the other fields are what only their teller knows.
 * @param self Baton's own user, where it is known
 */
export function parseEvent({ record, fields }: CrmEvent, self: string | undefined): ParsedEvent {
  const row: unknown = JSON.parse(fields.row || '{}');
  switch (record?.kind) {
    case 'lead':
      return leadNow(row, fields, self);
    case 'contact':
      if (fields.action === 'delete') return { kind: 'removed' };
      return { kind: 'person', ...ownership(personRow.safeParse(row).data, fields, self) };
    case 'deal':
      return fields.action === 'delete' ? { kind: 'other' } : dealNow(row, fields, self);
    case 'activity': {
      const known = activityRow.safeParse(row).data;
      return known && fields.action !== 'delete' ? activityNow(known) : { kind: 'other' };
    }
    default:
      return { kind: 'other' };
  }
}

/** A deleted lead may have been converted: only its look knows. */
function leadNow(row: unknown, fields: Record<string, string>, self: string | undefined): ParsedEvent {
  const { converted, person, status } = fields;
  if (converted && person) return { kind: 'person', became: [converted], now: { kind: 'contact', id: person } };
  if (fields.action === 'delete') return { kind: 'person' };
  const lead = leadRow.safeParse(row).data;
  // A message has the labels' ids alone: as good as a name to see that something is new.
  const told = status ?? (lead?.is_archived ? ARCHIVED : lead?.label_ids?.join(' '));
  return { kind: 'person', ...(told && { status: told }), ...ownership(lead, fields, self) };
}

/** A deal that is over stays at its stage in Pipedrive: how it ended is what people ask. */
const ENDED = { won: 'Won', lost: 'Lost' } as const;

function dealNow(row: unknown, fields: Record<string, string>, self: string | undefined): ParsedEvent {
  const deal = dealRow.safeParse(row).data;
  const result = z.enum(['won', 'lost']).safeParse(deal?.status).data;
  const stage = result ? ENDED[result] : fields.stage;
  return {
    kind: 'deal',
    ...(stage && { stage }),
    ...(result && { result }),
    ...ownership(deal, fields, self),
  };
}

function ownership(
  row: { owner_id?: number | null | undefined } | undefined,
  { ownerName, by, at, ownerChanged, source }: Record<string, string>,
  self: string | undefined,
): CrmOwnership {
  if (row?.owner_id == null) return {};
  // Somebody may use Pipedrive as the user whose log-in Baton has: what comes through the API is Baton's.
  const isSelf = by === self && source === 'api';
  return {
    ownerId: String(row.owner_id),
    ...(ownerName && { ownerName }),
    ...(by && { changedBy: { id: by, kind: isSelf ? 'self' : 'user', certain: ownerChanged === 'true' } }),
    ...(at && { changedAt: at }),
  };
}

const KINDS: Readonly<Record<string, CrmActivity['as']>> = {
  call: 'call',
  email: 'email',
  meeting: 'meeting',
  lunch: 'meeting',
};

function activityNow(row: ActivityRow): CrmActivity {
  const seconds = secondsOf(row.duration);
  const at = momentOf(row);
  const entered = isoOf(row.marked_as_done_time ?? '');
  const notes = textOfHtml(row.note ?? '');
  return {
    kind: 'activity',
    as: KINDS[row.type ?? ''] ?? 'task',
    about: aboutOf(row),
    aboutAll: true,
    done: row.done === true,
    own: keyIn(row.note) !== undefined,
    subject: row.subject ?? '',
    ...(notes && { notes }),
    ...(seconds !== undefined && { seconds }),
    ...(at && { at }),
    // The time it was for is typed; when it was ticked off is Pipedrive's own.
    ...(entered && { enteredAt: entered }),
    ...(row.owner_id != null && { ownerId: String(row.owner_id) }),
  };
}

/** Ids of everything it is about, for its handoff to be found by any of them. */
export function aboutOf({ lead_id: lead, deal_id: deal, person_id: person, participants }: ActivityRow): string[] {
  const people = [person, ...(participants ?? []).map(one => one.person_id)].filter(one => one != null);
  return [
    ...(lead ? [lead.toLowerCase()] : []),
    ...(deal == null ? [] : [idOf('deal', deal)]),
    ...new Set(people.map(one => idOf('contact', one))),
  ];
}

/** `00:05` or `00:05:00`; none, and one of nothing: the length is not known. */
function secondsOf(duration: string | null | undefined): number | undefined {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(\d{1,3}):(\d{2})(?::(\d{2}))?$/.exec(duration ?? '') ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) || undefined;
}

/** When it was: the time it was for, unless it was ticked off before that; else when it was ticked off. Times are UTC. */
function momentOf({ due_date: on, due_time: at, marked_as_done_time: done, update_time: changed }: ActivityRow) {
  const ticked = isoOf(done ?? changed ?? '');
  const due = on && at ? isoOf(`${on} ${at}`) : undefined;
  return due && (!ticked || due <= ticked) ? due : ticked;
}

/** `2026-11-24T18:00:00Z`, or v1's `2026-11-24 18:00:00`, which is UTC as well. */
function isoOf(text: string): string | undefined {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)/.exec(text) ?? [];
  const moment = new Date(`${day}T${time}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
