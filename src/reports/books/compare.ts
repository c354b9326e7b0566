/** The job that compares: what crossed at the sources, what Baton handed off, what the CRM and Slack have of it. */
import { rulesOfSource } from '../../config/playbook/source-rules.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmStanding } from '../../contracts/crm-records.ts';
import { type LookedAt, settleGaps } from '../../db/reports/book-gaps.ts';
import { type BookedHandoff, bookedHandoffs, type ContactEvidence } from '../../db/reports/booked.ts';
import { type Books, booksById, finishBooks } from '../../db/reports/books.ts';
import { addsUp, type BookGap, type Receipt } from '../../domain/books.ts';
import { isOpen } from '../../domain/handoff.ts';
import type { Deps, Vendors } from '../../handoff/core/deps.ts';
import type { BooksRef } from '../../jobs/catalogue.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { balance } from './balance.ts';
import { lookInCrm, lookInSlack } from './look.ts';
import type { Known } from './other-sides.ts';
import { parkGaps } from './park.ts';
import { readSources } from './read-sources.ts';
import { tellOfBooks } from './tell.ts';

/** What is younger may still be on its way. */
export const IN_FLIGHT = 15 * MINUTE;

/**
 * Compares one time and writes down what it found. Outside calls: pages of each source, a call for a thousand records of the
 * CRM (50 looks where it cannot tell many), 50 of Slack. Tried again it goes on where the sources' pages stood.
 */
export async function compareBooks(
  deps: Deps,
  { workspaceId, booksId }: BooksRef,
  { postponed, attempt }: { postponed: number; attempt: number },
): Promise<void> {
  const books = await booksById(deps.db, workspaceId, booksId);
  if (!books) return;
  if (!books.doneAt) await compare(deps, workspaceId, books, postponed);
  await tellOfBooks(deps, workspaceId, booksId, attempt);
}

async function compare(deps: Deps, workspaceId: string, books: Books, postponed: number): Promise<void> {
  const { receipts, gaps, looked } = await found(deps, workspaceId, books, postponed);
  for (const receipt of receipts) {
    if (!addsUp(receipt)) deps.log.error({ workspaceId, receipt }, 'a receipt of the books does not add up');
  }
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    const stubborn = await settleGaps(trx, workspaceId, { from: books.from, gaps, looked }, now);
    await parkGaps(trx, workspaceId, stubborn, now);
    await finishBooks(trx, workspaceId, { id: books.id, receipts }, now);
  });
}

async function found(
  deps: Deps,
  workspaceId: string,
  books: Books,
  postponed: number,
): Promise<{ receipts: Receipt[]; gaps: BookGap[]; looked: LookedAt }> {
  const [vendors, { playbook }] = await Promise.all([deps.vendors(workspaceId), deps.playbook(workspaceId)]);
  const span = { from: books.from, to: books.to, settled: books.to };
  const own = await bookedHandoffs(deps.db, workspaceId, { ...span, ids: [] });
  const { asked, unasked } = await readSources(deps, { workspaceId, books, playbook, handoffs: own, postponed });
  const ids = asked.flatMap(({ evidence }) => [...evidence.values()].flatMap(one => handoffsSince(one, books.from)));
  const handoffs = await bookedHandoffs(deps.db, workspaceId, { ...span, ids });
  const inTime = new Set(own.map(one => one.id));
  const inCrm = await lookInCrm(vendors.crm, handoffs, postponed);
  const inSlack = await lookInSlack(vendors.notifier, handoffs);
  const seen = { vendors, playbook, standings: inCrm.standings, gone: inSlack.gone, now: deps.clock.now() };
  const { receipts, gaps } = balance({
    ...{ asked, unasked, handoffs, inTime },
    knownOf: handoff => knownOf(handoff, seen),
    lookedInCrm: new Set(inCrm.standings.keys()),
    lookedInSlack: inSlack.looked,
  });
  const isOver = ({ state, isErased }: BookedHandoff) => !isOpen(state) || isErased;
  const looked = {
    sources: asked.map(one => one.source),
    inCrm: inCrm.standings.keys(),
    inSlack: [...inSlack.looked, ...handoffs.filter(isOver).map(one => one.id)],
  };
  if (inCrm.why === undefined) return { receipts, gaps, looked };
  deps.log.warn({ workspaceId, why: inCrm.why }, 'the books go on without the CRM');
  const { why } = inCrm;
  return { receipts: receipts.map(one => ({ ...one, crm: { ...one.crm, why } })), gaps, looked };
}

/** Those that a crossing of the time may have become. */
function handoffsSince({ handoffs }: ContactEvidence, from: Date): string[] {
  const since = after(from, -IN_FLIGHT * 8);
  return handoffs.filter(({ crossedAt, isTest }) => !isTest && crossedAt >= since).map(({ id }) => id);
}

interface Seen {
  vendors: Vendors;
  playbook: Playbook;
  standings: ReadonlyMap<string, CrmStanding>;
  gone: ReadonlySet<string>;
  now: Date;
}

function knownOf(handoff: BookedHandoff, { vendors, playbook, standings, gone, now }: Seen): Known {
  const { source, priority, id } = handoff;
  const { log_calls: isTold } = rulesOfSource(playbook, source).feedback;
  return {
    now,
    crm: vendors.crm?.name,
    standing: standings.get(id),
    isCardGone: gone.has(id),
    waitsForShift: playbook.sla[priority]?.out_of_hours === 'wait',
    tellsSource: isTold && source !== vendors.crm?.name && vendors.sources[source]?.logTouch !== undefined,
  };
}

/** The time of a comparison that begins now. */
export function booksSpan(now: Date, back: number): { from: Date; to: Date } {
  return { from: after(now, -back), to: after(now, -IN_FLIGHT) };
}
