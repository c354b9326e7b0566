/** A modal that only says something. */
import type { KnownBlock, ModalView } from '@slack/types';
import { clipLines, plain } from '../../escape.ts';
import { actions, context, MODAL_TITLE, modal, plainSection, SECTION, section } from '../block-parts.ts';
import { undoButton } from '../undo.ts';
import { lines } from './modal-parts.ts';

const MOST = 10;

/** `text` is safe mrkdwn; `written` what the person had filled in, who may want to take it along; `undo`: what it tells of may be taken back. */
export function noticeModal(title: string, text: string, written: readonly string[] = [], undo?: string): ModalView {
  const shown = clipLines(text.split('\n'), SECTION).trim();
  return modal(plain(title, MODAL_TITLE) || 'Baton', 'Close', [
    section(shown || 'Nothing to say.'),
    ...(undo === undefined ? [] : [actions([undoButton(undo)])]),
    ...(written.length > 0 ? [context('What you wrote, to take along:'), ...written.slice(0, MOST).map(verbatim)] : []),
  ]);
}

function verbatim(words: string): KnownBlock {
  return plainSection(lines(words, SECTION));
}
