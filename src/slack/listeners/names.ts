import { personOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';

/** Names of people and teams for whatever is shown; anything else is shown as it is. */
export function namesIn(playbook: Playbook): (emailOrTeam: string) => string {
  return key => personOf(playbook, key)?.name ?? teamName(playbook, key);
}
