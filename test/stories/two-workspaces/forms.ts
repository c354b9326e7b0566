/** Forms on Home, whatever page shows them. */
import { oldButton, callSlack, click, closeModal, openModal, showOldHome, shown, slackIdOf, submit } from '../../helpers/slack.ts';
import type { System } from '../../helpers/system.ts';
import { until } from '../../helpers/until.ts';

/** Closes whatever modals are open. */
export async function closeAll(baton: System, user: string): Promise<void> {
  while ((await shown(baton, user)).open) await closeModal(baton, user);
}

/** Opens a form by its button, wherever that stands; `value`: what it is about. */
export async function openFormOf(baton: System, user: string, action: string, value?: string) {
  await showOldHome(baton, user, 'setup', oldButton(action, value));
  return openModal(baton, user, click(action, value));
}

/** Opens it, sends it off, and leaves whatever came of it. */
export async function sendForm(baton: System, user: string, action: string, values: object, value?: string): Promise<void> {
  await openFormOf(baton, user, action, value);
  await submit(baton, user, { ...values });
  await closeAll(baton, user);
}

/** The same with a line of a menu, which may open nothing. */
export async function pickOnHome(baton: System, user: string, action_id: string, value: string): Promise<void> {
  const options = ['x', value].map(one => ({ text: { type: 'plain_text', text: one.slice(0, 70) }, value: one }));
  const elements = [{ type: 'overflow', action_id, options }];
  const view = {
    type: 'home',
    private_metadata: JSON.stringify({ tab: 'setup', at: {} }),
    blocks: [{ type: 'actions', elements }],
  };
  await callSlack(baton, 'views.publish', { user_id: await slackIdOf(baton, user), view });
  const { act } = await import('../../helpers/slack.ts');
  await act(baton, user, click(action_id, value));
}

/** Waits until a modal is open that was not before. */
export const untilOpen = (baton: System, user: string) =>
  until(`${user} sees a modal`, async () => (await shown(baton, user)).open);
