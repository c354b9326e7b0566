/** Answers a question over the one compiler: numbers, lists and tables, with what they were made of. */
import type { Playbook } from '../config/playbook.ts';
import { freshnessOf } from '../db/reports/freshness.ts';
import type { Answered, ListBody, NumberBody, TableBody, Unit } from '../domain/answer.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Measured, MeasureKey, StatusName } from '../questions/question-object.ts';
import { measuredWords } from '../questions/question-words.ts';
import { groupNames } from './answer-names.ts';
import { type AskedBy, type Compiled, compiled, measureNameOf } from './compile.ts';
import { type Asked, type By, type MeasureName, type TallyRow, tally } from './question.ts';
import { listedLeads } from './question-lists.ts';

const MOST_LISTED = 10;
const MOST_ROWS = 100;

/** Counts. Two to four statements at once, whatever is asked. */
export async function answerTo(deps: Pick<Deps, 'db'>, question: Measured, by: AskedBy): Promise<Answered> {
  const ready = compiled(question, by);
  const [body, receipt] = await Promise.all([
    bodyOf(deps, question, ready, by.playbook),
    receiptOf(deps, question, ready, by),
  ]);
  return { ...receipt, body };
}

/** What an answer was made of. Three statements at once. */
export async function receiptOf(
  { db }: Pick<Deps, 'db'>,
  question: Measured,
  { asked, isUsualPeriod }: Compiled,
  { workspaceId, playbook, now, zone }: AskedBy,
): Promise<Omit<Answered, 'body'>> {
  const { status: _status, ...where } = asked.where ?? {};
  const [found, all, fresh] = await Promise.all([
    tally(db, asked, ['leads'], [[]]),
    tally(db, { ...asked, where }, ['in_nurture', 'rejected'], [[]]),
    freshnessOf(db, workspaceId),
  ]);
  const left = all[0]?.[0]?.numbers;
  const names = question.where?.status ?? [];
  const isOpen = names.some(status => status === 'not_contacted' || status === 'open');
  const isOwed = ['contacted_rate', 'opportunity_rate', 'win_rate', 'funnel'].includes(question.measure);
  return {
    words: measuredWords(question, playbook),
    ...(asked.period && { period: asked.period }),
    isUsualPeriod,
    zone,
    leads: found[0]?.[0]?.numbers.leads ?? 0,
    leftOut: {
      nurture: isOwed || isOpen ? (left?.in_nurture ?? 0) : 0,
      rejected: isOpen ? (left?.rejected ?? 0) : 0,
    },
    asOf: now,
    newestSignal: fresh.newestSignal,
    waitingWrites: fresh.waitingWrites,
  };
}

export type TableQuestion = Measured & { show: 'table' | 'series' };

/** A table without its receipt, for a part of a page that has several. One statement, or two where it compares. */
export async function tableFor(deps: Pick<Deps, 'db'>, question: TableQuestion, by: AskedBy) {
  const body = await bodyOf(deps, question, compiled(question, by), by.playbook);
  if (body.kind === 'table' || body.kind === 'series') return body;
  throw new Error(`a question for a table was answered by a ${body.kind}`);
}

function bodyOf(
  { db }: Pick<Deps, 'db'>,
  question: Measured,
  ready: Compiled,
  playbook: Playbook,
): Promise<Answered['body']> {
  const { asked } = ready;
  if (question.show === 'list') return listOf(db, question, asked);
  if (question.measure === 'funnel') return stepsOf(db, question, asked, playbook, FUNNEL);
  if (question.measure === 'time_split') return stepsOf(db, question, asked, playbook, SPLIT);
  if (question.show === 'number') return numberOf(db, question, ready);
  return tableOf(db, question, ready, playbook);
}

type Db = Deps['db'];

async function listOf(db: Db, question: Measured, asked: Asked): Promise<ListBody> {
  const names = question.where?.status ?? [];
  const most = Math.min(question.limit ?? MOST_LISTED, MOST_LISTED);
  return { kind: 'list', ...(await listedLeads(db, asked, listOrder(names), most)) };
}

/** Those that wait stand in the order in which they are due. */
export function listOrder(statuses: readonly StatusName[]): 'due' | 'newest' {
  const isWaiting = statuses.some(status => ['open', 'not_contacted', 'overdue', 'at_risk'].includes(status));
  return isWaiting ? 'due' : 'newest';
}

export function unitOf(measure: MeasureKey): Unit {
  if (measure === 'leads' || measure === 'funnel') return 'leads';
  if (measure.endsWith('_rate')) return 'rate';
  return measure === 'score' || measure === 'fit' ? 'points' : 'seconds';
}

