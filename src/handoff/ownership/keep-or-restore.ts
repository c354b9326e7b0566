/** Keep theirs or Restore ours: what people answer when somebody changed the owner of a record. */

import { nameOf } from '../../config/playbook/people.ts';
import type { Db } from '../../db/connection.ts';
import { handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import {
  type OwnerChange,
  ownerChangeById,
  rememberAnswer,
  settleOwner,
  undecidedChanges,
  updateOwnerChange,
} from '../../db/handoffs/owner-changes.ts';
import { isOpen, OPEN_STATES } from '../../domain/handoff.ts';
import type { OwnerChangeState } from '../../domain/owner-guard.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { OwnerChangeRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { giveRecordBack, redrawCardsNow, redrawQuestions } from '../../jobs/requests.ts';
import { after, DAY } from '../../lib/clock.ts';
import { changerName } from '../cards/owner-change-text.ts';
import { type AuthorisedAction, actAs } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import type { HandoffRequest, Outcome, Refusal } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { isElsewhere } from '../record/move-crm.ts';
import { announceOwnerChange, moveToOwner, type OwnerEvent } from './follow-owner.ts';

/** "Keep theirs" holds for the same changer so long, unless somebody forgets it on Home. */
const REMEMBERED_FOR = 90 * DAY;

type Asked = OwnerEvent & { change: OwnerChange };

/** `why`: the lead stays all the same; `always`: so it is for whatever this does, until then. */
export interface KeptOwner {
  to?: string;
  why?: string;
  always?: string;
  until?: Date;
}

/** Theirs: the lead goes with the record where it can, and the same automation is not asked about again for a while. */
export async function keepOwner(deps: Deps, request: HandoffRequest): Promise<Outcome<KeptOwner>> {
  return decideOwner<KeptOwner>(deps, request, ['asked', 'refused', 'overruled'], async (action, asked) => {
    const { trx, workspaceId, actor, now } = action;
    const { change, crmName } = asked;
    const going = { did: `${actor.name} keeps what ${serviceName(crmName)} has`, tells: false };
    const others = await undecidedChanges(trx, workspaceId, change);
    const made = await moveToOwner(asked, { ...going, decided: { actor, question: change.id } });
    const settled = { state: 'settled', decidedBy: actor.email, decidedAt: now } as const;
    for (const other of others) await updateOwnerChange(trx, workspaceId, other.id, settled);
    const said = 'to' in made ? { to: made.to } : { why: made.why };
    if (change.byKind === 'person' || change.byId === null) return { kind: 'done', ...said };
    const until = after(now, REMEMBERED_FOR);
    const always = changerName(change, crmName);
    await rememberAnswer(trx, workspaceId, {
      changerId: change.byId,
      changerName: always,
      decidedBy: actor.email,
      decidedAt: now,
      until,
    });
    return { kind: 'done', ...said, always, until };
  });
}

/** Ours: Baton gives the record back, once, and with it every other of the lead that was changed as well. */
export async function restoreOwner(deps: Deps, request: HandoffRequest): Promise<Outcome<{ to: string }>> {
  return decideOwner<{ to: string }>(deps, request, ['asked', 'refused'], async (action, { change, crmName }) => {
    const { trx, workspaceId, actor, playbook, handoff, now } = action;
    if (change.ours === null || handoff.repEmail === null) {
      return {
        kind: 'unfit',
        field: 'owner',
        why: 'Baton had given this record to nobody: reassign the lead instead.',
      };
    }
    const to = nameOf(playbook, handoff.repEmail);
    const others = await undecidedChanges(trx, workspaceId, change);
    const back = [change, ...others.filter(({ ours }) => ours !== null)];
    const restoring = { state: 'restoring', why: null, decidedBy: actor.email, decidedAt: now } as const;
    for (const { id } of back) await updateOwnerChange(trx, workspaceId, id, restoring);
    const payload = { workspaceId, handoffId: handoff.id };
    await recordForThreads(
      trx,
      { ...payload, leadId: handoff.leadId },
      {
        kind: 'owner_decided',
        at: now,
        actor: actor.email,
        text: `${actor.name} has the record given back to ${to} in ${serviceName(crmName)}`,
        detail: { change: change.id, owner: change.ours },
      },
    );
    await enqueue(trx, ...back.map(({ id }) => giveRecordBack(handoff, id)), redrawCardsNow(handoff));
    return { kind: 'done', to };
  });
}

/** Whoever has the lead, their managers and admins decide; read again on every press. */
async function decideOwner<T>(
  deps: Deps,
  request: HandoffRequest,
  states: readonly OwnerChangeState[],
  work: (action: AuthorisedAction, asked: Asked) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const { crm } = await deps.vendors(request.workspaceId);
  return actAs(deps, request, { from: OPEN_STATES }, async (action): Promise<Outcome<T>> => {
    const { trx, handoff } = action;
    const { ownerChange, workspaceId } = handoff;
    const change = ownerChange === null ? undefined : await ownerChangeById(trx, workspaceId, ownerChange);
    if (!change || !crm || change.repEmail !== handoff.repEmail || !states.includes(change.state)) {
      return overtaken(action, change);
    }
    return work(action, { ...action, crmName: crm.name, recordId: change.recordId, change });
  });
}

const DECIDED: Partial<Record<OwnerChangeState, string>> = {
  restoring: 'chose Restore ours',
  restored: 'chose Restore ours',
  overruled: 'chose Restore ours, and it was changed again',
  kept: 'chose Keep theirs',
  left: 'chose Keep theirs',
};

function overtaken({ playbook }: AuthorisedAction, change: OwnerChange | undefined): Refusal {
  const did = change?.decidedBy && DECIDED[change.state];
  const why = did
    ? `${nameOf(playbook, change.decidedBy ?? '')} ${did} already.`
    : 'This is settled: the record is where Baton has it, or the lead has been given on since.';
  return { kind: 'unfit', field: 'owner', why };
}

/** Gives the record back, unless the lead has moved on since. One call; repeated, it changes nothing. */
export async function restoreInCrm(deps: Deps, of: OwnerChangeRef): Promise<void> {
  const { workspaceId, handoffId, changeId } = of;
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  const change = await ownerChangeById(deps.db, workspaceId, changeId);
  const { crm } = await deps.vendors(workspaceId);
  if (!handoff || !change || !['restoring', 'refused'].includes(change.state)) return;
  if (
    !crm?.setOwner ||
    isElsewhere(handoff, crm) ||
    change.ours === null ||
    !isOpen(handoff.state) ||
    handoff.repEmail !== change.repEmail
  ) {
    return deps.db.transaction(trx => settle(trx, of));
  }
  const { ownerId } = await crm.setOwner({ kind: change.recordKind, id: change.recordId }, change.ours);
  await deps.db.transaction(async trx => {
    const about = await aboutNow(deps, trx, of, crm.name);
    if (!about) return;
    const now = deps.clock.now();
    const record = { handoffId, recordId: change.recordId };
    await settleOwner(trx, workspaceId, record, { ownerId, repEmail: change.repEmail, writtenAt: now });
    const isOurs = ownerId === change.ours;
    await updateOwnerChange(trx, workspaceId, changeId, { state: isOurs ? 'restored' : 'overruled', why: null });
    const rep = nameOf(about.playbook, change.repEmail ?? '');
    if (isOurs) {
      // Of several, the one that is shown is spoken of.
      if (about.handoff.ownerChange !== changeId) return enqueue(trx, redrawQuestions(about.handoff));
      await updateHandoff(trx, workspaceId, handoffId, { ownerChange: null });
      return announceOwnerChange(
        about,
        `In ${serviceName(crm.name)} the lead belongs to ${rep} again, as Baton had given it`,
      );
    }
    await updateHandoff(trx, workspaceId, handoffId, { ownerChange: changeId });
    const text = `${serviceName(crm.name)} took the lead from ${rep} again in the moment it was given back: its rule wins, and Baton leaves it so`;
    await announceOwnerChange(about, text, changeId);
  });
}

async function settle(trx: Db, { workspaceId, handoffId, changeId }: OwnerChangeRef): Promise<void> {
  await updateOwnerChange(trx, workspaceId, changeId, { state: 'settled' });
  const handoff = await lockHandoff(trx, workspaceId, handoffId);
  if (handoff?.ownerChange === changeId) await updateHandoff(trx, workspaceId, handoffId, { ownerChange: null });
  await enqueue(trx, redrawQuestions({ workspaceId, id: handoffId }));
}

/** The CRM will not have it: said on the card and to the manager. */
export async function restoreRefused(deps: Deps, trx: Db, of: OwnerChangeRef, reason: string): Promise<void> {
  const { crm } = await deps.vendors(of.workspaceId);
  const about = crm && (await aboutNow(deps, trx, of, crm.name));
  if (!about) return;
  await updateOwnerChange(trx, of.workspaceId, of.changeId, { state: 'refused', why: reason });
  await updateHandoff(trx, of.workspaceId, of.handoffId, { ownerChange: of.changeId });
  await announceOwnerChange(
    about,
    `${serviceName(about.crmName)} did not let Baton give the record back: ${reason}`,
    of.changeId,
  );
}

async function aboutNow(
  deps: Deps,
  trx: Db,
  { workspaceId, handoffId, changeId }: OwnerChangeRef,
  crmName: string,
): Promise<Asked | undefined> {
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  const change = await ownerChangeById(trx, workspaceId, changeId);
  if (!handoff || !change) return undefined;
  const { playbook, version } = await deps.playbook(workspaceId);
  return { deps, trx, handoff, crmName, recordId: change.recordId, playbook, version, change };
}
