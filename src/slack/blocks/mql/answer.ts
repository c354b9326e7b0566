/** What `/mql` answers is made of: lines in as many sections as they need, and buttons that are commands. */
import type { ActionsBlock, Button, KnownBlock, SectionBlock } from '@slack/types';
import { clip, clipLines, oneLine } from '../../escape.ts';
import { actions, button, SECTION, section } from '../block-parts.ts';
import { packed } from '../block-words.ts';

/** A button that runs the command it carries; its answer takes the place of the message it is in. */
export const RUN = 'mql_run';
/** The same; the message it is in stays. */
export const ALSO = 'mql_also';

const MOST_SECTIONS = 12;
const VALUE = 2_000;

/** For one person's eyes. `text` is what is read aloud or shown in a notification. */
export interface Answer {
  text: string;
  blocks: KnownBlock[];
  /** The same in blocks that every workspace draws. Absent: these are such. */
  plainer?: KnownBlock[];
}

/** Safe lines, then blocks. */
export function answer(lines: readonly string[], ...blocks: KnownBlock[]): Answer {
  return { text: clipLines(lines, SECTION), blocks: [...sections(lines), ...blocks] };
}

/** Safe lines as one section with a button beside it. */
export function row(lines: readonly string[], accessory: Button): SectionBlock {
  return { ...spoken(lines), accessory };
}

/** `command` is what would be typed after `/mql`. */
export function command(
  words: string,
  typed: string,
  ways: { id?: typeof RUN | typeof ALSO; primary?: boolean } = {},
): Button {
  return {
    ...button(ways.id ?? RUN, oneLine(words) || 'Go', clip(typed, VALUE)),
    ...(ways.primary && { style: 'primary' as const }),
  };
}

/** Buttons in a line; those with the same action_id are told apart, as Slack wants it. */
export function buttons(...all: Button[]): ActionsBlock {
  const elements = all.map((one, index) => ({ ...one, action_id: `${one.action_id}${SEPARATOR}${index}` }));
  return actions(elements);
}

const SEPARATOR = '.';

/** Every action_id that `buttons` may have made of this one. */
export function actionIds(id: string): string[] {
  return [id, ...Array.from({ length: MOST_BUTTONS }, (_, index) => `${id}${SEPARATOR}${index}`)];
}

/** More would be a wall; Slack takes 25. */
const MOST_BUTTONS = 10;

function sections(lines: readonly string[]): KnownBlock[] {
  return packed(lines, SECTION).slice(0, MOST_SECTIONS).map(spoken);
}

/** Slack refuses a section without words. */
function spoken(lines: readonly string[]): SectionBlock {
  return section(clipLines(lines, SECTION).trim() || '—');
}
