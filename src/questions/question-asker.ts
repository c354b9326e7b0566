/** Who asks, by the playbook alone. Pure. */
import { personOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { QuestionAsker } from './known-values.ts';

/** Undefined: neither of `people` nor of `viewers`. */
export function questionAsker(playbook: Playbook, address: string): QuestionAsker | undefined {
  const email = address.toLowerCase();
  const isViewer = playbook.viewers.includes(email);
  if (!isViewer && !personOf(playbook, email)) return undefined;
  const teams = Object.entries(playbook.teams);
  const manages = teams.filter(([, team]) => team.manager === email);
  const reports = [
    ...playbook.people.filter(one => one.manager === email).map(one => one.email),
    ...manages.flatMap(([, team]) => team.members.map(({ person }) => person)),
  ];
  const own = teams.filter(([, team]) => team.members.some(({ person }) => person === email));
  return {
    email,
    seesAll: isViewer || playbook.admins.includes(email),
    reports: [...new Set(reports)].filter(one => one !== email),
    teams: [...new Set([...own, ...manages].map(([key]) => key))],
    manages: manages.map(([key]) => key),
  };
}
