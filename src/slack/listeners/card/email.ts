import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { By } from '../../../handoff/core/rights.ts';
import { emailModal, optedOutText } from '../../blocks/modals/email.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, handoffIn, idIn, type Origin, openModal, originOf } from '../../forms.ts';
import { confirm, originOfPress, refuse } from '../answer.ts';
import { drawAbout } from '../opening.ts';
import { byOf, type Change, handoffOf, type Press, type Submission } from '../types.ts';

const TITLE = 'Email';
const ADDRESS = 254;

/** Opens the modal from wherever a trigger comes from. */
export async function openEmail(
  client: WebClient,
  triggerId: string,
  by: By,
  handoffId: string,
  deps: SlackDeps,
  origin: Origin = {},
): Promise<void> {
  await openModal(client, triggerId, await draw(deps, by, { ...origin, handoffId }));
}

/** Email: the draft, to change and send. */
export async function email(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const handoffId = handoffOf(press);
  const origin = originOfPress(press, handoffId);
  await openEmail(press.client, press.body.trigger_id, byOf(press), handoffId, deps, origin);
}

/** Another template: subject and text become that template's. */
export async function changeTemplate(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action, body, client } = change;
  const template = action.type === 'static_select' ? action.selected_option?.value : undefined;
  if (!body.view || !template) return;
  const view = await draw(deps, byOf(change), originOf(body.view), template);
  await client.views.update({ view_id: body.view.id, view });
}

/** Sent by Baton's own mail server, in the rep's name. */
export async function submitEmail(submission: Submission, deps: SlackDeps): Promise<void> {
  const handoffId = handoffIn(submission.view);
  const { text, choice } = filledIn(submission.view);
  const template = choice('template');
  const outcome = await deps.actions.sendEmail({
    ...byOf(submission),
    handoffId,
    subject: text('subject') ?? '',
    body: text('body') ?? '',
    ...(template !== undefined && { template }),
  });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome);
  await confirm(submission, deps, {
    title: 'On its way',
    text: `Your mail to ${mrkdwn(outcome.to, ADDRESS)} is on its way. The card says so when it is sent.`,
    repeated: outcome.repeated,
    // It changes only when the mail server has taken the mail.
    cardChanges: false,
  });
}

function draw(deps: SlackDeps, by: By, origin: Origin, template?: string): Promise<ModalView> {
  const handoffId = idIn(origin.handoffId);
  return drawAbout(deps, by, handoffId, {
    title: TITLE,
    work: true,
    draw: async ({ lead, card, now }) => {
      if (card?.optedOut) return noticeModal(TITLE, optedOutText(lead));
      const outcome = await deps.actions.draftEmail({ ...by, handoffId, ...(template && { template }) });
      if (outcome.kind !== 'done') return noticeModal(TITLE, refusalText(outcome, now));
      return emailModal({ lead, draft: outcome.draft, origin });
    },
  });
}
