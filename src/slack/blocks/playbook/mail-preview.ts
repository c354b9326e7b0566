/** A text for leads as it would leave: its buttons in the forms about such texts, and what they show. Pure. */
import type { ActionsBlock, KnownBlock, ModalView } from '@slack/types';
import type { Playbook } from '../../../config/playbook.ts';
import { WITHHELD_WORDS } from '../../../domain/first-answer.ts';
import type { MailDraft, MailPreview, TestSent } from '../../../workspaces/mail-preview.ts';
import { mrkdwn } from '../../escape.ts';
import type { Filled } from '../../forms.ts';
import { actions, button, context, plainSection, SECTION, section } from '../block-parts.ts';
import { reading } from '../modals/modal-parts.ts';
import { noticeModal } from '../modals/notice.ts';
import { listIn } from './fields.ts';
import { teamChosen } from './menus.ts';

export const PREVIEW_MAIL = 'preview_mail';
export const SEND_TEST_MAIL = 'send_test_mail';

const TITLE = 'Preview';
const NAME = 120;
const SENTENCE = 500;
/** Sections of a long text; the rest is left out, and said. */
const MOST_SECTIONS = 8;

/** Below the fields of a text. */
export const previewButtons = (): ActionsBlock =>
  actions([button(PREVIEW_MAIL, 'Preview'), button(SEND_TEST_MAIL, 'Send me a test')]);

/** What stands in the form now. @param before what is used where a field is empty */
export function draftIn(
  filled: Filled,
  kind: MailDraft['kind'],
  { playbook, ...before }: { playbook: Playbook; subject: string; body: string },
): MailDraft {
  const priority = filled.choices('priority') as ('HIGH' | 'MEDIUM' | 'LOW')[];
  const team = filled.choices('team').flatMap(value => teamChosen(playbook, value) ?? []);
  const language = listIn(filled, 'language');
  return {
    kind,
    subject: filled.text('subject') ?? before.subject,
    body: filled.text('body') ?? before.body,
    when: {
      ...(priority.length > 0 && { priority }),
      ...(team.length > 0 && { team }),
      ...(language.length > 0 && { language }),
    },
  };
}

export function previewModal(preview: MailPreview): ModalView {
  return reading(TITLE, 'Back', {}, [...whose(preview), ...text(preview)]);
}

function whose({ lead, signedBy, withheld, isOff }: MailPreview): KnownBlock[] {
  const who = `*${mrkdwn(lead.name, NAME)}*${lead.company ? `, ${mrkdwn(lead.company, NAME)}` : ''}`;
  const which = lead.isExample ? `${who}, an example: no lead is here yet.` : `${who}, one of your newest leads.`;
  const notes = [
    ...(lead.isMeant ? [] : ['None of your newest leads is one that this text is for.']),
    ...(isOff ? ['First answers are off until you answer *Yes* and save: nobody gets it yet.'] : []),
    ...(withheld ? [`Baton would not send it to this lead now: ${WITHHELD_WORDS[withheld]}.`] : []),
  ];
  return [
    section(`Filled in for ${which}`, `Signed by ${mrkdwn(signedBy, NAME)}.`),
    ...(notes.length > 0 ? [section(...notes.map(note => `:information_source: ${note}`))] : []),
  ];
}

function text({ mail, hasFooter }: MailPreview): KnownBlock[] {
  if (!mail.ok) return [section(`:warning: It cannot be filled in: ${mrkdwn(mail.why, SENTENCE)}.`)];
  const letters = Array.from(mail.body);
  const parts = Array.from({ length: Math.ceil(letters.length / PART) }, (_, at) =>
    letters.slice(at * PART, (at + 1) * PART).join(''),
  );
  return [
    context('*Subject*'),
    plainSection(mail.subject),
    context('*Text*'),
    ...parts.slice(0, MOST_SECTIONS).map(plainSection),
    ...(hasFooter
      ? [context('Below it stand your postal address, where you gave one, and a link to get no more.')]
      : []),
    ...(parts.length > MOST_SECTIONS ? [context('The rest does not fit here.')] : []),
  ];
}

/** Slack counts what JavaScript counts; a letter has two of it at most. */
const PART = SECTION / 2;

export const sendingModal = (): ModalView => noticeModal('Test mail', ':hourglass: It is being sent…');

/** What became of it. */
export function testSentModal(sent: TestSent): ModalView {
  return noticeModal('Test mail', sentText(sent));
}

function sentText(sent: TestSent): string {
  switch (sent.kind) {
    case 'done':
      return `:white_check_mark: Sent to ${mrkdwn(sent.to, NAME)}, and to nobody else. Its subject begins with “Test:”.`;
    case 'maybe':
      return `:grey_question: The mail server’s answer was lost. Look into the mailbox of ${mrkdwn(sent.to, NAME)}: if nothing is there, press *Send me a test* once more.`;
    case 'failed':
      return `:warning: It was not sent: ${mrkdwn(sent.why, SENTENCE)}.`;
    case 'under_way':
      return ':hourglass: It is being sent already.';
    case 'not_allowed':
      return `Only ${mrkdwn(sent.who, SENTENCE)} can do this.`;
  }
}
