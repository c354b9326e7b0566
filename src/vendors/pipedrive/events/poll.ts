/** The net below the webhooks: what changed, list by list, for whatever Pipedrive did not deliver. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CrmCursor, CrmEvent } from '../../../contracts/crm-events.ts';
import type { CrmRecordKind } from '../../../contracts/crm-records.ts';
import { after, type Clock, MINUTE, SECOND } from '../../../lib/clock.ts';
import { after as nextPage } from '../api/client.ts';
import type { Company } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { activityRow } from '../api/rows.ts';
import { aboutOf } from './parse.ts';

type Listed = Exclude<CrmRecordKind, 'company'>;

const PATHS: Record<Listed, { path: string; cost: number }> = {
  activity: { path: '/api/v2/activities', cost: 10 },
  deal: { path: '/api/v2/deals', cost: 10 },
  contact: { path: '/api/v2/persons', cost: 10 },
  lead: { path: '/v1/leads', cost: 20 },
};
const KINDS = Object.keys(PATHS) as Listed[];

/** Where each list stands: rows changed since, and the page that comes next. */
const place = z.object({ since: z.string(), next: z.string().optional() });
type Place = z.output<typeof place>;
const cursorShape = z.object({
  lists: z.record(z.string(), place),
  /** When the last round began; ISO 8601. */
  at: z.string().optional(),
});

/** Webhooks tell what happens; a round costs 50 of the day's tokens, of which a small company has 30,000. */
export const EVERY = 15 * MINUTE;
/** Rows may be listed a little after others that are newer. */
const LATE = 30 * SECOND;
const PAGE = '100';

const anyRow = z.looseObject({
  id: z.union([z.int(), z.string()]),
  update_time: z.string().nullish(),
  owner_id: z.int().nullish(),
});
type AnyRow = z.output<typeof anyRow>;

export type Polled = { events: CrmEvent[]; cursor: CrmCursor | null; more: boolean };

/** A page of each list that is not through: four calls a round, and none before the next is due. */
export function poller(company: Company, every = EVERY) {
  return async (given: CrmCursor | null, since: Date): Promise<Polled> => {
    const { clock } = company;
    const known = cursorShape.safeParse(given).data;
    const isUnderWay = Object.values(known?.lists ?? {}).some(({ next }) => next !== undefined);
    if (!isUnderWay && known?.at && after(new Date(known.at), every) > clock.now()) {
      return { events: [], cursor: given, more: false };
    }
    const at = isUnderWay ? known?.at : clock.now().toISOString();
    const lists: Record<string, Place> = {};
    const events: CrmEvent[] = [];
    for (const kind of KINDS) {
      const from: Place = known?.lists[kind] ?? { since: since.toISOString() };
      // Of a round under way only what is not through.
      const done = isUnderWay && from.next === undefined;
      const page = done ? undefined : await pageOf(company, kind, from);
      lists[kind] = page?.place ?? from;
      events.push(...(page?.events ?? []));
    }
    const more = Object.values(lists).some(({ next }) => next !== undefined);
    return { events, cursor: { lists, ...(at && { at }) }, more };
  };
}

async function pageOf(
  { client, clock }: Company,
  kind: Listed,
  { since, next }: Place,
): Promise<{ events: CrmEvent[]; place: Place }> {
  const sort = kind === 'lead' ? { sort: 'update_time ASC' } : { sort_by: 'update_time', sort_direction: 'asc' };
  const query = { updated_since: wholeSeconds(since), limit: PAGE, ...sort };
  const page = await client.page(nextPage({ ...PATHS[kind], query }, next), anyRow);
  const place = page.next ? { since, next: page.next } : { since: sinceAfter(page.rows, since, clock) };
  return { events: page.rows.map(row => eventOf(kind, row)), place };
}

/** RFC 3339 without fractions, as Pipedrive takes it. */
const wholeSeconds = (moment: string): string => `${moment.slice(0, 19)}Z`;

/** Up to the newest row there was, with what may come late. */
function sinceAfter(rows: readonly AnyRow[], since: string, clock: Clock): string {
  const newest = Date.parse(rows.at(-1)?.update_time ?? '');
  const until = Math.min(newest, clock.now().getTime()) - LATE;
  return Number.isNaN(until) ? since : new Date(Math.max(until, Date.parse(since))).toISOString();
}

/** Two changes within one second have one time: the key holds what is compared, too. */
function eventOf(kind: Listed, row: AnyRow): CrmEvent {
  const id = kind === 'lead' ? String(row.id).toLowerCase() : idOf(kind, Number(row.id));
  const compared = ['owner_id', 'status', 'stage_id', 'done', 'is_archived', 'label_ids'].map(
    name => row[name] ?? null,
  );
  const mark = createHash('sha256').update(JSON.stringify(compared)).digest('base64url').slice(0, 12);
  const about = kind === 'activity' ? activityRow.safeParse(row).data : undefined;
  return {
    key: `poll:${id}:${row.update_time ?? ''}:${mark}`,
    record: { kind, id },
    ...(about && { about: aboutOf(about) }),
    fields: { row: JSON.stringify(row), action: 'change' },
  };
}
