/** How a lead of a list stands, in a bold word and a time. Pure. */
import type { AnswerLead } from '../../domain/answer.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { momentWords, timeTag } from './page-words.ts';

interface Reader {
  now: Date;
  zone: string;
}

const CLOSED: Record<string, string> = { won: 'Won', lost: 'Lost', rejected: 'Rejected', nurture: 'In nurture' };
const UNTOUCHED = ['opened', 'held', 'assigned', 'claimed'];

/** "**Overdue** · was due today at 4:40 PM". The colour never says more than the words. */
export function standingLine(lead: AnswerLead, { now, zone }: Reader): Markup {
  const { state, dueAt, contactedAt, openedAt, rep, team } = lead;
  const at = (moment: Date) => timeTag(moment, momentWords(moment, now, zone));
  const closed = CLOSED[state];
  if (closed) return html`<b>${closed}</b> · MQL ${at(openedAt)}`;
  if (contactedAt) return html`<b>Contacted</b> · ${at(contactedAt)}`;
  if (!UNTOUCHED.includes(state)) return html`<b>${state}</b>`;
  if (dueAt && dueAt <= now) return html`<b class="bad">Overdue</b> · was due ${at(dueAt)}`;
  const word =
    state === 'held'
      ? 'On hold'
      : state === 'opened'
        ? 'Not routed yet'
        : rep === null && team
          ? 'First to claim'
          : 'Not contacted yet';
  return html`<b>${word}</b> · ${dueAt ? html`due ${at(dueAt)}` : html`MQL ${at(openedAt)}`}`;
}

/** "Emma Thompson · Acme Corp". */
export function leadTitle({ name, company }: Pick<AnswerLead, 'name' | 'company'>): string {
  return [name.trim() || 'Unknown person', company?.trim()].filter(Boolean).join(' · ');
}
