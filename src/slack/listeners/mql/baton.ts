/** settings, doctor: what counts now, and how Baton is doing. */
import { isManager } from '../../../handoff/rights.ts';
import { doctorAnswer, shortDoctorAnswer } from '../../messages/mql/doctor.ts';
import { settingsAnswer } from '../../messages/mql/settings.ts';
import { namesOf, type Word } from './asked.ts';

export const settings: Word = {
  word: 'settings',
  group: 'baton',
  usage: '',
  does: 'the rules that count for you now: threshold, teams, promises, absences',
  examples: ['settings'],
  aliases: ['config', 'setup', 'whoami', 'rules', 'preferences'],
  async run({ deps, by, actor, playbook, zone }) {
    const { workspaceId } = by;
    const [news, absences, people] = await Promise.all([
      deps.queries.playbookNews(workspaceId),
      deps.queries.absences(workspaceId),
      deps.queries.people(workspaceId),
    ]);
    const me = people.find(({ email }) => email === actor.email);
    return settingsAnswer({ playbook, news, actor, zone, absences, me });
  },
};

export const doctor: Word = {
  word: 'doctor',
  group: 'baton',
  usage: '',
  does: 'are connections, people and work in order?',
  who: 'managers and admins see everything; others whether all is well',
  examples: ['doctor'],
  aliases: ['health', 'check', 'diagnose', 'ping'],
  async run(asked) {
    const { deps, by, actor, playbook, now } = asked;
    const health = await deps.queries.health(by.workspaceId);
    if (isManager(actor)) return doctorAnswer(health, now);
    return shortDoctorAnswer(health, playbook.admins.map(namesOf(asked)));
  },
};
