/** Home in Slack, for stories. */
import { toError } from '../../src/lib/errors.ts';
import { act, click, redrawn, shown, slackIdOf } from './slack.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** Waits until Home says so; answers all of it as text. */
export async function homeShows(baton: System, user: string, what: RegExp): Promise<string> {
  let last: Awaited<ReturnType<typeof shown>> | undefined;
  try {
    return await until(`the Home of ${user} shows ${what}`, async () => {
      last = await shown(baton, user);
      return what.test(last.home) ? last.home : undefined;
    });
  } catch (error) {
    throw new Error(`${toError(error).message}\nHome: ${last?.home}\nModal: ${last?.modal}`, { cause: error });
  }
}

/** Presses what Home or the open modal shows, or will in a moment. */
export async function press(baton: System, user: string, action_id: string, value?: string): Promise<void> {
  await until(`${user} sees ${action_id}`, async () => {
    const { home, modal } = await shown(baton, user);
    return `${home}${modal}`.includes(`"${action_id}"`);
  });
  await act(baton, user, click(action_id, value));
}

/** Opens Home as somebody whom Baton knows; answers it as text. */
export async function openHome(baton: System, user: string): Promise<string> {
  await slackIdOf(baton, user);
  return redrawn(baton, user, { home: {} });
}

/** Baton watches from now on: an admin has pressed the button. */
export async function goWatching(baton: System, admin: string): Promise<void> {
  await openSetup(baton, admin, 'start');
  await redrawn(baton, admin, () => press(baton, admin, 'watch'));
  await baton.settled();
}

/** Baton is live from now on. */
export async function goLive(baton: System, admin: string): Promise<void> {
  await openSetup(baton, admin, 'start');
  await redrawn(baton, admin, () => press(baton, admin, 'go_live'));
  await baton.settled();
}

/** Home, its set-up, and a page of that; answers it as text. Each is drawn before the next is pressed. */
export async function openSetup(baton: System, user: string, page?: string): Promise<string> {
  await openHome(baton, user);
  const setup = await redrawn(baton, user, () => press(baton, user, 'home_tab_setup'));
  return page === undefined ? setup : openPage(baton, user, page);
}

/**
 * The list of all settings names the chosen page, or what only that page has is there. A drawing of something else may
 * come in between, and a press of before may be heard after this one: then it is chosen again, as a person would.
 */
async function openPage(baton: System, user: string, page: string): Promise<string> {
  const own: Record<string, string> = { start: '"open_step"', health: '"check_now"' };
  const chosen = new RegExp(own[page] ?? `"initial_option":\\{[^}]*\\},"value":"${page}"`);
  return until(`Home of ${user} shows the page ${page}`, async () => {
    const drawn = await redrawn(baton, user, () => press(baton, user, 'setup_page', page));
    return chosen.test(drawn) ? drawn : undefined;
  });
}
