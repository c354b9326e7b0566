/** Adds the books up: a receipt a source, and every lead that is not equal everywhere. Pure. */
import type { BookedHandoff } from '../../db/reports/booked.ts';
import type { BookCounts, BookGap, BookSide, Receipt } from '../../domain/books.ts';
import { crmClass, type Known, slackClass, unequal } from './other-sides.ts';
import { type AskedSource, sourceSide } from './source-side.ts';

export interface BooksInput {
  /** Sources that answered. */
  asked: readonly AskedSource[];
  /** Sources that could not be asked: why, in words. */
  unasked: Readonly<Record<string, string>>;
  /** Those of the time, and those that crossings of it became. */
  handoffs: readonly BookedHandoff[];
  /** Which of them are of the time by their own moment. */
  inTime: ReadonlySet<string>;
  knownOf(handoff: BookedHandoff): Known;
  /** Handoffs whose record, or card, was really asked for. */
  lookedInCrm: ReadonlySet<string>;
  lookedInSlack: ReadonlySet<string>;
}

export function balance(input: BooksInput): { receipts: Receipt[]; gaps: BookGap[] } {
  const gaps: BookGap[] = [];
  const placed = new Set<string>();
  const receipts: Receipt[] = [];
  for (const asked of input.asked) {
    const side = sourceSide(asked, input.inTime);
    const handoffs = input.handoffs.filter(
      ({ id, source }) =>
        !placed.has(id) && (side.matched.has(id) || (source === asked.source && input.inTime.has(id))),
    );
    for (const { id } of handoffs) placed.add(id);
    // One that another source told of as well stands in the receipt of the first.
    const others = [...side.matched].filter(id => !handoffs.some(one => one.id === id)).length;
    const receipt = receiptOf(input, asked.source, handoffs, gaps);
    receipts.push({
      ...receipt,
      listed: side.listed,
      onlySource: withCount(countsOf(side.gaps), 'same_person', others),
      onlyBaton: handoffs.filter(({ id }) => !side.matched.has(id)).length,
    });
    gaps.push(...side.gaps);
  }
  const names = new Set([...Object.keys(input.unasked), ...input.handoffs.map(one => one.source)]);
  for (const source of [...names].sort()) {
    if (input.asked.some(one => one.source === source)) continue;
    const handoffs = input.handoffs.filter(one => one.source === source && !placed.has(one.id));
    const unasked = input.unasked[source];
    if (handoffs.length === 0 && unasked === undefined) continue;
    receipts.push({ ...receiptOf(input, source, handoffs, gaps), ...(unasked !== undefined && { unasked }) });
  }
  return { receipts, gaps };
}

/** What became of some handoffs in the CRM and in Slack; what is not equal joins `gaps`. */
function receiptOf(input: BooksInput, source: string, handoffs: readonly BookedHandoff[], gaps: BookGap[]): Receipt {
  const found: BookGap[] = [];
  for (const handoff of handoffs) {
    const known = input.knownOf(handoff);
    const note = (side: BookSide, one: Pick<BookGap, 'class' | 'why'> | undefined) => {
      const { contactId, id: handoffId, crossedAt: at } = handoff;
      if (one) found.push({ side, source: handoff.source, contactId, handoffId, at, ...one });
    };
    const crm = crmClass(handoff, known);
    note('crm', crm);
    note('slack', slackClass(handoff, known));
    if (!crm) for (const one of unequal(handoff, known)) note('unequal', one);
  }
  gaps.push(...found);
  const [notInCrm, notInSlack] = [found.filter(one => one.side === 'crm'), found.filter(one => one.side === 'slack')];
  const looked = (ids: ReadonlySet<string>) => handoffs.filter(({ id }) => ids.has(id)).length;
  return {
    source,
    listed: null,
    onlySource: {},
    onlyBaton: 0,
    handoffs: handoffs.length,
    crm: { there: handoffs.length - notInCrm.length, looked: looked(input.lookedInCrm), not: countsOf(notInCrm) },
    slack: {
      there: handoffs.length - notInSlack.length,
      looked: looked(input.lookedInSlack),
      not: countsOf(notInSlack),
    },
    unequal: countsOf(found.filter(one => one.side === 'unequal')),
  };
}

function countsOf(gaps: readonly BookGap[]): BookCounts {
  const counts: Record<string, number> = {};
  for (const gap of gaps) counts[gap.class] = (counts[gap.class] ?? 0) + 1;
  return counts;
}

function withCount(counts: BookCounts, name: string, more: number): BookCounts {
  return more === 0 ? counts : { ...counts, [name]: (counts[name] ?? 0) + more };
}
