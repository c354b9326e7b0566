/** Only admins: everybody else who presses something of Set-up hears who can. */
import type { ModalView } from '@slack/types';
import { nameOf } from '../../../config/playbook/people.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { openModal } from '../../forms.ts';
import { type Asker, askerOf } from '../opening.ts';
import { type Pick, type Press, requesterOf, type Submission } from '../types.ts';

const NAMES = 300;

/** An admin who asks, or what anybody else is told. */
export async function adminAsking(deps: SlackDeps, pressed: Press | Pick | Submission): Promise<Asker | string> {
  const by = requesterOf(pressed);
  const asker = await askerOf(deps, by);
  if (asker?.actor.admin) return asker;
  const { playbook } = asker ?? (await deps.queries.playbook(by.workspaceId));
  const names = playbook.admins.map(email => nameOf(playbook, email));
  return `Only ${mrkdwn(names.join(' or '), NAMES) || 'whoever looks after the playbook file'} can do this.`;
}

/** Acknowledges, and opens what `draw` makes for an admin; anybody else hears who can. */
export async function openForAdmin(
  pressed: Press | Pick,
  deps: SlackDeps,
  title: string,
  draw: (asker: Asker) => Promise<ModalView>,
): Promise<void> {
  await pressed.ack();
  const asker = await adminAsking(deps, pressed);
  const view = typeof asker === 'string' ? noticeModal(title, asker) : await draw(asker);
  await openModal(pressed.client, pressed.body.trigger_id, view);
}

/** Where a modal of Set-up was opened: Home is drawn anew when it is submitted. */
export function homeOrigin({ body }: Press | Pick): Origin {
  return { home: body.view?.private_metadata };
}
