/** Reject: why, and what becomes of the lead. */
import type { ModalView } from '@slack/types';
import { REJECT_REASONS } from '../../../handoff/commands.ts';
import type { Origin } from '../../forms.ts';
import { option, section } from '../block-parts.ts';
import { about, form, input, type Named, typed } from './modal-parts.ts';

export const REJECT = 'card_reject';

/** The reason is kept for reports: a lead rejected without one comes back. */
export function rejectModal({ lead, origin }: { lead: Named; origin: Origin }): ModalView {
  const [nurture, next] = [
    option('nurture', 'Back to nurture', 'Marketing keeps in touch with them'),
    option('next', 'To the next in the rotation', 'Somebody else works on it'),
  ];
  return form(REJECT, 'Reject a lead', 'Reject', origin, [
    section(about(lead)),
    input('reason', 'Why?', {
      type: 'radio_buttons',
      action_id: 'reason',
      options: Object.entries(REJECT_REASONS).map(([value, words]) => option(value, words)),
    }),
    input('note', 'Note', typed('note', { many: true }), {
      optional: true,
      hint: 'Needed when the reason is “Other”.',
    }),
    input('then', 'What then?', {
      type: 'radio_buttons',
      action_id: 'afterwards',
      options: [nurture, next],
      initial_option: nurture,
    }),
  ]);
}
