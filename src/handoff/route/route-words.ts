/** The sentences of a routing decision. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook, Team } from '../../config/playbook.ts';
import type { Candidate, Skipped } from '../../domain/decision.ts';

/** "Mid-market SDRs (weighted 2:1)". */
export function teamText(team: Team): string {
  return `${team.name} (${wayText(team)})`;
}

function wayText({ assign, members }: Team): string {
  if (assign === 'round_robin') return 'round robin';
  if (assign === 'least_open') return 'fewest open';
  if (assign === 'claim') return 'first to claim has it';
  return members.length > 6 ? 'weighted' : `weighted ${members.map(member => member.weight).join(':')}`;
}

/** "it was Marcus Chen’s turn". */
export function nextText(playbook: Playbook, team: Team, candidates: readonly Candidate[]): string {
  const [first] = candidates;
  if (!first) return 'nobody is available';
  const name = nameOf(playbook, first.email);
  if (team.members.length === 1) return `${name} is its only member`;
  if (candidates.length === 1) return `${name} is the only one available`;
  return `it was ${name}’s turn`;
}

/** "; Priya Nair skipped: outside working hours: 06:12 in New York, Mon–Fri 09:00–18:00"; empty when nobody was. */
export function skippedText(playbook: Playbook, skipped: readonly Skipped[]): string {
  return skipped.map(one => `; ${nameOf(playbook, one.email)} skipped: ${one.reason}`).join('');
}

/** "Marcus Chen: away until …; Priya Nair: deactivated in Slack". */
export function reasonsText(playbook: Playbook, skipped: readonly Skipped[]): string {
  return skipped.map(one => `${nameOf(playbook, one.email)}: ${one.reason}`).join('; ');
}
