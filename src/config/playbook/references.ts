/** What no single value can say about itself: people and teams must exist, and steps must climb. */
import { checkCrm } from './crm-mapping.ts';
import type { FoundProblem } from './problems.ts';
import type { Readable } from './readable.ts';
import type { Ladder, Person, Playbook, RoutingRule, Team } from './schema.ts';
import type { Mistyped } from './suggest.ts';
import { type MailTemplate, problemIn, problemInReply } from './templates.ts';
import type { PlaybookVendors } from './vendors.ts';

/** As much of a playbook as can be read, entry by entry, and every name it mentions, readable or not. */
export interface Draft {
  sections: Readable<Pick<Playbook, 'admins' | 'crm' | 'fallback' | 'follow_up' | 'mql' | 'sla' | 'notify' | 'reply'>>;
  /** Each with its place in the file. */
  persons: readonly (readonly [index: string, person: Readable<Person>])[];
  rules: readonly (readonly [index: string, rule: Readable<RoutingRule>])[];
  groups: readonly (readonly [key: string, team: Readable<Team>])[];
  templates: readonly (readonly [id: string, template: Readable<MailTemplate>])[];
  people: ReadonlySet<string>;
  teams: ReadonlySet<string>;
}

type Report = (path: string, message: string, mistyped?: Mistyped) => void;

export function referenceProblems(draft: Draft, vendors: PlaybookVendors): FoundProblem[] {
  const problems: FoundProblem[] = [];
  const report: Report = (path, message, mistyped) => problems.push({ path, message, mistyped });
  checkPeople(draft, report);
  checkTeams(draft, report);
  checkRouting(draft, report);
  checkLadders(draft, report);
  checkChannels(draft, report);
  checkTemplates(draft, report);
  checkReply(draft, report);
  if (draft.sections.crm) checkCrm(draft.sections.crm, crmsOf(draft.sections.crm, vendors), report);
  checkOwnScore(draft.sections, report);
  checkFollowUp(draft.sections, vendors, report);
  checkSequences(draft.sections, report);
  return problems;
}

/** Where the CRM is a source as well, what Baton writes must not look like a score that the source gave. */
function checkOwnScore({ crm, mql }: Draft['sections'], report: Report): void {
  const system = crm?.system ?? '';
  const read = Object.entries(mql?.score_property ?? {}).find(([source]) => source === system)?.[1];
  if (!read) return;
  for (const [name, column] of Object.entries(crm?.fields ?? {})) {
    if (column === read)
      report(
        `crm.fields.${name}`,
        `is what mql.score_property.${system} reads: Baton would take what it writes for a new score`,
      );
  }
}

/** A tool without a sequence offers nothing. */
function checkSequences({ follow_up: given }: Draft['sections'], report: Report): void {
  const { sequences } = given ?? {};
  if (sequences && !sequences.HIGH && !sequences.MEDIUM && !sequences.LOW) {
    report('follow_up.sequences', 'names a tool and no sequence: give HIGH, MEDIUM or LOW the name of one');
  }
}

/** A list of calls is named only where the CRM keeps several, and where something goes into it. */
function checkFollowUp({ crm, follow_up: given }: Draft['sections'], vendors: PlaybookVendors, report: Report): void {
  if (given?.queue === undefined) return;
  const path = 'follow_up.queue';
  if (![given.HIGH, given.MEDIUM, given.LOW].includes('call_list')) {
    report(path, 'has no effect: no priority of follow_up says call_list');
  } else if (!crmsOf(crm ?? {}, vendors).some(({ vocabulary }) => vocabulary.hasCallQueues)) {
    report(path, 'has no effect: this CRM has one list of calls for each person');
  }
}

/** The CRMs that the playbook may be for. */
function crmsOf({ system }: Readable<Playbook['crm']>, { crms }: PlaybookVendors) {
  const named = system === undefined ? undefined : crms[system];
  return named ? [named] : Object.values(crms).filter(({ vocabulary }) => vocabulary.mustBeNamed !== true);
}

function checkPeople(draft: Draft, report: Report): void {
  const seen = new Set<string>();
  for (const [index, person] of draft.persons) {
    const path = `people[${index}]`;
    if (person.email !== undefined) {
      if (seen.has(person.email)) report(`${path}.email`, `${person.email} is listed twice`);
      seen.add(person.email);
    }
    if (person.manager !== undefined && person.manager === person.email) {
      report(`${path}.manager`, 'nobody is their own manager');
    } else checkPerson(draft, `${path}.manager`, person.manager, report);
  }
  draft.sections.admins?.forEach((admin, index) => {
    checkPerson(draft, `admins[${index}]`, admin, report);
  });
}

function checkTeams(draft: Draft, report: Report): void {
  for (const [key, team] of draft.groups) {
    const path = `teams.${key}`;
    checkPerson(draft, `${path}.manager`, team.manager, report);
    const seen = new Set<string>();
    team.members?.forEach((member, index) => {
      if (member?.person === undefined) return;
      checkPerson(draft, `${path}.members[${index}].person`, member.person, report);
      if (seen.has(member.person)) report(`${path}.members[${index}].person`, `${member.person} is in this team twice`);
      seen.add(member.person);
    });
  }
}

