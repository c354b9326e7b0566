import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { answerPress } from '../answer.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';

const ADDRESS = 254;

/** Send first answer: the card says so when the mail server has taken it. */
export async function firstAnswer(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.sendFirstAnswer({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  const said =
    outcome.kind === 'done'
      ? `The first answer to ${mrkdwn(outcome.to, ADDRESS)} is on its way.`
      : refusalText(outcome, clock.now());
  await answerPress(press, said);
}
