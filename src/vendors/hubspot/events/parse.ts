/** What an event says, in Baton's words. Pure. */
import type { CrmActivity, CrmEvent, CrmOwnership, ParsedEvent } from '../../../contracts/crm-events.ts';
import { textOfHtml } from '../../../lib/html.ts';
import { numberFrom } from '../../../lib/json-values.ts';
import { type ActivityType, typeIn } from '../portal/ids.ts';
import { KEY, OWNER } from '../portal/names.ts';

type Properties = Readonly<Record<string, string>>;

/**
 * `row`: the record's properties as JSON, where they are known; the other fields are what only their teller knows (a
 * message: what happened; a look: names instead of ids).
 */
export function parseEvent({ record, about = [], fields }: CrmEvent): ParsedEvent {
  if (!record) return { kind: 'other' };
  const row = rowIn(fields);
  switch (record.kind) {
    case 'lead':
    case 'contact':
      if (fields.event === 'privacyDeletion') return { kind: 'removed', privacy: true };
      if (isGone(fields)) return { kind: 'removed' };
      return personNow(row, fields);
    case 'deal':
      return isGone(fields) ? { kind: 'other' } : dealNow(row, fields);
    case 'activity': {
      const type = typeIn(record.id) as ActivityType | undefined;
      if (!type || isGone(fields)) return { kind: 'other' };
      // A message of HubSpot's names an activity and says nothing of it.
      return row ? activityNow(type, row, about) : unread(type);
    }
    default:
      return { kind: 'other' };
  }
}

const isGone = ({ event }: CrmEvent['fields']): boolean =>
  event === 'deletion' || event === 'privacyDeletion' || event === 'merge';

const rowIn = ({ row }: CrmEvent['fields']): Properties | undefined =>
  row === undefined ? undefined : (JSON.parse(row) as Properties);

function personNow(row: Properties | undefined, fields: CrmEvent['fields']): ParsedEvent {
  const { status, became } = fields;
  return {
    kind: 'person',
    ...(status && { status }),
    ...(became && { became: became.split(' ') }),
    ...ownership(row, fields),
  };
}

function dealNow(row: Properties | undefined, fields: CrmEvent['fields']): ParsedEvent {
  const { stage, result } = fields;
  return {
    kind: 'deal',
    ...(stage && { stage }),
    ...((result === 'won' || result === 'lost') && { result }),
    ...ownership(row, fields),
  };
}

function ownership(row: Properties | undefined, fields: CrmEvent['fields']): CrmOwnership {
  const { property, value, ownerName, by, byName, at } = fields;
  const ownerId = row ? row[OWNER] : property === OWNER ? value : undefined;
  return {
    ...(ownerId && { ownerId }),
    ...(ownerName && { ownerName }),
    ...(by && { changedBy: { id: by, kind: 'user', certain: property === OWNER, ...(byName && { name: byName }) } }),
    ...(at && { changedAt: at }),
  };
}

/** All that a message says of an activity is that there is one. */
const unread = (type: ActivityType): CrmActivity => ({
  kind: 'activity',
  as: AS[type],
  about: [],
  aboutAll: false,
  own: false,
  subject: '',
});

const AS: Record<ActivityType, CrmActivity['as']> = {
  calls: 'call',
  emails: 'email',
  meetings: 'meeting',
  tasks: 'task',
};

function activityNow(type: ActivityType, row: Properties, about: string[]): CrmActivity {
  return {
    kind: 'activity',
    as: AS[type],
    about,
    aboutAll: true,
    own: row[KEY] !== undefined,
    ...(row[OWNER] && { ownerId: row[OWNER] }),
    ...READ[type](row),
  };
}

type Said = Pick<CrmActivity, 'subject' | 'done'> & Partial<CrmActivity>;

const READ: Record<ActivityType, (row: Properties) => Said> = {
  calls: call,
  emails: email,
  meetings: meeting,
  tasks: task,
};

/** Statuses of a call that was made, whether or not somebody answered. Many telephony apps set none. */
const CALLED = new Set(['COMPLETED', 'NO_ANSWER', 'BUSY', '']);

function call(row: Properties): Said {
  const milliseconds = numberFrom(row.hs_call_duration);
  const notes = textOfHtml(row.hs_call_body ?? '');
  const direction = row.hs_call_direction?.toLowerCase();
  return {
    subject: row.hs_call_title ?? '',
    done: CALLED.has(row.hs_call_status ?? ''),
    ...(notes && { notes }),
    ...(milliseconds !== undefined && { seconds: Math.round(milliseconds / 1_000) }),
    ...((direction === 'inbound' || direction === 'outbound') && { direction }),
    ...moment('at', row.hs_timestamp),
    ...moment('enteredAt', row.hs_createdate),
  };
}

/** What came in, and what never arrived, is no sign that somebody reached out. */
function email(row: Properties): Said {
  const sent = row.hs_email_direction === 'EMAIL' || row.hs_email_direction === 'FORWARDED_EMAIL';
  const lost =
    row.hs_email_status === 'BOUNCED' || row.hs_email_status === 'FAILED' || row.hs_email_status === 'SCHEDULED';
  return {
    subject: row.hs_email_subject ?? '',
    done: sent && !lost,
    direction: sent ? 'outbound' : 'inbound',
    ...moment('at', row.hs_timestamp),
    ...moment('enteredAt', row.hs_createdate),
  };
}

/** Agreed upon when it was put down; one that was called off, or that nobody came to, proves nothing. */
function meeting(row: Properties): Said {
  const outcome = row.hs_meeting_outcome ?? '';
  const isCancelled = outcome === 'CANCELED' || outcome === 'CANCELLED';
  return {
    subject: row.hs_meeting_title ?? '',
    done: outcome !== 'NO_SHOW' && !isCancelled,
    ...(isCancelled && { cancelled: true }),
    ...moment('startsAt', row.hs_meeting_start_time ?? row.hs_timestamp),
    ...moment('at', row.hs_createdate),
  };
}

function task(row: Properties): Said {
  const notes = textOfHtml(row.hs_task_body ?? '');
  return {
    subject: row.hs_task_subject ?? '',
    done: row.hs_task_status === 'COMPLETED',
    ...(notes && { notes }),
    ...moment('at', row.hs_task_completion_date ?? row.hs_lastmodifieddate),
  };
}

/** ISO 8601 or milliseconds, as ISO 8601. */
function moment<N extends 'at' | 'startsAt' | 'enteredAt'>(name: N, value: string | undefined): { [K in N]?: string } {
  const date = new Date(/^\d+$/.test(value ?? '') ? Number(value) : (value ?? Number.NaN));
  return (Number.isNaN(date.getTime()) ? {} : { [name]: date.toISOString() }) as { [K in N]?: string };
}
