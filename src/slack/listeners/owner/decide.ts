/** Keep theirs or Restore ours, on a card or in a manager's DM. */

import { moment } from '../../blocks/block-words.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { answerPress } from '../answer.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';

const NAME = 200;

/** The owner in the CRM stays, and the lead goes with it where it can. */
export async function keepOwner(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.keepOwner({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  if (outcome.kind !== 'done') return answerPress(press, refusalText(outcome, clock.now()));
  const { to, why, always, until } = outcome;
  const done = to ? `The lead goes to *${mrkdwn(to, NAME)}*.` : `Kept. The lead stays here: ${mrkdwn(why ?? '', NAME)}`;
  const day = until && moment(until.toISOString());
  const next = always
    ? ` What *${mrkdwn(always, NAME)}* does is kept without asking from now on${day ? `, until ${day}` : ''}. Admins can forget that on Home, under Set-up.`
    : '';
  await answerPress(press, `${done}${next}`);
}

/** The record is given back; the card says when it is done. */
export async function restoreOwner(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.restoreOwner({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  const text =
    outcome.kind === 'done'
      ? `Baton gives the record back to *${mrkdwn(outcome.to, NAME)}*, once. If it is changed again, you hear of it and Baton leaves it so.`
      : refusalText(outcome, clock.now());
  await answerPress(press, text);
}
