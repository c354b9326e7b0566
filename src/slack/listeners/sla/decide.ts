import type { HandoffRequest, Outcome } from '../../../handoff/commands.ts';
import { moment } from '../../blocks/block-words.ts';
import { homeStateOf } from '../../blocks/home/state.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { firstName } from '../../blocks/sla/alarm.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { answerPress } from '../answer.ts';
import { openReassign } from '../card/reassign.ts';
import { publishHome } from '../home/publish.ts';
import { onPress, openingOf } from '../opening.ts';
import { handoffIdOf, type Pick, type Press, requesterOf } from '../types.ts';

const NAME = 120;

/** Reassign…: the card's own modal. */
export const reassign = onPress(openReassign);

/** Give to Marcus: to whom the button names, if they are still the next who is free; else the form asks. */
export async function give(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const handoffId = handoffIdOf(press);
  const by = requesterOf(press);
  const next = await deps.nextRep(by.workspaceId, handoffId);
  const named = press.action.text.text;
  if (!next || named !== `Give to ${firstName(next.name)}`) {
    return openReassign(openingOf(press, deps), handoffId, { handoffId });
  }
  const outcome = await deps.actions.reassign({ ...by, handoffId, to: { kind: 'person', email: next.email } });
  await answer(press, deps, outcome, ({ to }) => `*${mrkdwn(to, NAME)}* has the lead now.`);
}

/** Take it: the lead is the manager's own. */
export async function take(press: Press | Pick, deps: SlackDeps, handoffId: string): Promise<void> {
  await decide(press, deps, handoffId, {
    act: on => deps.actions.takeOver(on),
    words: ({ from }) => `The lead is yours, and claimed${from ? `. It was with *${mrkdwn(from, NAME)}*` : ''}.`,
  });
}

/** Wait 30 min: the rep hears it too. */
export async function moreTime(press: Press, deps: SlackDeps): Promise<void> {
  await decide(press, deps, handoffIdOf(press), {
    act: on => deps.actions.moreTime(on),
    words: ({ rep, until }) =>
      `*${mrkdwn(rep, NAME)}* has until ${moment(until.toISOString()) ?? 'then'}. We’ll remind you then, unless somebody reaches the lead.`,
  });
}

/** Hand it back: on to the next in the rotation. */
export async function handBack(press: Press | Pick, deps: SlackDeps, handoffId: string): Promise<void> {
  await decide(press, deps, handoffId, {
    act: on => deps.actions.handBack(on),
    words: ({ to }) => `The lead goes on to *${mrkdwn(to, NAME)}*.`,
  });
}

interface Deed<T> {
  act: (on: HandoffRequest) => Promise<Outcome<T>>;
  words: (done: T) => string;
}

async function decide<T>(press: Press | Pick, deps: SlackDeps, handoffId: string, deed: Deed<T>): Promise<void> {
  await press.ack();
  await answer(press, deps, await deed.act({ ...requesterOf(press), handoffId }), deed.words);
}

/** What was done shows on the message itself, and on Home; a modal does not change, and says it. */
async function answer<T>(
  press: Press | Pick,
  deps: SlackDeps,
  outcome: Outcome<T>,
  words: (done: T) => string,
): Promise<void> {
  if (outcome.kind !== 'done') return answerPress(press, refusalText(outcome, deps.clock.now()));
  const { view } = press.body;
  if (view?.type === 'home') {
    const state = homeStateOf(view.private_metadata);
    await publishHome(press.client, requesterOf(press), deps, state, { notice: words(outcome) });
  } else if (view) await answerPress(press, words(outcome));
}
