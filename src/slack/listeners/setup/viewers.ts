/** Viewers: picked in Slack, shown in words, then saved. */
import type { PlaybookChange } from '../../../workspaces/playbook-edits.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { VIEWERS_TITLE, viewersForm, viewersStaying } from '../../blocks/setup/viewers.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn } from '../../forms.ts';
import { peoplePicked } from '../../people.ts';
import { updateTo } from '../answer.ts';
import { adminAsking, homeOrigin, openForAdmin } from '../playbook/admins.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';
import { notesOf, whileReading } from './people.ts';

export async function openViewers(press: Press, deps: SlackDeps): Promise<void> {
  await openForAdmin(press, deps, VIEWERS_TITLE, async () => {
    const { playbook, version } = await deps.admin.text(requesterOf(press).workspaceId);
    return viewersForm(playbook, { ...homeOrigin(press), basedOn: String(version) });
  });
}

/** A call a person who is added. */
export async function submitViewers(submission: Submission, deps: SlackDeps): Promise<void> {
  const filled = filledIn(submission.view);
  const asker = await adminAsking(deps, submission);
  if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
  const staying = viewersStaying(asker.playbook, filled.choices('staying'));
  const users = filled.users('users');
  await whileReading(submission, deps, VIEWERS_TITLE, async () => {
    const found = await peoplePicked(submission.client, { users }, deps.clock.now());
    const added = found.people.map(({ email }) => email);
    const change: PlaybookChange = { kind: 'viewers', viewers: [...new Set([...staying, ...added])] };
    return { change, notes: users.length > 0 ? notesOf(found) : [] };
  });
}
