/** What a rep is to do, and what the owner of an open deal is told. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import type { CrmDeal } from '../../../contracts/crm-records.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import { idOf, numberIn } from '../portal/ids.ts';
import { OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type About, makeActivity, taskProperties } from './activity.ts';
import { nameOf } from './contact.ts';

export interface GivenFollowUp {
  taskId?: string;
  /** Its number, to associate with what is made after it. */
  number?: string;
  /** It was not there before. */
  created?: boolean;
  warnings: string[];
}

/** What HubSpot will not have of it is a warning: the record is there. One call, up to two more where it was there before. */
export async function followUpOn(portal: Portal, write: CrmWrite, about: About): Promise<GivenFollowUp> {
  const { followUp, handoffId, person } = write;
  if (!followUp) return { warnings: [] };
  const { subject, description, dueOn, priority, ownerId, queue } = followUp;
  try {
    const text = [person.title && `Job title: ${person.title}`, description].filter(Boolean).join('\n');
    const { number, created, warnings } = await makeActivity(portal, {
      type: 'tasks',
      key: handoffId,
      properties: taskProperties({ subject, text, dueOn, priority, kind: 'CALL', queue }),
      about,
      ownerId,
      defaults: write.defaults?.Task,
      custom: write.custom?.Task,
    });
    if (!created && ownerId) await giveFollowUp(portal, number, ownerId);
    return { taskId: idOf('tasks', number), number, created, warnings };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { warnings: [`The follow-up could not be made: ${failureReason(error)}.`] };
  }
}

/** Gives an open follow-up to whoever has the lead now; one that is done stays so. One call or two. */
async function giveFollowUp({ records }: Portal, number: string, ownerId: string): Promise<void> {
  const row = await records.read('tasks', number, { properties: ['hs_task_status', OWNER] });
  if (!row || row.properties.hs_task_status === 'COMPLETED' || row.properties[OWNER] === ownerId) return;
  await records.change('tasks', number, { [OWNER]: ownerId });
}

/** A task on the open deal, for its owner: no second deal was made. Whoever has the lead sees their own follow-up. */
export async function noteToOwner(portal: Portal, write: CrmWrite, deal: CrmDeal, about: About): Promise<string[]> {
  const { owner } = deal;
  if (owner.kind !== 'user' || !owner.active || owner.id === (write.newOwnerId ?? write.ownerId)) return [];
  try {
    const subject = `${nameOf(write)} became a marketing-qualified lead`;
    const text = `Your deal “${deal.name}” is open at their company: no second one was made.\n${write.description}`;
    const dueOn = write.followUp?.dueOn ?? portal.clock.now().toISOString().slice(0, 10);
    const { warnings } = await makeActivity(portal, {
      type: 'tasks',
      key: `${write.handoffId}:note`,
      properties: taskProperties({ subject, text, dueOn }),
      about: { ...about, deals: numberIn('deals', deal.id) },
      ownerId: owner.id,
      defaults: write.defaults?.Task,
    });
    return warnings;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return [`The owner of the open deal has no note in HubSpot: ${failureReason(error)}.`];
  }
}
