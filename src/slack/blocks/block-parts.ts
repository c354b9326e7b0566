/**
 * The pieces of Block Kit, each once; none is longer than Slack takes
 * (https://docs.slack.dev/reference/block-kit/blocks). Words that hold what a lead typed were made safe before. Pure.
 */
import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  ConfirmationDialog,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  ModalView,
  MrkdwnElement,
  Option,
  Overflow,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { clip, clipLines, plain } from '../escape.ts';
import { type Origin, packOrigin } from '../forms.ts';

/** Characters of a section; a text of several lines loses whole lines. */
export const SECTION = 3_000;
export const HEADER = 150;
/** Of a button, and of one line of a menu. */
const BUTTON = 75;
const LABEL = 200;
export const MODAL_TITLE = 24;
const MOST_IN_CONTEXT = 10;

/** Verbatim: Slack adds no links, channels or mentions of its own to what a lead typed. */
export function text(words: string): MrkdwnElement {
  return { type: 'mrkdwn', text: words, verbatim: true };
}

/** Slack's plain_text, which is never empty. */
export function label(words: string, most = LABEL): PlainTextElement {
  return { type: 'plain_text', text: plain(words, most) || '–', emoji: false };
}

export function header(words: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: clip(words, HEADER), emoji: false } };
}

/** Safe text, a line or more each. */
export function section(...lines: readonly string[]): SectionBlock {
  const all = lines.flatMap(line => line.split('\n'));
  return { type: 'section', text: text(clipLines(all, SECTION)) };
}

/** What somebody wrote, as they wrote it: nothing in it is formatted. */
export function plainSection(words: string): SectionBlock {
  return { type: 'section', text: { type: 'plain_text', text: words || '–', emoji: false } };
}

/** Small print; safe lines. */
export function context(...lines: readonly string[]): ContextBlock {
  return {
    type: 'context',
    elements: lines.slice(0, MOST_IN_CONTEXT).map(line => text(clipLines([line], SECTION))),
  };
}

export const DIVIDER: DividerBlock = { type: 'divider' };

/** Buttons and menus in a line. `blockId` tells presses of one kind from others. */
export function actions(elements: ActionsBlockElement[], blockId?: string): ActionsBlock {
  return { type: 'actions', ...(blockId !== undefined && { block_id: blockId }), elements };
}

export function button(actionId: string, words: string, value?: string): Button {
  return {
    type: 'button',
    action_id: actionId,
    text: label(words, BUTTON),
    ...(value !== undefined && { value }),
  };
}

/** One line of a menu or one radio button. */
export function option(value: string, words: string, description?: string) {
  return {
    text: label(words, BUTTON),
    value,
    ...(description !== undefined && { description: label(description, BUTTON) }),
  } satisfies Option;
}

/** A menu behind three dots: value → words. Slack takes five. */
export function overflow(actionId: string, lines: readonly (readonly [value: string, words: string])[]): Overflow {
  return { type: 'overflow', action_id: actionId, options: lines.map(([value, words]) => option(value, words)) };
}

/** The same of lines that may open an address. */
export function menu(actionId: string, options: readonly (Option & { url?: string })[]): Overflow {
  return { type: 'overflow', action_id: actionId, options: [...options] as Overflow['options'] };
}

/** Asks before a button does what it does. */
export function confirmation(title: string, words: string, yes: string): ConfirmationDialog {
  return { title: label(title, 100), text: label(words, 300), confirm: label(yes, 30), deny: label('Cancel', 30) };
}

/** A modal without inputs. `origin`: what it remembers of where it was opened. */
export function modal(title: string, close: string, blocks: (KnownBlock | undefined)[], origin?: Origin): ModalView {
  return {
    type: 'modal',
    title: label(title, MODAL_TITLE),
    close: label(close, MODAL_TITLE),
    ...(origin && { private_metadata: packOrigin(origin) }),
    blocks: blocks.filter(block => block !== undefined),
  };
}
