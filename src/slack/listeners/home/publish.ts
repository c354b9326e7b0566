/** Draws a person's Home: after they opened it, and after everything of theirs that changes what it shows. */
import type { WebClient } from '@slack/web-api';
import type { By } from '../../../handoff/rights.ts';
import { toError } from '../../../lib/errors.ts';
import type { SlackDeps } from '../../deps.ts';
import { originOf } from '../../forms.ts';
import { homeView, strangerHome } from '../../messages/home/home.ts';
import { type HomeState, homeStateOf } from '../../messages/home/state.ts';
import { askerOf } from '../card/opening.ts';
import { byOf, type Submission } from '../types.ts';
import { tabContent, tabFor, tabsOf } from './tabs.ts';

export interface Publishing {
  /** Said once, above the tab: safe mrkdwn. */
  notice?: string | undefined;
  /** Of the view that was pressed: another press may have drawn Home anew since. */
  hash?: string | undefined;
}

/**
 * Reads everything anew and publishes it. When Home was drawn anew since the press (two presses at once), what was
 * read may be older than what is shown: it is read once more, and that is published whatever is there.
 *
 * Slack does not say who looks at Home, so a lead that changes by somebody else's doing shows when Home is opened
 * again or the person presses something; it says when it was read.
 */
export async function publishHome(
  client: WebClient,
  by: By,
  deps: SlackDeps,
  state: HomeState,
  { notice, hash }: Publishing = {},
): Promise<void> {
  const publish = async (given: { hash?: string }) =>
    client.views.publish({ user_id: by.slackUserId, view: await draw(by, deps, state, notice), ...given });
  try {
    await publish({ ...(hash !== undefined && { hash }) });
  } catch (error) {
    if (!isHashConflict(error)) throw error;
    await publish({});
  }
}

/** After a modal that was opened from Home: what it did shows there. Any modal that carries `home` along is one. */
export async function refreshHome(submission: Submission, deps: SlackDeps): Promise<void> {
  const { home } = originOf(submission.view);
  if (home === undefined) return;
  try {
    await publishHome(submission.client, byOf(submission), deps, homeStateOf(home));
  } catch (error) {
    // What was submitted is done and told: Home says itself of when it is.
    deps.log.warn({ err: toError(error) }, 'Home could not be drawn anew after a modal');
  }
}

async function draw(by: By, deps: SlackDeps, state: HomeState, notice: string | undefined) {
  const asker = await askerOf(deps, by);
  if (!asker) {
    const { playbook } = await deps.queries.playbook(by.workspaceId);
    return strangerHome(playbook.admins.map(email => playbook.people.find(one => one.email === email)?.name ?? email));
  }
  const tab = tabFor(asker.actor, state.tab);
  const blocks = await tabContent(tab, { ...asker, by, deps }, state);
  return homeView({ tabs: tabsOf(asker.actor), tab, state, notice, blocks, now: asker.now });
}

function isHashConflict(error: unknown): boolean {
  return toError(error).message.includes('hash_conflict');
}
