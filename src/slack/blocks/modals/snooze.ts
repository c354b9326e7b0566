/** Snooze: quiet until then. */
import type { ModalView } from '@slack/types';
import type { Origin } from '../../forms.ts';
import { option, section } from '../block-parts.ts';
import { laterOffers, timeWords } from './days.ts';
import { about, form, input, type Named, typed } from './modal-parts.ts';

export const SNOOZE = 'card_snooze';

/** The offers carry the moment itself, so that what a person read is what they get. */
export function snoozeModal(given: { lead: Named; now: Date; zone: string; origin: Origin }): ModalView {
  const { lead, now, zone, origin } = given;
  return form(SNOOZE, 'Snooze a lead', 'Snooze', origin, [
    section(about(lead), 'We’ll remind you then. The SLA keeps running.'),
    input(
      'until',
      'Until when?',
      {
        type: 'radio_buttons',
        action_id: 'until',
        options: laterOffers(now, zone).map(({ at, words }) =>
          option(String(Math.floor(at.getTime() / 1_000)), words, timeWords(at, zone)),
        ),
      },
      { optional: true },
    ),
    input(
      'at',
      'Or another time',
      { type: 'datetimepicker', action_id: 'at' },
      { optional: true, hint: 'Counts instead of a choice above.' },
    ),
    input('note', 'Note', typed('note', { many: true }), { optional: true }),
  ]);
}
