/** What every decision by a person has in common: who they are, the handoff under its lock, whether it is theirs. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { transact } from '../../db/conflict.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, lockHandoff } from '../../db/handoffs/handoffs.ts';
import { type HandoffState, mayMove } from '../../domain/handoff.ts';
import { rejectionText } from '../../domain/reject-reasons.ts';
import type { Deps } from './deps.ts';
import type { Facts } from './facts.ts';
import { runOnce } from './idempotency.ts';
import type { HandoffRequest, Outcome, Refusal } from './outcomes.ts';
import { type Actor, actorOf, isManager, mayAct, type Requester } from './rights.ts';

/** Somebody of the playbook who is deciding something. */
export interface ActingPerson {
  deps: Deps;
  workspaceId: string;
  actor: Actor;
  playbook: Playbook;
  /** Of the playbook. */
  version: number;
  now: Date;
}

/** The same about one handoff, which is locked until the transaction ends. */
export interface AuthorisedAction extends ActingPerson {
  trx: Db;
  handoff: Handoff<Facts>;
}

const STRANGER = 'people of the playbook';
const MANAGERS = 'a manager or an admin';

/** Who decides; a refusal for somebody who is nobody of the playbook. */
export async function actingPerson(
  deps: Deps,
  requester: Requester,
): Promise<ActingPerson | (Refusal & { kind: 'not_allowed' })> {
  const [actor, { playbook, version }] = await Promise.all([
    actorOf(deps, requester),
    deps.playbook(requester.workspaceId),
  ]);
  if (!actor) return { kind: 'not_allowed', who: STRANGER };
  return { deps, workspaceId: requester.workspaceId, actor, playbook, version, now: deps.clock.now() };
}

/** From which state it may be decided, into which it leads, and by whom. */
interface ActionRule {
  from: readonly HandoffState[];
  into?: HandoffState;
  /** Reps may not. */
  managersOnly?: boolean;
  /** Changes nothing: it is answered anew however often it is asked. */
  looks?: boolean;
}

/**
 * Runs `work` about one handoff in one transaction, when this person may decide it and it has not moved on. The same
 * request again (`on.once`) changes nothing and is answered the same, whatever became of the handoff meanwhile.
 */
export async function actAs<T>(
  deps: Deps,
  request: HandoffRequest,
  rule: ActionRule,
  work: (action: AuthorisedAction) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const person = await actingPerson(deps, request);
  if ('kind' in person) return person;
  const { handoffId } = request;
  const asked = rule.looks ? { ...request, idempotency: undefined } : keyPerHandoff(request);
  return transact(deps.db, trx =>
    runOnce<Outcome<T>>(trx, asked, person.now, () => authorise(trx, person, handoffId, rule, work)),
  );
}

/** One submit may be about many handoffs: each is a request of its own. */
function keyPerHandoff(request: HandoffRequest): HandoffRequest {
  return request.idempotency
    ? { ...request, idempotency: { ...request.idempotency, key: `${request.idempotency.key}:${request.handoffId}` } }
    : request;
}

/** The same when it is known already who decides, and every time is a new one. */
export async function actOn<T>(
  person: ActingPerson,
  handoffId: string,
  rule: ActionRule,
  work: (action: AuthorisedAction) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return transact(person.deps.db, trx => authorise(trx, person, handoffId, rule, work));
}

async function authorise<T>(
  trx: Db,
  person: ActingPerson,
  handoffId: string,
  rule: ActionRule,
  work: (action: AuthorisedAction) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const handoff = await lockHandoff<Facts>(trx, person.workspaceId, handoffId);
  if (!handoff || handoff.erasedAt) return { kind: 'not_found' };
  return refusalOf(person, handoff, rule) ?? work({ ...person, trx, handoff });
}

function refusalOf({ actor, playbook }: ActingPerson, handoff: Handoff<Facts>, rule: ActionRule): Refusal | undefined {
  const { from, into, managersOnly = false } = rule;
  if (!from.includes(handoff.state) || (into && !mayMove(handoff.state, into))) return closedRefusal(playbook, handoff);
  // What Baton held back waits for somebody who answers for a team.
  if ((managersOnly || handoff.state === 'held') && !isManager(actor)) return { kind: 'not_allowed', who: MANAGERS };
  const may = mayAct(actor, handoff, playbook);
  return may.ok ? undefined : { kind: 'not_allowed', who: may.who };
}

/** What happened to the handoff since somebody saw it: who, when, why. Pure. */
export function closedRefusal(playbook: Playbook, handoff: Handoff): Refusal & { kind: 'closed' } {
  const { state } = handoff;
  const { by, at, reason } = LAST_CHANGE[state](handoff);
  return {
    kind: 'closed',
    state,
    ...(by && { by: nameOf(playbook, by) }),
    ...(at && { at }),
    ...(reason && { reason }),
  };
}

type LastChange = { by?: string | null; at?: Date | null; reason?: string | null };

const closedBy = (handoff: Handoff): LastChange => ({
  by: handoff.closedBy,
  at: handoff.closedAt,
  reason: handoff.closedReason && rejectionText(handoff.closedReason, handoff.closedNote),
});
const heldSince = ({ judgement, decision, openedAt }: Handoff): LastChange => ({
  at: openedAt,
  reason: decision?.reason ?? judgement.reason,
});

const LAST_CHANGE: Record<HandoffState, (handoff: Handoff) => LastChange> = {
  opened: ({ openedAt }) => ({ at: openedAt }),
  assigned: ({ repEmail, assignedAt }) => ({ by: repEmail, at: assignedAt }),
  claimed: ({ claimedBy, claimedAt }) => ({ by: claimedBy, at: claimedAt }),
  contacted: ({ claimedBy, repEmail, contactedAt }) => ({ by: claimedBy ?? repEmail, at: contactedAt }),
  held: heldSince,
  nurture: handoff => (handoff.closedAt ? closedBy(handoff) : heldSince(handoff)),
  won: closedBy,
  lost: closedBy,
  rejected: closedBy,
};

/** The longest note that is quoted in a timeline's sentence; the whole of it is kept beside it. */
const MOST_QUOTED = 300;
const MOST_KEPT = 3_000;

/** A person's note as it is kept: without what surrounds it; undefined when nothing was said. */
export function trimmedNote(note: string | undefined): string | undefined {
  return note?.trim().slice(0, MOST_KEPT) || undefined;
}

/** `: “the note”`, on one line and not too long; empty without one. Raw: escaping is the renderer's duty. */
export function quotedNote(note: string | undefined): string {
  if (!note) return '';
  const line = [...note.replace(/\s+/g, ' ')];
  return `: “${line.length > MOST_QUOTED ? `${line.slice(0, MOST_QUOTED - 1).join('')}…` : line.join('')}”`;
}
