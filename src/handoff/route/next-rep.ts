/** Who would get a handoff if it were given to the next in the rotation now. Looks only: the choice is made when it is. */
import type { Playbook } from '../../config/playbook.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { findRep } from './find-rep.ts';
import { readRoutingState } from './roster.ts';
import { returnCharged } from './rotation-credits.ts';

/** Undefined when nobody is free, or it would go to a pool. One or two round trips. */
export async function nextRep(
  db: Db,
  handoff: Pick<Handoff, 'workspaceId' | 'repEmail' | 'team' | 'passedBy' | 'turnTeam' | 'turnEmail'>,
  playbook: Playbook,
  now: Date,
): Promise<{ email: string; name: string } | undefined> {
  const { routing } = await readRoutingState(db, handoff.workspaceId, playbook, now);
  const back = returnCharged(routing, handoff);
  const excluded = [...handoff.passedBy, ...(handoff.repEmail ? [handoff.repEmail] : [])];
  const found = findRep(back.routing, handoff, { kind: 'next' }, excluded);
  return 'why' in found || found.to.kind !== 'person' ? undefined : { email: found.to.email, name: found.name };
}
