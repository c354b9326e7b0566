/** What the page behind a mail's links says: the lead and what to press, or why there is nothing to press. Pure. */

import type { Card } from '../contracts/notifier.ts';
import type { Opened, OpenedLead } from '../handoff/actions/act-by-mail.ts';
import { CALL_OUTCOMES, type Refusal } from '../handoff/commands.ts';
import { html, type Markup, type Piece } from '../lib/markup.ts';
import { momentIn } from '../lib/moment-words.ts';
import { shortPage } from './short-page.ts';

/** What was pressed and could not be done. */
export interface Tried {
  why: string;
  /** The input it is about. */
  field?: string;
  /** What the form is known by, and what was filled in. */
  form: string;
  sent: Readonly<Record<string, string | undefined>>;
}

interface Pressing {
  token: string;
  form: string;
  tried?: Tried | undefined;
}

const PLACE = 'Your lead';
const NEXT = 'Open Baton in Slack, or ask whoever looks after Baton at your company.';

export function actPage(found: Opened, pressing: Pressing): string {
  if (found.kind === 'unknown') {
    return said('This link is not known', ['It may be incomplete, or what it led to has been erased.', NEXT]);
  }
  if (found.kind === 'expired') {
    return said('This link has expired', [`It worked until ${momentIn(found.until, found.timeZone)}.`, NEXT]);
  }
  const name = found.card.lead.name || found.card.lead.email;
  if (found.kind === 'foreign') return said(`${name} is not your lead any more`, [holderWords(found.card)]);
  if (found.kind === 'closed') return said(`${name} needs nothing more from you`, [closedWords(found)]);
  const title = `${name}${found.card.lead.company ? `, ${found.card.lead.company}` : ''}`;
  const main = [
    alertOf(pressing),
    header(title, found),
    facts(found.card),
    claimForm(found, pressing),
    // Only whoever has the lead calls them.
    !isPooled(found.card) && callForm(pressing),
  ];
  return shortPage({ title, place: PLACE, main: html`${main}`, footer: [] });
}

const isPooled = ({ claimed, pool }: Card): boolean => pool !== undefined && claimed === undefined;

/** A refusal in a sentence. */
export function refusedWords(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'not_found':
      return 'Baton does not know this lead any more. It may have been erased.';
    case 'under_way':
      return 'This is being done already. Load the page again in a moment.';
    case 'not_allowed':
      return `Only ${refusal.who} can do this.`;
    case 'unfit':
      return refusal.why;
    case 'closed':
      return 'This lead was closed in the meantime.';
  }
}

function said(title: string, sentences: readonly string[]): string {
  const paragraphs = sentences.map(text => html`<p>${text}</p>`);
  const main = html`<header class="lead"><h1>${title}</h1></header>${paragraphs}`;
  return shortPage({ title, place: PLACE, main, footer: [] });
}

function holderWords({ claimed, rep, pool }: Card): string {
  const holder = claimed?.name ?? rep?.name;
  if (holder) return `${holder} has it now. There is nothing left for you to do.`;
  return pool ? `It waits for somebody of ${pool.team} to claim it.` : 'Nobody has it just now.';
}

function closedWords({ card, reader }: OpenedLead): string {
  const { closed } = card;
  if (!closed) return 'It is no open lead any more.';
  const why = closed.reason ? `: ${closed.reason}` : '';
  return `${closed.name} closed it on ${momentIn(new Date(closed.at), reader.timeZone)}${why}.`;
}

function alertOf({ tried }: Pressing): Piece {
  return tried && html`<p class="banner" role="alert">${tried.why}</p>`;
}

function header(title: string, { card, reader }: OpenedLead): Markup {
  return html`<header class="lead"><p class="kick">${card.priority}${card.isTest ? ' · test' : ''}</p><h1>${title}</h1>
<p role="status">${standing(card, reader.timeZone)}</p></header>`;
}

/** How it stands, which after a press says what the press did. */
function standing(card: Card, zone: string): string {
  const { contacted, claimed, due, pool } = card;
  const at = (iso: string) => momentIn(new Date(iso), zone);
  if (contacted) return `Contacted ${at(contacted.at)} (${contacted.how}).`;
  const by = due ? ` First contact ${due.breached ? 'was' : 'is'} due ${at(due.at)}.` : '';
  if (claimed) return `You claimed it ${at(claimed.at)}.${by}`;
  return isPooled(card) ? `The first of ${pool?.team} to claim it has it.${by}` : `It is yours to claim.${by}`;
}

function facts(card: Card): Markup {
  const { score, fit, crm } = card;
  const { title, ...reach } = card.lead;
  const lead = isPooled(card) ? { title } : { title, phone: reach.phone, email: reach.email };
  const link = (to: string, words: string) => html`<a href="${to}">${words}</a>`;
  const dialled = lead.phone?.replace(/[^\d+]/g, '');
  const rows: [string, Piece][] = [
    ['Title', lead.title],
    ['Phone', lead.phone && (dialled ? link(`tel:${dialled}`, lead.phone) : lead.phone)],
    ['E-mail', lead.email && link(`mailto:${encodeURIComponent(lead.email)}`, lead.email)],
    ['Score', score === null ? undefined : `${score}, fit ${fit} of 100`],
    ['CRM', crm.url && link(crm.url, 'Open the record')],
  ];
  const cells = rows.flatMap(([name, value]) =>
    value ? [html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`] : [],
  );
  return html`<section class="card"><div class="scroll"><table><tbody>${cells}</tbody></table></div></section>`;
}

const formTo = (token: string, inner: Markup): Markup =>
  html`<form class="fields" method="post" action="/act/${token}">${inner}</form>`;

function claimForm({ card }: OpenedLead, { token }: Pressing): Piece {
  if (card.state !== 'assigned') return undefined;
  return formTo(token, html`<button class="go" type="submit" name="do" value="claim">Claim</button>`);
}

function callForm({ token, form, tried }: Pressing): Markup {
  const { sent = {}, field, why } = tried ?? {};
  const wrong = (name: string) => field === name && html` aria-invalid="true" aria-describedby="${name}-why"`;
  const problem = (name: string) => field === name && html`<p id="${name}-why">${why}</p>`;
  const box = (name: string, label: string, input: Markup) =>
    html`<div class="field${field === name && ' err'}"><label for="${name}">${label}</label>${input}${problem(name)}</div>`;
  const options = Object.entries(CALL_OUTCOMES).map(
    ([value, words]) => html`<option value="${value}"${sent.outcome === value && ' selected'}>${words}</option>`,
  );
  const inner = html`<input type="hidden" name="form" value="${form}">
${box('outcome', 'How did the call go?', html`<select id="outcome" name="outcome" required${wrong('outcome')}>${options}</select>`)}
${box('minutes', 'Minutes (optional)', html`<input id="minutes" name="minutes" inputmode="numeric" value="${sent.minutes}"${wrong('minutes')}>`)}
${box('notes', 'Notes (optional)', html`<textarea id="notes" name="notes" rows="4"${wrong('notes')}>${sent.notes}</textarea>`)}
<p class="acts"><button type="submit" name="do" value="call">Log call</button></p>`;
  return html`<section class="card" id="call"><h2>Log a call</h2>${formTo(token, inner)}</section>`;
}
