/** The books in words. Pure. */
import {
  BOOK_CLASSES,
  type BookCounts,
  type BookSide,
  classWords,
  type Receipt,
  standingOf,
  sumOf,
} from '../../domain/books.ts';
import { serviceName } from '../../domain/service-name.ts';

/**
 * A receipt in a line: "SOURCE 312 = Baton 312 = CRM 298 + 14 nurture = Slack 298 + 14 nurture, closed or out of hours".
 * @param crm name of the connected CRM; undefined: there is none
 */
export function receiptLine(receipt: Receipt, crm: string | undefined): string {
  const { source, listed, handoffs, onlySource, onlyBaton, unasked } = receipt;
  const name = serviceName(source);
  const head =
    listed === null
      ? `${name} was not asked (${unasked ?? 'it cannot be asked'}): Baton ${handoffs}`
      : `${name} ${listed}${plus(onlyBaton, 'it does not show')} = Baton ${handoffs}${parts('source', onlySource)}`;
  const notAsked = receipt.crm.why === undefined ? '' : ` (not asked: ${receipt.crm.why})`;
  const inCrm =
    crm === undefined ? '' : ` = ${serviceName(crm)} ${receipt.crm.there}${notAsked}${parts('crm', receipt.crm.not)}`;
  return `${head}${inCrm} = Slack ${receipt.slack.there}${parts('slack', receipt.slack.not)}`;
}

function parts(side: BookSide, counts: BookCounts): string {
  return Object.entries(counts)
    .map(([name, amount]) => plus(amount, classWords(side, name)))
    .join('');
}

const plus = (amount: number, words: string) => (amount === 0 ? '' : ` + ${amount} ${words}`);

/** How many leads nobody can explain, in all receipts. */
export function unexplainedIn(receipts: readonly Receipt[]): number {
  return receipts.reduce(
    (sum, { onlySource, crm, slack, unequal }) =>
      sum +
      unexplainedOf('source', onlySource) +
      unexplainedOf('crm', crm.not) +
      unexplainedOf('slack', slack.not) +
      unexplainedOf('unequal', unequal),
    0,
  );
}

function unexplainedOf(side: BookSide, counts: BookCounts): number {
  const names = Object.keys(BOOK_CLASSES[side]).filter(name => standingOf(side, name) === 'unexplained');
  return sumOf(Object.fromEntries(names.map(name => [name, counts[name] ?? 0])));
}

/** What is not equal although it stands in both. */
export function unequalLine({ unequal }: Receipt): string | undefined {
  const all = Object.entries(unequal).map(([name, amount]) => `${amount} with ${classWords('unequal', name)}`);
  return all.length === 0 ? undefined : `Not equal: ${all.join(', ')}.`;
}

/** Leads younger than `IN_FLIGHT` are in no receipt: their record or card may be on its way. */
export const IN_FLIGHT_LINE = 'What crossed in the quarter of an hour before is compared the next time.';

/** All in a sentence or two. */
export function verdictLine(receipts: readonly Receipt[]): string {
  if (receipts.length === 0) return 'No source is connected: there is nothing to compare.';
  const strange = unexplainedIn(receipts);
  const silent = receipts.filter(one => one.listed === null);
  if (strange > 0) return `${strange === 1 ? '1 gap' : `${strange} gaps`} nobody can explain.`;
  if (receipts.every(one => !one.listed && one.handoffs === 0)) return 'No lead crossed in this time.';
  if (silent.length === receipts.length) return 'No source could be asked; what Baton has adds up.';
  return silent.length > 0 || receipts.some(({ crm }) => crm.why)
    ? 'What could be asked adds up.'
    : 'Everything adds up.';
}
