/** What a rep is to do, and what the owner of an open deal is told. */

import { z } from 'zod';
import type { CrmWrite } from '../../../contracts/crm.ts';
import type { CrmDeal } from '../../../contracts/crm-records.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { numberIn } from '../api/ids.ts';
import { activityRow } from '../api/rows.ts';
import { type About, makeActivity } from './activity.ts';
import { nameOf } from './person.ts';

/** Gives an open follow-up to whoever has the lead now; one that is done or deleted stays so. One call or two. */
export async function giveFollowUp({ client }: Company, id: string, ownerId: string): Promise<void> {
  const path = `/api/v2/activities/${numberIn('activity', id) ?? 0}`;
  const row = await client.record({ path, cost: 1 }, activityRow);
  if (!row || row.is_deleted || row.done || String(row.owner_id) === ownerId) return;
  await client.record({ method: 'PATCH', path, json: { owner_id: Number(ownerId) }, cost: 5 }, z.unknown());
}

/** An activity on the open deal, for its owner: no second deal was made. Whoever has the lead sees their own follow-up. */
export async function noteToOwner(
  company: Company,
  write: CrmWrite,
  deal: CrmDeal,
  { person, organization }: About,
): Promise<string[]> {
  const { owner } = deal;
  if (owner.kind !== 'user' || !owner.active || owner.id === (write.newOwnerId ?? write.ownerId)) return [];
  try {
    await makeActivity(company, {
      key: `${write.handoffId}:note`,
      type: 'task',
      subject: `${nameOf(write)} became a marketing-qualified lead`,
      text: `Your Deal “${deal.name}” is open at their Organization: no second one was made.\n${write.description}`,
      about: { deal: numberIn('deal', deal.id), person, organization },
      ownerId: owner.id,
      done: false,
      dueOn: write.followUp?.dueOn ?? company.clock.now().toISOString().slice(0, 10),
    });
    return [];
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return [`The owner of the open Deal has no note in Pipedrive: ${failureReason(error)}.`];
  }
}
