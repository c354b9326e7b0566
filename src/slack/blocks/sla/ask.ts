/** Ask the rep: a manager's line to whoever has the lead. */
import type { ModalView } from '@slack/types';
import { mrkdwn } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { section } from '../block-parts.ts';
import { about, form, input, type Named, typed } from '../modals/modal-parts.ts';

export const ASK = 'sla_ask';
const NAME = 120;

export function askModal({ lead, rep, origin }: { lead: Named; rep: string; origin: Origin }): ModalView {
  return form(ASK, 'Ask the rep', 'Send', origin, [
    section(about(lead), `Now with *${mrkdwn(rep, NAME)}*, who gets your message from Baton.`),
    input('note', 'Message', typed('note', { many: true, placeholder: 'Have you been able to reach them?' })),
  ]);
}
