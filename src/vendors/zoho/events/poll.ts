/** The net below the notifications: what changed, module by module, for whatever Zoho did not tell. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CrmCursor, CrmEvent } from '../../../contracts/crm-events.ts';
import { after, type Clock, MINUTE, SECOND } from '../../../lib/clock.ts';
import type { Company } from '../api/company.ts';
import { type ActivityModule, activityId, type KnownModule, kindOf } from '../api/ids.ts';
import { activityRow, anyRow, idRow } from '../api/rows.ts';
import { zohoTime } from '../records/values.ts';
import { aboutOf, CONVERTED } from './parse.ts';
import { keepWatching, type WatchOptions } from './watch.ts';

/** Columns of each module that tell what Baton asks. */
const COLUMNS: Readonly<Partial<Record<KnownModule, string>>> = {
  Leads: 'id, Owner, Lead_Status, Modified_Time, Modified_By',
  Contacts: 'id, Owner, Modified_Time, Modified_By',
  Deals: 'id, Owner, Stage, Modified_Time, Modified_By',
  Tasks: 'id, Subject, Status, Description, Owner, Who_Id, What_Id, Closed_Time, Created_Time, Modified_Time',
  Calls:
    'id, Subject, Description, Owner, Who_Id, What_Id, Call_Type, Call_Start_Time, Call_Duration, Outgoing_Call_Status, Created_Time, Modified_Time',
  Events: 'id, Event_Title, Description, Owner, Who_Id, What_Id, Start_DateTime, Created_Time, Modified_Time',
};
const MODULES = Object.keys(COLUMNS) as KnownModule[];

/** Where a module stands: rows changed since, and the row that comes next. */
const place = z.object({ since: z.string(), offset: z.int().optional() });
type Place = z.output<typeof place>;
const cursorShape = z.object({
  lists: z.record(z.string(), place),
  /** When the last round began; ISO 8601. */
  at: z.string().optional(),
  renewAt: z.string().optional(),
  address: z.string().optional(),
});

/** Notifications tell what happens; a round costs nine credits, of which the smallest account has 5,000 a day. */
export const EVERY = 15 * MINUTE;
/** Rows may be listed a little after others that are newer. */
const LATE = 30 * SECOND;

export type Polled = { events: CrmEvent[]; cursor: CrmCursor | null; more: boolean };

/**
 * A page of each module that is not through: six calls a round, three more for what was deleted or converted; none before
 * the next round is due, but those that renew the channel (two, each half of its time). A renewal begins a round, since
 * what came in between may not have been told.
 */
export function poller(company: Company, options: WatchOptions, every = EVERY) {
  return async (given: CrmCursor | null, since: Date): Promise<Polled> => {
    const { clock } = company;
    const known = cursorShape.safeParse(given).data;
    const kept = await keepWatching(company, { renewAt: known?.renewAt, address: known?.address }, options);
    const watching = { renewAt: kept.renewAt, ...(kept.address && { address: kept.address }) };
    const isUnderWay = Object.values(known?.lists ?? {}).some(({ offset }) => offset !== undefined);
    const isEarly = known?.at !== undefined && after(new Date(known.at), every) > clock.now();
    if (!isUnderWay && isEarly && !kept.hasGap) {
      return { events: [], cursor: { ...known, ...watching }, more: false };
    }
    const at = isUnderWay ? known?.at : clock.now().toISOString();
    const gone = isUnderWay ? [] : await goneSince(company, new Date(known?.at ?? since));
    const lists: Record<string, Place> = {};
    const events: CrmEvent[] = [...gone];
    for (const module of MODULES) {
      const from: Place = known?.lists[module] ?? { since: since.toISOString() };
      // Of a round under way only what is not through.
      const done = isUnderWay && from.offset === undefined;
      const page = done ? undefined : await pageOf(company, module, from);
      lists[module] = page?.place ?? from;
      events.push(...(page?.events ?? []));
    }
    const more = Object.values(lists).some(({ offset }) => offset !== undefined);
    return { events, cursor: { lists, ...(at && { at }), ...watching }, more };
  };
}

async function pageOf(
  { client, clock }: Company,
  module: KnownModule,
  { since, offset = 0 }: Place,
): Promise<{ events: CrmEvent[]; place: Place }> {
  const from = zohoTime(new Date(since));
  const where = `Modified_Time >= '${from}' order by Modified_Time asc`;
  const { rows, more } = await client.coqlPage(
    `select ${COLUMNS[module]} from ${module} where ${where}`,
    anyRow,
    offset,
  );
  const next = more && rows.length > 0 ? { since, offset: offset + rows.length } : undefined;
  return {
    events: rows.map(row => eventOf(module, row)),
    place: next ?? { since: sinceAfter(rows, since, clock) },
  };
}

/** Up to the newest row there was, with what may come late. */
function sinceAfter(rows: readonly z.output<typeof anyRow>[], since: string, clock: Clock): string {
  const newest = Date.parse(rows.at(-1)?.Modified_Time ?? '');
  const until = Math.min(newest, clock.now().getTime()) - LATE;
  return Number.isNaN(until) ? since : new Date(Math.max(until, Date.parse(since))).toISOString();
}

/** Times are whole seconds: the key holds what is compared, too. */
function eventOf(module: KnownModule, row: z.output<typeof anyRow>): CrmEvent {
  const record = recordOf(module, row.id);
  const compared = [row.Owner?.id, row.Lead_Status, row.Stage, row.Status, row.Outgoing_Call_Status].map(
    one => one ?? null,
  );
  const mark = createHash('sha256').update(JSON.stringify(compared)).digest('base64url').slice(0, 12);
  const about = record.kind === 'activity' ? activityRow.safeParse(row).data : undefined;
  return {
    key: `poll:${record.id}:${row.Modified_Time ?? ''}:${mark}`,
    record,
    ...(about && { about: aboutOf(about) }),
    fields: { row: JSON.stringify(row), operation: 'edit' },
  };
}

function recordOf(module: KnownModule, id: string) {
  const kind = kindOf(module) ?? 'activity';
  return { kind, id: kind === 'activity' ? activityId(module as ActivityModule, id) : id };
}

/** What no list of changes shows: people whose records were deleted, and leads that were converted. Three calls. */
async function goneSince({ client }: Company, since: Date): Promise<CrmEvent[]> {
  const headers = { 'if-modified-since': zohoTime(after(since, -LATE)) };
  const lists = await Promise.all(
    (['Leads', 'Contacts'] as const).map(async module => {
      const rows = await client.all({ path: `/${module}/deleted`, query: { type: 'all' }, headers }, 'data', idRow);
      return rows.map(
        ({ id }): CrmEvent => ({
          key: `deleted:${id}`,
          record: recordOf(module, id),
          fields: { operation: 'delete' },
        }),
      );
    }),
  );
  const query = { converted: 'true', fields: 'id,Modified_Time' };
  const converted = await client.all({ path: '/Leads', query, headers }, 'data', idRow);
  return [
    ...lists.flat(),
    ...converted.map(
      ({ id }): CrmEvent => ({
        key: `converted:${id}`,
        record: { kind: 'lead', id },
        fields: { converted: CONVERTED },
      }),
    ),
  ];
}
