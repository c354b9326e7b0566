/** A run: leads come, things go wrong one after the other, and in the end everything is counted. */
import { setTimeout as pause } from 'node:timers/promises';
import { between } from '../helpers/dice.ts';
import { CAUSES, type Cause, type Chance } from './causes.ts';
import { type Fates, fates, leftOver } from './checks.ts';
import { type Load, startLoad } from './load.ts';
import { watchReadiness } from './readiness.ts';
import { type Lead, startWorld, type World } from './world.ts';

export interface ChaosOptions {
  seed: number;
  /** So long causes follow one another. */
  forMs: number;
  /** The longest that the database is away, or a process frozen. */
  longestMs: number;
  perSecond: number;
  /** Names of the causes to play; all of the short ones, or all, when left out. */
  only?: readonly string[];
  isLong: boolean;
  say(line: string): void;
}

export interface Played {
  name: string;
  what: string;
  /** From the cause's end until a lead that came then had its record and its card, in ms. */
  recoveredMs: number;
}

export interface Report {
  leads: number;
  refused: number;
  played: Played[];
  fates: Fates;
  lies: string[];
  readyShare: number;
  /** Processes that ended although nobody had killed them. */
  ends: string[];
  /** From the end of the last cause until nothing was left to do, in ms. */
  settledMs: number;
  /** So long that may take, in ms. */
  settleWithinMs: number;
  /** What was left to do last. */
  settledLast: readonly string[];
  /** The newest lines of every process, for whoever looks into a failure. */
  logs: Record<string, string[]>;
}

/** What the design promises. */
export const RECOVERED_WITHIN = 30_000;
/** Longer than anything that was put off may take: then it is lost. */
const SETTLED_WITHIN = 300_000;

/**
 * New leads come through at once; what came during an outage comes again at its senders' pace and is read from HubSpot
 * at its five searches a second, so a longer outage may be followed by a longer tail. In ms.
 */
const settleWithin = (longestMs: number) => RECOVERED_WITHIN + longestMs / 4;

export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { seed, say } = options;
  const chance: Chance = { between: between(seed) };
  const world = await startWorld();
  try {
    const wanted = Math.ceil((options.forMs / 1_000) * options.perSecond * 2) + 100;
    const leads = await world.hooks.prepare(Math.min(wanted, MOST_LEADS), { name: 'chaos' });
    say(`two processes run; ${options.perSecond} leads a second`);
    const watch = watchReadiness(world);
    const load = startLoad(world, leads, options.perSecond);
    const played = await play(world, load, chance, options);
    await load.end();
    const { settledMs, settledLast } = await settled(world);
    await watch.end();
    return {
      leads: load.sent.length,
      refused: load.refused(),
      played,
      fates: await fates(world, load.sent),
      lies: watch.lies,
      readyShare: watch.readyShare(),
      ends: world.processes.flatMap(one => one.ends()),
      settledMs,
      settleWithinMs: settleWithin(options.longestMs),
      settledLast,
      logs: Object.fromEntries(world.processes.map(one => [one.name, one.log()])),
    };
  } finally {
    await world.close();
  }
}

/** What one bench company of 120 reps can be given, at a card a second each. */
const MOST_LEADS = 20_000;

async function play(world: World, load: Load, chance: Chance, options: ChaosOptions): Promise<Played[]> {
  const { forMs, longestMs, only, isLong, say } = options;
  const causes = CAUSES.filter(one => (only ? only.includes(one.name) : isLong || !one.isLong));
  const played: Played[] = [];
  const deadline = performance.now() + forMs;
  let left: Cause[] = [];
  while (performance.now() < deadline) {
    // Each once before any comes again, in an order of chance.
    if (left.length === 0) left = [...causes];
    const [cause] = left.splice(chance.between(0, left.length - 1), 1);
    if (!cause) throw new Error('there is no cause of this name');
    await pause(chance.between(0, 1_000));
    const what = await cause.play(world, chance, longestMs);
    const recoveredMs = await recovered(world, load);
    played.push({ name: cause.name, what, recoveredMs });
    say(`${cause.name} (${what}): a lead came through ${(recoveredMs / 1_000).toFixed(1)} s later`);
  }
  return played;
}

/** One more lead, and how long it takes until it has its record and its card. */
async function recovered({ db }: World, load: Load): Promise<number> {
  const from = performance.now();
  const lead: Lead = await load.send();
  for (;;) {
    const { rows } = await db
      .raw(
        `select 1 from handoffs h join leads l on l.id = h.lead_id
         where l.email = ? and h.record_state = 'written' and h.delivered_at is not null`,
        [lead.email],
      )
      .catch(() => ({ rows: [] }));
    const passed = performance.now() - from;
    if (rows.length > 0 || passed > 2 * RECOVERED_WITHIN) return passed;
    await pause(50);
  }
}

async function settled({ db }: World): Promise<Pick<Report, 'settledMs' | 'settledLast'>> {
  const from = performance.now();
  let settledLast: string[] = [];
  for (;;) {
    const left = await leftOver(db).catch(thrown => [String(thrown)]);
    const settledMs = performance.now() - from;
    if (left.length === 0 || settledMs > SETTLED_WITHIN) return { settledMs, settledLast };
    settledLast = left;
    await pause(100);
  }
}

/** What is wrong with a run; empty: nothing. */
export function problems(report: Report): string[] {
  const {
    fates: { lost, doubled, parked },
    lies,
    ends,
    played,
    settledMs,
    settleWithinMs,
    settledLast,
  } = report;
  const slow = played.filter(one => one.recoveredMs > RECOVERED_WITHIN);
  return [
    ...lost.map(one => `lost: ${one}`),
    ...doubled.map(one => `doubled: ${one}`),
    ...parked.map(one => `put aside: ${one}`),
    ...lies,
    ...ends,
    ...slow.map(
      ({ name, what, recoveredMs }) => `${name} (${what}): ${Math.round(recoveredMs / 1_000)} s until it worked`,
    ),
    ...(settledMs > settleWithinMs
      ? [`${Math.round(settledMs / 1_000)} s until nothing was left to do; last: ${settledLast.join(', ')}`]
      : []),
  ];
}
