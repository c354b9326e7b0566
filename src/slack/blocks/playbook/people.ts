/** Forms about the playbook's people. */
import { mrkdwn } from '../../escape.ts';
import { context, option, section } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { hoursFields, hoursIn, textField } from './fields.ts';
import { type Form, misread, positionOf, read, type Subject } from './form.ts';
import { menu, peopleGroup, personChosen, personValue } from './menus.ts';

const NAME = 120;

export const personForm: Form = {
  id: 'edit_person',
  title: 'Person',
  draw: (subject, origin) => {
    const { written, playbook } = subject.text;
    const known = knownIn(subject);
    if (known === 'gone') return undefined;
    const managers = menu('manager', [peopleGroup(playbook)], personValue(known?.manager));
    const admin = option('yes', 'May change the playbook and replay work');
    const isAdmin = known && (written.admins ?? []).some(one => personValue(one) === personValue(known.email));
    return form(personForm.id, known ? 'Edit person' : 'Add person', 'Save', origin, [
      textField('name', 'Name', known?.name, { most: 200 }),
      textField('email', 'E-mail, the same in Slack and the CRM', known?.email, { most: 254 }),
      textField('time_zone', 'Time zone', known?.time_zone, { placeholder: 'America/New_York', most: 100 }),
      managers && input('manager', 'Manager', managers, { optional: true }),
      textField('scheduling_url', 'Calendar link', known?.scheduling_url, { optional: true }),
      ...hoursFields(known?.hours, 'Their own hours, in their own time zone. Empty: those of the team.'),
      input(
        'admin',
        'Admin',
        { type: 'checkboxes', action_id: 'admin', options: [admin], ...(isAdmin && { initial_options: [admin] }) },
        { optional: true },
      ),
      ...(known ? [context('A new address is put in wherever the person is named.')] : []),
    ]);
  },
  read: (filled, subject) => {
    const { hours, errors } = hoursIn(filled);
    if (errors) return misread(errors);
    const person = {
      email: filled.text('email') ?? '',
      name: filled.text('name') ?? '',
      manager: personChosen(subject.text.playbook, filled.choice('manager')),
      time_zone: filled.text('time_zone') ?? '',
      scheduling_url: filled.text('scheduling_url'),
      hours,
    };
    return read({ kind: 'person', at: positionOf(subject), person, admin: filled.choices('admin').length > 0 });
  },
};

export const removePersonForm: Form = {
  id: 'remove_person',
  title: 'Remove person',
  isPreview: true,
  draw: (subject, origin) => {
    const known = knownIn(subject);
    if (!known || known === 'gone') return undefined;
    const { playbook } = subject.text;
    const others = playbook.people.filter((_, index) => index !== positionOf(subject));
    const instead = menu('instead', [peopleGroup({ ...playbook, people: others })]);
    return form(removePersonForm.id, removePersonForm.title, 'Remove', origin, [
      section(
        `*${mrkdwn(known.name, NAME)}* gets no new leads any more. Open leads stay theirs: a manager hands them over on *My team*.`,
      ),
      instead &&
        input('instead', 'Who takes their place in teams and rules?', instead, {
          optional: true,
          hint: 'Empty: nobody, if no team, rule or person needs them.',
        }),
    ]);
  },
  read: (filled, subject) => {
    const at = positionOf(subject) ?? -1;
    return read({ kind: 'remove_person', at, instead: personChosen(subject.text.playbook, filled.choice('instead')) });
  },
};

function knownIn(subject: Subject) {
  const at = positionOf(subject);
  if (at === undefined) return undefined;
  return subject.text.written.people[at] ?? 'gone';
}
