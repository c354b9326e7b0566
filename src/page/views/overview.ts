/** Overview: six figures beside the period before, three lists to act on, and every lead by the week it came. */
import type { Answered, AnswerLead } from '../../domain/answer.ts';
import { valueWords } from '../../domain/answer-words.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup, type Piece } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { Measured, StatusName } from '../../questions/question-object.ts';
import { receiptOf } from '../../reports/answer.ts';
import { groupNames } from '../../reports/answer-names.ts';
import { compiled } from '../../reports/compile.ts';
import { type TallyRow, tally } from '../../reports/question.ts';
import { listedLeads } from '../../reports/question-lists.ts';
import { chartPicture } from '../pieces/chart.ts';
import { leadTitle, standingLine } from '../pieces/lead-rows.ts';
import { holderWords, periodText } from '../pieces/page-words.ts';
import { figure, legend, nothing, receipt, shareWords, table } from '../pieces/parts.ts';
import type { Shown, Visiting } from '../visiting.ts';
import { banners } from './banners.ts';
import { filterBar, keptQuery } from './filters.ts';
import { valuesFor } from './values.ts';

const MEASURES = [
  'leads',
  'owed',
  'reached',
  'contacted_rate',
  'sla_rate',
  'sla_due',
  'system_time.median',
  'system_time.p95',
  'rep_time.median',
  'rep_time.p90',
] as const;
const NOW = ['stands.not_contacted', 'stands.overdue', 'stands.unclaimed'] as const;
const WEEKS = ['owed', 'reached', 'closed_unreached', 'waiting'] as const;

export type Figures = TallyRow<(typeof MEASURES)[number]>['numbers'];
type Standing = TallyRow<(typeof NOW)[number]>['numbers'];
type Weeks = TallyRow<(typeof WEEKS)[number]>[];

export interface OverviewNumbers {
  figures: Figures;
  before: Figures | undefined;
  standing: Standing;
  weeks: Weeks;
  made: Omit<Answered, 'body'>;
}

/** The figures of the question's leads; each is what its own question answers. Seven statements at once. */
export async function overviewNumbers(
  { deps, by }: Pick<Visiting, 'deps' | 'by'>,
  question: Measured,
): Promise<OverviewNumbers> {
  const { db } = deps;
  const ready = compiled({ ...question, show: 'number' }, by);
  const waiting = standing(question, 'not_contacted');
  const [[now = []], past, [stands = []], [weeks = []], made] = await Promise.all([
    tally(db, ready.asked, MEASURES, [[]]),
    ready.before ? tally(db, ready.before, MEASURES, [[]]) : undefined,
    tally(db, compiled(waiting, by).asked, NOW, [[]]),
    tally(db, ready.asked, WEEKS, [['week']]),
    receiptOf(deps, question, ready, by),
  ]);
  return {
    figures: now[0]?.numbers as Figures,
    before: past?.[0]?.[0]?.numbers,
    standing: stands[0]?.numbers as Standing,
    weeks: weeks.toSorted((one, other) => (String(one.key[0]) < String(other.key[0]) ? -1 : 1)),
    made,
  };
}

/** The same leads as they stand now, whenever they came. */
function standing({ where = {} }: Measured, status: StatusName): Measured {
  return { measure: 'leads', show: 'list', where: { ...where, status: [status] } };
}

const LISTS = [
  ['overdue', 'Overdue', 'Nothing is overdue.'],
  ['unclaimed', 'Nobody has it', 'Every lead is with somebody.'],
  ['cold', 'Gone cold', 'No lead has gone cold.'],
] as const;
const MOST_LISTED = 3;

export async function overview(visiting: Visiting, question: Measured): Promise<Shown> {
  const { deps, by, kept } = visiting;
  const [numbers, values, lists, troubles] = await Promise.all([
    kept('overview', question, () => overviewNumbers(visiting, question)),
    valuesFor(visiting),
    Promise.all(
      LISTS.map(([status]) =>
        listedLeads(
          deps.db,
          compiled(standing(question, status), by).asked,
          status === 'cold' ? 'newest' : 'due',
          MOST_LISTED,
        ),
      ),
    ),
    banners(visiting),
  ]);
  const { figures, made } = numbers;
  const title = headline(numbers);
  const isEmpty = figures.leads === 0;
  const main = html`${troubles}<header class="lead"><p class="kick">Overview · ${made.period && periodText(made.period, by.zone)}</p><h1>${title}</h1></header>
${isEmpty && nothing('No lead became an MQL in this time.', ['Last 90 days', '/page/?period=last_90_days'])}
${strip(numbers, question)}
<section class="three" aria-label="To act on">${LISTS.map(([status, name, none], index) => actList(visiting, question, { status, name, none }, lists[index]))}</section>
${!isEmpty && weeks(numbers, visiting, question)}`;
  return {
    title: 'Overview',
    place: '',
    main,
    filters: filterBar('', question, by, values),
    query: keptQuery(question),
  };
}

