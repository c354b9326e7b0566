import type { SlackDeps } from '../../deps.ts';
import { claimRefusal, onlyYou } from '../../messages/notices.ts';
import { handoffOf, type Press, workspaceOf } from '../types.ts';

/** Claim: the winner sees their card redrawn (the claim's own job does that), everybody else hears who was first. */
export async function claim(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.claim({
    workspaceId: workspaceOf(press.context),
    handoffId: handoffOf(press),
    slackUserId: press.body.user.id,
  });
  if (outcome.kind !== 'claimed') await press.respond(onlyYou(claimRefusal(outcome, clock.now())));
}
