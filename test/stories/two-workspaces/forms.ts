/** Forms on Home, whatever page shows them. */
import {
  act,
  callSlack,
  click,
  closeModal,
  oldButton,
  shown,
  slackIdOf,
  submit,
  type UserAction,
} from '../../helpers/slack.ts';
import type { System } from '../../helpers/system.ts';
import { until } from '../../helpers/until.ts';

/** Closes whatever modals are open. */
export async function closeAll(baton: System, user: string): Promise<void> {
  while ((await shown(baton, user)).open) await closeModal(baton, user);
}

/** A Home that shows this element alone; pressed as soon as it stands there. */
async function pressAlone(baton: System, user: string, element: object, deed: UserAction): Promise<void> {
  const view = {
    type: 'home',
    private_metadata: JSON.stringify({ tab: 'setup', at: {} }),
    blocks: [{ type: 'actions', elements: [element] }],
  };
  await until(`${user} presses ${JSON.stringify(element)}`, async () => {
    await closeAll(baton, user);
    await callSlack(baton, 'views.publish', { user_id: await slackIdOf(baton, user), view });
    try {
      await act(baton, user, deed);
      return true;
    } catch (error) {
      // What was done before may draw Home, or open its modal, in this very moment.
      if (!/no action|cannot change it/.test(String(error))) throw error;
      return false;
    }
  });
}

/** Presses a button on Home, whatever page shows it; `value`: what it is about. */
export const pressOnHome = (baton: System, user: string, action: string, value?: string): Promise<void> =>
  pressAlone(baton, user, oldButton(action, value), click(action, value));

/** Picks a line of a menu on Home. */
export function pickOnHome(baton: System, user: string, action_id: string, value: string): Promise<void> {
  const options = ['x', value].map(one => ({ text: { type: 'plain_text', text: one.slice(0, 70) }, value: one }));
  return pressAlone(baton, user, { type: 'overflow', action_id, options }, click(action_id, value));
}

/** Waits until a modal is open. */
export const untilOpen = (baton: System, user: string) =>
  until(`${user} sees a modal`, async () => (await shown(baton, user)).open);

/** Opens a form by its button, wherever that stands. */
export async function openFormOf(baton: System, user: string, action: string, value?: string): Promise<void> {
  await pressOnHome(baton, user, action, value);
  await untilOpen(baton, user);
}

/** Opens it, sends it off, and leaves whatever came of it. */
export async function sendForm(
  baton: System,
  user: string,
  action: string,
  values: object,
  value?: string,
): Promise<void> {
  await openFormOf(baton, user, action, value);
  await submit(baton, user, { ...values });
  if (/This would change/.test((await shown(baton, user)).modal)) await submit(baton, user);
  await closeAll(baton, user);
}
