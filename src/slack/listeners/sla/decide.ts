import type { Outcome } from '../../../handoff/commands.ts';
import { moment } from '../../blocks/block-words.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { answerPress } from '../answer.ts';
import { openReassign } from '../card/reassign.ts';
import { onPress } from '../opening.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';

const NAME = 120;

/** Reassign…: the card's own modal. */
export const reassign = onPress(openReassign);

/** Take it: the lead is the manager's own. */
export async function take(press: Press, deps: SlackDeps): Promise<void> {
  await decide(
    press,
    deps,
    on => deps.actions.takeOver(on),
    ({ from }) => `The lead is yours, and claimed${from ? `. It was with *${mrkdwn(from, NAME)}*` : ''}.`,
  );
}

/** Give 30 more minutes: the rep hears it too. */
export async function moreTime(press: Press, deps: SlackDeps): Promise<void> {
  await decide(
    press,
    deps,
    on => deps.actions.moreTime(on),
    ({ rep, until }) =>
      `*${mrkdwn(rep, NAME)}* has until ${moment(until.toISOString()) ?? 'then'}. You hear of it again unless the lead is reached.`,
  );
}

/** Hand it back: on to the next in the rotation. */
export async function handBack(press: Press, deps: SlackDeps): Promise<void> {
  await decide(
    press,
    deps,
    on => deps.actions.handBack(on),
    ({ to }) => `The lead goes on to *${mrkdwn(to, NAME)}*.`,
  );
}

async function decide<T>(
  press: Press,
  { clock }: SlackDeps,
  act: (on: ReturnType<typeof requesterOf> & { handoffId: string }) => Promise<Outcome<T>>,
  words: (done: T) => string,
): Promise<void> {
  await press.ack();
  const outcome = await act({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  await answerPress(press, outcome.kind === 'done' ? words(outcome) : refusalText(outcome, clock.now()));
}
