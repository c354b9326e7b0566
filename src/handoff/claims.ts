/** Claim: one wins, the others hear who and when. */
import { type Handoff, lockHandoff, updateHandoff } from '../db/handoffs.ts';
import { personBySlackId } from '../db/people.ts';
import { tell } from '../db/timeline.ts';
import type { HandoffState } from '../domain/handoff.ts';
import { mayMove } from '../domain/handoff.ts';
import { enqueue } from '../jobs/queue.ts';
import type { Deps } from './deps.ts';

export type ClaimOutcome =
  | { kind: 'claimed' }
  /** `by` is the winner's name; the same person pressing twice is told so by `yours`. */
  | { kind: 'taken'; by: string; at: Date; yours: boolean }
  | { kind: 'closed'; state: HandoffState }
  | { kind: 'not_found' }
  | { kind: 'not_allowed'; who: string };

/**
 * Gives the handoff to whoever pressed first. The row lock decides between presses of the same instant, on any number
 * of processes. Who may: the assigned rep, members of the pool's team, any rep of the playbook while nobody has it.
 */
export async function claim(
  deps: Deps,
  pressed: { workspaceId: string; handoffId: string; slackUserId: string },
): Promise<ClaimOutcome> {
  const { workspaceId, handoffId, slackUserId } = pressed;
  const [person, { playbook }] = await Promise.all([
    personBySlackId(deps.db, workspaceId, slackUserId),
    deps.playbook(workspaceId),
  ]);
  const nameOf = (email: string | null) =>
    playbook.people.find(one => one.email === email)?.name ?? email ?? 'somebody';
  return deps.db.transaction(async trx => {
    const handoff = await lockHandoff(trx, workspaceId, handoffId);
    if (!handoff) return { kind: 'not_found' };
    if (handoff.claimedBy && handoff.claimedAt) {
      return {
        kind: 'taken',
        by: nameOf(handoff.claimedBy),
        at: handoff.claimedAt,
        yours: handoff.claimedBy === person?.email,
      };
    }
    if (!mayMove(handoff.state, 'claimed')) return { kind: 'closed', state: handoff.state };
    if (!person || !playbook.people.some(one => one.email === person.email)) {
      return { kind: 'not_allowed', who: whoMay(handoff, playbook.teams[handoff.team ?? '']?.name, nameOf) };
    }
    const at = deps.clock.now();
    await updateHandoff(trx, workspaceId, handoffId, {
      state: 'claimed',
      claimedBy: person.email,
      claimedAt: at,
      repEmail: person.email,
    });
    await tell(
      trx,
      { workspaceId, handoffId, leadId: handoff.leadId },
      {
        kind: 'claimed',
        at,
        actor: person.email,
        text: `${nameOf(person.email)} claimed the lead${handoff.repEmail && handoff.repEmail !== person.email ? ` that was assigned to ${nameOf(handoff.repEmail)}` : ''}`,
      },
    );
    await enqueue(trx, {
      name: 'card.refresh',
      payload: { workspaceId, handoffId },
      key: `refresh:${handoffId}`,
      priority: 'high',
    });
    // The record follows: in a pool it had no owner yet.
    if (handoff.repEmail !== person.email && handoff.recordState !== 'skipped') {
      await enqueue(trx, { name: 'handoff.record', payload: { workspaceId, handoffId }, key: `record:${handoffId}` });
    }
    return { kind: 'claimed' };
  });
}

function whoMay(handoff: Handoff, team: string | undefined, nameOf: (email: string | null) => string): string {
  if (handoff.repEmail) return `${nameOf(handoff.repEmail)} or another rep of the playbook`;
  return team ? `a member of ${team}` : 'a rep of the playbook';
}
