/** What a rep is to do, and what the owner of an open deal is told. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import type { CrmDeal } from '../../../contracts/crm-records.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { placeOf } from '../api/ids.ts';
import { activityRow } from '../api/rows.ts';
import { type About, makeActivity } from './activity.ts';
import { nameOf } from './person.ts';
import { put } from './put.ts';
import { rowNow } from './relocate.ts';

/**
 * The follow-up on the record; a call to make is a task, too, as a Call needs a time at which it begins and is overdue after it. What
 * Zoho will not have of it is a warning: the record is there. One call, two for one that is there.
 */
export async function followUpOn(
  company: Company,
  write: CrmWrite,
  about: About,
): Promise<{ task: { taskId?: string }; warnings: string[] }> {
  const { followUp, handoffId, person } = write;
  if (!followUp) return { task: {}, warnings: [] };
  const { subject, description, dueOn, ownerId, priority } = followUp;
  try {
    const { id, created, warnings } = await makeActivity(company, {
      key: handoffId,
      module: 'Tasks',
      subject,
      text: [person.title && `Job title: ${person.title}`, description].filter(Boolean).join('\n'),
      about,
      ownerId,
      values: openTask(dueOn, priority),
      defaults: write.defaults?.Task,
    });
    if (!created && ownerId) await giveFollowUp(company, id, ownerId);
    return { task: { taskId: id }, warnings };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { task: {}, warnings: [`The follow-up could not be made: ${failureReason(error)}.`] };
  }
}

export const openTask = (dueOn: string, priority: 'high' | 'normal') => ({
  Due_Date: dueOn,
  Status: 'Not Started',
  Priority: priority === 'high' ? 'High' : 'Normal',
});

/** Gives an open follow-up to whoever has the lead now; one that is done or deleted stays so. */
async function giveFollowUp(company: Company, id: string, ownerId: string): Promise<void> {
  const { module, number } = placeOf({ kind: 'activity', id });
  const row = activityRow.safeParse(await rowNow(company, module, number)).data;
  if (!row || row.Status === 'Completed' || row.Owner?.id === ownerId) return;
  const how = { kind: 'update', id: number } as const;
  await put(company, module, { how, values: { Owner: { id: ownerId } }, what: 'Task', needed: [] });
}

/** A task on the open deal, for its owner: no second deal was made. Whoever has the lead sees their own follow-up. */
export async function noteToOwner(
  company: Company,
  write: CrmWrite,
  deal: CrmDeal,
  contact: string,
): Promise<string[]> {
  const { owner } = deal;
  if (owner.kind !== 'user' || !owner.active || owner.id === (write.newOwnerId ?? write.ownerId)) return [];
  try {
    await makeActivity(company, {
      key: `${write.handoffId}:note`,
      module: 'Tasks',
      subject: `${nameOf(write)} became a marketing-qualified lead`,
      text: `Your Deal “${deal.name}” is open at their Account: no second one was made.\n${write.description}`,
      about: { deal: deal.id, contact },
      ownerId: owner.id,
      values: openTask(write.followUp?.dueOn ?? company.clock.now().toISOString().slice(0, 10), 'normal'),
    });
    return [];
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return [`The owner of the open Deal has no note in Zoho CRM: ${failureReason(error)}.`];
  }
}