/** What stands beside a rate: how many of how many. */
const WHOLE: Partial<Record<MeasureName, MeasureName>> = {
  contacted_rate: 'owed',
  contacted_within: 'told_by_now',
  opportunity_rate: 'owed',
  win_rate: 'owed',
  sla_rate: 'sla_due',
};
/** Who still waits while times are measured. */
const WAITING: Partial<Record<MeasureKey, readonly [MeasureName, MeasureName]>> = {
  time_to_contact: ['waiting', 'waiting_since'],
  rep_time: ['waiting', 'waiting_since'],
  claim_time: ['unclaimed_yet', 'unclaimed_since'],
  system_time: ['undelivered', 'undelivered_since'],
};

async function numberOf(db: Db, question: Measured, { asked, before }: Compiled): Promise<NumberBody> {
  const { measure } = question;
  const name = measureNameOf(question);
  const whole = WHOLE[name];
  const waits = WAITING[measure];
  const unit = unitOf(measure);
  const spread = unit === 'seconds' ? ([`${measure}.median`, `${measure}.p90`] as MeasureName[]) : [];
  const [[now], earlier] = await Promise.all([
    tally(db, asked, [name, ...(whole ? [whole] : []), ...(waits ?? []), ...spread], [[]]),
    before ? tally(db, before, [name], [[]]) : undefined,
  ]);
  const numbers: Partial<Record<MeasureName, number | null>> = now?.[0]?.numbers ?? {};
  const value = numbers[name] ?? (unit === 'leads' ? 0 : null);
  const all = whole ? (numbers[whole] ?? 0) : 0;
  const since = waits ? numbers[waits[1]] : undefined;
  return {
    kind: 'number',
    unit,
    value,
    ...(whole && { of: { part: Math.round((value ?? 0) * all), whole: all } }),
    ...(spread.length > 0 && {
      spread: {
        median: numbers[`${measure}.median` as MeasureName] ?? null,
        p90: numbers[`${measure}.p90` as MeasureName] ?? null,
      },
    }),
    ...(waits && { waiting: { count: numbers[waits[0]] ?? 0, since: since ? new Date(since * 1_000) : null } }),
    ...(earlier && { before: earlier[0]?.[0]?.numbers[name] ?? (unit === 'leads' ? 0 : null) }),
  };
}

const OF_TIME: readonly By[] = ['hour', 'weekday', 'day', 'week', 'month'];

/** What a table of the question shows, and what stands beside it. */
function measuresOf(question: Measured): { name: MeasureName; count: MeasureName; measures: MeasureName[] } {
  const name = measureNameOf(question);
  const count: MeasureName = WHOLE[name] ?? (question.measure === 'rep_time' ? 'contacted' : 'leads');
  return { name, count, measures: [...new Set([name, count])] };
}

async function tableOf(
  db: Db,
  question: Measured,
  { asked, before }: Compiled,
  playbook: Playbook,
): Promise<TableBody> {
  const { by = [] } = question;
  const { name, measures } = measuresOf(question);
  const [[found = []], earlier] = await Promise.all([
    tally(db, asked, measures, [by]),
    before ? tally(db, before, [name], [by]) : undefined,
  ]);
  return tableBody(question, { found, earlier: earlier?.[0] }, asked.zone, playbook);
}

/** Tables that differ by what they are grouped by, and how they are sorted, alone: one statement for all of them. */
export async function tablesFor(
  { db }: Pick<Deps, 'db'>,
  questions: readonly TableQuestion[],
  by: AskedBy,
): Promise<TableBody[]> {
  const [first] = questions;
  if (!first) return [];
  const { asked } = compiled({ ...first, by: [] }, by);
  const groupings = questions.map(question => question.by ?? []);
  const found = await tally(db, asked, measuresOf(first).measures, groupings);
  return questions.map((question, index) =>
    tableBody(question, { found: found[index] ?? [], earlier: undefined }, asked.zone, by.playbook),
  );
}

type Found = TallyRow<MeasureName>[];

