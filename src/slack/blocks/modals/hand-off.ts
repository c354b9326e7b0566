/** Hand off a lead: who it is, and what somebody asked them. */
import type { ModalView } from '@slack/types';
import { QUESTIONS, type Question } from '../../../domain/manual.ts';
import { plain } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { context, label, section } from '../block-parts.ts';
import { form, input, typed } from './modal-parts.ts';

export const HAND_OFF_MODAL = 'hand_off_lead';

/** What is known already, by the inputs' names. */
export type Prefill = Partial<Record<'email' | 'name' | 'company' | 'title' | 'phone' | Question, string>>;

const ADDRESS = 254;
const PLACEHOLDERS: Record<Question, string> = {
  budget: '$20k this year',
  timeline: 'Wants to decide by March',
  companySize: '750, or 200-500',
  useCase: 'What they want to do, in their words',
};

/** `found`: made from a message, which is to be checked. */
export function handOffModal(prefill: Prefill, origin: Origin, found: boolean): ModalView {
  const text = (name: keyof Prefill, words: string, ways: { many?: boolean; placeholder?: string } = {}) =>
    input(name, words, typed(name, { ...ways, ...(prefill[name] && { initial: prefill[name] }) }), { optional: true });
  const email = prefill.email && plain(prefill.email, ADDRESS);
  return form(HAND_OFF_MODAL, found ? 'Make this a lead' : 'Hand off a lead', 'Hand off', origin, [
    ...(found ? [section('Read from the message. Please check it before you hand it off.')] : []),
    input('email', 'E-mail', {
      type: 'email_text_input',
      action_id: 'email',
      placeholder: label('sam.lee@acme.com', 150),
      ...(email && { initial_value: email }),
    }),
    text('name', 'Name', { placeholder: 'Sam Lee' }),
    text('company', 'Company'),
    text('title', 'Title'),
    text('phone', 'Phone'),
    ...(Object.keys(QUESTIONS) as Question[]).map(name =>
      text(name, QUESTIONS[name], { placeholder: PLACEHOLDERS[name], many: name === 'useCase' }),
    ),
    context('The lead is judged and routed like any other. You hear in Baton’s Messages tab who has it.'),
  ]);
}
