/** The bar above every part: the period and whose or which leads. A plain form: what it sends are the fields of a question. Pure. */
import { nameOf, personOf, teamName } from '../../config/playbook/people.ts';
import type { ValueNames } from '../../db/reports/value-names.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { Measured } from '../../questions/question-object.ts';
import { filterWords, periodWords } from '../../questions/question-words.ts';
import type { AskedBy } from '../../reports/compile.ts';

export const PERIODS = [
  'today',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
] as const satisfies readonly NonNullable<Measured['period']>[];

/** More is no list that anybody chooses from: an address names any. */
const MOST = 500;
const SELECTED = ['team', 'rep', 'lead_source', 'campaign', 'priority'] as const;

interface Choice {
  value: string;
  words: string;
}

/** `path`: where the form leads. `whenever`: the part may be asked of no period at all. */
export function filterBar(
  path: string,
  question: Measured,
  by: AskedBy,
  values: ValueNames,
  { whenever = false, split }: { whenever?: boolean; split?: string } = {},
): Markup {
  const { where = {}, period } = question;
  const periods: Choice[] = [
    ...(whenever ? [{ value: '', words: 'Any time' }] : []),
    ...[...new Set([...PERIODS, ...(period ? [period] : [])])].map(value => ({
      value,
      words: capital(periodWords(value)),
    })),
  ];
  const choices = choicesFor(by, values);
  const selects = SELECTED.map(name => selectOf(name, choices[name], where[name]));
  const hidden = hiddenFields(question, split);
  const named = filterWords(where, by.playbook);
  const clear = period ? `?period=${encodeURIComponent(period)}` : '';
  return html`<form class="filters wrap" method="get" action="/page/${path}" aria-label="Filters">${hidden}<label>Period<select name="period">${periods.map(one => option(one, period ?? ''))}</select></label><details><summary class="btn">More filters</summary><div>${selects}</div></details><button>Apply</button></form>
${named.length > 0 && html`<p class="wrap chosen">Only: ${named.join(' · ')} <a href="/page/${path}${clear}">Show all</a></p>`}`;
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

const LABELS = { team: 'Team', rep: 'Rep', lead_source: 'Lead source', campaign: 'Campaign', priority: 'Priority' };
const ALL = { team: 'All teams', rep: 'All reps', lead_source: 'All', campaign: 'All', priority: 'All' };

/** Of several values at once, which an address may name, the list shows that they stay. */
function selectOf(name: (typeof SELECTED)[number], choices: readonly Choice[], chosen: readonly string[] = []): Markup {
  const [only = ''] = chosen;
  if (chosen.length > 1) return html`<span class="many">${LABELS[name]}<b>${chosen.length} chosen</b></span>`;
  const unlisted = only !== '' && !choices.some(({ value }) => value === only) ? [{ value: only, words: only }] : [];
  const all = [{ value: '', words: ALL[name] }, ...unlisted, ...choices];
  return html`<label>${LABELS[name]}<select name="${name}">${all.map(one => option(one, only))}</select></label>`;
}

const option = ({ value, words }: Choice, chosen: string) =>
  html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`;

/** What the form has no list for stays as it is. */
function hiddenFields(question: Measured, split: string | undefined): Markup[] {
  const kept = new URLSearchParams(addressOf(question, ['measure', 'show', 'period', 'by', 'limit', 'sort', 'stat']));
  const listed = SELECTED.filter(name => (question.where?.[name] ?? []).length <= 1);
  for (const name of listed) kept.delete(name);
  if (split) kept.append('by', split);
  return [...kept].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** Only people and teams that the reader may ask about. */
function choicesFor({ asker, playbook }: AskedBy, values: ValueNames): Record<(typeof SELECTED)[number], Choice[]> {
  const people = asker.seesAll ? playbook.people.map(({ email }) => email) : [asker.email, ...asker.reports];
  const teams = asker.seesAll ? Object.keys(playbook.teams) : asker.teams;
  const plain = (all: readonly string[]) =>
    all
      .toSorted((one, other) => one.localeCompare(other, 'en'))
      .slice(0, MOST)
      .map(value => ({ value, words: value }));
  return {
    team: teams.map(value => ({ value, words: teamName(playbook, value) })),
    rep: people.filter(one => personOf(playbook, one)).map(value => ({ value, words: nameOf(playbook, value) })),
    lead_source: plain(values.lead_source),
    campaign: plain(values.campaign),
    priority: plain(['HIGH', 'MEDIUM', 'LOW']),
  };
}

/** The query of the period and filters alone, for the other parts of the page. */
export function keptQuery(question: Measured): string {
  return addressOf(question, [
    'measure',
    'show',
    'by',
    'status',
    'limit',
    'sort',
    'stat',
    'within',
    'compare',
    'reason',
    'older',
  ]);
}
