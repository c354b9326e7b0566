/** Asking a colleague to do a step of the set-up. Pure. */
import type { ModalView } from '@slack/types';
import type { SetupStepName } from '../../../db/workspaces/setup-steps.ts';
import type { Origin } from '../../forms.ts';
import { section } from '../block-parts.ts';
import { stepName } from '../home/checklist.ts';
import { form, input } from '../modals/modal-parts.ts';

export const COLLEAGUE = 'colleague';

export function colleagueForm(step: SetupStepName, origin: Origin): ModalView {
  return form(COLLEAGUE, 'Ask a colleague', 'Ask', { ...origin, step }, [
    section(`*${stepName(step)}*\nThey become an admin of Baton, and find this step on Baton’s Home tab.`),
    input('who', 'Who?', { type: 'users_select', action_id: 'who' }),
  ]);
}
