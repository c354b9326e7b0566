import { claimRefusal } from '../../blocks/notices.ts';
import type { SlackDeps } from '../../deps.ts';
import { answerPress } from '../answer.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';
import { redrawDetails } from './timeline.ts';

/** Claim: the winner sees their card redrawn (the claim's own job does that), everybody else hears who was first. */
export async function claim(press: Press, deps: SlackDeps): Promise<void> {
  const { actions, clock } = deps;
  await press.ack();
  const outcome = await actions.claim({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  if (outcome.kind !== 'claimed') await answerPress(press, claimRefusal(outcome, clock.now()));
  else await redrawDetails(press, deps);
}
