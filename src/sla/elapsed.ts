import type { Alert } from '../contracts/notifier.ts';
import { workBetween } from '../domain/deadlines.ts';
import type { WorkCalendar } from '../domain/hours.ts';
import type { LadderRules } from '../domain/ladder.ts';
import { type Moments, timeSplitOf } from '../domain/time-split.ts';

/**
 * Where the time since the crossing went: nobody is blamed for what Baton, a vendor or somebody before them took. A
 * card that was not delivered yet is the system's time.
 */
export function elapsedOf(handoff: Moments, rules: LadderRules, calendar: WorkCalendar, now: Date): Alert['elapsed'] {
  const { crossedAt, deliveredAt, assignedAt } = handoff;
  const delivered = deliveredAt ?? now;
  const began = assignedAt && assignedAt > delivered ? assignedAt : delivered;
  return {
    system: timeSplitOf(handoff, calendar)?.systemMs ?? between(crossedAt, delivered),
    before: between(delivered, began),
    rep: between(began, now),
    ...(rules.clock === 'working' && { repWorking: workBetween(calendar, began, now) }),
  };
}

const between = (from: Date, to: Date) => Math.max(0, to.getTime() - from.getTime());
