import type { Requester } from '../../../handoff/core/rights.ts';
import { emailModal, optedOutText } from '../../blocks/modals/email.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, handoffIn, idIn, type Origin, originOf } from '../../forms.ts';
import { confirm, refuse } from '../answer.ts';
import { type About, drawAbout, onPress, opener } from '../opening.ts';
import { type Change, requesterOf, type Submission } from '../types.ts';

const TITLE = 'Email';
const ADDRESS = 254;

export const openEmail = opener(({ deps, by }, origin) => emailAbout(deps, by, origin));

/** Email: the draft, to change and send. */
export const email = onPress(openEmail);

/** Another template: subject and text become that template's. */
export async function changeTemplate(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action, body, client } = change;
  const template = action.type === 'static_select' ? action.selected_option?.value : undefined;
  if (!body.view || !template) return;
  const [by, origin] = [requesterOf(change), originOf(body.view)];
  const view = await drawAbout(deps, by, idIn(origin.handoffId), emailAbout(deps, by, origin, template));
  await client.views.update({ view_id: body.view.id, view });
}

/** Sent by Baton's own mail server, in the rep's name. */
export async function submitEmail(submission: Submission, deps: SlackDeps): Promise<void> {
  const handoffId = handoffIn(submission.view);
  const { text, choice } = filledIn(submission.view);
  const template = choice('template');
  const outcome = await deps.actions.sendEmail({
    ...requesterOf(submission),
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

function emailAbout(deps: SlackDeps, requester: Requester, origin: Origin, template?: string): About {
  return {
    title: TITLE,
    work: true,
    draw: async ({ lead, card, now }) => {
      if (card?.optedOut) return noticeModal(TITLE, optedOutText(lead));
      const outcome = await deps.actions.draftEmail({
        ...requester,
        handoffId: lead.id,
        ...(template && { template }),
      });
      if (outcome.kind !== 'done') return noticeModal(TITLE, refusalText(outcome, now));
      return emailModal({ lead, draft: outcome.draft, origin });
    },
  };
}
