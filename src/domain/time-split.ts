/** Where the time from a crossing to the first touch went: Baton's part and the person's. Pure. */
import { workBetween } from './deadlines.ts';
import type { WorkCalendar } from './hours.ts';

/** When a handoff came to each step of its way; null: not yet, or never. */
export interface Moments {
  crossedAt: Date;
  seenAt: Date;
  openedAt: Date;
  assignedAt: Date | null;
  recordedAt: Date | null;
  deliveredAt: Date | null;
  claimedAt: Date | null;
  contactedAt: Date | null;
}

export interface TimeSplit {
  /** From the crossing until the card was in front of somebody, without what it waited for a person's decision. */
  systemMs: number;
  /** From the card to the first touch; absent before it. */
  person?: {
    ms: number;
    /** As much of it as was their working time. */
    workMs: number;
  };
  /** Milliseconds since the crossing, in the order of the way. */
  steps: { step: 'seen' | 'judged' | 'recorded' | 'delivered' | 'claimed' | 'touched'; ms: number }[];
}

/** Undefined until the card is delivered. `calendar`: when whoever has the lead works. */
export function timeSplitOf(moments: Moments, calendar: WorkCalendar): TimeSplit | undefined {
  const { seenAt, openedAt, recordedAt, deliveredAt, claimedAt, contactedAt } = moments;
  if (!deliveredAt) return undefined;
  const start = startOf(moments);
  const way = [
    ['seen', seenAt],
    ['judged', openedAt],
    ['recorded', recordedAt],
    ['delivered', deliveredAt],
    ['claimed', claimedAt],
    ['touched', contactedAt],
  ] as const;
  return {
    systemMs: Math.max(0, since(start, deliveredAt) - heldFor(moments)),
    ...(contactedAt && {
      person: {
        ms: Math.max(0, since(deliveredAt, contactedAt)),
        workMs: workBetween(calendar, deliveredAt, contactedAt),
      },
    }),
    steps: way.flatMap(([step, at]) => (at ? [{ step, ms: Math.max(0, since(start, at)) }] : [])),
  };
}

/** Two clocks differ: what was seen before it crossed has crossed when it was seen. */
function startOf({ crossedAt, seenAt }: Moments): Date {
  return crossedAt < seenAt ? crossedAt : seenAt;
}

/** A held lead waits for a person until it is released and assigned. A later assignment is a reassignment. */
function heldFor({ openedAt, assignedAt, deliveredAt }: Moments): number {
  if (!assignedAt || !deliveredAt || assignedAt > deliveredAt) return 0;
  return Math.max(0, since(openedAt, assignedAt));
}

const since = (from: Date, to: Date) => to.getTime() - from.getTime();

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** "4 s", "4 m 10 s", "2 h", "3 d 4 h": the two largest units, rounded down; "under 1 s" for less. */
export function spanWords(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  const at = UNITS.findIndex(([, unit]) => seconds >= unit);
  if (at < 0) return 'under 1 s';
  let left = seconds;
  const parts = UNITS.slice(at, at + 2).flatMap(([name, unit]) => {
    const amount = Math.floor(left / unit);
    left -= amount * unit;
    return amount > 0 ? [`${amount} ${name}`] : [];
  });
  return parts.join(' ');
}

/** The same after "within": "4 s", and "1 s" for less. */
export const atMost = (milliseconds: number): string => spanWords(Math.max(1_000, milliseconds));
