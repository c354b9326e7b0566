/** Pieces that modals are built of; each keeps Slack's limits by itself. */
import type { InputBlock, KnownBlock, ModalView, PlainTextInput } from '@slack/types';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { clip, mrkdwn, oneLine, plain } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { label, MODAL_TITLE, modal } from '../block-parts.ts';

/** What Slack lets a person type into one field. */
export const TYPED = 3_000;
const NAME = 120;

export type Named = Pick<HandoffSummary, 'name' | 'email' | 'company'>;

/** A modal with inputs. `action` names what the button does. */
export function form(
  callbackId: string,
  title: string,
  action: string,
  origin: Origin,
  blocks: (KnownBlock | undefined)[],
): ModalView {
  return { ...modal(title, 'Cancel', blocks, origin), callback_id: callbackId, submit: label(action, MODAL_TITLE) };
}

/** A modal to read. */
export function reading(title: string, close: string, origin: Origin, blocks: (KnownBlock | undefined)[]): ModalView {
  return modal(title, close, blocks, origin);
}

/** "*Emma Thompson* — Acme Corp": whose modal this is. */
export function about({ name, email, company }: Named): string {
  const who = mrkdwn(name || email, NAME) || 'Unknown person';
  const where = company ? mrkdwn(company, NAME) : '';
  return `*${who}*${where ? ` — ${where}` : ''}`;
}

interface Ways {
  optional?: boolean;
  hint?: string;
  /** Tells Baton at once when it changes. */
  dispatch?: boolean;
}

/** One input; `name` is what `filledIn` reads it by. */
export function input(name: string, text: string, element: InputBlock['element'], ways: Ways = {}): InputBlock {
  return {
    type: 'input',
    block_id: name,
    label: label(text),
    element,
    ...(ways.optional && { optional: true }),
    ...(ways.hint !== undefined && { hint: label(ways.hint) }),
    ...(ways.dispatch && { dispatch_action: true }),
  };
}

interface Typing {
  many?: boolean;
  initial?: string;
  placeholder?: string;
  most?: number;
}

/** A field to type into; `initial` is clipped to what it takes. */
export function typed(actionId: string, ways: Typing = {}): PlainTextInput {
  const most = ways.most ?? TYPED;
  const initial = ways.initial && (ways.many ? lines(ways.initial, most) : plain(ways.initial, most));
  return {
    type: 'plain_text_input',
    action_id: actionId,
    max_length: most,
    ...(ways.many && { multiline: true }),
    ...(initial && { initial_value: initial }),
    ...(ways.placeholder !== undefined && { placeholder: label(ways.placeholder, 150) }),
  };
}

/** Plain text of several lines, without anything invisible. */
export function lines(raw: string, most: number): string {
  return clip(
    raw
      .split(/\r\n|\r|\n/)
      .map(oneLine)
      .join('\n'),
    most,
  );
}
