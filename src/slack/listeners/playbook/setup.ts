/** What is done on the Set-up tab itself: its pages, replaying what is stuck, and taking the playbook along. */

import { ago, count } from '../../blocks/block-words.ts';
import { SETUP, type SetupPage } from '../../blocks/home/admin.ts';
import { goneTo } from '../../blocks/home/state.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { sendText } from '../../files.ts';
import { answerPress } from '../answer.ts';
import { homeOf } from '../home/home.ts';
import { publishHome } from '../home/publish.ts';
import { type Change, type Listener, type Press, requesterOf } from '../types.ts';
import { adminAsking } from './admins.ts';

const NAMES = 300;

/** A page of Set-up was chosen. */
export function choosePage(page: SetupPage): Listener<Press> {
  return async (press, deps) => {
    await press.ack();
    const state = homeOf(press);
    await publishHome(press.client, requesterOf(press), deps, goneTo(state, SETUP, page));
  };
}

/** The list of all settings. */
export async function choosePageOfAll(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action } = change;
  const chosen = action.type === 'static_select' ? action.selected_option?.value : undefined;
  await publishHome(change.client, requesterOf(change), deps, goneTo(homeOf(change), SETUP, chosen));
}

/** How it is, read anew; the connected accounts are compared with the rules, which a message answers. */
export async function checkNow(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const begun = await deps.admin.inspect(requesterOf(press));
  if ('who' in begun) return answerPress(press, `Only ${mrkdwn(begun.who, NAMES)} can do this.`);
  const compared =
    begun.kind === 'begun'
      ? ' The connected accounts are compared with your rules now; a direct message says what was found.'
      : '';
  const notice = `:mag: Read anew.${compared}`;
  await publishHome(press.client, requesterOf(press), deps, homeOf(press), { notice });
}

/** What was put aside for one reason, or all of it, is tried again. */
export async function replay(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const done = await deps.admin.replay(requesterOf(press), press.action.value ?? '');
  if (done.kind === 'not_allowed') return answerPress(press, `Only ${mrkdwn(done.who, NAMES)} can do this.`);
  await drawAnew(
    press,
    deps,
    done.jobs > 0
      ? `:arrows_counterclockwise: ${count(done.jobs, 'job')} ${done.jobs === 1 ? 'goes' : 'go'} again. What fails again comes back here with its reason.`
      : 'It was replayed already.',
  );
}

/** What Baton needs in the CRM is made there, as was approved in Slack's own dialog. */
export async function setUpCrm(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const asked = await deps.admin.setUpCrm(requesterOf(press));
  if (asked.kind === 'not_allowed') return answerPress(press, `Only ${mrkdwn(asked.who, NAMES)} can do this.`);
  await drawAnew(press, deps, askedText(asked, deps.clock.now()));
}

function askedText(
  asked: Exclude<Awaited<ReturnType<SlackDeps['admin']['setUpCrm']>>, { kind: 'not_allowed' }>,
  now: Date,
): string {
  if (asked.kind === 'begun') {
    return ':hammer_and_wrench: Begun. A direct message from Baton shows how far it is, and what is left to do by hand.';
  }
  return asked.kind === 'under_way'
    ? `:hourglass: It is under way already: <@${asked.by}> began it ${ago(asked.since, now)}.`
    : ':warning: No CRM is connected that Baton could set up. Connect one first.';
}

/** Baton asks again when this one changes an owner. */
export async function forgetKept(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const done = await deps.admin.forgetKept(requesterOf(press), press.action.value ?? '');
  if (done.kind === 'not_allowed') return answerPress(press, `Only ${mrkdwn(done.who, NAMES)} can do this.`);
  const again = 'A manager is asked again the next time.';
  await drawAnew(press, deps, done.known ? `:wastebasket: Forgotten. ${again}` : 'It was forgotten already.');
}

/** Open leads of a CRM that was left are written anew in the one there is, as was approved in Slack's own dialog. */
export async function moveRecords(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const expected = Number(press.action.value);
  const outcome = await deps.actions.moveOpenRecords({ ...requesterOf(press), expected });
  const said =
    outcome.kind === 'done'
      ? `:white_check_mark: ${count(outcome.count, 'lead')} ${outcome.count === 1 ? 'is' : 'are'} being written anew, one after the other.`
      : `:warning: ${refusalText(outcome, deps.clock.now())}`;
  await drawAnew(press, deps, said);
}

/** The playbook as a file in the admin's DM. */
export async function exportPlaybook(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const by = requesterOf(press);
  const asker = await adminAsking(deps, press);
  if (typeof asker === 'string') return answerPress(press, asker);
  const file = await deps.admin.export(by);
  if (file.kind === 'not_allowed') return answerPress(press, `Only ${mrkdwn(file.who, NAMES)} can do this.`);
  await sendText(press.client, {
    user: by.slackUserId,
    name: `playbook-v${file.version}.yaml`,
    text: file.yaml,
    comment: `Baton’s playbook, version ${file.version}. To change it: edit the file, then *Import YAML* on Home.`,
  });
  await drawAnew(press, deps, `:outbox_tray: Version ${file.version} is in your direct messages with Baton.`);
}

async function drawAnew(press: Press, deps: SlackDeps, notice: string): Promise<void> {
  const state = homeOf(press);
  await publishHome(press.client, requesterOf(press), deps, state, { notice });
}
