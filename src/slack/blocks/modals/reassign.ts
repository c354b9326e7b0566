/** Reassign: to whom, and a word to them. */
import type { ModalView } from '@slack/types';
import type { Origin } from '../../forms.ts';
import { section } from '../block-parts.ts';
import { about, form, input, type Named, typed } from './modal-parts.ts';
import { type Choosing, whoMenu } from './people.ts';

export const REASSIGN = 'card_reassign';

/** `owner`: who has it now, as safe mrkdwn. */
export function reassignModal(given: Choosing & { lead: Named; owner?: string; origin: Origin }): ModalView {
  const { lead, owner, origin } = given;
  return form(REASSIGN, 'Reassign a lead', 'Reassign', origin, [
    section(about(lead), ...(owner ? [`Now with ${owner}.`] : [])),
    input('to', 'To whom?', whoMenu('to', given), {
      hint: 'A team gets it by its own rotation. Everybody concerned is told, and the record’s owner follows.',
    }),
    input('note', 'A word to them', typed('note', { many: true }), { optional: true }),
  ]);
}
