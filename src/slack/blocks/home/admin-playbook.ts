/** The playbook on Home: its sections, and its lists with what can be done with each entry. Pure. */

import type { KnownBlock } from '@slack/types';
import { formatDuration } from '../../../config/duration.ts';
import { nameOf, teamName } from '../../../config/playbook/people.ts';
import type { Playbook, Team } from '../../../config/playbook.ts';
import { USUAL_FACTS } from '../../../domain/card-facts.ts';
import type { Paged } from '../../../workspaces/paged.ts';
import { answerFor, ruleWords } from '../../../workspaces/playbook-edits.ts';
import type { Text, VersionLine } from '../../../workspaces/playbook-service.ts';
import { mrkdwn } from '../../escape.ts';
import { actions, button, context, header, section } from '../block-parts.ts';
import { ASSIGN, count, duration, vendorName } from '../block-words.ts';
import { answerForm } from '../playbook/answers.ts';
import { cardForm, FACT_WORDS } from '../playbook/card-facts.ts';
import { firstAnswerForm } from '../playbook/first-answer.ts';
import { ladderForm, PRIORITIES } from '../playbook/ladders.ts';
import { nurtureForm, nurtureText } from '../playbook/nurture.ts';
import { personForm } from '../playbook/people.ts';
import { ruleForm } from '../playbook/rules.ts';
import { SAMPLE } from '../playbook/sample.ts';
import { fallbackForm, fitForm, followUpForm, notifyForm, promisesForm, thresholdForm } from '../playbook/sections.ts';
import { teamForm } from '../playbook/teams.ts';
import { templateForm } from '../playbook/templates.ts';
import { IMPORT, versionText } from '../playbook/versions.ts';
import { CHOOSE_VIEWERS } from '../setup/viewers.ts';
import { entryMenu, pageIn, row, type SetupPage } from './admin.ts';
import { pager } from './home.ts';

export const EXPORT = 'export_playbook';
/** Menus of entries: what they are about. */
export const MENUS = {
  people: 'person_menu',
  teams: 'team_menu',
  rules: 'rule_menu',
  templates: 'template_menu',
  answers: 'answer_menu',
  versions: 'version_menu',
};

const NAME = 120;
/** Of the viewers, so many are named. */
const MOST_VIEWERS = 20;
const SENTENCE = 600;
const PEOPLE_A_PAGE = 40;
const TEAMS_A_PAGE = 25;
const RULES_A_PAGE = 40;
const TEMPLATES_A_PAGE = 25;
/** Those that go first; more stand in the file. */
const ANSWERS = 40;

/** Where a list's page is kept. */
export function listName(page: SetupPage): string {
  return `setup_${page}`;
}

export function playbookPage(text: Text, newest: VersionLine | undefined): KnownBlock[] {
  const { version, playbook } = text;
  const { mql, fit, sla, notify } = playbook;
  const edit = (id: string, value?: string) => button(id, 'Edit', value);
  const destination = {
    dm: 'to the rep’s DM',
    channel: 'to the channel',
    both: 'to the rep’s DM and the channel',
    email: 'to the rep by mail',
  };
  return [
    section(newest ? versionText(newest) : `*Version ${version}*`),
    actions([button(SAMPLE, 'Test on a sample lead'), button(EXPORT, 'Export YAML'), button(IMPORT, 'Import YAML')]),
    row(
      [`*MQL threshold*: a score of ${mql.threshold}`, `a new MQL again after ${duration(mql.requalify_after)}`],
      edit(thresholdForm.id),
    ),
    row(fitLines(fit), edit(fitForm.id)),
    ...PRIORITIES.map((priority, index) => {
      // Buttons of the same action in different blocks are fine; each says which priority.
      return row(ladderLines(priority, sla[priority]), edit(ladderForm.id, PRIORITIES[index]));
    }),
    row(
      [
        '*Idle and cold leads*',
        `claimed without contact: ${sla.claimed_but_idle ? `asked after ${duration(sla.claimed_but_idle)}` : 'never asked'}; cold: ${sla.cold_after ? `after ${duration(sla.cold_after)}` : 'never'}`,
      ],
      edit(promisesForm.id),
    ),
    row(
      [
        `*Where leads are told*: ${destination[notify.assigned]}`,
        `channel ${mrkdwn(notify.channel ?? 'none', NAME)}; more than ${count(notify.burst, 'card')} at once become a digest`,
      ],
      edit(notifyForm.id),
    ),
    row(['*Facts on cards*', cardWords(playbook)], edit(cardForm.id)),
    row(['*Follow-up*', followUpText(playbook.follow_up), ...sequenceLine(playbook.follow_up)], edit(followUpForm.id)),
    row(answerLines(playbook.reply), edit(firstAnswerForm.id)),
    row(nurtureLines(text), edit(nurtureForm.id)),
    context(
      'Forms (`capture`), scoring, validation, CRM fields and reports are edited in the file: export it, change it, import it.',
    ),
  ];
}

