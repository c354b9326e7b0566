/**
 * Is a source more silent than it ever is? Signals come in bursts, so that their number says little; whether there was any in
 * a quarter of an hour says more. How often there is one at that hour of the week is learnt from eight weeks, and a silence
 * weighs what the quarters in it usually bring. Pure.
 */
import { after, DAY, HOUR, MINUTE } from '../lib/clock.ts';

export const QUARTER = 15 * MINUTE;
/** What is learnt from, and the least of it. */
export const LEARNT = 56 * DAY;
const LEAST_LEARNT = 28 * DAY;
const LEAST_ACTIVE = 60;
const HOURS_A_WEEK = 168;

export interface Silence {
  /** The last quarter of an hour with a signal. */
  since: Date;
  /** How much longer than the longest of the weeks before: 1 is as long. */
  ratio: number;
}

const quarterOf = (at: Date): number => Math.floor(at.getTime() / QUARTER);
const hourOfWeek = (quarter: number): number => Math.floor((quarter * QUARTER) / HOUR) % HOURS_A_WEEK;

/**
 * @param active quarters of an hour with a signal, in any order, by any moment in them
 * @returns undefined while too little is known of the source: four weeks, and sixty quarters with a signal
 */
export function silenceOf(active: readonly Date[], now: Date): Silence | undefined {
  const from = quarterOf(after(now, -LEARNT));
  const quarters = [...new Set(active.map(quarterOf))].filter(one => one >= from).sort((a, b) => a - b);
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (first === undefined || last === undefined || quarters.length < LEAST_ACTIVE) return undefined;
  if ((quarterOf(now) - first) * QUARTER < LEAST_LEARNT) return undefined;
  const weigh = weightsOf(quarters, first, last);
  const gaps = quarters.slice(1).map((one, at) => weightBetween(weigh, quarters[at] ?? one, one));
  // A source that is never silent for a quarter of an hour: one of its busiest hours is as long as ever.
  const longest = Math.max(...gaps, weightBetween(weigh, last, last + HOUR / QUARTER));
  return { since: new Date(last * QUARTER), ratio: weightBetween(weigh, last, quarterOf(now)) / longest };
}

/** What a silent quarter weighs at each hour of the week: −ln(1 − p), p the share of those with a signal. */
function weightsOf(quarters: readonly number[], first: number, last: number): (quarter: number) => number {
  const [seen, active] = [new Array<number>(HOURS_A_WEEK).fill(0), new Array<number>(HOURS_A_WEEK).fill(0)];
  const count = (counts: number[], quarter: number) => {
    counts[hourOfWeek(quarter)] = (counts[hourOfWeek(quarter)] ?? 0) + 1;
  };
  for (let quarter = first; quarter <= last; quarter += 1) count(seen, quarter);
  for (const quarter of quarters) count(active, quarter);
  // A half of one more on either side: nothing is certain after a few weeks.
  return quarter => {
    const hour = hourOfWeek(quarter);
    return -Math.log(1 - ((active[hour] ?? 0) + 0.5) / ((seen[hour] ?? 0) + 1));
  };
}

/** Of the quarters after one and before another. */
function weightBetween(weigh: (quarter: number) => number, one: number, other: number): number {
  let sum = 0;
  for (let quarter = one + 1; quarter < other; quarter += 1) sum += weigh(quarter);
  return sum;
}