function headline({ figures, standing: now }: OverviewNumbers): string {
  const { owed, reached, leads } = figures;
  const waiting = now['stands.not_contacted'] ?? 0;
  const overdue = now['stands.overdue'] ?? 0;
  const wait =
    waiting === 0
      ? 'None waits now.'
      : `${waiting} ${waiting === 1 ? 'waits' : 'wait'} now, ${overdue === 0 ? 'none' : overdue} of them overdue.`;
  if (!leads) return waiting === 0 ? 'No MQLs in this time' : `No MQLs in this time. ${wait}`;
  if (!owed) return `${counted(leads, 'MQL')}, none for sales. ${wait}`;
  return `Sales contacted ${reached === owed ? 'all' : reached} of ${counted(owed, 'lead')}. ${wait}`;
}

/** Six in one ruled strip, each the answer to the question that it leads to. */
function strip(numbers: OverviewNumbers, question: Measured): Markup {
  const { figures, before } = numbers;
  const link = (given: Partial<Measured>) =>
    `/page/ask?${addressOf({ ...question, show: 'number', ...given } as Measured)}`;
  const rate = (measure: 'contacted_rate' | 'sla_rate', whole: 'owed' | 'sla_due') => ({
    value: figures[measure],
    words: rateWords(figures[measure], figures[whole]),
    trend: rateTrend(figures[measure], before?.[measure]),
    note: wasRate(before?.[measure], before?.[whole]),
    to: link({ measure }),
  });
  const time = (measure: 'system_time' | 'rep_time', spread: string) => ({
    value: figures[`${measure}.median`],
    words: valueWords(figures[`${measure}.median`], 'seconds'),
    trend: timeTrend(figures[`${measure}.median`], before?.[`${measure}.median`]),
    note: figures[`${measure}.median`] === null ? 'not measured yet' : spread,
    to: link({ measure, stat: 'median' }),
  });
  const leads = {
    value: figures.leads,
    words: (figures.leads ?? 0).toLocaleString('en-US'),
    trend: countTrend(figures.leads, before?.leads),
    note: before && `was ${before.leads}`,
    to: link({ measure: 'leads' }),
  };
  const all: Fig[] = [
    { name: 'Leads', ...leads },
    { name: 'Contacted', ...rate('contacted_rate', 'owed') },
    { name: 'SLA kept', ...rate('sla_rate', 'sla_due') },
    { name: 'MQL to card', ...time('system_time', `95% in ${valueWords(figures['system_time.p95'], 'seconds')}`) },
    { name: 'Card to contact', ...time('rep_time', `90% in ${valueWords(figures['rep_time.p90'], 'seconds')}`) },
    waitingFig(numbers, question),
  ];
  return html`<dl class="figs" aria-label="Six figures">${all.map(fig)}</dl>`;
}

function waitingFig({ standing: now }: OverviewNumbers, question: Measured): Fig {
  const [waiting, overdue] = [now['stands.not_contacted'] ?? 0, now['stands.overdue'] ?? 0];
  return {
    name: 'Waiting now',
    value: waiting,
    words: String(waiting),
    isLate: overdue > 0,
    trend: overdue > 0 ? html`<b>${overdue} overdue</b>` : 'none overdue',
    note: `${now['stands.unclaimed'] ?? 0} nobody has`,
    to: `/page/leads?${addressOf(standing(question, 'not_contacted'), ['measure', 'show'])}`,
  };
}

interface Fig {
  name: string;
  value: number | null | undefined;
  words: string;
  trend?: Piece;
  note?: Piece;
  isLate?: boolean;
  to: string;
}

function fig({ name, value, words, trend, note, isLate, to }: Fig): Markup {
  return html`<div class="fig${isLate && ' hot'}"><dt><a href="${to}">${name}</a></dt>
<dd><b>${figure(value ?? null, words)}</b>
${trend && html`<span class="trend${isLate && ' bad'}">${trend}</span>`}
${note && html`<small>${note}</small>`}</dd></div>`;
}

const rateWords = (rate: number | null, whole: number | null) => (rate === null ? '–' : shareWords(rate, whole));
const wasRate = (rate: number | null | undefined, whole: number | null | undefined) =>
  typeof rate === 'number' && `was ${shareWords(rate, whole)}`;

