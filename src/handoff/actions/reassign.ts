/** Handing leads on: one by one, and all of somebody who is away or has left. */
import { listHandoffs } from '../../db/handoff-list.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { type Decider, type Deciding, decideAs, decideOn, deciderOf, noteOf, quoted } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { onceInSteps } from '../core/idempotency.ts';
import type { On, Outcome, ReassignTo, Refusal } from '../core/outcomes.ts';
import { type By, mayManage } from '../core/rights.ts';
import { handOver, repName } from './hand-over.ts';

interface Request {
  to: ReassignTo;
  note?: string;
}

/** More leads than anybody has in hand; whatever is above stays and is answered as left. */
const MOST_MOVED = 500;

/** To a person, a team or the next in line. */
export async function reassign(deps: Deps, on: On & Request): Promise<Outcome<{ to: string; from?: string }>> {
  return decideAs(deps, on, { from: [...OPEN_STATES, 'held'], into: 'assigned' }, deciding => handOn(deciding, on));
}

async function handOn(
  deciding: Deciding,
  { to, note: given }: Request,
  whole = '',
): Promise<Outcome<{ to: string; from?: string }>> {
  const { actor, handoff } = deciding;
  const note = noteOf(given);
  const from = handoff.repEmail ? repName(deciding) : undefined;
  const made = await handOver(deciding, {
    to,
    kind: 'reassigned',
    did: `${actor.name} reassigned it${from ? ` from ${from}` : ''}${whole}${quoted(note)}`,
    detail: { ...(note && { note }), ...(whole && { all: true }) },
  });
  if ('why' in made) return { kind: 'unfit', field: 'to', why: made.why };
  return { kind: 'done', to: made.name, ...(from && { from }) };
}

/**
 * Every open lead of one person that nobody has contacted yet, each in its own transaction: what was moved stays moved
 * whatever becomes of the rest. `left`: those they still have. A refusal when none could be moved, for one reason.
 */
export async function moveAll(deps: Deps, by: By & { from: string } & Request): Promise<Outcome<Moved>> {
  const decider = await deciderOf(deps, by);
  if ('kind' in decider) return decider;
  const from = by.from.trim().toLowerCase();
  const may = mayManage(decider.actor, from, decider.playbook);
  if (!may.ok) return { kind: 'not_allowed', who: may.who };
  return onceInSteps<Outcome<Moved>>(deps.db, by, decider.now, () => moveEach(decider, from, by));
}

interface Moved {
  moved: number;
  left: number;
}

async function moveEach(decider: Decider, from: string, by: Request): Promise<Outcome<Moved>> {
  const rule = { from: OPEN_STATES, into: 'assigned' as const };
  const whole = ', with all of theirs that nobody has contacted';
  let moved = 0;
  let reason: Refusal | undefined;
  for (const { id } of await untouchedOf(decider, from)) {
    const outcome = await decideOn(decider, id, rule, async deciding =>
      isStillTheirs(deciding, from) ? handOn(deciding, by, whole) : { kind: 'not_found' as const },
    );
    if (outcome.kind === 'done') moved += 1;
    else if (outcome.kind === 'unfit') reason ??= outcome;
  }
  if (moved === 0 && reason) return reason;
  return { kind: 'done', moved, left: await openOf(decider, from) };
}

async function untouchedOf({ deps, workspaceId }: Decider, email: string) {
  const { rows } = await listHandoffs(
    deps.db,
    workspaceId,
    { reps: [email], states: OPEN_STATES },
    { limit: MOST_MOVED },
    'time_left',
  );
  return rows.filter(row => row.contactedAt === null);
}

/** Read under the lock: somebody may have called the lead, or taken it, meanwhile. */
function isStillTheirs({ handoff }: Deciding, email: string): boolean {
  return handoff.repEmail === email && handoff.contactedAt === null;
}

async function openOf({ deps, workspaceId }: Decider, email: string): Promise<number> {
  return (await listHandoffs(deps.db, workspaceId, { reps: [email], states: OPEN_STATES }, { limit: 1 })).total;
}
