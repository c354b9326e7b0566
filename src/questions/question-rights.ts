/** Which questions somebody may ask at all; of whom an answer may tell is the compiler's scope. Pure. */
import type { Playbook } from '../config/playbook.ts';
import type { QuestionAsker } from './known-values.ts';
import type { Measured, QuestionObject } from './question-object.ts';

/** Reps are told of themselves and of their teams' totals, never of one another; managers of their teams and people. */
export function withinRights(question: Measured, asker: QuestionAsker, playbook: Playbook): QuestionObject {
  if (asker.seesAll) return question;
  const isManager = asker.reports.length > 0 || asker.manages.length > 0;
  if (!isManager && question.by?.includes('rep')) return { refuse: 'rights' };
  const people = question.where?.rep ?? [];
  const isTheirs = (email: string) => email === 'me' || email === asker.email || asker.reports.includes(email);
  const teams = question.where?.team ?? [];
  const isTheirTeam = (key: string) => asker.teams.includes(key) || !Object.hasOwn(playbook.teams, key);
  return people.every(isTheirs) && teams.every(isTheirTeam) ? question : { refuse: 'rights' };
}
