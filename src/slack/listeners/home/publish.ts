/** Draws a person's Home: after they opened it, and after everything of theirs that changes what it shows. */
import { createHash } from 'node:crypto';
import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { nameOf } from '../../../config/playbook/people.ts';
import type { Requester } from '../../../handoff/core/rights.ts';
import { toError } from '../../../lib/errors.ts';
import { STEP } from '../../blocks/home/checklist.ts';
import { homeView, strangerHome } from '../../blocks/home/home.ts';
import { goneTo, type HomeState, homeStateOf, packHome } from '../../blocks/home/state.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import type { SlackDeps } from '../../deps.ts';
import { originOf } from '../../forms.ts';
import { updateTo } from '../answer.ts';
import { askerOf } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';
import { tabContent, tabFor, tabsOf } from './tabs.ts';

export interface Publishing {
  /** Said once, above the tab: safe mrkdwn. */
  notice?: string | undefined;
  /** Where the person was when this was asked for: if they went elsewhere since, they stay there. */
  from?: HomeState | undefined;
}

/** Presses that come faster than Home is drawn: the last of them draws what is true after all. */
const MOST_DRAWINGS = 5;

/**
 * Reads everything anew and publishes it. When another drawing reached Slack while this one was under way (two presses
 * at once, on any number of processes), nobody knows which of the two Slack took last, and so which is shown: it is
 * drawn once more, from what is true by then, where the last press wanted to be and with what was said to it.
 *
 * A lead that changes by somebody else's doing shows within some seconds: `redrawHome`.
 */
export async function publishHome(
  client: WebClient,
  requester: Requester,
  deps: SlackDeps,
  state: HomeState,
  { notice, from }: Publishing = {},
): Promise<void> {
  // A tab that was not chosen is one of two spellings: it depends on who looks.
  const spellings = from && [packHome(from), packHome({ at: from.at })];
  const wanted = { state: packHome(state), notice: notice ?? null };
  await drawUntilTrue(client, requester, deps, await deps.homes.begin(requester, wanted, spellings));
}

type Begun = Awaited<ReturnType<SlackDeps['homes']['begin']>>;

/** Once more when another has landed meanwhile. What is drawn then is read anew: it may have been wanted a moment ago. */
async function drawUntilTrue(client: WebClient, requester: Requester, deps: SlackDeps, first: Begun): Promise<void> {
  let begun = first;
  for (let drawn = 1; ; drawn += 1) {
    const { state, notice } = begun;
    const landed = await landing(requester, deps, client, () =>
      draw(requester, deps, homeStateOf(state), notice ?? undefined),
    );
    if (landed === begun.landed + 1 || drawn === MOST_DRAWINGS) return;
    begun = await deps.homes.again(requester);
  }
}

/** Refused or unanswered, it may have reached Slack all the same. */
async function landing(
  requester: Requester,
  { homes }: SlackDeps,
  client: WebClient,
  drawing: () => Promise<HomeView>,
) {
  try {
    const view = await drawing();
    await client.views.publish({ user_id: requester.slackUserId, view });
    return await homes.land(requester, markOf(view));
  } catch (error) {
    await homes.land(requester, null);
    throw error;
  }
}

/** What a Home shows, without when it was read: two drawings of the same are one. */
function markOf({ blocks, private_metadata }: HomeView): string {
  return createHash('sha256')
    .update(JSON.stringify([blocks.slice(0, -1), private_metadata]))
    .digest('base64url');
}

/**
 * Somebody looks at this Home, and something of theirs has changed: it is drawn from what is true now, where the person
 * is, and sent to Slack if anything on it is another. Whoever presses something meanwhile draws it once more after this.
 */
export async function redrawHome(
  client: WebClient,
  requester: Requester,
  deps: SlackDeps,
  { state, notice, landed, shown }: { state: string; notice: string | null; landed: number; shown: string | null },
): Promise<void> {
  const view = await draw(requester, deps, homeStateOf(state), notice ?? undefined);
  if (markOf(view) === shown) return;
  const now = await landing(requester, deps, client, async () => view);
  // Somebody's press drew it at the same time: nobody knows which of the two Slack took last.
  if (now !== Number(landed) + 1) await drawUntilTrue(client, requester, deps, await deps.homes.again(requester));
}

/** After a modal that was opened from Home: what it did shows there. Any modal that carries `home` along is one. */
export async function refreshHome(submission: Submission, deps: SlackDeps): Promise<void> {
  const { home } = originOf(submission.view);
  if (home === undefined) return;
  try {
    const { [SAVED]: saved, [HOME_NOTICE]: notice } = submission.context;
    const before = homeStateOf(home);
    // A step of the set-up that was opened again is open until something is saved.
    const state = saved ? goneTo(before, STEP, undefined) : before;
    await publishHome(submission.client, requesterOf(submission), deps, state, { notice, from: before });
  } catch (error) {
    // What was submitted is done and told: Home says itself of when it is.
    deps.log.warn({ err: toError(error) }, 'Home could not be drawn anew after a modal');
  }
}

/** Under these names a submission carries that it saved something, and what Home says after it. */
const SAVED = 'homeSaved';
const HOME_NOTICE = 'homeNotice';

/** What was chosen counts from now on: Home shows the step that it was about as it is. */
export function closeStep({ context }: Submission): void {
  context[SAVED] = true;
}

/** The form closes, and its step. */
export async function closeChosen(submission: Submission): Promise<void> {
  closeStep(submission);
  await submission.ack({ response_action: 'clear' });
}

/** Saved: the form closes at once, and Home says it; where there is no Home behind it a modal does. `text`: safe mrkdwn. */
export async function closeSaved(submission: Submission, title: string, text: string): Promise<void> {
  if (originOf(submission.view).home === undefined) return updateTo(submission, noticeModal(title, text));
  submission.context[HOME_NOTICE] = text;
  await closeChosen(submission);
}

async function draw(requester: Requester, deps: SlackDeps, state: HomeState, notice: string | undefined) {
  const asker = await askerOf(deps, requester);
  if (!asker) {
    const { playbook } = await deps.queries.playbook(requester.workspaceId);
    return strangerHome(playbook.admins.map(email => nameOf(playbook, email)));
  }
  const isSettingUp =
    asker.actor.admin && state.tab === undefined && (await deps.admin.isSettingUp(requester.workspaceId));
  const tab = isSettingUp ? 'setup' : tabFor(asker.actor, state.tab);
  const blocks = await tabContent(tab, { ...asker, by: requester, deps }, state);
  return homeView({ tabs: tabsOf(asker.actor), tab, state, notice, blocks, now: asker.now });
}
