/** Speed: Baton's part and people's, week by week and team by team, and how soon leads are contacted. */
import { valueWords } from '../../domain/answer-words.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { Measured } from '../../questions/question-object.ts';
import { receiptOf, type TableQuestion, tableFor } from '../../reports/answer.ts';
import { groupNames } from '../../reports/answer-names.ts';
import { compiled } from '../../reports/compile.ts';
import { type MeasureName, type TallyRow, tally } from '../../reports/question.ts';
import { SOON } from '../../reports/question-sql.ts';
import { chartPicture } from '../pieces/chart.ts';
import { tableFile } from '../pieces/csv-file.ts';
import { periodText } from '../pieces/page-words.ts';
import { answerTable, bar, figure, nothing, receipt, shareWords, table } from '../pieces/parts.ts';
import type { File, Shown, Visiting } from '../visiting.ts';
import { filterBar, keptQuery } from './filters.ts';
import { valuesFor } from './values.ts';

const TIMES = ['system_time.median', 'system_time.p95', 'rep_time.median', 'rep_time.p90'] as const;
const BUCKETS = [...SOON.map(until => `contacted_in.${until}` as const), 'contacted_in.later'] as const;
const BUCKET_WORDS = [
  'within 5 minutes',
  'within 15 minutes',
  'within 1 hour',
  'within 4 hours',
  'within 24 hours',
  'later',
];

type Times = TallyRow<(typeof TIMES)[number]>;

export interface SpeedNumbers {
  all: Times['numbers'];
  weeks: Times[];
  /** Leads for sales by how soon they were contacted; `never`: not yet, or closed before. */
  soon: { words: string; count: number }[];
  owed: number;
}

const byTeam = (question: Measured): TableQuestion => ({
  ...question,
  measure: 'rep_time',
  stat: 'median',
  show: 'table',
  by: ['team'],
});

/** Two statements at once. */
export async function speedNumbers(
  { deps, by }: Pick<Visiting, 'deps' | 'by'>,
  question: Measured,
): Promise<SpeedNumbers> {
  const { asked } = compiled(question, by);
  const measures: MeasureName[] = [...TIMES, ...BUCKETS, 'owed', 'reached'];
  const [[[all] = []], [weeks = []]] = await Promise.all([
    tally(deps.db, asked, measures, [[]]),
    tally(deps.db, asked, TIMES, [['week']]),
  ]);
  const numbers = (all?.numbers ?? {}) as Record<MeasureName, number | null>;
  const owed = numbers.owed ?? 0;
  const soon = BUCKETS.map((name, index) => ({ words: BUCKET_WORDS[index] ?? '', count: numbers[name] ?? 0 }));
  return {
    all: numbers,
    weeks: weeks.toSorted((one, other) => (String(one.key[0]) < String(other.key[0]) ? -1 : 1)),
    soon: [...soon, { words: 'not contacted', count: owed - (numbers.reached ?? 0) }],
    owed,
  };
}

export async function speed(visiting: Visiting, question: Measured): Promise<Shown> {
  const { deps, by, kept } = visiting;
  const [{ numbers, teams, made }, values] = await Promise.all([
    kept('speed', question, async () => {
      const [found, ofTeams, line] = await Promise.all([
        kept('speed-numbers', question, () => speedNumbers(visiting, question)),
        tableFor(deps, byTeam(question), by),
        receiptOf(deps, question, compiled(question, by), by),
      ]);
      return { numbers: found, teams: ofTeams, made: line };
    }),
    valuesFor(visiting),
  ]);
  const query = keptQuery(question);
  const main = html`<header class="lead"><p class="kick">Speed · ${made.period && periodText(made.period, by.zone)}</p><h1>${headline(numbers)}</h1></header>
${numbers.owed === 0 ? html`<section class="card">${nothing('No lead for sales in this time.', ['Last 90 days', '/page/speed?period=last_90_days'])}</section>` : html`${legs(numbers)}${soonCard(numbers)}${weeksCard(numbers, visiting, addressOf(question, ['measure', 'show']))}<section class="card"><h2>By team</h2>${answerTable(teams, 'Median rep response time by team')}</section>`}
${receipt(made, by.now, [
  ['Ask about these', `/page/ask?${addressOf(byTeam(question))}`],
  ['CSV', `/page/speed.csv?${addressOf(question, ['measure', 'show'])}`],
])}`;
  return { title: 'Speed', place: 'speed', main, filters: filterBar('speed', question, by, values), query };
}

