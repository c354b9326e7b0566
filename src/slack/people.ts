/** People as Slack knows them: picked one by one, of a channel, or of a user group. */
import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { failureReason } from '../domain/failure-words.ts';
import { atMost } from '../lib/at-most.ts';
import { Failure, RateLimited, Unavailable } from '../lib/errors.ts';
import type { SlackPerson } from '../workspaces/setup/service.ts';
import { toFailure } from './errors.ts';

/** More than this is no team any more, and each costs a call. */
export const MOST_PEOPLE = 100;

export interface PickedPeople {
  users: readonly string[];
  channel?: string | undefined;
  group?: string | undefined;
}

export interface FoundPeople {
  people: (SlackPerson & { slackId: string })[];
  /** Why somebody, or a whole channel, is not among them: raw sentences. */
  leftOut: string[];
}

/**
 * Everybody picked, each once. A call a person, three at once; one more for a channel (of 1,000 members a page) and a
 * group. Nobody is lost in silence: who cannot get leads is named with why.
 * @throws Failure when Slack does not answer
 */
export async function peoplePicked(client: WebClient, picked: PickedPeople, now: Date): Promise<FoundPeople> {
  const leftOut: string[] = [];
  const ids = new Set(picked.users);
  for (const [what, read] of wholes(client, picked)) {
    try {
      for (const id of await read()) ids.add(id);
    } catch (thrown) {
      const error = toFailure(thrown, now);
      if (!(error instanceof Failure) || isOutage(error)) throw error;
      leftOut.push(`${what} cannot be read: ${failureReason(error)}. Invite Baton to it, or pick people.`);
    }
  }
  const wanted = [...ids];
  if (wanted.length > MOST_PEOPLE) {
    leftOut.push(`${wanted.length - MOST_PEOPLE} more people: ${MOST_PEOPLE} can be added at once.`);
  }
  const inTurn = atMost(3);
  const found = await Promise.all(wanted.slice(0, MOST_PEOPLE).map(id => inTurn(() => personOf(client, id, now))));
  return {
    people: found.flatMap(one => ('email' in one ? [one] : [])),
    leftOut: [...leftOut, ...found.flatMap(one => ('why' in one && one.why ? [`${one.name}: ${one.why}`] : []))],
  };
}

function wholes(client: WebClient, { channel, group }: PickedPeople): [string, () => Promise<string[]>][] {
  return [
    ...(channel === undefined
      ? []
      : [['The channel', () => membersOf(client, channel)] as [string, () => Promise<string[]>]]),
    ...(group === undefined
      ? []
      : [['The user group', () => usersOf(client, group)] as [string, () => Promise<string[]>]]),
  ];
}

const isOutage = (error: Failure): boolean => error instanceof Unavailable || error instanceof RateLimited;

async function membersOf(client: WebClient, channel: string): Promise<string[]> {
  const answer = await client.conversations.members({ channel, limit: 1_000 });
  return answer.members ?? [];
}

async function usersOf(client: WebClient, usergroup: string): Promise<string[]> {
  const answer = await client.usergroups.users.list({ usergroup });
  return answer.users ?? [];
}

type Found = (SlackPerson & { slackId: string }) | { name: string; why: string };

/** Bots are passed over without a word: a channel is full of them. */
export async function personOf(client: WebClient, slackId: string, now: Date): Promise<Found> {
  let user: UsersInfoResponse['user'];
  try {
    ({ user } = await client.users.info({ user: slackId }));
  } catch (thrown) {
    throw toFailure(thrown, now);
  }
  const name = user?.profile?.real_name || user?.real_name || user?.name || slackId;
  const email = user?.profile?.email?.toLowerCase();
  if (user?.is_bot || slackId === 'USLACKBOT') return { name, why: '' };
  if (user?.deleted) return { name, why: 'deactivated in Slack' };
  if (user?.is_restricted || user?.is_ultra_restricted) return { name, why: 'a guest' };
  if (user?.is_stranger) return { name, why: 'from another company' };
  if (!email) return { name, why: 'Slack shows no email' };
  return { slackId, email, name, timeZone: user?.tz ?? 'UTC' };
}

/** A user group to pick people from. */
export interface UserGroup {
  id: string;
  name: string;
  size: number;
}

const MOST_GROUPS = 100;

/** The workspace's user groups; none on plans without them, and where Baton may not read them. One call. */
export async function userGroups(client: WebClient, now: Date): Promise<UserGroup[]> {
  try {
    const { usergroups = [] } = await client.usergroups.list({ include_count: true });
    return usergroups
      .slice(0, MOST_GROUPS)
      .flatMap(({ id, name, handle, user_count: size }) =>
        id === undefined ? [] : [{ id, name: name ?? handle ?? id, size: Number(size ?? 0) }],
      );
  } catch (thrown) {
    const error = toFailure(thrown, now);
    // Free plans have none (paid_teams_only), and an installation from before may lack the permission.
    if (error instanceof Failure && !isOutage(error)) return [];
    throw error;
  }
}
