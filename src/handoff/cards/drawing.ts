/** Everything that is needed to draw a handoff's cards. */

import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { PLAIN_WORDS } from '../../contracts/crm-traits.ts';
import type { Card, Digest, Notifier } from '../../contracts/notifier.ts';
import { digestRows } from '../../db/cards/cards.ts';
import { type Handoff, handoffById } from '../../db/handoffs/handoffs.ts';
import { ownerChangeById } from '../../db/handoffs/owner-changes.ts';
import { hadNoLead } from '../../db/handoffs/stints.ts';
import { touchesOf } from '../../db/handoffs/touches.ts';
import { absencesAfter } from '../../db/people/people.ts';
import { undoableActOf } from '../../db/people/undoable-acts.ts';
import { enrolmentOf } from '../../db/sequences/enrolments.ts';
import type { RoutingDecision } from '../../domain/decision.ts';
import { isOpen } from '../../domain/handoff.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { after } from '../../lib/clock.ts';
import { crmOfRecord } from '../core/crm-of-record.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';
import type { Facts } from '../core/facts.ts';
import { sequenceStand } from '../core/sequence-offer.ts';
import { UNDO_WITHIN } from '../core/undoable.ts';
import { cardOf } from './card.ts';

export interface Drawing {
  handoff: Handoff<Facts>;
  playbook: Playbook;
  notifier: Notifier;
  card: Card;
  repSlackId: string | undefined;
  /** Whoever has it never had a lead before, and no card of it is there yet. */
  isFirst: boolean;
  /** What can be taken back yet, and by whom in Slack. */
  undo: { id: string; actor: string; slackId: string | undefined } | undefined;
}

/** The handoff as a card shows it now. Two or three round trips. */
export async function drawingOf(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<Drawing | undefined> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff) return undefined;
  const { repEmail } = handoff;
  const decision = handoff.decision ?? unrouted(handoff);
  const now = deps.clock.now();
  const [vendors, { playbook }, repSlackId, ownerChange, touches, absences, enrolment, undo, isFirst] =
    await Promise.all([
      deps.vendors(workspaceId),
      deps.playbook(workspaceId, handoff.playbookVersion),
      repEmail ? slackIdOf(deps, workspaceId, repEmail) : undefined,
      handoff.ownerChange === null ? undefined : ownerChangeById(deps.db, workspaceId, handoff.ownerChange),
      handoff.contactedAt ? touchesOf(deps.db, workspaceId, handoffId) : [],
      isTimed(handoff, now) ? absencesAfter(deps.db, workspaceId, handoff.openedAt) : [],
      handoff.claimedAt ? enrolmentOf(deps.db, workspaceId, handoffId) : undefined,
      undoOf(deps, { workspaceId, handoffId }, now),
      repEmail !== null && !handoff.deliveredAt && hadNoLead(deps.db, { workspaceId, handoffId }, repEmail),
    ]);
  const shown = crmOfRecord(vendors, handoff)?.crm ?? vendors.crm;
  const context = {
    playbook,
    publicUrl: deps.publicUrl,
    crmName: shown?.name,
    crmWords: shown?.traits.words ?? PLAIN_WORDS,
    repSlackId,
    ownerChange,
    touches,
    absences,
    sequence: sequenceStand(handoff, playbook, enrolment, vendors.sequencers),
    now,
  };
  const card = cardOf(handoff, decision, context);
  return { handoff, playbook, notifier: vendors.notifier, repSlackId, isFirst, undo, card };
}

async function undoOf(deps: Deps, { workspaceId, handoffId }: HandoffRef, now: Date): Promise<Drawing['undo']> {
  const act = await undoableActOf(deps.db, workspaceId, handoffId, after(now, -UNDO_WITHIN));
  if (!act) return undefined;
  return { id: act.id, actor: act.actor, slackId: await slackIdOf(deps, workspaceId, act.actor) };
}

/** Does the card say how long somebody took, or what comes next of what is late? */
function isTimed({ contactedAt, dueAt }: Handoff, now: Date): boolean {
  return contactedAt !== null || (dueAt !== null && dueAt <= now);
}

/** What judging kept from routing: nobody has it, for the reason that judging gave. */
function unrouted({ state, judgement }: Handoff): RoutingDecision {
  const to = { kind: state === 'held' ? ('nobody' as const) : ('nurture' as const) };
  return { rule: '', facts: {}, to, candidates: [], skipped: [], reason: judgement.reason };
}

/** A digest as it stands now. One round trip. */
export async function readDigest(
  deps: Deps,
  workspaceId: string,
  { digestId, handoffIds, since }: { digestId: string; handoffIds: readonly string[]; since: Date },
): Promise<Digest> {
  const [rows, { playbook }] = await Promise.all([
    digestRows(deps.db, workspaceId, handoffIds),
    deps.playbook(workspaceId),
  ]);
  const lines = rows.map(({ claimedBy, repEmail, company, state, ...row }) => {
    const owner = claimedBy ?? repEmail;
    return {
      ...row,
      state,
      ...(company && { company }),
      ...(owner && { owner: nameOf(playbook, owner) }),
      claimed: claimedBy !== null,
      open: isOpen(state),
    };
  });
  return { workspaceId, digestId, since: since.toISOString(), lines };
}
