/** How a workspace's Baton is doing, from what the database knows: no vendor is asked, so it answers at once. */

import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { ConnectionKey, Role } from '../../contracts/role.ts';
import { type ApiUsage, apiUsageOf } from '../../db/connections/api-usage.ts';
import { connectionsOf } from '../../db/connections/connections.ts';
import { peopleOf } from '../../db/people/people.ts';
import { type Backlog, backlogOf } from '../../db/reports/backlog.ts';
import { seenSoFar } from '../../db/reports/first-leads.ts';
import { modeOf } from '../../db/workspaces/mode.ts';
import { newestPlaybook } from '../../db/workspaces/playbooks.ts';
import type { Deps } from '../core/deps.ts';
import { type Needs, needsOf } from './needs.ts';

/** The version of the playbook that counts, who made it and when. */
export interface PlaybookNews {
  version: number;
  author: string;
  note: string;
  at: Date;
}

export interface Health extends Needs {
  connections: (ConnectionKey & {
    /** In words, when the connection is not used until somebody mends it. */
    pausedReason: string | null;
    paused: boolean;
    /** Since when it does not answer; Baton asks again by itself. */
    awaySince: Date | null;
    /** Calls of these 24 hours, where the service counts them. */
    calls: Pick<ApiUsage, 'calls' | 'allowed' | 'meter'> | null;
    connectedAt: Date;
    /** Of sources: when they last said anything. */
    lastSignalAt: Date | null;
  })[];
  backlog: Backlog;
  /** Names of people of the playbook whom Slack or the CRM does not know as active. */
  unmatched: { slack: string[]; crm: string[] };
  playbook: PlaybookNews;
}

const WATCHING =
  'Watch mode: new MQLs are listed under Set-up, Start, and nothing is sent for them until an admin goes live there.';

/** Signals that wait longer than this are more than a moment's work. */
const SLOW_SECONDS = 60;

export async function healthOf(deps: Deps, workspaceId: string): Promise<Health> {
  const { db, clock } = deps;
  const [connected, { crm }, usage, backlog, people, seen, news, { playbook }, { mode }] = await Promise.all([
    connectionsOf(db, workspaceId),
    deps.vendors(workspaceId),
    apiUsageOf(db, workspaceId, clock.now()),
    backlogOf(db, clock.now(), workspaceId),
    peopleOf(db, workspaceId),
    seenSoFar(db, workspaceId),
    playbookNews(deps, workspaceId),
    deps.playbook(workspaceId),
    modeOf(db, workspaceId),
  ]);
  // A CRM that the playbook chose another over is asked for nothing.
  const connections = connected.filter(({ vendor, role }) => role !== 'crm' || !crm || crm.name === vendor);
  const ours = people.filter(({ email }) => playbook.people.some(person => person.email === email));
  // One account has one day of calls, whatever it is to the workspace.
  const countedRole = (vendor: string): Role =>
    connections.some(one => one.vendor === vendor && one.role === 'crm') ? 'crm' : 'source';
  const names = (which: typeof people) => which.map(({ email }) => nameOf(playbook, email)).sort();
  const needs = needsOf({ playbook, connections: connections.filter(key => isUsed(key, playbook)), people, seen });
  return {
    ...needs,
    notes: [...(mode === 'watch' ? [WATCHING] : []), ...needs.notes],
    connections: connections
      .filter(key => isUsed(key, playbook))
      .map(({ vendor, role, status, pausedReason, pausedAt, connectedAt, lastSignalAt }) => ({
        vendor,
        role,
        pausedReason,
        paused: status === 'paused',
        awaySince: status === 'away' ? pausedAt : null,
        calls: (role === countedRole(vendor) && usage.find(one => one.service === vendor)) || null,
        connectedAt,
        lastSignalAt,
      })),
    backlog,
    unmatched: {
      slack: names(ours.filter(person => person.slackAsked && !person.slackActive)),
      crm: names(ours.filter(person => person.crmAsked && !person.crmActive)),
    },
    playbook: news,
  };
}

/** A CRM beside the one that the playbook chooses is connected and asked nothing. */
const isUsed = ({ vendor, role }: ConnectionKey, { crm: { system } }: Playbook): boolean =>
  role !== 'crm' || system === undefined || system === vendor;

/** Is there anything an admin should look at? Never well while something is lacking that the playbook needs. */
export function isWell({ connections, backlog, unmatched, lacking }: Health): boolean {
  const { parkedForConnection, parkedForPeople, oldestJobSeconds, oldestSignalSeconds } = backlog;
  return (
    lacking.length === 0 &&
    !connections.some(({ paused, awaySince }) => paused || awaySince) &&
    unmatched.slack.length + unmatched.crm.length + parkedForConnection + parkedForPeople === 0 &&
    Math.max(oldestJobSeconds, oldestSignalSeconds) < SLOW_SECONDS
  );
}

/** A service does not answer, and that is all: Baton waits for it, and nobody can do more. */
export function mendsItself({ connections, backlog, unmatched, lacking }: Health): boolean {
  return (
    lacking.length === 0 &&
    connections.some(({ awaySince }) => awaySince) &&
    !connections.some(({ paused }) => paused) &&
    unmatched.slack.length + unmatched.crm.length + backlog.parkedForPeople === 0
  );
}

/** Who made the playbook that counts now. */
export async function playbookNews({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<PlaybookNews> {
  const newest = await newestPlaybook(db, workspaceId);
  if (!newest) throw new Error(`workspace ${workspaceId} has no playbook`);
  const { version, author, note, createdAt } = newest;
  return { version, author, note, at: createdAt };
}
