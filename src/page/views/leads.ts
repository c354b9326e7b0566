/** Leads: a list with filters, fifty a page, and the same as a file. */
import type { AnswerLead } from '../../domain/answer.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { Measured, StatusName } from '../../questions/question-object.ts';
import { STATUS_WORDS } from '../../questions/question-words.ts';
import { listOrder, receiptOf } from '../../reports/answer.ts';
import { compiled } from '../../reports/compile.ts';
import { tally } from '../../reports/question.ts';
import { listedLeads } from '../../reports/question-lists.ts';
import { leadsFile } from '../../reports/questions.ts';
import { leadTitle, standingLine } from '../pieces/lead-rows.ts';
import { holderWords, periodText } from '../pieces/page-words.ts';
import { nothing, receipt, table } from '../pieces/parts.ts';
import type { File, Shown, Visiting } from '../visiting.ts';
import { filterBar, keptQuery } from './filters.ts';
import { valuesFor } from './values.ts';

const PAGE = 50;
/** Nobody turns so many pages: a filter finds, and the file has them all. */
const MOST_PAGES = 1_000;
const STATES = [
  'open',
  'not_contacted',
  'overdue',
  'at_risk',
  'unclaimed',
  'contacted',
  'cold',
  'opportunity',
  'won',
  'lost',
  'rejected',
  'nurture',
] as const satisfies readonly StatusName[];

/** `page` counts from 1. */
export async function leads(visiting: Visiting, question: Measured, page: number): Promise<Shown> {
  const { deps, by } = visiting;
  const ready = compiled(question, by);
  const statuses = question.where?.status ?? [];
  const { status: _status, ...where } = ready.asked.where ?? {};
  const at = Math.min(Math.max(1, page), MOST_PAGES);
  const [found, [counts = []], made, values] = await Promise.all([
    listedLeads(deps.db, ready.asked, listOrder(statuses), PAGE, (at - 1) * PAGE),
    tally(deps.db, { ...ready.asked, where }, ['leads', ...STATES.map(name => `stands.${name}` as const)], [[]]),
    receiptOf(deps, question, ready, by),
    valuesFor(visiting),
  ]);
  const all = counts[0]?.numbers;
  const total = made.leads;
  const query = addressOf(question, ['measure', 'show']);
  const kick = made.period ? periodText(made.period, by.zone) : 'whenever they came';
  const main = html`<header class="lead"><p class="kick">Leads · ${kick}</p><h1>${headline(total, statuses)}</h1></header>
<nav class="key states" aria-label="By state">${stateLink(question, undefined, all?.leads)}${STATES.map(name => stateLink(question, name, all?.[`stands.${name}`]))}</nav>
<section class="card"><h2 class="hide">The list</h2>${found.leads.length > 0 ? leadList(found.leads, by) : nothing(total === 0 ? 'No lead fits.' : 'There is no such page of this list.', total === 0 ? ['Show every lead', '/page/leads'] : ['Back to its beginning', `/page/leads?${query}`])}
${pager(total, at, query)}${receipt(made, by.now, [
  ['Ask about these', `/page/ask?${addressOf(question)}`],
  ['CSV', `/page/leads.csv?${query}`],
])}</section>`;
  return {
    title: 'Leads',
    place: 'leads',
    main,
    filters: filterBar('leads', question, by, values, { whenever: true }),
    query: keptQuery(question),
  };
}

/** Every lead of the list in the file that reports have. */
export const leadsCsvFile = ({ deps, by }: Visiting, question: Measured): Promise<File> =>
  leadsFile(deps, by, question);

function headline(total: number, statuses: readonly StatusName[]): string {
  const [only] = statuses;
  if (statuses.length !== 1 || only === undefined) return counted(total, 'lead');
  const be = total === 1 ? 'is' : 'are';
  const has = total === 1 ? 'has' : 'have';
  if (only === 'not_contacted')
    return `${counted(total, 'lead')} ${total === 1 ? 'waits' : 'wait'} for a first contact`;
  if (only === 'contacted') return `${counted(total, 'lead')} ${total === 1 ? 'was' : 'were'} contacted`;
  if (only === 'cold') return `${counted(total, 'lead')} ${has} gone cold`;
  if (only === 'breached' || only === 'opportunity') return `${counted(total, 'lead')}: ${STATUS_WORDS[only]}`;
  return `${counted(total, 'lead')} ${be} ${STATUS_WORDS[only]}`;
}

function stateLink(question: Measured, status: StatusName | undefined, amount: number | null | undefined): Markup {
  const { status: chosen = [], ...where } = question.where ?? {};
  const isChosen = status === undefined ? chosen.length === 0 : chosen.length === 1 && chosen[0] === status;
  const to = addressOf({ ...question, where: { ...where, ...(status && { status: [status] }) } }, ['measure', 'show']);
  const words = status === undefined ? 'All' : STATUS_WORDS[status].replace(/^./, first => first.toUpperCase());
  return html`<a href="/page/leads?${to}"${isChosen && html` aria-current="true"`}>${words} ${amount ?? 0}</a>`;
}

/** A table of leads, each with the way to its own part. */
export function leadList(found: readonly AnswerLead[], by: Visiting['by']): Markup {
  return table({
    caption: 'Leads',
    isCaptionHidden: true,
    isStacked: true,
    columns: ['Lead', 'State', 'With', 'Priority', 'Lead source'].map(name => ({ name })),
    rows: found.map(lead => [
      html`<a href="/page/leads/${lead.id}">${leadTitle(lead)}</a>`,
      standingLine(lead, by),
      holderWords(lead, by.playbook),
      lead.priority,
      lead.leadSource,
    ]),
  });
}

function pager(total: number, at: number, query: string): Markup | undefined {
  const pages = Math.min(MOST_PAGES, Math.ceil(total / PAGE));
  if (pages <= 1) return undefined;
  const to = (page: number, words: string) =>
    html`<a class="btn" href="/page/leads?${query}${query && '&'}page=${page}">${words}</a>`;
  return html`<nav class="acts" aria-label="Pages of the list">${at > 1 && to(at - 1, 'Previous')}<span class="soft">Page ${at} of ${pages}</span>${at < pages && to(at + 1, 'Next')}</nav>`;
}
