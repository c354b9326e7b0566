import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { answerPress } from '../answer.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';

/** Add to sequence: the card says so when the tool has done it. */
export async function addToSequence(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.addToSequence({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  if (outcome.kind !== 'done') await answerPress(press, refusalText(outcome, clock.now()));
}

/** Stop sequence: the card says so at once, and its thread when it is done. */
export async function stopSequence(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.endSequence({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  if (outcome.kind !== 'done') await answerPress(press, refusalText(outcome, clock.now()));
}