function tableBody(
  question: Measured,
  { found, earlier }: { found: Found; earlier: Found | undefined },
  zone: string,
  playbook: Playbook,
): TableBody {
  const { by = [], measure, sort, limit } = question;
  const { name, count } = measuresOf(question);
  const unit = unitOf(measure);
  const past = new Map((earlier ?? []).map(row => [JSON.stringify(row.key), row.numbers[name]]));
  const isTimed = by.some(one => OF_TIME.includes(one));
  const sorted = sortedRows(
    found.filter(row => row.numbers[name] !== null && (unit !== 'leads' || row.numbers[name] !== 0)),
    name,
    isTimed && !sort,
    sort,
  );
  const names = groupNames(by, playbook, zone);
  const shown = sorted.slice(0, Math.min(limit ?? MOST_ROWS, MOST_ROWS));
  const isSame = name === count;
  return {
    kind: question.show === 'series' ? 'series' : 'table',
    groups: names.columns,
    columns: [
      {
        name: measuredWords(
          {
            measure,
            show: 'table',
            ...(question.stat && { stat: question.stat }),
            ...(question.within && { within: question.within }),
          },
          playbook,
        ),
        unit,
      },
      ...(earlier ? [{ name: 'Period before', unit }] : []),
      ...(isSame ? [] : [{ name: WHOLE_WORDS[count] ?? 'Leads', unit: 'leads' as const }]),
    ],
    rows: shown.map(({ key, numbers }) => ({
      names: names.of(key),
      values: [
        numbers[name] ?? null,
        ...(earlier ? [past.get(JSON.stringify(key)) ?? (unit === 'leads' ? 0 : null)] : []),
        ...(isSame ? [] : [numbers[count] ?? 0]),
      ],
    })),
    more: sorted.length - shown.length,
  };
}

const WHOLE_WORDS: Partial<Record<MeasureName, string>> = {
  sla_due: 'SLAs due',
  owed: 'Leads',
  contacted: 'Contacted',
};

/** Times in their order; else the largest in front, or what was asked for. */
function sortedRows<M extends MeasureName>(
  rows: readonly TallyRow<M>[],
  name: M,
  isTimed: boolean,
  sort: Measured['sort'],
): TallyRow<M>[] {
  const keyOf = ({ key }: TallyRow<M>) =>
    key.map(part => (part !== null && /^\d+$/.test(part) ? part.padStart(4, '0') : (part ?? ''))).join('\u0000');
  const byKey = (one: TallyRow<M>, other: TallyRow<M>) => (keyOf(one) < keyOf(other) ? -1 : 1);
  if (isTimed) return rows.toSorted(byKey);
  const sign = sort === 'lowest' ? 1 : -1;
  return rows.toSorted(
    (one, other) => sign * ((one.numbers[name] ?? 0) - (other.numbers[name] ?? 0)) || byKey(one, other),
  );
}

type Steps = readonly (readonly [name: string, measure: MeasureName, unit: Unit])[];

const FUNNEL: Steps = [
  ['Became an MQL', 'leads', 'leads'],
  ['For sales', 'owed', 'leads'],
  ['Delivered', 'delivered', 'leads'],
  ['Claimed or later', 'claimed_or_later', 'leads'],
  ['Contacted', 'contacted', 'leads'],
  ['Opportunity', 'opportunities', 'leads'],
  ['Won', 'won', 'leads'],
];
const SPLIT: Steps = [
  ['Baton: MQL to card', 'split_system.median', 'seconds'],
  ['Rep: turn to first contact', 'split_rep.median', 'seconds'],
  ['Leads with both', 'split', 'leads'],
];

/** Several measures of the same leads: one beside the other for each group, else one below the other. */
async function stepsOf(
  db: Db,
  { by = [] }: Measured,
  asked: Asked,
  playbook: Playbook,
  steps: Steps,
): Promise<TableBody> {
  const measures = steps.map(([, measure]) => measure);
  const [found = []] = await tally(db, asked, measures, [by]);
  const names = groupNames(by, playbook, asked.zone);
  if (by.length > 0) {
    const rows = sortedRows(found, steps[0]?.[1] ?? 'leads', false, 'highest').slice(0, MOST_ROWS);
    return {
      kind: 'table',
      groups: names.columns,
      columns: steps.map(([name, , unit]) => ({ name, unit })),
      rows: rows.map(({ key, numbers }) => ({
        names: names.of(key),
        values: measures.map(measure => numbers[measure]),
      })),
      more: Math.max(0, found.length - MOST_ROWS),
    };
  }
  const numbers = found[0]?.numbers;
  return {
    kind: 'table',
    groups: ['Step'],
    columns: [{ name: steps === SPLIT ? 'Median' : 'Leads', unit: steps === SPLIT ? 'seconds' : 'leads' }],
    rows: steps
      .filter(([, , unit]) => steps !== SPLIT || unit === 'seconds')
      .map(([name, measure]) => ({ names: [name], values: [numbers?.[measure] ?? null] })),
    more: 0,
  };
}
