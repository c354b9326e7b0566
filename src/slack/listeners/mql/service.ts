/** settings, doctor: what counts now, and how Baton is doing. */
import { isManager } from '../../../handoff/core/rights.ts';
import type { KnownCrm } from '../../../handoff/queries/crm.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { doctorAnswer, shortDoctorAnswer } from '../../blocks/mql/doctor.ts';
import { findingsAnswer, inspectionRow, noInspectionAnswer } from '../../blocks/mql/findings.ts';
import { strangeWordAnswer } from '../../blocks/mql/misread.ts';
import { settingsAnswer } from '../../blocks/mql/settings.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { mrkdwn } from '../../escape.ts';
import { type Asked, namesOf, type Word } from './asked.ts';

const SHORT = 100;

export const settings: Word = {
  word: 'settings',
  group: 'baton',
  usage: '',
  does: 'the rules that count for you now: threshold, teams, SLAs, absences',
  examples: ['settings'],
  aliases: ['config', 'setup', 'whoami', 'rules', 'preferences'],
  async run({ deps, by, actor, playbook, zone }) {
    const { workspaceId } = by;
    const [news, absences, people, own = []] = await Promise.all([
      deps.queries.playbookNews(workspaceId),
      deps.queries.absences(workspaceId),
      deps.queries.people(workspaceId),
      deps.connect?.own(workspaceId, actor.email),
    ]);
    const me = people.find(({ email }) => email === actor.email);
    return settingsAnswer({ playbook, news, actor, zone, absences, me, own });
  },
};

export const doctor: Word = {
  word: 'doctor',
  group: 'baton',
  usage: '[crm|findings]',
  does: 'are connections, people and work in order? does the CRM fit the rules?',
  who: 'managers and admins see everything; others whether all is well; the CRM: admins',
  examples: ['doctor', 'doctor crm', 'doctor findings'],
  aliases: ['health', 'check', 'diagnose', 'ping'],
  async run(asked) {
    const { deps, by, actor, playbook, now, text } = asked;
    const [what = '', page = ''] = text.toLowerCase().split(/\s+/);
    const crm = await deps.queries.crm(by.workspaceId);
    if (what === 'crm' || crm.names.includes(what)) return inspect(asked, crm);
    if (what === 'findings') return findings(asked, crm, Number(page) || 1);
    if (what !== '') return strangeWordAnswer(what, 'crm', '/mql doctor [crm|findings]');
    const [health, own, { last: books }] = await Promise.all([
      deps.queries.health(by.workspaceId),
      deps.connect?.ownCounts(by.workspaceId),
      deps.books.view(by.workspaceId, { limit: 1, offset: 0 }),
    ]);
    if (!isManager(actor)) return shortDoctorAnswer(health, playbook.admins.map(namesOf(asked)));
    const seen = actor.admin && hasRules(crm) ? await deps.admin.inspection(by) : undefined;
    const more = seen?.kind === 'done' ? inspectionRow(seen.last, crm.label, now) : [];
    return doctorAnswer(health, now, { own, more, books });
  },
};

/** Can the CRM be compared with the rules, or could it be once one is connected? */
const hasRules = ({ connected, comparable }: KnownCrm): boolean => comparable || !connected;

/** Takes a while: the answer comes as a direct message. */
async function inspect({ deps, by, now }: Asked, crm: KnownCrm) {
  const { label, words } = crm;
  const outcome = await deps.admin.inspect(by);
  switch (outcome.kind) {
    case 'not_allowed':
      return answer([refusalText(outcome, now)]);
    case 'no_crm':
      return answer([
        hasRules(crm)
          ? 'No CRM is connected: there is nothing to compare with the rules yet.'
          : `There is nothing in ${mrkdwn(label, SHORT)} that Baton could compare with the rules.`,
      ]);
    case 'begun':
      return answer([
        `I am comparing ${mrkdwn(label, SHORT)} with the rules: fields, permissions, people, ${words.group.many}, automation and limits. What I find comes to your direct messages with Baton in a moment.`,
      ]);
  }
}

async function findings({ deps, by, now }: Asked, { label }: KnownCrm, page: number) {
  const seen = await deps.admin.inspection(by);
  if (seen.kind === 'not_allowed') return answer([refusalText(seen, now)]);
  return seen.last?.doneAt ? findingsAnswer(seen.last, label, page, now) : noInspectionAnswer(seen.last, label);
}
