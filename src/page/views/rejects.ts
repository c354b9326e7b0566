/** Rejects: why leads were turned down, by where they came from, and what people wrote. */
import { nameOf } from '../../config/playbook/people.ts';
import type { TableBody } from '../../domain/answer.ts';
import { rejectionText } from '../../domain/reject-reasons.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { ByName, Measured } from '../../questions/question-object.ts';
import { BY_WORDS } from '../../questions/question-words.ts';
import { receiptOf, type TableQuestion, tableFor } from '../../reports/answer.ts';
import { compiled } from '../../reports/compile.ts';
import { tally } from '../../reports/question.ts';
import { type RejectNote, rejectNotes } from '../../reports/takeovers.ts';
import { tableFile } from '../pieces/csv-file.ts';
import { leadTitle } from '../pieces/lead-rows.ts';
import { momentWords, periodText, timeTag } from '../pieces/page-words.ts';
import { figure, nothing, receipt, table } from '../pieces/parts.ts';
import type { File, Shown, Visiting } from '../visiting.ts';
import { filterBar, keptQuery } from './filters.ts';
import { valuesFor } from './values.ts';

const SPLITS = ['lead_source', 'campaign', 'team', 'priority'] as const satisfies readonly ByName[];
const MOST_NOTES = 8;
/** A wider table nobody reads; the file has them all. */
const MOST_COLUMNS = 7;

const splitOf = ({ by: [first = 'lead_source'] = [] }: Measured): ByName =>
  first === 'reason' ? 'lead_source' : first;

function rejected(question: Measured): TableQuestion {
  const where: Measured['where'] = { ...question.where, status: ['rejected'] };
  return { ...question, measure: 'leads', show: 'table', by: ['reason', splitOf(question)], where };
}

export async function rejects(visiting: Visiting, question: Measured): Promise<Shown> {
  const { deps, by, kept } = visiting;
  const asking = rejected(question);
  const list = compiled({ ...asking, show: 'list' }, by);
  const [{ body, made, owed }, notes, values] = await Promise.all([
    kept('rejects', question, async () => {
      const [found, line, [[row] = []]] = await Promise.all([
        tableFor(deps, asking, by),
        receiptOf(deps, asking, compiled(asking, by), by),
        tally(deps.db, compiled({ ...question, by: [] }, by).asked, ['owed'], [[]]),
      ]);
      return { body: found, made: line, owed: row?.numbers.owed ?? 0 };
    }),
    rejectNotes(deps.db, list.asked, MOST_NOTES),
    valuesFor(visiting),
  ]);
  const query = keptQuery(question);
  const main = html`<header class="lead"><p class="kick">Rejects · ${made.period && periodText(made.period, by.zone)}</p><h1>${headline(made.leads, owed)}</h1></header>
<section class="card"><header><h2>Why, by ${BY_WORDS[splitOf(question)]}</h2></header>${splitLinks(question)}${body.rows.length > 0 ? reasons(body) : nothing('No lead of this time was rejected.')}
${receipt(made, by.now, [
  ['The leads', `/page/leads?${addressOf({ ...question, where: asking.where }, ['measure', 'show', 'by'])}`],
  ['Ask about these', `/page/ask?${addressOf(asking)}`],
  ['CSV', `/page/rejects.csv?${addressOf(question, ['measure', 'show'])}`],
])}</section>
${notes.length > 0 && notesCard(notes, by)}`;
  const filters = filterBar('rejects', question, by, values, { split: splitOf(question) });
  return { title: 'Rejects', place: 'rejects', main, filters, query };
}

export async function rejectsFile({ deps, by }: Visiting, question: Measured): Promise<File> {
  return tableFile(await tableFor(deps, rejected(question), by), 'rejects', by);
}

function headline(count: number, owed: number): string {
  if (count === 0) return 'Nothing was rejected';
  return `${count} of ${counted(owed, 'lead')} ${count === 1 ? 'was' : 'were'} rejected`;
}

function splitLinks(question: Measured): Markup {
  const split = splitOf(question);
  const links = SPLITS.map(
    one =>
      html`<a href="/page/rejects?${addressOf({ ...question, by: [one] }, ['measure', 'show'])}"${one === split && html` aria-current="true"`}>${BY_WORDS[one].replace(/^./, first => first.toUpperCase())}</a>`,
  );
  return html`<nav class="key" aria-label="Split by"><span>Split by</span>${links}</nav>`;
}

/** Reasons down, where they came from across; both by how many. */
function reasons({ rows, more }: TableBody): Markup {
  const sums = (index: number) => {
    const all = new Map<string, number>();
    for (const { names, values } of rows)
      all.set(names[index] ?? '', (all.get(names[index] ?? '') ?? 0) + (values[0] ?? 0));
    return [...all].toSorted(([one, first], [other, second]) => second - first || one.localeCompare(other, 'en'));
  };
  const columns = sums(1).slice(0, MOST_COLUMNS);
  const isCut = sums(1).length > MOST_COLUMNS || more > 0;
  const cell = (reason: string, column: string) =>
    rows.find(({ names }) => names[0] === reason && names[1] === column)?.values[0] ?? 0;
  const number = (amount: number) => (amount === 0 ? '–' : figure(amount, String(amount)));
  return html`${table({
    caption: 'Reject reasons',
    isCaptionHidden: true,
    columns: [
      { name: 'Reason' },
      ...columns.map(([name]) => ({ name, isNumber: true })),
      { name: 'All', isNumber: true },
    ],
    rows: sums(0).map(([reason, total]) => [
      reason,
      ...columns.map(([name]) => number(cell(reason, name))),
      String(total),
    ]),
  })}${isCut && html`<p class="soft">The most frequent are shown; the CSV has them all.</p>`}`;
}

function notesCard(notes: readonly RejectNote[], { playbook, now, zone }: Visiting['by']): Markup {
  return html`<section class="card"><h2>What people wrote</h2><ul class="rows">${notes.map(({ id, name, company, reason, note, by, at }) => html`<li><q>${note}</q><span class="soft">${rejectionText(reason, null)} · ${by && nameOf(playbook, by)} · ${timeTag(at, momentWords(at, now, zone))}</span><a href="/page/leads/${id}">${leadTitle({ name, company })}</a></li>`)}</ul></section>`;
}
