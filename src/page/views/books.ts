/** The books: what crossed in each source, what Baton handed off, and what the CRM and Slack have of it. */
import type { KnownGap } from '../../db/reports/book-gaps.ts';
import { classWords, type Receipt } from '../../domain/books.ts';
import { serviceName } from '../../domain/service-name.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { type BooksView, booksService } from '../../reports/books/books-service.ts';
import {
  IN_FLIGHT_LINE,
  receiptLine,
  unequalLine,
  unexplainedIn,
  verdictLine,
} from '../../reports/books/books-words.ts';
import { momentWords, periodText, timeTag } from '../pieces/page-words.ts';
import { figure, nothing, table } from '../pieces/parts.ts';
import type { Shown, Visiting } from '../visiting.ts';

const ON_A_PAGE = 50;
const NEVER = 'They are compared every night at half past three; an admin may ask for it with /mql books 26h.';

/** Undefined for whoever answers only for themselves. Three round trips. */
export async function books(visiting: Visiting): Promise<Shown | undefined> {
  const { deps, visitor, by } = visiting;
  const at = Math.max(1, Number(visiting.query.get('page')) || 1);
  const part = { limit: ON_A_PAGE, offset: (at - 1) * ON_A_PAGE };
  const view = await booksService(deps).look(visitor.requester, part);
  if ('kind' in view) return undefined;
  const { last, underWay } = view;
  const time = last && periodText(last, by.zone);
  const title = last?.doneAt ? verdictLine(last.receipts) : 'The books were not compared yet';
  const main = html`<header class="lead"><p class="kick">Books${time && ` · ${time}`}</p><h1>${title}</h1></header>
${underWay && html`<p role="status">A comparison is under way.</p>`}
${last?.doneAt ? receipts(last.receipts, view, by) : html`<section class="card">${nothing(NEVER)}</section>`}
${last?.doneAt && gaps(view, by, at)}`;
  return { title: 'Books', place: 'books', main };
}

/** One table, a line a source; below it each as a sum that adds up. */
function receipts(all: readonly Receipt[], { last, crm }: BooksView, { now, zone }: Visiting['by']): Markup {
  const number = (amount: number | null) => figure(amount, String(amount));
  const compared = last?.doneAt ?? now;
  return html`<section class="card"><h2>What each side has</h2>${table({
    caption: 'What each side has',
    isCaptionHidden: true,
    columns: [
      { name: 'Source' },
      { name: 'Crossed there', isNumber: true },
      { name: 'In Baton', isNumber: true },
      ...(crm === undefined ? [] : [{ name: `In ${serviceName(crm)}`, isNumber: true }]),
      { name: 'In Slack', isNumber: true },
      { name: 'Nobody can explain', isNumber: true },
    ],
    rows: all.map(one => [
      serviceName(one.source),
      one.listed === null ? 'not asked' : number(one.listed),
      number(one.handoffs),
      ...(crm === undefined ? [] : [number(one.crm.there)]),
      number(one.slack.there),
      number(unexplainedIn([one])),
    ]),
  })}
<footer class="receipt">${all.map(one => html`<span>${receiptLine(one, crm)}</span>${unequalLine(one) && html`<span>${unequalLine(one)}</span>`}`)}<span>compared ${timeTag(compared, momentWords(compared, now, zone))}</span><span>${IN_FLIGHT_LINE}</span></footer></section>`;
}

function gaps({ gaps: all, total }: BooksView, by: Visiting['by'], at: number): Markup {
  if (total === 0) return html`<section class="card"><h2>Not equal everywhere</h2>${nothing('No lead.')}</section>`;
  const link = (page: number, words: string) => html`<a class="btn" href="/page/books?page=${page}">${words}</a>`;
  return html`<section class="card"><h2>Not equal everywhere: ${counted(total, 'lead')}</h2>${table({
    caption: 'Leads that are not equal everywhere',
    isCaptionHidden: true,
    isStacked: true,
    columns: [{ name: 'Lead' }, { name: 'What is the matter' }, { name: 'Since' }, { name: 'What is done' }],
    rows: all.map(gap => gapRow(gap, by)),
  })}
<p class="soft">An admin replays what nobody can explain with <code>/mql books replay</code>.</p>
<p class="acts">${at > 1 && link(at - 1, 'Newer')}${at * ON_A_PAGE < total && link(at + 1, 'Older')}</p></section>`;
}

function gapRow(gap: KnownGap, { now, zone }: Visiting['by']) {
  const who = gap.name ?? `contact ${gap.contactId} of ${serviceName(gap.source)}`;
  return [
    gap.handoffId ? html`<a href="/page/leads/${gap.handoffId}">${who}</a>` : who,
    `${classWords(gap.side, gap.class)}${gap.why ? ` (${gap.why})` : ''}`,
    timeTag(gap.firstSeenAt, momentWords(gap.firstSeenAt, now, zone)),
    doneAbout(gap),
  ];
}

function doneAbout({ parkedAt, replayedAt }: KnownGap): string {
  if (parkedAt) return 'Replayed without success';
  return replayedAt ? 'Replayed' : '';
}
