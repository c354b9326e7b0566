/** A modal that only says something. */
import type { ModalView } from '@slack/types';
import { clipLines, plain } from '../../escape.ts';

const TITLE = 24;
const SECTION = 3_000;

/** `text` is safe mrkdwn. */
export function noticeModal(title: string, text: string): ModalView {
  const shown = clipLines(text.split('\n'), SECTION).trim();
  return {
    type: 'modal',
    title: { type: 'plain_text', text: plain(title, TITLE) || 'Baton', emoji: false },
    close: { type: 'plain_text', text: 'Close', emoji: false },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: shown || 'Nothing to say.', verbatim: true } }],
  };
}
