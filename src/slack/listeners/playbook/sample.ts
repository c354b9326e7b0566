/** Trying the rules on a lead: nothing is done. */

import { noticeModal } from '../../blocks/modals/notice.ts';
import { sampleIn, sampleModal, triedModal } from '../../blocks/playbook/sample.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn, originOf } from '../../forms.ts';
import { errors, updateTo } from '../answer.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';
import { adminAsking, homeOrigin, openForAdmin } from './admins.ts';

export async function openSample(press: Press, deps: SlackDeps): Promise<void> {
  const { workspaceId } = requesterOf(press);
  await openForAdmin(press, deps, 'Test', async () => {
    const [recent, { sources }] = await Promise.all([
      deps.admin.recentLeads(workspaceId),
      deps.admin.text(workspaceId),
    ]);
    return sampleModal(recent, sources, homeOrigin(press));
  });
}

export async function submitSample(submission: Submission, deps: SlackDeps): Promise<void> {
  const asker = await adminAsking(deps, submission);
  if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
  const sample = sampleIn(filledIn(submission.view));
  if ('errors' in sample) return errors(submission, sample.errors);
  const tried = await deps.admin.tryRules(requesterOf(submission).workspaceId, sample.on);
  if (!tried) return errors(submission, { recent: 'Baton does not know this lead any more. Choose another.' });
  const { home } = originOf(submission.view);
  await updateTo(submission, triedModal(tried, asker.playbook, { home }));
}
