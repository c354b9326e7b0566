/** Forms about mail templates. */
import { mrkdwn } from '../../escape.ts';
import { context, section } from '../block-parts.ts';
import { form } from '../modals/modal-parts.ts';
import { fitsField, textField } from './fields.ts';
import { type Form, read, type Subject, tooLong } from './form.ts';
import { previewButtons } from './mail-preview.ts';

const NAME = 120;

export const templateForm: Form = {
  id: 'edit_template',
  title: 'Mail template',
  draw: (subject, origin) => {
    const known = templateIn(subject);
    if (known === 'gone') return undefined;
    if (known && !fitsField(known.body)) {
      return tooLong(templateForm.title, origin);
    }
    return form(templateForm.id, known ? 'Edit template' : 'Add template', 'Save', origin, [
      textField('name', 'Name', known?.name, { most: 200 }),
      textField('subject', 'Subject', known?.subject, { most: 500 }),
      textField('body', 'Text', known?.body, { many: true }),
      context(
        'Liquid: `{{lead.first_name}}`, `{{lead.company}}`, `{{lead.recent_intent}}`, `{{rep.name}}`, `{{rep.scheduling_url}}` are filled in for each lead.',
      ),
      previewButtons(),
    ]);
  },
  read: (filled, subject) => {
    const body = filled.text('body') ?? '';
    const template = {
      name: filled.text('name') ?? '',
      subject: filled.text('subject') ?? '',
      body: sameEnd(subject, body),
    };
    return read({ kind: 'template', key: subject.at, template });
  },
};

/** What a form gives comes without the line break at its end that the file had: that is no change. */
function sameEnd(subject: Subject, body: string): string {
  const known = templateIn(subject);
  return known && known !== 'gone' && known.body.trim() === body ? known.body : body;
}

export const removeTemplateForm: Form = {
  id: 'remove_template',
  title: 'Delete template',
  isPreview: true,
  draw: (subject, origin) => {
    const known = templateIn(subject);
    if (!known || known === 'gone') return undefined;
    return form(removeTemplateForm.id, removeTemplateForm.title, 'Delete', origin, [
      section(`Delete *${mrkdwn(known.name, NAME)}*? Mails that were sent stay as they are.`),
    ]);
  },
  read: (_filled, { at = '' }) => read({ kind: 'remove_template', key: at }),
};

function templateIn({ text: { written }, at }: Subject) {
  if (at === undefined) return undefined;
  return written.templates && Object.hasOwn(written.templates, at) ? (written.templates[at] ?? 'gone') : 'gone';
}