const UP = 'M5 1l5 8H0z';
const DOWN = 'M5 9L0 1h10z';
const arrow = (path: string, isBetter: boolean) =>
  html`<span class="${isBetter && 'good'}"><svg viewBox="0 0 10 10" aria-hidden="true"><path d="${path}"/></svg></span>`;

function countTrend(now: number | null, before: number | null | undefined): Piece {
  if (now === null || typeof before !== 'number') return undefined;
  if (now === before) return 'as many';
  return html`${arrow(now > before ? UP : DOWN, false)}<span>${Math.abs(now - before)} ${now > before ? 'more' : 'fewer'}</span>`;
}

/** More is better: never in red, whose turn is only what is late. */
function rateTrend(now: number | null, before: number | null | undefined): Piece {
  if (now === null || typeof before !== 'number') return undefined;
  const points = Math.round(now * 100) - Math.round(before * 100);
  if (points === 0) return 'the same';
  return html`${arrow(points > 0 ? UP : DOWN, points > 0)}<span>${counted(Math.abs(points), 'point')} ${points > 0 ? 'better' : 'worse'}</span>`;
}

function timeTrend(now: number | null, before: number | null | undefined): Piece {
  if (now === null || typeof before !== 'number') return undefined;
  const words = valueWords(Math.abs(now - before), 'seconds');
  if (Math.abs(now - before) < 1) return 'the same';
  return html`${arrow(now > before ? UP : DOWN, now < before)}<span>${words} ${now < before ? 'faster' : 'slower'}</span>`;
}

function actList(
  { by }: Visiting,
  question: Measured,
  { status, name, none }: { status: StatusName; name: string; none: string },
  found: { total: number; leads: AnswerLead[] } = { total: 0, leads: [] },
): Markup {
  const { total, leads } = found;
  const all = `/page/leads?${addressOf(standing(question, status), ['measure', 'show'])}`;
  const rows = leads.map(lead => {
    const more = [lead.priority, holderWords(lead, by.playbook), lead.leadSource].filter(Boolean).join(', ');
    return html`<li><a href="/page/leads/${lead.id}">${leadTitle(lead)}</a>
<span>${standingLine(lead, by)}</span><span class="soft">${more}</span></li>`;
  });
  const list = html`<ul class="rows">${rows}</ul><a href="${all}">${total === 1 ? 'Open the list' : `All ${total}`}</a>`;
  const isLate = status === 'overdue' && total > 0;
  return html`<section class="card"><header><h2>${name}</h2><span class="count${isLate && ' bad'}">${total}</span></header>
${total === 0 ? html`<p class="soft">${none}</p>` : list}</section>`;
}

function chartWords(found: Weeks): string {
  const sums = found.map(({ numbers }) => numbers.owed ?? 0);
  return `Leads for sales by week: ${sums.join(', ')}. The table has how many were contacted, closed and wait.`;
}

const KEY = [
  ['a', 'Contacted'],
  ['z', 'Closed without contact'],
  ['c', 'Waiting'],
] as const;

function weeks({ weeks: found, made }: OverviewNumbers, { by }: Visiting, question: Measured): Markup {
  const names = groupNames(['week'], by.playbook, by.zone);
  const sum = (name: (typeof WEEKS)[number]) => found.reduce((all, { numbers }) => all + (numbers[name] ?? 0), 0);
  const cells = (numbers: Weeks[number]['numbers']) =>
    WEEKS.map(name => figure(numbers[name] ?? 0, String(numbers[name] ?? 0)));
  const rows = found.map(({ key, numbers }) => [names.of(key)[0] ?? '', ...cells(numbers)]);
  const query = keptQuery(question);
  return html`<section class="card"><header><h2>Every lead for sales, by the week it came</h2>${legend(KEY)}</header>
${chartPicture('weeks', addressOf(question, ['measure', 'show']), chartWords(found))}${table({
  caption: 'The same as a table',
  columns: ['Week', 'For sales', 'Contacted', 'Closed without contact', 'Waiting'].map((name, index) => ({
    name,
    isNumber: index > 0,
  })),
  rows,
  foot: ['All', ...WEEKS.map(name => figure(sum(name), String(sum(name))))],
})}${receipt(made, by.now, [
  ['Every lead', `/page/leads?${query}`],
  ['CSV', `/page/leads.csv?${query}`],
])}</section>`;
}

/** The period of a part that always has one. */
export const USUAL_PERIOD = 'last_30_days';
