/** Log call: what a rep knows after hanging up. */
import type { ModalView } from '@slack/types';
import type { Card } from '../../../contracts/notifier.ts';
import { CALL_OUTCOMES } from '../../../handoff/commands.ts';
import { MINUTE } from '../../../lib/clock.ts';
import type { Origin } from '../../forms.ts';
import { option, section } from '../block-parts.ts';
import { phoneLink } from '../card.ts';
import { about, form, input, type Named, typed } from './modal-parts.ts';

export const LOG_CALL = 'card_log_call';
/** Ten hours; more is a slip of the finger. */
const MOST_MINUTES = 600;
/** What a task's subject takes in the CRM. */
const NEXT = 250;

/** Opened right after the call: everything but the outcome is filled in or may stay empty. */
export function logCallModal(given: {
  lead: Named;
  contact?: Card['lead'] | undefined;
  now: Date;
  origin: Origin;
}): ModalView {
  const { lead, contact, now, origin } = given;
  const phone = contact && phoneLink(contact);
  const [outbound, inbound] = [option('outbound', 'I called them'), option('inbound', 'They called me')];
  return form(LOG_CALL, 'Log a call', 'Log call', origin, [
    section(phone ? `${about(lead)}  :telephone_receiver: ${phone}` : about(lead)),
    input('outcome', 'How did it go?', {
      type: 'static_select',
      action_id: 'outcome',
      options: Object.entries(CALL_OUTCOMES).map(([value, words]) => option(value, words)),
    }),
    input('direction', 'Direction', {
      type: 'radio_buttons',
      action_id: 'direction',
      options: [outbound, inbound],
      initial_option: outbound,
    }),
    input(
      'minutes',
      'Minutes',
      {
        type: 'number_input',
        action_id: 'minutes',
        is_decimal_allowed: false,
        min_value: '0',
        max_value: String(MOST_MINUTES),
      },
      { optional: true },
    ),
    input('at', 'When', {
      type: 'datetimepicker',
      action_id: 'at',
      initial_date_time: Math.floor(now.getTime() / MINUTE) * 60,
    }),
    input('notes', 'Notes', typed('notes', { many: true }), { optional: true }),
    input('next_what', 'Next step', typed('next_what', { placeholder: 'Send the proposal', most: NEXT }), {
      optional: true,
      hint: 'Becomes an open task for you in the CRM.',
    }),
    input('next_on', 'Next step on', { type: 'datepicker', action_id: 'next_on' }, { optional: true }),
  ]);
}
