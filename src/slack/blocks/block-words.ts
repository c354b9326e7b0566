/** How facts are said in Slack: money, times, names of vendors, priorities. Everything here answers safe mrkdwn or plain words. */
import type { Team } from '../../config/playbook.ts';
import type { CallMeter } from '../../domain/api-quota.ts';
import type { Priority } from '../../domain/decision.ts';
import type { HandoffState } from '../../domain/handoff.ts';
import type { ActivityType } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { DAY, HOUR, MINUTE } from '../../lib/clock.ts';

/** What a table says of a key from outside: `__proto__` and `constructor` are in no table. */
function wordOf(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** A vendor by the name people know it by. */
export function vendorName(name: string): string {
  return serviceName(name);
}

/** Nobody has to do anything. */
export const MENDS_ITSELF = 'Baton waits for it and goes on by itself. No lead is lost.';

/** Why a service waits, beside its name: errors begin with it themselves. */
export function reasonWords(service: string, reason: string | null): string | undefined {
  const name = `${serviceName(service)}: `;
  return reason?.startsWith(name) ? reason.slice(name.length) : (reason ?? undefined);
}

/** To whom a team's leads go. */
export const ASSIGN: Record<Team['assign'], string> = {
  round_robin: 'in turn',
  weighted: 'in turn, by weight',
  least_open: 'to whoever has the fewest open',
  claim: 'to the first who claims it',
};

/** Colour for the eye; the word stands beside it. */
export const PRIORITY_SIGN: Record<Priority, string> = {
  HIGH: ':red_circle:',
  MEDIUM: ':large_orange_circle:',
  LOW: ':white_circle:',
};

/** Colour for the eye, word for everybody. */
export const PRIORITY: Record<Priority, string> = {
  HIGH: `${PRIORITY_SIGN.HIGH} HIGH`,
  MEDIUM: `${PRIORITY_SIGN.MEDIUM} MEDIUM`,
  LOW: `${PRIORITY_SIGN.LOW} LOW`,
};

export const STATE: Record<HandoffState, string> = {
  opened: 'being prepared',
  assigned: 'not claimed yet',
  claimed: 'claimed',
  contacted: 'contacted',
  won: 'won',
  lost: 'lost',
  rejected: 'rejected',
  nurture: 'in nurture',
  held: 'on hold',
};

export const ACTIVITY: Record<ActivityType, string> = {
  page_view: 'Visited',
  form: 'Filled in',
  email_open: 'Opened e-mail',
  email_click: 'Clicked in e-mail',
  email: 'E-mail',
  webinar: 'Webinar',
  meeting: 'Meeting',
  call: 'Call',
  note: 'Note',
  task: 'Task',
  download: 'Downloaded',
  moment: 'Interesting moment',
};

const FLAGS: Record<string, string> = {
  disposable_email: 'throw-away e-mail address',
  free_email: 'free e-mail address',
  relay_email: 'relay address, not the lead’s own',
  malformed_email: 'e-mail address does not look right',
  unknown_company: 'company not confirmed',
  company_as_given: 'company as the lead gave it',
  low_confidence: 'low confidence: some company facts are unknown',
  not_decision_maker: 'probably not a decision maker',
  suspect_robot: 'may be a bot',
  unsubscribed: 'unsubscribed from marketing e-mail',
  form_unconfirmed: 'form not confirmed yet',
  form_denied: 'form unknown to the marketing platform',
};

/** A flag in words; one nobody wrote words for is shown as it is, readable. */
export function flagWords(flag: string): string {
  return wordOf(FLAGS, flag) ?? flag.replaceAll('_', ' ');
}

// Formatters are slow to make and quick to use: each is made once.
const DOLLARS = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumFractionDigits: 1,
  minimumFractionDigits: 0,
});
export const NUMBER = new Intl.NumberFormat('en-US');
const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
const wallClocks = new Map<string, Intl.DateTimeFormat>();

/** "$50M", "$1.2B", "$750K": what a rep says aloud. */
export function money(dollars: number): string {
  return DOLLARS.format(dollars);
}

export function count(amount: number, noun: string): string {
  return `${NUMBER.format(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** "NAME API today: Baton 120 of 24,500, org 8,100 of 100,000"; not safe where the name is not. */
export function callsWords(
  vendor: string,
  { calls, allowed, meter }: { calls: number; allowed: number; meter: CallMeter },
): string {
  const [own, share, used, limit] = [calls, allowed, meter.used, meter.limit].map(number => NUMBER.format(number));
  return `${vendorName(vendor)} API today: Baton ${own} of ${share}, org ${used} of ${limit}`;
}

/**
 * "1 hour", "45 minutes", "2 days": the largest unit that says it exactly, else the largest that fits, rounded. Of working
 * time it is "24 working hours", and never days.
 */
export function duration(milliseconds: number, inWorkingTime = false): string {
  const units: [number, string][] = inWorkingTime
    ? [
        [HOUR, 'working hour'],
        [MINUTE, 'working minute'],
      ]
    : [
        [DAY, 'day'],
        [HOUR, 'hour'],
        [MINUTE, 'minute'],
      ];
  for (const [unit, noun] of units) {
    const amount = milliseconds / unit;
    if (amount >= 1 && (Number.isInteger(amount) || amount >= 3 || unit === MINUTE))
      return count(Math.round(amount), noun);
  }
  return 'a minute';
}

/** "just now", "2 minutes ago", "3 hours ago". */
export function ago(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime();
  return passed < MINUTE ? 'just now' : `${duration(Math.floor(passed / MINUTE) * MINUTE)} ago`;
}

/** A moment that Slack shows in each reader's own zone; the fallback is in `timeZone`. Undefined for what is no date. */
export function moment(iso: string, timeZone?: string): string | undefined {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return undefined;
  const fallback = `${wallClock(at, timeZone)}`;
  return `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} at {time}|${fallback}>`;
}

/**
 * A moment within its words, `{day}` being "today", "tomorrow" or the date, `{time}` the time: "was due {day} at {time}".
 * Words before the day stand inside Slack's token, or it begins with a capital. Undefined for what is no date.
 */
export function dated(iso: string, words: string, timeZone?: string): string | undefined {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return undefined;
  const format = words.replace('{day}', '{date_long_pretty}');
  const fallback = words.replace(
    /\{day\} (?:at|by) \{time\}/,
    found => `${found.includes('by') ? 'by ' : ''}${wallClock(at, timeZone)}`,
  );
  return `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${fallback}>`;
}

/** "Nov 20, 2026, 9:22 PM PST", for texts that Slack does not draw. */
export function wallClock(at: Date, timeZone = 'UTC'): string {
  const clock = clockOf(timeZone) ?? clockOf('UTC');
  return (clock?.format(at) ?? at.toISOString()).replaceAll('\u202f', ' ');
}

/** Null for a zone that this machine's tables do not know. The tables are finite, and so is what is kept. */
function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = wallClocks.get(timeZone);
  if (known !== undefined) return known;
  const made = makeClock(timeZone);
  if (made) wallClocks.set(timeZone, made);
  return made;
}

function makeClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      month: 'short',
      day: 'numeric',
      year: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
    });
  } catch {
    // No zone of this name: the caller shows UTC.
    return null;
  }
}

/** "United States" for US; what is no known code is shown as it came. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return REGIONS.of(code) ?? code;
}

/** Lines in as few texts of at most so many characters as hold them, none torn apart. */
export function packed(lines: readonly string[], most: number): string[][] {
  const texts: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    length += line.length + 1;
    if (length > most) {
      texts.push([]);
      length = line.length;
    }
    texts.at(-1)?.push(line);
  }
  return texts;
}
