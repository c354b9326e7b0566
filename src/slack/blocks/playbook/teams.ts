/** Forms about teams and their members. */
import type { KnownBlock } from '@slack/types';
import { capital } from '../../../lib/english.ts';
import { clip, mrkdwn } from '../../escape.ts';
import { context, section } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { choiceField, hoursFields, hoursIn, numberField, numberIn, textField } from './fields.ts';
import { type Form, misread, read, type Subject } from './form.ts';
import { menu, multiMenu, peopleGroup, personChosen, personValue, teamChosen, teamsGroup } from './menus.ts';

const NAME = 120;
const SHORT = 60;
/** Two fields a member; Slack takes 100 blocks. */
const MEMBERS = 45;

const WAYS = {
  round_robin: 'In turn',
  weighted: 'In turn, by weight',
  least_open: 'To whoever has the fewest open',
  claim: 'To the first who claims it, in the channel',
};
type Way = keyof typeof WAYS;

export const teamForm: Form = {
  id: 'edit_team',
  title: 'Team',
  draw: (subject, origin, { group }) => {
    const { playbook } = subject.text;
    const known = teamIn(subject);
    if (known === 'gone') return undefined;
    const manager = menu('manager', [peopleGroup(playbook)], personValue(known?.manager));
    const members = (known?.members ?? []).map(({ person }) => personValue(person) ?? '');
    return form(teamForm.id, known ? 'Edit team' : 'Add team', 'Save', origin, [
      textField('name', 'Name', known?.name, { most: 200 }),
      manager &&
        input('manager', 'Manager', manager, { optional: true, hint: 'Hears of leads that nobody looks after.' }),
      choiceField('assign', 'Leads go', WAYS, known?.assign ?? 'round_robin'),
      input('members', 'Members', multiMenu('members', [peopleGroup(playbook)], members)),
      textField('channel', 'Channel', known?.channel, { optional: true, placeholder: '#mql-mid-market' }),
      textField('crm_queue', `${capital(group.one)} in the CRM`, known?.crm_queue, {
        optional: true,
        placeholder: 'Inbound_queue',
        most: 80,
        hint: 'Its developer name. It owns the leads of a team that claims, until somebody has.',
      }),
      ...hoursFields(known?.hours, 'In each member’s own time zone. Empty: at any hour.'),
      context('Weights and limits have a form of their own, in the team’s menu.'),
    ]);
  },
  read: (filled, subject) => {
    const { playbook } = subject.text;
    const { hours, errors } = hoursIn(filled);
    if (errors) return misread(errors);
    const chosen = filled.choices('members').map(value => personChosen(playbook, value));
    return read({
      kind: 'team',
      key: subject.at,
      team: {
        name: filled.text('name') ?? '',
        manager: personChosen(playbook, filled.choice('manager')),
        assign: (filled.choice('assign') ?? 'round_robin') as Way,
        channel: filled.text('channel'),
        crm_queue: filled.text('crm_queue'),
        hours,
      },
      members: inOrder(
        subject,
        chosen.filter(email => email !== undefined),
      ),
    });
  },
};

/** Those who were members keep their places; Slack gives them in the menu's order. */
function inOrder(subject: Subject, chosen: string[]): string[] {
  const known = teamIn(subject);
  const before = known && known !== 'gone' ? known.members.map(({ person }) => person.trim().toLowerCase()) : [];
  return [...before.filter(email => chosen.includes(email)), ...chosen.filter(email => !before.includes(email))];
}

export const membersForm: Form = {
  id: 'edit_members',
  title: 'Weights and limits',
  draw: (subject, origin) => {
    const known = teamIn(subject);
    if (!known || known === 'gone') return undefined;
    const { people } = subject.text.playbook;
    const name = (email: string) => people.find(one => personValue(one.email) === personValue(email))?.name ?? email;
    const more = known.members.length - MEMBERS;
    const fields = known.members.slice(0, MEMBERS).flatMap(({ person, weight, open_limit }): KnownBlock[] => [
      numberField(fieldOf('weight', person), `${clip(name(person), SHORT)}: weight`, {
        initial: weight ?? 1,
        min: 1,
        max: 10_000,
      }),
      numberField(fieldOf('limit', person), `${clip(name(person), SHORT)}: open leads at most`, {
        initial: open_limit,
        min: 1,
        max: 10_000,
        optional: true,
      }),
    ]);
    return form(membersForm.id, membersForm.title, 'Save', origin, [
      section(`*${mrkdwn(known.name, NAME)}*: somebody with a weight of 2 gets twice as many leads as one with 1.`),
      ...(known.assign === 'weighted' ? [] : [context('Weights count only where leads go *in turn, by weight*.')]),
      ...fields,
      ...(more > 0 ? [context(`${more} more members are edited in the file: export it, change it, import it.`)] : []),
    ]);
  },
  read: (filled, subject) => {
    const known = teamIn(subject);
    if (subject.at === undefined || !known || known === 'gone') return misread({ name: 'This team is gone.' });
    const members = known.members.slice(0, MEMBERS).map(member => ({
      ...member,
      weight: numberIn(filled, fieldOf('weight', member.person)) ?? 1,
      open_limit: numberIn(filled, fieldOf('limit', member.person)),
    }));
    return read({ kind: 'members', key: subject.at, members });
  },
};

/** As the edit names it in what it refuses. */
function fieldOf(what: 'weight' | 'limit', person: string): string {
  return `${what} ${person.trim().toLowerCase()}`.slice(0, 255);
}

export const removeTeamForm: Form = {
  id: 'remove_team',
  title: 'Remove team',
  isPreview: true,
  draw: (subject, origin) => {
    const known = teamIn(subject);
    if (!known || known === 'gone' || subject.at === undefined) return undefined;
    const { playbook } = subject.text;
    const { [subject.at]: _gone, ...others } = playbook.teams;
    const instead = menu('instead', [teamsGroup({ ...playbook, teams: others })]);
    return form(removeTeamForm.id, removeTeamForm.title, 'Remove', origin, [
      section(`*${mrkdwn(known.name, NAME)}* gets no new leads any more. Its people stay in the playbook.`),
      instead &&
        input('instead', 'Which team takes its place in rules?', instead, {
          optional: true,
          hint: 'Empty: none, if no rule and no fallback needs it.',
        }),
    ]);
  },
  read: (filled, subject) =>
    read({
      kind: 'remove_team',
      key: subject.at ?? '',
      instead: teamChosen(subject.text.playbook, filled.choice('instead')),
    }),
};

function teamIn({ text: { written }, at }: Subject) {
  if (at === undefined) return undefined;
  return written.teams && Object.hasOwn(written.teams, at) ? (written.teams[at] ?? 'gone') : 'gone';
}
