/**
 * Nurture in Marketo: a static list that an engagement program takes people from, or a trigger campaign that is requested
 * (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/assets/smart-campaigns, "Request Campaign").
 */
import type { Nurture } from '../../../contracts/nurture.ts';
import type { NurturePlace } from '../../../domain/nurture.ts';
import { Rejected } from '../../../lib/errors.ts';
import { type Json, numberFrom, textFrom } from '../../../lib/json-values.ts';
import type { Marketo } from '../api/client.ts';
import { ofThisWrite, recordFailure, SERVICE } from '../api/errors.ts';

const WHERE = {
  list: 'Its number is in its address in Marketo: …#ST1234A1.',
  campaign: 'Its number is in its address in Marketo: …#SC1008A1.',
};
const REQUESTABLE = 'Give it the trigger “Campaign is Requested, Source is Web Service API”, and activate it.';

/** `isMissing`: nothing has the name. */
type Unfit = { why: string; isMissing?: true };

export function nurtureBy(api: Marketo): Nurture {
  /** By number or by its whole name. One call. */
  async function assetOf({ kind, name }: NurturePlace): Promise<Json | Unfit> {
    const what = kind === 'list' ? 'list' : 'campaign';
    const query: Record<string, string> = /^\d+$/.test(name) ? { id: name } : { name };
    const { result } = await api.ask({ path: `/rest/v1/${what}s.json`, query, importance: 'usual' });
    const [found, ...more] = result.filter(one => textFrom(one.id) === name || textFrom(one.name) === name);
    if (!found) return { why: `There is no ${what} ${name}. ${WHERE[what]}`, isMissing: true };
    if (more.length > 0) return { why: `Several have the name ${name}: write its number. ${WHERE[what]}` };
    const isDeaf = what === 'campaign' && (found.type !== 'trigger' || found.active !== true);
    return isDeaf ? { why: `Nobody can be sent through the campaign ${name}. ${REQUESTABLE}` } : found;
  }

  function idIn(asset: Json | Unfit, place: NurturePlace): number {
    const id = 'why' in asset ? undefined : numberFrom(asset.id);
    if (id !== undefined) return id;
    throw new Rejected(String(asset.why), { service: SERVICE, code: 'NO_SUCH_ASSET', fields: [place.name] });
  }

  async function write(method: 'POST' | 'DELETE', path: string, json: unknown, what: string): Promise<void> {
    try {
      const { result } = await api.ask({ method, path, json, importance: 'usual' });
      const failure = recordFailure(result[0] ?? {}, what);
      if (failure && method === 'POST') throw failure;
    } catch (error) {
      throw ofThisWrite(error);
    }
  }

  return {
    async find(place) {
      const asset = await assetOf(place);
      if (typeof asset.why === 'string') return { why: asset.why };
      return { label: `the ${place.kind} ${textFrom((asset as Json).name) ?? place.name}` };
    },
    async enter(contactId, place, { lookFirst }) {
      const id = idIn(await assetOf(place), place);
      const lead = { id: Number(contactId) };
      const what = `person ${contactId} for ${place.kind} ${place.name}`;
      if (place.kind === 'list') return write('POST', `/rest/v1/lists/${id}/leads.json`, { input: [lead] }, what);
      // A second request sends them through it again, and nothing there says whether the first one came.
      if (lookFirst) {
        const words = `Whether Marketo was asked to send ${what} is not known: look at their activity log, and request it by hand`;
        throw new Rejected(words, { service: SERVICE, code: 'UNKNOWN_OUTCOME' });
      }
      await write('POST', `/rest/v1/campaigns/${id}/trigger.json`, { input: { leads: [lead] } }, what);
    },
    async leave(contactId, place) {
      if (place.kind !== 'list') return false;
      const list = await assetOf(place);
      if (list.isMissing === true) return true;
      const json = { input: [{ id: Number(contactId) }] };
      await write('DELETE', `/rest/v1/lists/${idIn(list, place)}/leads.json`, json, `person ${contactId}`);
      return true;
    },
  };
}
