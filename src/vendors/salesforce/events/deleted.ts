/** Records of Baton's that went to the bin since the last poll: deleted, or merged into others. */
import type { CrmCursor } from '../../../contracts/crm-events.ts';
import { composite } from '../api/composite.ts';
import type { OrgEvent } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { toEvent } from './hook.ts';
import {
  afterPosition,
  type DailyUsage,
  isSpent,
  nextPosition,
  PAGE,
  type Poll,
  pageOf,
  pollPositionOf,
} from './poll.ts';

const OBJECTS = ['Lead', 'Contact'];
const positionName = (object: string): string => `deleted:${object}`;

/**
 * The poll, and one call more for what no query shows: `queryAll` reads the bin, where records keep their columns and
 * Baton's key among them (REST API Developer Guide, "QueryAll").
 */
export function withDeleted(org: Org, usage: DailyUsage, poll: Poll): Poll {
  return async (cursor, since) => {
    const page = await poll(cursor, since);
    // Counted anew by the poll itself: what it brought is not lost for want of one call more.
    if (isSpent(usage, org.clock.now())) return { ...page, cursor: page.cursor && { ...cursor, ...page.cursor } };
    const gone = await deleted(org, cursor, since);
    return {
      events: [...page.events, ...gone.events],
      cursor: { ...page.cursor, ...gone.cursor },
      more: page.more || gone.more,
    };
  };
}

async function deleted(org: Org, cursor: CrmCursor | null, since: Date) {
  const from = OBJECTS.map(object => pollPositionOf(cursor?.[positionName(object)]) ?? { at: since.toISOString() });
  const answers = await composite(
    org,
    OBJECTS.map((object, at) => {
      const where = `IsDeleted = true AND ${org.externalIdField} != null AND ${afterPosition(from[at])}`;
      const soql = `SELECT Id, SystemModstamp, IsDeleted FROM ${object} WHERE ${where} ORDER BY SystemModstamp ASC, Id ASC LIMIT ${PAGE}`;
      return { method: 'GET', path: `/queryAll?q=${encodeURIComponent(soql)}`, referenceId: object };
    }),
  );
  const events: OrgEvent[] = [];
  const next: CrmCursor = {};
  let more = false;
  for (const [at, object] of OBJECTS.entries()) {
    const rows = await pageOf(org, object, answers[at]);
    // The last change before it may carry the same stamp.
    events.push(...rows.map(row => toEvent(object, row)).map(one => ({ ...one, key: `gone:${one.key}` })));
    next[positionName(object)] = nextPosition(from[at], rows);
    more ||= rows.length === PAGE;
  }
  return { events, cursor: next, more };
}
