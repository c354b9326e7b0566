/** What the page behind a mail's links says: the lead and what to press, or why there is nothing to press. Pure. */
import type { Card } from '../contracts/notifier.ts';
import type { Opened, OpenedLead } from '../handoff/actions/act-by-mail.ts';
import { CALL_OUTCOMES, type Refusal } from '../handoff/commands.ts';
import { escapeHtml } from '../lib/markup.ts';
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
    return said('This link has expired', [`It worked until ${moment(found.until, found.timeZone)}.`, NEXT]);
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
    isPooled(found.card) ? '' : callForm(pressing),
  ];
  return shortPage({ title, place: PLACE, main: main.join(''), footer: [] });
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
  const paragraphs = sentences.map(text => `<p>${escapeHtml(text)}</p>`).join('');
  const main = `<header class="lead"><h1>${escapeHtml(title)}</h1></header>${paragraphs}`;
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
  return `${closed.name} closed it on ${moment(new Date(closed.at), reader.timeZone)}${why}.`;
}

function alertOf({ tried }: Pressing): string {
  return tried ? `<p class="banner" role="alert">${escapeHtml(tried.why)}</p>` : '';
}

function header(title: string, { card, reader }: OpenedLead): string {
  return `<header class="lead"><p class="kick">${card.priority}${card.isTest ? ' · test' : ''}</p><h1>${escapeHtml(title)}</h1>
<p role="status">${escapeHtml(standing(card, reader.timeZone))}</p></header>`;
}

/** How it stands, which after a press says what the press did. */
function standing(card: Card, zone: string): string {
  const { contacted, claimed, due, pool } = card;
  const at = (iso: string) => moment(new Date(iso), zone);
  if (contacted) return `Contacted ${at(contacted.at)} (${contacted.how}).`;
  const by = due ? ` First contact ${due.breached ? 'was' : 'is'} due ${at(due.at)}.` : '';
  if (claimed) return `You claimed it ${at(claimed.at)}.${by}`;
  return isPooled(card) ? `The first of ${pool?.team} to claim it has it.${by}` : `It is yours to claim.${by}`;
}

function facts(card: Card): string {
  const { score, fit, crm } = card;
  const { title, ...reach } = card.lead;
  const lead = isPooled(card) ? { title } : { title, phone: reach.phone, email: reach.email };
  const link = (to: string, words: string) => `<a href="${escapeHtml(to)}">${escapeHtml(words)}</a>`;
  const dialled = lead.phone?.replace(/[^\d+]/g, '');
  const rows: [string, string | undefined][] = [
    ['Title', lead.title && escapeHtml(lead.title)],
    ['Phone', lead.phone && (dialled ? link(`tel:${dialled}`, lead.phone) : escapeHtml(lead.phone))],
    ['E-mail', lead.email && link(`mailto:${encodeURIComponent(lead.email)}`, lead.email)],
    ['Score', score === null ? undefined : `${score}, fit ${fit} of 100`],
    ['CRM', crm.url && link(crm.url, 'Open the record')],
  ];
  const cells = rows.flatMap(([name, value]) =>
    value ? [`<tr><th scope="row">${name}</th><td>${value}</td></tr>`] : [],
  );
  return `<section class="card"><div class="scroll"><table><tbody>${cells.join('')}</tbody></table></div></section>`;
}

const formTo = (token: string, inner: string): string =>
  `<form class="fields" method="post" action="/act/${escapeHtml(token)}">${inner}</form>`;

function claimForm({ card }: OpenedLead, { token }: Pressing): string {
  if (card.state !== 'assigned') return '';
  return formTo(token, '<button class="go" type="submit" name="do" value="claim">Claim</button>');
}

function callForm({ token, form, tried }: Pressing): string {
  const { sent = {}, field, why } = tried ?? {};
  const wrong = (name: string) => (field === name ? ` aria-invalid="true" aria-describedby="${name}-why"` : '');
  const problem = (name: string) => (field === name ? `<p id="${name}-why">${escapeHtml(why ?? '')}</p>` : '');
  const box = (name: string, label: string, input: string) =>
    `<div class="field${field === name ? ' err' : ''}"><label for="${name}">${label}</label>${input}${problem(name)}</div>`;
  const options = Object.entries(CALL_OUTCOMES).map(
    ([value, words]) => `<option value="${value}"${sent.outcome === value ? ' selected' : ''}>${words}</option>`,
  );
  const text = (name: string) => escapeHtml(sent[name] ?? '');
  const inner = `<input type="hidden" name="form" value="${escapeHtml(form)}">
${box('outcome', 'How did the call go?', `<select id="outcome" name="outcome" required${wrong('outcome')}>${options.join('')}</select>`)}
${box('minutes', 'Minutes (optional)', `<input id="minutes" name="minutes" inputmode="numeric" value="${text('minutes')}"${wrong('minutes')}>`)}
${box('notes', 'Notes (optional)', `<textarea id="notes" name="notes" rows="4"${wrong('notes')}>${text('notes')}</textarea>`)}
<p class="acts"><button type="submit" name="do" value="call">Log call</button></p>`;
  return `<section class="card" id="call"><h2>Log a call</h2>${formTo(token, inner)}</section>`;
}

/** "Tue 24 Nov, 19:00 (Europe/London)". */
function moment(at: Date, timeZone: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const words = new Intl.DateTimeFormat('en-GB', { ...day, hour: '2-digit', minute: '2-digit', timeZone }).format(at);
  return `${words} (${timeZone})`;
}
