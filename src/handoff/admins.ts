/** Telling the admins what they must hear, once. */
import { markTold, pausedServiceOf, untoldNotices } from '../db/notices.ts';
import { Rejected, Unavailable } from '../lib/errors.ts';
import type { Deps } from './deps.ts';
import { slackIdOf } from './directory.ts';
import type { Place } from './notifier.ts';

/** Sends every notice that was not told yet to each admin's DM, or to the channel when no admin can be reached. */
export async function tellAdmins(deps: Deps, workspaceId: string): Promise<void> {
  const notices = await untoldNotices(deps.db, workspaceId);
  if (notices.length === 0) return;
  const { notifier } = await deps.vendors(workspaceId);
  for (const { key, text } of notices) {
    const paused = pausedServiceOf({ key });
    const connect = deps.byLogin?.find(service => service === paused);
    const told = [];
    for (const place of await adminPlaces(deps, workspaceId)) {
      try {
        await notifier.tell(place, text, connect);
        told.push(place);
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
        deps.log.warn({ err: error, place }, 'an admin could not be told');
      }
    }
    if (told.length === 0)
      throw new Unavailable(`nobody could be told: ${text}`, { service: 'slack', code: 'no_admin_reached' });
    await markTold(deps.db, workspaceId, [key], deps.clock.now());
  }
}

async function adminPlaces(deps: Deps, workspaceId: string): Promise<Place[]> {
  const { playbook } = await deps.playbook(workspaceId);
  const places: Place[] = [];
  for (const email of playbook.admins) {
    const slackId = await slackIdOf(deps, workspaceId, email);
    if (slackId) places.push({ kind: 'dm', slackId });
  }
  if (places.length === 0 && playbook.notify.channel)
    places.push({ kind: 'channel', channel: playbook.notify.channel });
  return places;
}
