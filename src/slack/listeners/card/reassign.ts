import { personOf } from '../../../config/playbook/people.ts';
import { chosenFrom } from '../../blocks/modals/people.ts';
import { reassignModal } from '../../blocks/modals/reassign.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, handoffIn } from '../../forms.ts';
import { confirm, errors, refuse } from '../answer.ts';
import { opener } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

const NAME = 120;

export const openReassign = opener(({ by, deps }, origin) => ({
  title: 'Reassign a lead',
  work: true,
  draw: async ({ lead, playbook, zone, now }) => {
    const owner = personOf(playbook, lead.repEmail)?.name ?? lead.repEmail;
    return reassignModal({
      lead,
      playbook,
      zone,
      now,
      except: lead.repEmail,
      absences: await deps.queries.absences(by.workspaceId),
      origin,
      ...(owner && { owner: `*${mrkdwn(owner, NAME)}*` }),
    });
  },
}));

/** To whom, as the playbook stands now. */
export async function submitReassign(submission: Submission, deps: SlackDeps): Promise<void> {
  const by = requesterOf(submission);
  const handoffId = handoffIn(submission.view);
  const { choice, text } = filledIn(submission.view);
  const { playbook } = await deps.queries.playbook(by.workspaceId);
  const to = chosenFrom(playbook, choice('to'));
  if (!to) return errors(submission, { to: 'They are in the playbook no more. Choose somebody else.' });
  const note = text('note');
  const outcome = await deps.actions.reassign({ ...by, handoffId, to, ...(note && { note }) });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome);
  const from = outcome.from ? ` from *${mrkdwn(outcome.from, NAME)}*` : '';
  await confirm(submission, deps, {
    title: 'Reassigned',
    text: `The lead went${from} to *${mrkdwn(outcome.to, NAME)}*.`,
    undo: outcome.undo,
    repeated: outcome.repeated,
  });
}
