/** Giving a handoff to somebody by a person's decision: rotation credits, promise, owner, cards and timeline follow. */
import { nameOf } from '../../config/playbook/people.ts';
import { type Handoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { beginStint, endStint, stintsOf } from '../../db/handoffs/stints.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import type { RoutingDecision } from '../../domain/decision.ts';
import { isOpen } from '../../domain/handoff.ts';
import { enqueue, type NewJob } from '../../jobs/queue.ts';
import { deliverCard, queueFeedback, redrawCardsNow, redrawQuestions, writeRecord } from '../../jobs/requests.ts';
import { type AuthorisedAction, quotedNote } from '../core/act-as.ts';
import type { ReassignTo } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { FRESH_SLA_STATE, slaDueAt } from '../core/sla-due.ts';
import { type FoundRep, findRep } from '../route/find-rep.ts';
import { lockRoutingState } from '../route/roster.ts';
import { chargedAs, returnCharged, saveTurns, turnText } from '../route/rotation-credits.ts';
import { routeAgain } from '../route/route-again.ts';

export interface Handover {
  /** `rules`: by the rules again, from the top, past everybody who had it. */
  to: ReassignTo | { kind: 'rules' };
  /** Of the timeline's entry. */
  kind: 'reassigned' | 'rejected' | 'reopened';
  /** What the person did, up to whom it went to: "Dana Ruiz reassigned this lead: Marcus Chen". */
  did: string;
  /** … and said of it: "Priya knows them". */
  said?: string | undefined;
  detail: Record<string, unknown>;
  /** Who turned it down, when that changes. */
  passedBy?: string[];
}

/** Gives it to whoever `to` finds; answers their name, or in words why there is nobody. Writes nothing then. */
export async function handOver(
  action: AuthorisedAction,
  handover: Handover,
): Promise<{ name: string } | { why: string }> {
  const { trx, workspaceId, handoff, playbook, now } = action;
  const { routing, absences } = await lockRoutingState(trx, workspaceId, playbook, now);
  const back = returnCharged(routing, handoff);
  const excluded = [...(handover.passedBy ?? handoff.passedBy), ...(handoff.repEmail ? [handoff.repEmail] : [])];
  // Whoever had what is closed may have it again.
  const whose = { team: handoff.team, repEmail: isOpen(handoff.state) ? handoff.repEmail : null };
  const found =
    handover.to.kind === 'rules'
      ? routeAgain(back.routing, handoff, await stintsOf(trx, workspaceId, handoff.id), excluded)
      : findRep(back.routing, whose, handover.to, excluded);
  if ('why' in found) return found;
  const charged = chargedAs(found.turns);
  await saveTurns(trx, workspaceId, [...back.turns, ...found.turns]);
  const text = `${handover.did} → ${found.text}${quotedNote(handover.said)}${turnText(playbook, handoff, charged)}`;
  const place = {
    repEmail: found.to.kind === 'person' ? found.to.email : null,
    team: found.to.team ?? null,
  };
  const due = slaDueAt(playbook, { priority: handoff.priority, ...place }, absences, now);
  await updateHandoff(trx, workspaceId, handoff.id, {
    ...ANEW,
    ...place,
    ...charged,
    state: 'assigned',
    playbookVersion: action.version,
    assignedAt: now,
    // What was promised to the lead when somebody first had it does not move.
    ...(handoff.assignedAt === null && { dueAt: due }),
    decision: decisionOf(action, handover, found, text),
    passedBy: handover.passedBy ?? handoff.passedBy,
    ...(wasNeverRecorded(handoff) && { recordState: 'pending' as const }),
  });
  const of = { workspaceId, handoffId: handoff.id };
  await endStint(trx, of, now, handover.kind);
  // Whoever gets a lead that was reached owes it nothing by a time.
  await beginStint(trx, of, { ...place, from: now, due: handoff.contactedAt ? null : due });
  await recordForThreads(trx, { ...of, leadId: handoff.leadId }, entry(action, handover, found, text));
  await enqueue(trx, ...jobs(action));
  return { name: found.name };
}

/** Of whoever had it stay the first touch and a broken promise: both remain true of the lead. */
const ANEW = {
  ...FRESH_SLA_STATE,
  claimedBy: null,
  closedAt: null,
  closedBy: null,
  closedReason: null,
  closedNote: null,
  ownerChange: null,
} satisfies Partial<Handoff>;

/** Held and nurtured handoffs have no record yet; without a CRM the reason stands in the note. */
function wasNeverRecorded({ recordState, recordNote }: Handoff): boolean {
  return recordState === 'skipped' && recordNote === null;
}

function decisionOf(
  { actor, handoff }: AuthorisedAction,
  { to, detail }: Handover,
  found: FoundRep,
  text: string,
): RoutingDecision {
  return {
    rule: 'manual',
    facts: { by: actor.email, to: to.kind, ...(handoff.repEmail && { from: handoff.repEmail }), ...detail },
    to: found.to,
    ...(handoff.decision?.crm && { crm: handoff.decision.crm }),
    candidates: found.candidates,
    skipped: found.skipped,
    reason: `${text}.`,
  };
}

/** What was decided before stays readable in the timeline. */
function entry(
  { actor, now, handoff }: AuthorisedAction,
  { kind, detail }: Handover,
  found: FoundRep,
  text: string,
): NewEntry {
  return {
    kind,
    at: now,
    actor: actor.email,
    text,
    detail: {
      ...detail,
      from: handoff.repEmail,
      to: found.to,
      skipped: found.skipped,
      turn: { before: [handoff.turnTeam, handoff.turnEmail], now: chargedAs(found.turns) },
      previously: handoff.decision,
    },
  };
}

/** The new rep gets the card, the old ones are redrawn, the record's owner follows. */
function jobs({ deps, handoff }: AuthorisedAction): NewJob[] {
  return [
    writeRecord(handoff),
    // A first record lets the card go itself; one that is there already keeps nobody waiting.
    deliverCard(handoff, wasNeverRecorded(handoff) ? deps.patience.record : 0),
    redrawCardsNow(handoff),
    ...(handoff.ownerChange === null ? [] : [redrawQuestions(handoff)]),
    ...queueFeedback(handoff),
  ];
}

/** "Marcus Chen", "nobody" for a handoff that has no rep. */
export function repName({ playbook, handoff }: AuthorisedAction): string {
  return handoff.repEmail ? nameOf(playbook, handoff.repEmail) : 'nobody';
}
