/** Funnel: from MQL to won, where those are who did not go on, and the same split by where leads come from. */
import type { TableBody } from '../../domain/answer.ts';
import { valueWords } from '../../domain/answer-words.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { ByName, Measured } from '../../questions/question-object.ts';
import { BY_WORDS } from '../../questions/question-words.ts';
import { receiptOf, type TableQuestion, tableFor } from '../../reports/answer.ts';
import { compiled } from '../../reports/compile.ts';
import { type FunnelStep, funnelOf } from '../../reports/funnel.ts';
import { tableFile } from '../pieces/csv-file.ts';
import { periodText } from '../pieces/page-words.ts';
import { figure, legend, nothing, receipt, shareCell, stepBar, table } from '../pieces/parts.ts';
import type { File, Shown, Visiting } from '../visiting.ts';
import { filterBar, keptQuery } from './filters.ts';
import { valuesFor } from './values.ts';

const SPLITS = ['lead_source', 'campaign', 'team', 'priority', 'country'] as const satisfies readonly ByName[];

/** Of fewer no share is told. */
const ENOUGH = 30;

/** Split by lead source unless the address says otherwise. */
const splitOf = ({ by: [first = 'lead_source'] = [] }: Measured): ByName => first;

/** Its own table: the same that the question about the funnel is answered with. */
const splitQuestion = (question: Measured): TableQuestion => ({
  ...question,
  measure: 'funnel',
  show: 'table',
  by: [splitOf(question)],
});

export async function funnel(visiting: Visiting, question: Measured): Promise<Shown> {
  const { deps, by, kept } = visiting;
  const [{ steps, split, made }, values] = await Promise.all([
    kept('funnel', question, async () => {
      const [found, parts, receiptLine] = await Promise.all([
        funnelOf(deps, question, by),
        tableFor(deps, splitQuestion(question), by),
        receiptOf(deps, { ...question, by: [] }, compiled({ ...question, by: [] }, by), by),
      ]);
      return { steps: found, split: parts, made: receiptLine };
    }),
    valuesFor(visiting),
  ]);
  const isEmpty = (steps[0]?.count ?? 0) === 0;
  const query = keptQuery(question);
  const main = html`<header class="lead"><p class="kick">Funnel · ${made.period && periodText(made.period, by.zone)}</p><h1>${headline(steps)}</h1></header>
${isEmpty ? html`<section class="card">${nothing('No lead became an MQL in this time.', ['Last 90 days', '/page/funnel?period=last_90_days'])}</section>` : html`${stepsCard(steps, query)}${splitCard(split, question)}`}
${receipt(made, by.now, [
  ['Ask about these', `/page/ask?${addressOf(splitQuestion(question))}`],
  ['CSV', `/page/funnel.csv?${addressOf(question, ['measure', 'show'])}`],
])}`;
  const filters = filterBar('funnel', question, by, values, { split: splitOf(question) });
  return { title: 'Funnel', place: 'funnel', main, filters, query };
}

export async function funnelFile({ deps, by }: Visiting, question: Measured): Promise<File> {
  return tableFile(await tableFor(deps, splitQuestion(question), by), 'funnel', by);
}

const at = (steps: readonly FunnelStep[], name: FunnelStep['step']) =>
  steps.find(({ step }) => step === name)?.count ?? 0;

function headline(steps: readonly FunnelStep[]): string {
  const all = at(steps, 'all');
  if (all === 0) return 'No MQLs in this time';
  const [contacted, deals] = [at(steps, 'contacted'), at(steps, 'opportunity')];
  return `Of ${counted(all, 'MQL')}, ${contacted} ${contacted === 1 ? 'was' : 'were'} contacted and ${deals} became ${deals === 1 ? 'an opportunity' : 'opportunities'}.`;
}

function stepsCard(steps: readonly FunnelStep[], query: string): Markup {
  const key = legend([
    ['a', 'Reached the step'],
    ['h', 'Too young to tell'],
  ]);
  return html`<svg class="hatch hide" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(35)"><rect width="6" height="6"/><path d="M1 0v6"/></pattern></defs></svg>
<section class="card"><header><h2>From MQL to won</h2>${key}</header><ol class="funnel">${steps.map((step, index) => stepRow(step, steps, index, query))}</ol>
<p class="soft">Times are medians; of the last two steps, of the last 12 months. Too young to tell: not there yet, and younger than that.</p></section>`;
}

/** Steps that a list can show exactly. */
const LISTED: Partial<Record<FunnelStep['step'], string>> = {
  all: '',
  contacted: 'status=contacted',
  opportunity: 'status=opportunity',
  won: 'status=won',
};
const AFTER: Partial<Record<FunnelStep['step'], string>> = {
  delivered: 'after the MQL',
  claimed: 'after the card',
  contacted: 'after the MQL',
  opportunity: 'after the MQL, usually',
  won: 'after the MQL, usually',
};

