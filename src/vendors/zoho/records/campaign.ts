/** The campaign a lead came from: the person becomes its member. */
import { z } from 'zod';
import type { CrmWrite } from '../../../contracts/crm.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { refused } from '../api/errors.ts';
import { MODULES } from '../api/ids.ts';
import { idRow } from '../api/rows.ts';

const done = z.object({
  data: z.array(
    z.looseObject({ code: z.string(), message: z.string().default(''), details: z.looseObject({}).nullish() }),
  ),
});

/**
 * Who is a member already stays as they are. Two calls, one where the campaign was met lately, one more for a person who was
 * there before. What Zoho will not have of it is a warning: the record is there.
 */
export async function joinCampaign(
  company: Company,
  { campaign }: Pick<CrmWrite, 'campaign'>,
  { kind, id, created }: { kind: 'lead' | 'contact'; id: string; created: boolean },
): Promise<string[]> {
  if (!campaign) return [];
  try {
    const known = await company.schema.campaign(campaign.name);
    if (!known) return [`Zoho CRM has no campaign “${campaign.name}”: nobody became a member of it.`];
    const path = `/${MODULES[kind]}/${encodeURIComponent(id)}/Campaigns`;
    if (!created && (await isMember(company, path, known))) return [];
    const json = { data: [{ Member_Status: campaign.status }] };
    const call = { method: 'PUT', path: `${path}/${encodeURIComponent(known)}`, json } as const;
    const [came] = (await company.client.ask(call, done)).data;
    if (came && came.code !== 'SUCCESS') throw refused(came);
    return [];
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return [`Nobody became a member of the campaign “${campaign.name}”: ${failureReason(error)}.`];
  }
}

async function isMember({ client }: Company, path: string, campaign: string): Promise<boolean> {
  const rows = await client.all({ path, query: { fields: 'Campaign_Name' } }, 'data', idRow);
  return rows.some(({ id }) => id === campaign);
}
