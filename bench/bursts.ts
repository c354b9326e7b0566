/** Many leads: at once, and at a pace for a minute. How many there can be, how soon hooks are answered, what each costs. */
import type { Db } from '../src/db/connection.ts';
import { cardWithin, delivered, untilDelivered } from './delivered.ts';
import type { BenchLead, Hooks } from './hooks.ts';
import { type Load, send, within } from './load.ts';
import type { Processors } from './processors.ts';
import type { Row } from './table.ts';

const BURST = 1_500;
const WIDTHS = [16, 50] as const;
const PACES = [150, 200] as const;
const PACED_FOR = 60;

/** What is loaded: its name stands in each row. */
export interface Loaded {
  db: Db;
  hooks: Hooks;
  /** Undefined where nobody counts. */
  processors: Processors | undefined;
  /** Such as "one process". */
  what: string;
}

/** Every burst and every pace. */
export async function loads(loaded: Loaded): Promise<Row[]> {
  const rows: Row[] = [];
  for (const width of WIDTHS) rows.push(...(await burst(loaded, width)));
  for (const perSecond of PACES) rows.push(...(await paced(loaded, perSecond)));
  return rows;
}

/** Leads at once, so many deliveries in flight. */
export async function burst(loaded: Loaded, width: number): Promise<Row[]> {
  const { what: of } = loaded;
  const name = `burst-${width}-${of.replaceAll(/\W+/g, '-')}`;
  const some = await loaded.hooks.prepare(BURST, { name });
  const done = await measured(loaded, some, { width });
  const what = `${BURST} leads at once, ${width} in flight, ${of}`;
  return [
    { what: `MQLs a second: ${what}`, measured: BURST / done.seconds, unit: '/s', target: 200, better: 'higher' },
    ...hookRows(what, done.answers),
    ...processorRows(what, done),
  ];
}

/** Leads at a pace, for a minute. */
export async function paced(loaded: Loaded, perSecond: number): Promise<Row[]> {
  const { what: of, db } = loaded;
  const count = perSecond * PACED_FOR;
  const some = await loaded.hooks.prepare(count, { name: `paced-${perSecond}-${of.replaceAll(/\W+/g, '-')}` });
  const done = await measured(loaded, some, { perSecond });
  const what = `${perSecond} leads a second for ${PACED_FOR} s, ${of}`;
  return [
    ...hookRows(what, done.answers),
    {
      what: `lead seen → card in Slack, p95: ${what}`,
      measured: (await cardWithin(db, count, 0.95)) / 1_000,
      unit: 's',
      target: 1,
      better: 'lower',
    },
    ...processorRows(what, done),
  ];
}

interface Done {
  /** Until the last card. */
  seconds: number;
  /** Milliseconds, the quickest first. */
  answers: number[];
  /** Milliseconds of processor a lead. */
  worked: { app: number; postgres: number } | undefined;
}

async function measured(
  { db, hooks, processors }: Loaded,
  leads: readonly BenchLead[],
  pace: Load['pace'],
): Promise<Done> {
  const already = await delivered(db);
  const before = await processors?.now();
  const from = performance.now();
  const answers = await send(leads.map(hooks.delivery), pace);
  await untilDelivered(db, already + leads.length);
  const seconds = (performance.now() - from) / 1_000;
  const after = await processors?.now();
  const a = (which: 'app' | 'postgres') => ((after?.[which] ?? 0) - (before?.[which] ?? 0)) / leads.length;
  return { seconds, answers, worked: before && { app: a('app'), postgres: a('postgres') } };
}

const hookRows = (what: string, answers: readonly number[]): Row[] => [
  {
    what: `hook answered, p99 (p50 ${Math.round(within(answers, 0.5))} ms): ${what}`,
    measured: within(answers, 0.99),
    unit: 'ms',
    target: 50,
    better: 'lower',
  },
];

function processorRows(what: string, { worked }: Done): Row[] {
  if (!worked) return [];
  const { app, postgres } = worked;
  return [
    {
      what: `processor a lead, app ${app.toFixed(1)} + PostgreSQL ${postgres.toFixed(1)} ms: ${what}`,
      measured: app + postgres,
      unit: 'ms',
      target: 8,
      better: 'lower',
    },
  ];
}
