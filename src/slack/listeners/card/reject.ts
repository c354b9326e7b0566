import { REJECT_REASONS, type RejectReason } from '../../../handoff/commands.ts';
import { rejectModal } from '../../blocks/modals/reject.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, handoffIn } from '../../forms.ts';
import { confirm, errors, refuse } from '../answer.ts';
import { opener } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

const NAME = 120;

export const openReject = opener((_asking, origin) => ({
  title: 'Reject a lead',
  work: true,
  draw: ({ lead }) => rejectModal({ lead, origin }),
}));

/** The reason, and what becomes of the lead. */
export async function submitReject(submission: Submission, deps: SlackDeps): Promise<void> {
  const handoffId = handoffIn(submission.view);
  const { choice, text } = filledIn(submission.view);
  const [reason, note] = [choice('reason'), text('note')];
  if (!isReason(reason)) return errors(submission, { reason: 'Say why.' });
  if (reason === 'other' && !note) return errors(submission, { note: 'Say what it is.' });
  const then = choice('then') === 'next' ? 'next' : 'nurture';
  const given = { ...requesterOf(submission), handoffId, reason, then, ...(note && { note }) } as const;
  const outcome = await deps.actions.reject(given);
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome);
  const on = outcome.next ? `goes on to *${mrkdwn(outcome.next, NAME)}*` : 'goes back to nurture';
  await confirm(submission, deps, {
    title: 'Rejected',
    text: `You rejected the lead (${REJECT_REASONS[reason].toLowerCase()}). It ${on}.`,
    undo: outcome.undo,
    repeated: outcome.repeated,
  });
}

function isReason(value: string | undefined): value is RejectReason {
  return value !== undefined && Object.hasOwn(REJECT_REASONS, value);
}
