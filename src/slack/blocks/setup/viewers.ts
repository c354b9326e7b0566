/** Who sees everything and changes nothing: marketing above all. Pure. */
import type { ModalView } from '@slack/types';
import { nameOf } from '../../../config/playbook/people.ts';
import type { Playbook } from '../../../config/playbook.ts';
import type { Origin } from '../../forms.ts';
import { context, option } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { multiMenu, personValue } from '../playbook/menus.ts';

export const CHOOSE_VIEWERS = 'choose_viewers';
export const VIEWERS_FORM = 'viewers_from_slack';
export const VIEWERS_TITLE = 'Who may look?';

const MOST_USERS = 100;

export function viewersForm(playbook: Playbook, origin: Origin): ModalView {
  const optional = { optional: true };
  const { viewers } = playbook;
  const options = viewers.map(email => option(personValue(email) ?? '', nameOf(playbook, email)));
  return form(VIEWERS_FORM, VIEWERS_TITLE, 'Continue', origin, [
    context('Viewers see every lead, report and answer, and change nothing. They need not work leads.'),
    options.length > 0
      ? input(
          'staying',
          'Viewers so far',
          multiMenu(
            'staying',
            [['Viewers', options]],
            options.map(({ value }) => value ?? ''),
          ),
          { ...optional, hint: 'Whoever you take out sees nothing any more.' },
        )
      : undefined,
    input(
      'users',
      options.length > 0 ? 'Add' : 'Viewers',
      { type: 'multi_users_select', action_id: 'users', max_selected_items: MOST_USERS },
      optional,
    ),
  ]);
}

/** Of those so far, the ones that were left in the form. */
export function viewersStaying({ viewers }: Playbook, chosen: readonly string[]): string[] {
  return viewers.filter(email => chosen.includes(personValue(email) ?? ''));
}
