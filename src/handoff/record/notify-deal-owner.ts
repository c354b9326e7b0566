/** Somebody's opportunity is open at the account a lead came from: they hear of it. */
import { personOf } from '../../config/playbook/people.ts';
/** Somebody's deal is open at the company a lead came from: they hear of it. */
import { PLAIN_WORDS } from '../../contracts/crm-traits.ts';
import { handoffById } from '../../db/handoffs/handoffs.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';
import type { Facts } from '../core/facts.ts';
import { ownerToTell } from './account-based.ts';

/** Tells them by DM; whoever is nobody of the playbook has a task in the CRM alone. */
export async function notifyDealOwner(
  deps: Deps,
  { workspaceId, handoffId }: { workspaceId: string; handoffId: string },
  attempt: number,
): Promise<void> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  const deal = handoff?.facts.accountBased?.openDeal;
  if (!handoff || !deal) return;
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const email = ownerToTell(handoff, playbook);
  const slackId = email && (await slackIdOf(deps, workspaceId, email));
  if (!slackId) return;
  const { notifier, crm } = await deps.vendors(workspaceId);
  const rep = personOf(playbook, handoff.repEmail);
  const who = displayName(handoff.facts.contact);
  const words = crm?.traits.words ?? PLAIN_WORDS;
  const company =
    handoff.facts.accountBased?.company?.name || handoff.judgement.company.name || `your ${words.company.one}`;
  const text = [
    `${who} of ${company} became a marketing-qualified lead, while your ${words.deal.one} “${deal.name}” (${deal.stage}) is open there. No second ${words.deal.one} was made.`,
    `${rep ? `${rep.name} has the lead: talk to each other before you talk to them.` : 'Nobody has the lead yet.'}${crm ? ` A task waits on your ${words.deal.one} in ${serviceName(crm.name)}.` : ''}`,
  ].join('\n');
  try {
    const note = { key: `deal:${handoffId}`, since: handoff.openedAt };
    await notifier.notify({ kind: 'dm', slackId }, text, note, attempt > 1);
  } catch (error) {
    // They left, or their DM is closed: the task on the deal is there all the same.
    if (!(error instanceof Rejected)) throw error;
    deps.log.warn({ err: error, workspaceId, handoffId }, 'the owner of an open deal could not be told');
  }
}
