/** Email: the template filled in for this lead, to change and to send; or to take into one's own mail program. */
import type { KnownBlock, ModalView, PlainTextOption, StaticSelect } from '@slack/types';
import type { EmailDraft } from '../../../handoff/commands.ts';
import { mrkdwn, plain } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { actions, button, context, option, plainSection, SECTION, section } from '../block-parts.ts';
import { about, form, input, lines, type Named, reading, typed } from './modal-parts.ts';

export const EMAIL = 'card_email';
/** Choosing another template. */
export const EMAIL_TEMPLATE = 'email_template';
/** The link button; the mail program has opened by itself. */
export const OPEN_MAIL = 'open_mail';

const TITLE = 'Email';
const ADDRESS = 254;
const SUBJECT = 250;
const LINK = 3_000;
/** What a subject may take of a link, encoded. */
const SUBJECT_IN_LINK = 900;
const OPTIONS = 100;
const VALUE = 75;

/** To write and send, when Baton has a mail server; else to read and to take along. */
export function emailModal(given: { lead: Named; draft: EmailDraft; origin: Origin }): ModalView {
  const { lead, draft, origin } = given;
  const to = `To ${mrkdwn(draft.to, ADDRESS)}`;
  if (!draft.canSend) {
    return reading(TITLE, 'Close', origin, [
      section(about(lead), to),
      templates(draft, false),
      plainSection(lines(draft.subject || '(no subject)', SECTION)),
      plainSection(lines(draft.body || '(no text)', SECTION)),
      ...ownProgram(draft),
      context(
        'Baton cannot send this itself: no mail server is connected. An admin sets SMTP_URL, and a Send button appears here.',
        'Baton does not see what your own mail program sends.',
      ),
    ]);
  }
  // New ids with each template: Slack keeps what stands in a field as long as its ids stay the same.
  const field = (name: string) => `${name}:${draft.template}`.slice(0, 255);
  return form(EMAIL, TITLE, 'Send', origin, [
    section(about(lead), `${to}  ·  answers go to ${mrkdwn(draft.replyTo, ADDRESS)}`),
    templates(draft, true),
    input('subject', 'Subject', typed(field('subject'), { initial: draft.subject, most: SUBJECT })),
    input('body', 'Text', typed(field('body'), { many: true, initial: draft.body })),
    ...ownProgram(draft),
  ]);
}

/** Somebody who asked not to be mailed is not. */
export function optedOutText(lead: Named): string {
  return `${about(lead)} asked not to be mailed, so Baton sends nothing and prepares no draft. A call is fine.`;
}

function templates({ templates: all, template }: EmailDraft, asInput: boolean): KnownBlock | undefined {
  const options: PlainTextOption[] = all
    .filter(({ id }) => id.length > 0 && id.length <= VALUE)
    .slice(0, OPTIONS)
    .map(({ id, name }) => option(id, name || id));
  const chosen = options.find(({ value }) => value === template);
  if (options.length === 0 || !chosen) return undefined;
  const menu: StaticSelect = { type: 'static_select', action_id: EMAIL_TEMPLATE, options, initial_option: chosen };
  if (!asInput) return actions([menu], 'template');
  return input('template', 'Template', menu, { dispatch: true, hint: 'Another template replaces subject and text.' });
}

function ownProgram(draft: EmailDraft): KnownBlock[] {
  const { url, whole } = mailto(draft);
  return [
    actions([{ ...button(OPEN_MAIL, 'Open in my mail client'), url }]),
    context(
      `Your mail client gets the template as filled in for this lead, without changes made here.${
        whole ? '' : ' It is too long for a link, so its end is missing there.'
      }`,
    ),
  ];
}

/** A link that fits Slack's 3,000 characters; the text is cut, never in the middle of a character, when it must be. */
export function mailto({ to, subject, body }: Pick<EmailDraft, 'to' | 'subject' | 'body'>): {
  url: string;
  whole: boolean;
} {
  const address = encoded(plain(to, ADDRESS), LINK / 2).text.replaceAll('%40', '@');
  const head = encoded(plain(subject, SUBJECT), SUBJECT_IN_LINK);
  const start = `mailto:${address}?subject=${head.text}&body=`;
  const text = encoded(lines(body, Number.MAX_SAFE_INTEGER), LINK - start.length);
  return { url: start + text.text, whole: head.whole && text.whole };
}

/** Percent-encoded, at most `most` characters of it; line breaks as mail has them. */
function encoded(raw: string, most: number): { text: string; whole: boolean } {
  let text = '';
  for (const character of raw.toWellFormed()) {
    const piece = character === '\n' ? '%0D%0A' : encodeURIComponent(character);
    if (text.length + piece.length > most) return { text, whole: false };
    text += piece;
  }
  return { text, whole: true };
}
