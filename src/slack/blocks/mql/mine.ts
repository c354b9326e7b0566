/** `/mql` alone: how many of one's leads are open, the most urgent ones, and where to go on. */
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { mrkdwn } from '../../escape.ts';
import { count, dated, PRIORITY_SIGN } from '../block-words.ts';
import { ALSO, type Answer, answer, buttons, command } from './answer.ts';

const SHORT = 80;

export interface Mine {
  /** Those with the least time left, first. */
  rows: readonly HandoffSummary[];
  total: number;
  /** Past their due time without a first contact. */
  overdue: number;
  /** What to say when there are none. */
  empty: string;
  zone: string;
  now: Date;
}

export function mineAnswer({ rows, total, overdue, empty, zone, now }: Mine): Answer {
  const away = command('I’m away…', 'away', { id: ALSO });
  const help = command('Help', 'help', { id: ALSO });
  const [first] = rows;
  if (!first) return answer(['*No open leads*', empty], buttons(away, help));
  const heading = `*${count(total, 'open lead')}${overdue > 0 ? `, ${overdue} overdue` : ''}*`;
  const more = total - rows.length;
  const lines = [heading, ...rows.map(lead => line(lead, zone, now)), ...(more > 0 ? [`and ${more} more`] : [])];
  const open = command(`Open ${firstName(first)}`, `show ${first.id}`, { id: ALSO, primary: true });
  const all = more > 0 ? [command('All of them', 'list', { id: ALSO })] : [];
  return answer(lines, buttons(open, ...all, away, help));
}

const firstName = ({ name, email }: HandoffSummary) => (name.trim() ? (name.trim().split(/\s+/)[0] ?? email) : email);

/** One sign, who, and until when. */
function line(lead: HandoffSummary, zone: string, now: Date): string {
  const who = `*${mrkdwn(lead.name || lead.email, SHORT)}*`;
  const company = lead.company ? `, ${mrkdwn(lead.company, SHORT)}` : '';
  const { contactedAt, dueAt, snoozedUntil } = lead;
  if (contactedAt) return `:white_check_mark: ${who}${company} · contacted`;
  if (snoozedUntil && snoozedUntil > now) {
    return `:zzz: ${who}${company} · ${dated(snoozedUntil.toISOString(), 'until {day} at {time}', zone)}`;
  }
  if (!dueAt) return `${PRIORITY_SIGN[lead.priority]} ${who}${company}`;
  const late = dueAt <= now;
  const when = dated(dueAt.toISOString(), `${late ? 'was due' : 'due'} {day} at {time}`, zone);
  return `${late ? ':alarm_clock:' : PRIORITY_SIGN[lead.priority]} ${who}${company} · ${when}`;
}
