/** A record as it is now. */
import type { CrmEvent } from '../../../contracts/crm-events.ts';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import type { Company } from '../api/company.ts';
import { placeOf } from '../api/ids.ts';
import { activityRow, anyRow, dealRow } from '../api/rows.ts';
import { resultOf } from '../api/schema.ts';
import { convertedFrom, rowNow } from '../records/relocate.ts';
import { aboutOf } from './parse.ts';

/** What of a row is kept: Zoho answers with everything a record has. */
const COLUMNS = [
  ...['id', 'Owner', 'Modified_By', 'Modified_Time', 'Created_Time', 'Lead_Status', 'Stage', 'Subject', 'Event_Title'],
  ...['Description', 'Status', 'Closed_Time', 'Who_Id', 'What_Id', 'Start_DateTime', 'Call_Type', 'Call_Start_Time'],
  ...['Call_Duration', 'Call_Duration_in_seconds', 'Outgoing_Call_Status'],
];

/** One call, one more for a lead that is gone. Undefined: the record was deleted, or merged into another. */
export async function look(company: Company, record: CrmRecord): Promise<CrmEvent | undefined> {
  const { module, number } = placeOf(record);
  const row = await rowNow(company, module, number);
  if (!row) return record.kind === 'lead' ? lookAtConverted(company, record) : undefined;
  const { Modified_Time: at, Modified_By: by } = anyRow.parse(row);
  const { userId } = await company.account();
  const stage = record.kind === 'deal' ? dealRow.parse(row).Stage : undefined;
  const result = stage ? resultOf(await company.schema.pipelines(), stage) : undefined;
  const about = record.kind === 'activity' ? aboutOf(activityRow.parse(row)) : undefined;
  return {
    key: `${record.id}:${at ?? ''}`,
    record,
    ...(about && { about }),
    fields: {
      row: JSON.stringify(Object.fromEntries(COLUMNS.map(name => [name, row[name]]))),
      ...(by?.id === userId && { self: 'true' }),
      ...(result && { result }),
    },
  };
}

async function lookAtConverted(company: Company, record: CrmRecord): Promise<CrmEvent | undefined> {
  const converted = await convertedFrom(company, record.id);
  if (!converted) return undefined;
  const { contact, deal } = converted;
  const fields = { row: '{}', converted: JSON.stringify({ contact: contact.id, ...(deal && { deal }) }) };
  return { key: `${record.id}:converted`, record, fields };
}
