/** Not now / out of office: out of the rotation for a while, and what becomes of the open leads. */
import type { ModalView } from '@slack/types';
import { mrkdwn } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { actions, section } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { undoButton } from '../undo.ts';
import { today } from './days.ts';
import { form, input, typed } from './modal-parts.ts';
import { type Choosing, whoMenu } from './people.ts';

export const AWAY = 'card_away';
export const HAND_OVER = 'card_hand_over';

const NAME = 120;

/** `name` is given when it is somebody else who is away. */
export function awayModal(given: { name?: string | undefined; now: Date; zone: string; origin: Origin }): ModalView {
  const { name, now, zone, origin } = given;
  return form(AWAY, 'Out of office', 'Set away', origin, [
    section(
      name
        ? `No new leads while *${mrkdwn(name, NAME)}* is out, and no backlog afterwards.`
        : 'No new leads while you’re out, and no backlog when you’re back.',
    ),
    input('from', 'First day away', { type: 'datepicker', action_id: 'from', initial_date: today(now, zone) }),
    input(
      'until',
      'Last day away',
      { type: 'datepicker', action_id: 'until' },
      { optional: true, hint: 'Empty: until you press I’m back.' },
    ),
    input('note', 'Note', typed('note', { placeholder: 'Holiday' }), { optional: true }),
  ]);
}

/** Offered after going away with open leads: who takes them? `said` is what was just done, as safe mrkdwn. */
export function handOverModal(
  given: Choosing & { said: string; openLeads: number; undo?: string | undefined; origin: Origin },
): ModalView {
  const { said, openLeads, undo, origin } = given;
  return form(HAND_OVER, 'Hand open leads over', 'Hand over', origin, [
    section(
      said,
      `*${count(openLeads, 'open lead')}* ${openLeads === 1 ? 'stays where it is' : 'stay where they are'} unless you hand ${openLeads === 1 ? 'it' : 'them'} over now.`,
    ),
    undo === undefined ? undefined : actions([undoButton(undo)]),
    // Names of their own: Slack keeps what was filled in before where names are the same.
    input('heir', 'To whom?', whoMenu('heir', given), {
      hint: 'Leads that were contacted already stay. Close this to keep them all.',
    }),
    input('heir_note', 'A word to them', typed('heir_note', { many: true }), { optional: true }),
  ]);
}
