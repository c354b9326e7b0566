import { personOf } from '../../config/playbook/people.ts';
import type { TeamMember, WorkingHours } from '../../config/playbook.ts';
import type { Skipped } from '../../domain/decision.ts';
import { availability } from '../../domain/hours.ts';
import type { RoutingState } from './input.ts';

/**
 * How much is asked of somebody before they get a lead. `at_work`: everything. `any_hour`: not their working hours and
 * holidays. `any_load`: not their `open_limit` either. Nobody away, deactivated or excluded is ever taken.
 */
export type Strictness = 'at_work' | 'any_hour' | 'any_load';

/** Why this person cannot take the lead now; undefined when they can. `member` and `hours`: those of the team asking. */
export function reasonToSkip(
  routing: RoutingState,
  email: string,
  strictness: Strictness,
  team: { member?: TeamMember; hours?: WorkingHours | undefined } = {},
): Skipped | undefined {
  const skip = (code: Skipped['code'], reason: string): Skipped => ({ email, code, reason });
  const person = personOf(routing.playbook, email);
  if (!person) return skip('unknown_person', 'not among the people of the playbook');
  if (routing.excluded?.includes(email)) return skip('excluded', 'had this lead already');
  const known = routing.roster.get(email);
  if (known?.slackActive === false) return skip('inactive', 'deactivated in Slack');
  if (known?.crmActive === false) return skip('inactive', 'deactivated in the CRM');
  const limit = team.member?.open_limit;
  if (strictness !== 'any_load' && limit !== undefined && known && known.open >= limit) {
    return skip('open_limit', `${known.open} open, the limit is ${limit}`);
  }
  const found = availability(
    {
      zone: person.time_zone,
      hours: strictness === 'at_work' ? (person.hours ?? team.hours) : undefined,
      absences: known?.absences ?? [],
    },
    routing.now,
  );
  return found.available ? undefined : skip(found.code, found.reason);
}
