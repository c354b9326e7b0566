/** A modal that only says something. */
import type { KnownBlock, ModalView } from '@slack/types';
import { clipLines, plain } from '../../escape.ts';
import { lines, note } from './parts.ts';

const TITLE = 24;
const SECTION = 3_000;
const MOST = 10;

/** `text` is safe mrkdwn; `written` what the person had filled in, who may want to take it along. */
export function noticeModal(title: string, text: string, written: readonly string[] = []): ModalView {
  const shown = clipLines(text.split('\n'), SECTION).trim();
  return {
    type: 'modal',
    title: { type: 'plain_text', text: plain(title, TITLE) || 'Baton', emoji: false },
    close: { type: 'plain_text', text: 'Close', emoji: false },
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: shown || 'Nothing to say.', verbatim: true } },
      ...(written.length > 0 ? [note('What you wrote, to take along:'), ...written.slice(0, MOST).map(verbatim)] : []),
    ],
  };
}

function verbatim(text: string): KnownBlock {
  return { type: 'section', text: { type: 'plain_text', text: lines(text, SECTION) || '–', emoji: false } };
}
