/** Whose a record is. */
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { refused, SERVICE } from '../api/errors.ts';
import { placeOf } from '../api/ids.ts';
import { rowNow } from './relocate.ts';

/**
 * Two calls: an assignment rule or workflow may give the record to somebody else at once.
 * @throws Rejected when the record is gone, or Zoho will not have that owner
 */
export async function setOwner(company: Company, record: CrmRecord, ownerId: string): Promise<{ ownerId: string }> {
  const { module, number } = placeOf(record);
  const saved = await company.save(module, { kind: 'update', id: number }, { Owner: { id: ownerId } });
  if (!saved.ok) throw refused(saved.refusal);
  const row = await rowNow(company, module, number);
  if (!row) throw new Rejected('Zoho CRM has no such record any more', { service: SERVICE, code: 'GONE' });
  return { ownerId: row.Owner?.id ?? ownerId };
}
