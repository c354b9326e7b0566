/** What a change would do, shown on examples before it is saved. Pure. */
import { teamName } from '../../config/playbook/people.ts';
import type { Playbook, RoutingRule } from '../../config/playbook.ts';
import { dueAfter } from '../../domain/deadlines.ts';
import type { StepKind } from '../../domain/ladder.ts';
import type { Facts } from '../../handoff/core/facts.ts';
import { calendarOf } from '../../handoff/core/sla-due.ts';
import { after, DAY } from '../../lib/clock.ts';
import { tryLead } from '../sample-lead.ts';

const STEP_WORDS: Record<StepKind, string> = {
  nudge: 'nudge',
  remind: 'reminder',
  escalate: 'the manager is alerted',
  reassign: 'the next person gets it',
};

/** Late on the last day of a week shows best what a clock does. */
const EXAMPLE = Temporal.PlainTime.from('16:50');
const FRIDAY = 5;

/**
 * "A HIGH lead at 4:50 PM on Friday, with somebody of Mid-market SDRs: contact by Mon 9:50 AM; reminder Fri 5:35 PM; …".
 * Undefined for a priority without an SLA.
 */
export function slaExample(playbook: Playbook, priority: 'HIGH' | 'MEDIUM' | 'LOW', now: Date): string | undefined {
  const ladder = playbook.sla[priority];
  const [team] = Object.entries(playbook.teams)
    .filter(([, one]) => one.hours !== undefined)
    .concat(Object.entries(playbook.teams));
  if (!ladder || !team) return undefined;
  const [key, { members }] = team;
  const calendar = calendarOf(playbook, { repEmail: members[0]?.person ?? null, team: key }, []);
  const from = fridayFrom(now, calendar.zone);
  const at = (passed: number) => (ladder.clock === 'always' ? after(from, passed) : dueAfter(calendar, from, passed));
  const said = (words: string, passed: number) => {
    const when = at(passed);
    return when ? [`${words} ${timeIn(calendar.zone, when)}`] : [];
  };
  const steps = ladder.steps.flatMap(step => said(STEP_WORDS[step.do], step.at));
  const all = [...said('contact due', ladder.respond_within), ...steps];
  return `A ${priority} lead at 4:50 PM on Friday, with somebody of ${teamName(playbook, key)}: ${all.join('; ')}.`;
}

/** The next Friday at 16:50 there. */
function fridayFrom(now: Date, zone: string): Date {
  const today = now.toTemporalInstant().toZonedDateTimeISO(zone).toPlainDate();
  const friday = today.add({ days: (FRIDAY - today.dayOfWeek + 7) % 7 });
  return new Date(friday.toZonedDateTime({ timeZone: zone, plainTime: EXAMPLE }).epochMilliseconds);
}

function timeIn(zone: string, at: Date): string {
  const format: Intl.DateTimeFormatOptions = { timeZone: zone, weekday: 'short', hour: 'numeric', minute: '2-digit' };
  return new Intl.DateTimeFormat('en-US', format)
    .format(at)
    .replace(/,? (\d)/, ' $1')
    .replace(/\u202f/g, ' ');
}

/** Days of leads that rules are tried on, and how many at most: Slack wants the answer within three seconds. */
export const TRIED = { within: 30 * DAY, most: 50 };

/** "Of the last 42 leads 6 would take this rule; 2 would go to somebody else than before." `rule`: its name, where one is changed. */
export function rulesExample(
  { before, next, rule }: { before: Playbook; next: Playbook; rule?: string | undefined },
  recent: readonly Facts[],
  now: Date,
): string {
  if (recent.length === 0) return 'No leads of the last 30 days are kept that these rules could be tried on.';
  let [taken, moved] = [0, 0];
  for (const facts of recent) {
    const [was, is] = [tryLead(before, facts, now).match, tryLead(next, facts, now).match];
    if (rule !== undefined && is?.name === rule) taken += 1;
    if (targetOf(before, was) !== targetOf(next, is)) moved += 1;
  }
  const of = recent.length === 1 ? '1 lead' : `the last ${recent.length} leads`;
  const takes = rule === undefined ? '' : `takes ${taken} of ${of}; `;
  const others = moved === 0 ? 'none' : String(moved);
  const goes = `${others}${rule === undefined ? ` of ${of}` : ''} would go elsewhere than before`;
  return `Last 30 days: ${takes}${goes}.`;
}

const targetOf = (playbook: Playbook, rule: RoutingRule | undefined): string =>
  JSON.stringify(rule ? rule.to : playbook.fallback);
