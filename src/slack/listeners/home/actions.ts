/** What people do on Home itself; each draws it anew, and says what was done. */

import { nameOf } from '../../../config/playbook/people.ts';
import { count } from '../../blocks/block-words.ts';
import { keeping } from '../../blocks/home/team.ts';
import { claimRefusal } from '../../blocks/notices.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { answerPress } from '../answer.ts';
import { openAway } from '../card/away.ts';
import { openingOf } from '../opening.ts';
import { handoffIdOf, type Press, requesterOf } from '../types.ts';
import { homeOf } from './home.ts';
import { publishHome } from './publish.ts';

const NAME = 120;
const DONE = ':white_check_mark:';

/** Claim: it is mine, or Home shows who has it. */
export async function claimOnHome(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await deps.actions.claim({ ...requesterOf(press), handoffId: handoffIdOf(press) });
  if (outcome.kind !== 'claimed') await answerPress(press, claimRefusal(outcome, deps.clock.now()));
  const won = outcome.kind === 'claimed';
  await drawAnew(press, deps, won ? `${DONE} You claimed it. A claim is no contact: call or mail now.` : undefined);
}

/** I'm away…: until when, in the card's modal; Home is drawn anew when it is submitted. */
export async function awayFromHome(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  await openAway(openingOf(press, deps), { home: press.body.view?.private_metadata });
}

/** I'm back. */
export async function backOnHome(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await deps.actions.back(requesterOf(press));
  if (outcome.kind !== 'done') return answerPress(press, refusalText(outcome, deps.clock.now()));
  await drawAnew(
    press,
    deps,
    outcome.wasAway ? `${DONE} You are back: new leads come to you again.` : 'You were not away.',
  );
}

/** All of an absentee's or a leaver's leads to the next in the rotation, as was approved in Slack's own dialog. */
export async function handOver(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const from = press.action.value ?? '';
  const outcome = await deps.actions.moveAll({ ...requesterOf(press), from, to: { kind: 'next' } });
  // The first of the two presses tells on Home what became of it.
  if (outcome.kind === 'under_way') return;
  // Told on Home and not in a modal: handing over many may take longer than a press may open one.
  if (outcome.kind !== 'done') return drawAnew(press, deps, `:warning: ${refusalText(outcome, deps.clock.now())}`);
  const { playbook } = await deps.queries.playbook(requesterOf(press).workspaceId);
  const name = nameOf(playbook, from);
  await drawAnew(press, deps, `${DONE} ${movedText(name, outcome)}`);
}

function movedText(name: string, { moved, left }: { moved: number; left: number }): string {
  const stay = `${count(left, 'lead')} ${left === 1 ? 'stays' : 'stay'}: contacted already, or nobody can take them.`;
  return `${count(moved, 'lead')} of *${mrkdwn(name, NAME)}* handed over.${left > 0 ? ` ${stay}` : ''}`;
}

/** Keep: not asked again during this absence. */
export async function keepAbsentLeads(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const state = homeOf(press);
  await publishHome(press.client, requesterOf(press), deps, keeping(state, press.action.value ?? ''));
}

async function drawAnew(press: Press, deps: SlackDeps, notice: string | undefined): Promise<void> {
  const state = homeOf(press);
  await publishHome(press.client, requesterOf(press), deps, state, { notice });
}
