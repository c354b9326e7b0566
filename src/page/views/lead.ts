/** One lead: how it stands, who had it for how long, why it went there, what happened, and its facts. */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import type { Card } from '../../contracts/notifier.ts';
import { type Stint, stintsOf } from '../../db/handoffs/stints.ts';
import { absencesAfter } from '../../db/people/people.ts';
import { readableCode } from '../../domain/activity-words.ts';
import { workBetween } from '../../domain/deadlines.ts';
import { isOpen } from '../../domain/handoff.ts';
import { numbersIn } from '../../domain/phone.ts';
import { serviceName } from '../../domain/service-name.ts';
import { spanWords } from '../../domain/time-split.ts';
import { calendarOf } from '../../handoff/core/sla-due.ts';
import type { LeadTimeline } from '../../handoff/queries/queries.ts';
import { html, type Markup, type Piece, webAddress } from '../../lib/markup.ts';
import { compiled } from '../../reports/compile.ts';
import { isAmong } from '../../reports/question-lists.ts';
import { leadTitle } from '../pieces/lead-rows.ts';
import { momentWords, timeTag } from '../pieces/page-words.ts';
import { bar, table } from '../pieces/parts.ts';
import type { Shown, Visiting } from '../visiting.ts';
import { timelineCard } from './timeline-card.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined for what is no lead of this workspace that the visitor may see: nobody learns which of the two. */
export async function lead(visiting: Visiting, id: string): Promise<Shown | undefined> {
  const { deps, by, queries } = visiting;
  const { workspaceId, now } = by;
  const { asked } = compiled({ measure: 'leads', show: 'list' }, by);
  if (!UUID.test(id) || !(await isAmong(deps.db, asked, id))) return undefined;
  const [card, story, stints, absences] = await Promise.all([
    queries.card(workspaceId, id),
    queries.timeline(workspaceId, id),
    stintsOf(deps.db, workspaceId, id),
    absencesAfter(deps.db, workspaceId, new Date(0)),
  ]);
  if (!card || !story) return undefined;
  if (card.erasedAt !== undefined) return erased(card.erasedAt, visiting);
  const turns = stints.map(stint => turnOf(stint, now, visiting, absences));
  const title = leadTitle({ name: card.lead.name || card.lead.email, company: card.lead.company ?? null });
  const main = html`<header class="lead"><p class="kick"><a href="/page/leads">Leads</a> · ${[card.priority, card.leadSource && readableCode(card.leadSource)].filter(Boolean).join(' · ')}</p>
<h1>${title}</h1><p>${stateLine(card, by)}</p></header>
<div class="two"><div class="stack">
${relay(card, turns, by)}
${why(card, story, by)}
${timelineCard(story.entries, visiting, id)}
</div><aside class="stack" aria-label="Facts">${facts(card, id)}${scores(card)}</aside></div>`;
  return { title, place: 'leads', main };
}

function erased(at: string, { by }: Visiting): Shown {
  const when = new Date(at);
  const title = 'This lead was erased for privacy';
  const main = html`<header class="lead"><h1>${title}</h1><p class="soft">${timeTag(when, momentWords(when, by.now, by.zone))}. Reports go on counting it, without saying who it was.</p></header>`;
  return { title, place: 'leads', main };
}

const CLOSED: Record<string, string> = { won: 'Won', lost: 'Lost', rejected: 'Rejected', nurture: 'In nurture' };

function stateLine(card: Card, { now, zone }: Visiting['by']): Markup {
  const at = (iso: string) => timeTag(new Date(iso), momentWords(new Date(iso), now, zone));
  const { closed, contacted, due, state } = card;
  if (state === 'held') return html`<b>On hold</b> · ${card.judgement.reason}`;
  if (!isOpen(state) && CLOSED[state]) {
    return html`<b>${CLOSED[state]}</b>${closed && html` · by ${closed.name}, ${at(closed.at)}${closed.reason && `: ${closed.reason}`}`}`;
  }
  if (contacted) return html`<b class="good">Contacted</b> · ${contacted.name}, ${contacted.how}, ${at(contacted.at)}`;
  if (due?.breached) return html`<b class="bad">Overdue</b> · was due ${at(due.at)}`;
  const word = card.pool && !card.claimed ? `First to claim in ${card.pool.team}` : 'Not contacted yet';
  return html`<b>${word}</b>${due && html` · due ${at(due.at)}`}`;
}

interface Turn {
  who: string;
  isPool: boolean;
  /** Milliseconds by the clock and of working time, until the touch, the hand-over, or now. */
  ms: number;
  workMs: number;
  how: string;
  kept: boolean | null;
}

