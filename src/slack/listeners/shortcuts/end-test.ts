import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { answerPress } from '../answer.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';

/** Clean up on a test lead's card. */
export async function endTest(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.endTest({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  await answerPress(
    press,
    outcome.kind === 'done'
      ? 'The test lead is being taken away: its record, its cards and all that is kept of it.'
      : refusalText(outcome, clock.now()),
  );
}
