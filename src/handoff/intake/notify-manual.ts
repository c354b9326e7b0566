/** Whoever handed a lead off by hand, or made a test lead, hears what became of it. */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { accountBasedWords, type CrmTraits } from '../../contracts/crm-traits.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, handoffById } from '../../db/handoffs/handoffs.ts';
import { openEntry, parkSignal } from '../../db/handoffs/inbox.ts';
import {
  ERASED_OUTCOME,
  type ManualRow,
  manualById,
  markManualNotified,
  settleManual,
  testLeadOf,
} from '../../db/handoffs/manual-leads.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { isOpen } from '../../domain/handoff.ts';
import { displayName } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyManual } from '../../jobs/requests.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { crmModeOf } from '../record/mode.ts';
import { TEST_LASTS } from './manual-lead.ts';
import { WATCHED } from './watch.ts';

/** Tells them once, in their DM. */
export async function notifyOfManualLead(
  deps: Deps,
  { workspaceId, manualId }: { workspaceId: string; manualId: string },
  attempt: number,
): Promise<void> {
  const given = await manualById(deps.db, workspaceId, manualId);
  if (!given || given.notified || given.outcome === null) return;
  const { notifier, crm } = await deps.vendors(workspaceId);
  const text = await became(deps, workspaceId, given, crm?.traits);
  try {
    // What was put aside is told of when it is handed off after all, too.
    const note = { key: `manual:${manualId}:${given.handoffId ?? 'none'}`, since: given.createdAt };
    await notifier.notify({ kind: 'dm', slackId: given.bySlackId }, text, note, attempt > 1);
  } catch (error) {
    // They left, or their DM is closed: the lead went its way all the same.
    if (!(error instanceof Rejected)) throw error;
    deps.log.warn({ err: error, workspaceId, manualId }, 'nobody could be told what became of a lead');
  }
  await markManualNotified(deps.db, workspaceId, manualId, deps.clock.now());
}

/**
 * What became of the test lead of this address, as whoever sent it is told; undefined while it is on its way: Slack has
 * not shown its card yet. Up to two round trips.
 */
export async function resultOfTest(
  deps: Deps,
  workspaceId: string,
  email: string,
): Promise<{ text: string } | undefined> {
  const given = await testLeadOf(deps.db, workspaceId, email);
  if (!given || given.outcome === null) return undefined;
  const handoff = given.handoffId ? await handoffById<Facts>(deps.db, workspaceId, given.handoffId) : undefined;
  if (handoff && isOpen(handoff.state) && handoff.deliveredAt === null) return undefined;
  const { crm } = await deps.vendors(workspaceId);
  return { text: await became(deps, workspaceId, given, crm?.traits) };
}

async function became(
  deps: Deps,
  workspaceId: string,
  given: ManualRow,
  traits: CrmTraits | undefined,
): Promise<string> {
  const handoff = given.handoffId ? await handoffById<Facts>(deps.db, workspaceId, given.handoffId) : undefined;
  const { playbook } = await deps.playbook(workspaceId, handoff?.playbookVersion);
  return manualText(given, handoff, playbook, traits);
}

/** What became of it, in a few lines. Pure; raw, as everything that is told. */
export function manualText(
  given: ManualRow,
  handoff: Handoff | undefined,
  playbook: Playbook,
  traits?: CrmTraits,
): string {
  const who = leadName(given);
  const outcome = given.outcome ?? '';
  if (outcome === ERASED_OUTCOME) {
    return 'That person was erased from Baton, as they may ask, so they were not handed off. A form they send themselves brings them back.';
  }
  if (outcome.startsWith(PARKED)) {
    return `${who} could not be handed off yet: ${outcome.slice(PARKED.length)}\nAn admin was told; nothing is lost.`;
  }
  if (outcome.startsWith(WATCHED)) {
    return `${who} was not handed off: Baton is in watch mode. ${outcome.slice(WATCHED.length)}`;
  }
  if (!handoff) return `${who} was not handed off.`;
  const place = whereItIs(handoff, playbook);
  if (outcome !== 'handed_off') return `${who} is already an MQL, ${place}: nothing new was sent.`;
  return [`${who}: ${place}.`, reasonOf(handoff), ...testWords(given, handoff, playbook, traits)]
    .filter(Boolean)
    .join('\n');
}

/** The signal was put aside: whoever handed the lead off shall not wait for it. */
export async function signalParked(
  trx: Db,
  { workspaceId, inboxId }: { workspaceId: string; inboxId: number },
  reason: string,
  at: Date,
): Promise<void> {
  await parkSignal(trx, workspaceId, inboxId, reason);
  const opened = await openEntry(trx, workspaceId, inboxId);
  const entry = opened?.entry;
  if (opened?.before?.leadId && entry?.signal.event?.kind !== 'deleted') {
    const text = `A signal of this lead could not be read yet: ${reason}`;
    await recordEntries(trx, { workspaceId, leadId: opened.before.leadId }, { kind: 'not_crossed', at, text });
  }
  if (entry?.source !== 'manual') return;
  const manualId = entry.signal.contactId;
  await settleManual(trx, workspaceId, manualId, { outcome: `${PARKED}${reason}`, handoffId: null });
  await enqueue(trx, notifyManual(workspaceId, manualId));
}

/** How the outcome of a signal that was put aside begins. */
export const PARKED = 'parked: ';

function leadName({ lead, isTest }: ManualRow): string {
  const name = displayName(lead);
  return `${isTest ? 'Your test lead' : name}${!isTest && lead.company ? ` (${lead.company})` : ''}`;
}

function whereItIs({ state, repEmail, team, decision }: Handoff, playbook: Playbook): string {
  if (repEmail) return `handed to ${nameOf(playbook, repEmail)}`;
  if (state === 'held') return 'held until a manager or an admin decides';
  if (isOpen(state) && team) return `open to whoever claims it in ${teamName(playbook, team)}`;
  const nobody = decision?.to.kind === 'nobody';
  return nobody ? 'with nobody yet, as nobody could be found' : 'left to nurture, with no record and no rep';
}

function reasonOf({ decision, judgement }: Handoff): string {
  return decision ? `Why: ${decision.reason}` : judgement.reason;
}

function testWords(
  { testPriority }: ManualRow,
  handoff: Handoff,
  playbook: Playbook,
  traits: CrmTraits | undefined,
): string[] {
  const { priority } = handoff;
  if (testPriority === null) return [];
  const minutes = Math.round(TEST_LASTS / 60_000);
  return [
    ...(testPriority === priority
      ? []
      : [`You asked for ${testPriority}; by the playbook as it is now it came out ${priority}.`]),
    ...(traits?.can.accountBased && crmModeOf(handoff, playbook) === 'account_based' && handoff.repEmail
      ? [`In the CRM it is ${accountBasedWords(traits.words)} of its own.`]
      : []),
    `Removed in ${minutes} minutes, or at once by Clean up on its card. Doesn’t affect rotation or reports.`,
  ];
}
