/** Contacts by their address, with the leads that hang on them, in calls that look-ups share. */
import { coalesce } from '../../../lib/coalesce.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { oneLine } from '../../../lib/text.ts';
import type { Api, Json } from '../api/api.ts';
import { partialFailure, saysNotFound } from '../api/errors.ts';
import { OWNER } from '../portal/names.ts';
import { readOne } from '../portal/records.ts';
import { associatedIds, type Row, rowsIn } from '../portal/rows.ts';
import type { Schema } from '../portal/schema.ts';

export interface FoundContact {
  row: Row;
  /** Whatever their stage is. */
  leads: Row[];
}

const CONTACT = [
  'email',
  'hs_additional_emails',
  'firstname',
  'lastname',
  'lifecyclestage',
  'associatedcompanyid',
  OWNER,
];
const LEAD = ['hs_lead_name', 'hs_pipeline_stage', 'hs_createdate', OWNER];
const MOST = 100;
const WIDTH = 4;
/** Up to here one call a contact, with its leads' ids, is no more than a batch with the reads beside it. */
const FEW = 2;
const LONGEST_ADDRESS = 254;

/**
 * By its own address or one of its further ones: HubSpot lets no two contacts have the same. Asked by the address
 * itself and not searched for: what was made a moment ago is found, too.
 */
export function contactsByEmail(api: Api, schema: Schema): (email: string) => Promise<FoundContact | undefined> {
  const leadsOf = coalesce<string, Row | undefined>({ most: MOST, width: WIDTH, call: ids => readLeads(api, ids) });
  const read = coalesce<string, { row: Row; leads: string[] } | undefined>({
    most: MOST,
    width: WIDTH,
    call: async emails => {
      const hasLeads = await schema.hasLeads();
      if (emails.length > FEW) return readMany(api, emails, hasLeads);
      const settled = await Promise.allSettled(emails.map(email => readSingle(api, email, hasLeads)));
      return settled.map(one => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
    },
  });
  return async address => {
    const email = addressIn(address);
    const found = email && (await read(email));
    if (!found) return undefined;
    const leads = await Promise.all(found.leads.map(leadsOf));
    return { row: found.row, leads: leads.filter(one => one !== undefined) };
  };
}

/** Somebody's id by their address; undefined: nobody has it. One call, none for what is no address. */
export async function contactIdBy(api: Api, address: string): Promise<string | undefined> {
  const email = addressIn(address);
  return email && (await readOne(api, 'contacts', email, { properties: [], by: 'email' }))?.id;
}

/** As HubSpot keeps it; undefined: it is no address, and may not even stand in a path. */
function addressIn(text: string): string | undefined {
  const email = oneLine(text).trim().toLowerCase();
  return /^[^@\s]+@[^@\s]+$/.test(email) && email.length <= LONGEST_ADDRESS ? email : undefined;
}

/** One call: the contact, and its leads' ids where there are such. */
async function readSingle(api: Api, email: string, hasLeads: boolean) {
  const row = await readOne(api, 'contacts', email, {
    properties: CONTACT,
    by: 'email',
    ...(hasLeads && { associations: ['leads'] as const }),
  });
  return row && { row, leads: hasLeads ? await associatedIds(api, 'contacts', row, 'leads') : [] };
}

/** Two calls however many. */
async function readMany(api: Api, emails: readonly string[], hasLeads: boolean) {
  const answer = await api.post(`${api.paths.contacts}/batch/read`, {
    properties: CONTACT,
    propertiesWithHistory: [],
    idProperty: 'email',
    inputs: [...new Set(emails)].map(id => ({ id })),
  });
  const rows = new Map(rowsIn(answer).flatMap(row => addressesOf(row).map(email => [email, row] as const)));
  const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
  const found = [...new Set(rows.values())];
  const leads = hasLeads && found.length > 0 ? await leadIds(api, found) : new Map<string, string[]>();
  return emails.map(email => {
    const row = rows.get(email);
    if (row) return { row, leads: leads.get(row.id) ?? [] };
    return broken ? partialFailure(broken, 'a read of contacts') : undefined;
  });
}

const addressesOf = ({ properties: { email, hs_additional_emails: others } }: Row): string[] =>
  [email, ...(others ?? '').split(';')].flatMap(one => one?.trim().toLowerCase() || []);

/** Ids of contacts' leads, all pages. Having none is told as an error entry, and is none. */
async function leadIds(api: Api, contacts: readonly Row[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  let inputs: { id: string; after?: string }[] = contacts.map(({ id }) => ({ id }));
  while (inputs.length > 0) {
    const answer: Json = await api.post(`${api.paths.associations('contacts', 'leads')}/batch/read`, { inputs });
    const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
    if (broken) throw partialFailure(broken, 'a read of leads');
    inputs = [];
    for (const { from, to, paging } of objectsIn(answer.results)) {
      const id = isObject(from) ? textFrom(from.id) : undefined;
      if (id === undefined) continue;
      found.set(id, [...(found.get(id) ?? []), ...objectsIn(to).flatMap(one => textFrom(one.toObjectId) ?? [])]);
      const after = isObject(paging) && isObject(paging.next) ? textFrom(paging.next.after) : undefined;
      if (after) inputs.push({ id, after });
    }
  }
  return found;
}

async function readLeads(api: Api, ids: readonly string[]): Promise<(Row | undefined | Error)[]> {
  const answer = await api.post(`${api.paths.objects('leads')}/batch/read`, {
    properties: LEAD,
    propertiesWithHistory: [],
    inputs: [...new Set(ids)].map(id => ({ id })),
  });
  const rows = new Map(rowsIn(answer).map(row => [row.id, row]));
  const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
  return ids.map(id => rows.get(id) ?? (broken ? partialFailure(broken, 'a read of leads') : undefined));
}