function checkRouting(draft: Draft, report: Report): void {
  const names = new Set<string>();
  let catchAll: Readable<RoutingRule> | undefined;
  for (const [index, rule] of draft.rules) {
    const path = `routing[${index}]`;
    // Every decision names its rule: two of one name could not be told apart.
    if (rule.name !== undefined) {
      if (names.has(rule.name)) report(`${path}.name`, `another rule is called "${rule.name}" already`);
      names.add(rule.name);
    }
    if (catchAll) report(path, `is never reached: "${catchAll.name}" above it has no condition and takes every lead`);
    else if (rule.when !== undefined && Object.keys(rule.when).length === 0) catchAll = rule;
    if (rule.to?.kind === 'person') checkPerson(draft, `${path}.to.person`, rule.to.person, report);
    if (rule.to?.kind === 'team') checkTeam(draft, `${path}.to.team`, rule.to.team, report);
    if (rule.to?.kind === 'account_owner' && rule.when?.account_owner === 'none') {
      report(
        `${path}.to`,
        'sends the lead to the account owner, but the rule matches only leads whose account has none',
      );
    }
  }
  checkPerson(draft, 'fallback.person', draft.sections.fallback?.person, report);
  checkTeam(draft, 'fallback.team', draft.sections.fallback?.team, report);
}

function checkLadders(draft: Draft, report: Report): void {
  const { HIGH, MEDIUM, LOW } = draft.sections.sla ?? {};
  for (const [name, ladder] of Object.entries({ HIGH, MEDIUM, LOW })) {
    if (ladder === undefined) continue;
    checkLadder(`sla.${name}`, ladder, report);
    const { out_of_hours: off } = ladder;
    if (typeof off === 'object') checkTeam(draft, `sla.${name}.out_of_hours.team`, off.team, report);
  }
}

function checkLadder(path: string, { respond_within, steps = [] }: Readable<Ladder>, report: Report): void {
  if (respond_within === 0) report(`${path}.respond_within`, 'must be longer than nothing');
  steps.forEach((step, index) => {
    const at = step?.at;
    const before = steps[index - 1]?.at;
    if (at === 0) report(`${path}.steps[${index}].at`, 'must be longer than nothing');
    if (at !== undefined && before !== undefined && at <= before) {
      report(`${path}.steps[${index}].at`, 'must be later than the step before it: steps climb');
    }
    if (step?.do === 'reassign' && index < steps.length - 1) {
      report(`${path}.steps[${index}].do`, 'reassign must be the last step: the next person starts at the bottom');
    }
  });
}

function checkChannels(draft: Draft, report: Report): void {
  const { notify } = draft.sections;
  if (notify === undefined || notify.channel !== undefined) return;
  if (notify.assigned !== undefined && notify.assigned !== 'dm' && notify.assigned !== 'email')
    report('notify.channel', `is needed because notify.assigned is ${notify.assigned}`);
  for (const [key, team] of draft.groups) {
    if (team.assign === 'claim' && team.channel === undefined) {
      report(
        `teams.${key}.channel`,
        'is needed because the team claims its leads in a channel (or set notify.channel)',
      );
    }
  }
}

function checkTemplates({ templates, sections: { reply } }: Draft, report: Report): void {
  const texts = templates.flatMap(([id, { subject, body }]): [path: string, text: string | undefined][] => [
    [`templates.${id}.subject`, subject],
    [`templates.${id}.body`, body],
  ]);
  texts.push(['reply.from', reply?.from]);
  for (const [path, text] of texts) {
    const problem = text === undefined ? undefined : problemIn(text);
    if (problem) report(path, problem.message, problem.mistyped);
  }
}

/** The texts of the first answer, and which leads each is for. */
function checkReply(draft: Draft, report: Report): void {
  const { reply } = draft.sections;
  const templates = reply?.templates ?? [];
  const texts = [['reply', reply] as const, ...templates.map((one, at) => [`reply.templates[${at}]`, one] as const)];
  for (const [path, written] of texts) {
    for (const [key, text] of Object.entries({ subject: written?.subject, body: written?.body })) {
      const problem = text === undefined ? undefined : problemInReply(text);
      if (problem) report(`${path}.${key}`, problem.message, problem.mistyped);
    }
  }
  for (const [at, one] of templates.entries()) {
    for (const team of one?.when?.team ?? []) checkTeam(draft, `reply.templates[${at}].when.team`, team, report);
  }
}

function checkPerson(draft: Draft, path: string, email: string | undefined, report: Report): void {
  if (email === undefined || draft.people.has(email)) return;
  report(path, `${email} is not in people`, { typed: email, known: draft.people });
}

function checkTeam(draft: Draft, path: string, team: string | undefined, report: Report): void {
  if (team === undefined || draft.teams.has(team)) return;
  report(path, `${team} is not in teams`, { typed: team, known: draft.teams });
}
