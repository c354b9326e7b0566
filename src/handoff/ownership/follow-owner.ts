/** What follows from a changed owner: the lead goes with the record, or stays and says so. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import {
  insertOwnerChange,
  type OwnerChange,
  settleOwner,
  updateOwnerChange,
} from '../../db/handoffs/owner-changes.ts';
import { emailOfCrmUser } from '../../db/people/people.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyOfOwnerChange, redrawCardsNow, redrawQuestions } from '../../jobs/requests.ts';
import { handOver } from '../actions/hand-over.ts';
import type { HandoffEvent } from '../core/crm-event.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import type { Actor } from '../core/rights.ts';

/** A change of a handoff's record; the handoff is locked. */
export interface OwnerEvent extends Pick<HandoffEvent, 'deps' | 'trx' | 'handoff' | 'crmName' | 'recordId'> {
  playbook: Playbook;
  version: number;
  change: Omit<OwnerChange, 'id'>;
}

interface Going {
  /** Up to whom it goes to. */
  did: string;
  /** Whether a manager hears of it when the lead stays. */
  tells: boolean;
  /** Who decided it in Slack, and the question they answered. */
  decided?: { actor: Actor; question: number };
}

/** Moves the lead to the record's owner, who must be somebody of the playbook who can have it; else it stays and says so. */
export async function moveToOwner(about: OwnerEvent, going: Going): Promise<{ to: string } | { why: string }> {
  const { deps, trx, handoff, playbook, version, change, recordId } = about;
  const { workspaceId, id: handoffId } = handoff;
  const email = await emailOfCrmUser(trx, workspaceId, change.theirs);
  if (!email || !playbook.people.some(person => person.email === email)) {
    return keepLead(about, going, `${change.theirsName} is nobody of the playbook.`);
  }
  const actor = going.decided?.actor ?? inTheCrm(about);
  const made = await handOver(
    { deps, trx, workspaceId, handoff, actor, playbook, version, now: deps.clock.now() },
    {
      to: { kind: 'person', email },
      kind: 'reassigned',
      did: going.did,
      detail: { owner: change.theirs, changedBy: change.byId },
    },
  );
  if ('why' in made) return keepLead(about, going, made.why);
  const settled = { ownerId: change.theirs, ours: change.theirs, repEmail: email };
  await settleOwner(trx, workspaceId, { handoffId, recordId }, settled);
  if (going.decided) await decide(about, going.decided, 'kept', null);
  await updateHandoff(trx, workspaceId, handoffId, { ownerChange: null });
  return { to: made.name };
}

/** The CRM itself, where a person decides otherwise. */
function inTheCrm({ crmName, change }: OwnerEvent): Actor {
  return { email: crmName, name: change.byName, slackUserId: '', admin: false, teams: [], manages: [], reports: [] };
}

async function keepLead(about: OwnerEvent, going: Going, why: string): Promise<{ why: string }> {
  const { trx, handoff, playbook, change, recordId } = about;
  const { workspaceId, id: handoffId, repEmail } = handoff;
  await settleOwner(trx, workspaceId, { handoffId, recordId }, { ownerId: change.theirs, repEmail });
  const id = going.decided
    ? await decide(about, going.decided, 'left', why)
    : await insertOwnerChange(trx, workspaceId, { ...change, state: 'left', why });
  await updateHandoff(trx, workspaceId, handoffId, { ownerChange: id });
  const where = repEmail ? `stays with ${nameOf(playbook, repEmail)}` : 'stays where it is';
  await announceOwnerChange(about, `${going.did}: the lead ${where}, because ${why}`, going.tells ? id : undefined);
  return { why };
}

async function decide(
  { deps, trx, handoff }: OwnerEvent,
  { actor, question }: NonNullable<Going['decided']>,
  state: OwnerChange['state'],
  why: string | null,
): Promise<number> {
  const decided = { state, why, decidedBy: actor.email, decidedAt: deps.clock.now() };
  await updateOwnerChange(trx, handoff.workspaceId, question, decided);
  return question;
}

/** A sentence in the timeline and the threads, the cards redrawn; with `tells`, the manager hears of that change. */
export async function announceOwnerChange(
  { deps, trx, handoff, crmName, change }: OwnerEvent,
  text: string,
  tells?: number,
): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const payload = { workspaceId, handoffId };
  const detail = { owner: change.theirs, by: change.byId, kind: change.byKind };
  const entry = { kind: 'owner_changed' as const, at: deps.clock.now(), actor: crmName, text, detail };
  await recordForThreads(trx, { ...payload, leadId }, entry);
  await enqueue(
    trx,
    redrawCardsNow(handoff),
    redrawQuestions(handoff),
    ...(tells === undefined ? [] : [notifyOfOwnerChange(handoff, tells)]),
  );
}
