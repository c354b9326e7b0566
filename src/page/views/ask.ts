/** The question box, and the answer to a question: the same that Slack gives. */
import type { Answered, NumberBody } from '../../domain/answer.ts';
import { valueWords } from '../../domain/answer-words.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { nearQuestions, roleOf } from '../../questions/near-questions.ts';
import { addressOf } from '../../questions/question-address.ts';
import type { Measured, QuestionObject } from '../../questions/question-object.ts';
import { ASK_WORDS, REFUSAL_WORDS } from '../../questions/question-words.ts';
import { answerTo } from '../../reports/answer.ts';
import { compiled } from '../../reports/compile.ts';
import { isAmong } from '../../reports/question-lists.ts';
import { leadsBehind } from '../../reports/questions.ts';
import { leadTitle } from '../pieces/lead-rows.ts';
import { momentWords, timeTag } from '../pieces/page-words.ts';
import { answerTable, figure, nothing, receipt, shareWords } from '../pieces/parts.ts';
import type { Shown, Visiting } from '../visiting.ts';
import { leadList } from './leads.ts';

const LONGEST = 500;

/** The box alone, with questions to begin with. */
export async function askBox(visiting: Visiting): Promise<Shown> {
  const prompts = await visiting.questions.prompts(visiting.visitor.requester);
  const main = html`<header class="lead"><p class="kick">Ask</p><h1>What would you like to know?</h1></header>${box('')}
<section class="card"><h2>You can ask</h2>${links(prompts.map(({ message }) => message))}</section>`;
  return { title: 'Ask', place: 'ask', main };
}

/** What the words are read as, and its answer; what nobody understands is not guessed. */
export async function askWords(visiting: Visiting, given: string): Promise<Shown> {
  const words = given.slice(0, LONGEST);
  const { requester } = visiting.visitor;
  const read = await visiting.questions.read(requester, words, PLACE);
  if (read && 'measure' in read) {
    const { every: _every, ...question } = read;
    return askQuestion(visiting, question, words);
  }
  const { asker, playbook } = visiting.by;
  const isPerson = playbook.people.some(({ email }) => email === asker.email);
  const near = nearQuestions(words, roleOf(asker, isPerson));
  const found = read && 'lead' in read ? await leadsNamed(visiting, read.lead) : undefined;
  const said = found ?? (read ? noAnswer(read) : html`<p>${REFUSAL_WORDS.rights}</p>`);
  const main = html`<header class="lead"><p class="kick">Ask</p><h1>${words}</h1></header>${box(words)}<section class="card">${said}${!found && html`<h2>You can ask</h2>${links(near)}`}</section>`;
  return { title: 'Ask', place: 'ask', main };
}

/** Questions of the page stand alone: none goes on from another. */
const PLACE = 'page';

function noAnswer(read: Exclude<QuestionObject, Measured>): Markup {
  if ('ask' in read) return html`<p>${ASK_WORDS[read.ask]}</p>`;
  if ('refuse' in read) return html`<p>${REFUSAL_WORDS[read.refuse]}</p>`;
  if ('unread' in read)
    return html`<p>Not understood, so not guessed: ${read.unread.map((word, index) => html`${index > 0 && ', '}<b>${word}</b>`)}.</p>`;
  return html`<p>No lead of that name is yours to see.</p>`;
}

const MOST_NAMED = 10;

/** Leads of that name which this visitor may see; undefined for none. */
async function leadsNamed({ queries, deps, by }: Visiting, name: string): Promise<Markup | undefined> {
  const found = (await queries.find(by.workspaceId, name)).slice(0, MOST_NAMED);
  const { asked } = compiled({ measure: 'leads', show: 'list' }, by);
  const visible = await Promise.all(found.map(({ id }) => isAmong(deps.db, asked, id)));
  const leads = found.filter((_lead, index) => visible[index]);
  if (leads.length === 0) return undefined;
  return html`<h2>${counted(leads.length, 'lead')}</h2><ul class="rows">${leads.map(lead => html`<li><a href="/page/leads/${lead.id}">${leadTitle({ ...lead, name: lead.name || lead.email })}</a><span class="soft">MQL ${timeTag(lead.openedAt, momentWords(lead.openedAt, by.now, by.zone))}</span></li>`)}</ul>`;
}

/** `words`: as it was asked; else the question is read back. */
export async function askQuestion(visiting: Visiting, question: Measured, words?: string): Promise<Shown> {
  const { deps, by, kept } = visiting;
  const count = () => answerTo(deps, question, by);
  const answered = question.show === 'list' ? await count() : await kept('answer', question, count);
  const list = `/page/leads?${addressOf(leadsBehind(question, by), ['measure', 'show'])}`;
  const file = `/page/leads.csv?${addressOf(leadsBehind(question, by), ['measure', 'show'])}`;
  const isTable = answered.body.kind === 'table' || answered.body.kind === 'series';
  const main = html`<header class="lead"><p class="kick">Ask</p><h1>${words ?? answered.words}</h1></header>${box(words ?? '')}
<section class="card"><h2>${answered.words}</h2>${bodyOf(answered, by)}${receipt(answered, by.now, [
    ['Open list', list],
    ...(isTable ? ([['CSV of the table', `/page/ask.csv?${addressOf(question)}`]] as const) : []),
    ['CSV of the leads', file],
  ])}</section>`;
  return { title: answered.words, place: 'ask', main };
}

function bodyOf({ body, words }: Answered, by: Visiting['by']): Markup {
  if (body.kind === 'number') return numberOf(body, by);
  if (body.kind === 'list')
    return body.total === 0
      ? nothing('No lead fits.')
      : html`${leadList(body.leads, by)}${body.total > body.leads.length && html`<p class="soft">and ${(body.total - body.leads.length).toLocaleString('en-US')} more</p>`}`;
  if (body.rows.length === 0) return nothing('No lead fits.');
  return html`${answerTable(body, words)}${body.more > 0 && html`<p class="soft">and ${body.more} more; the CSV of the leads has every lead</p>`}`;
}

function numberOf({ value, unit, of, spread, waiting, before }: NumberBody, { now, zone }: Visiting['by']): Markup {
  if (value === null) return nothing('Nothing to measure yet: no lead of these has got that far.');
  const words = unit === 'rate' ? shareWords(value, of?.whole) : valueWords(value, unit);
  const beside = [
    of && `${of.part} of ${of.whole}`,
    spread && `median ${valueWords(spread.median, 'seconds')}, 9 of 10 within ${valueWords(spread.p90, 'seconds')}`,
    typeof before === 'number' && `${valueWords(before, unit)} in the period before`,
  ].filter(Boolean);
  return html`<p class="count">${figure(value, words)}</p>${beside.length > 0 && html`<p class="soft">${beside.join(' · ')}</p>`}${waiting && waiting.count > 0 && html`<p>${counted(waiting.count, 'lead')} still ${waiting.count === 1 ? 'waits' : 'wait'}${waiting.since && html`, the oldest since ${timeTag(waiting.since, momentWords(waiting.since, now, zone))}`}.</p>`}`;
}

const box = (words: string) =>
  html`<form class="ask" method="get" action="/page/ask" role="search"><label for="q">Ask about your leads</label><input id="q" name="q" maxlength="${LONGEST}" value="${words}" autocomplete="off"><button class="go">Ask</button></form>`;

const links = (questions: readonly string[]) =>
  html`<ul class="rows">${questions.map(one => html`<li><a href="/page/ask?${new URLSearchParams({ q: one }).toString()}">${one}</a></li>`)}</ul>`;
