/** A record of the CRM belongs to somebody else than Baton knew: what that means for its handoff. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmOwnership } from '../../contracts/crm-events.ts';
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import {
  insertOwnerChange,
  lastOwnerChange,
  type OwnerChange,
  ownerAnswers,
  ownerChangeById,
  type RecordOwner,
  settleOwner,
  undecidedChanges,
  updateOwnerChange,
} from '../../db/handoffs/owner-changes.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { emailOfCrmUser } from '../../db/people/people.ts';
import { isOpen } from '../../domain/handoff.ts';
import { type Changer, type OwnerChangeState, type OwnerVerdict, ownerVerdict } from '../../domain/owner-guard.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards, redrawCardsNow } from '../../jobs/requests.ts';
import { changeText, howChanged, settledText } from '../cards/owner-change-text.ts';
import type { HandoffEvent } from '../core/crm-event.ts';
import { crmUserOfRep, ownerNow } from '../record/record-owner.ts';
import { announceOwnerChange, moveToOwner, type OwnerEvent } from './follow-owner.ts';

/** Compares the owner with the one Baton knows, and does what follows. Answers whether anything was said. */
export async function guardOwner(event: HandoffEvent, ownership: CrmOwnership): Promise<boolean> {
  const { ownerId } = ownership;
  const known = ownerId && (await ownerNow(event, ownerId, changedAtOf(event, ownership)));
  if (!ownerId || !known || known.writtenAt > event.askedAt || ownerId === known.ownerId) return false;
  const { playbook, version } = await event.deps.playbook(event.handoff.workspaceId);
  const change = await changeOf(event, ownership, ownerId, known, playbook);
  const about: OwnerEvent = { ...event, playbook, version, change };
  if (!isOpen(event.handoff.state)) return recordOnly(about);
  const last = await standingChange(event);
  const verdict = ownerVerdict({
    owner: ownerId,
    known: known.ownerId,
    ours: known.ours,
    givenAt: known.givenAt,
    rep: await crmUserOfRep(event),
    by: { id: change.byId, kind: change.byKind, certain: ownership.changedBy?.certain ?? false },
    changedAt: change.changedAt,
    ...(last && { last }),
    remembered: await isRemembered(event, change),
  });
  return VERDICT_ACTIONS[verdict](about, last);
}

/** The newest change that Baton spoke of, unless somebody else has the lead since: what was said of theirs is over. */
async function standingChange({ trx, handoff, recordId }: HandoffEvent): Promise<OwnerChange | undefined> {
  const last = await lastOwnerChange(trx, handoff.workspaceId, handoff.id, recordId);
  return last?.repEmail === handoff.repEmail ? last : undefined;
}

type VerdictAction = (about: OwnerEvent, last: OwnerChange | undefined) => Promise<boolean>;

const VERDICT_ACTIONS: Record<OwnerVerdict, VerdictAction> = {
  nothing: async () => false,
  adopt: (about, last) => (last?.state === 'overruled' ? keepAnnounced(about, last) : acceptOwner(about)),
  back: settleRestored,
  ask: about => announceChange(about, undefined, 'asked', 'a manager is asked'),
  renew: (about, last) => announceChange(about, last, last?.state ?? 'asked', 'the question is about that now'),
  again: (about, last) =>
    announceChange(
      about,
      last,
      'overruled',
      `it was restored before, and Baton leaves it so: an admin of the CRM can exempt Baton’s leads`,
    ),
  keep: about => adoptOwner(about, 'as was answered before'),
  follow: about => adoptOwner({ ...about, change: withoutName(about) }),
};

/** Baton's own name hides who it was; had it been a rule, nobody would follow. */
function withoutName({ change, crmName }: OwnerEvent): OwnerEvent['change'] {
  if (change.byKind !== 'self') return change;
  return { ...change, byId: null, byKind: 'unknown', byName: somebodyIn(crmName) };
}

const acceptOwner = (about: OwnerEvent) => (about.change.byKind === 'self' ? rememberOwner(about) : recordOnly(about));

