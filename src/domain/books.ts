/**
 * The books: does everything that crossed at a source stand in Baton, in the CRM and in Slack? Each lead that does not falls
 * into one class of a closed set, and the counts add up. Pure.
 */

/** Between which two a lead is not equal. `unequal`: it is in both, with another value. */
export type BookSide = 'source' | 'crm' | 'slack' | 'unequal';

/**
 * `explained`: it is as it should be; `waits`: it comes by itself, or is put aside with its reason; `unexplained`: nobody
 * knows why, and the admins hear of it.
 */
type Standing = 'explained' | 'waits' | 'unexplained';

/** Every class there is, with what a person reads of it. */
export const BOOK_CLASSES = {
  source: {
    never_delivered: ['unexplained', 'never reached Baton'],
    unexplained: ['unexplained', 'reached Baton and was not handed off, nobody knows why'],
    waiting: ['waits', 'waiting to be read'],
    parked: ['waits', 'failed'],
    below_threshold_when_seen: ['explained', 'no MQL any more when Baton looked'],
    before_connection: ['explained', 'from before Baton was connected'],
    requalify_guard: ['explained', 'handed off a short while before'],
    known_before: ['explained', 'handed off or noted before'],
    watch_mode: ['explained', 'only watched'],
    same_person: ['explained', 'one person under two contacts'],
    test: ['explained', 'test'],
    erased: ['explained', 'erased person'],
    gone: ['explained', 'deleted or merged at the source'],
  },
  crm: {
    never_recorded: ['unexplained', 'not recorded, nobody knows why'],
    waiting: ['waits', 'waiting for the CRM'],
    parked: ['waits', 'failed'],
    by_rule: ['explained', 'nurture'],
    no_crm: ['explained', 'without a CRM'],
    other_crm: ['explained', 'in the CRM of before'],
    deleted: ['explained', 'deleted in the CRM'],
    merged: ['explained', 'merged in the CRM'],
  },
  slack: {
    never_posted: ['unexplained', 'never posted, nobody knows why'],
    not_found: ['unexplained', 'posted and not there any more'],
    waiting: ['waits', 'waiting for Slack'],
    pace: ['waits', 'waiting for a place’s turn'],
    parked: ['waits', 'failed'],
    refused: ['waits', 'refused by Slack'],
    by_rule: ['explained', 'nurture, closed or out of hours'],
    by_mail: ['explained', 'told by mail'],
  },
  unequal: {
    owner: ['unexplained', 'another owner in the CRM'],
    score: ['unexplained', 'another score in the CRM'],
    touch: ['unexplained', 'a touch the source was not told'],
  },
} as const satisfies Record<BookSide, Record<string, readonly [Standing, string]>>;

export type BookClass<S extends BookSide = BookSide> = S extends BookSide
  ? keyof (typeof BOOK_CLASSES)[S] & string
  : never;

/** How many leads are in each class; absent: none. */
export type BookCounts = Readonly<Record<string, number>>;

/** How a class stands; of a name that is none, as of an older release, `explained`. */
export function standingOf(side: BookSide, name: string): Standing {
  return factsOf(side, name)?.[0] ?? 'explained';
}

/** A class in words: "never reached Baton". */
export function classWords(side: BookSide, name: string): string {
  return factsOf(side, name)?.[1] ?? name;
}

function factsOf(side: BookSide, name: string): readonly [Standing, string] | undefined {
  const classes: Record<string, readonly [Standing, string]> = BOOK_CLASSES[side];
  return Object.hasOwn(classes, name) ? classes[name] : undefined;
}

/** What a comparison found of one source. */
export interface Receipt {
  source: string;
  /** Why the source could not be asked this time, in words. */
  unasked?: string;
  /** Leads that crossed there, by itself; null: it was not asked, or cannot be. */
  listed: number | null;
  /** Of those: not handed off, by class. */
  onlySource: BookCounts;
  /** Handed off, and the source shows no crossing at that time (any more). */
  onlyBaton: number;
  handoffs: number;
  /** `looked`: of those that are there, so many were asked for; `why`: it was not asked, in words. */
  crm: { there: number; looked: number; not: BookCounts; why?: string };
  slack: { there: number; looked: number; not: BookCounts };
  unequal: BookCounts;
}

export const sumOf = (counts: BookCounts): number => Object.values(counts).reduce((sum, one) => sum + one, 0);

/** Does every lead stand in one place, and once? */
export function addsUp({ listed, onlySource, onlyBaton, handoffs, crm, slack }: Receipt): boolean {
  return (
    (listed === null || listed + onlyBaton === handoffs + sumOf(onlySource)) &&
    handoffs === crm.there + sumOf(crm.not) &&
    handoffs === slack.there + sumOf(slack.not)
  );
}

/** A lead that is not equal everywhere. */
export interface BookGap {
  side: BookSide;
  class: BookClass;
  source: string;
  contactId: string;
  handoffId?: string;
  /** When it crossed. */
  at: Date;
  /** What is known of the cause, in words. */
  why?: string;
  /** The signal, where it reached Baton. */
  inboxId?: number;
}