const cardWords = ({ card }: Playbook): string =>
  (card.lines ?? USUAL_FACTS).map(line => line.map(fact => FACT_WORDS[fact].toLowerCase()).join(' · ')).join('\n');

const FOLLOW_UPS = { task: 'a task', call_list: 'the call list' };

const followUpText = (by: Playbook['follow_up']): string =>
  PRIORITIES.map(priority => `${priority}: ${FOLLOW_UPS[by[priority]]}`).join('; ');

const SEQUENCES = 600;

/** Nothing where no sequence is offered. */
function sequenceLine({ sequences }: Playbook['follow_up']): string[] {
  if (!sequences) return [];
  const named = PRIORITIES.flatMap(priority => (sequences[priority] ? [`${priority} “${sequences[priority]}”`] : []));
  return [mrkdwn(`Sequences of ${vendorName(sequences.tool)}: ${named.join('; ')}`, SEQUENCES)];
}

/** Nothing of sources without a place. */
function nurtureLines({ written, sources }: Text): string[] {
  const places = Object.entries(written.nurture ?? {}).flatMap(([source, place]) => {
    const words = nurtureText(place);
    return words ? [`${sources[source] ?? source}: ${words}`] : [];
  });
  return [
    '*Nurture*: where a lead goes that sales does not get',
    mrkdwn(places.join('; ') || 'it stays where it is', SENTENCE),
  ];
}

function fitLines({ industries, employees, countries, priority }: Playbook['fit']): string[] {
  const names = (all: readonly string[], any: string) => mrkdwn(all.join(', ') || any, SENTENCE);
  const { min, max } = employees;
  const span =
    min === undefined && max === undefined ? 'any size' : `${min ?? 0} to ${max ?? 'any number of'} employees`;
  return [
    `*Ideal customer*: HIGH from ${priority.high}, MEDIUM from ${priority.medium}`,
    `${names(industries, 'every industry')}; ${span}; ${names(countries, 'every country')}`,
  ];
}

function answerLines({ enabled, to, within, templates }: Playbook['reply']): string[] {
  if (!enabled) return ['*First answer*: none', 'no lead is written to by itself'];
  const who = to === 'forms' ? 'whoever asked in a form' : 'whoever became an MQL';
  const others = templates.length > 0 ? `; ${count(templates.length, 'template')} besides` : '';
  return [`*First answer*: to ${who}`, `in the rep’s name, not after ${duration(within)}${others}`];
}

function ladderLines(priority: string, ladder: Playbook['sla']['HIGH']): string[] {
  if (!ladder) return [`*${priority}*: no SLA`];
  const clock = ladder.clock === 'working' ? ' of working time' : '';
  const steps = ladder.steps.map(step => `${step.do} at ${formatDuration(step.at)}`).join(', ');
  return [
    `*${priority}*: contact within ${duration(ladder.respond_within)}${clock}`,
    mrkdwn(steps || 'no steps', SENTENCE),
  ];
}

export function peoplePage({ version, playbook }: Text, page: number): KnownBlock[] {
  const part = pageIn(playbook.people, page, PEOPLE_A_PAGE);
  return [
    header(count(playbook.people.length, 'person').replace(/persons$/, 'people')),
    actions([{ ...button(personForm.id, 'Add person'), style: 'primary' }, button(CHOOSE_VIEWERS, 'Viewers…')]),
    ...(playbook.viewers.length > 0 ? [context(viewersLine(playbook))] : []),
    ...part.rows.map(([person, index]) => {
      const teams = Object.values(playbook.teams).filter(team => team.members.some(one => one.person === person.email));
      const facts = [
        mrkdwn(person.email, NAME),
        mrkdwn(person.time_zone, NAME),
        teams.length > 0 ? mrkdwn(teams.map(({ name }) => name).join(', '), NAME) : 'in no team',
        ...(playbook.admins.includes(person.email) ? ['admin'] : []),
      ];
      const menu = entryMenu(MENUS.people, { edit: 'Edit…', remove: 'Remove…' }, version, index);
      return row([`*${mrkdwn(person.name, NAME)}*`, facts.join('  ·  ')], menu);
    }),
    ...pager(listName('people'), part.page, part.pages),
  ];
}

