/** How things stand in a workspace while its place at the rotation is held. */
import type { Playbook } from '../../config/playbook.ts';
import type { Db } from '../../db/connection.ts';
import { openCounts } from '../../db/handoffs/handoffs.ts';
import type { Absence } from '../../db/people/people.ts';
import { lockRotation, type RotationState, readRotation } from '../../db/people/rotation.ts';
import type { RosterEntry, RoutingState } from './route.ts';

/** What routing goes by; `absences` are everybody's, as the promise to the lead may depend on them. */
export interface RoutingSnapshot {
  routing: RoutingState;
  absences: Absence[];
}

/** Takes the workspace's place at the rotation until the transaction ends, then reads all that routing goes by. */
export async function lockRoutingState(
  trx: Db,
  workspaceId: string,
  playbook: Playbook,
  now: Date,
): Promise<RoutingSnapshot> {
  return snapshotOf(trx, workspaceId, playbook, now, await lockRotation(trx, workspaceId, now));
}

/** The same to look at only: for words about who would be next, never for a choice. */
export async function readRoutingState(
  db: Db,
  workspaceId: string,
  playbook: Playbook,
  now: Date,
): Promise<RoutingSnapshot> {
  return snapshotOf(db, workspaceId, playbook, now, await readRotation(db, workspaceId, now));
}

async function snapshotOf(
  db: Db,
  workspaceId: string,
  playbook: Playbook,
  now: Date,
  rotation: RotationState,
): Promise<RoutingSnapshot> {
  const absences = Map.groupBy(rotation.absences, absence => absence.email);
  const open = await openCounts(db, workspaceId, countedPeople(playbook));
  const known = new Map(rotation.people.map(person => [person.email, person]));
  const roster = new Map(
    playbook.people.map(({ email }): [string, RosterEntry] => [
      email,
      {
        absences: absences.get(email) ?? [],
        slackActive: known.get(email)?.slackActive ?? null,
        crmActive: known.get(email)?.crmActive ?? null,
        crmUserId: known.get(email)?.crmUserId ?? null,
        open: open[email] ?? 0,
      },
    ]),
  );
  return { routing: { playbook, roster, rotation: rotation.credits, now }, absences: rotation.absences };
}

/** Whose open handoffs matter: counting them costs, so only where an open_limit or least_open asks. */
function countedPeople(playbook: Playbook): string[] {
  const counted = Object.values(playbook.teams).flatMap(({ assign, members }) =>
    members.filter(member => assign === 'least_open' || member.open_limit !== undefined).map(member => member.person),
  );
  return [...new Set(counted)];
}
