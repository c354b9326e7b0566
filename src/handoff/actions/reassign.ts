/** Handing leads on: one by one, and all of somebody who is away or has left. */
import { listHandoffs } from '../../db/handoffs/handoff-list.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { type ActingPerson, type AuthorisedAction, actAs, actingPerson, actOn, trimmedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { runOnceInSteps } from '../core/idempotency.ts';
import type { HandoffRequest, Outcome, ReassignTo, Refusal } from '../core/outcomes.ts';
import { mayManage, type Requester } from '../core/rights.ts';
import { undoable } from '../core/undoable.ts';
import { handOver, repName } from './hand-over.ts';

interface Request {
  to: ReassignTo;
  note?: string;
}

/** More leads than anybody has in hand; whatever is above stays and is answered as left. */
const MOST_MOVED = 500;

/** To a person, a team or the next in the rotation. */
export async function reassign(deps: Deps, request: HandoffRequest & Request): Promise<Outcome<Reassigned>> {
  return actAs(deps, request, { from: [...OPEN_STATES, 'held'], into: 'assigned' }, action => handOn(action, request));
}

/** `undo`: by what it is taken back. */
interface Reassigned {
  to: string;
  from?: string;
  undo?: string;
}

function handOn(action: AuthorisedAction, request: Request, isWhole = false): Promise<Outcome<Reassigned>> {
  return undoable(action, 'reassign', () => giveTo(action, request, isWhole));
}

async function giveTo(
  action: AuthorisedAction,
  { to, note: given }: Request,
  isWhole: boolean,
): Promise<Outcome<{ to: string; from?: string }>> {
  const { actor, handoff } = action;
  const note = trimmedNote(given);
  const from = handoff.repEmail ? repName(action) : undefined;
  const made = await handOver(action, {
    to,
    kind: 'reassigned',
    did: `${actor.name} reassigned ${isWhole ? 'every lead that nobody has contacted' : 'this lead'}${from ? `: ${from}` : ''}`,
    said: note,
    detail: { ...(note && { note }), ...(isWhole && { all: true }) },
  });
  if ('why' in made) return { kind: 'unfit', field: 'to', why: made.why };
  return { kind: 'done', to: made.name, ...(from && { from }) };
}

/**
 * Every open lead of one person that nobody has contacted yet, each in its own transaction: what was moved stays moved
 * whatever becomes of the rest. `left`: those they still have. A refusal when none could be moved, for one reason.
 */
export async function moveAll(deps: Deps, requester: Requester & { from: string } & Request): Promise<Outcome<Moved>> {
  const person = await actingPerson(deps, requester);
  if ('kind' in person) return person;
  const from = requester.from.trim().toLowerCase();
  const may = mayManage(person.actor, from, person.playbook);
  if (!may.ok) return { kind: 'not_allowed', who: may.who };
  return runOnceInSteps<Outcome<Moved>>(deps.db, requester, person.now, () => moveEach(person, from, requester));
}

interface Moved {
  moved: number;
  left: number;
}

async function moveEach(person: ActingPerson, from: string, by: Request): Promise<Outcome<Moved>> {
  const rule = { from: OPEN_STATES, into: 'assigned' as const };
  let moved = 0;
  let reason: Refusal | undefined;
  for (const { id } of await untouchedOf(person, from)) {
    const outcome = await actOn(person, id, rule, async action =>
      isStillTheirs(action, from) ? handOn(action, by, true) : { kind: 'not_found' as const },
    );
    if (outcome.kind === 'done') moved += 1;
    else if (outcome.kind === 'unfit') reason ??= outcome;
  }
  if (moved === 0 && reason) return reason;
  return { kind: 'done', moved, left: await openOf(person, from) };
}

async function untouchedOf({ deps, workspaceId }: ActingPerson, email: string) {
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
function isStillTheirs({ handoff }: AuthorisedAction, email: string): boolean {
  return handoff.repEmail === email && handoff.contactedAt === null;
}

async function openOf({ deps, workspaceId }: ActingPerson, email: string): Promise<number> {
  return (await listHandoffs(deps.db, workspaceId, { reps: [email], states: OPEN_STATES }, { limit: 1 })).total;
}
