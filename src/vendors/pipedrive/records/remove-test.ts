/** Takes away what a test handoff made. */
import { z } from 'zod';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { type Company, HANDOFF_FIELD } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { activityRow, dealRow, personRow } from '../api/rows.ts';
import { fieldNamed } from '../api/schema.ts';
import { pathTo } from './owner.ts';
import { leadNow } from './successor.ts';

/** Only what this handoff made, by Baton's own books; of people, only whom it made. Some ten calls. */
export function remover(company: Company): (handoffId: string) => Promise<void> {
  return async handoffId => {
    const [lead, deal, activity, organization] = await Promise.all(
      ['lead:', 'deal:', 'activity:', 'organization of:'].map(kind => company.effects.made(`${kind}${handoffId}`)),
    );
    const person = lead ? (await leadNow(company, lead))?.person_id : deal && (await personOfDeal(company, deal));
    if (lead) await removeWith(company, { kind: 'lead', id: lead }, { lead_id: lead });
    if (deal) await removeWith(company, { kind: 'deal', id: deal }, { deal_id: deal.split('/')[1] ?? '' });
    if (activity) await remove(company, { kind: 'activity', id: activity });
    if (person && (await isMadeFor(company, person, handoffId))) {
      await remove(company, { kind: 'contact', id: idOf('contact', person) });
    }
    if (organization) await remove(company, { kind: 'company', id: organization });
  };
}

async function personOfDeal({ client }: Company, deal: string): Promise<number | undefined> {
  const row = await client.record({ path: pathTo({ kind: 'deal', id: deal }), cost: 1 }, dealRow);
  return row?.person_id ?? undefined;
}

async function isMadeFor({ client, schema }: Company, person: number, handoffId: string): Promise<boolean> {
  const code = fieldNamed(await schema.fields('person'), HANDOFF_FIELD)?.field_code;
  const row = await client.record({ path: `/api/v2/persons/${person}`, cost: 1 }, personRow);
  return code !== undefined && row?.custom_fields?.[code] === handoffId;
}

/** With what was done about it: activities outlive what they are about. */
async function removeWith(company: Company, record: CrmRecord, about: Record<string, string>): Promise<void> {
  const call = { path: '/api/v2/activities', query: { ...about, limit: '500' }, cost: 10 };
  for (const { id } of await company.client.all(call, activityRow)) {
    await remove(company, { kind: 'activity', id: idOf('activity', id) });
  }
  await remove(company, record);
}

/** Gone already is as good. */
async function remove({ client }: Company, record: CrmRecord): Promise<void> {
  await client.record({ method: 'DELETE', path: pathTo(record), cost: 6 }, z.unknown());
}
