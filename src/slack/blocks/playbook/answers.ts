/** Forms about texts of the first answer that are for some leads. */
import { teamName } from '../../../config/playbook/people.ts';
import { answerFor } from '../../../workspaces/playbook-edits.ts';
import { mrkdwn } from '../../escape.ts';
import { context, section } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { choicesField, fitsField, listIn, oneOrMany, textField, valuesOf } from './fields.ts';
import { type Form, positionOf, read, type Subject, tooLong } from './form.ts';
import { previewButtons } from './mail-preview.ts';
import { multiMenu, teamChosen, teamsGroup, teamValue } from './menus.ts';

const PRIORITIES = { HIGH: 'HIGH', MEDIUM: 'MEDIUM', LOW: 'LOW' };
const SENTENCE = 500;

export const answerForm: Form = {
  id: 'edit_answer',
  title: 'First answer',
  draw: (subject, origin) => {
    const known = answerAt(subject);
    if (known === 'gone') return undefined;
    if (known && !fitsField(known.body)) return tooLong(answerForm.title, origin);
    const { playbook } = subject.text;
    const hasTeams = Object.keys(playbook.teams).length > 0;
    const teams = valuesOf(known?.when?.team).flatMap(key => teamValue(key) ?? []);
    return form(answerForm.id, known ? 'Edit first answer' : 'Add first answer', 'Next', origin, [
      choicesField('priority', 'For leads of priority', PRIORITIES, valuesOf(known?.when?.priority), {
        optional: true,
      }),
      hasTeams
        ? input('team', 'Of teams', multiMenu('team', [teamsGroup(playbook)], teams), { optional: true })
        : undefined,
      textField('language', 'Who chose the language', valuesOf(known?.when?.language).join(', '), {
        optional: true,
        placeholder: 'de, fr',
        hint: 'What the form’s field “language” says, by code: de is de-AT as well. Nothing chosen above and here: every lead.',
      }),
      textField('subject', 'Subject', known?.subject, { most: 500 }),
      textField('body', 'Text', known?.body, { many: true }),
      context('Liquid: `{{lead.first_name}}`, `{{lead.company}}`, `{{rep.name}}`, `{{booking_link}}`.'),
      previewButtons(),
    ]);
  },
  read: (filled, subject) => {
    const known = answerAt(subject);
    const before = known && known !== 'gone' ? known : undefined;
    const body = filled.text('body') ?? '';
    const { playbook } = subject.text;
    const team = filled.choices('team').flatMap(value => teamChosen(playbook, value) ?? []);
    return read({
      kind: 'answer',
      at: before && positionOf(subject),
      answer: {
        when: {
          priority: oneOrMany(filled.choices('priority') as (keyof typeof PRIORITIES)[]),
          team: oneOrMany(team),
          language: oneOrMany(listIn(filled, 'language')),
        },
        subject: filled.text('subject') ?? '',
        // What a form gives comes without the line break at its end that the file had: that is no change.
        body: before?.body.trim() === body ? before.body : body,
      },
    });
  },
};

export const removeAnswerForm: Form = {
  id: 'remove_answer',
  title: 'Delete first answer',
  isPreview: true,
  draw: (subject, origin) => {
    const known = answerAt(subject);
    if (!known || known === 'gone') return undefined;
    const { playbook } = subject.text;
    const whom = answerFor(known.when, key => teamName(playbook, key));
    return form(removeAnswerForm.id, removeAnswerForm.title, 'Delete', origin, [
      section(
        `Delete the text for *${mrkdwn(whom, SENTENCE)}*?`,
        mrkdwn(known.subject, SENTENCE),
        'These leads get the next text that is for them. Versions keeps it: it can be restored.',
      ),
    ]);
  },
  read: (_filled, subject) => read({ kind: 'remove_answer', at: positionOf(subject) ?? -1 }),
};

function answerAt(subject: Subject) {
  const at = positionOf(subject);
  if (at === undefined) return undefined;
  return subject.text.written.reply?.templates?.[at] ?? 'gone';
}
