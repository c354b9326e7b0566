/** Whose a record is. */

import { z } from 'zod';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { SERVICE } from '../api/errors.ts';
import { numberIn } from '../api/ids.ts';

/**
 * Sends with this owner, and without where Pipedrive will not have them (deactivated users own nothing new): what is
 * written belongs to Baton's own user then, and that is said.
 */
export async function withOwner<T>(
  ownerId: string | undefined,
  send: (owned: { owner_id?: number }) => Promise<T>,
): Promise<{ answer: T; warnings: string[] }> {
  if (!ownerId) return { answer: await send({}), warnings: [] };
  try {
    return { answer: await send({ owner_id: Number(ownerId) }), warnings: [] };
  } catch (error) {
    if (!(error instanceof Rejected) || !/owner|user/i.test(error.message)) throw error;
    const warnings = [
      `Pipedrive did not take the owner Baton named (${failureReason(error)}): it belongs to Baton’s own user.`,
    ];
    return { answer: await send({}), warnings };
  }
}

const owned = z.object({ owner_id: z.int().nullish() });

/** One call. @throws Rejected when the record is gone, or Pipedrive will not have that owner */
export async function setOwner({ client }: Company, record: CrmRecord, ownerId: string): Promise<{ ownerId: string }> {
  const json = { owner_id: Number(ownerId) };
  const row = await client.record({ method: 'PATCH', path: pathTo(record), json, cost: 5 }, owned);
  if (!row) throw new Rejected('Pipedrive has no such record any more', { service: SERVICE, code: 'GONE' });
  return { ownerId: row.owner_id == null ? ownerId : String(row.owner_id) };
}

/** Where the API has the record. */
export function pathTo({ kind, id }: CrmRecord): string {
  if (kind === 'lead') return `/v1/leads/${encodeURIComponent(id)}`;
  const place = { contact: 'persons', company: 'organizations', deal: 'deals', activity: 'activities' }[kind];
  return `/api/v2/${place}/${numberIn(kind, id) ?? 0}`;
}
