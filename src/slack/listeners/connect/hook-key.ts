/** Replacing the key in hook addresses, as was approved in Slack's own dialog. */
import { keyReplacedText } from '../../blocks/home/connections.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { homeOf } from '../home/home.ts';
import { publishHome } from '../home/publish.ts';
import { type Press, requesterOf } from '../types.ts';

const NAMES = 300;

export async function replaceHookKey(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const done = (await deps.hookKeys?.replace(requesterOf(press))) ?? { kind: 'environment' as const };
  await drawAnew(press, deps, keyReplacedText(done));
}

/** The addresses with the key before are taken no more. */
export async function endOldHookKey(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  // A press that names something else is of no button that Baton draws.
  if (press.action.value !== 'old') return;
  const done = await deps.hookKeys?.endOld(requesterOf(press));
  if (done?.kind === 'not_allowed') return drawAnew(press, deps, `Only ${mrkdwn(done.who, NAMES)} can do this.`);
  await drawAnew(press, deps, done?.known ? ':key: The old addresses are taken no more.' : 'They were ended already.');
}

async function drawAnew(press: Press, deps: SlackDeps, notice: string): Promise<void> {
  await publishHome(press.client, requesterOf(press), deps, homeOf(press), { notice });
}