function stepRow(found: FunnelStep, steps: readonly FunnelStep[], index: number, query: string): Markup {
  const { step, name, count, after, young } = found;
  const all = steps[0]?.count ?? 0;
  const before = steps[index - 1]?.count;
  const next = steps[index + 1];
  const list = LISTED[step];
  const label =
    list === undefined ? name : html`<a href="/page/leads?${[query, list].filter(Boolean).join('&')}">${name}</a>`;
  const soon = after !== null && AFTER[step] ? `${valueWords(after, 'seconds')} ${AFTER[step]}` : '';
  const shares = before !== undefined && [
    before > 0 && html`<span>${ofWords(count, before, 'step before', 'before')}</span>`,
    html`<span>${ofWords(count, all, 'all', 'in all')}</span>`,
  ];
  return html`<li><span class="step">${label}<br><small>${step === 'all' ? 'where it starts' : soon}</small></span>
${stepBar(count / Math.max(1, all), (count + young) / Math.max(1, all))}
<span class="big num">${figure(count, count.toLocaleString('en-US'))}</span><span class="pct soft">${shares}</span>
${next && count > 0 && lostLine(next)}</li>`;
}

/** "94% of step before"; "of 17 before" of a few. */
function ofWords(count: number, whole: number, many: string, few: string): string {
  return whole >= ENOUGH ? `${Math.round((100 * count) / whole)}% of ${many}` : `of ${whole} ${few}`;
}

/** The page's worth: where those are who did not go on. */
function lostLine({ lost, step }: FunnelStep): Markup {
  const total = lost.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return html`<p class="lost">All went on</p>`;
  const did = step === 'owed' ? 'did not go on' : total === 1 ? 'has not gone on' : 'have not gone on';
  return html`<p class="lost"><b>${total} ${did}:</b> ${lost.map(({ words, count }) => `${count} ${words}`).join(', ')}</p>`;
}

/** Columns of the funnel's table, by their place. */
const [ALL, OWED, CONTACTED, DEAL, WON] = [0, 1, 4, 5, 6];

function splitCard(body: TableBody, question: Measured): Markup {
  const split = splitOf(question);
  const name = BY_WORDS[split];
  const links = SPLITS.map(
    one =>
      html`<a href="/page/funnel?${addressOf({ ...question, by: [one] }, ['measure', 'show'])}"${one === split && html` aria-current="true"`}>${BY_WORDS[one].replace(/^./, first => first.toUpperCase())}</a>`,
  );
  const rows = body.rows.map(({ names, values }) => {
    const value = (column: number) => values[column] ?? 0;
    const share = (column: number) =>
      value(OWED) === 0 ? figure(value(column), String(value(column))) : shareCell(value(column), value(OWED));
    const plain = (column: number) => figure(value(column), value(column).toLocaleString('en-US'));
    return [names[0] ?? '', plain(ALL), plain(OWED), share(CONTACTED), share(DEAL), plain(WON)];
  });
  return html`<section class="card"><header><h2>${finding(body) ?? `By ${name}`}</h2></header><nav class="key" aria-label="Split by"><span>Split by</span>${links}</nav>
<p class="soft">Shares are of leads for sales. Under 30 leads you see the counts, not a percentage.</p>
${table({
  caption: `Funnel by ${name}`,
  isCaptionHidden: true,
  columns: [
    { name: body.groups[0] ?? name },
    ...['MQLs', 'For sales'].map(column => ({ name: column, isNumber: true })),
    { name: 'Contacted' },
    { name: 'Opportunity' },
    { name: 'Won', isNumber: true },
  ],
  rows,
})}${body.more > 0 && html`<p class="soft">and ${body.more} more</p>`}</section>`;
}

/** Where one of several brings half as many opportunities as the others together, or fewer. It says what, never why. */
export function finding({ groups, rows }: Pick<TableBody, 'groups' | 'rows'>): string | undefined {
  const known = rows
    .filter(({ names }) => !['unknown', 'no team', 'nobody'].includes(names[0] ?? ''))
    .map(({ names, values }) => ({ name: names[0] ?? '', owed: values[OWED] ?? 0, deals: values[DEAL] ?? 0 }));
  const least = known
    .filter(({ owed }) => owed >= ENOUGH)
    .toSorted((one, other) => one.deals / one.owed - other.deals / other.owed)[0];
  if (!least) return undefined;
  const others = known.filter(one => one !== least);
  const owed = others.reduce((sum, one) => sum + one.owed, 0);
  const deals = others.reduce((sum, one) => sum + one.deals, 0);
  if (owed < ENOUGH || deals === 0 || least.deals / least.owed > deals / owed / 2) return undefined;
  const often =
    least.deals === 0 ? 'no opportunity' : `one opportunity in ${Math.round(least.owed / least.deals)} leads`;
  return `By ${(groups[0] ?? '').toLowerCase()}: ${least.name} brings ${often}, all others one in ${Math.round(owed / deals)}`;
}
