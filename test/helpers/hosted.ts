/** Baton as many workspaces install it: nothing of Slack in the environment but the app's own keys. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setMode } from '../../src/db/workspaces/mode.ts';
import { workspaceByTeam } from '../../src/db/workspaces/workspaces.ts';
import type { Browser } from './browser.ts';
import { act, openModal, outcomeOf, slackIdOf } from './slack.ts';
import { type Message, type System, type SystemOptions, system, tools } from './system.ts';
import { until } from './until.ts';

const KEYS = { ENCRYPTION_KEY: randomBytes(32).toString('base64'), SLACK_BOT_TOKEN: '', HOOK_KEY: '' };

export async function hosted(t: TestContext, { env = {}, ...options }: SystemOptions = {}): Promise<System> {
  return system(t, { ...options, env: { ...KEYS, ...env } });
}

/** Somebody presses Add to Slack and Allow. */
export async function addToSlack(baton: System, team = HOME, user = 'dana'): Promise<Record<string, unknown>> {
  const installed = await baton.post('/_sandbox/slack/install', { team, user });
  assert.equal(installed.ok, true, JSON.stringify(installed));
  return installed;
}

export const HOME = 'T0BATON';

/** What a workspace that installed Baton does and sees. */
export async function workspaceOf(baton: System, team = HOME): Promise<System> {
  const workspace = await workspaceByTeam(baton.app.deps.db, team);
  assert.ok(workspace, `${team} has a workspace`);
  return tools({ ...baton, app: { ...baton.app, workspaceId: workspace.id } }, { slack: { team } });
}

/** Slack's consent page in a browser: answers the address that it leads back to. */
export async function allow(
  baton: { env: { PUBLIC_URL?: string | undefined } },
  visit: Browser,
  { team = HOME, user = 'dana', answer = 'yes' }: { team?: string; user?: string; answer?: 'yes' | 'no' } = {},
): Promise<string> {
  const left = await visit(`${baton.env.PUBLIC_URL}/slack/install`);
  assert.equal(left.status, 302, left.text);
  const consent = new URL(left.location);
  const asked = Object.fromEntries(consent.searchParams);
  const back = await visit(`${consent.origin}${consent.pathname}`, { ...asked, team, user, allow: answer });
  assert.equal(back.status, 302, back.text);
  return back.location;
}

/** Somebody of a workspace hands a lead off by hand, and has the card of it. */
export async function handedOffIn(baton: System, user: string, name: string): Promise<Message> {
  // It was installed a moment ago, and would only watch.
  const { app, clock } = baton;
  await setMode(app.deps.db, app.workspaceId, { mode: 'live', by: user, at: clock.now() });
  await slackIdOf(baton, user);
  await openModal(baton, user, { shortcut: { callback_id: 'hand_off' } });
  const email = `${name.toLowerCase().replace(' ', '.')}@globex-inc.com`;
  assert.equal(await outcomeOf(baton, user, { email, name, title: 'VP Operations', company: 'Globex' }), 'updated');
  return baton.card({ user }, name);
}

/** What Baton answers to `/mql help` in this workspace. */
export async function answersIn(baton: System, user: string): Promise<string> {
  const before = (await baton.messages({ user })).length;
  await act(baton, user, { command: { text: 'help' } });
  const all = await until('an answer', async () => {
    const now = await baton.messages({ user });
    return now.length > before ? now : undefined;
  });
  return String(all.at(-1)?.text);
}

/** How a vendor's delivery to a workspace's own address is answered. */
export async function hookAnswers(address: string): Promise<number> {
  const answer = await fetch(address, { method: 'POST', body: '[]', headers: { 'content-type': 'application/json' } });
  return answer.status;
}
