/** Times, days and names as the shared page writes them. Pure. */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { html, type Markup } from '../../lib/markup.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([zone, options]);
  const made = formats.get(key) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options });
  formats.set(key, made);
  return made;
}

const said = (at: Date, zone: string, options: Intl.DateTimeFormatOptions) =>
  format(zone, options).format(at).replaceAll('\u202f', ' ');

/** "Tue, Dec 1, 7:21 PM"; "today at 7:21 PM" on the day itself. */
export function momentWords(at: Date, now: Date, zone: string): string {
  const time = said(at, zone, { hour: 'numeric', minute: '2-digit' });
  if (dayWords(at, zone) === dayWords(now, zone)) return `today at ${time}`;
  return `${dayWords(at, zone, now)}, ${time}`;
}

/** "Tue, Dec 1", with its year where that is not this one. */
export function dayWords(at: Date, zone: string, now?: Date): string {
  const isOther = now !== undefined && said(at, zone, { year: 'numeric' }) !== said(now, zone, { year: 'numeric' });
  return said(at, zone, { weekday: 'short', month: 'short', day: 'numeric', ...(isOther && { year: 'numeric' }) });
}

/** "Tuesday, December 1, 2026". */
export const longDayWords = (at: Date, zone: string): string => said(at, zone, { dateStyle: 'full' });

/** "6:06:02 PM". */
export const clockWords = (at: Date, zone: string): string => said(at, zone, { timeStyle: 'medium' });

/** "Mon, Nov 2 to Tue, Dec 1, 2026": `to` is the moment just after. */
export function periodText({ from, to }: { from: Date; to: Date }, zone: string): string {
  const last = new Date(to.getTime() - 1);
  const year = said(last, zone, { year: 'numeric' });
  if (dayWords(from, zone) === dayWords(last, zone)) return `${dayWords(last, zone)}, ${year}`;
  return `${dayWords(from, zone, last)} to ${dayWords(last, zone)}, ${year}`;
}

/** "Eastern Time (EST)". */
export function zoneWords(zone: string, now: Date): string {
  const named = (style: 'longGeneric' | 'short') =>
    format(zone, { timeZoneName: style })
      .formatToParts(now)
      .find(({ type }) => type === 'timeZoneName')?.value ?? zone;
  return `${named('longGeneric')} (${named('short')})`;
}

/** A moment for people and for machines. */
export const timeTag = (at: Date, words: string): Markup => html`<time datetime="${at.toISOString()}">${words}</time>`;

/** Who has a lead: a person, a pool, or nobody. */
export function holderWords({ rep, team }: { rep: string | null; team: string | null }, playbook: Playbook): string {
  if (rep) return nameOf(playbook, rep);
  return team ? `open to ${teamName(playbook, team)}` : 'nobody';
}
