/** Reading people by id or address, many in a call. */
import { coalesce } from '../../../lib/coalesce.ts';
import { type Json, textFrom } from '../../../lib/json-values.ts';
import type { Marketo } from '../api/client.ts';
import { idFrom } from '../api/values.ts';
import type { Fields } from './fields.ts';

/** Values of a filter in one call. */
const MOST = 300;
/** Calls under way; what arrives while they are travels together. */
const WIDTH = 2;

/** A person with every field there is; null: Marketo has nobody of this id. Reads under way share calls. */
export function leadReader(api: Marketo, fields: () => Promise<Fields>): (id: string) => Promise<Json | null> {
  return coalesce<string, Json | null>({
    most: MOST,
    width: WIDTH,
    async call(ids) {
      const names = [...(await fields()).keys()];
      const found = await leadsBy(api, {
        filter: 'id',
        values: [...new Set(ids)],
        fields: names,
        importance: 'urgent',
      });
      const byId = new Map(found.map(one => [textFrom(one.id), one]));
      return ids.map(id => byId.get(id) ?? null);
    },
  });
}

interface Wanted {
  filter: 'id' | 'email';
  /** 300 at most. */
  values: readonly string[];
  fields: readonly string[];
  importance: 'urgent' | 'background';
}

/** One call. */
export async function leadsBy(api: Marketo, { filter, values, fields, importance }: Wanted): Promise<Json[]> {
  const query = { filterType: filter, filterValues: values.join(','), fields: fields.join(',') };
  return (await api.ask({ path: '/rest/v1/leads.json', query, importance })).result;
}

/** Of an address: the one who was changed last, as Marketo may have several; undefined: nobody. One call. */
export async function leadIdOf(api: Marketo, email: string): Promise<string | undefined> {
  const address = email.trim().toLowerCase();
  // A comma would part it into two.
  if (!/^[^\s@,]+@[^\s@,]+$/.test(address)) return undefined;
  const found = await leadsBy(api, {
    filter: 'email',
    values: [address],
    fields: ['id', 'updatedAt'],
    importance: 'urgent',
  });
  const changed = (one: Json) => textFrom(one.updatedAt) ?? '';
  const [newest] = found.toSorted((a, b) => (changed(a) < changed(b) ? 1 : -1));
  return idFrom(newest?.id);
}
