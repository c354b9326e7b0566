import type { Outcome } from '../../../handoff/commands.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { answerPress } from '../answer.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';
import { redrawDetails } from './timeline.ts';

const NAME = 120;
const LEFT = 'The lead stays in nurture. `/mql release` sends it to sales after all.';

/** Reopen: a rejected or nurtured lead is work again. */
export async function reopen(press: Press, deps: SlackDeps): Promise<void> {
  await decide(press, deps, 'reopen', to => `The lead is open again: *${to}* has it.`);
}

/** Nurture: a held lead stays with marketing. */
export async function nurture(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.leaveToNurture({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  await answerPress(press, outcome.kind === 'done' ? LEFT : refusalText(outcome, clock.now()));
}

/** Wake: the card shows by itself that the lead is quiet no more. */
export async function wake(press: Press, deps: SlackDeps): Promise<void> {
  const { actions, clock } = deps;
  await press.ack();
  const outcome = await actions.wake({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  if (outcome.kind !== 'done') await answerPress(press, refusalText(outcome, clock.now()));
  else await redrawDetails(press, deps);
}

/** Release: a held lead goes on to routing. */
export async function release(press: Press, deps: SlackDeps): Promise<void> {
  await decide(press, deps, 'release', to => `The lead is released: it goes to *${to}*.`);
}

async function decide(
  press: Press,
  { actions, clock }: SlackDeps,
  action: 'reopen' | 'release',
  words: (to: string) => string,
): Promise<void> {
  await press.ack();
  const outcome: Outcome<{ to: string }> = await actions[action]({
    ...requesterOf(press),
    handoffId: handoffIdOf(press),
  });
  const said = outcome.kind === 'done' ? words(mrkdwn(outcome.to, NAME)) : refusalText(outcome, clock.now());
  await answerPress(press, said);
}
