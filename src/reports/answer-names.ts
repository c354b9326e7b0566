/** Names of what leads were grouped by, as people know them. Pure. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import { countryName } from '../domain/regions.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import { serviceName } from '../domain/service-name.ts';
import type { ByName } from '../questions/question-object.ts';
import { BY_WORDS, STATUS_WORDS } from '../questions/question-words.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const STATES: Record<string, string> = {
  opened: 'not routed yet',
  assigned: 'assigned',
  claimed: 'claimed',
  contacted: 'contacted',
  held: 'on hold',
};

/** Columns for the groups, and the names of one group's keys. */
export function groupNames(by: readonly ByName[], playbook: Playbook, zone: string) {
  return {
    columns: by.map(
      one => `${BY_WORDS[one].charAt(0).toUpperCase()}${BY_WORDS[one].slice(1)}${one === 'hour' ? ` (${zone})` : ''}`,
    ),
    of: (key: readonly (string | null)[]) => by.map((one, index) => nameIn(one, key[index] ?? null, playbook)),
  };
}

function nameIn(by: ByName, key: string | null, playbook: Playbook): string {
  if (key === null) return by === 'rep' ? 'nobody' : by === 'team' ? 'no team' : 'unknown';
  switch (by) {
    case 'rep':
      return nameOf(playbook, key);
    case 'team':
      return teamName(playbook, key);
    case 'reason':
      return rejectionText(key, null);
    case 'country':
      return countryName(key);
    case 'source':
      return serviceName(key);
    case 'outcome':
      return STATES[key] ?? (key in STATUS_WORDS ? STATUS_WORDS[key as keyof typeof STATUS_WORDS] : key);
    case 'hour':
      return `${key.padStart(2, '0')}:00`;
    case 'weekday':
      return WEEKDAYS[Number(key) - 1] ?? key;
    case 'day':
      return dayName(Temporal.PlainDate.from(key));
    case 'week':
      return `week of ${dayName(mondayOf(key))}`;
    case 'month':
      return Temporal.PlainYearMonth.from(key)
        .toPlainDate({ day: 1 })
        .toLocaleString('en-US', { month: 'short', year: 'numeric' });
    default:
      return key;
  }
}

const dayName = (day: Temporal.PlainDate) => day.toLocaleString('en-US', { month: 'short', day: 'numeric' });

/** "2026-48", a week of the ISO calendar, by its Monday. */
function mondayOf(week: string): Temporal.PlainDate {
  const [year = '', number = '1'] = week.split('-');
  const fourth = Temporal.PlainDate.from({ year: Number(year), month: 1, day: 4 });
  return fourth.subtract({ days: fourth.dayOfWeek - 1 }).add({ weeks: Number(number) - 1 });
}

/** Names of all people and teams of a playbook, for whoever draws leads: address or key → name. */
export function namesFor({ people, teams }: Playbook): Record<string, string> {
  return Object.fromEntries([
    ...people.map(({ email, name }) => [email, name]),
    ...Object.entries(teams).map(([key, { name }]) => [key, name]),
  ]);
}
