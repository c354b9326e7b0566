/** The score property and the stages of an MQL, chosen among the account's own. */
import { failureReason } from '../../../domain/failure-words.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { notProposedModal, proposedModal } from '../../blocks/playbook/versions.ts';
import { FIELDS_TITLE, fieldsForm } from '../../blocks/setup/fields.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, originOf } from '../../forms.ts';
import { errors, updateTo } from '../answer.ts';
import { closeChosen } from '../home/publish.ts';
import { homeOrigin, openForAdmin } from '../playbook/admins.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';

const SENTENCE = 300;

/** One call of the vendor, or two; it must answer within Slack's three seconds. */
export async function openFields(press: Press, deps: SlackDeps): Promise<void> {
  await openForAdmin(press, deps, FIELDS_TITLE, async () => {
    const { workspaceId } = requesterOf(press);
    const [known, { version }] = await Promise.all([
      deps.admin.sourceFields(workspaceId, press.action.value),
      deps.admin.text(workspaceId),
    ]);
    if (known.kind === 'none') {
      return noticeModal(FIELDS_TITLE, 'No marketing system is connected that can be asked for its properties.');
    }
    if (known.kind === 'no_answer') {
      return noticeModal(
        FIELDS_TITLE,
        `It does not answer: ${mrkdwn(failureReason(known.error), SENTENCE)}. Try again in a minute.`,
      );
    }
    const origin = { ...homeOrigin(press), basedOn: String(version) };
    return fieldsForm(known.source, known.fields, known.now, origin);
  });
}

export async function submitFields(submission: Submission, deps: SlackDeps): Promise<void> {
  const { source, home, basedOn, empty, asks_stages: asksStages } = originOf(submission.view);
  if (empty !== undefined) return void (await submission.ack());
  const filled = filledIn(submission.view);
  const scoreProperty = filled.choice('score');
  if (source === undefined || scoreProperty === undefined) return errors(submission, { score: 'Choose a property.' });
  // A source without stages says nothing about those of another.
  const stages = asksStages === undefined ? undefined : filled.choices('stages');
  const change = { kind: 'source_fields' as const, source, scoreProperty, stages };
  const proposed = await deps.admin.propose(requesterOf(submission), { basedOn: Number(basedOn), change });
  const origin = { ...(home !== undefined && { home }), step: 'source' };
  // As it was is a choice, too: Home shows that the step is done.
  if (proposed.kind === 'same') {
    await closeChosen(submission);
    await deps.admin.sayStep(requesterOf(submission), 'source', 'done');
    return;
  }
  const next =
    proposed.kind === 'ready'
      ? proposedModal(FIELDS_TITLE, proposed, [], origin)
      : notProposedModal(FIELDS_TITLE, proposed, deps.clock.now());
  await updateTo(submission, next);
}