/** Week by week. */
export async function speedFile(visiting: Visiting, question: Measured): Promise<File> {
  const { weeks } = await speedNumbers(visiting, question);
  const names = groupNames(['week'], visiting.by.playbook, visiting.by.zone);
  const columns = COLUMNS.map(name => ({ name, unit: 'seconds' as const }));
  const rows = weeks.map(({ key, numbers }) => ({ names: names.of(key), values: TIMES.map(name => numbers[name]) }));
  return tableFile({ kind: 'table', groups: ['Week'], columns, rows, more: 0 }, 'speed', visiting.by);
}

const COLUMNS = ['Baton, half within', 'Baton, 95% within', 'People, half within', 'People, 90% within'];
const time = (seconds: number | null) => figure(seconds, valueWords(seconds, 'seconds'));

function headline({ all, owed }: SpeedNumbers): string {
  if (owed === 0) return 'No leads for sales in this time';
  const [system, people] = [all['system_time.median'], all['rep_time.median']];
  const baton = system === null ? '' : `Baton takes ${valueWords(system, 'seconds')}, `;
  return people === null
    ? `${baton}${baton ? 'nobody' : 'Nobody'} has been in touch yet.`
    : `${baton}${baton ? 'people' : 'People'} ${valueWords(people, 'seconds')}.`;
}

function legs({ all }: SpeedNumbers): Markup {
  return html`<section class="card relay"><h2>Where the time goes</h2><div class="legs"><span>Baton<b>${time(all['system_time.median'])}</b><small>MQL to card; 95% within ${time(all['system_time.p95'])}</small></span><span>People<b>${time(all['rep_time.median'])}</b><small>their turn to first contact; 90% within ${time(all['rep_time.p90'])}</small></span></div></section>`;
}

function soonCard({ soon, owed }: SpeedNumbers): Markup {
  const rows = soon.map(({ words, count }, index) => [
    words.replace(/^./, first => first.toUpperCase()),
    figure(count, String(count)),
    html`<span class="cell"><span class="n">${shareWords(count / owed, owed)}</span>${bar(count / owed, { kind: index === soon.length - 1 ? 'c' : 'a' })}</span>`,
  ]);
  return html`<section class="card"><h2>How soon ${counted(owed, 'lead')} for sales ${owed === 1 ? 'was' : 'were'} contacted</h2>${table({ caption: 'Time from MQL to first contact', isCaptionHidden: true, columns: [{ name: 'First contact' }, { name: 'Leads', isNumber: true }, { name: 'Share' }], rows })}</section>`;
}

function weeksCard({ weeks }: SpeedNumbers, { by }: Visiting, query: string): Markup {
  const names = groupNames(['week'], by.playbook, by.zone);
  const rows = weeks.map(({ key, numbers }) => [names.of(key)[0] ?? '', ...TIMES.map(name => time(numbers[name]))]);
  return html`<section class="card"><h2>Week by week</h2>
${chartPicture('speed-baton', query, 'Baton’s median time from MQL to card, by week; the table below has every number')}
${chartPicture('speed-people', query, 'People’s median time to a first contact, by week; the table below has every number')}
${table({ caption: 'The same as a table', columns: [{ name: 'Week' }, ...COLUMNS.map(name => ({ name, isNumber: true }))], rows })}</section>`;
}