function viewersLine(playbook: Text['playbook']): string {
  const names = playbook.viewers.slice(0, MOST_VIEWERS).map(email => mrkdwn(nameOf(playbook, email), NAME));
  const more = playbook.viewers.length - names.length;
  return `Viewers, who see everything and change nothing: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function teamsPage({ version, playbook }: Text, page: number): KnownBlock[] {
  const part = pageIn(Object.entries(playbook.teams), page, TEAMS_A_PAGE);
  const verbs = { edit: 'Edit…', weights: 'Weights and limits…', remove: 'Remove…' };
  return [
    header(count(Object.keys(playbook.teams).length, 'team')),
    actions([{ ...button(teamForm.id, 'Add team'), style: 'primary' }]),
    ...(part.rows.length === 0 ? [section('No team yet. A team shares leads among its members.')] : []),
    ...part.rows.map(([[key, team]]) => row(teamLines(team, playbook), entryMenu(MENUS.teams, verbs, version, key))),
    ...pager(listName('teams'), part.page, part.pages),
  ];
}

function teamLines({ name, assign, members, manager, channel }: Team, playbook: Playbook): string[] {
  const who = (email: string) => nameOf(playbook, email);
  const weight = (member: Team['members'][number]) => (assign === 'weighted' ? ` ×${member.weight}` : '');
  const limit = ({ open_limit }: Team['members'][number]) =>
    open_limit === undefined ? '' : ` (at most ${open_limit})`;
  const names = members.map(member => `${who(member.person)}${weight(member)}${limit(member)}`);
  const facts = [ASSIGN[assign], ...(manager ? [`manager ${who(manager)}`] : []), ...(channel ? [channel] : [])];
  return [`*${mrkdwn(name, NAME)}*  ·  ${mrkdwn(facts.join(', '), NAME * 2)}`, mrkdwn(names.join(', '), SENTENCE)];
}

export function rulesPage({ version, playbook, written }: Text, page: number): KnownBlock[] {
  const rules = written.routing ?? [];
  const part = pageIn(rules, page, RULES_A_PAGE);
  const verbs = { edit: 'Edit…', up: 'Move up', down: 'Move down', remove: 'Delete…' };
  return [
    header(`${count(rules.length, 'rule')}: the first that takes a lead decides`),
    actions([{ ...button(ruleForm.id, 'Add rule'), style: 'primary' }, button(SAMPLE, 'Test on a sample lead')]),
    ...part.rows.map(([rule, index]) =>
      row(
        [
          `${index + 1}. *${mrkdwn(rule.name, NAME)}*`,
          mrkdwn(
            ruleWords(rule, { person: email => nameOf(playbook, email), team: key => teamName(playbook, key) }),
            SENTENCE,
          ),
        ],
        entryMenu(MENUS.rules, verbs, version, index),
      ),
    ),
    ...pager(listName('rules'), part.page, part.pages),
    row(
      [`*Fallback*: ${fallbackText(playbook)}`, 'when no rule takes a lead, or nobody is free'],
      button(fallbackForm.id, 'Edit'),
    ),
  ];
}

function fallbackText(playbook: Playbook): string {
  const { team, person } = playbook.fallback;
  const names = [team && teamName(playbook, team), person && nameOf(playbook, person)];
  return mrkdwn(names.filter(Boolean).join(', then '), NAME * 2);
}

export function templatesPage(text: Text, page: number): KnownBlock[] {
  const { version, playbook } = text;
  const part = pageIn(Object.entries(playbook.templates), page, TEMPLATES_A_PAGE);
  return [
    header(count(Object.keys(playbook.templates).length, 'mail template')),
    actions([{ ...button(templateForm.id, 'Add template'), style: 'primary' }]),
    ...(part.rows.length === 0
      ? [section('No template yet. Reps choose one under *Email* on a card, and it is filled in for the lead.')]
      : []),
    ...part.rows.map(([[key, template]]) =>
      row(
        [`*${mrkdwn(template.name, NAME)}*`, mrkdwn(template.subject, SENTENCE)],
        entryMenu(MENUS.templates, { edit: 'Edit…', remove: 'Delete…' }, version, key),
      ),
    ),
    ...pager(listName('templates'), part.page, part.pages),
    ...answersList(text),
  ];
}

/** Texts of the first answer, in the order in which they are asked: the one for all leads last. */
function answersList({ version, playbook }: Text): KnownBlock[] {
  const { enabled, templates, subject } = playbook.reply;
  const verbs = { edit: 'Edit…', up: 'Move up', down: 'Move down', remove: 'Delete…' };
  const rest = templates.length - ANSWERS;
  return [
    header('First answers to leads'),
    context(
      enabled
        ? 'Sent by Baton at once, in the rep’s name. The first that is for a lead is the one it gets.'
        : 'Sent by Baton at once, in the rep’s name: off for now.',
    ),
    actions([button(answerForm.id, 'Add first answer')]),
    ...templates.slice(0, ANSWERS).map(({ when, subject: words }, at) =>
      row(
        [
          `${at + 1}. *${mrkdwn(
            answerFor(when, key => teamName(playbook, key)),
            SENTENCE,
          )}*`,
          mrkdwn(words, SENTENCE),
        ],
        entryMenu(MENUS.answers, verbs, version, at),
      ),
    ),
    ...(rest > 0 ? [context(`and ${rest} more in the file`)] : []),
    row(['*Every other lead*', mrkdwn(subject, SENTENCE)], button(firstAnswerForm.id, 'Edit')),
  ];
}

/** `newest` is the version a restore is based on. */
export function versionsPage({ rows, page, pages, total }: Paged<VersionLine>, newest: number): KnownBlock[] {
  return [
    header(count(total, 'version')),
    ...rows.map(line => {
      const verbs = { view: 'View changes', ...(line.version !== newest && { restore: 'Restore…' }) };
      return row([versionText(line)], entryMenu(MENUS.versions, verbs, newest, line.version));
    }),
    ...pager(listName('versions'), page, pages),
  ];
}
