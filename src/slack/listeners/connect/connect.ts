/** Connect, Reconnect, Disconnect: whoever presses gets a link of their own, or hears why not. */
import type { Whose } from '../../../workspaces/connect.ts';
import { laterText, loggedOutText, ticketModal } from '../../blocks/connect.ts';
import { words } from '../../blocks/notices.ts';
import type { SlackDeps } from '../../deps.ts';
import { openModal } from '../../forms.ts';
import { answerPress } from '../answer.ts';
import { homeOf } from '../home/home.ts';
import { publishHome, refreshHome } from '../home/publish.ts';
import { type Listener, type Press, requesterOf, type Submission } from '../types.ts';

/** A link for the presser alone, in a modal that nobody else sees. */
export function askLink(whose: Whose): Listener<Press> {
  return async (press, deps) => {
    await press.ack();
    const vendor = press.action.value ?? '';
    const ticketed = (await deps.connect?.ticket(requesterOf(press), vendor, whose)) ?? {
      kind: 'not_offered' as const,
    };
    const home = press.body.view?.private_metadata;
    await openModal(press.client, press.body.trigger_id, ticketModal(vendor, whose, ticketed, home));
  };
}

/** "Not now": the offer makes way, and is not made again. */
export async function later(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const vendor = press.action.value ?? '';
  await deps.connect?.later(requesterOf(press), vendor);
  await press.respond({ replace_original: true, ...words(laterText(vendor, deps.connect?.rolesOf(vendor))) });
}

/** Logs out, as was approved in Slack's own dialog. */
export function disconnect(whose: Whose): Listener<Press> {
  return async (press, deps) => {
    await press.ack();
    const vendor = press.action.value ?? '';
    const done = (await deps.connect?.logOut(requesterOf(press), vendor, whose)) ?? { kind: 'not_connected' as const };
    await said(press, deps, loggedOutText(vendor, whose, done));
  };
}

async function said(press: Press, deps: SlackDeps, text: string): Promise<void> {
  if (press.body.view?.type !== 'home') return answerPress(press, text);
  const state = homeOf(press);
  await publishHome(press.client, requesterOf(press), deps, state, { notice: text });
}

/** Back from logging in: Home shows what became of it. */
export async function wasThere(submission: Submission, deps: SlackDeps): Promise<void> {
  await submission.ack();
  await refreshHome(submission, deps);
}

/** The link was followed: the browser has opened already; Slack only wants to hear that we know. */
export async function wentThere(press: Press): Promise<void> {
  await press.ack();
}