const ENDED: Record<string, string> = {
  reassigned: 'handed on',
  claimed: 'until somebody claimed it',
  rejected: 'until it was rejected',
  reopened: 'until it was reopened',
  nurture: 'until it went to nurture',
  won: 'until it was won',
  lost: 'until it was lost',
};

function turnOf(stint: Stint, now: Date, { by }: Visiting, absences: Parameters<typeof calendarOf>[2]): Turn {
  const { repEmail, team, from, touched, ended, how, due, breached } = stint;
  const until = touched ?? ended ?? now;
  const calendar = calendarOf(by.playbook, { repEmail, team }, absences);
  const isLate = due !== null && (breached !== null || (touched ?? ended ?? now) > due);
  return {
    who: repEmail ? nameOf(by.playbook, repEmail) : `${team ? teamName(by.playbook, team) : 'A pool'}, nobody yet`,
    isPool: repEmail === null,
    ms: Math.max(0, until.getTime() - from.getTime()),
    workMs: workBetween(calendar, from, until),
    how: touched ? 'to first contact' : ended ? (ENDED[how ?? ''] ?? 'until it ended') : 'so far',
    kept: due === null ? null : isLate ? false : touched ? true : null,
  };
}

/** Baton's stretch, then each person's, over one bar as long as the SLA, or as all of it took where that was longer. */
function relay(card: Card, turns: readonly Turn[], { now, zone }: Visiting['by']): Markup {
  const { split, respondWithinMs } = card;
  const legs: Piece[] = [
    split && html`<span>Baton<b>${spanWords(split.systemMs)}</b><small>MQL to card</small></span>`,
    ...turns.map(turn => html`<span>${turn.who}<b>${spanWords(turn.ms)}</b><small>${turn.how}</small></span>`),
    respondWithinMs !== undefined &&
      html`<span>SLA<b>${spanWords(respondWithinMs)}</b><small>${slaWords(card, turns, { now, zone })}</small></span>`,
  ];
  if (legs.every(leg => !leg))
    return html`<section class="card"><h2>Who had it, how long</h2><p class="soft">Nobody has had it yet.</p></section>`;
  const rows = [
    ...(split ? [['MQL to card', 'Baton', spanWords(split.systemMs), spanWords(split.systemMs), '–']] : []),
    ...turns.map(({ who, ms, workMs, how, kept }) => [
      capital(how),
      who,
      spanWords(ms),
      spanWords(workMs),
      kept === null ? '–' : kept ? 'Kept' : html`<b class="bad">Missed</b>`,
    ]),
  ];
  return html`<section class="card relay"><h2>Who had it, how long</h2><div class="legs">${legs}</div>${legBar(card, turns)}${table(
    {
      caption: 'Both clocks',
      columns: [
        { name: 'Stretch' },
        { name: 'Whose' },
        { name: 'By the clock', isNumber: true },
        { name: 'Working time', isNumber: true },
        { name: 'SLA' },
      ],
      rows,
    },
  )}</section>`;
}

