import { personOf } from '../../../config/playbook/people.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { askModal } from '../../blocks/sla/ask.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, handoffIn } from '../../forms.ts';
import { confirm, errors, refuse } from '../answer.ts';
import { onPress, opener } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

const NAME = 120;
const TITLE = 'Ask the rep';

/** Ask Marcus…: a line to write. */
export const openAsk = opener((_asking, origin) => ({
  title: TITLE,
  work: true,
  draw: ({ lead, playbook }) => {
    const rep = personOf(playbook, lead.repEmail)?.name ?? lead.repEmail;
    return rep ? askModal({ lead, rep, origin }) : noticeModal(TITLE, 'Nobody has this lead yet.');
  },
}));

export const ask = onPress(openAsk);

/** It goes to whoever has the lead by now. */
export async function submitAsk(submission: Submission, deps: SlackDeps): Promise<void> {
  const handoffId = handoffIn(submission.view);
  const note = filledIn(submission.view).text('note');
  if (!note) return errors(submission, { note: 'Write a line to them.' });
  const outcome = await deps.actions.askRep({ ...requesterOf(submission), handoffId, note });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome);
  await confirm(submission, deps, {
    title: 'Sent',
    text: `*${mrkdwn(outcome.rep, NAME)}* gets your message.`,
    repeated: outcome.repeated,
  });
}
