/** A text for leads is looked at, or mailed to whoever writes it, while its form is open. */
import { INTRO_BODY } from '../../../config/playbook.ts';
import type { MailDraft } from '../../../workspaces/mail-preview.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { draftIn, previewModal, sendingModal, testSentModal } from '../../blocks/playbook/mail-preview.ts';
import { templateForm } from '../../blocks/playbook/templates.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn } from '../../forms.ts';
import { type Press, requesterOf } from '../types.ts';

const NAMES = 300;

/** What is typed so far, filled in for a lead that is kept. */
export async function previewMail(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const draft = await draftOf(press, deps);
  if (!draft) return;
  const preview = await deps.admin.previewMail(requesterOf(press), draft);
  const view =
    'kind' in preview
      ? noticeModal('Preview', `Only ${mrkdwn(preview.who, NAMES)} can do this.`)
      : previewModal(preview);
  await press.client.views.push({ trigger_id: press.body.trigger_id, view });
}

/** The modal says at once that it is under way: a mail server may take longer than Slack waits. */
export async function sendTestMail(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const draft = await draftOf(press, deps);
  if (!draft) return;
  const pushed = await press.client.views.push({ trigger_id: press.body.trigger_id, view: sendingModal() });
  const sent = await deps.admin.sendTestMail(requesterOf(press), draft);
  if (pushed.view?.id) await press.client.views.update({ view_id: pushed.view.id, view: testSentModal(sent) });
}

/** What the playbook's one text says is used where its form leaves a field empty. */
async function draftOf(press: Press, deps: SlackDeps): Promise<MailDraft | undefined> {
  const { view } = press.body;
  if (view?.type !== 'modal') return undefined;
  const filled = filledIn(view);
  const { playbook } = await deps.admin.text(requesterOf(press).workspaceId);
  if (view.callback_id === templateForm.id) return draftIn(filled, 'template', { playbook, subject: '', body: '' });
  return draftIn(filled, 'answer', { playbook, subject: playbook.reply.subject, body: INTRO_BODY });
}
