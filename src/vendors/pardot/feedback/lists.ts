/**
 * Static lists: who is on them (https://developer.salesforce.com/docs/marketing/pardot/guide/list-membership-v5.html). A second
 * membership is refused, in words that nobody has written down: it is looked for first.
 */
import type { Pardot } from '../api/client.ts';
import { ofThisWrite } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';

export interface Lists {
  /** Two calls, one where they are on it already. */
  add(prospectId: string, listId: string): Promise<void>;
  /** Two calls, one where they are not on it. */
  remove(prospectId: string, listId: string): Promise<void>;
}

const PATH = '/objects/list-memberships';

export function listMemberships(api: Pardot): Lists {
  async function membershipOf(prospectId: string, listId: string): Promise<string | undefined> {
    const query = { fields: 'id,listId,prospectId', prospectId, listId };
    const { values } = await api.list({ path: PATH, query, importance: 'usual' });
    const found = values.find(one => idFrom(one.listId) === listId && idFrom(one.prospectId) === prospectId);
    return idFrom(found?.id);
  }

  return {
    async add(prospectId, listId) {
      if ((await membershipOf(prospectId, listId)) !== undefined) return;
      const json = { listId: Number(listId), prospectId: Number(prospectId) };
      try {
        await api.ask({ method: 'POST', path: PATH, query: { fields: 'id' }, json, importance: 'usual' });
      } catch (error) {
        // An answer may be a minute old: another process may have added them meanwhile.
        if ((await membershipOf(prospectId, listId)) === undefined) throw ofThisWrite(error);
      }
    },
    async remove(prospectId, listId) {
      const id = await membershipOf(prospectId, listId);
      if (id === undefined) return;
      const call = { method: 'DELETE', path: `${PATH}/${id}`, importance: 'usual' } as const;
      // One that is gone meanwhile is gone.
      await api.find(call).catch((error: unknown) => {
        throw ofThisWrite(error);
      });
    },
  };
}
