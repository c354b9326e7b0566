/** The form about the first answer that leads get by themselves. */
import { context } from '../block-parts.ts';
import { form } from '../modals/modal-parts.ts';
import { choiceField, fitsField, textField } from './fields.ts';
import { type Form, read, tooLong } from './form.ts';
import { previewButtons } from './mail-preview.ts';

const ON = { yes: 'Yes', no: 'No' };
const TO = { forms: 'Whoever asked in a form', all: 'Whoever became an MQL' };

export const firstAnswerForm: Form = {
  id: 'edit_first_answer',
  title: 'First answer',
  draw: ({ text: { written } }, origin) => {
    const {
      enabled = false,
      to = 'forms',
      within,
      subject,
      body = '',
      postal_address: address,
      templates = [],
    } = written.reply ?? {};
    if (!fitsField(body)) return tooLong(firstAnswerForm.title, origin);
    const others =
      templates.length > 0
        ? ` ${templates.length === 1 ? 'One template' : `${templates.length} templates`} for some leads (priority, team, language) go first: *Templates* on Home.`
        : ' Other texts by priority, team and language: *Templates* on Home.';
    return form(firstAnswerForm.id, firstAnswerForm.title, 'Save', origin, [
      choiceField('enabled', 'Leads get an answer at once, in the rep’s name', ON, enabled ? 'yes' : 'no'),
      choiceField('to', 'Who gets one', TO, to),
      textField('within', 'Not after', within ?? '60s', {
        hint: 'A number and s, m, h or d. Later the rep may send it with a button.',
      }),
      textField('subject', 'Subject', subject, { most: 500, optional: true }),
      textField('body', 'Text', body, { many: true, optional: true, hint: 'Empty: Baton’s own introduction.' }),
      textField('postal_address', 'Postal address, below the text', address, {
        optional: true,
        hint: 'Laws on commercial mail of most places want one.',
      }),
      context(
        `Liquid: \`{{lead.first_name}}\`, \`{{lead.company}}\`, \`{{rep.name}}\`, \`{{booking_link}}\`.${others}`,
      ),
      previewButtons(),
    ]);
  },
  read: (filled, { text: { written } }) => {
    const known = written.reply?.body;
    const body = filled.text('body');
    return read({
      kind: 'reply',
      reply: {
        enabled: filled.choice('enabled') === 'yes',
        to: filled.choice('to') === 'all' ? 'all' : 'forms',
        within: filled.text('within'),
        subject: filled.text('subject'),
        // What a form gives comes without the line break at its end that the file had: that is no change.
        body: known?.trim() === body ? known : body,
        postal_address: filled.text('postal_address'),
      },
    });
  },
};
