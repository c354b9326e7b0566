/** SLA: what was kept, by team, priority, hour and person, and who took over whose leads. */
import { nameOf } from '../../config/playbook/people.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { ByName, Measured } from '../../questions/question-object.ts';
import { receiptOf, type TableQuestion, tableFor, tablesFor } from '../../reports/answer.ts';
import { compiled } from '../../reports/compile.ts';
import { tally } from '../../reports/question.ts';
import { takeoversOf } from '../../reports/takeovers.ts';
import { tableFile } from '../pieces/csv-file.ts';
import { periodText } from '../pieces/page-words.ts';
import { answerTable, bar, figure, nothing, receipt, table } from '../pieces/parts.ts';
import type { File, Shown, Visiting } from '../visiting.ts';
import { filterBar, keptQuery } from './filters.ts';
import { valuesFor } from './values.ts';

const MEASURES = ['sla_kept', 'sla_due', 'sla_running', 'rejected_early'] as const;
type Turns = Record<(typeof MEASURES)[number], number | null>;

/** The question that each table answers: most broken first, but hours in their order. */
const slaBy = (question: Measured, one: ByName): TableQuestion => ({
  ...question,
  measure: 'sla_rate',
  show: 'table',
  by: [one],
  ...(one !== 'hour' && { sort: 'lowest' as const }),
});

const GROUPS = [
  ['team', 'By team'],
  ['rep', 'By rep'],
  ['priority', 'By priority'],
  ['hour', 'By the hour at which they came'],
] as const;

export async function sla(visiting: Visiting, question: Measured): Promise<Shown> {
  const { deps, by, kept } = visiting;
  const isLeading = by.asker.seesAll || by.asker.reports.length > 0 || by.asker.manages.length > 0;
  // Reps are told of themselves and of their teams' totals, never of one another.
  const groups = GROUPS.filter(([one]) => one !== 'rep' || isLeading);
  const ready = compiled(question, by);
  const [{ turns, tables, takeovers, made }, values] = await Promise.all([
    kept('sla', question, async () => {
      const [[[row] = []], found, over, line] = await Promise.all([
        tally(deps.db, ready.asked, MEASURES, [[]]),
        tablesFor(
          deps,
          groups.map(([one]) => slaBy(question, one)),
          by,
        ),
        isLeading ? takeoversOf(deps.db, ready.asked) : [],
        receiptOf(deps, question, ready, by),
      ]);
      return { turns: row?.numbers as Turns, tables: found, takeovers: over, made: line };
    }),
    valuesFor(visiting),
  ]);
  const due = turns.sla_due ?? 0;
  const query = keptQuery(question);
  const cards = groups.map(([one, name], index) => {
    const body = tables[index];
    return (
      body &&
      html`<section class="card"><h2>${name}</h2>${body.rows.length > 0 ? answerTable(body, `SLA kept, ${name.toLowerCase()}`) : nothing('No SLA has come due.')}<p class="acts"><a href="/page/ask.csv?${addressOf(slaBy(question, one))}">CSV</a></p></section>`
    );
  });
  const main = html`<header class="lead"><p class="kick">SLA · ${made.period && periodText(made.period, by.zone)}</p><h1>${headline(turns, tables[0])}</h1></header>
${due + (turns.sla_running ?? 0) === 0 ? html`<section class="card">${nothing('No SLA has come due in this time.', ['Last 90 days', '/page/sla?period=last_90_days'])}</section>` : html`${turnsCard(turns)}${cards}`}
${takeovers.length > 0 && takeoversCard(takeovers, by)}
${receipt(made, by.now, [
  ['Ask about these', `/page/ask?${addressOf(slaBy(question, 'team'))}`],
  [
    'Leads with a missed SLA',
    `/page/leads?${addressOf({ ...question, where: { ...question.where, status: ['breached'] } }, ['measure', 'show'])}`,
  ],
  ['CSV', `/page/sla.csv?${addressOf(question, ['measure', 'show'])}`],
])}`;
  return { title: 'SLA', place: 'sla', main, filters: filterBar('sla', question, by, values), query };
}

export async function slaFile({ deps, by }: Visiting, question: Measured): Promise<File> {
  return tableFile(await tableFor(deps, slaBy(question, 'team'), by), 'sla', by);
}

function headline(
  { sla_kept: kept, sla_due: due }: Turns,
  teams: Awaited<ReturnType<typeof tableFor>> | undefined,
): string {
  if (!due) return 'No SLA has come due';
  const rows = teams?.rows ?? [];
  const worst = rows[0];
  const loses =
    rows.length > 1 && worst && (worst.values[0] ?? 1) < 1 && (worst.values.at(-1) ?? 0) >= 30
      ? ` ${worst.names[0]} loses most.`
      : '';
  return `${kept ?? 0} of ${counted(due, 'SLA')} ${kept === 1 ? 'was' : 'were'} kept.${loses}`;
}

function turnsCard({ sla_kept, sla_due, sla_running, rejected_early }: Turns): Markup {
  const [kept, due, running, rejected] = [sla_kept ?? 0, sla_due ?? 0, sla_running ?? 0, rejected_early ?? 0];
  const all = Math.max(1, due + running);
  const row = (name: string, amount: number, kind: 'a' | 'c' | 'z') => [
    name,
    figure(amount, String(amount)),
    bar(amount / all, { kind }),
  ];
  return html`<section class="card"><h2>Every turn that had an SLA</h2>${table({
    caption: 'Turns by how they ended',
    isCaptionHidden: true,
    columns: [{ name: 'Turns' }, { name: 'How many', isNumber: true }, { name: 'Share' }],
    rows: [row('Kept', kept, 'a'), row('Missed', due - kept, 'c'), row('Running', running, 'z')],
  })}<p class="soft">A lead that was handed on counts once for each person who had it.${rejected > 0 && ` ${counted(rejected, 'lead')} rejected before contact was due, not counted.`}</p></section>`;
}

function takeoversCard(takeovers: Awaited<ReturnType<typeof takeoversOf>>, { playbook }: Visiting['by']): Markup {
  return html`<section class="card"><h2>Who took over whose leads</h2>${table({
    caption: 'Hand-overs',
    isCaptionHidden: true,
    columns: [{ name: 'From' }, { name: 'To' }, { name: 'Leads', isNumber: true }],
    rows: takeovers.map(({ from, to, count }) => [
      nameOf(playbook, from),
      nameOf(playbook, to),
      figure(count, String(count)),
    ]),
  })}</section>`;
}
