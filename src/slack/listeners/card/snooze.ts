import { moment } from '../../blocks/block-words.ts';
import { snoozeModal } from '../../blocks/modals/snooze.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn, handoffIn } from '../../forms.ts';
import { confirm, errors, refuse } from '../answer.ts';
import { opener } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

export const openSnooze = opener((_asking, origin) => ({
  title: 'Snooze a lead',
  work: true,
  draw: ({ lead, now, zone }) => snoozeModal({ lead, now, zone, origin }),
}));

/** A moment that was offered, or one of the person's own. */
export async function submitSnooze(submission: Submission, deps: SlackDeps): Promise<void> {
  const handoffId = handoffIn(submission.view);
  const { choice, moment: picked, text } = filledIn(submission.view);
  const [own, offered, note] = [picked('at'), choice('until'), text('note')];
  const until = own ?? (offered === undefined ? undefined : new Date(Number(offered) * 1_000));
  if (!until) return errors(submission, { until: 'Choose until when, or give another time below.' });
  const outcome = await deps.actions.snooze({ ...requesterOf(submission), handoffId, until, ...(note && { note }) });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome, own ? { until: 'at' } : {});
  await confirm(submission, deps, {
    title: 'Snoozed',
    text: `The lead is quiet until ${moment(outcome.until.toISOString()) ?? 'then'}.`,
    undo: outcome.undo,
    repeated: outcome.repeated,
  });
}