/** What was said of it stays on the card; nobody is told again. */
async function keepAnnounced(about: OwnerEvent, { id }: OwnerChange): Promise<boolean> {
  const { trx, handoff } = about;
  await updateHandoff(trx, handoff.workspaceId, handoff.id, { ownerChange: id });
  await enqueue(trx, redrawCards(handoff));
  return recordOnly(about);
}

/** Known from now on. */
async function rememberOwner({ trx, handoff, recordId, change }: OwnerEvent): Promise<boolean> {
  await settleOwner(trx, handoff.workspaceId, { handoffId: handoff.id, recordId }, { ownerId: change.theirs });
  return false;
}

/** Kept in the timeline, and nothing follows. */
async function recordOnly(about: OwnerEvent): Promise<boolean> {
  const { deps, trx, handoff, crmName, change } = about;
  const { workspaceId, id: handoffId, leadId } = handoff;
  await rememberOwner(about);
  const text = `In ${serviceName(crmName)} the lead belongs to ${change.theirsName}.`;
  const detail = { owner: change.theirs, by: change.byId };
  await recordEntries(
    trx,
    { workspaceId, handoffId, leadId },
    { kind: 'owner_changed', at: deps.clock.now(), actor: crmName, text, detail },
  );
  return true;
}

const ASKED: readonly OwnerChangeState[] = ['asked', 'refused'];

/** As Baton wants it: whatever was asked is answered by that. */
async function settleRestored(about: OwnerEvent, last: OwnerChange | undefined): Promise<boolean> {
  const { trx, handoff, recordId, change, crmName } = about;
  const { workspaceId, id: handoffId, repEmail } = handoff;
  const record = { handoffId, recordId };
  await settleOwner(trx, workspaceId, record, { ownerId: change.theirs, ours: change.theirs, repEmail });
  if (!last) return false;
  const isShown = handoff.ownerChange === last.id;
  // A rule that has won once is not asked about again.
  if (isShown ? last.state !== 'overruled' : ASKED.includes(last.state)) await settleChange(about, last.id);
  if (!isShown) return false;
  const [next] = await undecidedChanges(trx, workspaceId, last);
  await updateHandoff(trx, workspaceId, handoffId, { ownerChange: next?.id ?? null });
  await announceOwnerChange(
    about,
    `In ${serviceName(crmName)} the lead belongs to ${change.theirsName} again`,
    next?.id,
  );
  return true;
}

/** Nobody needs answer any more: who settled it instead, and when, is kept. */
function settleChange({ trx, handoff, change, crmName }: OwnerEvent, id: number): Promise<void> {
  const settled = { why: settledText(change, crmName), decidedBy: null, decidedAt: change.changedAt };
  return updateOwnerChange(trx, handoff.workspaceId, id, { state: 'settled', ...settled });
}

/** Said on the card and to the manager; an open question goes on under its own name. */
async function announceChange(
  about: OwnerEvent,
  last: OwnerChange | undefined,
  state: OwnerChange['state'],
  so: string,
): Promise<boolean> {
  const { trx, handoff, recordId, change, crmName, playbook } = about;
  const { workspaceId, id: handoffId } = handoff;
  const { theirs, theirsName, byId, byName, byKind, changedAt } = change;
  await settleOwner(trx, workspaceId, { handoffId, recordId }, { ownerId: theirs, repEmail: handoff.repEmail });
  if (last) {
    // Why it could not be restored stays true of whoever has it now.
    const why = state === 'refused' ? last.why : null;
    const newest = { theirs, theirsName, byId, byName, byKind, changedAt, state, why };
    await updateOwnerChange(trx, workspaceId, last.id, newest);
  }
  const id = last?.id ?? (await insertOwnerChange(trx, workspaceId, { ...change, state }));
  const text = `${changeText(change, playbook, crmName)}: ${so}`;
  const isAnswerAwaited = !last && (await isOtherAsked(about));
  if (!isAnswerAwaited) await updateHandoff(trx, workspaceId, handoffId, { ownerChange: id });
  if (isAnswerAwaited || last?.state === state) await redrawOnly(about, text);
  else await announceOwnerChange(about, text, id);
  return true;
}

