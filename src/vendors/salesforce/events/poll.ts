/** Asking an org what changed, for orgs that send no messages and as a net under those that do. */

import type { CrmCursor } from '../../../contracts/crm-events.ts';
import { after, HOUR, MINUTE } from '../../../lib/clock.ts';
import { composite, everyPage, type Row, type Subanswer } from '../api/composite.ts';
import { readErrors } from '../api/errors.ts';
import type { Usage } from '../api/limits.ts';
import type { OrgEvent } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { RECORDS, toEvent } from './hook.ts';

/** The day's calls as the org counted them last. */
export type DailyUsage = Partial<Usage> & { at?: Date };

/** What others have not yet used of the day's calls belongs to them: a lead must not wait for a poll. */
const MOST_OF_THE_DAY = 0.5;
/** A count older than this says nothing. */
const COUNT_HOLDS = HOUR;
/** Changes that were saved late carry an earlier stamp. */
const OVERLAP = 2 * MINUTE;
export const PAGE = 200;

const ACTIVITIES: Record<string, string> = {
  Task: 'SELECT Id, SystemModstamp, WhoId, WhatId, OwnerId, Subject, Description, Status, IsClosed FROM Task WHERE IsClosed = true AND ',
  Event:
    'SELECT Id, SystemModstamp, WhoId, WhatId, OwnerId, Subject, Description FROM Event WHERE IsChild = false AND ',
};
/** An org has Baton's key on Lead, and on the others where Baton was set up there: most queries of one call in all. */
const OBJECTS = [...Object.keys(ACTIVITIES), ...Object.keys(RECORDS)];

function select(org: Org, object: string): string {
  const records: Record<string, string> = RECORDS;
  return ACTIVITIES[object] ?? `${records[object]}${org.externalIdField} != null AND `;
}

/** `id`: the place within a page that was full; absent: everything up to `at` was read. */
interface PollPosition {
  at: string;
  id?: string;
}

/** A page of what changed since a cursor; `since` is where a first poll starts. */
export type Poll = (
  cursor: CrmCursor | null,
  since: Date,
) => Promise<{ events: OrgEvent[]; cursor: CrmCursor | null; more: boolean }>;

/** Makes the poller of one org. */
export function poller(org: Org, usage: DailyUsage): Poll {
  return async (cursor, since) => {
    if (isSpent(usage, org.clock.now())) return { events: [], cursor, more: false };
    const from = OBJECTS.map(object => pollPositionOf(cursor?.[object]) ?? { at: since.toISOString() });
    const answers = await composite(
      org,
      OBJECTS.map((object, at) => ({
        method: 'GET',
        path: `/query?q=${encodeURIComponent(
          `${select(org, object)}${afterPosition(from[at])} ORDER BY SystemModstamp ASC, Id ASC LIMIT ${PAGE}`,
        )}`,
        referenceId: object,
      })),
    );
    const self = await org.session.userId();
    const pages: Row[][] = [];
    for (const [at, object] of OBJECTS.entries()) pages.push(await pageOf(org, object, answers[at]));
    const next: CrmCursor = {};
    for (const [at, object] of OBJECTS.entries()) next[object] = nextPosition(from[at], pages[at] ?? []);
    return {
      events: OBJECTS.flatMap((object, at) => (pages[at] ?? []).map(row => toEvent(object, row, self))),
      cursor: next,
      more: pages.some(page => page.length === PAGE),
    };
  };
}

/** What the org has no key of Baton's on, or hides from it, has no events: the others' are read all the same. */
export async function pageOf(org: Org, object: string, answer: Subanswer | undefined): Promise<Row[]> {
  if (!answer) return [];
  const [refusal] = answer.status === 400 && !(object in ACTIVITIES) ? readErrors(400, answer.body) : [];
  return refusal && HIDDEN.has(refusal.errorCode) ? [] : everyPage(org, answer);
}

const HIDDEN: ReadonlySet<string> = new Set(['INVALID_FIELD', 'INVALID_TYPE']);

/** Is what is left of the day's calls needed by others? */
export function isSpent({ used, limit, at }: DailyUsage, now: Date): boolean {
  if (used === undefined || !limit || !at || now.getTime() - at.getTime() > COUNT_HOLDS) return false;
  return used > limit * MOST_OF_THE_DAY;
}

export function pollPositionOf(value: unknown): PollPosition | undefined {
  const given = value as Partial<PollPosition> | undefined;
  return typeof given?.at === 'string' ? { at: given.at, ...(given.id && { id: given.id }) } : undefined;
}

export function afterPosition(place: PollPosition | undefined): string {
  const at = new Date(place?.at ?? 0);
  if (!place?.id) return `SystemModstamp >= ${after(at, -OVERLAP).toISOString()}`;
  const stamp = at.toISOString();
  return `(SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > ${quote(place.id)}))`;
}

export function nextPosition(from: PollPosition | undefined, page: readonly Row[]): PollPosition | undefined {
  const last = page.at(-1);
  if (!last) return from && { at: from.at };
  const at = new Date(String(last.SystemModstamp).replace(/\+0000$/, 'Z')).toISOString();
  return page.length === PAGE ? { at, id: String(last.Id) } : { at };
}