function slaWords({ due }: Card, turns: readonly Turn[], { now, zone }: { now: Date; zone: string }): Piece {
  if (due) {
    const at = timeTag(new Date(due.at), momentWords(new Date(due.at), now, zone));
    return due.breached ? html`<span class="bad">missed ${at}</span>` : html`due ${at}`;
  }
  if (turns.some(({ kept }) => kept === false)) return html`<span class="bad">missed</span>`;
  return turns.some(({ kept }) => kept) ? 'kept' : 'not running';
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
/** Baton's seconds would be no pixel wide beside an hour. */
const LEAST = 0.015;

function legBar({ split, respondWithinMs }: Card, turns: readonly Turn[]): Markup {
  const system = split?.systemMs ?? 0;
  const people = turns.reduce((all, { ms }) => all + ms, 0);
  const whole = Math.max(respondWithinMs ?? 0, system + people, 1);
  const own = split ? Math.max(LEAST, system / whole) : 0;
  const theirs = Math.min(1 - own, people / whole);
  const at = (share: number) => `${(share * 100).toFixed(2)}%`;
  const label = `${split ? `${spanWords(system)} with Baton, ` : ''}${spanWords(people)} with people${respondWithinMs ? `, of an SLA of ${spanWords(respondWithinMs)}` : ''}`;
  return html`<svg class="bar" height="26" role="img" aria-label="${label}"><rect class="t" width="100%" height="26"/><rect class="b" x="${at(own)}" width="${at(theirs)}" height="26"/><rect class="a" width="${at(own)}" height="26"/><svg x="${at(own)}" overflow="visible"><path class="a" d="M-.5 0h13.5L0 26h-.5z"/></svg></svg>
<p class="soft">${respondWithinMs ? 'The whole bar is the SLA, or all the time there was where that is longer.' : 'The whole bar is the time there was.'} Baton’s part is drawn wider than it was, so that you can see it.</p>`;
}

function why(card: Card, { decision, judgement }: LeadTimeline, { playbook }: Visiting['by']): Markup {
  if (!decision) return html`<section class="card"><h2>Why nobody has it</h2><p>${judgement.reason}</p></section>`;
  const title = card.rep ? `Why ${card.rep.name}` : card.pool ? `Why ${card.pool.team}` : 'Why it went there';
  const { rule, reason, candidates, skipped } = decision;
  const people = [
    ...candidates.map(({ email, standing }) => [
      nameOf(playbook, email),
      email === card.rep?.email ? html`<b class="good">Has it</b>, ${standing}` : standing,
    ]),
    ...skipped.map(({ email, reason: because }) => [nameOf(playbook, email), `Skipped: ${because}`]),
  ];
  return html`<section class="card"><h2>${title}</h2><p>${rule === 'manual' ? 'By hand' : html`Rule <b>${rule}</b>`}: ${reason}</p>${people.length > 0 && table({ caption: 'Who was asked, in that order', columns: [{ name: 'Who' }, { name: 'Result' }], rows: people })}
<p class="soft">${judgement.reason}</p></section>`;
}

function facts({ lead: person, company, source, leadSource, crm, optedOut, answers }: Card, id: string): Markup {
  const size =
    company.employees && company.employees >= 1
      ? `${Math.round(company.employees).toLocaleString('en-US')} people`
      : undefined;
  const place = [company.city, company.state, company.country].filter(Boolean).join(', ');
  const rows: [string, Piece][] = [
    ['Title', person.title],
    ['Phone', person.phone && phone(person.phone, person.country)],
    ['Email', email(person.email)],
    ['Company', [person.company ?? company.name, size, company.industry, place].filter(Boolean).join(', ')],
    ['Came by', [serviceName(source), leadSource && readableCode(leadSource)].filter(Boolean).join(', ')],
    ['Mail', optedOut && 'asked for none'],
    ...answers.map(({ question, answer }): [string, Piece] => [question, answer]),
  ];
  const record = webAddress(crm.url);
  const state =
    crm.state === 'pending'
      ? `${serviceName(crm.name)} pending`
      : crm.state === 'parked'
        ? `Not in ${serviceName(crm.name)} yet`
        : undefined;
  return html`<section class="card"><h2>${person.name || 'The lead'}</h2><dl class="facts">${rows.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p>${record ? html`<a href="/open/${id}">View in ${serviceName(crm.name)}</a>` : state}</p></section>`;
}

/** Only an address that needs no encoding becomes a link: anything else is shown for a person to judge. */
function email(address: string): Piece {
  const shown = address.replace('@', '\u200b@');
  return /^[\w.+'-]+@[\w.-]+$/.test(address)
    ? html`<a href="mailto:${address}">${address.split('@')[0]}<wbr>@${address.split('@')[1]}</a>`
    : shown;
}

function phone(text: string, country: string | undefined): Piece {
  return numbersIn(text, country).map(({ text: number, uri }, index) => [
    index > 0 && ', ',
    uri ? html`<a href="${uri}">${number}</a>` : number,
  ]);
}

const PART: Record<string, string> = { industry: 'Industry', employees: 'People', country: 'Country', title: 'Title' };

function scores({ judgement, score, fit }: Card): Markup {
  const parts = judgement.fit.parts.filter(({ possible }) => possible > 0);
  const model = judgement.scoring?.parts ?? [];
  return html`<section class="card">${score !== null && html`<header><h2>Score</h2><span class="count">${score}</span></header>`}${model.length > 0 && html`<dl class="facts">${model.map(({ rule, points, reason }) => html`<div><dt>${rule}</dt><dd>${points}: ${reason}</dd></div>`)}</dl>`}
<header class="${score !== null && 'again'}"><h2>Fit</h2><span class="count">${fit}</span></header>${bar(fit / 100)}
<dl class="facts">${parts.map(({ part, points, possible, reason }) => html`<div><dt>${PART[part] ?? part}</dt><dd>${points} of ${possible}, ${reason}</dd></div>`)}</dl></section>`;
}
