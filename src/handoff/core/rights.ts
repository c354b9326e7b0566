/** Who somebody is in Baton, and whose leads they may act on. */
import { nameOf, personOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { type Person, personBySlackId } from '../../db/people/people.ts';
import type { Deps } from './deps.ts';

/** Somebody who pressed or typed something. */
export interface Requester {
  workspaceId: string;
  slackUserId: string;
  /** Instead of Slack: whoever holds a link that was mailed to this address of the playbook. */
  mailedTo?: string;
  /** Absent: every time is a new one. */
  idempotency?: IdempotencyKey;
}

/** What makes a request recognisable when it comes a second time. */
export interface IdempotencyKey {
  /** Unique in the workspace. */
  key: string;
  /** Milliseconds after which the same key is a new request: a button may be pressed again. Absent: never. */
  within?: number;
}

/** A person of the playbook and what they answer for. */
export interface Actor {
  email: string;
  name: string;
  slackUserId: string;
  admin: boolean;
  /** Of the playbook's viewers: one of its people too, or somebody who looks and changes nothing. Absent: no viewer. */
  viewer?: 'person' | 'outsider';
  /** As Slack has it, where the playbook names none. */
  zone?: string;
  /** Keys of the teams they are in. */
  teams: string[];
  /** Keys of the teams they manage. */
  manages: string[];
  /** Addresses of the people they manage, by team or by `manager`. */
  reports: string[];
}

/** Who this Slack user is; undefined when they are nobody of the playbook. One database round trip. */
export async function actorOf(deps: Deps, requester: Requester): Promise<Actor | undefined> {
  const { workspaceId, slackUserId, mailedTo } = requester;
  if (mailedTo !== undefined) return actorIn((await deps.playbook(workspaceId)).playbook, mailedTo, slackUserId);
  const [person, { playbook }] = await Promise.all([
    personBySlackId(deps.db, workspaceId, slackUserId),
    deps.playbook(workspaceId),
  ]);
  return person && actorIn(playbook, person.email, slackUserId);
}

/** The same for whoever only looks: people of the playbook, and its viewers. One round trip to the database. */
export async function onlookerOf(deps: Deps, { workspaceId, slackUserId }: Requester): Promise<Actor | undefined> {
  const [person, { playbook }] = await Promise.all([
    personBySlackId(deps.db, workspaceId, slackUserId),
    deps.playbook(workspaceId),
  ]);
  if (!person) return undefined;
  return actorIn(playbook, person.email, slackUserId) ?? viewerIn(playbook, person, slackUserId);
}

function viewerIn(
  playbook: Playbook,
  { email, slackName, slackZone }: Pick<Person, 'email' | 'slackName' | 'slackZone'>,
  slackUserId: string,
): Actor | undefined {
  if (!playbook.viewers.includes(email)) return undefined;
  return {
    email,
    name: slackName ?? email,
    slackUserId,
    admin: false,
    viewer: 'outsider',
    teams: [],
    manages: [],
    reports: [],
    ...(slackZone && { zone: slackZone }),
  };
}

/** The same from the playbook alone. Pure. */
export function actorIn(playbook: Playbook, email: string, slackUserId: string): Actor | undefined {
  const person = personOf(playbook, email);
  if (!person) return undefined;
  const teams = Object.entries(playbook.teams);
  const manages = teams.filter(([, team]) => team.manager === email);
  const reports = [
    ...playbook.people.filter(one => one.manager === email).map(one => one.email),
    ...manages.flatMap(([, team]) => team.members.map(member => member.person)),
  ];
  return {
    email,
    name: person.name,
    slackUserId,
    admin: playbook.admins.includes(email),
    ...(playbook.viewers.includes(email) && { viewer: 'person' as const }),
    teams: teams.filter(([, team]) => team.members.some(member => member.person === email)).map(([key]) => key),
    manages: manages.map(([key]) => key),
    reports: [...new Set(reports)].filter(one => one !== email),
  };
}

/** Is this person shown everything? Admins and viewers are. */
export function seesAll({ admin, viewer }: Pick<Actor, 'admin' | 'viewer'>): boolean {
  return admin || viewer !== undefined;
}

/** Does this person change nothing at all? */
export function onlyLooks({ viewer }: Pick<Actor, 'viewer'>): boolean {
  return viewer === 'outsider';
}

/** Does this person answer for others? */
export function isManager({ admin, manages, reports }: Pick<Actor, 'admin' | 'manages' | 'reports'>): boolean {
  return admin || manages.length > 0 || reports.length > 0;
}

/** Does this person answer for that one? A refusal says who does, in words. */
export function mayManage(actor: Actor, email: string, playbook: Playbook): { ok: true } | { ok: false; who: string } {
  if (actor.admin || actor.reports.includes(email)) return { ok: true };
  const manager = managerOf(email, null, playbook);
  return { ok: false, who: orAnAdmin([manager], playbook) };
}

/**
 * Reps act on their own leads, claimed or not, and on those that nobody has (a claim pool's); managers on their teams'
 * and their people's, admins on all. A refusal says who can, in words.
 */
export function mayAct(
  actor: Actor | undefined,
  handoff: Pick<Handoff, 'repEmail' | 'team' | 'claimedBy'>,
  playbook: Playbook,
): { ok: true } | { ok: false; who: string } {
  const { repEmail, team, claimedBy } = handoff;
  const owner = claimedBy ?? repEmail;
  const allowed =
    actor !== undefined &&
    !onlyLooks(actor) &&
    (actor.admin ||
      actor.email === owner ||
      actor.email === repEmail ||
      owner === null ||
      (team !== null && actor.manages.includes(team)) ||
      (owner !== null && actor.reports.includes(owner)));
  return allowed ? { ok: true } : { ok: false, who: whoCan(owner, team, playbook) };
}

function managerOf(owner: string | null, team: string | null, playbook: Playbook): string | undefined {
  const ofTeam = teamOf(playbook, team)?.manager;
  const ownTeam = Object.values(playbook.teams).find(
    one => one.manager && one.members.some(member => member.person === owner),
  );
  return ofTeam ?? personOf(playbook, owner)?.manager ?? ownTeam?.manager;
}

function whoCan(owner: string | null, team: string | null, playbook: Playbook): string {
  return orAnAdmin([owner, managerOf(owner, team, playbook)], playbook);
}

function orAnAdmin(emails: (string | null | undefined)[], playbook: Playbook): string {
  const people = emails.filter(one => one !== null && one !== undefined).map(email => nameOf(playbook, email));
  return [...new Set([...people, 'an admin'])].join(', ').replace(/, ([^,]*)$/, ' or $1');
}