/** A company's transfer takes contact and deal at once: one question at a time, and one answer for both. */
async function isOtherAsked({ trx, handoff, recordId }: OwnerEvent): Promise<boolean> {
  const { workspaceId, ownerChange, repEmail } = handoff;
  const other = ownerChange === null ? undefined : await ownerChangeById(trx, workspaceId, ownerChange);
  const isOpen = other?.state === 'restoring' || (other && ASKED.includes(other.state));
  return isOpen === true && other?.repEmail === repEmail && other.recordId !== recordId;
}

/** An open question is about somebody else now, or about one record more: cards and messages show it, and no thread fills up with a rule's back and forth. */
async function redrawOnly({ deps, trx, handoff, crmName, change }: OwnerEvent, text: string): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const detail = { owner: change.theirs, by: change.byId, kind: change.byKind };
  const entry = { kind: 'owner_changed' as const, at: deps.clock.now(), actor: crmName, text, detail };
  await recordEntries(trx, { workspaceId, handoffId, leadId }, entry);
  await enqueue(trx, redrawCardsNow(handoff));
}

/** The lead goes with the record, as somebody decided in the CRM now, or in Slack before. */
async function adoptOwner(about: OwnerEvent, answered?: string): Promise<boolean> {
  const { trx, handoff, change, crmName, playbook } = about;
  const { workspaceId, id, ownerChange } = handoff;
  if (ownerChange !== null) {
    await settleChange(about, ownerChange);
    const others = await undecidedChanges(trx, workspaceId, { ...handoff, handoffId: id, id: ownerChange });
    for (const other of others) await settleChange(about, other.id);
    await updateHandoff(trx, workspaceId, id, { ownerChange: null });
  }
  const did = `In ${serviceName(crmName)} the owner was changed (${howChanged(change, playbook, crmName)})`;
  await moveToOwner(about, { did: answered ? `${did}, which is kept ${answered}` : did, tells: !answered });
  return true;
}

async function changeOf(
  event: HandoffEvent,
  ownership: CrmOwnership,
  theirs: string,
  { ours, givenAt }: RecordOwner,
  playbook: Playbook,
): Promise<Omit<OwnerChange, 'id'>> {
  const { deps, handoff, recordId, recordKind, crmName } = event;
  const { ownerName, changedBy } = ownership;
  const by = changedBy && (await personOfCrmUser(event, playbook, changedBy.id));
  const kind: Changer = by ? 'person' : changedBy?.kind === 'user' || !changedBy ? 'unknown' : changedBy.kind;
  const owner = await personOfCrmUser(event, playbook, theirs);
  return {
    handoffId: handoff.id,
    recordId,
    recordKind,
    repEmail: handoff.repEmail,
    ours,
    theirs,
    theirsName: owner ? nameOf(playbook, owner) : (ownerName ?? 'somebody Baton does not know'),
    byId: changedBy?.id ?? null,
    byName: by ? nameOf(playbook, by) : (changedBy?.name ?? somebodyIn(crmName)),
    byKind: kind,
    givenAt,
    changedAt: changedAtOf(event, ownership),
    seenAt: deps.clock.now(),
    state: 'asked',
    why: null,
    decidedBy: null,
    decidedAt: null,
  };
}

const somebodyIn = (crmName: string) => `somebody in ${serviceName(crmName)}`;

/** A CRM whose clock runs ahead does not make what comes next look older than this. */
const changedAtOf = ({ deps }: HandoffEvent, { changedAt }: CrmOwnership) => {
  const now = deps.clock.now();
  return changedAt && new Date(changedAt) < now ? new Date(changedAt) : now;
};

async function personOfCrmUser(
  { trx, handoff }: HandoffEvent,
  playbook: Playbook,
  crmUser: string,
): Promise<string | undefined> {
  const email = await emailOfCrmUser(trx, handoff.workspaceId, crmUser);
  return playbook.people.some(person => person.email === email) ? email : undefined;
}

async function isRemembered(
  { trx, deps, handoff }: HandoffEvent,
  { byId }: Pick<OwnerChange, 'byId'>,
): Promise<boolean> {
  const answers = await ownerAnswers(trx, handoff.workspaceId, deps.clock.now());
  return answers.some(({ changerId }) => changerId === byId);
}
