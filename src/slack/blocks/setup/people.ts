/** Who gets leads: picked in Slack, by name, by channel or by user group. Pure. */
import type { ModalView } from '@slack/types';
import type { Playbook } from '../../../config/playbook.ts';
import type { Origin } from '../../forms.ts';
import type { UserGroup } from '../../people.ts';
import { context, label, option } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { form, input, typed } from '../modals/modal-parts.ts';
import { menu, menuValue, teamsGroup } from '../playbook/menus.ts';

export const PEOPLE_FORM = 'people_from_slack';
export const PEOPLE_TITLE = 'Who gets leads?';

const MOST_USERS = 100;
const NAME = 60;

export function peopleForm(playbook: Playbook, groups: readonly UserGroup[], origin: Origin): ModalView {
  // Where there is one team alone, it is meant.
  const [only, ...others] = Object.keys(playbook.teams);
  const meant = only !== undefined && others.length === 0 ? menuValue('team', only) : undefined;
  const teams = menu('team', [teamsGroup(playbook)], meant);
  const optional = { optional: true };
  return form(PEOPLE_FORM, PEOPLE_TITLE, 'Continue', origin, [
    input(
      'users',
      'People',
      { type: 'multi_users_select', action_id: 'users', max_selected_items: MOST_USERS },
      optional,
    ),
    input(
      'channel',
      'Everybody in a channel',
      {
        type: 'conversations_select',
        action_id: 'channel',
        filter: { include: ['public', 'private'], exclude_bot_users: true },
      },
      { ...optional, hint: 'Invite Baton to a private channel first.' },
    ),
    ...(groups.length > 0
      ? [
          input(
            'group',
            'Everybody of a user group',
            {
              type: 'static_select',
              action_id: 'group',
              placeholder: label('Choose', 150),
              options: groups.map(({ id, name, size }) =>
                option(id, `${name.slice(0, NAME)} (${count(size, 'member')})`),
              ),
            },
            optional,
          ),
        ]
      : []),
    teams && input('team', 'Into this team', teams, optional),
    input(
      'new_team',
      teams ? 'Or into a new team, called' : 'Into a new team, called',
      typed('new_team', { most: 80 }),
      {
        ...optional,
      },
    ),
    input('manager', 'Who hears when a lead is late?', { type: 'users_select', action_id: 'manager' }, optional),
    context('Names, emails and time zones come from Slack; their users in the CRM are found by email.'),
  ]);
}
