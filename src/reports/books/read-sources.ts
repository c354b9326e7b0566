/** Asking each source what crossed there, page by page; what was read is kept, so that no page is read twice. */
import { mqlRulesOf } from '../../config/playbook/source-rules.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrossingsAsked, Source, SourceCrossing } from '../../contracts/source.ts';
import { apiUsageOf } from '../../db/connections/api-usage.ts';
import { connectionsOf } from '../../db/connections/connections.ts';
import type { BookedHandoff } from '../../db/reports/booked.ts';
import { evidenceOf } from '../../db/reports/booked.ts';
import { type Books, type SourceProgress, saveProgress } from '../../db/reports/books.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { after, HOUR } from '../../lib/clock.ts';
import { goingOnWithout } from './may-go-on.ts';
import type { AskedSource } from './source-side.ts';

/** Of the calls that an account may make in a day, the books of a night spend no more. */
const CALLS_SHARE = 0.05;
/** Baton's moment of a crossing may lie after the source's own: those just before are needed to tell. */
const MARGIN = HOUR;

interface Reading {
  workspaceId: string;
  books: Books;
  playbook: Playbook;
  /** Of the time that is compared. */
  handoffs: readonly BookedHandoff[];
  postponed: number;
}

/** What each connected source says, with what Baton knows of it; and those that could not be asked, each with why. */
export async function readSources(
  deps: Deps,
  reading: Reading,
): Promise<{ asked: AskedSource[]; unasked: Record<string, string> }> {
  const { workspaceId, playbook, books } = reading;
  const [{ sources }, connections] = await Promise.all([
    deps.vendors(workspaceId),
    connectionsOf(deps.db, workspaceId),
  ]);
  const asked: AskedSource[] = [];
  const unasked: Record<string, string> = {};
  for (const { vendor, role, connectedAt, status, pausedReason } of connections) {
    const source = role === 'source' ? sources[vendor] : undefined;
    // Whatever cannot be asked is named where it has handoffs.
    if (!source?.crossingsBetween) continue;
    const paused = { ...EMPTY, unasked: pausedReason ?? 'it is paused' };
    const read = status === 'paused' ? paused : await readOne(deps, reading, source);
    if (read.unasked !== undefined) {
      unasked[vendor] = read.unasked;
      continue;
    }
    const crossings = lastOfEach(read.crossings);
    const ids = [...new Set(crossings.map(one => one.contactId))];
    const mql = mqlRulesOf(playbook, vendor);
    asked.push({
      source: vendor,
      crossings,
      evidence: await evidenceOf(deps.db, workspaceId, vendor, ids),
      newsFrom: after(connectedAt, -playbook.mql.backfill),
      requalifyAfter: mql.requalify_after,
      threshold: mql.threshold,
      from: books.from,
    });
  }
  return { asked, unasked };
}

/** A contact may be told of on several pages: the last crossing counts. */
function lastOfEach(crossings: readonly SourceCrossing[]): SourceCrossing[] {
  const inOrder = crossings.toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? ''));
  return [...new Map(inOrder.map(one => [one.contactId, one])).values()];
}

const EMPTY: SourceProgress = { crossings: [], cursor: {}, calls: 0 };

async function readOne(deps: Deps, reading: Reading, source: Source): Promise<SourceProgress> {
  const { workspaceId, books, playbook, handoffs, postponed } = reading;
  const { crossingsBetween, name } = source;
  if (!crossingsBetween) return EMPTY;
  const asked: CrossingsAsked = {
    from: after(books.from, -MARGIN),
    to: books.to,
    threshold: mqlRulesOf(playbook, name).threshold,
    known: handoffs.filter(one => one.source === name && !one.isErased).map(one => one.contactId),
  };
  const most = await mostCalls(deps, workspaceId, name);
  const known = books.progress[name];
  let progress = known ?? EMPTY;
  let isFirst = known === undefined;
  try {
    while (progress.cursor !== null && progress.unasked === undefined) {
      const page = await crossingsBetween(asked, isFirst ? null : progress.cursor);
      isFirst = false;
      const calls = progress.calls + page.calls;
      progress = {
        crossings: [...progress.crossings, ...page.crossings],
        cursor: page.more ? page.cursor : null,
        calls,
        ...(page.more && calls >= most && { unasked: SPENT }),
      };
      await saveProgress(deps.db, workspaceId, { id: books.id, source: name, progress });
    }
    return progress;
  } catch (error) {
    return { ...progress, unasked: goingOnWithout(error, postponed) };
  }
}

const SPENT = 'it would have taken more than 5 % of the calls of a day: ask for a shorter time';

async function mostCalls(deps: Deps, workspaceId: string, service: string): Promise<number> {
  const usage = (await apiUsageOf(deps.db, workspaceId, deps.clock.now())).find(one => one.service === service);
  return usage ? Math.ceil(usage.meter.limit * CALLS_SHARE) : Number.POSITIVE_INFINITY;
}
