import { CALL_OUTCOMES, type CallNotes, type CallOutcome } from '../../../handoff/commands.ts';
import { logCallModal } from '../../blocks/modals/log-call.ts';
import { about } from '../../blocks/modals/modal-parts.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn, handoffIn } from '../../forms.ts';
import { confirm, errors, refuse } from '../answer.ts';
import { onPress, opener } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

export const openLogCall = opener((_asking, origin) => ({
  title: 'Log a call',
  work: true,
  draw: ({ lead, card, now }) => logCallModal({ lead, contact: card?.lead, now, origin }),
}));

/** Log call: pressed right after hanging up. */
export const logCall = onPress(openLogCall);

/** The call as the rep tells it: a touch, unless the action says otherwise. */
export async function submitLogCall(submission: Submission, deps: SlackDeps): Promise<void> {
  const handoffId = handoffIn(submission.view);
  const read = readCall(submission);
  if ('wrong' in read) return errors(submission, read.wrong);
  const by = requesterOf(submission);
  const before = await deps.queries.lead(by.workspaceId, handoffId);
  const outcome = await deps.actions.logCall({ ...by, handoffId, ...read.call });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome);
  await confirm(submission, deps, {
    title: 'Call logged',
    text: `Your call with ${before ? about(before) : 'the lead'} is logged: ${CALL_OUTCOMES[read.call.outcome].toLowerCase()}.`,
    repeated: outcome.repeated,
    // The card names the first touch only.
    cardChanges: before?.contactedAt === null,
  });
}

function readCall({ view }: Submission): { call: CallNotes } | { wrong: Record<string, string> } {
  const { text, choice, date, moment } = filledIn(view);
  const [outcome, what, on] = [choice('outcome'), text('next_what'), date('next_on')];
  if (!isOutcome(outcome)) return { wrong: { outcome: 'Say how the call went.' } };
  if (what && !on) return { wrong: { next_on: 'Say by when, or leave the next step out.' } };
  if (on && !what) return { wrong: { next_what: 'Say what to do that day, or leave the date out.' } };
  const [minutes, at, notes] = [text('minutes'), moment('at'), text('notes')];
  return {
    call: {
      outcome,
      direction: choice('direction') === 'inbound' ? 'inbound' : 'outbound',
      ...(minutes !== undefined && { minutes: Number(minutes) }),
      ...(at && { at }),
      ...(notes && { notes }),
      ...(what && on && { nextStep: { what, on } }),
    },
  };
}

function isOutcome(value: string | undefined): value is CallOutcome {
  return value !== undefined && Object.hasOwn(CALL_OUTCOMES, value);
}
