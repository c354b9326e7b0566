/** Telling the admins what they must hear, once. */

import { personOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Connecting, Place } from '../../contracts/notifier.ts';
import { credentialFacts } from '../../db/connections/credentials.ts';
import { outlastCalls } from '../../db/session.ts';
import {
  isWelcome,
  lockUnsent,
  markSent,
  pausedServiceOf,
  personOfNotice,
  type UnsentNotice,
  unsentNotices,
} from '../../db/workspaces/notices.ts';
import { atMost } from '../../lib/at-most.ts';
import { Rejected, Unavailable } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';

/** Each holds a transaction over its calls, and begins another beside it when somebody is found or missed. */
const inTurn = atMost(4);

/** Sends every notice that was not told yet to each admin's DM (and the managers' of whom it is about), or to the channel when no admin can be reached. */
export async function sendNotices(deps: Deps, workspaceId: string, attempt: number): Promise<void> {
  const notices = await unsentNotices(deps.db, workspaceId);
  // Held while it is told: every job that runs into a dead key asks for this, and two may come at once.
  for (const one of notices) {
    await inTurn(() =>
      deps.db.transaction(async trx => {
        await outlastCalls(trx);
        if (!(await lockUnsent(trx, workspaceId, one.key))) return;
        await sendNotice(deps, workspaceId, one, attempt > 1);
        await markSent(trx, workspaceId, [one.key], deps.clock.now());
      }),
    );
  }
}

async function sendNotice(
  deps: Deps,
  workspaceId: string,
  { key, text, createdAt }: UnsentNotice,
  lookFirst: boolean,
): Promise<void> {
  const { notifier } = await deps.vendors(workspaceId);
  const connect = await connectOfferFor(deps, workspaceId, key);
  let notified = 0;
  for (const place of await noticePlaces(deps, workspaceId, personOfNotice({ key }))) {
    try {
      const note = {
        key: `notice:${key}`,
        since: createdAt,
        ...(connect && { connect }),
        ...(isWelcome({ key }) && { beginSetup: true as const }),
      };
      await notifier.notify(place, text, note, lookFirst);
      notified += 1;
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      deps.log.warn({ err: error, place }, 'an admin could not be told');
    }
  }
  if (notified === 0) {
    throw new Unavailable(`nobody could be told: ${text}`, { service: 'slack', code: 'no_admin_reached' });
  }
}

/** A paused connection that is made by logging in is offered with its news. */
async function connectOfferFor(deps: Deps, workspaceId: string, key: string): Promise<Connecting | undefined> {
  const paused = pausedServiceOf({ key });
  const vendor = deps.byLogin?.(workspaceId).find(one => one === paused);
  if (vendor === undefined) return undefined;
  const login = await credentialFacts(deps.db, { workspaceId, vendor, holder: '' });
  return { vendor, whose: 'workspace', again: login !== undefined };
}

/** @param about somebody whose managers are told as well */
async function noticePlaces(deps: Deps, workspaceId: string, about?: string): Promise<Place[]> {
  const { playbook } = await deps.playbook(workspaceId);
  const places: Place[] = [];
  const readers = about === undefined ? playbook.admins : [...managersOf(playbook, about), ...playbook.admins];
  for (const email of new Set(readers)) {
    if (email === about) continue;
    const slackId = await slackIdOf(deps, workspaceId, email);
    if (slackId) places.push({ kind: 'dm', slackId });
  }
  if (places.length === 0 && playbook.notify.channel)
    places.push({ kind: 'channel', channel: playbook.notify.channel });
  return places;
}

/** Their own manager, and those of the teams they are in. */
function managersOf(playbook: Playbook, email: string): string[] {
  const ofTeams = Object.values(playbook.teams)
    .filter(team => team.members.some(member => member.person === email))
    .map(team => team.manager);
  return [personOf(playbook, email)?.manager, ...ofTeams].filter(one => one !== undefined);
}
