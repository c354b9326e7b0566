/** People and queues of the playbook, as owners in the org. Pure. */
import type { OrgFacts } from './facts.ts';
import { count, type Finding, given, names, orFine, problem, warning } from './findings.ts';
import type { Wanted } from './wanted.ts';

export function peopleFindings({ users, orphans }: OrgFacts, { people }: Wanted): Finding[] {
  return [
    ...given(users, 'People of the playbook', known => {
      const active = new Set(known.filter(one => one.active).map(one => one.email.toLowerCase()));
      const inactive = new Set(known.map(one => one.email.toLowerCase()));
      const absent = people.filter(one => !active.has(one.email.toLowerCase()));
      const found = absent.map(({ email, name }) =>
        inactive.has(email.toLowerCase())
          ? problem(
              `${name} (${email}) is an inactive user of the org: leads cannot be theirs`,
              'Activate the user, or take the person out of the playbook’s teams.',
            )
          : problem(
              `${name} (${email}) is no user of the org, as an active user’s e-mail: leads cannot be theirs`,
              'Correct the address in the playbook, or on the user.',
            ),
      );
      return orFine(
        found,
        people.length === 1
          ? 'The one person of the playbook is an active user of the org'
          : `All ${people.length} people of the playbook are active users of the org`,
      );
    }),
    ...given(orphans, 'Owners of open leads', ({ owners, leads }) =>
      leads === 0
        ? []
        : [
            warning(
              `${count(leads, 'open lead')} ${leads === 1 ? 'belongs' : 'belong'} to inactive users (${names(owners)}): nobody works on ${leads === 1 ? 'it' : 'them'}`,
              'Give them to somebody in Salesforce (Mass Transfer Records).',
            ),
          ],
    ),
  ];
}

export function queueFindings({ queues }: OrgFacts, wanted: Wanted): Finding[] {
  if (wanted.groups.length === 0) return [];
  return given(queues, 'Queues of the playbook', known => {
    const found = wanted.groups.flatMap(name => {
      const queue = known.find(one => one.developerName.toLowerCase() === name.toLowerCase());
      if (!queue) {
        return [
          problem(
            `The org has no queue ${name} (crm_queue of a team): its leads go to Baton’s user until they are claimed`,
            'Make the queue, or correct its developer name in the playbook.',
          ),
        ];
      }
      if (queue.objects.includes('Lead')) return [];
      return [
        problem(
          `The queue ${name} may not own leads; it may own ${names(queue.objects) || 'nothing'}`,
          'Add Lead to the queue’s supported objects.',
        ),
      ];
    });
    return orFine(found, `Queues of the playbook are there: ${names(wanted.groups)}`);
  });
}
