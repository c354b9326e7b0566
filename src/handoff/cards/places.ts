/** Where the cards of a handoff belong: the rep, the team's channel, whoever is left. */
import { teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Place } from '../../contracts/notifier.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';

/** A place by the name it has in the database. */
export function placeKey(place: Place): string {
  return place.kind === 'dm' ? `dm:${place.slackId}` : `channel:${place.channel}`;
}

/** The place of a name; the name is one that `placeKey` gave. */
export function placeFromKey(key: string): Place {
  const [kind, ...rest] = key.split(':');
  const id = rest.join(':');
  return kind === 'dm' ? { kind: 'dm', slackId: id } : { kind: 'channel', channel: id };
}

/** As the playbook says; nobody's leads go to the channel. Never without any place. */
export async function placesFor(
  deps: Deps,
  handoff: Pick<Handoff, 'workspaceId' | 'repEmail' | 'team'> & { isTest?: boolean },
  playbook: Playbook,
  repSlackId: string | undefined,
): Promise<Place[]> {
  const channel = channelsOf(handoff, playbook).slice(0, 1);
  const rep: Place[] = repSlackId ? [{ kind: 'dm', slackId: repSlackId }] : [];
  // A test lead that no team was to have, as in watch mode, is one person's business.
  if (handoff.isTest && handoff.team === null && rep.length > 0) return rep;
  const wanted = playbook.notify.assigned;
  const places = !handoff.repEmail || wanted === 'channel' ? channel : wanted === 'both' ? [...rep, ...channel] : rep;
  if (places.length > 0) return places;
  const [first] = await fallbackPlaces(deps, handoff, playbook, []);
  if (first) return [first];
  throw new Rejected(
    'no Slack place is left for this card: neither the rep, nor a channel, nor an admin could be found',
    { service: 'slack', code: 'nowhere_to_post' },
  );
}

/** What is held waits for the admins: in their DMs, else where else there is. */
export async function placesOfHeld(
  deps: Deps,
  handoff: Pick<Handoff, 'workspaceId' | 'repEmail' | 'team'>,
  playbook: Playbook,
): Promise<Place[]> {
  const admins = await adminPlaces(deps, handoff.workspaceId, playbook);
  return admins.length > 0 ? admins : placesFor(deps, handoff, playbook, undefined);
}

/** Where else, in this order: the team's channel, the playbook's, the admins' DMs; without those in `tried`. */
export async function fallbackPlaces(
  deps: Deps,
  handoff: Pick<Handoff, 'workspaceId' | 'team'>,
  playbook: Playbook,
  tried: readonly Place[],
): Promise<Place[]> {
  const all = [...channelsOf(handoff, playbook), ...(await adminPlaces(deps, handoff.workspaceId, playbook))];
  const known = new Set(tried.map(placeKey));
  return all.filter(place => !known.has(placeKey(place)));
}

/** The admins' DMs. */
export async function adminPlaces(deps: Deps, workspaceId: string, playbook: Playbook): Promise<Place[]> {
  const ids = await Promise.all(playbook.admins.map(email => slackIdOf(deps, workspaceId, email)));
  return ids.filter(id => id !== undefined).map(slackId => ({ kind: 'dm', slackId }));
}

function channelsOf({ team }: Pick<Handoff, 'team'>, playbook: Playbook): Place[] {
  const names = [teamOf(playbook, team)?.channel || undefined, playbook.notify.channel];
  return [...new Set(names.filter(name => name !== undefined))].map(channel => ({ kind: 'channel', channel }));
}
