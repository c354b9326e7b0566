/** The funnel with its losses: how many came to each step, how soon, and where those are who did not go on. */
import type { Deps } from '../handoff/core/deps.ts';
import { after, DAY, SECOND } from '../lib/clock.ts';
import type { Measured } from '../questions/question-object.ts';
import { type AskedBy, compiled } from './compile.ts';
import { type MeasureName, tally } from './question.ts';

/** How long a step usually takes is known of leads of so many days. */
const LEARNT_FROM = 365 * DAY;

/** Words for the part of a step's leads that did not go on. */
const LOSSES = {
  owed: [['in_nurture', 'to nurture']],
  delivered: [
    ['lost.undelivered_waiting', 'being prepared or on hold'],
    ['lost.undelivered_closed', 'closed before'],
  ],
  claimed: [
    ['lost.unclaimed_pool', 'in a pool'],
    ['lost.unclaimed_rep', 'with a rep, not claimed'],
    ['lost.unclaimed_closed', 'closed unclaimed'],
  ],
  contacted: [
    ['lost.unreached_waiting', 'waiting for a first contact'],
    ['lost.unreached_rejected', 'rejected'],
    ['lost.unreached_closed', 'closed without contact'],
  ],
  opportunity: [
    ['lost.undecided_young', 'too young to tell'],
    ['lost.undecided_open', 'in work'],
    ['lost.undecided_rejected', 'rejected'],
    ['lost.undecided_closed', 'closed'],
  ],
  won: [
    ['lost.deal_young', 'too young to tell'],
    ['lost.deal_open', 'open'],
    ['lost.deal_closed', 'closed, not won'],
  ],
} as const satisfies Record<string, readonly (readonly [MeasureName, string])[]>;

const STEPS = [
  ['all', 'Became an MQL', 'leads', undefined],
  ['owed', 'For sales', 'owed', undefined],
  ['delivered', 'Delivered', 'delivered', 'system_time.median'],
  ['claimed', 'Claimed or later', 'claimed_or_later', 'claim_time.median'],
  ['contacted', 'Contacted', 'contacted', 'time_to_contact.median'],
  ['opportunity', 'Opportunity', 'opportunities', undefined],
  ['won', 'Won', 'won', undefined],
] as const satisfies readonly (readonly [string, string, MeasureName, MeasureName | undefined])[];

type StepName = (typeof STEPS)[number][0];

export interface FunnelStep {
  step: StepName;
  name: string;
  count: number;
  /** Seconds, the median; of the last two as it usually is. Null: not known. */
  after: number | null;
  /** Of those who did not come to this step from the one before: parts that add up. */
  lost: { words: string; count: number }[];
  /** … of them too young to be here yet. */
  young: number;
}

/** Two statements, one after the other. */
export async function funnelOf({ db }: Pick<Deps, 'db'>, question: Measured, by: AskedBy): Promise<FunnelStep[]> {
  const { asked } = compiled({ ...question, measure: 'funnel', show: 'table', by: [] }, by);
  const { now } = by;
  const learnt = { ...asked, period: { from: after(now, -LEARNT_FROM), to: now } };
  const [[usual] = []] = await tally(db, learnt, ['opportunity_after.median', 'won_after.median'], [[]]);
  const [deal = null, win = null] = [usual?.numbers['opportunity_after.median'], usual?.numbers['won_after.median']];
  const since = (seconds: number | null) => (seconds === null ? null : after(now, -seconds * SECOND));
  const losses = Object.values(LOSSES).flatMap(parts => parts.map(([measure]) => measure));
  const counts = STEPS.flatMap(([, , measure, soon]) => (soon ? [measure, soon] : [measure]));
  const measures: MeasureName[] = [...counts, ...losses];
  const [[row] = []] = await tally(db, { ...asked, youngSince: { deal: since(deal), win: since(win) } }, measures, [
    [],
  ]);
  const numbers: Partial<Record<MeasureName, number | null>> = row?.numbers ?? {};
  const usually: Partial<Record<StepName, number | null>> = { opportunity: deal, won: win };
  return STEPS.map(([step, name, measure, soon]) => {
    const parts: readonly (readonly [MeasureName, string])[] = step === 'all' ? [] : LOSSES[step];
    const lost = parts.map(([part, words]) => ({ words, count: numbers[part] ?? 0 })).filter(one => one.count > 0);
    return {
      step,
      name,
      count: numbers[measure] ?? 0,
      after: soon ? (numbers[soon] ?? null) : (usually[step] ?? null),
      lost,
      young: lost.find(({ words }) => words === 'too young to tell')?.count ?? 0,
    };
  });
}
