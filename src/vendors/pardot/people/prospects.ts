/** Reading prospects: who they are is one call, what they did another. */
import type { Glance } from '../../../contracts/source.ts';
import type { Importance } from '../../../domain/api-quota.ts';
import type { Contact } from '../../../domain/lead.ts';
import { after, type Clock, DAY } from '../../../lib/clock.ts';
import { type Json, numberFrom, textFrom } from '../../../lib/json-values.ts';
import { addressKey } from '../../../lib/text.ts';
import type { Pardot } from '../api/client.ts';
import { idFrom, timeFrom } from '../api/values.ts';
import { CAMPAIGN, type Fields, neededField } from './fields.ts';
import { contactOf } from './map.ts';

export interface ProspectsOptions {
  api: Pardot;
  clock: Clock;
  fields: () => Promise<Fields>;
  /** `score`, or a number field of the account's own. */
  scoreProperty: string;
  stageProperty?: string | undefined;
}

export interface Prospects {
  /** Two calls; names of own fields are asked for once an hour. */
  contact(id: string): Promise<Contact | null>;
  /** Whoever has the address, of several whoever was active last; null: nobody. One call. */
  idOf(email: string, importance?: Importance): Promise<string | null>;
  /** One call. */
  glance(id: string): Promise<Glance | null>;
  /** The address; undefined: they have none, null: there is nobody. One call. */
  emailOf(id: string): Promise<string | undefined | null>;
}

/** How far back: what is older moves nobody to call. */
const LOOK_BACK = 30 * DAY;
/** Of one page, and pages: a robot that did more shows nothing new in the rest. */
const [PAGE, MOST_PAGES] = ['1000', 5];
export const ACTIVITY_FIELDS = 'id,type,typeName,details,prospectId,createdAt,updatedAt';

export function prospectReader({ api, clock, fields, scoreProperty, stageProperty }: ProspectsOptions): Prospects {
  const read = (id: string, names: string, importance: Importance) =>
    api.find({ path: `/objects/prospects/${id}`, query: { fields: names }, importance });

  async function logOf(id: string): Promise<Json[]> {
    const createdAtAfterOrEqualTo = after(clock.now(), -LOOK_BACK).toISOString();
    const order = { orderBy: 'id DESC', limit: PAGE };
    const query = { fields: ACTIVITY_FIELDS, prospectId: id, createdAtAfterOrEqualTo, ...order };
    const log: Json[] = [];
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const found = await api.list({ path: '/objects/visitor-activities', query, importance: 'urgent' }, token);
      log.push(...found.values);
      token = found.token;
      if (token === undefined) break;
    }
    return log;
  }

  return {
    async contact(id) {
      if (idFrom(id) !== id) return null;
      const known = await fields();
      const score = neededField(known, scoreProperty).name;
      const stage = stageProperty === undefined ? undefined : neededField(known, stageProperty).name;
      // Both are waited for, so that nothing of a failed look-up is still under way when it is tried again.
      const parts = [read(id, [...known.keys(), CAMPAIGN].join(','), 'urgent'), logOf(id)] as const;
      await Promise.allSettled(parts);
      const [prospect, log] = await Promise.all(parts);
      return prospect === null ? null : contactOf(prospect, log, { score, stage });
    },
    async idOf(email, importance = 'urgent') {
      const address = addressKey(email);
      if (!/^[^\s@]+@[^\s@]+$/.test(address)) return null;
      const query = { fields: 'id,email,lastActivityAt', email: address, limit: '200' };
      const { values } = await api.list({ path: '/objects/prospects', query, importance });
      // An account may allow several with one address.
      const [latest] = values
        .filter(one => addressKey(textFrom(one.email) ?? '') === address)
        .toSorted((a, b) => (timeFrom(b.lastActivityAt) ?? '').localeCompare(timeFrom(a.lastActivityAt) ?? ''));
      return idFrom(latest?.id) ?? null;
    },
    async glance(id) {
      if (idFrom(id) !== id) return null;
      const score = neededField(await fields(), scoreProperty).name;
      const found = await read(id, `id,email,company,${score}`, 'usual');
      if (found === null) return null;
      const [email, company] = [textFrom(found.email), textFrom(found.company)];
      return { score: numberFrom(found[score]) ?? null, ...(email && { email }), ...(company && { company }) };
    },
    async emailOf(id) {
      const found = await read(id, 'id,email', 'usual');
      return found === null ? null : textFrom(found.email);
    },
  };
}
