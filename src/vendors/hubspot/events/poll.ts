/**
 * The net below the webhooks: what changed, type by type, for whatever HubSpot did not deliver, or nobody subscribed to.
 * Each search is walked by time and never by offset, which slips when a record on an earlier page changes.
 */
import { z } from 'zod';
import type { CrmCursor, CrmEvent } from '../../../contracts/crm-events.ts';
import { after, MINUTE } from '../../../lib/clock.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Json } from '../api/api.ts';
import { ACTIVITIES, type ActivityType, idOf, type ObjectType } from '../portal/ids.ts';
import { HANDOFF } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type Row, rowsIn } from '../portal/rows.ts';
import { ABOUT } from './look.ts';
import { changedAt, eventFrom, propertiesOf } from './read-row.ts';

type Polled = Exclude<ObjectType, 'companies'>;

const TYPES: readonly Polled[] = ['calls', 'emails', 'meetings', 'tasks', 'deals', 'leads', 'contacts'];

/** Where each type stands: changed since; `within`: one instant too full for a page, walked by id. */
const place = z.object({ since: z.string(), within: z.string().optional(), more: z.boolean().optional() });
/** `more`: its turn, or its next page, is still to come in this round. */
type Place = z.output<typeof place>;
const cursorShape = z.object({
  types: z.record(z.string(), place),
  /** When the last round began; ISO 8601. */
  at: z.string().optional(),
});

/** Webhooks tell what happens; a round is seven searches of the five a second that all apps share. */
export const EVERY = 15 * MINUTE;
/**
 * Whoever is refused a search goes on where the round stood: two a call leave room for the searches of leads, and what
 * was found is kept.
 */
const A_CALL = 2;
/** HubSpot's index shows changes late and out of order. */
const LATE = 2 * MINUTE;
const A_PAGE = 100;

export interface PolledPage {
  events: CrmEvent[];
  cursor: CrmCursor | null;
  more: boolean;
}

/** A page of two types that are not through: up to eight calls, and none before the next round is due. */
export function poller(portal: Portal, every = EVERY) {
  return async (given: CrmCursor | null, since: Date): Promise<PolledPage> => {
    const { clock } = portal;
    const known = cursorShape.safeParse(given).data;
    const isUnderWay = Object.values(known?.types ?? {}).some(({ more }) => more);
    if (!isUnderWay && known?.at && after(new Date(known.at), every) > clock.now()) {
      return { events: [], cursor: given, more: false };
    }
    const at = isUnderWay ? known?.at : clock.now().toISOString();
    const types = isUnderWay ? { ...known?.types } : await newRound(portal, known?.types ?? {}, since);
    const events: CrmEvent[] = [];
    for (const type of TYPES.filter(one => types[one]?.more).slice(0, A_CALL)) {
      const page = await pageOf(portal, type, types[type] ?? { since: since.toISOString() });
      types[type] = page.place;
      events.push(...page.events);
    }
    const more = Object.values(types).some(one => one.more);
    return { events, cursor: { types, ...(at && { at }) }, more };
  };
}

/** Every type has its turn; leads only where the account has them. */
async function newRound({ schema }: Portal, known: Record<string, Place>, since: Date): Promise<Record<string, Place>> {
  const hasLeads = await schema.hasLeads();
  return Object.fromEntries(
    TYPES.filter(type => type !== 'leads' || hasLeads).map(type => {
      const from = known[type] ?? { since: since.toISOString() };
      return [type, { ...from, more: true }];
    }),
  );
}

async function pageOf(portal: Portal, type: Polled, from: Place): Promise<{ events: CrmEvent[]; place: Place }> {
  const { api, clock } = portal;
  const rows = rowsIn(await api.post(`${api.paths.objects(type)}/search`, searchOf(type, from)));
  const abouts = ACTIVITIES.includes(type as ActivityType) ? await aboutOf(portal, type, rows) : undefined;
  const events: CrmEvent[] = [];
  for (const row of rows) {
    const key = `polled:${idOf(type, row.id)}:${changedAt(type, row)}`;
    const about = abouts && (abouts.get(row.id) ?? []);
    events.push(await eventFrom(portal, type, row, { key, ...(about && { about }) }));
  }
  return { events, place: placeAfter(type, rows, from, clock.now()) };
}

/** Contacts that Baton wrote to: those of marketing are many. */
function searchOf(type: Polled, { since, within }: Place): Json {
  const changed = type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate';
  const at = String(Date.parse(since));
  const when = within
    ? [
        { propertyName: changed, operator: 'EQ', value: at },
        { propertyName: 'hs_object_id', operator: 'GT', value: within },
      ]
    : [{ propertyName: changed, operator: 'GTE', value: at }];
  const ours = type === 'contacts' ? [{ propertyName: HANDOFF, operator: 'HAS_PROPERTY' }] : [];
  return {
    filterGroups: [{ filters: [...when, ...ours] }],
    properties: [...propertiesOf(type)],
    sorts: [within ? 'hs_object_id' : changed],
    limit: A_PAGE,
    after: '0',
  };
}

/** A full page goes on where it ended; what ends steps back by what may come late, and never before where it began. */
function placeAfter(type: Polled, rows: readonly Row[], { since, within }: Place, now: Date): Place {
  const last = rows.at(-1);
  const full = rows.length >= A_PAGE && last !== undefined;
  const began = Date.parse(since);
  if (within !== undefined) {
    if (full) return { since, within: last.id, more: true };
    return { since: new Date(began + 1).toISOString(), more: true };
  }
  const newest = last ? Date.parse(changedAt(type, last)) : began;
  if (!full) return { since: new Date(Math.max(began, Math.min(newest, now.getTime()) - LATE)).toISOString() };
  return newest > began ? { since: new Date(newest).toISOString(), more: true } : { since, within: '0', more: true };
}

/** Ids of what activities are about. A call for each kind of record there is. */
async function aboutOf(
  { api, schema }: Portal,
  type: ObjectType,
  rows: readonly Row[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (rows.length === 0) return found;
  const hasLeads = await schema.hasLeads();
  for (const to of ABOUT) {
    if (to === 'leads' && !hasLeads) continue;
    const inputs = rows.map(({ id }) => ({ id }));
    // Having none is told as an error entry; a second page of one activity's is of no interest.
    const answer = await api.post(`${api.paths.associations(type, to)}/batch/read`, { inputs });
    for (const one of objectsIn(answer.results)) {
      const id = isObject(one.from) ? (textFrom(one.from.id) ?? '') : '';
      const ids = objectsIn(one.to).flatMap(other => textFrom(other.toObjectId) ?? []);
      found.set(id, [...(found.get(id) ?? []), ...ids.map(number => idOf(to, number))]);
    }
  }
  return found;
}
